/* SPDX-License-Identifier: ISC
 * What vouches weigh, and that no decision leaves one out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"
#include "tests/peer/vouching.h"

static void test_once_for_each_applicant(void **state)
{
	(void)state;
	open_after(of_an_age, AGE);
	vouched(0, 1);
	vouch_refused(0, 2, "replayed");
	vouched(1, 1);
	vouch_refused(0, 2, "replayed");
	ask_again(0);
	vouched(0, 2);
	vouch_refused(0, 3, "replayed");
}

static void test_age(void **state)
{
	(void)state;
	open_after(of_an_age, 0);
	at(w->log[0].entry.time + AGE - 1);
	vouch_refused(0, 1, "vouch_too_young");
	at(w->log[0].entry.time + AGE);
	vouched(0, 1);
}

static void after_a_while(json_t *charter)
{
	rule(charter, "");
	charters_set(charter, "/vouching", "{\"probation\":50,\"cascade\":\"none\"}");
}

/* Who was admitted vouches after a while; the founders do at once. */
static void test_probation(void **state)
{
	int64_t joined;

	(void)state;
	ask(after_a_while);
	follower_decide(f, "yy", OUTCOME_YES);
	joined = last()->time;
	follower_accepts(f);
	w->applicant = envelope_key(SIG_ED25519);
	ask_again(0);
	vouched(0, 1);
	at(joined + 49);
	vouch_refused(3, 1, "vouch_too_young");
	at(joined + 50);
	vouched(3, 1);
}

/* A vouch leaves the window as many seconds after its entry as the window has. */
static void test_budget_and_window(void **state)
{
	int64_t first;

	(void)state;
	open_after(of_an_age, AGE);
	vouched(0, 1);
	first = last()->time;
	ask_again(0);
	vouched(0, 2);
	ask_again(0);
	vouch_refused(0, 3, "budget_spent");
	at(first + WINDOW - 1);
	vouch_refused(0, 3, "budget_spent");
	vouch_refused(0, 2, "vouch_differs");
	at(first + WINDOW);
	vouch_refused(0, 3, "vouch_differs");
	vouched(0, 2);
}

static void that_expire(json_t *charter)
{
	rule(charter, ",\"budget\":1,\"expiry\":500");
}

static void test_expiry(void **state)
{
	int64_t first;

	(void)state;
	open_after(that_expire, 0);
	vouched(0, 1);
	first = last()->time;
	ask_again(0);
	at(first + EXPIRY - 1);
	vouch_refused(0, 2, "budget_spent");
	vouch_refused(0, 1, "vouch_differs");
	at(first + EXPIRY);
	vouched(0, 1);
}

static void without_end(json_t *charter)
{
	rule(charter, "");
}

static void test_live_without_end(void **state)
{
	(void)state;
	open_after(without_end, 0);
	vouched(0, 1);
	ask_again(100000);
	vouch_refused(0, 1, "vouch_differs");
	vouched(0, 2);
	ask_again(100000);
	vouched(0, 3);
}

static void test_reasons(void **state)
{
	struct vouch v;

	(void)state;
	open_after(with_reasons, 0);
	vouch_refused(0, 1, "reason_missing");
	v = world_vouch(w, 0);
	v.has_reason = true;
	v.reason = digest_fill(1);
	world_log_vouch(w, &v, w->members[0].key, 1);
	follower_accepts(f);
}

/* Decides with what the hall has, and the evidence goes with it. */
static void decide(enum outcome outcome)
{
	struct verified v = hall_good(f->h);
	struct decision d = world_decision(w, &v, outcome);
	size_t at = w->log_n;

	world_decide(w, &d);
	verified_free(&v);
	w->log[at].evidence = world_evidence(&f->h->ev);
}

static void undone(const char *name)
{
	w->log_n -= 2; /* without what follows the decision */
	buf_free(&w->log[w->log_n].bytes);
	buf_free(&w->log[w->log_n + 1].bytes);
	refused(name);
}

static struct evidence_object taken(size_t i)
{
	struct vouch v = world_vouch(w, i);

	world_log_vouch(w, &v, w->members[i].key, 1);
	return world_sign_vouch(w, &v, w->members[i].key);
}

/* Two vouches admit by themselves: the yes brings each that stands in the log, and none that does not. */
static void test_decisions(void **state)
{
	struct evidence_object one, two, three;

	(void)state;
	ask(of_an_age);
	w->now += AGE;
	one = taken(0);
	two = taken(1);
	three = taken(2);
	follower_accepts(f);
	mark = world_mark(w);
	hall_say(f->h, one);
	hall_say(f->h, two);
	decide(OUTCOME_YES);
	undone("evidence_missing");
	hall_say(f->h, three);
	decide(OUTCOME_YES);
	follower_accepts(f);
	electorate_is(4);
}

static void test_void_vouches(void **state)
{
	struct evidence_object one, two, three;

	(void)state;
	ask(of_an_age);
	w->now += AGE;
	one = taken(0);
	two = taken(1);
	three = taken(2);
	world_leave(w, 2);
	follower_accepts(f);
	mark = world_mark(w);
	hall_say(f->h, one);
	hall_say(f->h, two);
	hall_say(f->h, three); /* the hall does not know that its member is gone */
	decide(OUTCOME_YES);
	undone("vouch_void");
	jws_free(&f->h->objects[--f->h->ev.objects_n].jws);
	decide(OUTCOME_YES);
	follower_accepts(f);
}

static void test_votes_with_vouches(void **state)
{
	struct evidence_object one;

	(void)state;
	ask(of_an_age);
	w->now += AGE;
	one = taken(0);
	follower_accepts(f);
	mark = world_mark(w);
	hall_cast(f->h, 0, CHOICE_YES);
	hall_cast(f->h, 1, CHOICE_YES);
	decide(OUTCOME_YES);
	undone("evidence_missing");
	hall_say(f->h, one);
	decide(OUTCOME_YES);
	follower_accepts(f);
}

static void test_the_way_back(void **state)
{
	struct buf before, after;
	struct err e = { 0 };

	(void)state;
	open_after(of_an_age, AGE);
	vouched(0, 1);
	before = ledger_shown(f->l, w);
	vouch(1, 1);
	world_apply(w);
	world_propose_admission(w);
	vouch(0, 2);
	vouch(2, 1);
	world_log(w, *last(), json_incref(w->log[w->log_n - 1].object)); /* refused as replayed, and all before it is taken back */
	assert_false(follower_take(f, &e));
	assert_string_equal(e.name, "replayed");
	after = ledger_shown(f->l, w);
	assert_true(slice_equal(buf_slice(&before), buf_slice(&after)));
	buf_free(&before);
	buf_free(&after);
	buf_free(&w->log[--w->log_n].bytes);
	json_decref(w->log[w->log_n].object);
	follower_accepts(f);
	assert_int_equal(ledger_vouches_standing(f->l, &w->proposal.subject), 2);
	mark = world_mark(w);
	ask_again(0);
	vouch_refused(0, 3, "budget_spent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(once_for_each_applicant),
		TEST(age),
		TEST(probation),
		TEST(budget_and_window),
		TEST(expiry),
		TEST(live_without_end),
		TEST(reasons),
		TEST(decisions),
		TEST(void_vouches),
		TEST(votes_with_vouches),
		TEST(the_way_back),
	};

	return cmocka_run_group_tests_name("ledger_vouched", tests, NULL, NULL);
}
