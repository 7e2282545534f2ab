/* SPDX-License-Identifier: ISC */
#include "voting/draw.h"

#include "base/time.h"

static bool has(const struct digest *list, size_t n, const struct digest *d)
{
	for (size_t i = 0; i < n; i++)
		if (digest_compare(&list[i], d) == 0)
			return true;
	return false;
}

static bool read_drawn(const struct at *at, struct draw *d)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "drawn", &list) || !at_array(&list, 1, REQ_DRAW_MAX, &n))
		return false;
	for (; d->drawn_n < n; d->drawn_n++) {
		struct digest *next = &d->drawn[d->drawn_n];

		if (!at_element(&list, d->drawn_n, &one) || !at_digest(&one, NULL, next))
			return false;
		if (has(d->drawn, d->drawn_n, next))
			return at_refuse(&one, "bad_value", "a candidacy is drawn once");
	}
	return true;
}

static bool read_draw(const struct at *at, struct draw *d)
{
	int64_t number, eligible;

	if (!at_digest(at, "charter", &d->charter) || !at_int(at, "number", 0, JSON_INT_MAX, &number) ||
		!at_base64_exact(at, "seed", d->seed, sizeof(d->seed)) || !at_int(at, "eligible", 1, UINT32_MAX, &eligible) ||
		!at_digest(at, "root", &d->root) || !read_drawn(at, d) || !at_int(at, "iat", 0, TIME_MAX, &d->iat))
		return false;
	d->number = (uint64_t)number;
	d->eligible = (uint32_t)eligible;
	return true;
}

bool draw_parse(const struct jws *j, struct draw *out, struct err *e)
{
	static const char *const members[] = { "charter", "number", "seed", "eligible", "root", "drawn", "iat", NULL };
	struct draw d = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_DRAW, j, members, &o, &at, e))
		return false;
	d.digest = o.digest;
	d.genesis = o.genesis;
	rc = read_draw(&at, &d);
	if (rc)
		*out = d;
	object_free(&o);
	return rc;
}

static bool set_drawn(json_t *o, const struct draw *d)
{
	json_t *list = json_array();
	char text[DIGEST_TEXT];

	for (size_t i = 0; i < d->drawn_n; i++) {
		digest_text(&d->drawn[i], text);
		if (json_array_append_new(list, json_string(text)) != 0) {
			json_decref(list);
			return false;
		}
	}
	return json_object_set_new(o, "drawn", list) == 0;
}

json_t *draw_print(const struct draw *d)
{
	json_t *o = object_begin(KIND_DRAW, &d->genesis);

	if (object_set_digest(o, "charter", &d->charter) && object_set_int(o, "number", (int64_t)d->number) &&
		object_set_base64(o, "seed", slice_of(d->seed, sizeof(d->seed))) && object_set_int(o, "eligible", d->eligible) &&
		object_set_digest(o, "root", &d->root) && set_drawn(o, d) && object_set_int(o, "iat", d->iat))
		return o;
	json_decref(o);
	return NULL;
}

bool draw_names(const struct draw *d, const struct digest *candidacy)
{
	return has(d->drawn, d->drawn_n, candidacy);
}
