/* SPDX-License-Identifier: ISC
 * The bytes of a log entry. */
#include "peer/entry.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf first = { 0 }, second = { 0 };
	struct entry en, again;
	struct err e = { 0 };

	if (!entry_parse(slice_of(p, n), &en, &e)) {
		refused(&e);
		return 0;
	}
	CHECK(entry_print(&en, &first, NULL) && entry_parse(buf_slice(&first), &again, &e));
	CHECK(entry_print(&again, &second, NULL) && slice_equal(buf_slice(&first), buf_slice(&second)));
	CHECK(event_name(en.event) != NULL && cause_name(en.cause) != NULL);
	buf_free(&first);
	buf_free(&second);
	return 0;
}
