/* SPDX-License-Identifier: ISC
 * charter.decide: what one decision costs in a large group, 50 leaves over 10 000 members' votes, with and without a trace. Base: a plain
 * count of the same votes by each leaf in turn, which knows in advance where each leaf's voters stand, and decides nothing.
 * charter.replay: 10 000 applications decided again under a draft, out of their records with three votes and a vouch each, by as many
 * threads as the command has. Base: the audit of the same records by one thread, which each of them is owed anyhow. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "charter/decide.h"
#include "peer/crew.h"
#include "tests/charter/scene.h"
#include "tests/lib/measure.h"
#include "tests/lib/records.h"

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

static void decide(void)
{
	struct stage *s = calloc(1, sizeof(*s));
	struct contestant c[] = { { "the plain count", plain_count, s, false }, { "charter.decide", bare, s, false },
		{ "charter.decide.traced", traced, s, false } };
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
}

/* ---- replay */

/* Each of the records in turn, so often that all applications are had. */
enum { APPLICATIONS = 10000, RECORDS = 500, REPLAY_ROUNDS = APPLICATIONS / RECORDS };
#define REPLAY_BUDGET 10.0
#define REPLAY_BASE "the audit of the same records by one thread"

struct archive {
	struct crypto *c;
	struct charter *draft;
	size_t hands;
	struct buf record[RECORDS];
	size_t bytes;
};

static void members_vouch(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"votes\":{\"count\":2}},{\"vouches\":{\"count\":1}}]}");
}

/* By two against one, and a vouch. */
static void admit(struct world *w, struct buf *record)
{
	struct hall h = { .w = w };
	struct err e = { 0 };
	json_t *doc;

	h.ev.votes = h.votes;
	h.ev.objects = h.objects;
	world_apply(w);
	world_propose_admission(w);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		hall_cast(&h, i, i == 1 ? CHOICE_NO : CHOICE_YES);
	hall_vouch(&h, 0, 1);
	hall_decide(&h, OUTCOME_YES);
	doc = hall_record(&h, true);
	must(json_write(doc, record, &e), "a record", &e);
	json_decref(doc);
	hall_clear(&h);
}

/* The draft asks for one vote more, so that each answer is another one. */
static void archive_open(struct archive *a)
{
	struct world *w = world_new(members_vouch);
	struct world_mark m = world_mark(w);
	struct err e = { 0 };
	json_t *doc = json_read(buf_slice(&w->charter->payload), CHARTER_MAX, &e);

	must(doc != NULL, "a draft", &e);
	charters_set(doc, "/admission/all/0/votes/count", "3");
	a->draft = charters_parse(doc, &e);
	a->c = crypto_new(&e);
	must(a->draft != NULL && a->c != NULL, "a draft", &e);
	for (size_t i = 0; i < RECORDS; i++) {
		world_back(w, &m);
		w->now += (int64_t)i;
		admit(w, &a->record[i]);
		a->bytes += a->record[i].n;
	}
	world_free(w);
}

static bool audits(void *arg, size_t times)
{
	struct archive *a = arg;
	bool rc = true;

	for (size_t i = 0; i < times; i++) {
		struct audit found;
		struct err e = { 0 };

		rc &= record_audit(a->c, buf_slice(&a->record[i % RECORDS]), NULL, &found, &e) && found.outcome == OUTCOME_YES;
		audit_free(&found);
	}
	return rc;
}

static void count(void *arg, const struct replay *a, const char *what, struct err *e)
{
	size_t *differ = arg;

	(void)what;
	(void)e;
	*differ += a != NULL && a->differs;
}

/* As the command does it. */
static bool replays(void *arg, size_t times)
{
	struct archive *a = arg;
	size_t differ = 0;
	struct err e = { 0 };
	struct crew *crew = crew_new(a->hands, NULL, a->draft, count, &differ, &e);

	must(crew != NULL, "a crew", &e);
	for (size_t i = 0; i < times; i++) {
		struct buf text = { 0 };

		buf_add_slice(&text, buf_slice(&a->record[i % RECORDS]));
		crew_give(crew, &text, "a record");
	}
	crew_finish(crew);
	crew_free(crew);
	return differ == times;
}

/* The most memory that this process has had, in KiB. */
static long peak(void)
{
	struct rusage u = { 0 };

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void replay(void)
{
	struct archive *a = calloc(1, sizeof(*a));
	struct contestant c[] = { { "the audit", audits, a, true }, { "charter.replay", replays, a, true } };
	double us[2], ratio[2], seconds;
	long before;

	must(a != NULL, "an archive", NULL);
	archive_open(a);
	a->hands = crew_hands();
	before = peak();
	measure_turns(c, 2, REPLAY_ROUNDS, RECORDS, us, ratio);
	seconds = us[1] * APPLICATIONS / 1e6;
	measure_print("charter.replay", seconds, "s", ratio[1], REPLAY_BASE);
	fprintf(stderr,
		"bench: charter.replay        %.2f s for %d applications (%zu bytes) by %zu threads, audits alone %.2f s, %ld KiB more, within a"
		" budget of %.0f s: %s\n",
		seconds, APPLICATIONS, a->bytes / RECORDS, a->hands, us[0] * APPLICATIONS / 1e6, peak() - before, REPLAY_BUDGET,
		seconds <= REPLAY_BUDGET ? "yes" : "no");
	for (size_t i = 0; i < RECORDS; i++)
		buf_free(&a->record[i]);
	charter_free(a->draft);
	crypto_free(a->c);
	free(a);
}

int main(void)
{
	decide();
	replay();
	return 0;
}
