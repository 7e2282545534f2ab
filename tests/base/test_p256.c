/* SPDX-License-Identifier: ISC
 * P-256 and its ways of writing a signature, and published vectors for both algorithms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/sig.h"
#include "tests/base/vectors.h"

/* Of the order n of P-256: (n - 1) / 2, the largest low s, and the next. */
#define ORDER_HALF "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8"
#define ORDER_HALF_1 "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9"

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

/* RFC 6979 appendix A.2.5, SHA-256, message "sample". Its s is in the upper half. */
static void rfc6979(void **state)
{
	struct sig_pub p = pub(SIG_P256,
		"60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
		"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
	uint8_t sig[64], der[SIG_DER_MAX], back[64];
	size_t n;

	unhex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
	      "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
		sig, 64);
	assert_false(is_weak(*state, &p));
	assert_true(verifies(*state, &p, slice_str("sample"), sig));
	assert_false(verifies(*state, &p, slice_str("Sample"), sig));
	n = sig_p256_to_der(sig, der);
	assert_int_equal(n, 72);
	assert_true(sig_p256_from_der(slice_of(der, n), false, back));
	assert_memory_equal(sig, back, 64);
	assert_false(sig_p256_from_der(slice_of(der, n), true, back));
}

/* Half of what OpenSSL signs has a high s: of 64 signatures all would be low by chance once in 2^64. */
static void p256_signs_low(void **state)
{
	struct sig_key *k = sig_key_generate(SIG_P256, NULL);
	uint8_t sig[64], half[32];

	unhex(ORDER_HALF, half, 32);
	for (uint8_t i = 0; i < 64; i++) {
		assert_true(sig_sign(*state, k, slice_of(&i, 1), sig, NULL));
		assert_true(memcmp(sig + 32, half, 32) <= 0);
		assert_true(verifies(*state, sig_key_pub(k), slice_of(&i, 1), sig));
	}
	sig_key_free(k);
}

/* More keys than are kept ready, in turns, so that each is given away and taken up again. */
static void p256_many_keys(void **state)
{
	enum { KEYS = 150 };
	struct sig_pub keys[KEYS];
	uint8_t sigs[KEYS][64];

	for (size_t i = 0; i < KEYS; i++) {
		struct sig_key *k = sig_key_generate(SIG_P256, NULL);

		keys[i] = *sig_key_pub(k);
		assert_true(sig_sign(*state, k, slice_str("m"), sigs[i], NULL));
		sig_key_free(k);
	}
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < KEYS; i++) {
			assert_true(verifies(*state, &keys[i], slice_str("m"), sigs[i]));
			assert_false(verifies(*state, &keys[i], slice_str("m"), sigs[(i + 64) % KEYS]));
			assert_false(verifies(*state, &keys[(i + 1) % KEYS], slice_str("m"), sigs[i]));
		}
}

static void p256_bad_points(void **state)
{
	struct sig_pub zero = { .alg = SIG_P256 }, p, good;
	uint8_t sig[64];
	struct sig_key *k = sig_key_generate(SIG_P256, NULL);

	assert_true(sig_sign(*state, k, slice_str("m"), sig, NULL));
	assert_true(is_weak(*state, &zero));
	good = p = *sig_key_pub(k);
	p.b[63] ^= 1;
	assert_true(is_weak(*state, &p));
	assert_false(verifies(*state, &p, slice_str("m"), sig));
	/* x = p + 5 for x = 5, which is on the curve: a coordinate may not be written in two ways. */
	p = pub(SIG_P256,
		"0000000000000000000000000000000000000000000000000000000000000005"
		"459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");
	assert_false(is_weak(*state, &p));
	p = pub(SIG_P256,
		"ffffffff00000001000000000000000000000001000000000000000000000004"
		"459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");
	assert_true(is_weak(*state, &p));
	assert_false(is_weak(*state, &good));
	assert_true(verifies(*state, &good, slice_str("m"), sig));
	sig_key_free(k);
}

/* In a block of its own size, so that the sanitizer sees a byte read behind it. */
static bool der_reads(const char *hex, bool low)
{
	size_t n = strlen(hex) / 2;
	uint8_t *der = malloc(n > 0 ? n : 1), sig[64] = { 0xee };
	bool ok;

	assert_non_null(der);
	unhex(hex, der, n);
	ok = sig_p256_from_der(slice_of(der, n), low, sig);
	free(der);
	if (!ok)
		assert_int_equal(sig[0], 0xee);
	return ok;
}

static void der_is_strict(void **state)
{
	static const char *const bad[] = {
		"",
		"30",
		"3000",
		"300302010130",
		"3006020101020101ff",
		"3007020101020101",
		"300502010102",
		"3006020101030101",
		"3106020101020101",
		"3006030101020101", /* tags */
		"3006020100020101",
		"3006020101020100", /* zero */
		"3006020181020101",
		"3006020101020180", /* negative */
		"300702020001020101",
		"30080202000102020001", /* longer than need be */
		"308106020101020101",
		"300702810101020101", /* long form of a length */
		"3080020101020101",
		"3080020101020101"
		"0000",
		"30050200020101",
		"3006020101020201",
		"3006020601020101",
		"3009020101020101020101",
		/* 2^256 */
		"3026022101"
		"0000000000000000000000000000000000000000000000000000000000000000"
		"020101",
		"3027022200ff"
		"0000000000000000000000000000000000000000000000000000000000000000"
		"020101",
	};

	(void)state;
	assert_true(der_reads("3006020101020101", true));
	assert_true(der_reads("30080202008002020080", true));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (der_reads(bad[i], false))
			fail_msg("read \"%s\"", bad[i]);
}

static void der_low_s(void **state)
{
	(void)state;
	assert_true(der_reads("30250201010220" ORDER_HALF, true));
	assert_false(der_reads("30250201010220" ORDER_HALF_1, true));
	assert_true(der_reads("30250201010220" ORDER_HALF_1, false));
}

static void der_round_trips(void **state)
{
	uint8_t sig[64], back[64], der[SIG_DER_MAX];

	(void)state;
	for (size_t zeros = 0; zeros < 32; zeros++)
		for (int high = 0; high < 2; high++) {
			size_t n;

			memset(sig, 0, sizeof(sig));
			memset(sig + zeros, high ? 0xff : 0x7f, 32 - zeros);
			memset(sig + 32 + zeros, high ? 0x80 : 0x01, 32 - zeros);
			n = sig_p256_to_der(sig, der);
			assert_true(n <= SIG_DER_MAX);
			assert_true(sig_p256_from_der(slice_of(der, n), false, back));
			assert_memory_equal(sig, back, 64);
		}
}

/* One group of Wycheproof; `der` when its signatures are ECDSA-Sig-Value. Returns how many tests it had. */
static size_t wycheproof_group(struct crypto *c, const json_t *group, enum sig_alg alg, bool der)
{
	const json_t *key = json_object_get(group, "publicKey"), *test, *tests = json_object_get(group, "tests");
	struct sig_pub p = { .alg = alg };
	uint8_t msg[2048], sig[5000], point[65];
	size_t i, n, len;

	if (alg == SIG_ED25519)
		assert_int_equal(vectors_hex(key, "pk", p.b, 32), 32);
	if (alg == SIG_P256) {
		assert_int_equal(vectors_hex(key, "uncompressed", point, 65), 65);
		memcpy(p.b, point + 1, 64);
	}
	assert_false(is_weak(c, &p));
	json_array_foreach(tests, i, test)
	{
		bool valid = strcmp(vectors_text(test, "result"), "valid") == 0, ok;

		n = vectors_hex(test, "msg", msg, sizeof(msg));
		len = vectors_hex(test, "sig", sig, sizeof(sig));
		assert_true(n != SIZE_MAX && len != SIZE_MAX);
		ok = der ? sig_p256_from_der(slice_of(sig, len), false, sig) : len == SIG_BYTES;
		ok = ok && verifies(c, &p, slice_of(msg, n), sig);
		if (ok != valid)
			fail_msg("tcId %lld: %s", (long long)json_integer_value(json_object_get(test, "tcId")),
				vectors_text(test, "comment"));
	}
	return json_array_size(tests);
}

static void wycheproof(struct crypto *c, const char *name, enum sig_alg alg, bool der)
{
	json_t *v = vectors_load(name);
	const json_t *group;
	size_t i, done = 0;

	if (v == NULL)
		skip();
	json_array_foreach(json_object_get(v, "testGroups"), i, group) done += wycheproof_group(c, group, alg, der);
	assert_true(done >= 100);
	assert_int_equal(done, json_integer_value(json_object_get(v, "numberOfTests")));
	json_decref(v);
}

static void wycheproof_ed25519(void **state)
{
	wycheproof(*state, "wycheproof/ed25519_test.json", SIG_ED25519, false);
}

static void wycheproof_p256(void **state)
{
	wycheproof(*state, "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json", SIG_P256, false);
}

static void wycheproof_p256_der(void **state)
{
	wycheproof(*state, "wycheproof/ecdsa_secp256r1_sha256_test.json", SIG_P256, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc6979),
		cmocka_unit_test(p256_signs_low),
		cmocka_unit_test(p256_many_keys),
		cmocka_unit_test(p256_bad_points),
		cmocka_unit_test(der_is_strict),
		cmocka_unit_test(der_low_s),
		cmocka_unit_test(der_round_trips),
		cmocka_unit_test(wycheproof_ed25519),
		cmocka_unit_test(wycheproof_p256),
		cmocka_unit_test(wycheproof_p256_der),
	};

	return cmocka_run_group_tests_name("p256", tests, start, stop);
}
