/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "authority/drafts.h"
#include "tests/lib/asked.h"
#include "tests/lib/envelopes.h"
#include "voting/decision.h"

static void test_an_expulsion_takes_effect(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "expel", NULL);
	uint64_t number = folk_move(&q.f, q.w, 0, &r->keys->member[2]);

	asked_cast(&q, 2, CHOICE_YES);
	asked_cast(&q, 0, CHOICE_YES);
	assert_string_equal(folk_cast(&q.f, q.w, number, 0, CHOICE_YES), "");
	assert_false(folk_decide(&q.f, q.w, number));
	assert_string_equal(folk_cast(&q.f, q.w, number, 1, CHOICE_YES), "");
	assert_true(folk_decide(&q.f, q.w, number));
	assert_int_equal(folk_outcome(&q.f, number), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM members WHERE g = %d AND ending = 7"), 1);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM revocations WHERE g = %d AND key IS NULL AND serial IS NULL"), 1);
	/* its vote on the admission went with it */
	assert_false(folk_decide(&q.f, q.w, 1));
	asked_cast(&q, 1, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND number = 1 AND status = 2"), 1);
	asked_close(&q);
}

static void test_nobody_is_expelled_twice(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "gone", NULL);
	uint64_t number = folk_move(&q.f, q.w, 0, &r->keys->member[2]);

	assert_string_equal(folk_cast(&q.f, q.w, number, 0, CHOICE_YES), "");
	asked_revoke(&q, 2, REVOKE_MEMBER);
	assert_true(folk_decide(&q.f, q.w, number));
	assert_int_equal(folk_outcome(&q.f, number), OUTCOME_VOID);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM log WHERE g = %d AND event IN (6, 7)"), 1);
	asked_close(&q);
}

/* ---- amendments */

static void by_vote(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"count\":2}}");
}

static uint64_t amend(struct asked *q, const char *purpose)
{
	struct realm *r = q->f.r;
	json_t *next = realm_next(r, &q->f.g), *doc;
	struct answer out = { 0 };
	struct err e = { 0 };

	charters_set(next, "/amendment", "{\"votes\":{\"count\":2}}");
	charters_set(next, "/purpose", purpose);
	doc = realm_proposed(r, next, 2);
	if (!act_propose_charter(q->w, q->f.g.name, doc, &out, &e))
		fail_msg("%s: %s", e.name, e.text);
	answer_free(&out);
	json_decref(doc);
	return (uint64_t)folk_number(&q->f, "SELECT proposals FROM groups WHERE g = %d");
}

static void test_an_amendment_is_logged_or_dropped(void **state)
{
	struct realm *r = *state;
	struct asked q = { .f = folk_new(r, "amended", by_vote), .w = r->w };
	uint64_t no = amend(&q, "\"One.\""), yes;

	assert_string_equal(folk_cast(&q.f, q.w, no, 0, CHOICE_NO), "");
	assert_string_equal(folk_cast(&q.f, q.w, no, 1, CHOICE_NO), "");
	assert_true(folk_decide(&q.f, q.w, no));
	assert_int_equal(folk_outcome(&q.f, no), OUTCOME_NO);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM drafts WHERE g = %d AND state = 'void'"), 1);
	yes = amend(&q, "\"Two.\"");
	assert_string_equal(folk_cast(&q.f, q.w, yes, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&q.f, q.w, yes, 1, CHOICE_YES), "");
	assert_true(folk_decide(&q.f, q.w, yes));
	assert_int_equal(folk_outcome(&q.f, yes), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT max(version) FROM charters WHERE g = %d"), 2);
	asked_close(&q);
}

static void test_of_two_amendments_one_takes_the_version(void **state)
{
	struct realm *r = *state;
	struct asked q = { .f = folk_new(r, "amendtwo", by_vote), .w = r->w };
	uint64_t one = amend(&q, "\"One.\""), two = amend(&q, "\"Two.\"");

	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(folk_cast(&q.f, q.w, one, i, CHOICE_YES), "");
		assert_string_equal(folk_cast(&q.f, q.w, two, i, CHOICE_YES), "");
	}
	assert_true(folk_decide(&q.f, q.w, two));
	assert_true(folk_decide(&q.f, q.w, one));
	assert_int_equal(folk_outcome(&q.f, two), OUTCOME_YES);
	assert_int_equal(folk_outcome(&q.f, one), OUTCOME_VOID);
	assert_int_equal(folk_number(&q.f, "SELECT max(version) FROM charters WHERE g = %d"), 2);
	asked_close(&q);
}

/* ---- at once */

enum { DECIDERS = 4, QUESTIONS = 12 };
struct decider {
	struct folk *f;
	struct worker *w;
	struct err e;
};

static void *decide_all(void *arg)
{
	struct decider *me = arg;
	bool decided;

	for (uint64_t n = 1; n <= QUESTIONS && err_ok(&me->e); n++)
		(void)act_decide(me->w, me->f->g.g, n, &decided, &me->e);
	return NULL;
}

static void *leave(void *arg)
{
	struct decider *me = arg;
	struct revocation x = folk_revocation(me->f, REVOKE_MEMBER);

	x.member = me->f->r->keys->member[1];
	(void)folk_send_revocation(me->f, me->w, &x, me->f->r->founders[1], NULL, &me->e);
	return NULL;
}

/* Whatever comes first, each decision fits the log at its own entry: the ledger decides all of them again. */
static void test_deciding_while_a_voter_leaves(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "race", NULL);
	struct sig_key *k[QUESTIONS];
	struct decider all[DECIDERS + 1];
	pthread_t threads[DECIDERS + 1];
	int64_t decided;

	for (size_t i = 0; i < QUESTIONS; i++) {
		k[i] = envelope_key(SIG_ED25519);
		assert_int_equal(folk_propose(&f, r->w, k[i]), i + 1);
		assert_string_equal(folk_cast(&f, r->w, i + 1, 0, CHOICE_YES), "");
		assert_string_equal(folk_cast(&f, r->w, i + 1, 1, CHOICE_YES), "");
	}
	for (size_t i = 0; i <= DECIDERS; i++) {
		all[i] = (struct decider){ .f = &f, .w = realm_worker(r) };
		assert_int_equal(pthread_create(&threads[i], NULL, i == DECIDERS ? leave : decide_all, &all[i]), 0);
	}
	for (size_t i = 0; i <= DECIDERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		if (!err_ok(&all[i].e))
			fail_msg("%s: %s", all[i].e.name, all[i].e.text);
		worker_close(all[i].w);
	}
	decided = folk_number(&f, "SELECT count(*) FROM decisions WHERE g = %d");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND number IS NOT NULL"), decided);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 4"), decided);
	folk_follow(&f);
	for (size_t i = 0; i < QUESTIONS; i++)
		sig_key_free(k[i]);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_expulsion_takes_effect),
		cmocka_unit_test(test_nobody_is_expelled_twice),
		cmocka_unit_test(test_an_amendment_is_logged_or_dropped),
		cmocka_unit_test(test_of_two_amendments_one_takes_the_version),
		cmocka_unit_test(test_deciding_while_a_voter_leaves),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
