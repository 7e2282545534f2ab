/* SPDX-License-Identifier: ISC
 * Members whose lost key the group replaces, and renewals that it decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/recovery.h"
#include "authority/store_proposal.h"
#include "base/time.h"
#include "peer/recovery.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"
#include "tests/lib/labour.h"

static void by_vote(json_t *charter)
{
	charters_set(charter, "/renewal", "{\"votes\":{\"count\":2}}");
	charters_set(charter, "/recovery", "{\"member\":{\"votes\":{\"count\":2}}}");
}

static struct recovery recovery_of(struct folk *f, size_t i, const struct sig_key *k)
{
	struct recovery r = {
		.genesis = f->g.genesis, .charter = f->charter->object.digest, .member = f->r->keys->member[i], .iat = time_now()
	};
	struct buf csr = { 0 };

	assert_true(csr_make(f->r->w->crypto, k, NULL, &csr, NULL));
	memcpy(r.csr, csr.p, csr.n);
	r.csr_n = csr.n;
	buf_free(&csr);
	return r;
}

static bool send(struct folk *f, const struct recovery *r, const struct sig_key *k, struct digest *digest, struct err *e)
{
	static const uint8_t nonce[16] = { 7 };
	struct said s = said_by(f->r->w, KIND_RECOVERY, recovery_print(r, nonce), &k, 1);
	struct answer a = { 0 };
	bool rc = act_recover(f->r->w, f->g.name, &s.j, s.doc, &a, e);

	jws_digest(&s.j, KIND_RECOVERY, digest);
	answer_free(&a);
	said_free(&s);
	return rc;
}

/* Asks for another key of founder i: the recovery's digest. */
static struct digest recover(struct folk *f, size_t i, const struct sig_key *k)
{
	struct recovery r = recovery_of(f, i, k);
	struct digest d;
	struct err e = { 0 };

	if (!send(f, &r, k, &d, &e))
		fail_msg("%s: %s", e.name, e.text);
	return d;
}

static void refused(struct folk *f, const struct recovery *r, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(f, "SELECT count(*) FROM proposals WHERE g = %d");
	struct digest d;
	struct err e = { 0 };

	assert_false(send(f, r, k, &d, &e));
	if (strcmp(e.name, name) != 0)
		fail_msg("%s instead of %s: %s", e.name, name, e.text);
	assert_int_equal(folk_number(f, "SELECT count(*) FROM proposals WHERE g = %d"), before);
}

static void test_the_group_replaces_a_key(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "replaced", by_vote);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct recovery x = recovery_of(&f, 0, k);
	struct digest first, again;

	assert_true(send(&f, &x, k, &first, NULL));
	/* the same again is the same */
	assert_true(send(&f, &x, k, &again, NULL));
	assert_memory_equal(&first, &again, sizeof first);
	assert_int_equal(folk_number(&f, "SELECT proposals FROM groups WHERE g = %d"), 1);
	assert_string_equal(folk_cast(&f, r->w, 1, 0, CHOICE_YES), "not_in_electorate");
	assert_string_equal(folk_cast(&f, r->w, 1, 1, CHOICE_YES), "");
	assert_false(folk_decide(&f, r->w, 1));
	assert_string_equal(folk_cast(&f, r->w, 1, 2, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM member_keys WHERE g = %d AND dead IS NOT NULL AND replaced IS NOT NULL"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND number = 1"), 1);
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

/* Anybody can ask for a key in a member's name: that keeps nobody from asking for the member's own. */
static void test_a_stranger_asks_first(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "asked-first", by_vote);
	struct sig_key *strange = envelope_key(SIG_ED25519), *own = envelope_key(SIG_ED25519);

	recover(&f, 0, strange);
	recover(&f, 0, own);
	assert_string_equal(folk_cast(&f, r->w, 2, 1, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, 2, 2, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, 2));
	assert_int_equal(folk_outcome(&f, 2), OUTCOME_YES);
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_VOID);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND number = 1"), 0);
	folk_follow(&f);
	sig_key_free(strange);
	sig_key_free(own);
	folk_free(&f);
}

static void test_refusals(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "refusing", by_vote), none = folk_new(r, "without", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_P256);
	struct recovery x = recovery_of(&f, 0, k);

	refused(&f, &x, l, "wrong_key");
	x.genesis = digest_fill(1);
	refused(&f, &x, k, "wrong_context");
	x = recovery_of(&f, 0, k);
	x.charter = digest_fill(1);
	refused(&f, &x, k, "charter_not_in_force");
	x = recovery_of(&f, 0, k);
	x.iat -= 2 * 86400;
	refused(&f, &x, k, "wrong_time");
	x = recovery_of(&f, 0, r->founders[1]);
	refused(&f, &x, r->founders[1], "key_in_use");
	x = recovery_of(&none, 0, k);
	refused(&none, &x, k, "not_allowed");
	folk_apply(&f, r->w, k);
	x = recovery_of(&f, 0, k);
	refused(&f, &x, k, "key_in_use");
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&none);
	folk_free(&f);
}

static void by_vouches(json_t *charter)
{
	charters_set(charter, "/recovery", "{\"member\":{\"vouches\":{\"count\":2,\"budget\":1}}}");
}

static void test_two_vouch_for_a_new_key(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "brought-back", by_vouches);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	struct digest d = recover(&f, 0, k), other;

	assert_string_equal(folk_vouch_for(&f, r->w, &d, 0), "not_allowed");
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 1), "");
	assert_false(folk_decide(&f, r->w, 1));
	other = recover(&f, 2, l);
	assert_string_equal(folk_vouch_for(&f, r->w, &other, 1), "budget_spent");
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 2), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 2);
	other = folk_apply(&f, r->w, l = (sig_key_free(l), envelope_key(SIG_ED25519)));
	assert_string_equal(folk_vouch_for(&f, r->w, &other, 2), "not_allowed");
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

static struct digest subject_of(struct folk *f, uint64_t number)
{
	struct stored_proposal p;
	struct err e = { 0 };

	if (!store_proposal_load(f->r->w, f->g.g, number, STORE_READ, &p, &e))
		fail_msg("%s: %s", e.name, e.text);
	return p.subject;
}

static void by_challenges(json_t *charter)
{
	charters_set(charter, "/renewal", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
	charters_set(charter, "/recovery", "{\"member\":{\"captcha\":{\"kinds\":[\"graphic\"]}}}");
}

/* Subject is the request, and the key its own: the new one of who lost the old. */
static void test_challenges_for_a_request(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "puzzled", by_challenges);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = recover(&f, 0, k);
	struct challenge c = folk_challenge(&f, &d, r->founders[0]);
	struct renewal x = folk_renewal(&f, &r->keys->member[1]);
	struct err e = { 0 };

	assert_string_equal(folk_meet(&f, r->w, false, &c), "not_allowed");
	c = folk_challenge(&f, &d, k);
	labour(&c, 1000);
	assert_string_equal(folk_meet(&f, r->w, false, &c), "not_allowed");
	c = folk_challenge(&f, &d, k);
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_true(folk_send_renewal(&f, r->w, &x, r->founders[1], NULL, &e));
	d = subject_of(&f, 2);
	c = folk_challenge(&f, &d, r->founders[1]);
	assert_string_equal(folk_meet(&f, r->w, false, &c), "");
	assert_true(folk_decide(&f, r->w, 2));
	assert_int_equal(folk_outcome(&f, 2), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 2);
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

static void test_a_renewal_by_vote(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "renewing", by_vote);
	struct renewal x = folk_renewal(&f, &r->keys->member[0]);
	struct err e = { 0 };

	if (!folk_send_renewal(&f, r->w, &x, r->founders[0], NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_string_equal(folk_cast(&f, r->w, 1, 0, CHOICE_YES), "not_in_electorate");
	assert_string_equal(folk_cast(&f, r->w, 1, 1, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, 1, 2, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND number = 1"), 1);
	assert_false(folk_send_rekey(&f, r->w, &r->keys->member[1], r->founders[1], r->founders[2], NULL, &e));
	folk_follow(&f);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_group_replaces_a_key),
		cmocka_unit_test(test_a_stranger_asks_first),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_two_vouch_for_a_new_key),
		cmocka_unit_test(test_challenges_for_a_request),
		cmocka_unit_test(test_a_renewal_by_vote),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
