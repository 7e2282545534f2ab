/* SPDX-License-Identifier: ISC
 * What fuzz targets share. A target reads its input as the outside world's, and aborts where a promise of the parser does not hold. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "charter/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define CHECK(holds) ((holds) ? (void)0 : abort())

/* A refusal has a name, and a text that any answer can carry. */
static inline void refused(const struct err *e)
{
	json_t *text = json_string(e->text);

	CHECK(!err_ok(e) && text != NULL);
	json_decref(text);
}

static inline struct crypto *handles(void)
{
	static struct crypto *c;

	if (c == NULL)
		c = crypto_new(NULL);
	CHECK(c != NULL);
	return c;
}

/* An envelope of this kind around a payload, as jws_parse would give it. */
static inline struct jws around(const char *kind, struct slice payload)
{
	struct jws j = { .n = 1 };

	snprintf(j.typ, sizeof(j.typ), "%s+jws", kind);
	buf_add_slice(&j.payload, payload);
	CHECK(!j.payload.failed);
	return j;
}

/* The text of a document, which is taken. */
static inline struct buf text_of(json_t *doc)
{
	struct buf out = { 0 };

	CHECK(doc != NULL && json_write(doc, &out, NULL));
	json_decref(doc);
	return out;
}

/* What was read can be written, what was written is read as the same, and whoever refuses says why. */
#define ROUND(kind, type, read, write) \
	static void round_##read(struct slice payload) \
	{ \
		struct jws j = around(kind, payload), k; \
		struct buf first, second; \
		struct err e = { 0 }; \
		type a, b; \
		if (!read(&j, &a, &e)) { \
			refused(&e); \
			jws_free(&j); \
			return; \
		} \
		first = text_of(write); \
		k = around(kind, buf_slice(&first)); \
		CHECK(read(&k, &b, &e)); \
		a = b; \
		second = text_of(write); \
		CHECK(slice_equal(buf_slice(&first), buf_slice(&second))); \
		buf_free(&first); \
		buf_free(&second); \
		jws_free(&j); \
		jws_free(&k); \
	}

#endif
