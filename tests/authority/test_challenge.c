/* SPDX-License-Identifier: ISC
 * Challenges that applicants, voters and vouchers meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/store_challenge.h"
#include "authority/store_proposal.h"
#include "base/time.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"
#include "tests/lib/labour.h"

static void refused(struct folk *f, bool about_proposal, const struct challenge *c, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(f, "SELECT count(*) FROM challenges WHERE g = %d");
	struct err e = { 0 };

	assert_false(folk_send_challenge(f, f->r->w, about_proposal, c, k, NULL, &e));
	if (strcmp(e.name, name) != 0)
		fail_msg("%s instead of %s: %s", e.name, name, e.text);
	assert_int_equal(folk_number(f, "SELECT count(*) FROM challenges WHERE g = %d"), before);
}

static void by_challenges(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"all\":[{\"captcha\":{\"kinds\":[\"graphic\",\"audio\"]}},{\"work\":{\"effort\":1000}},{\"external\":{\"provider\":\"gate\"}}]}");
	charters_set(charter, "/tests", "[]");
}

static void test_an_applicant_meets_all(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "challenged", by_challenges);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct challenge c = folk_challenge(&f, &d, k);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	/* before the group is asked, and twice */
	assert_true(folk_send_challenge(&f, r->w, false, &c, NULL, &first, &e));
	assert_true(folk_send_challenge(&f, r->w, false, &c, NULL, &again, &e));
	assert_true(first.fresh);
	assert_false(again.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	assert_true(act_open(r->w, f.g.g, &d, &e));
	assert_false(folk_decide(&f, r->w, 1));

	labour(&c, 999);
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	c.type = CHALLENGE_EXTERNAL;
	strcpy(c.provider, "gate");
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	assert_false(folk_decide(&f, r->w, 1));
	labour(&c, 1000);
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	/* the work that does for less is no evidence */
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM challenges WHERE g = %d"), 4);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 3);
	labour(&c, 2000);
	refused(&f, false, &c, NULL, "closed");
	folk_audited(&f, 1);
	answer_free(&first);
	answer_free(&again);
	sig_key_free(k);
	folk_free(&f);
}

static void test_another_kind_does_not_do(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "unmet", by_challenges);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct challenge c = folk_challenge(&f, &d, k);
	struct err e = { 0 };

	assert_true(act_open(r->w, f.g.g, &d, &e));
	c.captcha = CAPTCHA_LOGIC;
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	c.type = CHALLENGE_EXTERNAL;
	strcpy(c.provider, "door");
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	assert_false(folk_decide(&f, r->w, 1));
	folk_let_pass(&f, 1);
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_EXPIRED);
	sig_key_free(k);
	folk_free(&f);
}

static void test_challenges_that_do_not_count(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "doubtful", by_challenges);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct challenge c = folk_challenge(&f, &d, k), wrong = c;

	refused(&f, false, &c, k, "not_by_notary");
	refused(&f, false, &c, r->keys->operators[0], "not_by_notary");
	wrong.genesis.b[0] ^= 1;
	refused(&f, false, &wrong, NULL, "wrong_context");
	wrong = c;
	wrong.charter.b[0] ^= 1;
	refused(&f, false, &wrong, NULL, "wrong_context");
	wrong = c;
	wrong.subject.b[0] ^= 1;
	refused(&f, false, &wrong, NULL, "not_found");
	refused(&f, true, &c, NULL, "not_found");
	wrong = c;
	wrong.key.b[0] ^= 1; /* nobody is asked for one to vouch */
	refused(&f, false, &wrong, NULL, "not_allowed");
	wrong = c;
	wrong.iat += 1000;
	refused(&f, false, &wrong, NULL, "challenge_late");
	wrong.iat = c.iat - 4000;
	wrong.until = c.iat - 400;
	refused(&f, false, &wrong, NULL, "challenge_late");
	sig_key_free(k);
	folk_free(&f);
}

static void test_no_more_than_so_many(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "many", by_challenges);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct challenge c = folk_challenge(&f, &d, k);

	for (int i = 0; i < CHALLENGES_OF_KEY_MAX; i++, c.until++)
		assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	refused(&f, false, &c, NULL, "over_limit");
	c.until--;
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	sig_key_free(k);
	folk_free(&f);
}

/* ---- voters */

static void by_humans(json_t *charter)
{
	charters_set(charter, "/voting/human", "{\"any\":[{\"captcha\":{\"kinds\":[\"graphic\"]}},{\"work\":{\"effort\":5}}]}");
	charters_set(charter, "/tests", "[]");
}

static void test_voters_meet_challenges(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "human", by_humans);
	struct sig_key *k = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);
	struct digest p = folk_proposal(&f, number);
	struct challenge c = folk_challenge(&f, &p, r->founders[0]);

	assert_string_equal(folk_cast(&f, r->w, number, 0, CHOICE_YES), "challenge_missing");
	c.captcha = CAPTCHA_AUDIO;
	assert_string_equal(folk_meet(&f, r->w, true, &c), "");
	assert_string_equal(folk_cast(&f, r->w, number, 0, CHOICE_YES), "challenge_missing");
	c.captcha = CAPTCHA_GRAPHIC;
	assert_string_equal(folk_meet(&f, r->w, true, &c), "");
	labour(&c, 7);
	assert_string_equal(folk_meet(&f, r->w, true, &c), "");
	assert_string_equal(folk_cast(&f, r->w, number, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_YES), "challenge_missing");
	c = folk_challenge(&f, &p, r->founders[1]);
	assert_string_equal(folk_meet(&f, r->w, true, &c), "");
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_YES);
	/* of each voter the one that it takes */
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 2);
	folk_audited(&f, number);
	c = folk_challenge(&f, &p, k);
	refused(&f, true, &c, NULL, "closed");
	sig_key_free(k);
	folk_free(&f);
}

static void test_voters_challenges_are_theirs(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "theirs", by_humans);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);
	struct digest p = folk_proposal(&f, number), d = folk_apply(&f, r->w, l);
	struct challenge c = folk_challenge(&f, &p, k);

	refused(&f, true, &c, NULL, "not_a_member");
	c = folk_challenge(&f, &d, l);
	refused(&f, false, &c, NULL, "not_allowed");
	c = folk_challenge(&f, &d, r->founders[0]);
	refused(&f, false, &c, NULL, "not_allowed");
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

/* ---- vouchers */

static void by_human_vouchers(json_t *charter)
{
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":1}}");
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"none\",\"human\":{\"captcha\":{\"kinds\":[\"graphic\"]}}}");
	charters_set(charter, "/tests", "[]");
}

static void test_vouchers_meet_challenges(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "voucher", by_human_vouchers);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct challenge c = folk_challenge(&f, &d, r->founders[1]);

	assert_string_equal(folk_vouch_for(&f, r->w, &d, 1), "challenge_missing");
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	c.until--;
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 1), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 2);
	folk_audited(&f, 1);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_applicant_meets_all),
		cmocka_unit_test(test_another_kind_does_not_do),
		cmocka_unit_test(test_challenges_that_do_not_count),
		cmocka_unit_test(test_no_more_than_so_many),
		cmocka_unit_test(test_voters_meet_challenges),
		cmocka_unit_test(test_voters_challenges_are_theirs),
		cmocka_unit_test(test_vouchers_meet_challenges),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
