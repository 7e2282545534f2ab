/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct err e = { 0 };
	json_t *v = json_read(slice_of(p, n), 1 << 16, &e), *again;
	struct buf text = { 0 }, pretty = { 0 };
	uint32_t line, column;

	if (v == NULL) {
		refused(&e);
		return 0;
	}
	CHECK(json_write(v, &text, NULL) && json_write_pretty(v, &pretty, NULL));
	again = json_read(buf_slice(&text), 1 << 20, &e);
	CHECK(again != NULL && json_equal(again, v));
	json_decref(again);
	again = json_read(buf_slice(&pretty), 1 << 20, &e);
	CHECK(again != NULL && json_equal(again, v));
	json_decref(again);
	CHECK(json_locate(slice_of(p, n), "", &line, &column) && line > 0 && column > 0);
	json_locate(slice_of(p, n), "/a/0/b", &line, &column);
	json_decref(v);
	buf_free(&text);
	buf_free(&pretty);
	return 0;
}
