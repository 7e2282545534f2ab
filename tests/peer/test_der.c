/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "peer/der.h"

#define DER(...) slice_of((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static bool takes_bytes(struct slice s)
{
	struct der d = der_of(s);
	struct slice content;

	return der_bytes(&d, DER_OCTET_STRING, &content) && der_done(&d);
}

static void lengths_have_one_form(void **state)
{
	uint8_t long_one[3 + 200] = { DER_OCTET_STRING, 0x81, 200 }, zero_first[4 + 200] = { DER_OCTET_STRING, 0x82, 0, 200 };

	(void)state;
	assert_true(takes_bytes(DER(4, 0)));
	assert_true(takes_bytes(DER(4, 1, 9)));
	assert_true(takes_bytes(slice_of(long_one, sizeof(long_one))));
	assert_false(takes_bytes(slice_of(long_one, sizeof(long_one) - 1)));
	assert_false(takes_bytes(DER(4)));
	assert_false(takes_bytes(DER(4, 2, 9)));
	assert_false(takes_bytes(DER(4, 1, 9, 9)));
	assert_false(takes_bytes(DER(5, 1, 9)));
	assert_false(takes_bytes(slice_of(NULL, 0)));
	/* indefinite, reserved, not minimal, cut off */
	assert_false(takes_bytes(DER(4, 0x80, 0, 0)));
	assert_false(takes_bytes(DER(4, 0xff, 1)));
	assert_false(takes_bytes(DER(4, 0x81, 1, 9)));
	assert_false(takes_bytes(DER(4, 0x81)));
	assert_false(takes_bytes(DER(4, 0x82, 1)));
	assert_false(takes_bytes(DER(4, 0x82, 0, 1, 9)));
	assert_false(takes_bytes(slice_of(zero_first, sizeof(zero_first))));
	assert_false(takes_bytes(DER(4, 0x84, 0xff, 0xff, 0xff, 0xff)));
	assert_false(takes_bytes(DER(4, 0x85, 1, 0, 0, 0, 0)));
}

/* Whatever a reader refuses stays where it was. */
static void refusing_moves_nothing(void **state)
{
	struct der d = der_of(DER(1, 1, 7)), in;
	const uint8_t *from = d.p;
	struct slice s;
	uint64_t v;
	int64_t t;
	bool b;

	(void)state;
	assert_false(der_bool(&d, &b));
	assert_false(der_uint(&d, &v));
	assert_false(der_positive(&d, &s));
	assert_false(der_bits(&d, &s));
	assert_false(der_time(&d, &t));
	assert_false(der_oid(&d, DER(7)));
	assert_false(der_null(&d));
	assert_false(der_enter(&d, DER_SEQUENCE, &in));
	assert_false(der_element(&d, DER_SET, &s));
	assert_false(der_same(&d, DER(1, 1, 8)));
	assert_false(der_same(&d, DER(1, 1, 7, 7)));
	assert_ptr_equal(d.p, from);
	assert_true(der_peek(&d, DER_BOOLEAN));
	assert_false(der_peek(&d, DER_NULL));
	assert_true(der_same(&d, DER(1, 1, 7)));
	assert_true(der_done(&d));
	assert_false(der_peek(&d, DER_BOOLEAN));
}

static void elements_and_what_is_in_them(void **state)
{
	struct der d = der_of(DER(0x30, 5, 6, 1, 42, 5, 0, 0x31, 0)), in;
	struct slice whole;

	(void)state;
	assert_true(der_enter(&d, DER_SEQUENCE, &in));
	assert_false(der_oid(&in, DER(43)));
	assert_false(der_oid(&in, DER(42, 0)));
	assert_true(der_oid(&in, DER(42)));
	assert_true(der_null(&in));
	assert_true(der_done(&in));
	assert_true(der_element(&d, DER_SET, &whole));
	assert_true(slice_equal(whole, DER(0x31, 0)));
	assert_true(der_done(&d));
}

static int reads_bool(struct slice s)
{
	struct der d = der_of(s);
	bool v;

	return der_bool(&d, &v) && der_done(&d) ? v : -1;
}

static void booleans(void **state)
{
	(void)state;
	assert_int_equal(reads_bool(DER(1, 1, 0)), 0);
	assert_int_equal(reads_bool(DER(1, 1, 0xff)), 1);
	assert_int_equal(reads_bool(DER(1, 1, 1)), -1);
	assert_int_equal(reads_bool(DER(1, 1, 0xfe)), -1);
	assert_int_equal(reads_bool(DER(1, 0)), -1);
	assert_int_equal(reads_bool(DER(1, 2, 0xff, 0xff)), -1);
}

static bool reads_uint(struct slice s, uint64_t want)
{
	struct der d = der_of(s);
	uint64_t v;

	return der_uint(&d, &v) && der_done(&d) && v == want;
}

static bool refuses_uint(struct slice s)
{
	struct der d = der_of(s);
	uint64_t v;

	return !der_uint(&d, &v);
}

static void integers_are_minimal(void **state)
{
	struct der d = der_of(DER(2, 1, 0)), e = der_of(DER(2, 2, 0, 0x80));
	struct slice s;

	(void)state;
	assert_true(reads_uint(DER(2, 1, 0), 0));
	assert_true(reads_uint(DER(2, 1, 0x7f), 127));
	assert_true(reads_uint(DER(2, 2, 0, 0x80), 128));
	assert_true(reads_uint(DER(2, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), UINT64_MAX));
	assert_true(refuses_uint(DER(2, 0)));
	assert_true(refuses_uint(DER(2, 1, 0x80)));
	assert_true(refuses_uint(DER(2, 2, 0, 0x7f)));
	assert_true(refuses_uint(DER(2, 2, 0, 0)));
	assert_true(refuses_uint(DER(2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0)));
	assert_true(refuses_uint(DER(2, 10, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0)));
	assert_false(der_positive(&d, &s));
	assert_true(der_positive(&e, &s));
	assert_true(slice_equal(s, DER(0, 0x80)));
}

static void bit_strings_are_whole_bytes(void **state)
{
	struct der good = der_of(DER(3, 2, 0, 5)), empty = der_of(DER(3, 1, 0)), odd = der_of(DER(3, 2, 1, 4)), none = der_of(DER(3, 0));
	struct slice s;

	(void)state;
	assert_true(der_bits(&good, &s));
	assert_true(slice_equal(s, DER(5)));
	assert_true(der_bits(&empty, &s));
	assert_int_equal(s.n, 0);
	assert_false(der_bits(&odd, &s));
	assert_false(der_bits(&none, &s));
}

static bool reads_time(uint8_t tag, const char *text, int64_t want)
{
	uint8_t bytes[34] = { tag, (uint8_t)strlen(text) };
	struct der d;
	int64_t t;

	memcpy(bytes + 2, text, strlen(text));
	d = der_of(slice_of(bytes, 2 + strlen(text)));
	return der_time(&d, &t) && der_done(&d) && t == want;
}

static bool refuses_time(uint8_t tag, const char *text)
{
	uint8_t bytes[34] = { tag, (uint8_t)strlen(text) };
	struct der d;
	int64_t t;

	memcpy(bytes + 2, text, strlen(text));
	d = der_of(slice_of(bytes, 2 + strlen(text)));
	return !der_time(&d, &t);
}

static void times_have_one_form(void **state)
{
	static const char *const bad[] = { "700101000000", "7001010000Z", "700101000000z", "700101000000+0000", "701301000000Z",
		"700001000000Z", "700100000000Z", "700132000000Z", "700230000000Z", "710229000000Z", "700431000000Z", "700101240000Z",
		"700101006000Z", "700101000060Z", "70010100000/Z", "7001010000 0Z", "20700101000000Z", "" };
	static const char *const bad_long[] = { "20491231235959Z", "19700101000000Z", "500101000000Z", "20500101000000",
		"20500101000000.0Z", "20500101000000+00", "21000229000000Z", "2050010100000aZ" };

	(void)state;
	assert_true(reads_time(DER_UTCTIME, "700101000000Z", 0));
	assert_true(reads_time(DER_UTCTIME, "500101000000Z", -631152000));
	assert_true(reads_time(DER_UTCTIME, "240229235959Z", 1709251199));
	assert_true(reads_time(DER_UTCTIME, "491231235959Z", 2524607999));
	assert_true(reads_time(DER_GENERALIZED, "20500101000000Z", 2524608000));
	assert_true(reads_time(DER_GENERALIZED, "99991231235959Z", 253402300799));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!refuses_time(DER_UTCTIME, bad[i]))
			fail_msg("took UTCTime \"%s\"", bad[i]);
	for (size_t i = 0; i < sizeof(bad_long) / sizeof(bad_long[0]); i++)
		if (!refuses_time(DER_GENERALIZED, bad_long[i]))
			fail_msg("took GeneralizedTime \"%s\"", bad_long[i]);
	assert_true(refuses_time(DER_OCTET_STRING, "700101000000Z"));
}

static void sound_all_the_way_down(void **state)
{
	uint8_t deep[40];

	(void)state;
	assert_true(der_sound(slice_of(NULL, 0)));
	assert_false(der_sound(DER(0x30, 2, 5, 0, 0x31, 3, 0xa0, 1, 0)));
	assert_true(der_sound(DER(0x30, 2, 5, 0, 0xa0, 2, 0x81, 0)));
	assert_false(der_sound(DER(0x30, 3, 5, 0)));
	assert_false(der_sound(DER(0x30, 3, 4, 2, 0)));
	assert_false(der_sound(DER(0x30, 0x80, 0, 0)));
	assert_false(der_sound(DER(0x1f, 0x20, 0)));
	assert_false(der_sound(DER(0, 0)));
	for (size_t i = 0; i < sizeof(deep); i += 2) {
		deep[i] = 0x30;
		deep[i + 1] = (uint8_t)(sizeof(deep) - i - 2);
	}
	assert_false(der_sound(slice_of(deep, sizeof(deep))));
	assert_true(der_sound(slice_of(deep + sizeof(deep) - 32, 32)));
	assert_false(der_sound(slice_of(deep + sizeof(deep) - 34, 34)));
}

static void closing_shifts_what_is_long(void **state)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 70000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i], outer, inner;
		struct buf b = { 0 }, body = { 0 };
		struct slice content;
		struct der d, in;

		for (size_t k = 0; k < n; k++)
			buf_add_u8(&body, (uint8_t)(k * 7));
		buf_add_u8(&b, 0x77);
		outer = der_open(&b, DER_SEQUENCE);
		inner = der_open(&b, DER_OCTET_STRING);
		buf_add_slice(&b, buf_slice(&body));
		der_close(&b, inner);
		der_close(&b, outer);
		assert_int_equal(b.p[0], 0x77);
		d = der_of(slice_of(b.p + 1, b.n - 1));
		assert_true(der_enter(&d, DER_SEQUENCE, &in) && der_done(&d));
		assert_true(der_bytes(&in, DER_OCTET_STRING, &content) && der_done(&in));
		assert_true(slice_equal(content, buf_slice(&body)));
		buf_free(&body);
		buf_free(&b);
	}
}

static void writing_small_things(void **state)
{
	struct buf b = { 0 };

	(void)state;
	der_put_uint(&b, 0);
	der_put_uint(&b, 127);
	der_put_uint(&b, 128);
	der_put_uint(&b, 256);
	der_put_positive(&b, DER(0, 0, 0x80));
	der_put_bits(&b, DER(1));
	der_put_bool(&b, true);
	der_put_bool(&b, false);
	der_put_oid(&b, DER(42));
	assert_true(slice_equal(buf_slice(&b),
		DER(2, 1, 0, 2, 1, 127, 2, 2, 0, 128, 2, 2, 1, 0, 2, 2, 0, 0x80, 3, 2, 0, 1, 1, 1, 0xff, 1, 1, 0, 6, 1, 42)));
	buf_free(&b);
}

/* OpenSSL writes the same bytes, and ours come back as the same number. */
static void times_and_integers_as_openssl_has_them(void **state)
{
	static const int64_t times[] = { 0, 1, 951868799, 951868800, 1709251199, 2524607999, 2524608000, 4107542399, 253402300799 };

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		ASN1_TIME *t = ASN1_TIME_set(NULL, (time_t)times[i]);
		uint8_t *der = NULL;
		int n = i2d_ASN1_TIME(t, &der);
		struct buf b = { 0 };
		struct der d;
		int64_t back;

		der_put_time(&b, times[i]);
		assert_true(slice_equal(buf_slice(&b), slice_of(der, (size_t)n)));
		d = der_of(buf_slice(&b));
		assert_true(der_time(&d, &back) && back == times[i]);
		buf_free(&b);
		OPENSSL_free(der);
		ASN1_TIME_free(t);
	}
	for (int bits = 0; bits < 64; bits++) {
		uint64_t v = (UINT64_C(1) << bits) - (uint64_t)(bits % 2);
		ASN1_INTEGER *a = ASN1_INTEGER_new();
		uint8_t *der = NULL;
		struct buf b = { 0 };
		int n;

		ASN1_INTEGER_set_uint64(a, v);
		n = i2d_ASN1_INTEGER(a, &der);
		der_put_uint(&b, v);
		assert_true(slice_equal(buf_slice(&b), slice_of(der, (size_t)n)));
		assert_true(reads_uint(buf_slice(&b), v));
		buf_free(&b);
		OPENSSL_free(der);
		ASN1_INTEGER_free(a);
	}
}

static void times_out_of_range_fail_the_buffer(void **state)
{
	struct buf before = { 0 }, after = { 0 }, early = { 0 };

	(void)state;
	der_put_time(&before, -631152001);
	assert_true(before.failed);
	der_put_time(&after, INT64_C(253402300800));
	assert_true(after.failed);
	der_close(&after, 2);
	der_put_time(&early, -1);
	assert_true(slice_equal(buf_slice(&early),
		slice_of("\x17\x0d"
			 "691231235959Z",
			15)));
	buf_free(&before);
	buf_free(&after);
	buf_free(&early);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_have_one_form),
		cmocka_unit_test(refusing_moves_nothing),
		cmocka_unit_test(elements_and_what_is_in_them),
		cmocka_unit_test(booleans),
		cmocka_unit_test(integers_are_minimal),
		cmocka_unit_test(bit_strings_are_whole_bytes),
		cmocka_unit_test(times_have_one_form),
		cmocka_unit_test(sound_all_the_way_down),
		cmocka_unit_test(closing_shifts_what_is_long),
		cmocka_unit_test(writing_small_things),
		cmocka_unit_test(times_and_integers_as_openssl_has_them),
		cmocka_unit_test(times_out_of_range_fail_the_buffer),
	};

	return cmocka_run_group_tests_name("der", tests, NULL, NULL);
}
