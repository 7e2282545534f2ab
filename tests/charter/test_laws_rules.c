/* SPDX-License-Identifier: ISC
 * Laws of rules, and of what is said to be missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/charter/laws.h"
#include "tests/charter/scene_rule.h"
#include "tests/lib/charters.h"

/* {name: [rule, leaf]}; the caller's copy gets it. */
static json_t *with(const char *name, const json_t *rule, json_t *leaf)
{
	return json_pack("{s:[o,o]}", name, json_deep_copy(rule), leaf);
}

static void replace(struct scene *t, json_t *rule)
{
	json_decref(t->rule);
	t->rule = rule;
}

/* A charter's JSON is nested to a certain depth. */
static bool readable(const struct scene *t)
{
	struct ruling r;

	return ruling_of(t, &r);
}

/* A leaf that asks for none of the neighbours, who were drawn for the rule as it was. */
static json_t *other_leaf(struct dice *d, const struct scene *s)
{
	for (;;) {
		json_t *leaf = scene_leaf(d, s), *votes = json_object_get(leaf, "votes");

		if (json_object_get(votes, "nearest") == NULL && json_object_get(votes, "opposite") == NULL)
			return leaf;
		json_decref(leaf);
	}
}

static void another_way_never_hurts(struct dice *d, const struct scene *s, struct scene *t)
{
	replace(t, with("any", s->rule, other_leaf(d, s)));
	if (readable(t))
		law_never_falls(__func__, s, t);
}

static void another_demand_never_helps(struct dice *d, const struct scene *s, struct scene *t)
{
	replace(t, with("all", s->rule, other_leaf(d, s)));
	if (readable(t))
		law_never_falls(__func__, t, s);
}

static void at_least_lies_between_any_and_all(struct dice *d, const struct scene *s, struct scene *t)
{
	json_t *leaf = other_leaf(d, s), *any = with("any", s->rule, json_incref(leaf)), *all = with("all", s->rule, leaf);
	json_t *of = json_object_get(any, "any");
	struct scene plain = *s;

	plain.rule = any;
	replace(t, json_pack("{s:{s:i,s:O}}", "at_least", "k", 1, "of", of));
	if (readable(t))
		law_stays(__func__, &plain, t);
	plain.rule = all;
	replace(t, json_pack("{s:{s:i,s:O}}", "at_least", "k", 2, "of", of));
	if (readable(t))
		law_stays(__func__, &plain, t);
	json_decref(any);
	json_decref(all);
}

/* Adds one to a threshold somewhere in it; false: there was none on the way. */
static bool raise(struct dice *d, json_t *rule)
{
	static const char *const names[] = { "count", "minimum", "k", "effort" };
	const char *name = names[dice_below(d, 4)];
	json_t *inside = json_object_iter_value(json_object_iter(rule)), *of = json_object_get(inside, "of");
	json_t *parts = json_is_array(inside) ? inside : json_object_get(inside, "k") != NULL ? of : NULL;
	json_t *n = json_object_get(inside, name);

	if (parts != NULL && (n == NULL || dice_percent(d, 70)))
		return raise(d, json_array_get(parts, dice_below(d, (uint32_t)json_array_size(parts))));
	return n != NULL && json_integer_set(n, json_integer_value(n) + 1) == 0;
}

static void a_higher_threshold_never_helps(struct dice *d, const struct scene *s, struct scene *t)
{
	if (raise(d, t->rule) && readable(t))
		law_never_falls(__func__, t, s);
}

static void to_name_everybody_is_to_name_nobody(struct dice *d, const struct scene *s, struct scene *t)
{
	json_t *leaf = other_leaf(d, s), *votes = json_object_get(leaf, "votes"), *of = json_array();
	struct scene plain = *s;

	plain.rule = leaf;
	if (votes != NULL && s->f.without_vote == 0) {
		json_object_del(votes, "of");
		for (uint32_t i = 0; i < s->f.electorate; i++) {
			struct id16 id = scene_member(i);
			char text[ID16_TEXT];

			id16_text(&id, text);
			json_array_append_new(of, json_string(text));
		}
		replace(t, json_deep_copy(leaf));
		json_object_set(json_object_get(t->rule, "votes"), "of", of);
		/* A threshold above their number is refused when it is read. */
		if (readable(t))
			law_stays(__func__, &plain, t);
	}
	json_decref(of);
	json_decref(leaf);
}

/* ---- what is missing */

/* Adds what one leaf alone may be waiting for. */
static bool add_unit(const json_t *leaf, struct scene *t)
{
	struct digest key;
	struct id16 who;

	if (json_object_get(leaf, "votes") != NULL && scene_silent(t, &who)) {
		t->votes[t->f.votes_n++] = (struct fact_vote){ who, CHOICE_YES };
		return true;
	}
	if (json_object_get(leaf, "authority") != NULL && scene_silent_operator(law_scenery(), t, &key)) {
		t->approvals[t->f.approvals_n++] = (struct fact_approval){ key, true };
		return true;
	}
	if (json_object_get(leaf, "vouches") != NULL && scene_silent_voucher(t, &who)) {
		t->vouches[t->f.vouches_n++] = (struct fact_vouch){ who, 1000, 0, 1, true };
		return true;
	}
	return false;
}

/* So many meet it, and no fewer. */
static void the_missing_is_what_is_missing(struct dice *d, const struct scene *s, struct scene *t)
{
	struct ruling r;
	uint32_t added = 0;

	(void)s;
	replace(t, other_leaf(d, s));
	if (json_object_get(json_object_get(t->rule, "votes"), "of") != NULL)
		json_object_del(json_object_get(t->rule, "votes"), "of");
	t->f.closed = t->change = false;
	r = ruling(t);
	if (r.verdict == VERDICT_NO || r.met_now) {
		assert_int_equal(r.missing, 0);
		return;
	}
	assert_int_not_equal(r.missing, 0);
	if (json_object_get(t->rule, "votes") == NULL && json_object_get(t->rule, "authority") == NULL &&
		json_object_get(t->rule, "vouches") == NULL) {
		assert_int_equal(r.missing, 1);
		return;
	}
	while (!ruling(t).met_now) {
		assert_true(add_unit(t->rule, t));
		added++;
	}
	if (added != r.missing) {
		fprintf(stderr, "%u were missing, and %u met it\n", (unsigned)r.missing, (unsigned)added);
		scene_print(law_scenery(), t);
		fail();
	}
}

/* ---- what is said to stand in the way */

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* Is this node a leaf that the name could speak of, unmet, and lost where all is lost? */
static bool in_the_way(const struct decision_trace *t, const struct trace_node *n)
{
	static const struct {
		const char *refusal, *leaf;
	} names[] = { { "votes_missing", "/votes" }, { "veto", "/votes" }, { "approvals_missing", "/authority" }, { "not_listed", "/list" },
		{ "vouches_missing", "/vouches" }, { "captcha_missing", "/captcha" }, { "work_missing", "/work" },
		{ "external_missing", "/external" }, { "not_invited", "/invitation" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(t->refusal, names[i].refusal) == 0 && ends_with(n->pointer, names[i].leaf))
			return !n->met_now && (t->verdict != VERDICT_NO || n->state == VERDICT_NO) && (i != 1 || n->refusing > 0);
	return false;
}

static void the_refusal_names_a_leaf_in_the_way(struct dice *d, const struct scene *s, struct scene *t)
{
	struct facts f = scene_facts(s);
	struct decision_trace trace = { 0 };
	struct err e = { 0 };
	struct charter *c = scene_charter(law_scenery(), s, &e);
	enum verdict v;
	bool found = false;

	(void)d;
	(void)t;
	assert_non_null(c);
	assert_true(charter_decide(c, charter_requirement(c, f.question, false), &f, &v, &trace, &e));
	for (size_t i = 0; i < trace.n && v != VERDICT_YES; i++)
		found |= in_the_way(&trace, &trace.nodes[i]);
	if (v == VERDICT_NOT_YET && trace.nodes[0].met_now)
		assert_string_equal(trace.refusal, "term_open");
	else if (v != VERDICT_YES && !found) {
		fprintf(stderr, "%s: \"%s\" stands in the way of nothing\n", verdict_name(v), trace.refusal);
		for (size_t i = 0; i < trace.n; i++)
			fprintf(stderr, "  \"%s\" %s, met now %d\n", trace.nodes[i].pointer, verdict_name(trace.nodes[i].state),
				trace.nodes[i].met_now);
		scene_print(law_scenery(), s);
		fail();
	}
	decision_trace_free(&trace);
	charter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAW(another_way_never_hurts),
		LAW(another_demand_never_helps),
		LAW(at_least_lies_between_any_and_all),
		LAW(a_higher_threshold_never_helps),
		LAW(to_name_everybody_is_to_name_nobody),
		LAW(the_missing_is_what_is_missing),
		LAW(the_refusal_names_a_leaf_in_the_way),
	};

	return cmocka_run_group_tests(tests, laws_open, laws_close);
}
