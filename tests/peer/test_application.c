/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/digest.h"
#include "peer/application.h"
#include "tests/lib/envelopes.h"

struct desk {
	struct crypto *c;
	struct sig_key *key, *p256, *stranger;
};

static int open_desk(void **state)
{
	static struct desk d;

	d.c = envelope_crypto();
	d.key = envelope_key(SIG_ED25519);
	d.p256 = envelope_key(SIG_P256);
	d.stranger = envelope_key(SIG_ED25519);
	*state = &d;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *d = *state;

	sig_key_free(d->key);
	sig_key_free(d->p256);
	sig_key_free(d->stranger);
	crypto_free(d->c);
	return 0;
}

static struct application wish(struct desk *d, const struct sig_key *k)
{
	struct application a = { .genesis = digest_fill(1),
		.charter = digest_fill(2),
		.name = "Zoë",
		.has_statement = true,
		.statement = digest_fill(3),
		.log_size = 12,
		.log_root = digest_fill(4),
		.iat = 1800000000 };
	struct buf csr = { 0 };

	assert_true(csr_make(d->c, k, a.name, &csr, NULL));
	assert_in_range(csr.n, 1, CSR_MAX);
	memcpy(a.csr, csr.p, csr.n);
	a.csr_n = csr.n;
	buf_free(&csr);
	return a;
}

static json_t *document(const struct application *a)
{
	static const uint8_t nonce[16] = { 9, 8, 7 };

	return application_print(a, nonce);
}

static void accepted(struct desk *d, const struct sig_key *k)
{
	struct application a = wish(d, k), got;
	struct jws j = envelope(d->c, KIND_APPLICATION, document(&a), k);
	struct digest want = envelope_thumb(k);
	struct err e = { 0 };

	if (!application_verify(d->c, &j, &got, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_memory_equal(&got.thumb, &want, sizeof(want));
	assert_true(sig_pub_equal(&got.key, sig_key_pub(k)));
	assert_memory_equal(&got.charter, &a.charter, sizeof(a.charter));
	assert_memory_equal(&got.genesis, &a.genesis, sizeof(a.genesis));
	assert_int_equal(got.csr_n, a.csr_n);
	assert_memory_equal(got.csr, a.csr, a.csr_n);
	assert_string_equal(got.name, "Zoë");
	assert_true(got.has_statement);
	assert_memory_equal(&got.statement, &a.statement, sizeof(a.statement));
	assert_int_equal(got.log_size, 12);
	assert_memory_equal(&got.log_root, &a.log_root, sizeof(a.log_root));
	assert_int_equal(got.iat, 1800000000);
	jws_digest(&j, KIND_APPLICATION, &want);
	assert_memory_equal(&got.digest, &want, sizeof(want));
	jws_free(&j);
}

static void refused(struct desk *d, struct jws j, const char *name)
{
	static const struct application zero;
	struct application got;
	struct err e = { 0 };

	assert_false(application_verify(d->c, &j, &got, &e));
	assert_string_equal(e.name, name);
	assert_memory_equal(&got, &zero, sizeof(zero));
	jws_free(&j);
}

/* The document with one member set to another value (NULL takes it out), signed by its own key. */
static void refused_with(struct desk *d, const char *member, json_t *value, const char *name)
{
	struct application a = wish(d, d->key);
	json_t *doc = document(&a);

	if (value == NULL)
		json_object_del(doc, member);
	if (value != NULL)
		json_object_set_new(doc, member, value);
	refused(d, envelope(d->c, KIND_APPLICATION, doc, d->key), name);
}

static void keys_of_both_kinds_apply(void **state)
{
	accepted(*state, ((struct desk *)*state)->key);
	accepted(*state, ((struct desk *)*state)->p256);
}

static void a_statement_may_be_missing(void **state)
{
	struct desk *d = *state;
	struct application a = wish(d, d->key), got;
	struct jws j;

	a.has_statement = false;
	j = envelope(d->c, KIND_APPLICATION, document(&a), d->key);
	assert_true(application_verify(d->c, &j, &got, NULL));
	assert_false(got.has_statement);
	jws_free(&j);
}

static void another_key_cannot_sign(void **state)
{
	struct desk *d = *state;
	struct application a = wish(d, d->key);
	const struct sig_key *both[] = { d->key, d->stranger };

	refused(d, envelope(d->c, KIND_APPLICATION, document(&a), d->stranger), "wrong_key");
	refused(d, envelope_by(d->c, KIND_APPLICATION, document(&a), both, 2), "bad_jws");
}

static void a_broken_signature_is_refused(void **state)
{
	struct desk *d = *state;
	struct application a = wish(d, d->key);
	struct jws j = envelope(d->c, KIND_APPLICATION, document(&a), d->key);

	envelope_break(&j, 0);
	refused(d, j, "bad_signature");
}

/* Whoever does not hold the key cannot apply with another's request: its signature was made over other bytes. */
static void the_request_must_prove_possession(void **state)
{
	struct desk *d = *state;
	struct application a = wish(d, d->key);

	a.csr[a.csr_n - 1] ^= 1;
	refused(d, envelope(d->c, KIND_APPLICATION, document(&a), d->key), "bad_csr");
	a.csr_n--;
	refused(d, envelope(d->c, KIND_APPLICATION, document(&a), d->key), "bad_csr");
}

static void members_are_held_to_their_form(void **state)
{
	static const uint8_t long_csr[CSR_MAX + 1], short_nonce[15];
	struct desk *d = *state;
	json_t *holder = json_object();
	char name[66];

	memset(name, 'a', 65);
	name[65] = '\0';
	refused_with(d, "name", json_string(name), "out_of_range");
	refused_with(d, "name", json_string(""), "out_of_range");
	refused_with(d, "name", json_string("a\tb"), "bad_text");
	refused_with(d, "statement", json_null(), "wrong_type");
	refused_with(d, "iat", json_integer(-1), "out_of_range");
	refused_with(d, "log", json_integer(1), "wrong_type");
	refused_with(d, "age", json_integer(1), "unknown_member");
	assert_true(object_set_base64(holder, "csr", slice_of(long_csr, sizeof(long_csr))));
	assert_true(object_set_base64(holder, "nonce", slice_of(short_nonce, sizeof(short_nonce))));
	refused_with(d, "csr", json_incref(json_object_get(holder, "csr")), "out_of_range");
	refused_with(d, "nonce", json_incref(json_object_get(holder, "nonce")), "out_of_range");
	json_decref(holder);
}

static void nothing_may_be_missing(void **state)
{
	static const char *const members[] = { "genesis", "charter", "csr", "name", "log", "nonce", "iat" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		refused_with(*state, members[i], NULL, "missing_member");
}

static void the_longest_name_fits(void **state)
{
	struct desk *d = *state;
	struct application a = wish(d, d->key), got;
	struct jws j;

	memset(a.name, 'n', 64);
	j = envelope(d->c, KIND_APPLICATION, document(&a), d->key);
	assert_true(application_parse(&j, &got, NULL));
	assert_int_equal(strlen(got.name), 64);
	jws_free(&j);
}

static void a_withdrawal_comes_back(void **state)
{
	struct desk *d = *state;
	struct withdrawal w = { .genesis = digest_fill(1), .application = digest_fill(5), .iat = 1800000001 }, got;
	struct jws j = envelope(d->c, KIND_WITHDRAWAL, withdrawal_print(&w), d->key);
	struct err e = { 0 };

	assert_true(withdrawal_parse(&j, &got, &e));
	assert_memory_equal(&got.application, &w.application, sizeof(w.application));
	assert_memory_equal(&got.genesis, &w.genesis, sizeof(w.genesis));
	assert_int_equal(got.iat, w.iat);
	jws_free(&j);
	j = envelope(d->c, KIND_HEAD, withdrawal_print(&w), d->key);
	assert_false(withdrawal_parse(&j, &got, &e));
	assert_string_equal(e.name, "wrong_typ");
	jws_free(&j);
}

static void texts_stand_as_salted_digests(void **state)
{
	static const uint8_t salt[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
	static const uint8_t whole[] = "gmc-text/1\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20hello";
	struct digest got, want;

	(void)state;
	text_digest(salt, slice_str("hello"), &got);
	digest_sha256(slice_of(whole, sizeof(whole) - 1), &want);
	assert_memory_equal(&got, &want, sizeof(want));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_both_kinds_apply),
		cmocka_unit_test(a_statement_may_be_missing),
		cmocka_unit_test(another_key_cannot_sign),
		cmocka_unit_test(a_broken_signature_is_refused),
		cmocka_unit_test(the_request_must_prove_possession),
		cmocka_unit_test(members_are_held_to_their_form),
		cmocka_unit_test(nothing_may_be_missing),
		cmocka_unit_test(the_longest_name_fits),
		cmocka_unit_test(a_withdrawal_comes_back),
		cmocka_unit_test(texts_stand_as_salted_digests),
	};

	return cmocka_run_group_tests_name("application", tests, open_desk, close_desk);
}
