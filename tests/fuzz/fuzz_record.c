/* SPDX-License-Identifier: ISC
 * A whole record, decided again. */
#include "peer/record.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct audit a;
	struct err e = { 0 };

	if (record_audit(handles(), slice_of(p, n), NULL, &a, &e))
		audit_free(&a);
	else
		refused(&e);
	return 0;
}
