/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/asked.h"
#include "tests/lib/envelopes.h"
#include "voting/receipt.h"

static struct digest digest_of_vote(struct asked *q, const struct vote *v, const struct sig_key *k)
{
	struct said s = said_by(q->w, KIND_VOTE, vote_print(v), &k, 1);
	struct digest d;

	jws_digest(&s.j, KIND_VOTE, &d);
	said_free(&s);
	return d;
}

static void operators_remove(json_t *charter)
{
	charters_set(charter, "/membership/removal", "\"operators\"");
}

static void test_a_vote_gets_a_receipt_and_keeps_it(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "receipt", NULL);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_YES), again = v;
	struct answer first = { 0 }, second = { 0 }, third = { 0 };
	struct err e = { 0 };
	struct receipt receipt;
	struct jws j;
	struct at at;
	json_t *told;

	assert_true(folk_send_vote(&q.f, q.w, 1, &v, r->founders[0], &first, &e));
	assert_true(first.fresh);
	assert_true(folk_send_vote(&q.f, q.w, 1, &v, r->founders[0], &second, &e));
	assert_false(second.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&second.text)));

	/* the same choice in another vote: the first one's receipt */
	again.iat++;
	assert_true(folk_send_vote(&q.f, q.w, 1, &again, r->founders[0], &third, &e));
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&third.text)));
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM votes WHERE g = %d"), 1);

	told = json_read(buf_slice(&third.text), 8192, &e);
	at = at_root(told, &e);
	assert_true(at_jws(&at, "receipt", &j));
	assert_true(receipt_parse(&j, &receipt, &e));
	assert_true(jws_verify(q.w->crypto, &j, 0, sig_key_pub(r->keys->notary), &e));
	assert_int_equal(receipt.due, receipt.stored + 604800 + 86400);
	assert_int_equal(receipt.stored, folk_number(&q.f, "SELECT stored FROM votes WHERE g = %d"));
	jws_free(&j);
	json_decref(told);
	answer_free(&first);
	answer_free(&second);
	answer_free(&third);
	asked_close(&q);
}

static void test_another_choice_is_equivocation_and_kept(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "equivocate", NULL);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.member[1], CHOICE_NO), first = v;

	assert_string_equal(folk_cast(&q.f, q.w, 1, 1, CHOICE_YES), "");
	asked_refuses(&q, &v, r->founders[1], "equivocation");
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM contradictions WHERE g = %d"), 1);
	assert_int_equal(folk_number(&q.f, "SELECT choice FROM votes WHERE g = %d"), CHOICE_YES);
	/* `replaces` does not help where the charter lets nobody change its mind */
	first.choice = CHOICE_YES;
	v.has_replaces = true;
	v.replaces = digest_of_vote(&q, &first, r->founders[1]);
	asked_refuses(&q, &v, r->founders[1], "equivocation");
	/* one contradiction of one voter is enough: nobody fills the store with them */
	for (int i = 0; i < 3; i++) {
		v.iat++;
		asked_refuses(&q, &v, r->founders[1], "equivocation");
	}
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM contradictions WHERE g = %d"), 1);
	assert_string_equal(folk_cast(&q.f, q.w, 1, 0, CHOICE_YES), "");
	v = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_NO);
	asked_refuses(&q, &v, r->founders[0], "equivocation");
	assert_int_equal(folk_number(&q.f, "SELECT count(DISTINCT who) FROM contradictions WHERE g = %d"), 2);
	asked_close(&q);
}

static void test_a_mind_may_change_where_the_charter_says_so(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "change", asked_may_change);
	struct vote no = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_NO), yes = no;
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	yes.choice = CHOICE_YES;
	assert_true(folk_send_vote(&q.f, q.w, 1, &no, r->founders[0], &first, &e));
	asked_refuses(&q, &yes, r->founders[0], "equivocation"); /* it names nothing */
	yes.has_replaces = true;
	yes.replaces = digest_of_vote(&q, &yes, r->founders[0]);
	asked_refuses(&q, &yes, r->founders[0], "equivocation"); /* another one */
	yes.replaces = digest_of_vote(&q, &no, r->founders[0]);
	assert_true(folk_send_vote(&q.f, q.w, 1, &yes, r->founders[0], NULL, &e));
	assert_true(folk_send_vote(&q.f, q.w, 1, &yes, r->founders[0], NULL, &e));
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM votes WHERE g = %d"), 2);
	assert_int_equal(folk_number(&q.f, "SELECT choice FROM votes WHERE g = %d AND replaced IS NULL"), CHOICE_YES);
	/* the replaced one has its receipt still */
	assert_true(folk_send_vote(&q.f, q.w, 1, &no, r->founders[0], &again, &e));
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	answer_free(&first);
	answer_free(&again);
	asked_close(&q);
}

/* Replaced votes go to the signer and into the record: one voter may not fill them. */
static void test_minds_do_not_change_without_end(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "changemany", asked_may_change);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_NO);
	struct err e = { 0 };

	assert_true(folk_send_vote(&q.f, q.w, 1, &v, r->founders[0], NULL, &e));
	for (int i = 0; i < 17; i++) {
		struct digest last = digest_of_vote(&q, &v, r->founders[0]);

		v.has_replaces = true;
		v.replaces = last;
		v.choice = v.choice == CHOICE_NO ? CHOICE_YES : CHOICE_NO;
		if (i < 16)
			assert_true(folk_send_vote(&q.f, q.w, 1, &v, r->founders[0], NULL, &e));
	}
	asked_refuses(&q, &v, r->founders[0], "too_many");
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM votes WHERE g = %d"), 17);
	asked_close(&q);
}

static void test_the_context_must_fit(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "context", NULL);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_YES), wrong = v;
	struct err e = { 0 };

	wrong.genesis.b[3] ^= 1;
	asked_refuses(&q, &wrong, r->founders[0], "wrong_context");
	wrong = v;
	wrong.charter.b[3] ^= 1;
	asked_refuses(&q, &wrong, r->founders[0], "wrong_context");
	wrong = v;
	wrong.proposal.b[3] ^= 1;
	asked_refuses(&q, &wrong, r->founders[0], "wrong_context");
	wrong = v;
	wrong.iat += 2 * 604800;
	asked_refuses(&q, &wrong, r->founders[0], "vote_late");
	wrong = v;
	wrong.iat -= 3600;
	asked_refuses(&q, &wrong, r->founders[0], "vote_late");
	assert_false(folk_send_vote(&q.f, q.w, 2, &v, r->founders[0], NULL, &e));
	assert_string_equal(e.name, "not_found");
	asked_close(&q);
}

static void test_only_the_member_votes(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "whose", NULL);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_YES);
	struct said s = said_by(q.w, KIND_VOTE, vote_print(&v), (const struct sig_key *const *)&r->founders[0], 1);
	struct said two = said_by(q.w, KIND_VOTE, vote_print(&v), (const struct sig_key *const *)&r->founders[0], 2);
	struct vote_in in = { .group = q.f.g.name, .number = 1, .jws = &s.j, .doc = s.doc };

	asked_refuses(&q, &v, q.applicant, "not_a_member");
	asked_refuses(&q, &v, r->founders[1], "wrong_key");
	envelope_break(&s.j, 0);
	act_vote(q.w, &in, 1);
	assert_string_equal(in.e.name, "bad_signature");
	in = (struct vote_in){ .group = q.f.g.name, .number = 1, .jws = &two.j, .doc = two.doc };
	act_vote(q.w, &in, 1);
	assert_string_equal(in.e.name, "bad_jws");
	in = (struct vote_in){ .group = "nowhere", .number = 1, .jws = &s.j, .doc = s.doc };
	act_vote(q.w, &in, 1);
	assert_string_equal(in.e.name, "not_found");
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM votes WHERE g = %d"), 0);
	said_free(&s);
	said_free(&two);
	asked_close(&q);
}

static void test_who_has_gone_does_not_vote(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "gone", NULL);
	struct vote v0 = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_YES), v2 = folk_vote(&q.f, q.w, 1, &q.member[2], CHOICE_YES);
	struct vote v1 = folk_vote(&q.f, q.w, 1, &q.member[1], CHOICE_YES);
	struct revocation x = folk_revocation(&q.f, REVOKE_MEMBER);
	struct sig_key *next = envelope_key(SIG_ED25519);
	struct err e = { 0 };

	x.member = q.member[0];
	assert_true(folk_send_revocation(&q.f, q.w, &x, r->founders[0], NULL, &e));
	asked_refuses(&q, &v0, r->founders[0], "not_a_member");
	x = folk_revocation(&q.f, REVOKE_KEY);
	jwk_thumbprint(sig_key_pub(r->founders[2]), &x.key);
	assert_true(folk_send_revocation(&q.f, q.w, &x, r->keys->operators[0], NULL, &e));
	asked_refuses(&q, &v2, r->founders[2], "key_revoked");
	assert_true(folk_send_rekey(&q.f, q.w, &q.member[1], r->founders[1], next, NULL, &e));
	asked_refuses(&q, &v1, r->founders[1], "wrong_key");
	assert_true(folk_send_vote(&q.f, q.w, 1, &v1, next, NULL, &e));
	folk_follow(&q.f);
	sig_key_free(next);
	asked_close(&q);
}

static void test_the_expelled_do_not_vote(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "expelled", operators_remove);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_YES);
	struct revocation x = folk_revocation(&q.f, REVOKE_MEMBER);
	struct err e = { 0 };

	x.member = q.member[0];
	assert_true(folk_send_revocation(&q.f, q.w, &x, r->keys->operators[1], NULL, &e));
	asked_refuses(&q, &v, r->founders[0], "expelled");
	folk_follow(&q.f);
	asked_close(&q);
}

static void test_who_came_later_is_no_elector(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "later", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct id16 late = folk_admit(&q.f, q.w, k);
	struct vote v = folk_vote(&q.f, q.w, 1, &late, CHOICE_YES);

	asked_refuses(&q, &v, k, "not_in_electorate");
	sig_key_free(k);
	asked_close(&q);
}

static void test_the_subject_has_no_vote(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "subject", NULL);
	uint64_t number = folk_move(&f, r->w, 0, &r->keys->member[2]);

	assert_string_equal(folk_cast(&f, r->w, number, 2, CHOICE_NO), "not_in_electorate");
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_vote_gets_a_receipt_and_keeps_it),
		cmocka_unit_test(test_another_choice_is_equivocation_and_kept),
		cmocka_unit_test(test_a_mind_may_change_where_the_charter_says_so),
		cmocka_unit_test(test_minds_do_not_change_without_end),
		cmocka_unit_test(test_the_context_must_fit),
		cmocka_unit_test(test_only_the_member_votes),
		cmocka_unit_test(test_who_has_gone_does_not_vote),
		cmocka_unit_test(test_the_expelled_do_not_vote),
		cmocka_unit_test(test_who_came_later_is_no_elector),
		cmocka_unit_test(test_the_subject_has_no_vote),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
