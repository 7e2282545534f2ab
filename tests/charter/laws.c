/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/charter/laws.h"

enum { SCENES = 300 };

static struct scenery scenery;

struct scenery *law_scenery(void)
{
	return &scenery;
}

int laws_open(void **state)
{
	(void)state;
	scenery_open(&scenery);
	return 0;
}

int laws_close(void **state)
{
	(void)state;
	scenery_close(&scenery);
	return 0;
}

bool ruling_of(const struct scene *s, struct ruling *out)
{
	struct facts f = scene_facts(s);
	struct decision_trace t = { 0 };
	struct err e = { 0 };
	struct charter *c = scene_charter(&scenery, s, &e);

	if (c == NULL)
		return false;
	assert_true(charter_decide(c, charter_requirement(c, f.question, false), &f, &out->verdict, &t, &e));
	out->expired = t.expired;
	out->refusal = t.refusal;
	out->met_now = t.nodes[0].met_now;
	out->missing = t.nodes[0].missing;
	decision_trace_free(&t);
	charter_free(c);
	return true;
}

struct ruling ruling(const struct scene *s)
{
	struct ruling r = { 0 };

	assert_true(ruling_of(s, &r));
	return r;
}

/* No, not yet, yes. */
static int height(enum verdict v)
{
	return v == VERDICT_YES ? 2 : v == VERDICT_NOT_YET ? 1 : 0;
}

void law_broken(const char *law, const struct scene *before, const struct scene *after)
{
	fprintf(stderr, "%s: %s, and then %s\n", law, verdict_name(ruling(before).verdict), verdict_name(ruling(after).verdict));
	scene_print(&scenery, before);
	scene_print(&scenery, after);
	fail();
}

void law_never_falls(const char *law, const struct scene *before, const struct scene *after)
{
	if (height(ruling(after).verdict) < height(ruling(before).verdict))
		law_broken(law, before, after);
}

void law_stays(const char *law, const struct scene *before, const struct scene *after)
{
	if (ruling(after).verdict != ruling(before).verdict)
		law_broken(law, before, after);
}

void law_over_many(void **state)
{
	const struct law *law = *state;
	uint64_t seed = dice_given("SEED", 1), n = dice_given("PAIRS", SCENES);

	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint64_t i = 0; i < n; i++) {
		struct dice d = { seed + ~i };
		struct scene s, t;

		scene_make(&scenery, seed * UINT64_C(1000000009) + i, &s);
		scene_copy(&s, &t);
		law->holds(&d, &s, &t);
		scene_free(&t);
		scene_free(&s);
	}
}
