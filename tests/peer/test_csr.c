/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "peer/csr.h"
#include "peer/der.h"
#include "peer/pem.h"
#include "tests/peer/made.h"

static const enum sig_alg algs[] = { SIG_ED25519, SIG_P256 };

static int setup(void **state)
{
	*state = crypto_new(NULL);
	return *state == NULL;
}

static int teardown(void **state)
{
	crypto_free(*state);
	return 0;
}

/* "" when the request is believed. */
static const char *verdict(struct crypto *c, struct slice der)
{
	static struct err e;
	struct sig_pub key;

	err_clear(&e);
	return csr_verify(c, der, &key, &e) ? "" : e.name;
}

static void ours_is_believed_by_us_and_by_openssl(void **state)
{
	static const char *const names[] = { NULL, "Ada", "Zo\xc3\xab" };

	for (size_t i = 0; i < 6; i++) {
		struct sig_key *k = sig_key_generate(algs[i % 2], NULL);
		struct buf der = { 0 };
		struct sig_pub key;
		X509_REQ *req;
		const uint8_t *p;
		uint8_t *back = NULL;
		char cn[16] = "";
		int n;

		assert_true(csr_make(*state, k, names[i / 2], &der, NULL));
		assert_true(csr_verify(*state, buf_slice(&der), &key, NULL));
		assert_true(sig_pub_equal(&key, sig_key_pub(k)));

		p = der.p;
		req = d2i_X509_REQ(NULL, &p, (long)der.n);
		assert_non_null(req);
		assert_ptr_equal(p, der.p + der.n);
		n = i2d_X509_REQ(req, &back);
		assert_true(slice_equal(slice_of(back, (size_t)n), buf_slice(&der)));
		assert_int_equal(X509_REQ_verify(req, X509_REQ_get0_pubkey(req)), 1);
		assert_int_equal(X509_REQ_get_version(req), X509_REQ_VERSION_1);
		assert_int_equal(X509_REQ_get_attr_count(req), 0);
		X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(req), NID_commonName, cn, sizeof(cn));
		assert_string_equal(cn, names[i / 2] == NULL ? "" : names[i / 2]);
		OPENSSL_free(back);
		X509_REQ_free(req);
		buf_free(&der);
		sig_key_free(k);
	}
}

enum { WITH_SUBJECT = 1, WITH_EXTENSIONS = 2, WITH_PASSWORD = 4 };

/* A request as other programs make it. */
static struct buf foreign(EVP_PKEY *pkey, const EVP_MD *md, int with)
{
	X509_REQ *req = X509_REQ_new();
	X509_NAME *name = X509_REQ_get_subject_name(req);
	struct buf out = { 0 };
	uint8_t *der = NULL;
	int n;

	assert_true(X509_REQ_set_pubkey(req, pkey));
	if (with & WITH_SUBJECT) {
		X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const uint8_t *)"NL", -1, -1, 0);
		X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const uint8_t *)"Zo\xc3\xab & Co", -1, -1, 0);
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"somebody", -1, -1, -1);
		X509_NAME_add_entry_by_txt(name, "emailAddress", MBSTRING_ASC, (const uint8_t *)"a@example.org", -1, -1, 0);
	}
	if (with & WITH_EXTENSIONS) {
		STACK_OF(X509_EXTENSION) *list = sk_X509_EXTENSION_new_null();

		sk_X509_EXTENSION_push(list, X509V3_EXT_nconf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE"));
		sk_X509_EXTENSION_push(list, X509V3_EXT_nconf_nid(NULL, NULL, NID_subject_alt_name, "DNS:example.org"));
		assert_true(X509_REQ_add_extensions(req, list));
		sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
	}
	if (with & WITH_PASSWORD)
		assert_true(X509_REQ_add1_attr_by_NID(req, NID_pkcs9_challengePassword, MBSTRING_ASC, (const uint8_t *)"secret", -1));
	assert_true(X509_REQ_sign(req, pkey, md) > 0);
	n = i2d_X509_REQ(req, &der);
	buf_add(&out, der, (size_t)n);
	OPENSSL_free(der);
	X509_REQ_free(req);
	return out;
}

static void openssls_is_believed(void **state)
{
	for (int with = 0; with < 16; with++) {
		struct sig_key *k = sig_key_generate(algs[with >> 3], NULL);
		EVP_PKEY *pkey = made_pkey(k);
		struct buf der = foreign(pkey, with >> 3 ? EVP_sha256() : NULL, with & 7);
		struct sig_pub key;
		struct err e = { 0 };

		if (!csr_verify(*state, buf_slice(&der), &key, &e))
			fail_msg("%d: %s", with, e.text);
		assert_true(sig_pub_equal(&key, sig_key_pub(k)));
		buf_free(&der);
		EVP_PKEY_free(pkey);
		sig_key_free(k);
	}
}

/* Half of OpenSSL's signatures have s in the upper half; in requests all of them are taken. */
static void either_half_of_s_is_taken(void **state)
{
	struct sig_key *k = sig_key_generate(SIG_P256, NULL);
	EVP_PKEY *pkey = made_pkey(k);
	uint8_t sig[SIG_BYTES];
	struct slice tbs;
	enum sig_alg alg;
	int high = 0;

	for (int i = 0; i < 40; i++) {
		struct buf der = foreign(pkey, EVP_sha256(), WITH_SUBJECT);

		high += !profile_unseal(buf_slice(&der), true, &tbs, &alg, sig);
		assert_string_equal(verdict(*state, buf_slice(&der)), "");
		buf_free(&der);
	}
	assert_in_range(high, 1, 39);
	EVP_PKEY_free(pkey);
	sig_key_free(k);
}

static void keys_that_are_not_served(void **state)
{
	EVP_PKEY *rsa = EVP_RSA_gen(2048), *p384 = EVP_EC_gen("P-384"), *k256 = EVP_EC_gen("secp256k1"), *p256 = EVP_EC_gen("P-256"),
		 *ed448 = EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	const struct {
		EVP_PKEY *key;
		const EVP_MD *md;
	} rows[] = { { rsa, EVP_sha256() }, { p384, EVP_sha384() }, { p384, EVP_sha256() }, { k256, EVP_sha256() }, { p256, EVP_sha384() },
		{ ed448, NULL } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf der = foreign(rows[i].key, rows[i].md, WITH_SUBJECT);

		assert_string_equal(verdict(*state, buf_slice(&der)), "foreign_key");
		buf_free(&der);
	}
	/* a compressed point, and the curve by its parameters: keys of no form that we write */
	assert_true(EVP_PKEY_set_utf8_string_param(p256, "point-format", "compressed"));
	struct buf compressed = foreign(p256, EVP_sha256(), 0);
	assert_string_equal(verdict(*state, buf_slice(&compressed)), "foreign_key");
	buf_free(&compressed);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(p384);
	EVP_PKEY_free(k256);
	EVP_PKEY_free(p256);
	EVP_PKEY_free(ed448);
}

static void every_cut_and_every_flipped_bit(void **state)
{
	for (size_t i = 0; i < 2; i++) {
		struct sig_key *k = sig_key_generate(algs[i], NULL);
		struct buf der = { 0 };

		assert_true(csr_make(*state, k, "Ada", &der, NULL));
		for (size_t cut = 0; cut < der.n; cut++)
			assert_string_equal(verdict(*state, slice_of(der.p, cut)), "bad_csr");
		for (size_t bit = 0; bit < der.n * 8; bit++) {
			der.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (verdict(*state, buf_slice(&der))[0] == '\0')
				fail_msg("bit %zu of byte %zu flipped", bit % 8, bit / 8);
			der.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_string_equal(verdict(*state, buf_slice(&der)), "");
		buf_add_u8(&der, 0);
		assert_string_equal(verdict(*state, buf_slice(&der)), "bad_csr");
		buf_free(&der);
		sig_key_free(k);
	}
}

/* A request from its parts, signed. */
static const char *made_of(
	struct crypto *c, const struct sig_key *k, const struct sig_pub *pub, uint8_t version, struct slice rest, enum sig_alg alg)
{
	struct buf tbs = { 0 }, der = { 0 };
	size_t info = der_open(&tbs, DER_SEQUENCE);
	uint8_t sig[SIG_BYTES];
	const char *name;

	der_put_uint(&tbs, version);
	profile_put_name(&tbs, NULL);
	profile_spki(pub, &tbs);
	buf_add_slice(&tbs, rest);
	der_close(&tbs, info);
	assert_true(sig_sign(c, k, buf_slice(&tbs), sig, NULL));
	profile_seal(buf_slice(&tbs), alg, sig, &der);
	name = verdict(c, buf_slice(&der));
	buf_free(&tbs);
	buf_free(&der);
	return name;
}

static void one_thing_wrong_at_a_time(void **state)
{
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL), *other = sig_key_generate(SIG_P256, NULL);
	const struct sig_pub *pub = sig_key_pub(k);
	struct slice none = slice_of("\xa0\x00", 2);
	struct sig_pub weak = { .alg = SIG_ED25519 };
	uint8_t deep[40] = { 0xa0, 38 };

	for (size_t i = 2; i < sizeof(deep); i += 2) {
		deep[i] = 0x30;
		deep[i + 1] = (uint8_t)(sizeof(deep) - i - 2);
	}
	assert_string_equal(made_of(*state, k, pub, 0, none, SIG_ED25519), "");
	assert_string_equal(made_of(*state, k, pub, 1, none, SIG_ED25519), "bad_csr");
	assert_string_equal(made_of(*state, k, pub, 0, slice_of(NULL, 0), SIG_ED25519), "bad_csr");
	assert_string_equal(made_of(*state, k, pub, 0, slice_of("\xa0\x00\x05\x00", 4), SIG_ED25519), "bad_csr");
	assert_string_equal(made_of(*state, k, pub, 0, slice_of("\xa0\x02\x30\x80", 4), SIG_ED25519), "bad_csr");
	assert_string_equal(made_of(*state, k, pub, 0, slice_of("\xa0\x81\x00", 3), SIG_ED25519), "bad_csr");
	assert_string_equal(made_of(*state, k, pub, 0, slice_of("\xa0\x02\x05\x00", 4), SIG_ED25519), "");
	assert_string_equal(made_of(*state, k, pub, 0, slice_of(deep, sizeof(deep)), SIG_ED25519), "bad_csr");
	/* another key's signature, one of another kind, one that says another kind */
	assert_string_equal(made_of(*state, other, pub, 0, none, SIG_ED25519), "bad_csr");
	assert_string_equal(made_of(*state, other, pub, 0, none, SIG_P256), "bad_csr");
	assert_string_equal(made_of(*state, k, sig_key_pub(other), 0, none, SIG_ED25519), "bad_csr");
	/* the neutral element, and no point of the curve */
	weak.b[0] = 1;
	assert_string_equal(made_of(*state, k, &weak, 0, none, SIG_ED25519), "weak_key");
	weak = *sig_key_pub(other);
	weak.b[63] ^= 1;
	assert_string_equal(made_of(*state, other, &weak, 0, none, SIG_P256), "weak_key");
	sig_key_free(k);
	sig_key_free(other);
}

static void size_is_capped(void **state)
{
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL);
	const struct sig_pub *pub = sig_key_pub(k);
	struct buf attributes = { 0 };
	uint8_t filler[CSR_MAX] = { 0 };
	size_t mark = der_open(&attributes, 0xa0);

	/* 2048 bytes in all */
	der_put(&attributes, DER_OCTET_STRING, slice_of(filler, 1909));
	der_close(&attributes, mark);
	assert_string_equal(made_of(*state, k, pub, 0, buf_slice(&attributes), SIG_ED25519), "");
	attributes.n = 0;
	mark = der_open(&attributes, 0xa0);
	der_put(&attributes, DER_OCTET_STRING, slice_of(filler, 1910));
	der_close(&attributes, mark);
	assert_string_equal(made_of(*state, k, pub, 0, buf_slice(&attributes), SIG_ED25519), "bad_csr");
	assert_string_equal(verdict(*state, slice_of(NULL, 0)), "bad_csr");
	buf_free(&attributes);
	sig_key_free(k);
}

static void digest_has_its_label(void **state)
{
	struct digest d, want;

	(void)state;
	csr_digest(slice_str("xyz"), &d);
	digest_sha256(slice_of("csr\0xyz", 7), &want);
	assert_int_equal(digest_compare(&d, &want), 0);
}

/* GnuTLS writes one that is taken, and reads ours. */
static void certtool_agrees(void **state)
{
	const char *dir = getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR");
	char path[300], command[1200];
	struct buf text = { 0 }, der = { 0 };
	FILE *f;
	int c;

	if (system("command -v certtool >/dev/null 2>&1") != 0)
		skip();
	snprintf(path, sizeof(path), "%s/csr-XXXXXX", dir);
	assert_non_null(mkdtemp(path));
	snprintf(command, sizeof(command),
		"cd %s && printf 'cn = \"Ada\"\\nchallenge_password = x\\ndns_name = example.org\\n' >t && "
		"certtool --generate-privkey --key-type ed25519 --no-text --outfile k >/dev/null 2>&1 && "
		"certtool --generate-request --template t --load-privkey k --no-text --outfile r >/dev/null 2>&1 && cat r",
		path);
	f = popen(command, "r");
	while ((c = fgetc(f)) != EOF)
		buf_add_u8(&text, (uint8_t)c);
	assert_int_equal(pclose(f), 0);
	assert_true(pem_read(buf_slice(&text), "CERTIFICATE REQUEST", &der, NULL));
	assert_string_equal(verdict(*state, buf_slice(&der)), "");
	for (size_t i = 0; i < 2; i++) {
		struct sig_key *k = sig_key_generate(algs[i], NULL);

		buf_free(&der);
		assert_true(csr_make(*state, k, "Ada", &der, NULL));
		snprintf(command, sizeof(command), "certtool --crq-info --inder 2>&1 | grep -q 'Self signature: verified'");
		f = popen(command, "w");
		assert_int_equal(fwrite(der.p, 1, der.n, f), der.n);
		assert_int_equal(pclose(f), 0);
		sig_key_free(k);
	}
	snprintf(command, sizeof(command), "rm -r %s", path);
	assert_int_equal(system(command), 0);
	buf_free(&text);
	buf_free(&der);
}

static const char *read_member(const char *json, size_t *n)
{
	static struct err e;
	uint8_t csr[CSR_MAX];
	json_t *doc = json_read(slice_str(json), 8192, NULL);
	struct at at = at_root(doc, &e);
	bool rc;

	assert_non_null(doc);
	err_clear(&e);
	rc = csr_read(&at, csr, n);
	json_decref(doc);
	return rc ? "" : e.name;
}

static void a_member_of_an_object(void **state)
{
	char text[4096] = "{\"csr\":\"";
	const size_t head = strlen(text), most = (CSR_MAX * 4 + 2) / 3;
	size_t n = 0;

	(void)state;
	assert_string_equal(read_member("{\"csr\":\"AQID\"}", &n), "");
	assert_int_equal(n, 3);
	assert_string_equal(read_member("{}", &n), "missing_member");
	assert_string_equal(read_member("{\"csr\":1}", &n), "wrong_type");
	assert_string_equal(read_member("{\"csr\":\"\"}", &n), "out_of_range");
	assert_string_equal(read_member("{\"csr\":\"AA==\"}", &n), "bad_value");
	memset(text + head, 'A', most);
	memcpy(text + head + most, "\"}", 3);
	assert_string_equal(read_member(text, &n), "");
	assert_int_equal(n, CSR_MAX);
	memset(text + head, 'A', most + 1);
	memcpy(text + head + most + 1, "\"}", 3);
	assert_string_equal(read_member(text, &n), "out_of_range");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ours_is_believed_by_us_and_by_openssl),
		cmocka_unit_test(openssls_is_believed),
		cmocka_unit_test(either_half_of_s_is_taken),
		cmocka_unit_test(keys_that_are_not_served),
		cmocka_unit_test(every_cut_and_every_flipped_bit),
		cmocka_unit_test(one_thing_wrong_at_a_time),
		cmocka_unit_test(size_is_capped),
		cmocka_unit_test(digest_has_its_label),
		cmocka_unit_test(a_member_of_an_object),
		cmocka_unit_test(certtool_agrees),
	};

	return cmocka_run_group_tests_name("csr", tests, setup, teardown);
}
