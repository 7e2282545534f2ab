/* SPDX-License-Identifier: ISC */
#include "base/at.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct at at_root(const json_t *v, struct err *e)
{
	return (struct at){ .v = v, .e = e };
}

/* One reference token with its '/' (RFC 6901 section 3), at most size bytes. Returns its length, 0 when it does not fit. */
static size_t put_token(const struct at *at, char *out, size_t size)
{
	char number[24];
	const char *s = at->name;
	size_t n = 0;

	if (s == NULL) {
		snprintf(number, sizeof(number), "%zu", at->index);
		s = number;
	}
	if (size < 1)
		return 0;
	out[n++] = '/';
	for (; *s != '\0'; s++) {
		bool escaped = *s == '~' || *s == '/';

		if (n + (escaped ? 2 : 1) > size)
			return 0;
		out[n++] = escaped ? '~' : *s;
		if (escaped)
			out[n++] = *s == '~' ? '0' : '1';
	}
	return n;
}

/* The pointer of a place, cut between tokens: what is written always names a value. The way is never longer than a document is deep,
 * but for the member that is missing at its end. */
static void put_pointer(const struct at *at, char out[static ERR_POINTER_MAX])
{
	const struct at *way[JSON_DEPTH_MAX + 1];
	size_t depth = 0, n = 0, more;

	for (; at->up != NULL && depth < JSON_DEPTH_MAX + 1; at = at->up)
		way[depth++] = at;
	if (at->up != NULL)
		depth = 0;
	for (; depth > 0; n += more) {
		more = put_token(way[--depth], out + n, ERR_POINTER_MAX - 1 - n);
		if (more == 0)
			break;
	}
	out[n] = '\0';
}

bool at_refuse(const struct at *at, const char *name, const char *fmt, ...)
{
	char words[ERR_TEXT_MAX];
	va_list ap;

	if (at->e == NULL || !err_ok(at->e))
		return false;
	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	err_set(at->e, name, "%s", words);
	put_pointer(at, at->e->pointer);
	return false;
}

static struct at below(const struct at *at, const char *name, size_t index)
{
	return (struct at){ .up = at, .name = name, .index = index, .e = at->e };
}

static bool is_object(const struct at *at)
{
	if (!err_ok(at->e))
		return false;
	return json_is_object(at->v) || at_refuse(at, "wrong_type", "this must be an object");
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* "a, b, c", as much of it as fits. */
static void list_words(const char *const *words, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (; *words != NULL && n < size; words++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "", *words);
}

/* A name that is not fit to be seen is not repeated in the pointer either: it then names the object. */
static bool refuse_member(const struct at *at, const char *name, const char *const *names)
{
	struct at member = below(at, name, 0);
	char known[300];

	list_words(names, known, sizeof(known));
	return at_refuse(text_is_clean(slice_str(name)) ? &member : at, "unknown_member",
		"this member is not known here and could change the meaning; known are: %s", known);
}

bool at_only(const struct at *at, const char *const *names)
{
	json_t *object = (json_t *)at->v; /* jansson wants it so, and does not change it */

	if (!is_object(at))
		return false;
	for (void *i = json_object_iter(object); i != NULL; i = json_object_iter_next(object, i))
		if (!is_one_of(json_object_iter_key(i), names))
			return refuse_member(at, json_object_iter_key(i), names);
	return true;
}

bool at_has(const struct at *at, const char *name)
{
	return err_ok(at->e) && json_object_get(at->v, name) != NULL;
}

bool at_optional(const struct at *at, const char *name, struct at *out)
{
	*out = below(at, name, 0);
	if (!is_object(at))
		return false;
	out->v = json_object_get(at->v, name);
	return true;
}

bool at_member(const struct at *at, const char *name, struct at *out)
{
	if (!at_optional(at, name, out))
		return false;
	return out->v != NULL || at_refuse(out, "missing_member", "the member \"%s\" is missing", name);
}

bool at_element(const struct at *at, size_t i, struct at *out)
{
	*out = below(at, NULL, i);
	if (!err_ok(at->e))
		return false;
	if (!json_is_array(at->v))
		return at_refuse(at, "wrong_type", "this must be an array");
	out->v = json_array_get(at->v, i);
	return out->v != NULL || at_refuse(at, "out_of_range", "the array has no element %zu", i);
}

bool at_array(const struct at *at, size_t min, size_t max, size_t *n)
{
	size_t size;

	if (!err_ok(at->e))
		return false;
	if (!json_is_array(at->v))
		return at_refuse(at, "wrong_type", "this must be an array");
	size = json_array_size(at->v);
	if (size < min || size > max)
		return at_refuse(at, "out_of_range", "the array has %zu elements; it must have %zu to %zu", size, min, max);
	*n = size;
	return true;
}

static bool value_of(const struct at *at, const char *name, struct at *out)
{
	if (name != NULL)
		return at_member(at, name, out);
	*out = *at;
	return err_ok(at->e);
}

static bool read_string(const struct at *at, const char *name, size_t min, size_t max, struct at *place, struct slice *out)
{
	if (!value_of(at, name, place))
		return false;
	if (!json_is_string(place->v))
		return at_refuse(place, "wrong_type", "this must be a string");
	*out = slice_of(json_string_value(place->v), json_string_length(place->v));
	if (out->n < min || out->n > max)
		return at_refuse(place, "out_of_range", "the string has %zu bytes; it must have %zu to %zu", out->n, min, max);
	return true;
}

bool at_string(const struct at *at, const char *name, size_t min, size_t max, const char **out)
{
	struct at place;
	struct slice s;

	if (!read_string(at, name, min, max, &place, &s))
		return false;
	*out = json_string_value(place.v);
	return true;
}

bool at_int(const struct at *at, const char *name, int64_t min, int64_t max, int64_t *out)
{
	struct at place;
	json_int_t v;

	if (!value_of(at, name, &place))
		return false;
	if (!json_is_integer(place.v))
		return at_refuse(&place, "wrong_type", "this must be an integer");
	v = json_integer_value(place.v);
	if (v < min || v > max)
		return at_refuse(&place, "out_of_range", "the number must lie between %" PRId64 " and %" PRId64, min, max);
	*out = v;
	return true;
}

bool at_bool(const struct at *at, const char *name, bool *out)
{
	struct at place;

	if (!value_of(at, name, &place))
		return false;
	if (!json_is_boolean(place.v))
		return at_refuse(&place, "wrong_type", "this must be true or false");
	*out = json_is_true(place.v);
	return true;
}

bool at_digest(const struct at *at, const char *name, struct digest *out)
{
	struct at place;
	struct slice s;

	if (!read_string(at, name, 0, SIZE_MAX, &place, &s))
		return false;
	return digest_parse(json_string_value(place.v), out) ||
		at_refuse(&place, "bad_value", "this must be a digest: \"sha256:\" and 64 hex digits, lower case");
}

bool at_id16(const struct at *at, const char *name, struct id16 *out)
{
	struct at place;
	struct slice s;

	if (!read_string(at, name, 0, SIZE_MAX, &place, &s))
		return false;
	return id16_parse(json_string_value(place.v), out) || at_refuse(&place, "bad_value", "this must be 32 hex digits, lower case");
}

/* The length is looked at before anything is decoded: max also bounds the work. */
bool at_base64(const struct at *at, const char *name, size_t min, size_t max, struct buf *out)
{
	struct at place;
	struct slice s;
	size_t before = out->n;

	if (!read_string(at, name, base64url_length(min), base64url_length(max), &place, &s))
		return false;
	if (!out->failed && base64url_decode(s, out))
		return true;
	out->n = before;
	if (out->failed)
		return err_memory(at->e);
	return at_refuse(&place, "bad_value", "this must be base64url without padding (RFC 4648 section 5)");
}

bool at_base64_exact(const struct at *at, const char *name, void *out, size_t n)
{
	struct at place;
	struct slice s;

	if (!read_string(at, name, base64url_length(n), base64url_length(n), &place, &s))
		return false;
	return base64url_decode_exact((const char *)s.p, s.n, out, n) ||
		at_refuse(&place, "bad_value", "this must be base64url without padding (RFC 4648 section 5) of %zu bytes", n);
}

bool at_word(const struct at *at, const char *name, const char *const *words, int *out)
{
	struct at place;
	struct slice s;
	char known[300];

	if (!read_string(at, name, 0, SIZE_MAX, &place, &s))
		return false;
	for (int i = 0; words[i] != NULL; i++) {
		if (!slice_equal(s, slice_str(words[i])))
			continue;
		*out = i;
		return true;
	}
	list_words(words, known, sizeof(known));
	return at_refuse(&place, "bad_value", "this word is not known here; known are: %s", known);
}

bool at_label(const struct at *at, const char *name, const char **out)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	struct at place;
	struct slice s;

	if (!read_string(at, name, 1, 63, &place, &s))
		return false;
	if (strspn((const char *)s.p, allowed) != s.n || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return at_refuse(
			&place, "bad_value", "a label has lower-case letters a-z, digits and '-', which may not stand at its ends");
	*out = json_string_value(place.v);
	return true;
}

bool at_text(const struct at *at, const char *name, size_t min, size_t max, const char **out)
{
	struct at place;
	struct slice s;

	if (!read_string(at, name, min, max, &place, &s))
		return false;
	if (!text_is_clean(s))
		return at_refuse(&place, "bad_text",
			"the text must be one line in Unicode's form NFC, without control, invisible or direction-changing characters");
	*out = json_string_value(place.v);
	return true;
}
