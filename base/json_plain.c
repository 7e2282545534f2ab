/* SPDX-License-Identifier: ISC */
#include "base/json_plain.h"

#include <string.h>

/* Deeper values are not plain to the writer: it recurs. */
enum { WRITE_DEPTH_MAX = 32 };

struct reader {
	const uint8_t *p, *end;
	unsigned depth; /* that is left */
	json_int_t most;
};

static bool is_plain(uint8_t b)
{
	return b >= 0x20 && b < 0x7f && b != '"' && b != '\\';
}

static void skip_space(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
		r->p++;
}

/* Takes one byte, and the white space behind it. */
static bool take(struct reader *r, uint8_t b)
{
	if (r->p == r->end || *r->p != b)
		return false;
	r->p++;
	skip_space(r);
	return true;
}

static bool read_string(struct reader *r, struct slice *out)
{
	const uint8_t *start = r->p + 1;

	if (r->p == r->end || *r->p != '"')
		return false;
	for (r->p = start; r->p < r->end && is_plain(*r->p);)
		r->p++;
	*out = slice_of(start, (size_t)(r->p - start));
	return take(r, '"');
}

/* No sign before zero, no zero before a digit. What may not follow a number, whoever comes next refuses. */
static json_t *read_number(struct reader *r)
{
	bool negative = *r->p == '-';
	json_int_t v = 0;

	r->p += negative;
	if (r->p == r->end || *r->p < (negative ? '1' : '0') || *r->p > '9')
		return NULL;
	if (*r->p == '0' && r->end - r->p > 1 && r->p[1] >= '0' && r->p[1] <= '9')
		return NULL;
	for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++) {
		v = v * 10 + (*r->p - '0');
		if (v > r->most)
			return NULL;
	}
	skip_space(r);
	return json_integer(negative ? -v : v);
}

static json_t *read_word(struct reader *r)
{
	static const struct {
		const char *word;
		size_t n;
	} words[] = { { "true", 4 }, { "false", 5 }, { "null", 4 } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((size_t)(r->end - r->p) < words[i].n || memcmp(r->p, words[i].word, words[i].n) != 0)
			continue;
		r->p += words[i].n;
		skip_space(r);
		return i == 2 ? json_null() : json_boolean(i == 0);
	}
	return NULL;
}

static json_t *read_container(struct reader *r);

static json_t *read_value(struct reader *r)
{
	struct slice s;

	if (r->p == r->end)
		return NULL;
	if (*r->p == '"')
		return read_string(r, &s) ? json_stringn_nocheck((const char *)s.p, s.n) : NULL;
	if (*r->p == '{' || *r->p == '[')
		return read_container(r);
	if (*r->p == '-' || (*r->p >= '0' && *r->p <= '9'))
		return read_number(r);
	return read_word(r);
}

/* A name that is there already is replaced, and then the object has not grown. */
static bool read_member(struct reader *r, json_t *o)
{
	size_t n = json_object_size(o);
	struct slice name;
	json_t *v;

	if (!read_string(r, &name) || !take(r, ':'))
		return false;
	v = read_value(r);
	return v != NULL && json_object_setn_new_nocheck(o, (const char *)name.p, name.n, v) == 0 && json_object_size(o) > n;
}

static bool read_element(struct reader *r, json_t *list)
{
	json_t *v = read_value(r);

	return v != NULL && json_array_append_new(list, v) == 0;
}

static json_t *read_container(struct reader *r)
{
	const bool object = *r->p == '{';
	const uint8_t close = object ? '}' : ']';
	json_t *v = r->depth == 0 ? NULL : object ? json_object() : json_array();
	bool more;

	if (v == NULL)
		return NULL;
	r->depth--;
	(void)take(r, *r->p);
	more = !take(r, close);
	while (more) {
		if (!(object ? read_member(r, v) : read_element(r, v))) {
			json_decref(v);
			return NULL;
		}
		more = take(r, ',');
		if (!more && !take(r, close)) {
			json_decref(v);
			return NULL;
		}
	}
	r->depth++;
	return v;
}

json_t *json_plain_read(struct slice text, unsigned depth, json_int_t most)
{
	struct reader r = { .p = text.p, .end = text.p + text.n, .depth = depth, .most = most };
	json_t *v = NULL;

	skip_space(&r);
	if (r.p < r.end && (*r.p == '{' || *r.p == '['))
		v = read_container(&r);
	if (r.p == r.end)
		return v;
	json_decref(v);
	return NULL;
}

/* ---- writing */

static bool write_string(const char *s, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		if (!is_plain((uint8_t)s[i]))
			return false;
	if (!buf_reserve(out, n + 2))
		return false;
	buf_add_u8(out, '"');
	buf_add(out, s, n);
	buf_add_u8(out, '"');
	return true;
}

static bool write_number(json_int_t v, struct buf *out)
{
	char digits[24];
	size_t i = sizeof(digits);
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		digits[--i] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (v < 0)
		digits[--i] = '-';
	buf_add(out, digits + i, sizeof(digits) - i);
	return true;
}

static bool write_value(const json_t *v, unsigned depth, struct buf *out);

static bool write_object(const json_t *o, unsigned depth, struct buf *out)
{
	/* jansson's iterators do not take a const object, and do not change it */
	json_t *object = (json_t *)(uintptr_t)o;
	bool first = true;

	buf_add_u8(out, '{');
	for (void *it = json_object_iter(object); it != NULL; it = json_object_iter_next(object, it)) {
		if (!first)
			buf_add_u8(out, ',');
		first = false;
		if (!write_string(json_object_iter_key(it), json_object_iter_key_len(it), out))
			return false;
		buf_add_u8(out, ':');
		if (!write_value(json_object_iter_value(it), depth, out))
			return false;
	}
	buf_add_u8(out, '}');
	return true;
}

static bool write_array(const json_t *list, unsigned depth, struct buf *out)
{
	buf_add_u8(out, '[');
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (i > 0)
			buf_add_u8(out, ',');
		if (!write_value(json_array_get(list, i), depth, out))
			return false;
	}
	buf_add_u8(out, ']');
	return true;
}

static bool write_value(const json_t *v, unsigned depth, struct buf *out)
{
	if (depth == 0 || v == NULL)
		return false;
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return write_object(v, depth - 1, out);
	case JSON_ARRAY:
		return write_array(v, depth - 1, out);
	case JSON_STRING:
		return write_string(json_string_value(v), json_string_length(v), out);
	case JSON_INTEGER:
		return write_number(json_integer_value(v), out);
	case JSON_TRUE:
		buf_add_str(out, "true");
		return true;
	case JSON_FALSE:
		buf_add_str(out, "false");
		return true;
	case JSON_NULL:
		buf_add_str(out, "null");
		return true;
	default: /* real */
		return false;
	}
}

bool json_plain_write(const json_t *v, struct buf *out)
{
	return write_value(v, WRITE_DEPTH_MAX, out) && !out->failed;
}
