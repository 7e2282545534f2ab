/* SPDX-License-Identifier: ISC
 * charter_decide against the naive procedure, over scenes out of chance: none may differ, in any node. PAIRS=n tries so many,
 * SEED=n repeats a run. A difference is made as small as it gets, and printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/charter/naive.h"
#include "tests/charter/scene.h"
#include "tests/lib/charters.h"

enum { PAIRS = 3000, COURSES = 3 };

static struct scenery scenery;

static int open_scenery(void **state)
{
	(void)state;
	scenery_open(&scenery);
	return 0;
}

static int close_scenery(void **state)
{
	(void)state;
	scenery_close(&scenery);
	return 0;
}

/* ---- one pair */

struct difference {
	char text[400];
};

static bool differ(struct difference *d, const char *what, const char *where, int theirs, int ours)
{
	if (d != NULL)
		snprintf(d->text, sizeof(d->text), "%s at \"%s\": charter_decide says %d, the naive procedure %d", what, where, theirs,
			ours);
	return true;
}

static const json_t *parts_of(const json_t *rule)
{
	const json_t *inside = json_object_iter_value(json_object_iter((json_t *)(uintptr_t)rule));
	const json_t *of = json_object_get(inside, "k") != NULL ? json_object_get(inside, "of") : inside;

	return json_is_array(of) ? of : NULL;
}

/* Each node of the trace, in preorder, is the answer to a rule of its own. */
static bool nodes_differ(struct naive_case c, const struct decision_trace *t, size_t *i, struct difference *d)
{
	const struct trace_node *n = &t->nodes[*i];
	const json_t *parts = parts_of(c.rule);
	struct naive_answer a;

	if (*i >= t->n)
		return differ(d, "nodes", "", (int)t->n, (int)*i + 1);
	naive_decide(&c, &a);
	if (n->state != a.verdict)
		return differ(d, "state", n->pointer, n->state, a.verdict);
	if (n->met_now != a.met_now)
		return differ(d, "met_now", n->pointer, n->met_now, a.met_now);
	++*i;
	for (size_t k = 0; k < json_array_size(parts); k++) {
		c.rule = json_array_get(parts, k);
		if (nodes_differ(c, t, i, d))
			return true;
	}
	return false;
}

static bool answers_differ(const struct naive_case *c, const struct charter *charter, bool every_node, struct difference *d)
{
	struct decision_trace t = { 0 };
	struct naive_answer a;
	enum verdict v, bare;
	struct err e = { 0 };
	bool differs;
	size_t i = 0;

	assert_true(charter_decide(charter, charter_requirement(charter, c->facts.question, false), &c->facts, &v, &t, &e));
	assert_true(charter_decide(charter, charter_requirement(charter, c->facts.question, false), &c->facts, &bare, NULL, &e));
	naive_decide(c, &a);
	differs = (v != a.verdict && differ(d, "verdict", "", v, a.verdict)) ||
		(bare != v && differ(d, "verdict without a trace", "", bare, v)) ||
		(t.verdict != v && differ(d, "verdict of the trace", "", t.verdict, v)) ||
		(t.expired != a.expired && differ(d, "expired", "", t.expired, a.expired)) ||
		(every_node && (nodes_differ(*c, &t, &i, d) || (i != t.n && differ(d, "nodes", "", (int)t.n, (int)i))));
	decision_trace_free(&t);
	return differs;
}

static struct naive_case case_of(const struct scene *s)
{
	return (struct naive_case){ s->rule, scenery.operator, s->operators_n, scene_facts(s) };
}

static bool differs(const struct scene *s, struct difference *d)
{
	struct naive_case c = case_of(s);
	struct err e = { 0 };
	struct charter *charter = scene_charter(&scenery, s, &e);
	bool out;

	if (charter == NULL)
		return false;
	out = answers_differ(&c, charter, true, d);
	charter_free(charter);
	return out;
}

/* ---- as small as it gets */

/* One of the rule's parts alone; the rule without it. */
static bool smaller_rule(const struct scene *s, bool alone, size_t i, struct scene *out)
{
	json_t *parts = (json_t *)(uintptr_t)parts_of(out->rule);

	if (i >= json_array_size(parts) || (!alone && json_array_size(parts) == 1))
		return false;
	if (!alone)
		return json_array_remove(parts, i) == 0;
	json_decref(out->rule);
	out->rule = json_deep_copy(json_array_get(parts_of(s->rule), i));
	return true;
}

enum { A_VOTE, AN_APPROVAL, A_VOUCH, A_CHALLENGE, AN_ELECTOR, OTHER_PARTS, A_PART, WAYS };

/* A copy with something taken away; false: there is no i-th. */
static bool without(const struct scene *s, int what, size_t i, struct scene *out)
{
	struct facts *f = &out->f;

	scene_copy(s, out);
	switch (what) {
	case A_VOTE:
		if (i < f->votes_n)
			out->votes[i] = out->votes[f->votes_n - 1];
		return i < f->votes_n && f->votes_n-- > 0;
	case AN_APPROVAL:
		if (i < f->approvals_n)
			out->approvals[i] = out->approvals[f->approvals_n - 1];
		return i < f->approvals_n && f->approvals_n-- > 0;
	case A_VOUCH:
		if (i < f->vouches_n)
			out->vouches[i] = out->vouches[f->vouches_n - 1];
		return i < f->vouches_n && f->vouches_n-- > 0;
	case A_CHALLENGE:
		if (i < f->challenges_n)
			out->challenges[i] = out->challenges[f->challenges_n - 1];
		return i < f->challenges_n && f->challenges_n-- > 0;
	case AN_ELECTOR:
		return i == 0 && f->electorate > f->votes_n + f->without_vote + f->subject_is_elector && f->electorate-- > 0;
	default:
		return smaller_rule(s, what == OTHER_PARTS, i, out);
	}
}

/* Takes away one thing, if the difference stays. */
static bool step(struct scene *s)
{
	struct scene less;

	for (int what = 0; what < WAYS; what++) {
		bool made = true;

		for (size_t i = 0; made; i++) {
			made = without(s, what, i, &less);
			if (made && differs(&less, NULL)) {
				scene_free(s);
				*s = less;
				return true;
			}
			scene_free(&less);
		}
	}
	return false;
}

static void shrink(struct scene *s)
{
	while (step(s))
		;
}

static void report(const struct scene *s, uint64_t seed)
{
	struct difference d = { "" };
	struct scene small;

	scene_copy(s, &small);
	shrink(&small);
	(void)differs(&small, &d);
	fprintf(stderr, "scene %llu: %s\n", (unsigned long long)seed, d.text);
	scene_print(&scenery, &small);
	scene_free(&small);
	fail();
}

/* ---- many */

/* What a run was made of: a comparison of scenes that are all alike would say nothing. */
struct run {
	size_t pairs, literal, verdicts[3], expired;
};

static void compare(uint64_t seed, struct run *run)
{
	struct dice d = { ~seed };
	struct err e = { 0 };
	struct charter *charter;
	struct scene s;

	scene_make(&scenery, seed, &s);
	charter = scene_charter(&scenery, &s, &e);
	if (charter == NULL) {
		scene_print(&scenery, &s);
		fail_msg("scene %llu: %s at %s: %s", (unsigned long long)seed, e.name, e.pointer, e.text);
	}
	for (int i = 0; i < COURSES; i++) {
		struct naive_case c = case_of(&s);
		struct naive_answer a;

		if (answers_differ(&c, charter, i == 0, NULL))
			report(&s, seed);
		naive_decide(&c, &a);
		run->pairs++;
		run->literal += a.literal;
		run->verdicts[a.verdict]++;
		run->expired += a.expired;
		scene_again(&scenery, &d, &s);
	}
	charter_free(charter);
	scene_free(&s);
}

static void two_procedures_never_differ(void **state)
{
	uint64_t seed = dice_given("SEED", 1), pairs = dice_given("PAIRS", PAIRS);
	struct run run = { 0 };

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint64_t i = 0; run.pairs < pairs; i++)
		compare(seed * UINT64_C(1000000007) + i, &run);
	print_message("%zu pairs, all futures tried of %zu; yes %zu, no %zu (expired %zu), not yet %zu\n", run.pairs, run.literal,
		run.verdicts[VERDICT_YES], run.verdicts[VERDICT_NO], run.expired, run.verdicts[VERDICT_NOT_YET]);
	assert_true(run.literal > run.pairs / 4);
	assert_true(run.verdicts[VERDICT_YES] > run.pairs / 20);
	assert_true(run.verdicts[VERDICT_NO] > run.pairs / 20);
	assert_true(run.verdicts[VERDICT_NOT_YET] > run.pairs / 20);
	assert_true(run.expired > run.pairs / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_procedures_never_differ),
	};

	return cmocka_run_group_tests(tests, open_scenery, close_scenery);
}
