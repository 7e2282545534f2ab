/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static void refused(struct folk *f, const struct application *a, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(f, "SELECT log_size FROM groups WHERE g = %d");
	struct err e = { 0 };

	assert_false(folk_send_application(f, f->r->w, a, k, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(folk_number(f, "SELECT log_size FROM groups WHERE g = %d"), before);
}

static void only_p256(json_t *charter)
{
	charters_set(charter, "/membership/keys", "[\"P-256\"]");
}

static void four_at_most(json_t *charter)
{
	charters_set(charter, "/membership/limit", "4");
}

static void test_an_application_is_logged_once(void **state)
{
	struct folk f = folk_new(*state, "apply-once", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	struct said s = folk_sign_application(f.r->w, &a, k);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	assert_true(act_apply(f.r->w, f.g.name, &s.j, s.doc, NULL, NULL, &first, &e));
	assert_true(first.fresh);
	assert_true(act_apply(f.r->w, f.g.name, &s.j, s.doc, NULL, NULL, &again, &e));
	assert_false(again.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	assert_string_equal(first.id, again.id);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 2"), 1);
	folk_follow(&f);
	answer_free(&first);
	answer_free(&again);
	said_free(&s);
	sig_key_free(k);
	folk_free(&f);
}

static void test_another_group_or_charter_is_another_context(void **state)
{
	struct folk f = folk_new(*state, "apply-context", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k), wrong = a;

	wrong.genesis.b[0] ^= 1;
	refused(&f, &wrong, k, "wrong_context");
	wrong = a;
	wrong.charter.b[0] ^= 1;
	refused(&f, &wrong, k, "wrong_context");
	sig_key_free(k);
	folk_free(&f);
}

static void test_an_older_charter_is_not_in_force(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "apply-older", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a;
	json_t *doc = realm_proposed(r, realm_next(r, &f.g), 2);
	struct db *owner = pg_connect(r->pg->owner);
	struct answer out = { 0 };
	struct err e = { 0 };

	/* It would come into force in an hour. */
	assert_true(act_propose_charter(r->w, f.g.name, doc, &out, &e));
	pg_do(owner,
		"ALTER TABLE charters DISABLE TRIGGER charters_stand; UPDATE charters SET effective = 1 WHERE version = 2;"
		" ALTER TABLE charters ENABLE TRIGGER charters_stand");
	db_close(owner);
	a = folk_application(&f, r->w, k);
	refused(&f, &a, k, "charter_not_in_force");
	json_decref(doc);
	answer_free(&out);
	sig_key_free(k);
	folk_free(&f);
}

static void test_the_head_must_be_one_of_this_log(void **state)
{
	struct folk f = folk_new(*state, "apply-head", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k), wrong = a;
	struct err e = { 0 };

	wrong.log_root.b[31] ^= 1;
	refused(&f, &wrong, k, "forked");
	assert_false(folk_send_application(&f, f.r->w, &wrong, k, NULL, &e));
	assert_non_null(strstr(e.text, "another root"));
	wrong = a;
	wrong.log_size++;
	refused(&f, &wrong, k, "forked");
	/* a part of this log that has no head of its own is no other log */
	wrong = a;
	wrong.log_size--;
	err_clear(&e);
	assert_false(folk_send_application(&f, f.r->w, &wrong, k, NULL, &e));
	assert_string_equal(e.name, "forked");
	assert_non_null(strstr(e.text, "no head of size 7"));
	sig_key_free(k);
	folk_free(&f);
}

/* The seed must have been committed to before the head that the applicant saw. */
static void test_a_head_before_the_commitment_is_stale(void **state)
{
	struct folk f = folk_new(*state, "apply-stale", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	struct db *owner = pg_connect(f.r->pg->owner);
	struct err e = { 0 };
	char sql[160];

	/* as if all seeds but those of a new commitment were used up */
	snprintf(sql, sizeof(sql), "UPDATE groups SET seeds_used = 192 WHERE g = %d", (int)f.g.g);
	pg_do(owner, sql);
	refused(&f, &a, k, "no_seed");
	assert_true(act_seeds(f.r->w, f.g.g, &e));
	refused(&f, &a, k, "stale_head");
	a = folk_application(&f, f.r->w, k);
	assert_true(folk_send_application(&f, f.r->w, &a, k, NULL, &e));
	db_close(owner);
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
}

static void test_a_key_is_used_once(void **state)
{
	struct folk f = folk_new(*state, "apply-key", NULL);
	struct sig_key *k = envelope_key(SIG_P256);
	struct application a = folk_application(&f, f.r->w, f.r->founders[0]);
	struct revocation x = folk_revocation(&f, REVOKE_KEY);
	struct err e = { 0 };

	refused(&f, &a, f.r->founders[0], "key_in_use");
	folk_apply(&f, f.r->w, k);
	a = folk_application(&f, f.r->w, k);
	a.iat++;
	refused(&f, &a, k, "key_in_use");
	jwk_thumbprint(sig_key_pub(f.r->founders[2]), &x.key);
	assert_true(folk_send_revocation(&f, f.r->w, &x, f.r->founders[2], NULL, &e));
	a = folk_application(&f, f.r->w, f.r->founders[2]);
	refused(&f, &a, f.r->founders[2], "key_in_use");
	sig_key_free(k);
	folk_free(&f);
}

static void test_the_charter_says_which_keys(void **state)
{
	struct realm *r = *state;
	struct sig_key *k = envelope_key(SIG_ED25519), *p = envelope_key(SIG_P256);
	struct sig_key *keep[CHARTERS_FOUNDERS];
	struct folk f;
	struct application a;
	struct err e = { 0 };

	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		keep[i] = r->founders[i];
		r->founders[i] = envelope_key(SIG_P256);
		buf_free(&r->keys->csr[i]);
		assert_true(csr_make(r->keys->crypto, r->founders[i], NULL, &r->keys->csr[i], &e));
	}
	f = folk_new(r, "apply-alg", only_p256);
	a = folk_application(&f, r->w, k);
	refused(&f, &a, k, "foreign_key");
	folk_apply(&f, r->w, p);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		sig_key_free(r->founders[i]);
		r->founders[i] = keep[i];
		buf_free(&r->keys->csr[i]);
		assert_true(csr_make(r->keys->crypto, keep[i], NULL, &r->keys->csr[i], &e));
	}
	sig_key_free(k);
	sig_key_free(p);
	folk_free(&f);
}

static void test_signatures_must_hold(void **state)
{
	struct folk f = folk_new(*state, "apply-signed", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	struct said s = folk_sign_application(f.r->w, &a, k);
	struct answer out = { 0 };
	struct err e = { 0 };

	refused(&f, &a, other, "wrong_key");
	envelope_break(&s.j, 0);
	assert_false(act_apply(f.r->w, f.g.name, &s.j, s.doc, NULL, NULL, &out, &e));
	assert_string_equal(e.name, "bad_signature");
	e = (struct err){ 0 };
	assert_false(act_apply(f.r->w, "nowhere", &s.j, s.doc, NULL, NULL, &out, &e));
	assert_string_equal(e.name, "not_found");
	said_free(&s);
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
}

static void test_a_text_is_the_one_that_was_signed(void **state)
{
	struct folk f = folk_new(*state, "apply-text", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	struct free_text text = { .text = "I have brought cake.", .salt = { 1, 2, 3 } };
	struct answer out = { 0 };
	struct err e = { 0 };
	struct said s;

	s = folk_sign_application(f.r->w, &a, k);
	assert_false(act_apply(f.r->w, f.g.name, &s.j, s.doc, &text, NULL, &out, &e));
	assert_string_equal(e.name, "text_differs");
	said_free(&s);

	a.has_statement = true;
	text_digest(text.salt, slice_str(text.text), &a.statement);
	s = folk_sign_application(f.r->w, &a, k);
	e = (struct err){ 0 };
	text.salt[0]++;
	assert_false(act_apply(f.r->w, f.g.name, &s.j, s.doc, &text, NULL, &out, &e));
	assert_string_equal(e.name, "text_differs");
	e = (struct err){ 0 };
	text.salt[0]--;
	assert_true(act_apply(f.r->w, f.g.name, &s.j, s.doc, &text, NULL, &out, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND statement = 'I have brought cake.'"), 1);
	answer_free(&out);
	said_free(&s);
	sig_key_free(k);
	folk_free(&f);
}

static void test_a_full_group_takes_nobody(void **state)
{
	struct folk f = folk_new(*state, "apply-full", four_at_most);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	struct application a;

	folk_apply(&f, f.r->w, k);
	a = folk_application(&f, f.r->w, other);
	refused(&f, &a, other, "group_full");
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_application_is_logged_once),
		cmocka_unit_test(test_another_group_or_charter_is_another_context),
		cmocka_unit_test(test_an_older_charter_is_not_in_force),
		cmocka_unit_test(test_the_head_must_be_one_of_this_log),
		cmocka_unit_test(test_a_head_before_the_commitment_is_stale),
		cmocka_unit_test(test_a_key_is_used_once),
		cmocka_unit_test(test_the_charter_says_which_keys),
		cmocka_unit_test(test_signatures_must_hold),
		cmocka_unit_test(test_a_text_is_the_one_that_was_signed),
		cmocka_unit_test(test_a_full_group_takes_nobody),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
