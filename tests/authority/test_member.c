/* SPDX-License-Identifier: ISC
 * Renewals, changes of keys, revocations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "peer/profile.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "voting/decision.h"

static int64_t size_of(struct folk *f)
{
	return folk_number(f, "SELECT log_size FROM groups WHERE g = %d");
}

/* ---- renewal */

static void test_a_renewal_is_issued_once(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "renew", NULL);
	struct renewal x = folk_renewal(&f, &r->keys->member[1]);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };
	int64_t size;

	if (!folk_send_renewal(&f, r->w, &x, r->founders[1], &first, &e))
		fail_msg("%s: %s", e.name, e.text);
	size = size_of(&f);
	assert_true(folk_send_renewal(&f, r->w, &x, r->founders[1], &again, &e));
	assert_true(first.fresh);
	assert_false(again.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	assert_int_equal(size_of(&f), size);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND origin = 2 AND state = 'intended'"), 1);
	folk_follow(&f);
	answer_free(&first);
	answer_free(&again);
	folk_free(&f);
}

static void renewal_refused(struct folk *f, const struct renewal *x, const struct sig_key *k, const char *name)
{
	int64_t before = size_of(f);
	struct err e = { 0 };

	assert_false(folk_send_renewal(f, f->r->w, x, k, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(size_of(f), before);
}

static void test_who_may_renew(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "renewers", NULL);
	struct renewal x = folk_renewal(&f, &r->keys->member[0]), wrong = x;
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct revocation gone = folk_revocation(&f, REVOKE_KEY);
	struct err e = { 0 };

	renewal_refused(&f, &x, k, "not_a_member");
	renewal_refused(&f, &x, r->founders[1], "wrong_key");
	wrong.genesis.b[0] ^= 1;
	renewal_refused(&f, &wrong, r->founders[0], "wrong_context");
	wrong = x;
	wrong.charter.b[0] ^= 1;
	renewal_refused(&f, &wrong, r->founders[0], "charter_not_in_force");
	wrong = x;
	wrong.iat -= 2 * 86400;
	renewal_refused(&f, &wrong, r->founders[0], "wrong_time");
	wrong.iat += 4 * 86400;
	renewal_refused(&f, &wrong, r->founders[0], "wrong_time");
	assert_true(folk_send_rekey(&f, r->w, &r->keys->member[0], r->founders[0], k, NULL, &e));
	renewal_refused(&f, &x, r->founders[0], "wrong_key");
	jwk_thumbprint(sig_key_pub(k), &gone.key);
	assert_true(folk_send_revocation(&f, r->w, &gone, k, NULL, &e));
	renewal_refused(&f, &x, k, "key_revoked");
	gone = folk_revocation(&f, REVOKE_MEMBER);
	gone.member = r->keys->member[2];
	assert_true(folk_send_revocation(&f, r->w, &gone, r->founders[2], NULL, &e));
	x = folk_renewal(&f, &r->keys->member[2]);
	renewal_refused(&f, &x, r->founders[2], "not_a_member");
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

/* ---- another key */

static void rekey_refused(struct folk *f, size_t i, const struct sig_key *old, const struct sig_key *key, const char *name)
{
	int64_t before = size_of(f);
	struct err e = { 0 };

	assert_false(folk_send_rekey(f, f->r->w, &f->r->keys->member[i], old, key, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(size_of(f), before);
}

static void test_a_key_hands_over_to_another(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "rekey", NULL);
	struct sig_key *k = envelope_key(SIG_P256), *applicant = envelope_key(SIG_ED25519);
	struct err e = { 0 };

	folk_apply(&f, r->w, applicant);
	rekey_refused(&f, 0, r->founders[0], r->founders[1], "key_in_use");
	rekey_refused(&f, 0, r->founders[0], applicant, "key_in_use");
	rekey_refused(&f, 0, r->founders[1], k, "wrong_key");
	rekey_refused(&f, 0, applicant, k, "not_a_member");
	if (!folk_send_rekey(&f, r->w, &r->keys->member[0], r->founders[0], k, NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
	rekey_refused(&f, 0, k, r->founders[0], "key_in_use");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM member_keys WHERE g = %d"), 4);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM revocations WHERE g = %d AND key IS NOT NULL AND cause = 3"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND origin = 3"), 1);
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(applicant);
	folk_free(&f);
}

/* A voter's keys since a proposal opened must stay few, or its vote could not be shown to be its own. */
static void test_keys_do_not_change_without_end(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "rekeymany", NULL);
	struct sig_key *k[9] = { r->founders[0] }, *applicant = envelope_key(SIG_ED25519);
	struct err e = { 0 };

	folk_propose(&f, r->w, applicant);
	assert_string_equal(folk_cast(&f, r->w, 1, 0, CHOICE_YES), "");
	for (size_t i = 1; i < 9; i++)
		k[i] = envelope_key(SIG_ED25519);
	for (size_t i = 1; i < 8; i++)
		assert_true(folk_send_rekey(&f, r->w, &r->keys->member[0], k[i - 1], k[i], NULL, &e));
	rekey_refused(&f, 0, k[7], k[8], "too_many");
	assert_string_equal(folk_cast(&f, r->w, 1, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_true(folk_send_rekey(&f, r->w, &r->keys->member[0], k[7], k[8], NULL, &e));
	folk_follow(&f);
	for (size_t i = 1; i < 9; i++)
		sig_key_free(k[i]);
	sig_key_free(applicant);
	folk_free(&f);
}

/* ---- revocation */

static void revocation_refused(struct folk *f, const struct revocation *x, const struct sig_key *k, const char *name)
{
	int64_t before = size_of(f);
	struct err e = { 0 };

	assert_false(folk_send_revocation(f, f->r->w, x, k, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(size_of(f), before);
}

static struct revocation of_serial(struct folk *f, size_t i)
{
	struct revocation x = folk_revocation(f, REVOKE_SERIAL);
	struct digest cause;

	profile_founder_cause(&f->g.genesis, &f->r->keys->member[i], &cause);
	profile_serial(&cause, &x.serial);
	return x;
}

static void test_a_member_leaves(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "leave", NULL);
	struct revocation x = folk_revocation(&f, REVOKE_MEMBER);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	x.member = r->keys->member[0];
	revocation_refused(&f, &x, r->founders[1], "not_allowed");
	revocation_refused(&f, &x, r->keys->operators[0], "not_allowed");
	revocation_refused(&f, &x, r->keys->admins[0], "not_allowed");
	assert_true(folk_send_revocation(&f, r->w, &x, r->founders[0], &first, &e));
	assert_true(folk_send_revocation(&f, r->w, &x, r->founders[0], &again, &e));
	assert_true(first.fresh);
	assert_false(again.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	x.iat++;
	revocation_refused(&f, &x, r->founders[0], "not_a_member");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM members WHERE g = %d AND ending = 6 AND cause = 1"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM revocations WHERE g = %d"), 1);
	folk_follow(&f);
	answer_free(&first);
	answer_free(&again);
	folk_free(&f);
}

static void operators_remove(json_t *charter)
{
	charters_set(charter, "/membership/removal", "\"operators\"");
}

static void test_operators_remove_where_the_charter_says_so(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "remove", operators_remove);
	struct revocation x = folk_revocation(&f, REVOKE_MEMBER);
	struct err e = { 0 };

	x.member = r->keys->member[0];
	revocation_refused(&f, &x, r->keys->passkey, "not_allowed");
	assert_true(folk_send_revocation(&f, r->w, &x, r->keys->operators[1], NULL, &e));
	x.member = r->keys->member[1];
	assert_true(folk_send_revocation(&f, r->w, &x, r->keys->admins[2], NULL, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM members WHERE g = %d AND ending = 7"), 2);
	x.iat++;
	revocation_refused(&f, &x, r->keys->admins[2], "expelled");
	folk_follow(&f);
	folk_free(&f);
}

static void test_keys_and_certificates_are_revoked(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "revoke", NULL);
	struct revocation key = folk_revocation(&f, REVOKE_KEY), serial = of_serial(&f, 1), wrong = serial;
	struct revocation leave = folk_revocation(&f, REVOKE_MEMBER);
	struct err e = { 0 };

	jwk_thumbprint(sig_key_pub(r->founders[0]), &key.key);
	assert_true(folk_send_revocation(&f, r->w, &serial, r->founders[1], NULL, &e));
	serial.iat++;
	revocation_refused(&f, &serial, r->founders[1], "replayed");
	serial = of_serial(&f, 2);
	revocation_refused(&f, &serial, r->founders[1], "not_allowed");
	assert_true(folk_send_revocation(&f, r->w, &serial, r->keys->operators[0], NULL, &e));
	wrong.serial.b[4] ^= 1;
	revocation_refused(&f, &wrong, r->founders[1], "not_found");
	wrong = key;
	wrong.key.b[0] ^= 1;
	revocation_refused(&f, &wrong, r->founders[0], "not_found");
	wrong = key;
	wrong.genesis.b[0] ^= 1;
	revocation_refused(&f, &wrong, r->founders[0], "wrong_context");
	wrong = key;
	wrong.charter.b[0] ^= 1;
	revocation_refused(&f, &wrong, r->founders[0], "wrong_context");
	assert_true(folk_send_revocation(&f, r->w, &key, r->founders[0], NULL, &e));
	key.iat++;
	revocation_refused(&f, &key, r->founders[0], "key_revoked");
	revocation_refused(&f, &key, r->keys->operators[0], "replayed");
	/* whoever has the revoked key does not speak for its member any more */
	leave.member = r->keys->member[0];
	revocation_refused(&f, &leave, r->founders[0], "key_revoked");
	rekey_refused(&f, 0, r->founders[0], r->keys->admins[0], "key_revoked");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM revocations WHERE g = %d"), 3);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM members WHERE g = %d AND ended IS NULL"), 3);
	folk_follow(&f);
	folk_free(&f);
}

/* ---- at once */

struct requester {
	struct folk *f;
	struct worker *w;
	size_t i, way;
	struct err e;
};

static void *request(void *arg)
{
	struct requester *me = arg;
	struct renewal renew = folk_renewal(me->f, &me->f->r->keys->member[me->i]);
	struct revocation revoke = folk_revocation(me->f, REVOKE_MEMBER);
	struct sig_key *k = envelope_key(SIG_ED25519);

	revoke.member = renew.member;
	if (me->way == 0)
		(void)folk_send_renewal(me->f, me->w, &renew, me->f->r->founders[me->i], NULL, &me->e);
	if (me->way == 1)
		(void)folk_send_rekey(me->f, me->w, &renew.member, me->f->r->founders[me->i], k, NULL, &me->e);
	if (me->way == 2)
		(void)folk_send_revocation(me->f, me->w, &revoke, me->f->r->founders[me->i], NULL, &me->e);
	sig_key_free(k);
	return NULL;
}

/* In whatever order they come in, the ledger follows. */
static void test_everything_at_once(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "requests", NULL);
	struct requester all[9];
	pthread_t threads[9];

	for (size_t i = 0; i < 9; i++) {
		all[i] = (struct requester){ .f = &f, .w = realm_worker(r), .i = i % 3, .way = i / 3 };
		assert_int_equal(pthread_create(&threads[i], NULL, request, &all[i]), 0);
	}
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		worker_close(all[i].w);
		assert_true(err_ok(&all[i].e) || err_is(&all[i].e, "not_a_member") || err_is(&all[i].e, "wrong_key"));
	}
	folk_follow(&f);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_renewal_is_issued_once),
		cmocka_unit_test(test_who_may_renew),
		cmocka_unit_test(test_a_key_hands_over_to_another),
		cmocka_unit_test(test_keys_do_not_change_without_end),
		cmocka_unit_test(test_a_member_leaves),
		cmocka_unit_test(test_operators_remove_where_the_charter_says_so),
		cmocka_unit_test(test_keys_and_certificates_are_revoked),
		cmocka_unit_test(test_everything_at_once),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
