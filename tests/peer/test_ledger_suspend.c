/* SPDX-License-Identifier: ISC
 * Suspensions in the log: who begins them, how they end, and what they do to votes and lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"
#include "tests/peer/vouching.h"

enum { LENGTH = 3600 };

static void emergency(json_t *charter)
{
	charters_set(charter, "/membership/removal", "\"emergency\"");
	charters_set(charter, "/membership/suspension", "3600");
	charters_set(charter, "/expulsion", "{\"votes\":{\"count\":2}}");
}

static void cascading(json_t *charter)
{
	emergency(charter);
	charters_set(charter, "/admission", "{\"any\":[{\"votes\":{\"count\":2}},{\"vouches\":{\"count\":2}}]}");
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"suspend\"}");
}

static void by_nobody(json_t *charter)
{
	emergency(charter);
	charters_set(charter, "/membership/removal", "\"votes\"");
}

static struct entry suspension(size_t i)
{
	return (struct entry){ .event = EVENT_SUSPENDED, .member = w->members[i].member, .cause = CAUSE_HOLD, .until = w->now + LENGTH };
}

/* Logs it with a revocation of member i, by this key. */
static struct digest suspend_by(struct entry en, size_t i, const struct sig_key *k)
{
	struct revocation r = { .genesis = w->genesis,
		.charter = w->genesis,
		.target = REVOKE_MEMBER,
		.member = w->members[i].member,
		.cause = CAUSE_PRIVILEGE,
		.iat = w->now };
	json_t *o = world_request(w, KIND_REVOCATION, revocation_print(&r), k, &en.object);

	world_log(w, en, o);
	return en.object;
}

static struct digest suspend(size_t i)
{
	struct digest d = suspend_by(suspension(i), i, w->keys->operators[0]);

	follower_accepts(f);
	mark = world_mark(w);
	return d;
}

static void lapse(size_t i, const struct digest *object)
{
	world_log(w, (struct entry){ .event = EVENT_LAPSED, .object = *object, .member = w->members[i].member, .cause = CAUSE_HOLD }, NULL);
}

static void test_who_suspends_whom(void **state)
{
	struct entry en;

	(void)state;
	begin(emergency);
	en = suspension(0);
	suspend_by(en, 0, w->members[1].key);
	refused("not_allowed");
	suspend_by(en, 0, w->members[0].key);
	refused("not_allowed");
	suspend_by(en, 1, w->keys->operators[0]);
	refused("log_unknown");
	en.until++;
	suspend_by(en, 0, w->keys->operators[0]);
	refused("suspension_differs");
	en = suspension(0);
	en.cause = CAUSE_PRIVILEGE;
	suspend_by(en, 0, w->keys->operators[0]);
	refused("suspension_differs");
	en = suspension(0);
	en.member.b[0] ^= 1;
	suspend_by(en, 0, w->keys->operators[0]);
	refused("not_a_member");
	suspend_by(suspension(0), 0, w->keys->admins[0]);
	follower_accepts(f);
	mark = world_mark(w);
	suspend_by(suspension(0), 0, w->keys->operators[0]);
	refused("suspended");
}

static void test_where_nobody_may(void **state)
{
	(void)state;
	begin(by_nobody);
	suspend_by(suspension(0), 0, w->keys->operators[0]);
	refused("not_allowed");
}

/* Emergency is no expulsion. */
static void test_no_word_expels(void **state)
{
	struct entry en;

	(void)state;
	begin(emergency);
	en = suspension(0);
	en.event = EVENT_EXPELLED;
	en.cause = CAUSE_PRIVILEGE;
	en.until = 0;
	suspend_by(en, 0, w->keys->operators[0]);
	refused("not_allowed");
}

static void test_what_the_suspended_cannot_do(void **state)
{
	(void)state;
	open_after(cascading, 0);
	suspend(0);
	vouch_refused(0, 1, "suspended");
	world_renew(w, 0);
	refused("suspended");
	world_propose_expulsion(w, 1);
	refused("suspended");
	world_rekey(w, 0, envelope_key(SIG_ED25519));
	buf_free(&w->log[--w->log_n].bytes);
	follower_refuses(f, "suspended");
}

static void test_leaving_and_vouching_again(void **state)
{
	(void)state;
	open_after(cascading, 0);
	suspend(0);
	at(w->now + LENGTH);
	vouched(0, 1);
	world_leave(w, 0);
	follower_accepts(f);
}

static void test_it_lapses_in_time(void **state)
{
	struct digest d, other = digest_fill(1);
	int64_t until;

	(void)state;
	begin(emergency);
	lapse(0, &other);
	refused("log_order");
	d = suspend(0);
	until = w->now + LENGTH;
	w->now = until - 1;
	mark = world_mark(w);
	lapse(0, &d);
	refused("log_time");
	w->now = until;
	mark = world_mark(w);
	lapse(0, &other);
	refused("suspension_differs");
	lapse(1, &d);
	refused("log_order");
	lapse(0, &d);
	follower_accepts(f);
	mark = world_mark(w);
	lapse(0, &d);
	refused("log_order");
	/* not soon again, and never by the same word */
	w->now = until + 2 * LENGTH - 1;
	mark = world_mark(w);
	suspend_by(suspension(0), 0, w->keys->operators[0]);
	refused("suspended_lately");
	w->now = until + 2 * LENGTH;
	mark = world_mark(w);
	world_log(w,
		(struct entry){ .event = EVENT_SUSPENDED,
			.object = d,
			.member = w->members[0].member,
			.cause = CAUSE_HOLD,
			.until = w->now + LENGTH },
		json_incref(w->log[w->log_n - 2].object));
	refused("replayed");
	suspend(0);
}

/* Counted, weight 0, and none of those without: n is what it was. */
static void test_electors(void **state)
{
	struct electorate el;
	int64_t at;

	(void)state;
	ask(emergency);
	suspend(0);
	assert_true(ledger_electorate(f->l, ledger_size(f->l), w->now, &el, NULL));
	at = electorate_find(&el, &w->members[0].member);
	assert_true(at >= 0 && el.e[at].weight == 0 && el.e[at].held);
	assert_int_equal(electorate_without(&el, NULL), 0);
	electorate_free(&el);
}

/* Opened before: the vote stands. Opened since: there is none. */
static void test_votes_of_the_suspended(void **state)
{
	struct proposal before;

	(void)state;
	ask(emergency);
	before = w->proposal;
	suspend(1);
	w->members[1].held = true;
	world_propose_expulsion(w, 2);
	follower_accepts(f);
	mark = world_mark(w);
	follower_decide(f, "yy", OUTCOME_YES);
	buf_free(&w->log[--w->log_n].bytes); /* of the expulsion */
	refused("suspended");
	w->proposal = before;
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
}

static void restored(size_t i)
{
	world_log(w,
		(struct entry){
			.event = EVENT_RESTORED, .object = w->decision.digest, .member = w->members[i].member, .cause = CAUSE_HOLD },
		NULL);
}

static void test_a_no_restores(void **state)
{
	(void)state;
	ask(emergency);
	restored(1);
	refused("log_order");
	suspend(1);
	w->members[1].held = true;
	world_propose_expulsion(w, 1);
	follower_accepts(f);
	mark = world_mark(w);
	follower_decide(f, "n-n", OUTCOME_NO);
	world_propose_expulsion(w, 2);
	refused("log_order"); /* something else must follow */
	follower_decide(f, "n-n", OUTCOME_NO);
	restored(0);
	refused("suspension_differs");
	follower_decide(f, "n-n", OUTCOME_NO);
	restored(1);
	follower_accepts(f);
	w->members[1].held = false;
	electorate_is(3);
	mark = world_mark(w);
	suspend_by(suspension(1), 1, w->keys->operators[0]);
	refused("suspended_lately");
	world_renew(w, 1);
	follower_accepts(f);
}

static void test_an_older_question_restores_nobody(void **state)
{
	(void)state;
	ask(emergency);
	world_propose_expulsion(w, 1);
	follower_accepts(f);
	suspend(1);
	follower_decide(f, "n-n", OUTCOME_NO);
	follower_accepts(f);
	mark = world_mark(w);
	restored(1);
	refused("log_order");
}

/* Somebody is admitted for whom member i vouched. */
static void admit(size_t i, uint32_t live)
{
	struct decision d;
	struct verified v;
	size_t at;

	if (w->n > 3) {
		w->applicant = envelope_key(SIG_ED25519);
		world_apply(w);
		world_propose_admission(w);
	}
	hall_clear(f->h);
	hall_vouch(f->h, i, live);
	hall_cast(f->h, 0, CHOICE_YES);
	hall_cast(f->h, 1, CHOICE_YES);
	v = hall_good(f->h);
	d = world_decision(w, &v, OUTCOME_YES);
	at = w->log_n;
	world_decide(w, &d);
	verified_free(&v);
	w->log[at].evidence = world_evidence(&f->h->ev);
	follower_accepts(f);
}

static void follows(size_t i)
{
	struct entry en = suspension(i);

	en.object = w->decision.digest;
	world_log(w, en, NULL);
}

/* Those whom the expelled vouched in, in the order of joining, at once; and nobody else. */
static void test_whom_the_expelled_vouched_in(void **state)
{
	(void)state;
	ask(cascading);
	admit(0, 1);
	admit(1, 1);
	admit(0, 2);
	world_propose_expulsion(w, 0);
	follower_accepts(f);
	mark = world_mark(w);
	follower_decide(f, "-yy", OUTCOME_YES);
	world_renew(w, 1);
	refused("log_order");
	follower_decide(f, "-yy", OUTCOME_YES);
	follows(5);
	refused("log_order");
	follower_decide(f, "-yy", OUTCOME_YES);
	follows(4);
	refused("log_order");
	follower_decide(f, "-yy", OUTCOME_YES);
	follows(3);
	world_renew(w, 1);
	refused("log_order");
	follower_decide(f, "-yy", OUTCOME_YES);
	follows(3);
	follows(5);
	follows(4);
	refused("log_unknown"); /* by no word */
	follower_decide(f, "-yy", OUTCOME_YES);
	follows(3);
	follows(5);
	follower_accepts(f);
	mark = world_mark(w);
	world_renew(w, 3);
	refused("suspended");
	world_renew(w, 1);
	follower_accepts(f);
}

static void test_lists(void **state)
{
	struct crl_entry *crl;
	struct revoked *list;
	struct digest d;
	size_t crl_n, list_n;

	(void)state;
	begin(emergency);
	d = suspend(0);
	assert_true(ledger_revoked(f->l, ledger_size(f->l), w->now, &w->issuer.key, &crl, &crl_n, &list, &list_n, NULL));
	assert_int_equal(crl_n, 1);
	assert_int_equal(crl[0].reason, 6);
	assert_int_equal(list_n, 1);
	assert_int_equal(list[0].cause, CAUSE_HOLD);
	assert_int_equal(list[0].from, w->now);
	free(crl);
	free(list);
	/* over by time, whatever the log has */
	assert_true(ledger_revoked(f->l, ledger_size(f->l), w->now + LENGTH, &w->issuer.key, &crl, &crl_n, &list, &list_n, NULL));
	assert_int_equal(crl_n + list_n, 0);
	free(crl);
	free(list);
	w->now += LENGTH;
	lapse(0, &d);
	follower_accepts(f);
	assert_true(ledger_revoked(f->l, ledger_size(f->l), w->now - 1, &w->issuer.key, &crl, &crl_n, &list, &list_n, NULL));
	assert_int_equal(crl_n + list_n, 0);
	free(crl);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_suspends_whom),
		TEST(where_nobody_may),
		TEST(no_word_expels),
		TEST(what_the_suspended_cannot_do),
		TEST(leaving_and_vouching_again),
		TEST(it_lapses_in_time),
		TEST(electors),
		TEST(votes_of_the_suspended),
		TEST(a_no_restores),
		TEST(an_older_question_restores_nobody),
		TEST(whom_the_expelled_vouched_in),
		TEST(lists),
	};

	return cmocka_run_group_tests_name("ledger_suspend", tests, NULL, NULL);
}
