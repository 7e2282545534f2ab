/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "peer/der.h"
#include "tests/peer/made.h"

static const enum sig_alg algs[] = { SIG_ED25519, SIG_P256 };

static void every_field_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		const char *name = (i & 4) != 0 ? "Zo\xc3\xab" : NULL;
		struct digest spki;
		struct gmc_cert g;
		struct ca_cert ca;
		struct made m;

		made_new(&m, algs[i & 1], algs[i >> 1 & 1], name);
		assert_int_equal(cert_parse_gmc(buf_slice(&m.gmc), &g), CERT_OK);
		assert_int_equal(cert_parse_ca(buf_slice(&m.ca), &ca), CERT_OK);
		assert_true(slice_equal(g.der, buf_slice(&m.gmc)));
		assert_int_equal(id16_compare(&g.serial, &m.f.serial), 0);
		assert_int_equal(digest_compare(&g.genesis, &m.f.genesis), 0);
		assert_int_equal(digest_compare(&g.charter, &m.f.charter), 0);
		assert_int_equal(digest_compare(&g.decision, &m.f.decision), 0);
		assert_int_equal(g.origin, ORIGIN_ADMISSION);
		assert_int_equal(id16_compare(&g.member, &m.f.member), 0);
		assert_int_equal(id16_compare(&g.node, &m.f.node), 0);
		assert_true(slice_equal(g.name, slice_str(name == NULL ? "" : name)));
		assert_true(slice_equal(g.overlay, slice_str("overlay.example.org")));
		assert_true(g.not_before == MADE_TIME - 300 && g.not_after == MADE_TIME + MADE_LIFE);
		assert_true(sig_pub_equal(&g.key, sig_key_pub(m.key)));
		assert_int_equal(g.alg, algs[i & 1]);
		assert_memory_equal(g.aki, ca.ski, 20);
		assert_true(cert_verify(m.c, &g, &ca, NULL));

		assert_int_equal(digest_compare(&ca.genesis, &m.f.genesis), 0);
		assert_true(profile_spki_digest(sig_key_pub(m.ca_key), &spki));
		assert_int_equal(digest_compare(&ca.spki, &spki), 0);
		assert_true(sig_pub_equal(&ca.key, sig_key_pub(m.ca_key)));
		assert_true(ca.not_before == MADE_TIME - 86400 && ca.not_after == MADE_TIME + 100 * MADE_LIFE);
		assert_true(cert_verify_ca(m.c, &ca, NULL));
		X509_free(made_x509(buf_slice(&m.gmc)));
		X509_free(made_x509(buf_slice(&m.ca)));
		made_free(&m);
	}
}

static void another_ca_is_not_believed(void **state)
{
	struct made a, b;
	struct gmc_cert g;
	struct ca_cert right, wrong;
	struct err e = { 0 };

	(void)state;
	made_new(&a, SIG_ED25519, SIG_ED25519, NULL);
	made_new(&b, SIG_ED25519, SIG_ED25519, NULL);
	cert_parse_gmc(buf_slice(&a.gmc), &g);
	cert_parse_ca(buf_slice(&a.ca), &right);
	cert_parse_ca(buf_slice(&b.ca), &wrong);
	assert_false(cert_verify(a.c, &g, &wrong, &e));
	assert_string_equal(e.name, "bad_signature");
	/* not even when it takes on the right one's name */
	memcpy(wrong.ski, right.ski, 20);
	assert_false(cert_verify(a.c, &g, &wrong, NULL));
	wrong = right;
	wrong.genesis.b[0] ^= 1;
	assert_false(cert_verify(a.c, &g, &wrong, NULL));
	wrong = right;
	wrong.ski[0] ^= 1;
	assert_false(cert_verify(a.c, &g, &wrong, NULL));
	right.sig[5] ^= 1;
	err_clear(&e);
	assert_false(cert_verify_ca(a.c, &right, &e));
	assert_string_equal(e.name, "bad_signature");
	made_free(&a);
	made_free(&b);
}

static bool gmc_is_believed(const struct made *m, struct slice der, const struct ca_cert *ca)
{
	struct gmc_cert g;

	return cert_parse_gmc(der, &g) == CERT_OK && cert_verify(m->c, &g, ca, NULL);
}

static bool ca_is_believed(const struct made *m, struct slice der)
{
	struct ca_cert ca;

	return cert_parse_ca(der, &ca) == CERT_OK && cert_verify_ca(m->c, &ca, NULL);
}

/* A copy of just the right size each time, so that the sanitizer sees a read behind the end. */
static void every_cut_is_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct gmc_cert g;
		struct ca_cert ca;
		struct made m;

		made_new(&m, algs[i & 1], algs[i >> 1], (i & 1) != 0 ? "Ada" : NULL);
		for (size_t cut = 0; cut < m.gmc.n; cut++) {
			uint8_t *copy = malloc(cut + 1);

			memcpy(copy, m.gmc.p, cut);
			assert_int_equal(cert_parse_gmc(slice_of(copy, cut), &g), CERT_BROKEN);
			assert_null(g.der.p);
			free(copy);
		}
		for (size_t cut = 0; cut < m.ca.n; cut++)
			assert_int_equal(cert_parse_ca(slice_of(m.ca.p, cut), &ca), CERT_BROKEN);
		buf_add_u8(&m.gmc, 0);
		buf_add_u8(&m.ca, 0);
		assert_int_equal(cert_parse_gmc(buf_slice(&m.gmc), &g), CERT_BROKEN);
		assert_int_equal(cert_parse_ca(buf_slice(&m.ca), &ca), CERT_BROKEN);
		made_free(&m);
	}
}

static void every_flipped_bit_is_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct ca_cert ca;
		struct made m;

		made_new(&m, algs[i & 1], algs[i >> 1], (i & 1) != 0 ? "Ada" : NULL);
		assert_int_equal(cert_parse_ca(buf_slice(&m.ca), &ca), CERT_OK);
		for (size_t bit = 0; bit < m.gmc.n * 8; bit++) {
			m.gmc.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (gmc_is_believed(&m, buf_slice(&m.gmc), &ca))
				fail_msg("bit %zu of byte %zu flipped", bit % 8, bit / 8);
			m.gmc.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_true(gmc_is_believed(&m, buf_slice(&m.gmc), &ca));
		for (size_t bit = 0; bit < m.ca.n * 8; bit++) {
			m.ca.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (ca_is_believed(&m, buf_slice(&m.ca)))
				fail_msg("bit %zu of byte %zu of the CA flipped", bit % 8, bit / 8);
			m.ca.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_true(ca_is_believed(&m, buf_slice(&m.ca)));
		made_free(&m);
	}
}

/* A length in the long form where the short one would do: BER, and OpenSSL reads it. */
static void ber_is_broken(void **state)
{
	struct buf der = { 0 };
	struct gmc_cert g;
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	/* 30 82 hh ll becomes 30 83 00 hh ll */
	buf_add(&der, "\x30\x83\x00", 3);
	buf_add(&der, m.gmc.p + 2, m.gmc.n - 2);
	assert_int_equal(cert_parse_gmc(buf_slice(&der), &g), CERT_BROKEN);
	buf_free(&der);
	made_free(&m);
}

/* Signed again with one more element at the end of what is signed. */
static void put_behind(const struct made *m, const struct buf *from, struct buf *out)
{
	uint8_t sig[SIG_BYTES];
	struct buf longer = { 0 };
	enum sig_alg alg;
	struct slice tbs, content;
	struct der d;

	assert_true(profile_unseal(buf_slice(from), true, &tbs, &alg, sig));
	d = der_of(tbs);
	assert_true(der_bytes(&d, DER_SEQUENCE, &content));
	size_t mark = der_open(&longer, DER_SEQUENCE);
	buf_add_slice(&longer, content);
	buf_add(&longer, "\x05\x00", 2);
	der_close(&longer, mark);
	made_seal(m, buf_slice(&longer), out);
	buf_free(&longer);
}

static void nothing_follows_the_extensions(void **state)
{
	struct buf gmc = { 0 }, ca = { 0 };
	struct gmc_cert g;
	struct ca_cert c;
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	put_behind(&m, &m.gmc, &gmc);
	put_behind(&m, &m.ca, &ca);
	assert_int_equal(cert_parse_gmc(buf_slice(&gmc), &g), CERT_BROKEN);
	assert_int_equal(cert_parse_ca(buf_slice(&ca), &c), CERT_BROKEN);
	buf_free(&gmc);
	buf_free(&ca);
	made_free(&m);
}

/* The other s of the same signature: OpenSSL believes it, the profile has only one. */
static void a_high_s_is_broken(void **state)
{
	BIGNUM *order = NULL, *s;
	struct buf der = { 0 };
	uint8_t sig[SIG_BYTES];
	EVP_PKEY *pkey;
	struct gmc_cert g;
	struct slice tbs;
	enum sig_alg alg;
	struct made m;
	X509 *x;

	(void)state;
	made_new(&m, SIG_P256, SIG_ED25519, NULL);
	assert_true(profile_unseal(buf_slice(&m.gmc), true, &tbs, &alg, sig));
	BN_hex2bn(&order, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
	s = BN_bin2bn(sig + 32, 32, NULL);
	BN_sub(s, order, s);
	BN_bn2binpad(s, sig + 32, 32);
	assert_true(profile_seal(tbs, SIG_P256, sig, &der));
	x = made_x509(buf_slice(&der));
	pkey = made_pkey(m.ca_key);
	assert_int_equal(X509_verify(x, pkey), 1);
	assert_int_equal(cert_parse_gmc(buf_slice(&der), &g), CERT_BROKEN);
	EVP_PKEY_free(pkey);
	X509_free(x);
	BN_free(order);
	BN_free(s);
	buf_free(&der);
	made_free(&m);
}

static void neither_is_the_other(void **state)
{
	struct gmc_cert g;
	struct ca_cert ca;
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	assert_int_equal(cert_parse_gmc(buf_slice(&m.ca), &g), CERT_FOREIGN);
	assert_int_equal(cert_parse_ca(buf_slice(&m.gmc), &ca), CERT_BROKEN);
	made_free(&m);
}

/* Certificates of other people are no members', but sound. */
static void other_peoples_certificates(void **state)
{
	EVP_PKEY *keys[] = { EVP_RSA_gen(2048), EVP_EC_gen("P-384"), EVP_EC_gen("P-256"), EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") };

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		EVP_PKEY *key = keys[i % 4];
		X509 *x = X509_new();
		uint8_t *der = NULL;
		struct gmc_cert g;
		struct ca_cert ca;
		int n;

		X509_set_version(x, i < 4 ? X509_VERSION_3 : X509_VERSION_1);
		ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
		X509_gmtime_adj(X509_getm_notBefore(x), 0);
		X509_gmtime_adj(X509_getm_notAfter(x), 3600);
		X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const uint8_t *)"example.org", -1, -1, 0);
		X509_set_issuer_name(x, X509_get_subject_name(x));
		X509_set_pubkey(x, key);
		if (i < 4) {
			X509_EXTENSION *ext = X509V3_EXT_nconf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");

			X509_add_ext(x, ext, -1);
			X509_EXTENSION_free(ext);
		}
		assert_true(X509_sign(x, key, i % 4 == 3 ? NULL : EVP_sha256()) > 0);
		n = i2d_X509(x, &der);
		assert_int_equal(cert_parse_gmc(slice_of(der, (size_t)n), &g), CERT_FOREIGN);
		assert_int_equal(cert_parse_ca(slice_of(der, (size_t)n), &ca), CERT_FOREIGN);
		for (int cut = 0; cut < n; cut++)
			assert_int_equal(cert_parse_gmc(slice_of(der, (size_t)cut), &g), CERT_BROKEN);
		OPENSSL_free(der);
		X509_free(x);
	}
	for (size_t i = 0; i < 4; i++)
		EVP_PKEY_free(keys[i]);
}

static void what_is_no_certificate(void **state)
{
	static const char *const bad[] = { "", "\x30", "hello", "{\"kind\":1}", "-----BEGIN CERTIFICATE-----" };
	struct gmc_cert g;
	uint8_t noise[600];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(cert_parse_gmc(slice_str(bad[i]), &g), CERT_BROKEN);
	for (int i = 0; i < 1000; i++) {
		bytes_random(noise, sizeof(noise));
		memcpy(noise, "\x30\x82\x02\x54", 4);
		assert_int_equal(cert_parse_gmc(slice_of(noise, sizeof(noise)), &g), CERT_BROKEN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_comes_back),
		cmocka_unit_test(another_ca_is_not_believed),
		cmocka_unit_test(every_cut_is_broken),
		cmocka_unit_test(every_flipped_bit_is_seen),
		cmocka_unit_test(ber_is_broken),
		cmocka_unit_test(nothing_follows_the_extensions),
		cmocka_unit_test(a_high_s_is_broken),
		cmocka_unit_test(neither_is_the_other),
		cmocka_unit_test(other_peoples_certificates),
		cmocka_unit_test(what_is_no_certificate),
	};

	return cmocka_run_group_tests_name("cert", tests, NULL, NULL);
}
