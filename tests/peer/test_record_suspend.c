/* SPDX-License-Identifier: ISC
 * Records of expulsions that suspend or restore somebody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

static void emergency(json_t *charter)
{
	charters_set(charter, "/membership/removal", "\"emergency\"");
}

static void cascading(json_t *charter)
{
	emergency(charter);
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"suspend\"}");
}

static void follows(enum event event, size_t i, const struct digest *object)
{
	struct entry en = { .event = event, .object = *object, .member = w->members[i].member, .cause = CAUSE_HOLD };

	if (event == EVENT_SUSPENDED)
		en.until = w->now + 60;
	world_log(w, en, NULL);
}

static void decided(void (*change)(json_t *charter), enum outcome outcome)
{
	const enum choice choice = outcome == OUTCOME_YES ? CHOICE_YES : CHOICE_NO;

	open_hall(change);
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, choice);
	hall_cast(h, 1, choice);
	hall_decide(h, outcome);
}

static void holds(void)
{
	json_t *doc = hall_record(h, true);
	struct audit a;

	record_holds(w->c, doc, NULL, &a, NULL);
	audit_free(&a);
	json_decref(doc);
}

/* The record with what came after the decision is refused, and the world goes back. */
static void refused_then(const struct world_mark *m, const char *name)
{
	refused(hall_record(h, true), name);
	world_back(w, m);
}

static void test_who_was_vouched_in_is_suspended(void **state)
{
	const struct digest other = digest_fill(1);
	struct world_mark m;

	(void)state;
	decided(cascading, OUTCOME_YES);
	m = world_mark(w);
	follows(EVENT_SUSPENDED, 0, &w->decision.digest);
	follows(EVENT_SUSPENDED, 1, &w->decision.digest);
	holds();
	world_back(w, &m);
	follows(EVENT_SUSPENDED, 2, &w->decision.digest);
	refused_then(&m, "entry_differs");
	follows(EVENT_SUSPENDED, 0, &other);
	refused_then(&m, "entry_differs");
	follows(EVENT_RESTORED, 0, &w->decision.digest);
	refused_then(&m, "entry_differs");
	follows(EVENT_SUSPENDED, 0, &w->decision.digest);
	follows(EVENT_SUSPENDED, 0, &w->decision.digest);
	refused_then(&m, "entry_differs");
	w->now++;
	follows(EVENT_SUSPENDED, 0, &w->decision.digest);
	refused_then(&m, "entry_differs");
	holds();
}

static void test_who_stays_is_restored(void **state)
{
	struct world_mark m;

	(void)state;
	decided(emergency, OUTCOME_NO);
	m = world_mark(w);
	follows(EVENT_RESTORED, 2, &w->decision.digest);
	holds();
	world_back(w, &m);
	follows(EVENT_RESTORED, 1, &w->decision.digest);
	refused_then(&m, "entry_differs");
	follows(EVENT_SUSPENDED, 1, &w->decision.digest);
	refused_then(&m, "entry_differs");
	follows(EVENT_RESTORED, 2, &w->decision.digest);
	follows(EVENT_RESTORED, 2, &w->decision.digest);
	refused_then(&m, "entry_differs");
	w->now++;
	follows(EVENT_RESTORED, 2, &w->decision.digest);
	refused_then(&m, "entry_differs");
}

/* Where no charter of the record suspends anybody, nobody is restored, and nobody has a place of weight 0. */
static void test_where_nobody_is_suspended(void **state)
{
	(void)state;
	decided(NULL, OUTCOME_NO);
	follows(EVENT_RESTORED, 2, &w->decision.digest);
	refused(hall_record(h, true), "entry_differs");
}

/* Others may be suspended, and come back, while a proposal is open: it is no matter of its record. */
static void test_suspensions_on_the_way(void **state)
{
	const struct digest word = digest_fill(1);

	(void)state;
	open_hall(emergency);
	follows(EVENT_SUSPENDED, 1, &word);
	follows(EVENT_LAPSED, 1, &word);
	admit();
	holds();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_was_vouched_in_is_suspended),
		TEST(who_stays_is_restored),
		TEST(where_nobody_is_suspended),
		TEST(suspensions_on_the_way),
	};

	return cmocka_run_group_tests_name("record_suspend", tests, NULL, NULL);
}
