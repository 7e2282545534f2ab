/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/pem.h>
#include <string.h>

#include "peer/pem.h"

#define LABEL "CERTIFICATE"
#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

/* The DER in hex, or the error's name. */
static const char *reads(const char *text)
{
	static char out[200];
	struct buf der = { 0 };
	struct err e = { 0 };

	memset(out, 0, sizeof(out));
	if (pem_read(slice_str(text), LABEL, &der, &e))
		hex_encode(der.p, der.n, out);
	else
		strcpy(out, e.name);
	buf_free(&der);
	return out;
}

static void blocks(void **state)
{
	(void)state;
	assert_string_equal(reads(BEGIN "MAMBAf8=\n" END), "30030101ff");
	assert_string_equal(reads(BEGIN "MAMB\nAf8=\n" END), "30030101ff");
	assert_string_equal(reads("-----BEGIN CERTIFICATE-----\r\nMAMB \t\r\nAf8=\r\n-----END CERTIFICATE-----"), "30030101ff");
	assert_string_equal(reads("Subject: none\n\n" BEGIN "MAMBAf8=\n" END "\nbye"), "30030101ff");
	assert_string_equal(reads("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n" BEGIN "MAMBAf8=\n" END), "30030101ff");
	assert_string_equal(reads(BEGIN "+/+/\n" END), "fbffbf");
}

static void what_is_refused(void **state)
{
	static const char *const bad[] = { "", "hello", BEGIN, BEGIN "MAMBAf8=\n", BEGIN END, BEGIN "MAMBAf8\n" END,
		BEGIN "MAMBAf8==\n" END, BEGIN "MAMBAf9=\n" END, BEGIN "MAMB Af8=\n" END, BEGIN "MAMB=Af8\n" END, BEGIN "====\n" END,
		BEGIN "MA=BAf8=\n" END, BEGIN "-_-_\n" END, BEGIN "Proc-Type: 4,ENCRYPTED\n\nMAMBAf8=\n" END,
		BEGIN "MAMBAf8=\n-----END X509 CRL-----\n", BEGIN "MAMBAf8=\n" END BEGIN "MAMBAf8=\n" END, BEGIN BEGIN "MAMBAf8=\n" END,
		" " BEGIN "MAMBAf8=\n" END, "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
		"-----BEGIN certificate-----\nMAMBAf8=\n-----END certificate-----\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strcmp(reads(bad[i]), "bad_pem") != 0)
			fail_msg("took \"%s\"", bad[i]);
}

static void der_is_taken_as_it_is(void **state)
{
	struct buf der = { 0 };

	(void)state;
	assert_true(pem_read(slice_of("\x30\x03\x01\x01\xff", 5), LABEL, &der, NULL));
	assert_true(slice_equal(buf_slice(&der), slice_of("\x30\x03\x01\x01\xff", 5)));
	assert_false(pem_read(slice_of("\x30\x03\x01\x01\xff\x00", 6), LABEL, &der, NULL));
	assert_false(pem_read(slice_of("\x30\x03\x01\x01", 4), LABEL, &der, NULL));
	buf_free(&der);
}

static void requests_have_two_names(void **state)
{
	const char *old = "-----BEGIN NEW CERTIFICATE REQUEST-----\nMAMBAf8=\n-----END NEW CERTIFICATE REQUEST-----\n";
	struct buf der = { 0 };

	(void)state;
	assert_true(pem_read(slice_str(old), "CERTIFICATE REQUEST", &der, NULL));
	assert_int_equal(der.n, 5);
	assert_false(pem_read(slice_str(old), LABEL, &der, NULL));
	buf_free(&der);
}

/* Lengths around those of a line and of a group of three: OpenSSL writes the same text, and it comes back. */
static void as_openssl_writes_it(void **state)
{
	uint8_t bytes[200];

	(void)state;
	bytes_random(bytes, sizeof(bytes));
	for (size_t n = 1; n <= sizeof(bytes); n++) {
		struct buf text = { 0 }, back = { 0 };
		BIO *bio = BIO_new(BIO_s_mem());
		char *want;
		long want_n;

		assert_true(PEM_write_bio(bio, LABEL, "", bytes, (long)n) > 0);
		want_n = BIO_get_mem_data(bio, &want);
		assert_true(pem_write(LABEL, slice_of(bytes, n), &text));
		assert_true(slice_equal(buf_slice(&text), slice_of(want, (size_t)want_n)));
		assert_true(pem_read(buf_slice(&text), LABEL, &back, NULL));
		assert_true(slice_equal(buf_slice(&back), slice_of(bytes, n)));
		buf_free(&text);
		buf_free(&back);
		BIO_free(bio);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(der_is_taken_as_it_is),
		cmocka_unit_test(requests_have_two_names),
		cmocka_unit_test(as_openssl_writes_it),
	};

	return cmocka_run_group_tests_name("pem", tests, NULL, NULL);
}
