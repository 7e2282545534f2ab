/* SPDX-License-Identifier: ISC
 * Who comes back after the group turned it away, or expelled it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

enum { WAIT = 100 };

static void by_key(json_t *charter)
{
	charters_set(charter, "/readmission", "{\"wait\":100,\"requirement\":{\"votes\":{\"count\":3}}}");
	charters_set(charter, "/membership/names", "\"none\"");
}

static void by_name(json_t *charter)
{
	by_key(charter);
	charters_set(charter, "/membership/names", "\"name\"");
}

static void coming_back(const struct world *at, struct proposal *p)
{
	(void)at;
	p->again = true;
}

/* Somebody is asked about and turned away; the applicant of what follows has this key. */
static int64_t turned_away(void (*change)(json_t *charter), struct sig_key *next)
{
	ask(change);
	follower_decide(f, "nn", OUTCOME_NO);
	follower_accepts(f);
	if (next != NULL) {
		sig_key_free(w->applicant);
		w->applicant = next;
	}
	mark = world_mark(w);
	return last()->time;
}

static void applies_at(int64_t time)
{
	w->now = time - 1;
	mark = world_mark(w);
	world_apply(w);
}

static void test_too_soon(void **state)
{
	int64_t since;

	(void)state;
	since = turned_away(by_key, NULL);
	applies_at(since + WAIT - 1);
	refused("too_soon");
	applies_at(since + WAIT);
	follower_accepts(f);
}

static void test_by_the_stricter_rule(void **state)
{
	int64_t since;

	(void)state;
	since = turned_away(by_key, NULL);
	applies_at(since + WAIT);
	follower_accepts(f);
	mark = world_mark(w);
	world_propose_admission(w);
	refused("again_differs");
	w->twist_proposal = coming_back;
	world_propose_admission(w);
	follower_decide(f, "yyy", OUTCOME_YES);
	follower_accepts(f);
	electorate_is(4);
}

static void test_not_for_others(void **state)
{
	(void)state;
	(void)turned_away(by_key, envelope_key(SIG_ED25519));
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
	w->twist_proposal = coming_back;
	world_propose_admission(w);
	refused("again_differs");
	w->twist_proposal = NULL;
	world_propose_admission(w);
	follower_accepts(f);
}

/* Where members have names, the name comes back too, under whatever key. */
static void test_by_name(void **state)
{
	int64_t since;

	(void)state;
	since = turned_away(by_name, envelope_key(SIG_ED25519));
	applies_at(since + 1);
	refused("too_soon");
	applies_at(since + WAIT);
	w->twist_proposal = coming_back;
	world_propose_admission(w);
	follower_accepts(f);
}

/* What is rolled back was never turned away. */
static void test_taken_back(void **state)
{
	struct err e = { 0 };

	(void)state;
	ask(by_key);
	follower_decide(f, "nn", OUTCOME_NO);
	world_log(w, *last(), NULL);
	assert_false(follower_take(f, &e));
	world_back(w, &mark);
	follower_decide(f, "y", OUTCOME_VOID); /* withdrawn: that is no refusal */
	mark = world_mark(w);
	world_apply(w);
	world_propose_admission(w);
	follower_accepts(f);
}

static void test_the_expelled(void **state)
{
	int64_t since;

	(void)state;
	ask(by_name);
	follower_decide(f, "yy", OUTCOME_YES);
	world_propose_expulsion(w, 3);
	follower_decide(f, "yyy", OUTCOME_YES);
	follower_accepts(f);
	since = last()->time;
	w->applicant = envelope_key(SIG_ED25519);
	applies_at(since + WAIT - 1);
	refused("too_soon");
	applies_at(since + WAIT);
	world_propose_admission(w);
	refused("again_differs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(too_soon),
		TEST(by_the_stricter_rule),
		TEST(not_for_others),
		TEST(by_name),
		TEST(taken_back),
		TEST(the_expelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
