/* SPDX-License-Identifier: ISC
 * What the tests of records share: a hall whose decisions are recorded. */
#ifndef TESTS_LIB_RECORDED_H
#define TESTS_LIB_RECORDED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/records.h"

static struct hall *h;
static struct world *w;
#define TEST(name) cmocka_unit_test_teardown(test_##name, down)

static inline int down(void **state)
{
	(void)state;
	hall_close(h);
	return 0;
}

static inline void open_hall(void (*change)(json_t *charter))
{
	h = hall_open(change);
	w = h->w;
}

static inline void admit(void)
{
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_NO);
	hall_cast(h, 2, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
}

static inline void refused(json_t *doc, const char *name)
{
	struct err e = { 0 };
	struct audit a;

	assert_false(record_holds(w->c, doc, NULL, &a, &e));
	assert_string_equal(e.name, name);
	json_decref(doc);
}

static inline void expel(void)
{
	open_hall(NULL);
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
}

static inline void gone(size_t i)
{
	w->now++;
	world_log(w, (struct entry){ .event = EVENT_LEFT, .object = digest_fill(1), .member = w->members[i].member }, NULL);
	w->members[i].standing.gone = true;
}

static inline void vote_to_amend(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"fraction\":\"1/2\"}}");
}

/* The group votes version 2 in. Gives the record of the vote. */
static inline json_t *amend(enum outcome outcome)
{
	struct signed_charter *draft;

	hall_clear(h);
	draft = world_draft(w, vote_to_amend);
	world_propose_amendment(w, &draft->charter->object.digest);
	hall_cast(h, 0, outcome == OUTCOME_YES ? CHOICE_YES : CHOICE_NO);
	hall_cast(h, 1, outcome == OUTCOME_YES ? CHOICE_YES : CHOICE_NO);
	hall_decide(h, outcome);
	if (outcome == OUTCOME_YES)
		world_amend(w, NULL, &w->decision.digest);
	return hall_record(h, false);
}

/* A record inside its charter, in the log as well. */
static inline void enclose(json_t *record)
{
	size_t at = w->later_at[w->later_n - 1];

	json_object_set(w->log[at].object, "record", record);
	json_decref(record);
}

/* An admission under charter 2, which the group voted in. */
static inline json_t *admit_under_two(void)
{
	open_hall(vote_to_amend);
	enclose(amend(OUTCOME_YES));
	hall_clear(h);
	w->now = CHARTERS_EFFECTIVE + 86400;
	world_propose_admission(w);
	admit();
	return hall_record(h, true);
}

#endif
