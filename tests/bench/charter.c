/* SPDX-License-Identifier: ISC
 * charter.decide: what one decision costs in a large group, 50 leaves over 10 000 members' votes, with and without a trace. Base: a plain
 * count of the same votes by each leaf in turn, which knows in advance where each leaf's voters stand, and decides nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charter/decide.h"
#include "tests/charter/scene.h"
#include "tests/lib/measure.h"

enum { MEMBERS = 10000, LEAVES = 50, NAMED = 60, ROUNDS = 25, TIMES = 20 };
#define BUDGET_MS 5.0
#define BASE "a plain count of the same votes by each leaf, its voters found before"

/* A rule whose every leaf has to be counted: those of everybody wait for the last thousand. */
struct stage {
	struct charter *charter;
	struct facts facts;
	struct fact_vote votes[MEMBERS];
	/* of each leaf that names its voters, where these stand among the votes */
	uint32_t named[LEAVES][NAMED];
	uint32_t named_n[LEAVES];
	uint32_t yes; /* that the plain count finds, each time */
};

static void must(bool made, const char *what, const struct err *e)
{
	if (made)
		return;
	fprintf(stderr, "bench: cannot make %s: %s: %s\n", what, e == NULL ? "" : e->name, e == NULL ? "" : e->text);
	exit(1);
}

/* Every other leaf is of everybody; the rest name 60 members each, as many as a charter of 64 KiB holds, and some of them several times. */
static json_t *leaf(struct stage *s, size_t i)
{
	json_t *votes = json_object(), *of;
	char text[ID16_TEXT];

	json_object_set_new(votes, "fraction", json_string("7/10"));
	json_object_set_new(votes, "base", json_string("cast"));
	if (i % 2 == 0)
		return json_pack("{s:o}", "votes", votes);
	of = json_array();
	for (uint32_t k = 0; k < NAMED; k++) {
		struct id16 id;

		s->named[i][k] = (uint32_t)(i * 150 + k * 7) % MEMBERS;
		id = scene_member(s->named[i][k]);
		id16_text(&id, text);
		json_array_append_new(of, json_string(text));
	}
	s->named_n[i] = NAMED;
	json_object_set_new(votes, "of", of);
	return json_pack("{s:o}", "votes", votes);
}

static void stage_open(struct stage *s)
{
	struct charters *keys = charters_new();
	json_t *doc = charters_first(keys), *list = json_array();
	struct err e = { 0 };

	for (size_t i = 0; i < LEAVES; i++)
		json_array_append_new(list, leaf(s, i));
	json_object_set_new(doc, "admission", json_pack("{s:{s:i,s:o}}", "at_least", "k", LEAVES - 1, "of", list));
	s->charter = charters_parse(doc, &e);
	must(s->charter != NULL, "a charter", &e);
	charters_free(keys);
	for (uint32_t i = 0; i < MEMBERS; i++)
		s->votes[i] = (struct fact_vote){ scene_member(i), i % 5 < 3 ? CHOICE_YES : i % 5 < 4 ? CHOICE_NO : CHOICE_ABSTAIN };
	s->facts = (struct facts){ .electorate = MEMBERS + 1000, .votes = s->votes, .votes_n = MEMBERS };
}

static bool decides(const struct stage *s, struct decision_trace *trace, size_t times)
{
	enum verdict v;
	struct err e = { 0 };
	bool rc = true;

	for (size_t i = 0; i < times; i++) {
		rc &= charter_decide(s->charter, s->charter->admission, &s->facts, &v, trace, &e) && v == VERDICT_NOT_YET;
		if (trace != NULL)
			decision_trace_free(trace);
	}
	return rc;
}

static bool bare(void *arg, size_t times)
{
	return decides(arg, NULL, times);
}

static bool traced(void *arg, size_t times)
{
	struct decision_trace t;

	return decides(arg, &t, times);
}

static bool plain_count(void *arg, size_t times)
{
	struct stage *s = arg;
	bool rc = true;

	for (size_t i = 0; i < times; i++) {
		volatile uint32_t yes = 0;

		for (size_t l = 0; l < LEAVES; l++) {
			uint32_t count = 0, n = s->named_n[l] > 0 ? s->named_n[l] : MEMBERS;

			for (uint32_t k = 0; k < n; k++)
				count += s->votes[s->named_n[l] > 0 ? s->named[l][k] : k].choice == CHOICE_YES;
			yes = yes + count;
		}
		rc &= s->yes == 0 || s->yes == yes;
		s->yes = yes;
	}
	return rc;
}

int main(void)
{
	struct stage *s = calloc(1, sizeof(*s));
	struct contestant c[] = { { "the plain count", plain_count, s }, { "charter.decide", bare, s },
		{ "charter.decide.traced", traced, s } };
	double us[3], ratio[3];

	must(s != NULL, "a stage", NULL);
	stage_open(s);
	measure_turns(c, 3, ROUNDS, TIMES, us, ratio);
	for (size_t i = 1; i < 3; i++) {
		measure_print(c[i].name, us[i] / 1000, "ms", ratio[i], BASE);
		fprintf(stderr, "bench: %-21s %.2f ms for %d leaves over %d votes, within a budget of %.0f ms: %s\n", c[i].name,
			us[i] / 1000, LEAVES, MEMBERS, BUDGET_MS, us[i] / 1000 <= BUDGET_MS ? "yes" : "no");
	}
	charter_free(s->charter);
	free(s);
	return 0;
}
