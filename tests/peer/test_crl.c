/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "peer/crl.h"
#include "peer/file.h"
#include "peer/pem.h"
#include "tests/peer/made.h"

static const enum sig_alg algs[] = { SIG_ED25519, SIG_P256 };
enum { NUMBER = 7 };

static struct crl_entry entry(uint8_t fill, int64_t from, uint8_t reason)
{
	struct crl_entry e = { .from = from, .reason = reason };

	memset(e.serial.b, fill, sizeof(e.serial.b));
	return e;
}

static struct buf make(const struct made *m, uint64_t number, struct crl_entry *entries, size_t n)
{
	int64_t now = m->f.not_before + PROFILE_BACKDATE;
	struct buf tbs = { 0 }, der = { 0 };

	assert_true(crl_build(&m->f.genesis, m->f.issuer_alg, m->f.issuer_ski, number, now, now + 7200, entries, n, &tbs));
	made_seal(m, buf_slice(&tbs), &der);
	buf_free(&tbs);
	return der;
}

static void every_field_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct crl_entry entries[] = { entry(0x42, 900, 1), entry(0x41, 900, 0), entry(0x7f, 100, 9), entry(0x43, 5000000000, 3) },
				 got;
		struct made m;
		struct buf der;
		struct crl l;

		made_new(&m, algs[i], SIG_ED25519, NULL);
		der = make(&m, UINT64_MAX, entries, 4);
		assert_true(crl_parse(buf_slice(&der), &l, NULL));
		assert_int_equal(digest_compare(&l.genesis, &m.f.genesis), 0);
		assert_true(l.number == UINT64_MAX && l.this_update == MADE_TIME && l.next_update == MADE_TIME + 7200);
		assert_int_equal(l.alg, algs[i]);
		assert_memory_equal(l.aki, m.f.issuer_ski, 20);
		assert_true(crl_verify(m.c, &l, sig_key_pub(m.ca_key), NULL));
		/* sorted in place by time and serial */
		assert_int_equal(entries[0].serial.b[0], 0x7f);
		assert_int_equal(entries[1].serial.b[0], 0x41);
		assert_int_equal(entries[2].serial.b[0], 0x42);
		for (size_t k = 0; k < 4; k++) {
			assert_true(crl_find(&l, &entries[k].serial, &got));
			assert_memory_equal(&got.serial, &entries[k].serial, sizeof(got.serial));
			assert_true(got.from == entries[k].from && got.reason == entries[k].reason);
		}
		got = entry(0x44, 0, 0);
		assert_false(crl_find(&l, &got.serial, &got));
		buf_free(&der);
		made_free(&m);
	}
}

static void nobody_is_revoked(void **state)
{
	struct crl_entry got = entry(0x40, 0, 0);
	struct buf der;
	struct made m;
	struct crl l;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	der = make(&m, 0, NULL, 0);
	assert_true(crl_parse(buf_slice(&der), &l, NULL));
	assert_int_equal(l.entries.n, 0);
	assert_true(l.number == 0);
	assert_false(crl_find(&l, &got.serial, &got));
	buf_free(&der);
	made_free(&m);
}

static void reasons_and_times_that_cannot_stand(void **state)
{
	static const uint8_t bad[] = { 2, 7, 8, 10, 11, 255 };
	struct buf tbs = { 0 };
	struct crl_entry e;
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	for (size_t i = 0; i < sizeof(bad); i++) {
		e = entry(0x41, 1, bad[i]);
		assert_false(crl_build(&m.f.genesis, SIG_ED25519, m.f.issuer_ski, 1, 1, 2, &e, 1, &tbs));
		buf_free(&tbs);
	}
	e = entry(0x41, INT64_MAX, 0);
	assert_false(crl_build(&m.f.genesis, SIG_ED25519, m.f.issuer_ski, 1, 1, 2, &e, 1, &tbs));
	buf_free(&tbs);
	made_free(&m);
}

static X509_CRL *openssl_crl(struct slice der)
{
	const uint8_t *p = der.p;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)der.n);
	uint8_t *back = NULL;
	int n;

	assert_non_null(crl);
	assert_ptr_equal(p, der.p + der.n);
	n = i2d_X509_CRL(crl, &back);
	assert_true(slice_equal(slice_of(back, (size_t)n), der));
	OPENSSL_free(back);
	return crl;
}

static void openssl_reads_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct crl_entry entries[] = { entry(0x41, 900, 1), entry(0x42, 901, 0) };
		ASN1_INTEGER *number, *serial = ASN1_INTEGER_new();
		X509_REVOKED *found;
		ASN1_ENUMERATED *reason;
		X509_CRL *crl;
		EVP_PKEY *key;
		BIGNUM *bn;
		struct made m;
		struct buf der;

		made_new(&m, algs[i], SIG_ED25519, NULL);
		der = make(&m, NUMBER, entries, 2);
		crl = openssl_crl(buf_slice(&der));
		key = made_pkey(m.ca_key);
		assert_int_equal(X509_CRL_verify(crl, key), 1);
		assert_int_equal(X509_CRL_get_version(crl), 1);
		number = X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
		assert_int_equal(ASN1_INTEGER_get(number), NUMBER);
		for (size_t k = 0; k < 2; k++) {
			bn = BN_bin2bn(entries[k].serial.b, 16, NULL);
			BN_to_ASN1_INTEGER(bn, serial);
			assert_int_equal(X509_CRL_get0_by_serial(crl, &found, serial), 1);
			reason = X509_REVOKED_get_ext_d2i(found, NID_crl_reason, NULL, NULL);
			assert_int_equal(reason == NULL ? 0 : ASN1_ENUMERATED_get(reason), entries[k].reason);
			ASN1_ENUMERATED_free(reason);
			BN_free(bn);
		}
		assert_int_equal(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl)), 2);
		ASN1_INTEGER_free(number);
		ASN1_INTEGER_free(serial);
		EVP_PKEY_free(key);
		X509_CRL_free(crl);
		buf_free(&der);
		made_free(&m);
	}
}

static bool believed(const struct made *m, struct slice der)
{
	struct crl l;

	return crl_parse(der, &l, NULL) && crl_verify(m->c, &l, sig_key_pub(m->ca_key), NULL);
}

static void every_cut_and_every_flipped_bit(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct crl_entry entries[] = { entry(0x41, 900, 1), entry(0x42, 901, 0) };
		struct buf der;
		struct made m;
		struct crl l;

		made_new(&m, algs[i], SIG_ED25519, NULL);
		der = make(&m, NUMBER, entries, 2);
		for (size_t cut = 0; cut < der.n; cut++) {
			uint8_t *copy = malloc(cut + 1);

			memcpy(copy, der.p, cut);
			assert_false(crl_parse(slice_of(copy, cut), &l, NULL));
			free(copy);
		}
		for (size_t bit = 0; bit < der.n * 8; bit++) {
			der.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (believed(&m, buf_slice(&der)))
				fail_msg("bit %zu of byte %zu flipped", bit % 8, bit / 8);
			der.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_true(believed(&m, buf_slice(&der)));
		buf_add_u8(&der, 0);
		assert_false(crl_parse(buf_slice(&der), &l, NULL));
		buf_free(&der);
		made_free(&m);
	}
}

static void another_key_is_not_believed(void **state)
{
	struct err e = { 0 };
	struct made a, b;
	struct buf der;
	struct crl l;

	(void)state;
	made_new(&a, SIG_ED25519, SIG_ED25519, NULL);
	made_new(&b, SIG_ED25519, SIG_ED25519, NULL);
	der = make(&a, NUMBER, NULL, 0);
	assert_true(crl_parse(buf_slice(&der), &l, NULL));
	assert_false(crl_verify(a.c, &l, sig_key_pub(b.ca_key), &e));
	assert_string_equal(e.name, "bad_signature");
	assert_false(crl_verify(a.c, &l, sig_key_pub(b.ca_key), NULL));
	profile_ski(sig_key_pub(b.ca_key), l.aki);
	assert_false(crl_verify(a.c, &l, sig_key_pub(b.ca_key), NULL));
	assert_false(crl_verify(a.c, &l, sig_key_pub(a.ca_key), NULL));
	buf_free(&der);
	made_free(&a);
	made_free(&b);
}

/* The other s of the same signature. */
static void a_high_s_is_refused(void **state)
{
	BIGNUM *order = NULL, *s;
	struct buf der, high = { 0 };
	uint8_t sig[SIG_BYTES];
	struct slice tbs;
	enum sig_alg alg;
	struct made m;
	struct crl l;

	(void)state;
	made_new(&m, SIG_P256, SIG_ED25519, NULL);
	der = make(&m, NUMBER, NULL, 0);
	assert_true(profile_unseal(buf_slice(&der), true, &tbs, &alg, sig));
	BN_hex2bn(&order, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
	s = BN_bin2bn(sig + 32, 32, NULL);
	BN_sub(s, order, s);
	BN_bn2binpad(s, sig + 32, 32);
	assert_true(profile_seal(tbs, SIG_P256, sig, &high));
	X509_CRL_free(openssl_crl(buf_slice(&high)));
	assert_false(crl_parse(buf_slice(&high), &l, NULL));
	BN_free(order);
	BN_free(s);
	buf_free(&high);
	buf_free(&der);
	made_free(&m);
}

#define TEN "'aaaaaaaaaa'"
#define HEAD "02(01)" ALG
#define ALG "30(06(2b6570))"
#define ISSUER "30(31(30(06(550403)0c('0123456789012345678901234567890123456789012345678901234567890123'))))"
#define TIMES "17('270101000000Z')17('270102000000Z')"
#define AKI "30(06(551d23)04(30(80(" TEN TEN "))))"
#define CRL_NUMBER "30(06(551d14)04(02(07)))"
#define TAIL "a0(30(" CRL_NUMBER AKI "))"
#define REVOKED(more) "30(02(40" TEN "'aaaaa')17('260101000000Z')" more ")"
#define LATER(more) "30(02(41" TEN "'aaaaa')17('260101000000Z')" more ")"
#define REASON(n) "30(30(06(551d15)04(0a(" n "))))"

static void one_thing_wrong_at_a_time(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ HEAD ISSUER TIMES TAIL, true },
		{ HEAD ISSUER TIMES "30(" REVOKED("") ")" TAIL, true },
		{ HEAD ISSUER TIMES "30(" REVOKED(REASON("01")) LATER("") ")" TAIL, true },
		{ "02(00)" ALG ISSUER TIMES TAIL, false },
		{ ALG ISSUER TIMES TAIL, false },
		{ "02(01)30(06(2a8648ce3d040302))" ISSUER TIMES TAIL, false },
		{ HEAD "30()" TIMES TAIL, false },
		{ HEAD ISSUER "17('270101000000Z')" TAIL, false },
		{ HEAD ISSUER "17('270101000000Z')17('270101000000Z')" TAIL, false },
		{ HEAD ISSUER TIMES "30()" TAIL, false },
		{ HEAD ISSUER TIMES "30(" REVOKED("") REVOKED("") ")" TAIL, false },
		{ HEAD ISSUER TIMES "30(" LATER("") REVOKED("") ")" TAIL, false },
		{ HEAD ISSUER TIMES "30(" REVOKED(REASON("00")) ")" TAIL, false },
		{ HEAD ISSUER TIMES "30(" REVOKED(REASON("07")) ")" TAIL, false },
		{ HEAD ISSUER TIMES "30(" REVOKED(REASON("0001")) ")" TAIL, false },
		{ HEAD ISSUER TIMES "30(" REVOKED("30()") ")" TAIL, false },
		{ HEAD ISSUER TIMES "30(" REVOKED("30(30(06(2a0304)04(0a(01))))") ")" TAIL, false },
		{ HEAD ISSUER TIMES "30(" REVOKED(REASON("01") "0500") ")" TAIL, false },
		{ HEAD ISSUER TIMES "30(30(02(40)17('260101000000Z')))" TAIL, false },
		{ HEAD ISSUER TIMES, false },
		{ HEAD ISSUER TIMES "a0(30(" CRL_NUMBER "))", false },
		{ HEAD ISSUER TIMES "a0(30(" AKI CRL_NUMBER "))", false },
		{ HEAD ISSUER TIMES "a0(30(" AKI "))", false },
		{ HEAD ISSUER TIMES "a0(30(" CRL_NUMBER AKI "30(06(2a0304)04(07))))", false },
		{ HEAD ISSUER TIMES "a0(30(30(06(551d14)01(ff)04(02(07)))" AKI "))", false },
		{ HEAD ISSUER TIMES "a0(30(30(06(551d14)04(02(ff)))" AKI "))", false },
		{ HEAD ISSUER TIMES TAIL "0500", false },
	};
	struct err e = { 0 };
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf tbs = { 0 }, der = { 0 };
		size_t mark = der_open(&tbs, DER_SEQUENCE);
		struct crl l;

		made_der(rows[i].text, &tbs);
		der_close(&tbs, mark);
		made_seal(&m, buf_slice(&tbs), &der);
		assert_true(der_sound(buf_slice(&der)));
		err_clear(&e);
		if (crl_parse(buf_slice(&der), &l, &e) != rows[i].good)
			fail_msg("%s", rows[i].text);
		assert_string_equal(e.name, rows[i].good ? "" : "bad_crl");
		buf_free(&tbs);
		buf_free(&der);
	}
	made_free(&m);
}

static void write_pem(const char *dir, const char *name, const char *label, struct slice der)
{
	struct buf text = { 0 };
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_true(pem_write(label, der, &text));
	assert_true(file_write(path, 0600, buf_slice(&text), NULL));
	buf_free(&text);
}

/* Runs a command in dir; does it succeed, and does its output hold these words? */
static bool says(const char *dir, const char *command, const char *words)
{
	char line[700];

	snprintf(line, sizeof(line), "cd %s && %s >log 2>&1; rc=$?; grep -q '%s' log && exit $rc; cat log; exit 99", dir, command, words);
	return system(line) == 0;
}

#define GNUTLS "certtool --verify --load-ca-certificate ca.pem --load-crl crl.pem --infile gmc.pem"

static void agree(const char *dir, const struct made *m, bool certtool)
{
	static const char verify[] = "openssl verify -x509_strict -check_ss_sig -crl_check -CAfile ca.pem -CRLfile crl.pem gmc.pem";
	static const char refused[] = "! openssl verify -x509_strict -check_ss_sig -crl_check -CAfile ca.pem -CRLfile crl.pem gmc.pem";
	struct crl_entry entries[2] = { entry(0x41, 900, 1), entry(0, 1000, 3) };
	struct buf der = make(m, NUMBER, entries, 1);

	write_pem(dir, "ca.pem", "CERTIFICATE", buf_slice(&m->ca));
	write_pem(dir, "gmc.pem", "CERTIFICATE", buf_slice(&m->gmc));
	write_pem(dir, "crl.pem", "X509 CRL", buf_slice(&der));
	buf_free(&der);
	assert_true(says(dir, verify, "gmc.pem: OK"));
	assert_true(says(dir, "openssl crl -in crl.pem -noout -verify -CAfile ca.pem", "verify OK"));
	assert_true(says(dir, "openssl asn1parse -in crl.pem", "X509v3 CRL Number"));
	assert_true(says(dir, "openssl asn1parse -in gmc.pem", "1.2.840.113556.1.8000.2554.13425"));
	assert_true(says(dir, "openssl x509 -in gmc.pem -noout -text", "URI:reload://0110e5"));
	if (certtool) {
		assert_true(says(dir, GNUTLS, "Verified. The certificate is trusted"));
		assert_true(
			says(dir, "certtool --verify-crl --load-ca-certificate ca.pem --infile crl.pem", "Verification output: Verified"));
		assert_true(says(dir, "certtool --crl-info --infile crl.pem", "CRL Number"));
		assert_true(says(dir, "certtool --certificate-info --infile gmc.pem", "URI: reload://0110e5"));
		assert_true(says(dir, "certtool --certificate-info --infile ca.pem", "Path Length Constraint: 0"));
	}
	entries[1].serial = m->f.serial;
	der = make(m, NUMBER + 1, entries, 2);
	write_pem(dir, "crl.pem", "X509 CRL", buf_slice(&der));
	buf_free(&der);
	assert_true(says(dir, refused, "certificate revoked"));
	if (certtool)
		assert_true(says(dir, "! " GNUTLS, "revoked"));
}

/* The commands that people type: a member passes until its serial is on the list. */
static void commands_agree(void **state)
{
	const char *tmp = getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR");
	bool certtool = system("command -v certtool >/dev/null 2>&1") == 0;
	char dir[200], line[300];

	(void)state;
	snprintf(dir, sizeof(dir), "%s/crl-XXXXXX", tmp);
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < 4; i++) {
		struct made m;

		made_at(&m, algs[i & 1], algs[i >> 1], i == 2 ? "Ada" : NULL, time_now());
		agree(dir, &m, certtool);
		made_free(&m);
	}
	snprintf(line, sizeof(line), "rm -r %s", dir);
	assert_int_equal(system(line), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_comes_back),
		cmocka_unit_test(nobody_is_revoked),
		cmocka_unit_test(reasons_and_times_that_cannot_stand),
		cmocka_unit_test(openssl_reads_the_same),
		cmocka_unit_test(every_cut_and_every_flipped_bit),
		cmocka_unit_test(another_key_is_not_believed),
		cmocka_unit_test(a_high_s_is_refused),
		cmocka_unit_test(one_thing_wrong_at_a_time),
		cmocka_unit_test(commands_agree),
	};

	return cmocka_run_group_tests_name("crl", tests, NULL, NULL);
}
