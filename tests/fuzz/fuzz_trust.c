/* SPDX-License-Identifier: ISC
 * A trust file, and signed charters alone. */
#include "peer/trust.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct signed_charter sc;
	struct err e = { 0 };
	struct trust *t = trust_parse(handles(), slice_of(p, n), NULL, &e);

	if (t == NULL)
		refused(&e);
	else
		CHECK(t->charters_n > 0 && trust_newest(t)->version == t->charters_n);
	trust_free(t);
	err_clear(&e);
	if (!signed_charter_parse(slice_of(p, n), &sc, &e)) {
		refused(&e);
		return 0;
	}
	if (!chain_approved(handles(), &sc, NULL, &e))
		refused(&e);
	signed_charter_free(&sc);
	return 0;
}
