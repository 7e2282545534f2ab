/* SPDX-License-Identifier: ISC
 * Scenarios out of chance: what they tell is read a second time, from the words of docs/objects/charter.md alone, and the naive procedure
 * decides it. PAIRS=n tries so many, SEED=n repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charter/scenario.h"
#include "charter/story.h"
#include "tests/charter/naive.h"
#include "tests/charter/plot.h"
#include "tests/charter/scene_rule.h"
#include "tests/lib/charters.h"

enum { STORIES = 2000, TEN_YEARS = 315360000 };

static struct scenery scenery;

/* ---- the same story, read again */

static int64_t number(const json_t *o, const char *name, int64_t otherwise)
{
	const json_t *v = json_object_get(o, name);

	return v == NULL ? otherwise : json_integer_value(v);
}

static struct id16 read_who(const struct plot_named *w, const json_t *act)
{
	const json_t *by = json_object_get(act, "by");
	struct id16 id;

	if (json_is_integer(by))
		return plot_member(w, (uint32_t)json_integer_value(by));
	assert_true(id16_parse(json_string_value(by), &id));
	return id;
}

/* What is behind the instant has not happened; what is at the close or behind it is too late. */
static bool happened(const json_t *act, int64_t instant)
{
	return number(act, "at", 0) <= instant && number(act, "at", 0) < PLOT_TERM;
}

static enum choice read_choice(const json_t *act)
{
	const char *word = json_string_value(json_object_get(act, "choice"));

	return *word == 'y' ? CHOICE_YES : *word == 'n' ? CHOICE_NO : CHOICE_ABSTAIN;
}

/* The last vote of a member counts, by its time and not by its place in the story. */
static bool voted_later(const json_t *votes, const struct plot_named *w, const json_t *act, int64_t instant)
{
	struct id16 by = read_who(w, act), other;
	const json_t *v;
	size_t i;

	json_array_foreach(votes, i, v)
	{
		other = read_who(w, v);
		if (happened(v, instant) && id16_compare(&other, &by) == 0 && number(v, "at", 0) > number(act, "at", 0))
			return true;
	}
	return false;
}

static void read_votes(const json_t *doc, const struct plot_named *w, int64_t instant, struct scene *out)
{
	static const char *const short_forms[] = { "yes", "no", "abstain" };
	static const enum choice choices[] = { CHOICE_YES, CHOICE_NO, CHOICE_ABSTAIN };
	const json_t *votes = json_object_get(doc, "votes"), *v;
	uint32_t m = 1;
	size_t i;

	for (size_t k = 0; k < 3; k++)
		for (int64_t n = number(doc, short_forms[k], 0); n > 0; n--)
			out->votes[out->f.votes_n++] = (struct fact_vote){ plot_member(w, m++), choices[k] };
	json_array_foreach(votes, i, v) if (happened(v, instant) && !voted_later(votes, w, v, instant)) out->votes[out->f.votes_n++] =
		(struct fact_vote){ read_who(w, v), read_choice(v) };
}

static void read_approvals(const json_t *doc, int64_t instant, struct scene *out)
{
	const json_t *v;
	size_t i;

	for (int64_t n = 0; n < number(doc, "approvals", 0); n++)
		out->approvals[out->f.approvals_n++] = (struct fact_approval){ scenery.operator[n], true };
	json_array_foreach(json_object_get(doc, "approvals"), i, v) if (happened(v, instant)) out->approvals[out->f.approvals_n++] =
		(struct fact_approval){ scenery.operator[number(v, "by", 0) - 1], read_choice(v) == CHOICE_YES };
}

static void read_vouches(const json_t *doc, const struct plot_named *w, int64_t instant, struct scene *out)
{
	const json_t *v;
	size_t i;

	for (int64_t n = 1; n <= number(doc, "vouches", 0); n++)
		out->vouches[out->f.vouches_n++] = (struct fact_vouch){ plot_member(w, (uint32_t)n), TEN_YEARS, instant, 1, false };
	json_array_foreach(json_object_get(doc, "vouches"), i, v) if (happened(v, instant)) out->vouches[out->f.vouches_n++] =
		(struct fact_vouch){ read_who(w, v), number(v, "age", TEN_YEARS), instant - number(v, "at", 0),
			(uint32_t)number(v, "live", 1), json_is_true(json_object_get(v, "reason")) };
}

static void read_challenges(const json_t *doc, int64_t instant, struct scene *out)
{
	const json_t *v;
	size_t i;

	json_array_foreach(json_object_get(doc, "challenges"), i, v)
	{
		const char *captcha = json_string_value(json_object_get(v, "captcha"));
		const char *external = json_string_value(json_object_get(v, "external"));
		struct fact_challenge c = { .type = CHALLENGE_WORK, .effort = number(v, "work", 0) };

		if (external != NULL)
			c = (struct fact_challenge){ .type = CHALLENGE_EXTERNAL, .provider = external };
		if (captcha != NULL)
			c = (struct fact_challenge){ .type = CHALLENGE_CAPTCHA,
				.captcha = *captcha == 'g' ? CAPTCHA_GRAPHIC
					: *captcha == 'l'  ? CAPTCHA_LOGIC
							   : CAPTCHA_AUDIO };
		if (happened(v, instant))
			out->challenges[out->f.challenges_n++] = c;
	}
}

/* The first k members, and those behind them, round again: k is what the leaves ask for at most, however many there are. */
static void read_neighbours(const struct plot_named *w, uint32_t n, struct scene *out)
{
	uint32_t k = (uint32_t)scene_widest(out->rule, "nearest");

	for (uint32_t i = 0; i < out->f.nearest_n; i++)
		out->nearest[i] = plot_member(w, i + 1);
	for (uint32_t i = 0; i < out->f.opposite_n; i++)
		out->opposite[i] = plot_member(w, (k + i) % n + 1);
}

/* The first key of the first list that has one. */
static bool first_key(const json_t *rule, struct digest *out)
{
	const json_t *inside = json_object_iter_value(json_object_iter((json_t *)(uintptr_t)rule)), *v;
	const json_t *keys = json_object_get(json_object_get(rule, "list"), "keys");
	bool found = json_array_size(keys) > 0;
	size_t i;

	if (found)
		assert_true(thumb_parse(json_string_value(json_array_get(keys, 0)), out));
	if (json_object_get(rule, "votes") != NULL || keys != NULL)
		return found;
	json_array_foreach(json_is_array(inside) ? inside : json_object_get(inside, "of"), i, v)
	{
		found = first_key(v, out);
		if (found)
			return true;
	}
	return false;
}

static void read_again(const json_t *doc, const struct plot_named *w, const struct scene *s, struct scene *out)
{
	int64_t now = json_is_true(json_object_get(doc, "closed")) ? PLOT_TERM : number(doc, "now", 0),
		instant = now < PLOT_TERM ? now : PLOT_TERM;

	*out = *s;
	out->f.votes_n = out->f.approvals_n = out->f.vouches_n = out->f.challenges_n = 0;
	out->f.closed = now >= PLOT_TERM;
	out->f.subject_is_elector = plot_has_subject(s);
	out->f.subject = plot_subject();
	out->f.invited = json_is_true(json_object_get(doc, "invited"));
	out->f.applicant = scene_key(1000);
	if (json_is_true(json_object_get(doc, "listed")))
		(void)first_key(s->rule, &out->f.applicant);
	read_votes(doc, w, instant, out);
	read_approvals(doc, instant, out);
	read_vouches(doc, w, instant, out);
	read_challenges(doc, instant, out);
	read_neighbours(w, plot_voters(s), out);
}

/* ---- both */

struct run {
	size_t stories, refused, verdicts[3];
};

static void compare(uint64_t seed, struct run *run)
{
	struct dice d = { ~seed };
	struct decision_trace t = { 0 };
	struct plot_named w = { .n = 0 };
	struct scenario story = { 0 };
	struct naive_answer a;
	struct scene s, again;
	struct err e = { 0 };
	enum verdict v;
	struct charter *c;
	json_t *doc;
	char *text;

	scene_make(&scenery, seed, &s);
	if (plot_has_subject(&s) && s.f.without_vote == s.f.electorate)
		s.f.without_vote--;
	c = scene_charter(&scenery, &s, &e);
	assert_non_null(c);
	plot_find_named(s.rule, &w);
	doc = plot_tell(&d, &s, &w);
	text = json_dumps(doc, JSON_COMPACT);
	run->stories++;
	if (!scenario_parse(slice_str(text), c, &story, &e)) {
		if (getenv("TELL") != NULL)
			fprintf(stderr, "%s at %s: %s\n  %s\n", e.name, e.pointer, e.text, text);
		assert_string_equal(e.name, "bad_charter");
		run->refused++;
	} else {
		assert_true(story_decide(c, &story, &v, &t, &e));
		read_again(doc, &w, &s, &again);
		naive_decide(&(struct naive_case){ s.rule, scenery.operator, s.operators_n, scene_facts(&again) }, &a);
		if (v != a.verdict || t.expired != a.expired) {
			fprintf(stderr, "story %llu: story_decide says %s%s, the naive procedure %s%s\n  %s\n", (unsigned long long)seed,
				verdict_name(v), t.expired ? " (expired)" : "", verdict_name(a.verdict), a.expired ? " (expired)" : "",
				text);
			scene_print(&scenery, &again);
			fail();
		}
		run->verdicts[v]++;
		decision_trace_free(&t);
		scenario_free(&story);
	}
	free(text);
	json_decref(doc);
	charter_free(c);
	scene_free(&s);
}

static void stories_are_read_alike(void **state)
{
	uint64_t seed = dice_given("SEED", 1), stories = dice_given("PAIRS", STORIES);
	struct run run = { 0 };

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	while (run.stories < stories)
		compare(seed * UINT64_C(1000000021) + run.stories, &run);
	print_message("%zu stories; yes %zu, no %zu, not yet %zu, refused %zu\n", run.stories, run.verdicts[VERDICT_YES],
		run.verdicts[VERDICT_NO], run.verdicts[VERDICT_NOT_YET], run.refused);
	assert_true(run.refused < run.stories / 5);
	assert_true(run.verdicts[VERDICT_YES] > run.stories / 20);
	assert_true(run.verdicts[VERDICT_NOT_YET] > run.stories / 20);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stories_are_read_alike),
	};

	return cmocka_run_group_tests(tests, open_scenery, close_scenery);
}
