/* SPDX-License-Identifier: ISC */
#include "tests/charter/naive_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jwk.h"

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "tests/charter/naive: %s\n", what);
	exit(1);
}

static void *array_of(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	must(p != NULL, "no memory");
	return p;
}

/* What is absent is 0. */
static int64_t number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static void read_parts(const json_t *list, struct naive_rule *out)
{
	out->kind = NAIVE_SOME_OF;
	out->parts_n = json_array_size(list);
	out->parts = array_of(out->parts_n, sizeof(*out->parts));
	for (size_t i = 0; i < out->parts_n; i++)
		naive_read(json_array_get(list, i), &out->parts[i]);
}

static void read_list(const json_t *keys, struct naive_rule *out)
{
	out->keys_n = json_array_size(keys);
	out->keys = array_of(out->keys_n, sizeof(*out->keys));
	for (size_t i = 0; i < out->keys_n; i++)
		must(thumb_parse(json_string_value(json_array_get(keys, i)), &out->keys[i]), "a list of keys");
}

static void read_votes(const json_t *o, struct naive_rule *out)
{
	const json_t *of = json_object_get(o, "of");
	const char *fraction = json_string_value(json_object_get(o, "fraction"));
	const char *base = json_string_value(json_object_get(o, "base"));
	char *slash = NULL;

	out->votes.count = number(o, "count");
	out->votes.minimum = number(o, "minimum");
	out->votes.veto = number(o, "veto");
	out->votes.nearest = (size_t)number(o, "nearest");
	out->votes.opposite = (size_t)number(o, "opposite");
	out->votes.cast = base != NULL && strcmp(base, "cast") == 0;
	if (fraction != NULL) {
		out->votes.p = strtol(fraction, &slash, 10);
		must(*slash == '/', "a fraction");
		out->votes.q = strtol(slash + 1, NULL, 10);
	}
	out->votes.of_n = json_array_size(of);
	out->votes.of = array_of(out->votes.of_n, sizeof(*out->votes.of));
	for (size_t i = 0; i < out->votes.of_n; i++)
		must(id16_parse(json_string_value(json_array_get(of, i)), &out->votes.of[i]), "a member");
}

static void read_kinds(const json_t *kinds, struct naive_rule *out)
{
	const json_t *v;
	size_t i;

	json_array_foreach(kinds, i, v)
	{
		out->kinds[0] |= strcmp(json_string_value(v), "graphic") == 0;
		out->kinds[1] |= strcmp(json_string_value(v), "logic") == 0;
		out->kinds[2] |= strcmp(json_string_value(v), "audio") == 0;
	}
}

static void read_vouches(const json_t *o, struct naive_rule *out)
{
	out->k = number(o, "count");
	out->age = number(o, "age");
	out->budget = number(o, "budget");
	out->expiry = number(o, "expiry");
	out->reason = json_is_true(json_object_get(o, "reason"));
}

static void read_leaf(const char *word, const json_t *o, struct naive_rule *out)
{
	static const char *const words[] = { [NAIVE_SOME_OF] = "",
		[NAIVE_LIST] = "list",
		[NAIVE_AUTHORITY] = "authority",
		[NAIVE_VOTES] = "votes",
		[NAIVE_VOUCHES] = "vouches",
		[NAIVE_CAPTCHA] = "captcha",
		[NAIVE_WORK] = "work",
		[NAIVE_EXTERNAL] = "external",
		[NAIVE_INVITATION] = "invitation" };
	size_t kind = NAIVE_LIST;

	while (kind <= NAIVE_INVITATION && strcmp(words[kind], word) != 0)
		kind++;
	must(kind <= NAIVE_INVITATION, word);
	out->kind = (enum naive_kind)kind;
	if (out->kind == NAIVE_LIST)
		read_list(json_object_get(o, "keys"), out);
	if (out->kind == NAIVE_AUTHORITY)
		out->k = number(o, "k");
	if (out->kind == NAIVE_VOTES)
		read_votes(o, out);
	if (out->kind == NAIVE_VOUCHES)
		read_vouches(o, out);
	if (out->kind == NAIVE_CAPTCHA)
		read_kinds(json_object_get(o, "kinds"), out);
	out->effort = number(o, "effort");
	out->provider = json_string_value(json_object_get(o, "provider"));
}

void naive_read(const json_t *json, struct naive_rule *out)
{
	void *first = json_object_iter((json_t *)(uintptr_t)json);
	const char *word = json_object_iter_key(first);
	const json_t *inside = json_object_iter_value(first);

	memset(out, 0, sizeof(*out));
	must(json_object_size(json) == 1, "no rule");
	if (strcmp(word, "all") == 0) {
		read_parts(inside, out);
		out->k = (int64_t)out->parts_n;
		return;
	}
	if (strcmp(word, "any") == 0) {
		read_parts(inside, out);
		out->k = 1;
		return;
	}
	if (strcmp(word, "at_least") == 0) {
		read_parts(json_object_get(inside, "of"), out);
		out->k = number(inside, "k");
		return;
	}
	read_leaf(word, inside, out);
}

void naive_free(struct naive_rule *r)
{
	for (size_t i = 0; i < r->parts_n; i++)
		naive_free(&r->parts[i]);
	free(r->parts);
	free(r->keys);
	free(r->votes.of);
}

bool naive_has(const struct naive_rule *r, enum naive_kind kind)
{
	bool has = r->kind == kind;

	for (size_t i = 0; i < r->parts_n; i++)
		has |= naive_has(&r->parts[i], kind);
	return has;
}
