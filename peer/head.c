/* SPDX-License-Identifier: ISC */
#include "peer/head.h"

#include <string.h>

#include "base/time.h"

bool head_parse(const struct jws *j, struct head *out, struct err *e)
{
	static const char *const members[] = { "size", "root", "time", NULL };
	struct head h = { 0 };
	struct object o;
	struct at at;
	int64_t size;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_HEAD, j, members, &o, &at, e))
		return false;
	h.digest = o.digest;
	h.genesis = o.genesis;
	rc = at_int(&at, "size", 0, JSON_INT_MAX, &size) && at_digest(&at, "root", &h.root) && at_int(&at, "time", 0, TIME_MAX, &h.time);
	object_free(&o);
	if (!rc)
		return false;
	h.size = (uint64_t)size;
	*out = h;
	return true;
}

json_t *head_print(const struct head *h)
{
	json_t *o = object_begin(KIND_HEAD, &h->genesis);

	if (object_set_int(o, "size", (int64_t)h->size) && object_set_digest(o, "root", &h->root) && object_set_int(o, "time", h->time))
		return o;
	json_decref(o);
	return NULL;
}

static bool read_commitments(const struct at *at, struct seeds *out)
{
	struct at list, one;

	if (!at_member(at, "commitments", &list) || !at_array(&list, 1, SEEDS_MAX, &out->n))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		if (!at_element(&list, i, &one))
			return false;
		if (!json_is_string(one.v))
			return at_refuse(&one, "wrong_type", "a commitment is a digest, written as a string");
		if (!digest_parse(json_string_value(one.v), &out->commitments[i]))
			return at_refuse(&one, "bad_value", "a digest is \"sha256:\" and 64 hex digits in lower case");
	}
	return true;
}

bool seeds_parse(const struct jws *j, struct seeds *out, struct err *e)
{
	static const char *const members[] = { "first", "commitments", "iat", NULL };
	struct object o;
	struct at at;
	int64_t first;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_SEEDS, j, members, &o, &at, e))
		return false;
	out->digest = o.digest;
	out->genesis = o.genesis;
	rc = at_int(&at, "first", 0, JSON_INT_MAX - SEEDS_MAX, &first) && read_commitments(&at, out) &&
		at_int(&at, "iat", 0, TIME_MAX, &out->iat);
	object_free(&o);
	if (rc)
		out->first = (uint64_t)first;
	if (!rc)
		memset(out, 0, sizeof(*out));
	return rc;
}

static json_t *print_commitments(const struct seeds *s)
{
	json_t *list = json_array();
	char text[DIGEST_TEXT];

	for (size_t i = 0; i < s->n; i++) {
		digest_text(&s->commitments[i], text);
		if (json_array_append_new(list, json_string(text)) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *seeds_print(const struct seeds *s)
{
	json_t *o = object_begin(KIND_SEEDS, &s->genesis);

	if (object_set_int(o, "first", (int64_t)s->first) && json_object_set_new(o, "commitments", print_commitments(s)) == 0 &&
		object_set_int(o, "iat", s->iat))
		return o;
	json_decref(o);
	return NULL;
}
