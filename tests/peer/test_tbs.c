/* SPDX-License-Identifier: ISC
 * What is signed in a certificate, held against what OpenSSL builds of the same fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "tests/peer/made.h"

static const enum sig_alg algs[] = { SIG_ED25519, SIG_P256 };

static void add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	ext = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
	assert_non_null(ext);
	assert_true(X509_add_ext(x, ext, -1));
	X509_EXTENSION_free(ext);
}

static void add_key_id(X509 *x, const uint8_t ski[static 20])
{
	char hex[41];

	hex_encode(ski, 20, hex);
	add_extension(x, x, NID_subject_key_identifier, hex);
}

static void add_membership(X509 *x, const struct gmc_fields *f)
{
	ASN1_OBJECT *oid = OBJ_txt2obj("1.2.840.113556.1.8000.2554.13425.56345.4981.18492.44634.6395996.13656527", 1);
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;
	uint8_t der[128] = { 0x30, 126, 2, 1, 1, 10, 1, (uint8_t)f->origin };
	uint8_t *p = der + 8;
	const uint8_t *const digests[] = { f->genesis.b, f->charter.b, f->decision.b };

	for (size_t i = 0; i < 3; i++) {
		*p++ = 4;
		*p++ = 32;
		memcpy(p, digests[i], 32);
		p += 32;
	}
	*p++ = 4;
	*p++ = 16;
	memcpy(p, f->member.b, 16);
	assert_ptr_equal(p + 16, der + sizeof(der));
	ASN1_OCTET_STRING_set(octets, der, sizeof(der));
	ext = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, octets);
	assert_true(X509_add_ext(x, ext, -1));
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(octets);
	ASN1_OBJECT_free(oid);
}

static void set_name(X509_NAME *name, const char *cn)
{
	assert_true(X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING, (const uint8_t *)cn, -1, -1, 0));
}

/* The certificate's first part, by OpenSSL's own hands. */
static X509 *openssl_head(const struct id16 *serial, const struct digest *genesis, int64_t from, int64_t until, const struct sig_key *key)
{
	BIGNUM *bn = BN_bin2bn(serial->b, 16, NULL);
	EVP_PKEY *pkey = made_pkey(key);
	X509 *x = X509_new();
	char hex[65];

	hex_encode(genesis->b, 32, hex);
	assert_true(X509_set_version(x, X509_VERSION_3));
	BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x));
	set_name(X509_get_issuer_name(x), hex);
	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(x), (time_t)until));
	assert_true(X509_set_pubkey(x, pkey));
	EVP_PKEY_free(pkey);
	BN_free(bn);
	return x;
}

static void same_tbs(X509 *x, const struct sig_key *ca_key, struct slice tbs)
{
	EVP_PKEY *pkey = made_pkey(ca_key);
	uint8_t *der = NULL;
	int n;

	assert_true(X509_sign(x, pkey, sig_key_pub(ca_key)->alg == SIG_P256 ? EVP_sha256() : NULL) > 0);
	n = i2d_re_X509_tbs(x, &der);
	assert_true(slice_equal(slice_of(der, (size_t)n), tbs));
	OPENSSL_free(der);
	EVP_PKEY_free(pkey);
}

static void same_as_openssl(const struct made *m)
{
	struct buf tbs = { 0 };
	struct digest spki;
	struct id16 serial;
	uint8_t ski[20];
	char hex[65], san[256];
	X509 *ca, *x;

	assert_true(profile_spki_digest(sig_key_pub(m->ca_key), &spki));
	profile_ca_serial(&m->f.genesis, &spki, &serial);
	hex_encode(m->f.genesis.b, 32, hex);
	ca = openssl_head(&serial, &m->f.genesis, MADE_TIME, MADE_TIME + 7, m->ca_key);
	set_name(X509_get_subject_name(ca), hex);
	add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
	add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign");
	add_key_id(ca, m->f.issuer_ski);
	add_extension(ca, ca, NID_authority_key_identifier, "keyid:always");
	assert_true(profile_ca(&m->f.genesis, sig_key_pub(m->ca_key), MADE_TIME, MADE_TIME + 7, &tbs));
	same_tbs(ca, m->ca_key, buf_slice(&tbs));
	buf_free(&tbs);

	x = openssl_head(&m->f.serial, &m->f.genesis, m->f.not_before, m->f.not_after, m->key);
	if (m->f.name != NULL)
		set_name(X509_get_subject_name(x), m->f.name);
	snprintf(san, sizeof(san), "%sURI:reload://0110e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5@overlay.example.org",
		m->f.name == NULL ? "critical," : "");
	add_extension(x, ca, NID_subject_alt_name, san);
	add_extension(x, ca, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(x, ca, NID_key_usage, "critical,digitalSignature");
	add_extension(x, ca, NID_ext_key_usage, "clientAuth,serverAuth");
	profile_ski(&m->f.key, ski);
	add_key_id(x, ski);
	add_extension(x, ca, NID_authority_key_identifier, "keyid:always");
	add_membership(x, &m->f);
	assert_true(profile_gmc(&m->f, &tbs));
	same_tbs(x, m->ca_key, buf_slice(&tbs));
	buf_free(&tbs);
	X509_free(x);
	X509_free(ca);
}

static void byte_for_byte_as_openssl_builds_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct made m;

		made_new(&m, algs[i & 1], algs[i >> 1 & 1], (i & 4) != 0 ? "Zo\xc3\xab" : NULL);
		same_as_openssl(&m);
		m.f.not_after = INT64_C(2600000000);
		m.f.origin = ORIGIN_RECOVERY;
		m.f.serial.b[0] = 0x7f;
		same_as_openssl(&m);
		made_free(&m);
	}
}

/* The key's name is that of its thumbprint, whatever other name stands by. */
static void a_name_that_follows_from_the_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf want = { 0 }, got = { 0 };
		struct digest thumb;
		struct made m;
		char hex[65];

		made_new(&m, SIG_ED25519, algs[i], "Ned");
		jwk_thumbprint(&m.f.key, &thumb);
		hex_encode(thumb.b, sizeof(thumb.b), hex);
		m.f.key_name = true;
		assert_true(profile_gmc(&m.f, &got));
		m.f.key_name = false;
		m.f.name = hex;
		assert_true(profile_gmc(&m.f, &want));
		assert_true(slice_equal(buf_slice(&want), buf_slice(&got)));
		m.f.name = NULL;
		m.f.key_name = true;
		got.n = 0;
		assert_true(profile_gmc(&m.f, &got));
		assert_true(slice_equal(buf_slice(&want), buf_slice(&got)));
		buf_free(&want);
		buf_free(&got);
		made_free(&m);
	}
}

static void times_that_cannot_be_written(void **state)
{
	struct buf b = { 0 };
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	m.f.not_after = INT64_MAX;
	assert_false(profile_gmc(&m.f, &b));
	buf_free(&b);
	assert_false(profile_ca(&m.f.genesis, &m.f.key, INT64_MIN, 0, &b));
	buf_free(&b);
	made_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(byte_for_byte_as_openssl_builds_it),
		cmocka_unit_test(a_name_that_follows_from_the_key),
		cmocka_unit_test(times_that_cannot_be_written),
	};

	return cmocka_run_group_tests_name("tbs", tests, NULL, NULL);
}
