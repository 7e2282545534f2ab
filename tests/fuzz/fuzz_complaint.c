/* SPDX-License-Identifier: ISC
 * Payloads of complaints, with the votes in them, which need not be anybody's. */
#include "tests/fuzz/fuzz.h"
#include "voting/complaint.h"

/* What was read is written as it was read. */
static void and_back(const struct complaint *x)
{
	struct buf text = text_of(complaint_print(x));
	struct jws j = around(KIND_COMPLAINT, buf_slice(&text));
	struct complaint again;
	struct buf second;

	CHECK(complaint_parse(&j, &again, NULL));
	second = text_of(complaint_print(&again));
	CHECK(slice_equal(buf_slice(&text), buf_slice(&second)));
	complaint_free(&again);
	jws_free(&j);
	buf_free(&text);
	buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct jws j = around(KIND_COMPLAINT, slice_of(p, n));
	struct complaint x;
	struct err e = { 0 };

	if (!complaint_parse(&j, &x, &e))
		refused(&e);
	else {
		CHECK(id16_compare(&x.member, &x.by) != 0);
		and_back(&x);
		for (int change = 0; change < 2; change++) {
			struct err why = { 0 };

			if (!complaint_proves(handles(), &x, change != 0, &why))
				refused(&why);
		}
		complaint_free(&x);
	}
	jws_free(&j);
	return 0;
}
