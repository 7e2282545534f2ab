/* SPDX-License-Identifier: ISC
 * Who comes back, and what vouchers answer for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"
#include "voting/decision.h"

static void strictly(json_t *charter)
{
	charters_set(charter, "/readmission", "{\"wait\":3,\"requirement\":{\"votes\":{\"count\":3}}}");
	charters_set(charter, "/membership/names", "\"none\"");
}

/* The server's clock is what it waits by. */
static struct digest apply_when_it_may(struct folk *f, const struct sig_key *k)
{
	struct answer out = { 0 };
	struct application a;
	struct digest d;
	struct err e;

	for (;;) {
		e = (struct err){ 0 };
		a = folk_application(f, f->r->w, k);
		if (folk_send_application(f, f->r->w, &a, k, &out, &e)) {
			assert_true(digest_parse(out.id, &d));
			answer_free(&out);
			return d;
		}
		assert_string_equal(e.name, "too_soon");
		usleep(100000);
	}
}

static void cast(struct folk *f, uint64_t number, const char *votes)
{
	for (size_t i = 0; votes[i] != '\0'; i++)
		assert_string_equal(folk_cast(f, f->r->w, number, i, votes[i] == 'y' ? CHOICE_YES : CHOICE_NO), "");
}

static void test_comes_back(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "strict", strictly);
	struct sig_key *k = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);
	struct application a;
	struct err e = { 0 };
	struct digest d;

	cast(&f, number, "nn");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_NO);
	a = folk_application(&f, r->w, k);
	assert_false(folk_send_application(&f, r->w, &a, k, NULL, &e));
	assert_string_equal(e.name, "too_soon");
	err_clear(&e);
	d = apply_when_it_may(&f, k);
	assert_true(act_open(r->w, f.g.g, &d, &e));
	number = 2;
	cast(&f, number, "yy");
	assert_false(folk_decide(&f, r->w, number));
	assert_string_equal(folk_cast(&f, r->w, number, 2, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_YES);
	folk_audited(&f, number);
	sig_key_free(k);
	folk_free(&f);
}

static void by_vouches(json_t *charter)
{
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":1}}");
	charters_set(charter, "/tests", "[]");
}

static void with_a_penalty(json_t *charter)
{
	by_vouches(charter);
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"none\",\"penalty\":86400}");
}

/* A member comes in by the vouch of founder i. */
static uint64_t vouched_in(struct folk *f, const struct sig_key *k, size_t i, const char *name)
{
	struct digest a = folk_apply(f, f->r->w, k);

	assert_string_equal(folk_vouch_for(f, f->r->w, &a, i), name);
	return (uint64_t)folk_number(f, "SELECT proposals FROM groups WHERE g = %d");
}

static struct id16 newest(struct folk *f)
{
	static const struct statement st = { "newest", "SELECT member FROM members WHERE g = $1 ORDER BY joined DESC LIMIT 1" };
	struct id16 member = { 0 };
	struct db_args a = { 0 };
	struct err e = { 0 };
	PGresult *r;

	arg_int4(&a, f->g.g);
	assert_true(db_run(f->r->w->db, &st, &a, &r, &e));
	assert_true(res_id16(r, 0, 0, &member));
	PQclear(r);
	return member;
}

static void test_a_voucher_is_penalised(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "penal", with_a_penalty);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	uint64_t number = vouched_in(&f, k, 0, "");
	struct id16 member;

	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_YES);
	member = newest(&f);
	number = folk_move(&f, r->w, 1, &member);
	cast(&f, number, "yyy");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_YES);
	(void)vouched_in(&f, l, 0, "penalised");
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

/* The member whose key this is. */
static struct id16 member_with(struct folk *f, const struct sig_key *k)
{
	static const struct statement st = { "member_with", "SELECT member FROM member_keys WHERE g = $1 AND key = $2" };
	struct id16 member = { 0 };
	struct digest thumb = envelope_thumb(k);
	struct db_args a = { 0 };
	struct err e = { 0 };
	PGresult *r;

	arg_int4(&a, f->g.g);
	arg_digest(&a, &thumb);
	assert_true(db_run(f->r->w->db, &st, &a, &r, &e));
	assert_true(res_id16(r, 0, 0, &member));
	PQclear(r);
	return member;
}

static void with_sponsors(json_t *charter)
{
	by_vouches(charter);
	charters_set(charter, "/membership/sponsor", "{\"per\":1,\"window\":86400,\"depth\":2}");
}

static void test_a_sponsor_is_spent(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "spons", with_sponsors);
	struct sig_key *k[3] = { envelope_key(SIG_ED25519), envelope_key(SIG_ED25519), envelope_key(SIG_ED25519) };
	uint64_t first = vouched_in(&f, k[0], 0, ""), second = vouched_in(&f, k[1], 0, "");

	assert_true(folk_decide(&f, r->w, first));
	assert_int_equal(folk_outcome(&f, first), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM sponsors WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM charges WHERE g = %d"), 1);
	assert_true(folk_decide(&f, r->w, second));
	assert_int_equal(folk_outcome(&f, second), OUTCOME_VOID);
	(void)vouched_in(&f, k[2], 0, "sponsor_spent");
	folk_follow(&f);
	for (size_t i = 0; i < 3; i++)
		sig_key_free(k[i]);
	folk_free(&f);
}

/* As a member whom the log made not long ago vouches. */
static const char *vouch_by(struct folk *f, const struct digest *application, const struct id16 *member, const struct sig_key *k)
{
	static struct err e;
	struct vouch v = folk_vouch(f, application, member);

	err_clear(&e);
	return folk_send_vouch(f, f->r->w, &v, k, NULL, &e) ? "" : e.name;
}

static void with_two_each(json_t *charter)
{
	by_vouches(charter);
	charters_set(charter, "/membership/sponsor", "{\"per\":2,\"window\":86400,\"depth\":2}");
}

/* Founder 0 brings in A, A brings in B, B brings in C: 0 answers for A and B, A for B and C, and nobody any more for what comes below. */
static void test_sponsors_of_sponsors(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "tree", with_two_each);
	struct sig_key *k[5];
	struct id16 member[3];
	struct digest a;

	for (size_t i = 0; i < 5; i++)
		k[i] = envelope_key(SIG_ED25519);
	for (size_t i = 0; i < 3; i++) {
		a = folk_apply(&f, r->w, k[i]);
		assert_string_equal(i == 0 ? folk_vouch_for(&f, r->w, &a, 0) : vouch_by(&f, &a, &member[i - 1], k[i - 1]), "");
		assert_true(folk_decide(&f, r->w, i + 1));
		assert_int_equal(folk_outcome(&f, i + 1), OUTCOME_YES);
		member[i] = member_with(&f, k[i]);
	}
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM sponsors WHERE g = %d"), 3);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM charges WHERE g = %d"), 5);
	a = folk_apply(&f, r->w, k[3]);
	assert_string_equal(folk_vouch_for(&f, r->w, &a, 0), "sponsor_spent");
	assert_string_equal(vouch_by(&f, &a, &member[0], k[0]), "sponsor_spent");
	/* B has one left of its own, and A, who would answer for it too, has none */
	assert_string_equal(vouch_by(&f, &a, &member[1], k[1]), "");
	assert_true(folk_decide(&f, r->w, 4));
	assert_int_equal(folk_outcome(&f, 4), OUTCOME_VOID);
	/* C has two, and B above it one; A is two above C, too far to be charged */
	a = folk_apply(&f, r->w, k[4]);
	assert_string_equal(vouch_by(&f, &a, &member[2], k[2]), "");
	assert_true(folk_decide(&f, r->w, 5));
	assert_int_equal(folk_outcome(&f, 5), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM charges WHERE g = %d"), 7);
	folk_follow(&f);
	for (size_t i = 0; i < 5; i++)
		sig_key_free(k[i]);
	folk_free(&f);
}

static void for_reload(json_t *charter)
{
	charters_set(charter, "/membership/reload", "true");
	charters_set(charter, "/membership/names", "\"name\"");
}

static void test_a_name_that_is_no_user_part(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "reload", for_reload);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, r->w, k);
	struct err e = { 0 };

	strcpy(a.name, "dee dee");
	assert_false(folk_send_application(&f, r->w, &a, k, NULL, &e));
	assert_string_equal(e.name, "name_unfit");
	err_clear(&e);
	strcpy(a.name, "dee.dee");
	assert_true(folk_send_application(&f, r->w, &a, k, NULL, &e));
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_a_voucher_is_penalised),
		cmocka_unit_test(test_a_sponsor_is_spent),
		cmocka_unit_test(test_sponsors_of_sponsors),
		cmocka_unit_test(test_a_name_that_is_no_user_part),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
