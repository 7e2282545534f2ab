/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "peer/der.h"
#include "tests/peer/made.h"

static const enum sig_alg algs[] = { SIG_ED25519, SIG_P256 };

static struct slice object_content(const char *text, uint8_t out[static 64])
{
	ASN1_OBJECT *o = OBJ_txt2obj(text, 1);
	struct slice s;

	assert_non_null(o);
	s = slice_of(out, OBJ_length(o));
	memcpy(out, OBJ_get0_data(o), s.n);
	ASN1_OBJECT_free(o);
	return s;
}

static void object_identifiers(void **state)
{
	const struct {
		struct slice oid;
		const char *text;
	} rows[] = { { OID_ED25519, "1.3.101.112" }, { OID_EC_KEY, "1.2.840.10045.2.1" }, { OID_P256, "1.2.840.10045.3.1.7" },
		{ OID_ECDSA_SHA256, "1.2.840.10045.4.3.2" }, { OID_CN, "2.5.4.3" }, { OID_SAN, "2.5.29.17" }, { OID_BASIC, "2.5.29.19" },
		{ OID_KEY_USAGE, "2.5.29.15" }, { OID_EXT_KEY_USAGE, "2.5.29.37" }, { OID_SKI, "2.5.29.14" }, { OID_AKI, "2.5.29.35" },
		{ OID_CRL_NUMBER, "2.5.29.20" }, { OID_REASON, "2.5.29.21" }, { OID_CLIENT_AUTH, "1.3.6.1.5.5.7.3.2" },
		{ OID_SERVER_AUTH, "1.3.6.1.5.5.7.3.1" },
		{ OID_MEMBERSHIP, "1.2.840.113556.1.8000.2554.13425.56345.4981.18492.44634.6395996.13656527" } };
	uint8_t der[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!slice_equal(object_content(rows[i].text, der), rows[i].oid))
			fail_msg("%s", rows[i].text);
}

static void keys_as_openssl_writes_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sig_key *k = sig_key_generate(algs[i], NULL);
		EVP_PKEY *pkey = made_pkey(k);
		struct buf spki = { 0 };
		struct digest d, want;
		uint8_t *der = NULL, ski[20], hash[32];
		struct sig_pub back;
		X509_PUBKEY *x = NULL;
		const uint8_t *bits;
		int n = i2d_PUBKEY(pkey, &der), bits_n;
		struct der in;

		assert_true(profile_spki(sig_key_pub(k), &spki));
		assert_true(slice_equal(buf_slice(&spki), slice_of(der, (size_t)n)));
		in = der_of(buf_slice(&spki));
		assert_true(profile_read_spki(&in, &back) && der_done(&in));
		assert_true(sig_pub_equal(&back, sig_key_pub(k)));
		assert_true(profile_spki_digest(sig_key_pub(k), &d));
		digest_sha256(buf_slice(&spki), &want);
		assert_int_equal(digest_compare(&d, &want), 0);

		assert_true(X509_PUBKEY_set(&x, pkey));
		assert_true(X509_PUBKEY_get0_param(NULL, &bits, &bits_n, NULL, x));
		assert_true(EVP_Digest(bits, (size_t)bits_n, hash, NULL, EVP_sha256(), NULL));
		profile_ski(sig_key_pub(k), ski);
		assert_memory_equal(ski, hash, 20);
		for (size_t cut = 0; cut < spki.n; cut++) {
			in = der_of(slice_of(spki.p, cut));
			assert_false(profile_read_spki(&in, &back));
		}
		X509_PUBKEY_free(x);
		OPENSSL_free(der);
		EVP_PKEY_free(pkey);
		buf_free(&spki);
		sig_key_free(k);
	}
}

static void names_as_openssl_writes_them(void **state)
{
	static const char *const names[] = { NULL, "Ada", "Zo\xc3\xab" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		X509_NAME *name = X509_NAME_new();
		struct buf b = { 0 };
		struct slice cn = { 0 };
		uint8_t *der = NULL;
		struct der d;
		int n;

		if (names[i] != NULL)
			assert_true(
				X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING, (const uint8_t *)names[i], -1, -1, 0));
		n = i2d_X509_NAME(name, &der);
		profile_put_name(&b, names[i]);
		assert_true(slice_equal(buf_slice(&b), slice_of(der, (size_t)n)));
		d = der_of(buf_slice(&b));
		assert_true(profile_read_name(&d, &cn) && der_done(&d));
		assert_true(slice_equal(cn, slice_str(names[i] == NULL ? "" : names[i])));
		buf_free(&b);
		OPENSSL_free(der);
		X509_NAME_free(name);
	}
}

static void names_of_other_shapes_are_refused(void **state)
{
	/* PrintableString; no text; another attribute; two attributes in one place; two places; something behind */
	static const uint8_t bad[][24] = {
		{ 12, 0x30, 10, 0x31, 8, 0x30, 6, 6, 3, 0x55, 4, 3, 0x13, 1, 'a' },
		{ 13, 0x30, 11, 0x31, 9, 0x30, 7, 6, 3, 0x55, 4, 3, 0x0c, 0 },
		{ 14, 0x30, 12, 0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 10, 0x0c, 1, 'a' },
		{ 16, 0x30, 14, 0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 0x0c, 1, 'a', 5, 0 },
		{ 16, 0x30, 14, 0x31, 12, 0x30, 8, 6, 3, 0x55, 4, 3, 0x0c, 1, 'a', 5, 0 },
		{ 16, 0x30, 14, 0x31, 12, 0x30, 10, 6, 3, 0x55, 4, 3, 0x0c, 1, 'a', 5, 0 },
		{ 4, 0x30, 2, 0x31, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct der d = der_of(slice_of(bad[i] + 1, bad[i][0]));
		const uint8_t *from = d.p;
		struct slice cn;

		if (profile_read_name(&d, &cn))
			fail_msg("took name %zu", i);
		assert_ptr_equal(d.p, from);
	}
}

/* SHA-256 of the label, a zero byte and the rest, by OpenSSL. */
static void hash(const char *label, const void *a, size_t a_n, const void *b, size_t b_n, uint8_t out[static 32])
{
	uint8_t all[128];
	size_t n = strlen(label) + 1;

	memcpy(all, label, n);
	memcpy(all + n, a, a_n);
	memcpy(all + n + a_n, b, b_n);
	assert_true(EVP_Digest(all, n + a_n + b_n, out, NULL, EVP_sha256(), NULL));
}

static void serials_and_causes(void **state)
{
	struct digest cause, founder, spki;
	struct id16 serial, member;
	uint8_t want[32];

	(void)state;
	memset(member.b, 7, sizeof(member.b));
	memset(spki.b, 9, sizeof(spki.b));
	for (int i = 0; i < 256; i++) {
		memset(cause.b, i, sizeof(cause.b));
		profile_serial(&cause, &serial);
		hash("gmc-serial/1", cause.b, 32, "", 0, want);
		assert_int_equal(serial.b[0], (want[0] & 0x3f) | 0x40);
		assert_memory_equal(serial.b + 1, want + 1, 15);
	}
	profile_founder_cause(&cause, &member, &founder);
	hash("gmc-founder/1", cause.b, 32, member.b, 16, want);
	assert_memory_equal(founder.b, want, 32);
	profile_ca_serial(&cause, &spki, &serial);
	hash("gmc-ca/1", cause.b, 32, spki.b, 32, want);
	hash("gmc-serial/1", want, 32, "", 0, want);
	assert_memory_equal(serial.b + 1, want + 1, 15);
	profile_tbs_digest(slice_str("xyz"), &cause);
	hash("tbs", "xyz", 3, "", 0, want);
	assert_memory_equal(cause.b, want, 32);
}

static int strict_verdict(const struct made *m, int purpose, int64_t at)
{
	X509 *x = made_x509(buf_slice(&m->gmc)), *ca = made_x509(buf_slice(&m->ca));
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int verdict;

	X509_STORE_add_cert(store, ca);
	assert_true(X509_STORE_CTX_init(ctx, store, x, NULL));
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
	X509_STORE_CTX_set_time(ctx, 0, (time_t)at);
	X509_STORE_CTX_set_purpose(ctx, purpose);
	X509_verify_cert(ctx);
	verdict = X509_STORE_CTX_get_error(ctx);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	X509_free(x);
	X509_free(ca);
	return verdict;
}

static void openssl_verifies_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct made m;

		made_new(&m, algs[i & 1], algs[i >> 1 & 1], (i & 4) != 0 ? "Ada" : NULL);
		assert_int_equal(strict_verdict(&m, X509_PURPOSE_SSL_CLIENT, MADE_TIME), X509_V_OK);
		assert_int_equal(strict_verdict(&m, X509_PURPOSE_SSL_SERVER, MADE_TIME - PROFILE_BACKDATE), X509_V_OK);
		assert_int_equal(strict_verdict(&m, X509_PURPOSE_SMIME_SIGN, MADE_TIME), X509_V_ERR_INVALID_PURPOSE);
		assert_int_equal(strict_verdict(&m, X509_PURPOSE_SSL_CLIENT, MADE_TIME + MADE_LIFE + 1), X509_V_ERR_CERT_HAS_EXPIRED);
		made_free(&m);
	}
}

static void sealing_and_the_way_back(void **state)
{
	struct slice tbs = slice_of("\x30\x01\x07", 3), got;
	uint8_t sig[SIG_BYTES], back[SIG_BYTES];

	(void)state;
	memset(sig, 0x11, sizeof(sig));
	for (size_t i = 0; i < 2; i++) {
		struct buf b = { 0 };
		enum sig_alg alg;

		assert_true(profile_seal(tbs, algs[i], sig, &b));
		assert_true(profile_unseal(buf_slice(&b), true, &got, &alg, back));
		assert_true(slice_equal(got, tbs));
		assert_int_equal(alg, algs[i]);
		assert_memory_equal(back, sig, sizeof(sig));
		buf_add_u8(&b, 0);
		assert_false(profile_unseal(buf_slice(&b), true, &got, &alg, back));
		for (size_t cut = 0; cut + 1 < b.n; cut++)
			assert_false(profile_unseal(slice_of(b.p, cut), true, &got, &alg, back));
		buf_free(&b);
	}
}

/* A signature with s in the upper half is refused only where the caller says so; one of Ed25519 has 64 bytes. */
static void sealed_signatures_have_one_form(void **state)
{
	struct slice tbs = slice_of("\x30\x01\x07", 3), got;
	uint8_t sig[SIG_BYTES], back[SIG_BYTES];
	struct buf b = { 0 };
	enum sig_alg alg;

	(void)state;
	memset(sig, 0x11, sizeof(sig));
	sig[32] = 0x80;
	assert_true(profile_seal(tbs, SIG_P256, sig, &b));
	assert_false(profile_unseal(buf_slice(&b), true, &got, &alg, back));
	assert_true(profile_unseal(buf_slice(&b), false, &got, &alg, back));
	buf_free(&b);
	buf_add(&b, "\x30\x4e\x30\x01\x07\x30\x05\x06\x03\x2b\x65\x70\x03\x42\x00", 15);
	buf_add(&b, sig, sizeof(sig));
	buf_add_u8(&b, 1);
	assert_false(profile_unseal(buf_slice(&b), true, &got, &alg, back));
	b.n--;
	b.p[1]--;
	b.p[13]--;
	assert_true(profile_unseal(buf_slice(&b), true, &got, &alg, back));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(object_identifiers),
		cmocka_unit_test(keys_as_openssl_writes_them),
		cmocka_unit_test(names_as_openssl_writes_them),
		cmocka_unit_test(names_of_other_shapes_are_refused),
		cmocka_unit_test(serials_and_causes),
		cmocka_unit_test(openssl_verifies_strictly),
		cmocka_unit_test(sealing_and_the_way_back),
		cmocka_unit_test(sealed_signatures_have_one_form),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
