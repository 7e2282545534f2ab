/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <string.h>

#include "base/sig.h"

static int start(void **state)
{
	*state = crypto_new(NULL);
	return *state == NULL;
}

static int stop(void **state)
{
	crypto_free(*state);
	return 0;
}

static void unhex(const char *s, uint8_t *out, size_t n)
{
	assert_true(hex_decode(s, strlen(s), out, n));
}

static struct sig_pub pub(enum sig_alg alg, const char *hex)
{
	struct sig_pub k = { .alg = alg };

	unhex(hex, k.b, alg == SIG_P256 ? 64 : 32);
	return k;
}

static struct sig_key *ed25519_from_hex(const char *seed)
{
	uint8_t der[48];

	/* RFC 8410 section 7 */
	unhex("302e020100300506032b657004220420", der, 16);
	unhex(seed, der + 16, 32);
	return sig_key_from_pkcs8(slice_of(der, sizeof(der)), NULL);
}

static bool is_weak(struct crypto *c, const struct sig_pub *k)
{
	struct err e = { 0 };

	if (sig_pub_check(c, k, &e)) {
		assert_true(err_ok(&e));
		return false;
	}
	assert_string_equal(e.name, "weak_key");
	return true;
}

static bool verifies(struct crypto *c, const struct sig_pub *k, struct slice msg, const uint8_t *sig)
{
	struct err e = { 0 };

	if (sig_verify(c, k, msg, sig, &e)) {
		assert_true(err_ok(&e));
		return true;
	}
	assert_string_equal(e.name, "bad_signature");
	return false;
}

/* RFC 8032 section 7.1: TEST 1, 2, 3. */
static void rfc8032(void **state)
{
	static const char *const t[][4] = {
		{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
			"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
			"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
			"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
		{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
			"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
			"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
	};

	for (size_t i = 0; i < 3; i++) {
		struct sig_key *k = ed25519_from_hex(t[i][0]);
		struct sig_pub p = pub(SIG_ED25519, t[i][1]);
		uint8_t msg[2], want[64], sig[64];
		size_t n = strlen(t[i][2]) / 2;

		assert_non_null(k);
		assert_true(sig_pub_equal(&p, sig_key_pub(k)));
		assert_false(is_weak(*state, &p));
		unhex(t[i][2], msg, n);
		unhex(t[i][3], want, 64);
		assert_true(sig_sign(*state, k, slice_of(msg, n), sig, NULL));
		assert_memory_equal(sig, want, 64);
		assert_true(verifies(*state, &p, slice_of(msg, n), want));
		want[63] ^= 0x10;
		assert_false(verifies(*state, &p, slice_of(msg, n), want));
		sig_key_free(k);
	}
}

static void signs_and_verifies(void **state)
{
	for (enum sig_alg alg = SIG_ED25519; alg <= SIG_P256; alg++) {
		struct sig_key *k = sig_key_generate(alg, NULL), *other = sig_key_generate(alg, NULL);
		struct sig_pub wrong_alg = *sig_key_pub(k);
		uint8_t sig[64];

		assert_non_null(k);
		assert_false(sig_pub_equal(sig_key_pub(k), sig_key_pub(other)));
		assert_false(is_weak(*state, sig_key_pub(k)));
		for (int i = 0; i < 64; i++) {
			assert_true(sig_sign(*state, k, slice_of(&i, sizeof(i)), sig, NULL));
			assert_true(verifies(*state, sig_key_pub(k), slice_of(&i, sizeof(i)), sig));
			assert_false(verifies(*state, sig_key_pub(other), slice_of(&i, sizeof(i)), sig));
			sig[i] ^= 1;
			assert_false(verifies(*state, sig_key_pub(k), slice_of(&i, sizeof(i)), sig));
		}
		wrong_alg.alg = alg == SIG_P256 ? SIG_ED25519 : SIG_P256;
		assert_false(verifies(*state, &wrong_alg, slice_str("x"), sig));
		wrong_alg.alg = SIG_NONE;
		assert_false(verifies(*state, &wrong_alg, slice_str("x"), sig));
		sig_key_free(k);
		sig_key_free(other);
	}
}

static void ed25519_weak_points(void **state)
{
	/* Order 1, 2, 4, 8, 8; y = p + 1 for 1; not on the curve. */
	static const char *const weak[] = {
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0200000000000000000000000000000000000000000000000000000000000000",
	};
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL);
	struct sig_pub p, mixed;

	for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
		p = pub(SIG_ED25519, weak[i]);
		assert_true(is_weak(*state, &p));
	}
	for (size_t i = 1; i < 5; i++) {
		p = pub(SIG_ED25519, weak[i]);
		mixed = (struct sig_pub){ .alg = SIG_ED25519 };
		assert_int_equal(crypto_core_ed25519_add(mixed.b, sig_key_pub(k)->b, p.b), 0);
		assert_true(is_weak(*state, &mixed));
	}
	p = *sig_key_pub(k);
	p.b[40] = 1;
	assert_true(is_weak(*state, &p));
	p = (struct sig_pub){ 0 };
	assert_true(is_weak(*state, &p));
	sig_key_free(k);
}

/* A small-order key verifies everything by the bare equation, with R the same point and S = 0. */
static void ed25519_small_order_verifies_nothing(void **state)
{
	struct sig_pub p = pub(SIG_ED25519, "0100000000000000000000000000000000000000000000000000000000000000");
	uint8_t sig[64] = { 1 };

	assert_false(verifies(*state, &p, slice_str("anything"), sig));
}

static void keys_come_back_from_pkcs8(void **state)
{
	for (enum sig_alg alg = SIG_ED25519; alg <= SIG_P256; alg++) {
		struct sig_key *k = sig_key_generate(alg, NULL), *back;
		struct buf der = { 0 }, again = { 0 };
		uint8_t sig[64];

		assert_true(sig_key_to_pkcs8(k, &der, NULL));
		back = sig_key_from_pkcs8(buf_slice(&der), NULL);
		assert_non_null(back);
		assert_true(sig_pub_equal(sig_key_pub(k), sig_key_pub(back)));
		assert_true(sig_sign(*state, back, slice_str("m"), sig, NULL));
		assert_true(verifies(*state, sig_key_pub(k), slice_str("m"), sig));
		assert_true(sig_key_to_pkcs8(back, &again, NULL));
		assert_true(slice_equal(buf_slice(&der), buf_slice(&again)));
		sig_key_free(k);
		sig_key_free(back);
		buf_free(&der);
		buf_free(&again);
	}
}

/* RFC 8410 section 10.3 and 10.1. */
static void rfc8410(void **state)
{
	struct sig_key *k = ed25519_from_hex("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
	struct sig_pub p = pub(SIG_ED25519, "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");

	(void)state;
	assert_non_null(k);
	assert_true(sig_pub_equal(&p, sig_key_pub(k)));
	sig_key_free(k);
}

static void assert_bad_key(struct slice der)
{
	struct err e = { 0 };

	assert_null(sig_key_from_pkcs8(der, &e));
	assert_string_equal(e.name, "bad_key");
}

static void pkcs8_is_strict(void **state)
{
	(void)state;
	for (enum sig_alg alg = SIG_ED25519; alg <= SIG_P256; alg++) {
		struct sig_key *k = sig_key_generate(alg, NULL);
		struct buf der = { 0 };

		assert_true(sig_key_to_pkcs8(k, &der, NULL));
		for (size_t n = 0; n < der.n; n++)
			assert_bad_key(slice_of(der.p, n));
		buf_add_u8(&der, 0);
		assert_bad_key(buf_slice(&der));
		sig_key_free(k);
		buf_free(&der);
	}
}

/* The point beside a P-256 scalar may not be another's. */
static void pkcs8_halves_must_fit(void **state)
{
	struct sig_key *k = sig_key_generate(SIG_P256, NULL), *other = sig_key_generate(SIG_P256, NULL);
	struct buf der = { 0 };

	(void)state;
	assert_true(sig_key_to_pkcs8(k, &der, NULL));
	assert_memory_equal(der.p + der.n - 64, sig_key_pub(k)->b, 64);
	memcpy(der.p + der.n - 64, sig_key_pub(other)->b, 64);
	assert_bad_key(buf_slice(&der));
	sig_key_free(k);
	sig_key_free(other);
	buf_free(&der);
}

static void assert_refused(EVP_PKEY *pkey)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
	uint8_t *der = NULL;
	int n = i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	assert_true(n > 0);
	assert_bad_key(slice_of(der, (size_t)n));
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(pkey);
}

/* RFC 5915's ECPrivateKey, and encrypted PKCS#8. */
static void other_forms_are_refused(void **state)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	uint8_t *der = NULL;
	int n = i2d_PrivateKey(pkey, &der);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
	X509_SIG *enc;

	(void)state;
	assert_true(n > 0);
	assert_bad_key(slice_of(der, (size_t)n));
	OPENSSL_free(der);
	der = NULL;
	enc = PKCS8_encrypt(-1, EVP_aes_256_cbc(), "", 0, NULL, 0, 1, info);
	n = i2d_X509_SIG(enc, &der);
	assert_true(n > 0);
	assert_bad_key(slice_of(der, (size_t)n));
	OPENSSL_free(der);
	X509_SIG_free(enc);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(pkey);
}

static void other_algorithms_are_refused(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_refused(EVP_EC_gen("P-384"));
	assert_refused(EVP_EC_gen("secp256k1"));
	assert_refused(EVP_PKEY_Q_keygen(NULL, NULL, "X25519"));
	assert_refused(EVP_PKEY_Q_keygen(NULL, NULL, "ED448"));
	assert_refused(EVP_RSA_gen(1024));
	assert_null(sig_key_generate(SIG_NONE, &e));
	assert_string_equal(e.name, "bad_key");
	sig_key_free(NULL);
	crypto_free(NULL);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(sig_alg_name(SIG_ED25519), "Ed25519");
	assert_string_equal(sig_alg_name(SIG_P256), "P-256");
	assert_string_equal(sig_alg_name(SIG_NONE), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc8032),
		cmocka_unit_test(signs_and_verifies),
		cmocka_unit_test(ed25519_weak_points),
		cmocka_unit_test(ed25519_small_order_verifies_nothing),
		cmocka_unit_test(keys_come_back_from_pkcs8),
		cmocka_unit_test(rfc8410),
		cmocka_unit_test(pkcs8_is_strict),
		cmocka_unit_test(pkcs8_halves_must_fit),
		cmocka_unit_test(other_forms_are_refused),
		cmocka_unit_test(other_algorithms_are_refused),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("sig", tests, start, stop);
}
