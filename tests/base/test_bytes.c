/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/bytes.h"

static void slices(void **state)
{
	(void)state;
	assert_true(slice_equal(slice_str("abc"), slice_of("abcd", 3)));
	assert_false(slice_equal(slice_str("abc"), slice_str("abd")));
	assert_false(slice_equal(slice_str("abc"), slice_str("ab")));
	assert_true(slice_equal(slice_of(NULL, 0), slice_str("")));
}

static void buffer_grows(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_string_equal(buf_cstr(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%03d", i);
	assert_int_equal(b.n, 3000);
	assert_false(b.failed);
	assert_memory_equal(buf_cstr(&b) + 2997, "999", 4);
	assert_memory_equal(b.p + 369, "123", 3);
	buf_free(&b);
	assert_null(b.p);
	assert_int_equal(b.n + b.cap, 0);
}

static void buffer_integers_are_big_endian(void **state)
{
	static const uint8_t want[] = { 0xff, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 0xf8, 'x', 'y', 'z' };
	struct buf b = { 0 };

	(void)state;
	buf_add_u8(&b, 0xff);
	buf_add_u32(&b, 0x01020304);
	buf_add_u64(&b, UINT64_C(0x01020304050607f8));
	buf_add_str(&b, "x");
	buf_add_slice(&b, slice_str("yz"));
	buf_add(&b, NULL, 0);
	assert_true(slice_equal(buf_slice(&b), slice_of(want, sizeof(want))));
	assert_int_equal(bytes_u32(b.p + 1), 0x01020304);
	assert_true(bytes_u64(b.p + 5) == UINT64_C(0x01020304050607f8));
	buf_free(&b);
}

static void buffer_fails_once_and_for_all(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add_str(&b, "kept");
	assert_false(buf_reserve(&b, SIZE_MAX - 2));
	assert_true(b.failed);
	buf_add_str(&b, "lost");
	buf_printf(&b, "%s", "lost");
	assert_int_equal(b.n, 4);
	assert_null(buf_cstr(&b));
	assert_false(base64url_decode(slice_str("AAAA"), &b));
	assert_false(base64url_decode(slice_str(""), &b));
	buf_free(&b);
	assert_false(b.failed);
}

static void comparing_and_wiping(void **state)
{
	uint8_t a[40], b[40];

	(void)state;
	bytes_random(a, sizeof(a));
	memcpy(b, a, sizeof(a));
	assert_true(bytes_equal_ct(a, b, sizeof(a)));
	b[39] ^= 1;
	assert_false(bytes_equal_ct(a, b, sizeof(a)));
	assert_true(bytes_equal_ct(a, b, 39));
	assert_true(bytes_equal_ct(NULL, NULL, 0));
	bytes_wipe(a, sizeof(a));
	for (size_t i = 0; i < sizeof(a); i++)
		assert_int_equal(a[i], 0);
	bytes_wipe(NULL, 0);
}

static void random_bytes_differ(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	(void)state;
	bytes_random(a, sizeof(a));
	bytes_random(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

static void order_is_that_of_the_bytes(void **state)
{
	struct digest a = { { 1, 2 } }, b = { { 1, 200 } };
	struct id16 c = { { 9 } }, d = { { 8, 255 } };

	(void)state;
	assert_true(digest_compare(&a, &b) < 0);
	assert_true(digest_compare(&b, &a) > 0);
	assert_int_equal(digest_compare(&a, &a), 0);
	assert_true(id16_compare(&c, &d) > 0);
	assert_int_equal(id16_compare(&d, &d), 0);
}

static void hex(void **state)
{
	static const uint8_t raw[] = { 0x00, 0x1f, 0xa0, 0xff };
	uint8_t back[4];
	char text[9];

	(void)state;
	hex_encode(raw, sizeof(raw), text);
	assert_string_equal(text, "001fa0ff");
	assert_true(hex_decode(text, 8, back, 4));
	assert_memory_equal(raw, back, 4);
	assert_false(hex_decode("001FA0FF", 8, back, 4));
	assert_false(hex_decode("001fa0f", 7, back, 4));
	assert_false(hex_decode("001fa0ff0", 9, back, 4));
	assert_false(hex_decode("001fa0ff00", 10, back, 4));
	assert_false(hex_decode("001fa0fg", 8, back, 4));
	assert_false(hex_decode("001fa0f ", 8, back, 4));
	assert_false(hex_decode("001fa0/f", 8, back, 4));
	assert_true(hex_decode("", 0, back, 0));
}

static void digest_as_text(void **state)
{
	struct digest d = { { 0xab } }, back;
	char text[DIGEST_TEXT];

	(void)state;
	d.b[31] = 0x01;
	digest_text(&d, text);
	assert_string_equal(text, "sha256:ab00000000000000000000000000000000000000000000000000000000000001");
	assert_true(digest_parse(text, &back));
	assert_int_equal(digest_compare(&d, &back), 0);
	assert_false(digest_parse(text + 7, &back));
	assert_false(digest_parse("sha256:", &back));
	assert_false(digest_parse("", &back));
	text[0] = 'S';
	assert_false(digest_parse(text, &back));
	text[0] = 's';
	text[70] = '\0';
	assert_false(digest_parse(text, &back));
}

static void id_as_text(void **state)
{
	struct id16 id = { { 0x10 } }, back = { { 7 } };
	char text[ID16_TEXT];

	(void)state;
	id.b[15] = 0xfe;
	id16_text(&id, text);
	assert_string_equal(text, "100000000000000000000000000000fe");
	assert_true(id16_parse(text, &back));
	assert_int_equal(id16_compare(&id, &back), 0);
	assert_false(id16_parse("100000000000000000000000000000f", &back));
	assert_false(id16_parse("100000000000000000000000000000feaa", &back));
	assert_false(id16_parse("100000000000000000000000000000fg", &back));
	assert_int_equal(id16_compare(&id, &back), 0);
}

static bool decodes(const char *text)
{
	struct buf b = { 0 };
	bool ok;

	buf_add_str(&b, "before");
	ok = base64url_decode(slice_str(text), &b);
	if (!ok)
		assert_int_equal(b.n, 6);
	buf_free(&b);
	return ok;
}

/* RFC 4648 section 10, without padding; RFC 7515 appendix C for the two characters that differ. */
static void base64url_known_answers(void **state)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" },
		{ "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" }, { "\x03\xec\xff\xe0\xc1", "A-z_4ME" } };
	char text[16];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct buf b = { 0 };

		assert_int_equal(base64url_length(strlen(pairs[i][0])), strlen(pairs[i][1]));
		base64url_encode(pairs[i][0], strlen(pairs[i][0]), text);
		assert_string_equal(text, pairs[i][1]);
		assert_true(base64url_decode(slice_str(text), &b));
		assert_true(slice_equal(buf_slice(&b), slice_str(pairs[i][0])));
		buf_free(&b);
	}
}

static void base64url_is_strict(void **state)
{
	static const char *const bad[] = { "Z", "Zg=", "Zg==", "Zh", "Zm9", "Zm9vZ", "Zm9vYh", "Zm9vYmF", "Zm 9", "Zm9v\n", "\nZm9v",
		"Zm9+", "Zm/v", "Zm9v=", "Zm9vYg==", "Zm9\xc3", "====", "Z\xff\xff\xff" };

	(void)state;
	assert_true(decodes("Zm9v"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (decodes(bad[i]))
			fail_msg("decoded \"%s\"", bad[i]);
	struct buf b = { 0 };
	assert_false(base64url_decode(slice_of("Zm\0v", 4), &b));
	buf_free(&b);
}

/* Each byte value in each place of a group comes back, and no character but the 64 is taken. */
static void base64url_round_trips(void **state)
{
	uint8_t raw[70], back[70];
	char text[100];
	int good = 0;

	(void)state;
	for (size_t n = 0; n <= sizeof(raw); n++) {
		bytes_random(raw, n);
		base64url_encode(raw, n, text);
		assert_int_equal(strlen(text), base64url_length(n));
		assert_true(base64url_decode_exact(text, strlen(text), back, n));
		assert_true(n == 0 || memcmp(raw, back, n) == 0);
	}
	for (int c = 0; c < 256; c++) {
		char one[4] = { 'A', 'A', 'A', (char)c };

		good += base64url_decode_exact(one, 4, back, 3);
	}
	assert_int_equal(good, 64);
}

static void base64url_of_an_exact_size(void **state)
{
	uint8_t out[3];

	(void)state;
	assert_true(base64url_decode_exact("Zm9v", 4, out, 3));
	assert_memory_equal(out, "foo", 3);
	assert_false(base64url_decode_exact("Zm9v", 4, out, 2));
	assert_false(base64url_decode_exact("Zm8", 3, out, 3));
	assert_true(base64url_decode_exact("Zm8", 3, out, 2));
	assert_false(base64url_decode_exact("Zm9", 3, out, 2));
	assert_true(base64url_decode_exact("", 0, out, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices),
		cmocka_unit_test(buffer_grows),
		cmocka_unit_test(buffer_integers_are_big_endian),
		cmocka_unit_test(buffer_fails_once_and_for_all),
		cmocka_unit_test(comparing_and_wiping),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(order_is_that_of_the_bytes),
		cmocka_unit_test(hex),
		cmocka_unit_test(digest_as_text),
		cmocka_unit_test(id_as_text),
		cmocka_unit_test(base64url_known_answers),
		cmocka_unit_test(base64url_is_strict),
		cmocka_unit_test(base64url_round_trips),
		cmocka_unit_test(base64url_of_an_exact_size),
	};

	return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
