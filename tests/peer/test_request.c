/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/request.h"
#include "tests/lib/envelopes.h"

#define D1 "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define ID "33333333333333333333333333333333"
#define T1 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const uint8_t nonce[16] = { 1 };

struct desk {
	struct crypto *c;
	struct sig_key *old, *new, *stranger;
};

static int open_desk(void **state)
{
	static struct desk d;

	d.c = envelope_crypto();
	d.old = envelope_key(SIG_ED25519);
	d.new = envelope_key(SIG_P256);
	d.stranger = envelope_key(SIG_ED25519);
	*state = &d;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *d = *state;

	sig_key_free(d->old);
	sig_key_free(d->new);
	sig_key_free(d->stranger);
	crypto_free(d->c);
	return 0;
}

static void a_renewal_comes_back(void **state)
{
	struct desk *d = *state;
	struct renewal r = { .genesis = digest_fill(1), .charter = digest_fill(2), .member = id16_fill(3), .iat = 1800000000 }, got;
	struct jws j = envelope(d->c, KIND_RENEWAL, renewal_print(&r, nonce), d->old);
	struct digest want;

	assert_true(renewal_parse(&j, &got, NULL));
	jws_digest(&j, KIND_RENEWAL, &want);
	assert_memory_equal(&got.digest, &want, sizeof(want));
	assert_memory_equal(&got.genesis, &r.genesis, sizeof(r.genesis));
	assert_memory_equal(&got.charter, &r.charter, sizeof(r.charter));
	assert_memory_equal(&got.member, &r.member, sizeof(r.member));
	assert_int_equal(got.iat, r.iat);
	jws_free(&j);
}

static void renewal_refused(struct desk *d, const char *payload, const char *name)
{
	struct jws j = envelope_around(d->c, KIND_RENEWAL, payload, d->old);
	struct renewal got;
	struct err e = { 0 };

	assert_false(renewal_parse(&j, &got, &e));
	assert_string_equal(e.name, name);
	jws_free(&j);
}

static void a_renewal_is_held_to_its_form(void **state)
{
#define BEGIN "{\"kind\":\"gmc-renewal\",\"format\":1,\"genesis\":\"" D1 "\",\"charter\":\"" D1 "\""
	renewal_refused(*state, BEGIN ",\"member\":\"" ID "\",\"iat\":1}", "missing_member");
	renewal_refused(*state, BEGIN ",\"member\":\"" ID "\",\"nonce\":\"AAAA\",\"iat\":1}", "out_of_range");
	renewal_refused(*state, BEGIN ",\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"iat\":1}", "missing_member");
	renewal_refused(*state, BEGIN ",\"member\":\"" ID "\",\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"iat\":253402300800}", "out_of_range");
	renewal_refused(
		*state, BEGIN ",\"member\":\"" ID "\",\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"iat\":1,\"csr\":\"AA\"}", "unknown_member");
#undef BEGIN
}

static json_t *rekeying(struct desk *d, const struct sig_key *to)
{
	struct rekey r = { .genesis = digest_fill(1), .charter = digest_fill(2), .member = id16_fill(3), .iat = 1800000000 };
	struct buf csr = { 0 };

	assert_true(csr_make(d->c, to, NULL, &csr, NULL));
	memcpy(r.csr, csr.p, csr.n);
	r.csr_n = csr.n;
	buf_free(&csr);
	return rekey_print(&r, nonce);
}

static void rekey_refused(struct desk *d, struct jws j, const char *name)
{
	static const struct rekey zero;
	struct rekey got;
	struct err e = { 0 };

	assert_false(rekey_verify(d->c, &j, sig_key_pub(d->old), &got, &e));
	assert_string_equal(e.name, name);
	assert_memory_equal(&got, &zero, sizeof(zero));
	jws_free(&j);
}

/* In either order. */
static void old_and_new_key_sign_a_change(void **state)
{
	struct desk *d = *state;
	const struct sig_key *orders[][2] = { { d->old, d->new }, { d->new, d->old } };

	for (int i = 0; i < 2; i++) {
		struct jws j = envelope_by(d->c, KIND_REKEY, rekeying(d, d->new), orders[i], 2);
		struct digest thumb = envelope_thumb(d->new);
		struct rekey got;
		struct err e = { 0 };

		if (!rekey_verify(d->c, &j, sig_key_pub(d->old), &got, &e))
			fail_msg("%s: %s", e.name, e.text);
		assert_memory_equal(&got.thumb, &thumb, sizeof(thumb));
		assert_true(sig_pub_equal(&got.key, sig_key_pub(d->new)));
		assert_int_equal(got.member.b[0], 3);
		assert_int_equal(got.iat, 1800000000);
		jws_free(&j);
	}
}

static void one_of_the_two_is_not_enough(void **state)
{
	struct desk *d = *state;
	const struct sig_key *three[] = { d->old, d->new, d->stranger }, *without_old[] = { d->new, d->stranger };
	const struct sig_key *without_new[] = { d->old, d->stranger };

	rekey_refused(d, envelope(d->c, KIND_REKEY, rekeying(d, d->new), d->old), "bad_jws");
	rekey_refused(d, envelope(d->c, KIND_REKEY, rekeying(d, d->new), d->new), "bad_jws");
	rekey_refused(d, envelope_by(d->c, KIND_REKEY, rekeying(d, d->new), three, 3), "bad_jws");
	rekey_refused(d, envelope_by(d->c, KIND_REKEY, rekeying(d, d->new), without_old, 2), "wrong_key");
	rekey_refused(d, envelope_by(d->c, KIND_REKEY, rekeying(d, d->new), without_new, 2), "wrong_key");
}

static void each_signature_must_verify(void **state)
{
	struct desk *d = *state;
	const struct sig_key *both[] = { d->old, d->new };

	for (size_t i = 0; i < 2; i++) {
		struct jws j = envelope_by(d->c, KIND_REKEY, rekeying(d, d->new), both, 2);

		envelope_break(&j, i);
		rekey_refused(d, j, "bad_signature");
	}
}

static void the_same_key_is_no_change(void **state)
{
	struct desk *d = *state;
	const struct sig_key *both[] = { d->old, d->new };

	rekey_refused(d, envelope_by(d->c, KIND_REKEY, rekeying(d, d->old), both, 2), "same_key");
}

static void every_target_comes_back(void **state)
{
	struct desk *d = *state;

	for (int i = REVOKE_MEMBER; i <= REVOKE_SERIAL; i++) {
		struct revocation r = { .genesis = digest_fill(1),
			.charter = digest_fill(2),
			.target = (enum revocation_target)i,
			.cause = CAUSE_KEY_COMPROMISE,
			.iat = 1800000000 },
				  got;
		struct jws j;

		r.member = i == REVOKE_MEMBER ? id16_fill(4) : id16_fill(0);
		r.key = i == REVOKE_KEY ? digest_fill(5) : digest_fill(0);
		r.serial = i == REVOKE_SERIAL ? id16_fill(6) : id16_fill(0);
		j = envelope(d->c, KIND_REVOCATION, revocation_print(&r), d->old);
		assert_true(revocation_parse(&j, &got, NULL));
		jws_digest(&j, KIND_REVOCATION, &r.digest);
		assert_memory_equal(&got.digest, &r.digest, sizeof(r.digest));
		assert_int_equal(got.target, r.target);
		assert_memory_equal(&got.member, &r.member, sizeof(r.member));
		assert_memory_equal(&got.key, &r.key, sizeof(r.key));
		assert_memory_equal(&got.serial, &r.serial, sizeof(r.serial));
		assert_int_equal(got.cause, CAUSE_KEY_COMPROMISE);
		jws_free(&j);
	}
}

static void revocation_refused(struct desk *d, const char *payload, const char *name)
{
	struct jws j = envelope_around(d->c, KIND_REVOCATION, payload, d->old);
	struct revocation got;
	struct err e = { 0 };

	assert_false(revocation_parse(&j, &got, &e));
	assert_string_equal(e.name, name);
	jws_free(&j);
}

static void a_revocation_has_one_target_and_a_known_cause(void **state)
{
#define BEGIN \
	"{\"kind\":\"gmc-revocation\",\"format\":1,\"genesis\":\"" D1 "\",\"charter\":\"" D1 \
	"\",\"iat\":1,\"cause\":\"superseded\",\"target\":"
	revocation_refused(*state, BEGIN "{}}", "bad_value");
	revocation_refused(*state, BEGIN "{\"member\":\"" ID "\",\"key\":\"" T1 "\"}}", "bad_value");
	revocation_refused(*state, BEGIN "{\"node\":\"" ID "\"}}", "unknown_member");
	revocation_refused(*state, BEGIN "\"" ID "\"}", "wrong_type");
	revocation_refused(*state, BEGIN "{\"serial\":\"33\"}}", "bad_value");
#undef BEGIN
	revocation_refused(*state,
		"{\"kind\":\"gmc-revocation\",\"format\":1,\"genesis\":\"" D1 "\",\"charter\":\"" D1
		"\",\"iat\":1,\"cause\":\"spite\",\"target\":{\"key\":\"" T1 "\"}}",
		"bad_value");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_renewal_comes_back),
		cmocka_unit_test(a_renewal_is_held_to_its_form),
		cmocka_unit_test(old_and_new_key_sign_a_change),
		cmocka_unit_test(one_of_the_two_is_not_enough),
		cmocka_unit_test(each_signature_must_verify),
		cmocka_unit_test(the_same_key_is_no_change),
		cmocka_unit_test(every_target_comes_back),
		cmocka_unit_test(a_revocation_has_one_target_and_a_known_cause),
	};

	return cmocka_run_group_tests_name("request", tests, open_desk, close_desk);
}
