/* SPDX-License-Identifier: ISC
 * Members who vouch for applicants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "authority/store_key.h"
#include "authority/store_proposal.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"

static void by_vouches(json_t *charter)
{
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":2}}");
	charters_set(charter, "/tests", "[]");
}

static void refused(struct folk *f, const struct vouch *v, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(f, "SELECT count(*) FROM vouches WHERE g = %d");
	struct err e = { 0 };

	assert_false(folk_send_vouch(f, f->r->w, v, k, NULL, &e));
	if (strcmp(e.name, name) != 0)
		fail_msg("%s instead of %s: %s", e.name, name, e.text);
	assert_int_equal(folk_number(f, "SELECT count(*) FROM vouches WHERE g = %d"), before);
}

static void test_two_vouches_admit(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "vouched", by_vouches);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct vouch v = folk_vouch(&f, &d, &r->keys->member[0]);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	/* the vouch opens the proposal that it waits for */
	if (!folk_send_vouch(&f, r->w, &v, r->founders[0], &first, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_int_equal(folk_number(&f, "SELECT proposals FROM groups WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 14"), 1);
	assert_true(folk_send_vouch(&f, r->w, &v, r->founders[0], &again, &e));
	assert_true(first.fresh);
	assert_false(again.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	assert_false(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_number(&f, "SELECT examined FROM proposals WHERE g = %d"), 1);
	v.iat++;
	refused(&f, &v, r->founders[0], "replayed");
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 1), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 2);
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 2), "not_open");
	folk_audited(&f, 1);
	answer_free(&first);
	answer_free(&again);
	sig_key_free(k);
	folk_free(&f);
}

static void test_one_vouch_does_not(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "alone", by_vouches);
	struct sig_key *k = envelope_key(SIG_P256);
	struct digest d = folk_apply(&f, r->w, k);

	assert_string_equal(folk_vouch_for(&f, r->w, &d, 2), "");
	assert_false(folk_decide(&f, r->w, 1));
	folk_let_pass(&f, 1);
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 1), "not_open");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_EXPIRED);
	sig_key_free(k);
	folk_free(&f);
}

/* A voucher without its key, and one who has left, do not vouch any more. */
static void test_vouches_that_became_void(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "void", by_vouches);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct revocation dead = folk_revocation(&f, REVOKE_KEY);
	struct err e = { 0 };

	assert_string_equal(folk_vouch_for(&f, r->w, &d, 0), "");
	jwk_thumbprint(sig_key_pub(r->founders[0]), &dead.key);
	assert_true(folk_send_revocation(&f, r->w, &dead, r->founders[0], NULL, &e));
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 1), "");
	assert_false(folk_decide(&f, r->w, 1));
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 2), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM vouches WHERE g = %d"), 3);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 2);
	folk_audited(&f, 1);
	sig_key_free(k);
	folk_free(&f);
}

static void test_vouches_that_do_not_count(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "strangers", by_vouches);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct vouch v = folk_vouch(&f, &d, &r->keys->member[0]), wrong = v;

	refused(&f, &v, k, "not_a_member");
	refused(&f, &v, r->founders[1], "wrong_key");
	wrong.genesis.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "wrong_context");
	wrong = v;
	wrong.charter.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "wrong_context");
	wrong = v;
	wrong.application.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "not_found");
	wrong = v;
	wrong.iat -= 1000;
	refused(&f, &wrong, r->founders[0], "vouch_late");
	wrong.iat = v.iat + 1000;
	refused(&f, &wrong, r->founders[0], "vouch_late");
	sig_key_free(k);
	folk_free(&f);
}

static void test_who_came_later_is_no_elector(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "later", by_vouches);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k), other = folk_apply(&f, r->w, l);
	struct err e = { 0 };
	struct stored_key mine;
	struct digest thumb;
	struct vouch v;
	bool found;

	assert_true(act_open(r->w, f.g.g, &other, &e));
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 0), "");
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 1), "");
	assert_true(folk_decide(&f, r->w, 2));
	assert_int_equal(folk_outcome(&f, 2), OUTCOME_YES);
	jwk_thumbprint(sig_key_pub(k), &thumb);
	assert_true(store_key_find(r->w, f.g.g, &thumb, &found, &mine, &e) && found);
	v = folk_vouch(&f, &other, &mine.member);
	refused(&f, &v, k, "not_in_electorate");
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

static void with_rules(json_t *charter)
{
	by_vouches(charter);
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":2,\"budget\":1,\"window\":1000,\"reason\":true}}");
}

static void test_a_budget_and_a_reason(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "ruled", with_rules);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k), other = folk_apply(&f, r->w, l);
	struct vouch v = folk_vouch(&f, &d, &r->keys->member[0]);
	struct err e = { 0 };

	refused(&f, &v, r->founders[0], "reason_missing");
	v.has_reason = true;
	assert_true(folk_send_vouch(&f, r->w, &v, r->founders[0], NULL, &e));
	v = folk_vouch(&f, &other, &r->keys->member[0]);
	v.has_reason = true;
	refused(&f, &v, r->founders[0], "budget_spent");
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

static void of_age(json_t *charter)
{
	by_vouches(charter);
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":2,\"age\":1000}}");
}

static void no_vouches(json_t *charter)
{
	by_vouches(charter);
	charters_set(charter, "/admission", "{\"votes\":{\"count\":2}}");
}

static void test_the_charter_has_its_say(void **state)
{
	struct realm *r = *state;
	struct folk young = folk_new(r, "young", of_age), none = folk_new(r, "none", no_vouches);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&young, r->w, k);

	assert_string_equal(folk_vouch_for(&young, r->w, &d, 0), "vouch_too_young");
	d = folk_apply(&none, r->w, k);
	assert_string_equal(folk_vouch_for(&none, r->w, &d, 0), "not_allowed");
	sig_key_free(k);
	folk_free(&young);
	folk_free(&none);
}

static void short_lived(json_t *charter)
{
	by_vouches(charter);
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":2,\"expiry\":2,\"budget\":1}}");
}

/* What has run out counts neither for the applicant nor against its voucher. */
static void test_vouches_run_out(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "lapsed", short_lived);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k), other = folk_apply(&f, r->w, l);

	assert_string_equal(folk_vouch_for(&f, r->w, &d, 0), "");
	assert_string_equal(folk_vouch_for(&f, r->w, &other, 0), "budget_spent");
	sleep(3);
	assert_string_equal(folk_vouch_for(&f, r->w, &other, 0), "");
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 1), "");
	assert_false(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_number(&f, "SELECT max(live) FROM vouches WHERE g = %d"), 1);
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

static void after_probation(json_t *charter)
{
	by_vouches(charter);
	charters_set(charter, "/vouching", "{\"probation\":86400,\"cascade\":\"none\"}");
}

static void test_founders_are_on_no_probation(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "newborn", after_probation);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);

	assert_string_equal(folk_vouch_for(&f, r->w, &d, 0), "");
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_vouches_admit),
		cmocka_unit_test(test_one_vouch_does_not),
		cmocka_unit_test(test_vouches_that_became_void),
		cmocka_unit_test(test_vouches_that_do_not_count),
		cmocka_unit_test(test_who_came_later_is_no_elector),
		cmocka_unit_test(test_a_budget_and_a_reason),
		cmocka_unit_test(test_the_charter_has_its_say),
		cmocka_unit_test(test_vouches_run_out),
		cmocka_unit_test(test_founders_are_on_no_probation),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
