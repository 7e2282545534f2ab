/* SPDX-License-Identifier: ISC
 * Suspensions: operators in an emergency, whom the expelled vouched in, and how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/read.h"
#include "authority/store_proposal.h"
#include "authority/suspend.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"

static void emergency(json_t *charter)
{
	charters_set(charter, "/membership/removal", "\"emergency\"");
	charters_set(charter, "/membership/suspension", "3600");
}

static void cascading(json_t *charter)
{
	emergency(charter);
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":2}}");
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"suspend\"}");
	charters_set(charter, "/tests", "[]");
}

static void flagging(json_t *charter)
{
	cascading(charter);
	charters_set(charter, "/vouching/cascade", "\"flag\"");
	charters_set(charter, "/expulsion", "{\"votes\":{\"count\":2}}");
}

/* An operator's word on founder i: the name of the refusal, or "". Static text. */
static const char *suspend(struct folk *f, size_t i, int64_t later)
{
	static struct err e;
	struct revocation x = folk_revocation(f, REVOKE_MEMBER);

	e = (struct err){ 0 };
	x.member = f->r->keys->member[i];
	x.iat += later;
	(void)folk_send_revocation(f, f->r->w, &x, f->r->keys->operators[0], NULL, &e);
	return e.name;
}

/* Time goes on for the suspensions of a group alone. */
static void age(struct folk *f, int64_t seconds)
{
	struct db *owner = pg_connect(f->r->pg->owner);
	char sql[256];

	pg_do(owner, "ALTER TABLE suspensions DISABLE TRIGGER suspensions_stand");
	snprintf(sql, sizeof(sql), "UPDATE suspensions SET since = since - %lld, until = until - %lld, over = over - %lld WHERE g = %d",
		(long long)seconds, (long long)seconds, (long long)seconds, (int)f->g.g);
	pg_do(owner, sql);
	pg_do(owner, "ALTER TABLE suspensions ENABLE TRIGGER suspensions_stand");
	db_close(owner);
}

static void test_an_operator_suspends(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "hold", emergency);
	struct revocation x = folk_revocation(&f, REVOKE_MEMBER);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	x.member = r->keys->member[0];
	assert_false(folk_send_revocation(&f, r->w, &x, r->founders[1], NULL, &e));
	assert_string_equal(e.name, "not_allowed");
	e = (struct err){ 0 };
	assert_true(folk_send_revocation(&f, r->w, &x, r->keys->operators[0], &first, &e));
	assert_true(folk_send_revocation(&f, r->w, &x, r->keys->operators[0], &again, &e));
	assert_true(first.fresh && !again.fresh);
	assert_non_null(strstr(buf_cstr(&first.text), "\"suspended_until\":"));
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	assert_string_equal(suspend(&f, 0, 1), "suspended");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM members WHERE g = %d AND ended IS NULL"), 3);
	assert_int_equal(folk_number(&f, "SELECT until - since FROM suspensions WHERE g = %d"), 3600);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 8"), 1);
	folk_follow(&f);
	answer_free(&first);
	answer_free(&again);
	folk_free(&f);
}

static void refuses(bool done, struct err *e)
{
	assert_false(done);
	assert_string_equal(e->name, "suspended");
	*e = (struct err){ 0 };
}

/* All but leaving; and voting on what was proposed before. */
static void test_what_the_suspended_cannot_do(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "cannot", cascading);
	const struct id16 *who = &r->keys->member[0];
	struct sig_key *k = envelope_key(SIG_ED25519), *next = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct motion m = folk_motion(&f, &r->keys->member[1]);
	struct renewal renew = folk_renewal(&f, who);
	struct vouch v;
	struct err e = { 0 };
	uint64_t before, after;

	before = folk_move(&f, r->w, 1, &r->keys->member[2]);
	assert_string_equal(suspend(&f, 0, 0), "");
	v = folk_vouch(&f, &d, who);
	refuses(folk_send_vouch(&f, r->w, &v, r->founders[0], NULL, &e), &e);
	refuses(folk_send_motion(&f, r->w, &m, r->founders[0], NULL, &e), &e);
	refuses(folk_send_renewal(&f, r->w, &renew, r->founders[0], NULL, &e), &e);
	refuses(folk_send_rekey(&f, r->w, who, r->founders[0], next, NULL, &e), &e);
	after = folk_move(&f, r->w, 2, &r->keys->member[1]);
	assert_string_equal(folk_cast(&f, r->w, after, 0, CHOICE_YES), "suspended");
	assert_string_equal(folk_cast(&f, r->w, before, 0, CHOICE_YES), "");
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(next);
	folk_free(&f);
}

/* Nobody shrinks n by suspending, before a proposal or while it is open; and nobody takes a voter's voice on one that is. */
static void test_suspending_steers_no_vote(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "steer", emergency);
	uint64_t before = folk_move(&f, r->w, 1, &r->keys->member[2]), after;
	struct stored_proposal p, q;
	struct err e = { 0 };

	assert_string_equal(suspend(&f, 0, 0), "");
	after = folk_move(&f, r->w, 2, &r->keys->member[0]);
	assert_true(store_proposal_load(r->w, f.g.g, before, STORE_READ, &p, &e));
	assert_true(store_proposal_load(r->w, f.g.g, after, STORE_READ, &q, &e));
	assert_int_equal(p.p.electorate_n, 3);
	assert_int_equal(q.p.electorate_n, 3);
	assert_int_equal(q.p.electorate_without, 0);
	assert_int_not_equal(digest_compare(&p.p.electorate_root, &q.p.electorate_root), 0);
	assert_string_equal(folk_cast(&f, r->w, before, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, before, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, before));
	assert_int_equal(folk_outcome(&f, before), OUTCOME_YES);
	folk_audited(&f, before);
	folk_free(&f);
}

static void test_the_group_ratifies(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "ratify", emergency);
	uint64_t number;

	assert_string_equal(suspend(&f, 0, 0), "");
	number = folk_move(&f, r->w, 1, &r->keys->member[0]);
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, number, 2, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 7"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 9"), 0);
	assert_string_equal(suspend(&f, 0, 1), "expelled");
	folk_audited(&f, number);
	folk_free(&f);
}

static void test_the_group_restores(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "restore", emergency);
	uint64_t number;

	assert_string_equal(suspend(&f, 0, 0), "");
	number = folk_move(&f, r->w, 1, &r->keys->member[0]);
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_NO), "");
	assert_string_equal(folk_cast(&f, r->w, number, 2, CHOICE_NO), "");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_NO);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 9"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM suspensions WHERE g = %d AND ended IS NOT NULL AND over < until"), 1);
	assert_string_equal(suspend(&f, 0, 1), "suspended_lately");
	folk_audited(&f, number);
	folk_free(&f);
}

/* A proposal from before it was suspended does not restore a member: the group was not asked about that. */
static void test_an_older_question_restores_nobody(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "older", emergency);
	uint64_t number = folk_move(&f, r->w, 1, &r->keys->member[0]);

	assert_string_equal(suspend(&f, 0, 0), "");
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_NO), "");
	assert_string_equal(folk_cast(&f, r->w, number, 2, CHOICE_NO), "");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 9"), 0);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM suspensions WHERE g = %d AND ended IS NULL"), 1);
	folk_audited(&f, number);
	folk_free(&f);
}

static void test_time_ends_it(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "lapse", emergency);
	struct motion m = folk_motion(&f, &r->keys->member[1]);
	struct err e = { 0 };

	assert_string_equal(suspend(&f, 0, 0), "");
	assert_true(suspend_lapse(r->w, f.g.g, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 10"), 0);
	age(&f, 3601);
	/* with or without the entry */
	assert_true(folk_send_motion(&f, r->w, &m, r->founders[0], NULL, &e));
	assert_true(suspend_lapse(r->w, f.g.g, &e));
	assert_true(suspend_lapse(r->w, f.g.g, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 10"), 1);
	assert_string_equal(suspend(&f, 0, 1), "suspended_lately");
	age(&f, 7200);
	assert_string_equal(suspend(&f, 0, 0), "");
	folk_free(&f);
}

/* Somebody whom founders i and j vouched in. */
static struct id16 vouched_in(struct folk *f, size_t i, size_t j)
{
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(f, f->r->w, k);
	struct stored_proposal p;
	uint64_t number;
	struct err e = { 0 };

	assert_string_equal(folk_vouch_for(f, f->r->w, &d, i), "");
	assert_string_equal(folk_vouch_for(f, f->r->w, &d, j), "");
	number = (uint64_t)folk_number(f, "SELECT max(number) FROM proposals WHERE g = %d");
	assert_true(folk_decide(f, f->r->w, number));
	assert_true(store_proposal_load(f->r->w, f->g.g, number, STORE_READ, &p, &e));
	sig_key_free(k);
	return p.p.member;
}

/* The two other founders expel founder i: the number of the decision. */
static uint64_t expel(struct folk *f, size_t i)
{
	const size_t j = (i + 1) % 3, k = (i + 2) % 3;
	uint64_t number = folk_move(f, f->r->w, j, &f->r->keys->member[i]);

	assert_string_equal(folk_cast(f, f->r->w, number, j, CHOICE_YES), "");
	assert_string_equal(folk_cast(f, f->r->w, number, k, CHOICE_YES), "");
	assert_true(folk_decide(f, f->r->w, number));
	assert_int_equal(folk_outcome(f, number), OUTCOME_YES);
	return number;
}

static void majority(json_t *charter)
{
	cascading(charter);
	charters_set(charter, "/expulsion", "{\"votes\":{\"count\":2}}");
}

static void test_whom_the_expelled_vouched_in(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "cascade", majority);
	uint64_t number;

	vouched_in(&f, 0, 1);
	vouched_in(&f, 1, 2);
	vouched_in(&f, 0, 2);
	number = expel(&f, 0);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM suspensions WHERE g = %d"), 2);
	assert_int_equal(folk_number(&f, "SELECT max(idx) - min(idx) FROM suspensions WHERE g = %d"), 1);
	folk_audited(&f, number);
	folk_free(&f);
}

/* What a page of members says of number i; to be freed. */
static json_t *shown(struct folk *f, size_t i)
{
	const struct page page = { .after = -1, .limit = 10 };
	struct err e = { 0 };
	json_t *doc = read_members(f->r->w, &f->g, &page, &e), *one;

	assert_non_null(doc);
	one = json_incref(json_array_get(json_object_get(doc, "members"), i));
	json_decref(doc);
	return one;
}

static void test_what_is_shown(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "shown", flagging);
	json_t *one;

	vouched_in(&f, 0, 1);
	one = shown(&f, 3);
	assert_null(json_object_get(one, "flagged"));
	json_decref(one);
	folk_audited(&f, expel(&f, 0));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM suspensions WHERE g = %d"), 0);
	one = shown(&f, 3);
	assert_string_equal(json_string_value(json_object_get(one, "state")), "member");
	assert_int_equal(json_array_size(json_object_get(one, "flagged")), 1);
	json_decref(one);
	assert_string_equal(suspend(&f, 1, 0), "");
	one = shown(&f, 1);
	assert_string_equal(json_string_value(json_object_get(one, "state")), "suspended");
	assert_true(json_is_integer(json_object_get(one, "suspended_until")));
	json_decref(one);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_operator_suspends),
		cmocka_unit_test(test_what_the_suspended_cannot_do),
		cmocka_unit_test(test_suspending_steers_no_vote),
		cmocka_unit_test(test_the_group_ratifies),
		cmocka_unit_test(test_the_group_restores),
		cmocka_unit_test(test_an_older_question_restores_nobody),
		cmocka_unit_test(test_time_ends_it),
		cmocka_unit_test(test_whom_the_expelled_vouched_in),
		cmocka_unit_test(test_what_is_shown),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
