/* SPDX-License-Identifier: ISC */
#include "tests/charter/scene_rule.h"

#include <stdio.h>
#include <stdlib.h>

enum { LEAVES = 12, CHILDREN = 4, DEPTH = 5 /* JSON of a charter is nested to a depth of 16 */, LISTED = 4, NAMED = 12 };

/* A rule while it is made. */
struct plan {
	struct dice *d;
	const struct scene *s;
	json_t *subsets[SCENE_SUBSETS]; /* several leaves name the same voters */
	uint32_t leaves;                /* still to come, at most */
};

static json_t *wrap(const char *name, json_t *inside)
{
	json_t *o = json_pack("{s:o}", name, inside);

	if (o == NULL)
		abort();
	return o;
}

static void set(json_t *o, const char *name, json_t *v)
{
	if (json_object_set_new(o, name, v) != 0)
		abort();
}

int64_t scene_edge(struct dice *d, int64_t n, int64_t least)
{
	int64_t v = n - 1 + (int64_t)dice_below(d, 3);

	return v < least ? least : v;
}

struct digest scene_key(uint32_t i)
{
	struct digest k = { { 'a', (uint8_t)i } };

	return k;
}

const char *scene_provider(uint32_t i)
{
	static const char *const labels[SCENE_PROVIDERS] = { "p", "p0", "another-provider" };

	return labels[i % SCENE_PROVIDERS];
}

/* A threshold that n of something could meet, or just not. */
static uint32_t threshold(struct dice *d, uint32_t n, uint32_t most)
{
	uint32_t t = 1;

	switch (dice_below(d, 5)) {
	case 0:
		t = (uint32_t)scene_edge(d, n, 1);
		break;
	case 1:
		t = (uint32_t)scene_edge(d, n / 2 + 1, 1);
		break;
	case 2:
		t = 1 + dice_below(d, n + 1);
		break;
	case 3:
		t = 1 + dice_below(d, 3);
		break;
	default:
		break;
	}
	return t > most ? most : t;
}

static json_t *subset(struct plan *p)
{
	uint32_t n = p->s->f.electorate, from = dice_below(p->d, n + 1), size = 1 + dice_below(p->d, n < NAMED ? n + 2 : NAMED);
	json_t *list = json_array();
	char text[ID16_TEXT];

	/* It may begin among the electors and end among strangers; the first elector is an expulsion's subject. */
	if (dice_percent(p->d, 30))
		from = 0;
	for (uint32_t i = 0; i < size; i++) {
		struct id16 id = scene_member((from + i) % (n + 3));

		if (i >= n + 3)
			break;
		id16_text(&id, text);
		json_array_append_new(list, json_string(text));
	}
	return list;
}

static json_t *some_subset(struct plan *p)
{
	uint32_t i = dice_below(p->d, SCENE_SUBSETS);

	if (p->subsets[i] == NULL)
		p->subsets[i] = subset(p);
	return json_deep_copy(p->subsets[i]);
}

static void set_fraction(struct plan *p, json_t *o, uint32_t most)
{
	static const char *const common[] = { "1/2", "2/3", "1/3", "3/4", "1/1", "1/1000000", "999999/1000000", "500001/1000000" };
	char text[32];
	uint32_t q = 1 + dice_below(p->d, 12);

	snprintf(text, sizeof(text), "%u/%u", (unsigned)(1 + dice_below(p->d, q)), (unsigned)q);
	set(o, "fraction", json_string(dice_percent(p->d, 70) ? common[dice_below(p->d, sizeof(common) / sizeof(common[0]))] : text));
	if (dice_percent(p->d, 40))
		set(o, "minimum", json_integer(threshold(p->d, most, most)));
	if (dice_percent(p->d, 60))
		set(o, "base", json_string(dice_percent(p->d, 70) ? "cast" : "members"));
}

static json_t *near_leaf(struct plan *p)
{
	uint32_t nearest = dice_percent(p->d, 80) ? 1 + dice_below(p->d, 6) : 0;
	uint32_t opposite = nearest == 0 || dice_percent(p->d, 50) ? 1 + dice_below(p->d, 6) : 0;
	json_t *o = json_object();

	set(o, "count", json_integer(threshold(p->d, nearest + opposite, nearest + opposite)));
	if (nearest > 0)
		set(o, "nearest", json_integer(nearest));
	if (opposite > 0)
		set(o, "opposite", json_integer(opposite));
	if (dice_percent(p->d, 25))
		set(o, "veto", json_integer(threshold(p->d, nearest + opposite, nearest + opposite)));
	return o;
}

static json_t *votes_leaf(struct plan *p)
{
	uint32_t n = p->s->f.electorate, most = n + 2;
	json_t *o = json_object();

	if (dice_percent(p->d, 45)) {
		json_t *of = some_subset(p);

		n = most = (uint32_t)json_array_size(of);
		set(o, "of", of);
	}
	if (dice_percent(p->d, 50))
		set(o, "count", json_integer(threshold(p->d, n, most)));
	else
		set_fraction(p, o, most);
	if (dice_percent(p->d, 25))
		set(o, "veto", json_integer(threshold(p->d, n, most)));
	return o;
}

static json_t *vouches_leaf(struct plan *p)
{
	json_t *o = json_object();

	set(o, "count", json_integer(1 + dice_below(p->d, dice_percent(p->d, 70) ? 3 : p->s->f.electorate + 1)));
	if (p->s->vouching.age > 0)
		set(o, "age", json_integer(p->s->vouching.age));
	if (p->s->vouching.budget > 0)
		set(o, "budget", json_integer(p->s->vouching.budget));
	if (p->s->vouching.window > 0)
		set(o, "window", json_integer(p->s->vouching.window));
	if (p->s->vouching.expiry > 0)
		set(o, "expiry", json_integer(p->s->vouching.expiry));
	if (p->s->vouching.reason)
		set(o, "reason", json_true());
	return o;
}

static json_t *list_leaf(struct plan *p)
{
	json_t *keys = json_array();
	char text[THUMB_TEXT];

	for (uint32_t i = 0; i < LISTED; i++) {
		struct digest k = scene_key(i);

		if (!dice_percent(p->d, 40))
			continue;
		thumb_text(&k, text);
		json_array_append_new(keys, json_string(text));
	}
	return json_pack("{s:o}", "keys", keys);
}

static json_t *captcha_leaf(struct plan *p)
{
	static const char *const kinds[] = { "graphic", "logic", "audio" };
	json_t *list = json_array();

	for (uint32_t i = 0; i < 3; i++)
		if (dice_percent(p->d, 40))
			json_array_append_new(list, json_string(kinds[i]));
	if (json_array_size(list) == 0)
		json_array_append_new(list, json_string(kinds[dice_below(p->d, 3)]));
	return json_pack("{s:o}", "kinds", list);
}

static json_t *leaf(struct plan *p)
{
	uint32_t which = dice_below(p->d, 100);

	if (which < 40)
		return wrap("votes", votes_leaf(p));
	if (which < 52)
		return wrap("votes", near_leaf(p));
	if (which < 64)
		return wrap("vouches", vouches_leaf(p));
	if (which < 76)
		return wrap("authority", json_pack("{s:i}", "k", (int)(1 + dice_below(p->d, p->s->operators_n + 1))));
	if (which < 82)
		return wrap("list", list_leaf(p));
	if (which < 87)
		return wrap("captcha", captcha_leaf(p));
	if (which < 92)
		return wrap("work", json_pack("{s:i}", "effort", (int)(1 + dice_below(p->d, SCENE_EFFORTS))));
	if (which < 97)
		return wrap("external", json_pack("{s:s}", "provider", scene_provider(dice_below(p->d, SCENE_PROVIDERS))));
	return wrap("invitation", json_pack("{s:i}", "life", 86400));
}

static json_t *node(struct plan *p, uint32_t depth)
{
	json_t *list, *o;
	uint32_t n;

	if (depth == 0 || p->leaves <= 1 || dice_percent(p->d, 30)) {
		p->leaves -= p->leaves > 0;
		return leaf(p);
	}
	list = json_array();
	n = 1 + dice_below(p->d, CHILDREN);
	for (uint32_t i = 0; i < n && (i == 0 || p->leaves > 0); i++)
		json_array_append_new(list, node(p, depth - 1));
	n = (uint32_t)json_array_size(list);
	switch (dice_below(p->d, 3)) {
	case 0:
		return wrap("all", list);
	case 1:
		return wrap("any", list);
	default:
		o = json_pack("{s:i,s:o}", "k", (int)(1 + dice_below(p->d, n)), "of", list);
		return wrap("at_least", o);
	}
}

static void plan_close(struct plan *p)
{
	for (size_t i = 0; i < SCENE_SUBSETS; i++)
		json_decref(p->subsets[i]);
}

json_t *scene_rule(struct dice *d, const struct scene *s)
{
	struct plan p = { .d = d, .s = s, .leaves = 1 + dice_below(d, dice_percent(d, 60) ? 4 : LEAVES) };
	json_t *rule = node(&p, dice_below(d, s->f.question == Q_RECOVER ? DEPTH - 1 : DEPTH)); /* /recovery/member lies one deeper */

	plan_close(&p);
	return rule;
}

json_t *scene_leaf(struct dice *d, const struct scene *s)
{
	struct plan p = { .d = d, .s = s, .leaves = 1 };
	json_t *rule = leaf(&p);

	plan_close(&p);
	return rule;
}
