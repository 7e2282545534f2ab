/* SPDX-License-Identifier: ISC
 * An approval of the fixed charter: a signature, or a passkey's assertion. */
#include "charter/approval.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct charter *c;
	struct err e = { 0 };
	json_t *doc = json_read(slice_of(p, n), 1 << 16, &e);
	struct at at = at_root(doc, &e);
	struct approval a;

	if (c == NULL)
		c = charter_parse(slice_str(fixed_charter), NULL);
	CHECK(c != NULL);
	if (doc != NULL && approval_verify(handles(), &at, c, c, &a)) {
		CHECK(charter_administrator(c, &a.by) != NULL);
		approval_free(&a);
	} else {
		refused(&e);
	}
	json_decref(doc);
	return 0;
}
