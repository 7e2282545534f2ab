/* SPDX-License-Identifier: ISC
 * Decisions: when, which, and everything that they bring. Each log goes through a ledger, which decides again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "authority/drafts.h"
#include "authority/store_proposal.h"
#include "base/time.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static int start(void **state)
{
	*state = realm_new(pg_start());
	return 0;
}

static int stop(void **state)
{
	struct realm *r = *state;
	struct pg *pg = r->pg;

	realm_free(r);
	pg_stop(pg);
	return 0;
}

/* A group with one open proposal, number 1, to admit somebody. */
struct asked {
	struct folk f;
	struct worker *w;
	struct sig_key *applicant;
};

static struct asked ask(struct realm *r, const char *name, void (*change)(json_t *charter))
{
	struct asked q = { .f = folk_new(r, name, change), .w = r->w, .applicant = envelope_key(SIG_ED25519) };

	assert_int_equal(folk_propose(&q.f, q.w, q.applicant), 1);
	return q;
}

static void done(struct asked *q)
{
	folk_follow(&q->f);
	sig_key_free(q->applicant);
	folk_free(&q->f);
}

static void cast(struct asked *q, size_t i, enum choice choice)
{
	assert_string_equal(folk_cast(&q->f, q->w, 1, i, choice), "");
}

/* ---- outcomes */

static void test_two_of_three_admit(void **state)
{
	struct asked q = ask(*state, "admit", NULL);

	assert_false(folk_decide(&q.f, q.w, 1));
	cast(&q, 0, CHOICE_YES);
	assert_false(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT examined FROM proposals WHERE g = %d"), 1);
	cast(&q, 1, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'issuing'"), 1);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM members JOIN proposals USING (g, member) WHERE g = %d"), 1);
	assert_int_equal(
		folk_number(&q.f, "SELECT count(*) FROM certificates WHERE g = %d AND number = 1 AND state = 'intended' AND origin = 1"),
		1);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 0"), 2);
	/* decision, joined, issued: one after the other, at one time */
	assert_int_equal(folk_number(&q.f,
				 "SELECT count(*) FROM log l JOIN decisions d ON d.g = l.g AND l.idx BETWEEN d.idx AND d.idx + 2"
				 " AND l.time = d.decided AND l.event = (ARRAY[4, 5, 12])[l.idx - d.idx + 1] WHERE l.g = %d"),
		3);
	done(&q);
}

static void test_deciding_again_changes_nothing(void **state)
{
	struct asked q = ask(*state, "again", NULL);
	int64_t size;

	cast(&q, 0, CHOICE_YES);
	cast(&q, 2, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	size = folk_number(&q.f, "SELECT log_size FROM groups WHERE g = %d");
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT log_size FROM groups WHERE g = %d"), size);
	done(&q);
}

static void test_what_is_hopeless_is_refused_early(void **state)
{
	struct asked q = ask(*state, "refuse", NULL);

	cast(&q, 0, CHOICE_NO);
	assert_false(folk_decide(&q.f, q.w, 1));
	cast(&q, 1, CHOICE_ABSTAIN);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_NO);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused'"), 1);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM members WHERE g = %d"), 3);
	done(&q);
}

static void test_what_waits_too_long_expires(void **state)
{
	struct asked q = ask(*state, "expire", NULL);

	cast(&q, 0, CHOICE_YES);
	folk_let_pass(&q.f, 1);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_EXPIRED);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'expired'"), 1);
	done(&q);
}

static void of_cast(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"base\":\"cast\",\"minimum\":1}}");
	charters_set(charter, "/tests", "[]");
	charters_set(charter, "/voting/term", "60");
}

/* While somebody may still say no it is not decided, however many said yes; the end of the term decides it. */
static void test_of_votes_cast_only_the_end_tells(void **state)
{
	struct asked q = ask(*state, "ofcast", of_cast);

	cast(&q, 0, CHOICE_YES);
	assert_false(folk_decide(&q.f, q.w, 1));
	folk_let_pass(&q.f, 1);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	sig_key_free(q.applicant);
	folk_free(&q.f);
}

static struct digest listed_key;
static void by_list(json_t *charter)
{
	char rule[128], thumb[THUMB_TEXT];

	thumb_text(&listed_key, thumb);
	snprintf(rule, sizeof(rule), "{\"list\":{\"keys\":[\"%s\"]}}", thumb);
	charters_set(charter, "/admission", rule);
	charters_set(charter, "/tests", "[]");
}

static void test_who_is_listed_needs_no_vote(void **state)
{
	struct realm *r = *state;
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct asked q = { .w = r->w, .applicant = k };

	listed_key = envelope_thumb(k);
	q.f = folk_new(r, "listed", by_list);
	assert_int_equal(folk_propose(&q.f, r->w, k), 1);
	assert_true(folk_decide(&q.f, r->w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	k = envelope_key(SIG_ED25519);
	assert_int_equal(folk_propose(&q.f, r->w, k), 2);
	assert_true(folk_decide(&q.f, r->w, 2));
	assert_int_equal(folk_outcome(&q.f, 2), OUTCOME_NO);
	sig_key_free(k);
	done(&q);
}

/* ---- voters come and go */

static void revoke(struct asked *q, size_t i, enum revocation_target target)
{
	struct revocation x = folk_revocation(&q->f, target);
	struct err e = { 0 };

	x.member = q->f.r->keys->member[i];
	jwk_thumbprint(sig_key_pub(q->f.r->founders[i]), &x.key);
	if (!folk_send_revocation(&q->f, q->w, &x, q->f.r->founders[i], NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static void test_a_voter_who_left_counts_no_more(void **state)
{
	struct asked q = ask(*state, "left", NULL);

	cast(&q, 0, CHOICE_YES);
	cast(&q, 1, CHOICE_YES);
	revoke(&q, 1, REVOKE_MEMBER);
	assert_false(folk_decide(&q.f, q.w, 1));
	cast(&q, 2, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 2"), 1);
	done(&q);
}

static void test_a_revoked_key_voids_its_vote(void **state)
{
	struct asked q = ask(*state, "keyless", NULL);

	cast(&q, 0, CHOICE_YES);
	cast(&q, 1, CHOICE_YES);
	revoke(&q, 0, REVOKE_KEY);
	assert_false(folk_decide(&q.f, q.w, 1));
	/* a revocation is a reason to look again, though nobody votes */
	assert_int_equal(folk_number(&q.f, "SELECT examined FROM proposals WHERE g = %d"), 3);
	cast(&q, 2, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 3"), 1);
	done(&q);
}

static void test_a_changed_key_keeps_its_vote(void **state)
{
	struct asked q = ask(*state, "rekeyed", NULL);
	struct sig_key *k = envelope_key(SIG_P256);
	struct err e = { 0 };

	cast(&q, 0, CHOICE_YES);
	cast(&q, 1, CHOICE_YES);
	assert_true(folk_send_rekey(&q.f, q.w, &q.f.r->keys->member[0], q.f.r->founders[0], k, NULL, &e));
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 0"), 2);
	sig_key_free(k);
	done(&q);
}

static void may_change(json_t *charter)
{
	charters_set(charter, "/voting/change", "true");
	charters_set(charter, "/admission", "{\"votes\":{\"count\":3}}");
	charters_set(charter, "/tests", "[]");
}

static void test_a_changed_mind_counts_once(void **state)
{
	struct asked q = ask(*state, "minds", may_change);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.f.r->keys->member[0], CHOICE_NO);
	const struct sig_key *k = q.f.r->founders[0];
	struct said s = said_by(q.w, KIND_VOTE, vote_print(&v), &k, 1);
	struct err e = { 0 };

	assert_true(folk_send_vote(&q.f, q.w, 1, &v, k, NULL, &e));
	jws_digest(&s.j, KIND_VOTE, &v.replaces);
	said_free(&s);
	v.has_replaces = true;
	v.choice = CHOICE_YES;
	assert_true(folk_send_vote(&q.f, q.w, 1, &v, k, NULL, &e));
	cast(&q, 1, CHOICE_YES);
	cast(&q, 2, CHOICE_YES);
	/* all yes; and any of them might still change its mind */
	assert_false(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT examined FROM proposals WHERE g = %d"), 4);
	folk_let_pass(&q.f, 1);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 1"), 1);
	sig_key_free(q.applicant);
	folk_free(&q.f);
}

/* ---- void */

static void test_a_key_that_was_taken_voids_the_admission(void **state)
{
	struct asked q = ask(*state, "taken", NULL);
	struct db *owner = pg_connect(q.f.r->pg->owner);
	char sql[240];

	cast(&q, 0, CHOICE_YES);
	cast(&q, 1, CHOICE_YES);
	snprintf(sql, sizeof(sql),
		"INSERT INTO member_keys (g, key, member, pub, since, replaced) SELECT a.g, a.key, m.member, a.pub, 3, 4"
		" FROM applications a JOIN members m USING (g) WHERE a.g = %d LIMIT 1",
		(int)q.f.g.g);
	pg_do(owner, sql);
	db_close(owner);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_VOID);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused'"), 1);
	done(&q);
}

static void test_an_expulsion_takes_effect(void **state)
{
	struct realm *r = *state;
	struct asked q = ask(r, "expel", NULL);
	uint64_t number = folk_move(&q.f, q.w, 0, &r->keys->member[2]);

	cast(&q, 2, CHOICE_YES);
	cast(&q, 0, CHOICE_YES);
	assert_string_equal(folk_cast(&q.f, q.w, number, 0, CHOICE_YES), "");
	assert_false(folk_decide(&q.f, q.w, number));
	assert_string_equal(folk_cast(&q.f, q.w, number, 1, CHOICE_YES), "");
	assert_true(folk_decide(&q.f, q.w, number));
	assert_int_equal(folk_outcome(&q.f, number), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM members WHERE g = %d AND ending = 7"), 1);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM revocations WHERE g = %d AND key IS NULL AND serial IS NULL"), 1);
	/* its vote on the admission went with it */
	assert_false(folk_decide(&q.f, q.w, 1));
	cast(&q, 1, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND number = 1 AND status = 2"), 1);
	done(&q);
}

static void test_nobody_is_expelled_twice(void **state)
{
	struct realm *r = *state;
	struct asked q = ask(r, "gone", NULL);
	uint64_t number = folk_move(&q.f, q.w, 0, &r->keys->member[2]);

	assert_string_equal(folk_cast(&q.f, q.w, number, 0, CHOICE_YES), "");
	revoke(&q, 2, REVOKE_MEMBER);
	assert_true(folk_decide(&q.f, q.w, number));
	assert_int_equal(folk_outcome(&q.f, number), OUTCOME_VOID);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM log WHERE g = %d AND event IN (6, 7)"), 1);
	done(&q);
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
	done(&q);
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
	done(&q);
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
		cmocka_unit_test(test_two_of_three_admit),
		cmocka_unit_test(test_deciding_again_changes_nothing),
		cmocka_unit_test(test_what_is_hopeless_is_refused_early),
		cmocka_unit_test(test_what_waits_too_long_expires),
		cmocka_unit_test(test_of_votes_cast_only_the_end_tells),
		cmocka_unit_test(test_who_is_listed_needs_no_vote),
		cmocka_unit_test(test_a_voter_who_left_counts_no_more),
		cmocka_unit_test(test_a_revoked_key_voids_its_vote),
		cmocka_unit_test(test_a_changed_key_keeps_its_vote),
		cmocka_unit_test(test_a_changed_mind_counts_once),
		cmocka_unit_test(test_a_key_that_was_taken_voids_the_admission),
		cmocka_unit_test(test_an_expulsion_takes_effect),
		cmocka_unit_test(test_nobody_is_expelled_twice),
		cmocka_unit_test(test_an_amendment_is_logged_or_dropped),
		cmocka_unit_test(test_of_two_amendments_one_takes_the_version),
		cmocka_unit_test(test_deciding_while_a_voter_leaves),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
