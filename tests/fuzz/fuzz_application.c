/* SPDX-License-Identifier: ISC
 * The payload of an application, or of a withdrawal. */
#include "peer/application.h"
#include "tests/fuzz/fuzz.h"

static const uint8_t nonce[16] = { 1 };

ROUND(KIND_APPLICATION, struct application, application_parse, application_print(&a, nonce))
ROUND(KIND_WITHDRAWAL, struct withdrawal, withdrawal_parse, withdrawal_print(&a))

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct jws j = around(KIND_APPLICATION, slice_of(p, n));
	struct application a;
	struct err e = { 0 };

	round_application_parse(slice_of(p, n));
	round_withdrawal_parse(slice_of(p, n));
	CHECK(!application_verify(handles(), &j, &a, &e)); /* nobody signed it */
	refused(&e);
	jws_free(&j);
	return 0;
}
