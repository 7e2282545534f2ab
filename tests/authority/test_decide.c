/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/asked.h"
#include "tests/lib/envelopes.h"
#include "voting/decision.h"

static void of_cast(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"base\":\"cast\",\"minimum\":1}}");
	charters_set(charter, "/tests", "[]");
	charters_set(charter, "/voting/term", "60");
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

static void test_two_of_three_admit(void **state)
{
	struct asked q = asked_open(*state, "admit", NULL);

	assert_false(folk_decide(&q.f, q.w, 1));
	asked_cast(&q, 0, CHOICE_YES);
	assert_false(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT examined FROM proposals WHERE g = %d"), 1);
	asked_cast(&q, 1, CHOICE_YES);
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
	asked_close(&q);
}

static void test_deciding_again_changes_nothing(void **state)
{
	struct asked q = asked_open(*state, "again", NULL);
	int64_t size;

	asked_cast(&q, 0, CHOICE_YES);
	asked_cast(&q, 2, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	size = folk_number(&q.f, "SELECT log_size FROM groups WHERE g = %d");
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT log_size FROM groups WHERE g = %d"), size);
	asked_close(&q);
}

static void test_what_is_hopeless_is_refused_early(void **state)
{
	struct asked q = asked_open(*state, "refuse", NULL);

	asked_cast(&q, 0, CHOICE_NO);
	assert_false(folk_decide(&q.f, q.w, 1));
	asked_cast(&q, 1, CHOICE_ABSTAIN);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_NO);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused'"), 1);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM members WHERE g = %d"), 3);
	asked_close(&q);
}

static void test_what_waits_too_long_expires(void **state)
{
	struct asked q = asked_open(*state, "expire", NULL);

	asked_cast(&q, 0, CHOICE_YES);
	folk_let_pass(&q.f, 1);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_EXPIRED);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'expired'"), 1);
	asked_close(&q);
}

/* While somebody may still say no it is not decided, however many said yes; the end of the term decides it. */
static void test_of_votes_cast_only_the_end_tells(void **state)
{
	struct asked q = asked_open(*state, "ofcast", of_cast);

	asked_cast(&q, 0, CHOICE_YES);
	assert_false(folk_decide(&q.f, q.w, 1));
	folk_let_pass(&q.f, 1);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	sig_key_free(q.applicant);
	folk_free(&q.f);
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
	asked_close(&q);
}

static void test_a_voter_who_left_counts_no_more(void **state)
{
	struct asked q = asked_open(*state, "left", NULL);

	asked_cast(&q, 0, CHOICE_YES);
	asked_cast(&q, 1, CHOICE_YES);
	asked_revoke(&q, 1, REVOKE_MEMBER);
	assert_false(folk_decide(&q.f, q.w, 1));
	asked_cast(&q, 2, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 2"), 1);
	asked_close(&q);
}

static void test_a_revoked_key_voids_its_vote(void **state)
{
	struct asked q = asked_open(*state, "keyless", NULL);

	asked_cast(&q, 0, CHOICE_YES);
	asked_cast(&q, 1, CHOICE_YES);
	asked_revoke(&q, 0, REVOKE_KEY);
	assert_false(folk_decide(&q.f, q.w, 1));
	/* a revocation is a reason to look again, though nobody votes */
	assert_int_equal(folk_number(&q.f, "SELECT examined FROM proposals WHERE g = %d"), 3);
	asked_cast(&q, 2, CHOICE_YES);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 3"), 1);
	asked_close(&q);
}

static void test_a_changed_key_keeps_its_vote(void **state)
{
	struct asked q = asked_open(*state, "rekeyed", NULL);
	struct sig_key *k = envelope_key(SIG_P256);
	struct err e = { 0 };

	asked_cast(&q, 0, CHOICE_YES);
	asked_cast(&q, 1, CHOICE_YES);
	assert_true(folk_send_rekey(&q.f, q.w, &q.f.r->keys->member[0], q.f.r->founders[0], k, NULL, &e));
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 0"), 2);
	sig_key_free(k);
	asked_close(&q);
}

static void test_a_changed_mind_counts_once(void **state)
{
	struct asked q = asked_open(*state, "minds", asked_may_change);
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
	asked_cast(&q, 1, CHOICE_YES);
	asked_cast(&q, 2, CHOICE_YES);
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

static void test_a_key_that_was_taken_voids_the_admission(void **state)
{
	struct asked q = asked_open(*state, "taken", NULL);
	struct db *owner = pg_connect(q.f.r->pg->owner);
	char sql[240];

	asked_cast(&q, 0, CHOICE_YES);
	asked_cast(&q, 1, CHOICE_YES);
	snprintf(sql, sizeof(sql),
		"INSERT INTO member_keys (g, key, member, pub, since, replaced) SELECT a.g, a.key, m.member, a.pub, 3, 4"
		" FROM applications a JOIN members m USING (g) WHERE a.g = %d LIMIT 1",
		(int)q.f.g.g);
	pg_do(owner, sql);
	db_close(owner);
	assert_true(folk_decide(&q.f, q.w, 1));
	assert_int_equal(folk_outcome(&q.f, 1), OUTCOME_VOID);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused'"), 1);
	asked_close(&q);
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
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
