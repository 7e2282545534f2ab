/* SPDX-License-Identifier: ISC */
#include "base/json_plain.h"
#include "tests/fuzz/fuzz.h"

/* Members in the order in which they stand. */
static void same_text(const json_t *v, struct slice text)
{
	char *want = json_dumps(v, JSON_COMPACT);

	CHECK(want != NULL && slice_equal(slice_str(want), text));
	free(want);
}

/* A plain text is its own compact form but for the white space between its values. */
static struct buf compact(struct slice text)
{
	struct buf out = { 0 };
	bool quoted = false;

	for (size_t i = 0; i < text.n; i++) {
		quoted ^= text.p[i] == '"';
		if (quoted || strchr(" \t\r\n", text.p[i]) == NULL)
			buf_add_u8(&out, text.p[i]);
	}
	CHECK(!out.failed);
	return out;
}

/* Whatever the reader gives, and the short way by itself, is what jansson gives; and is written as jansson writes it. */
static void as_jansson(struct slice text, const json_t *v)
{
	json_t *plain = json_plain_read(text, JSON_DEPTH_MAX, JSON_INT_MAX);
	json_t *theirs = text.n == 0 ? NULL : json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	struct buf written = { 0 };

	CHECK(v == NULL || (theirs != NULL && json_equal(v, theirs)));
	CHECK(plain == NULL || (v != NULL && json_equal(plain, theirs)));
	if (plain != NULL) {
		struct buf own = compact(text);

		same_text(plain, buf_slice(&own));
		same_text(theirs, buf_slice(&own));
		buf_free(&own);
	}
	if (v != NULL && json_plain_write(v, &written))
		same_text(v, buf_slice(&written));
	buf_free(&written);
	json_decref(plain);
	json_decref(theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct err e = { 0 };
	json_t *v = json_read(slice_of(p, n), 1 << 16, &e), *again;
	struct buf text = { 0 }, pretty = { 0 };
	uint32_t line, column;

	as_jansson(slice_of(p, n), v);
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
