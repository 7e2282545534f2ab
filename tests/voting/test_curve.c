/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/sig.h"
#include "tests/base/vectors.h"
#include "tests/voting/curves.h"

#define ORDER "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
#define ORDER_LESS_1 "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
#define ORDER_MORE_1 "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
#define BASE "5866666666666666666666666666666666666666666666666666666666666666"

static void the_library_is_sound(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_true(curve_self_test(&e));
	assert_true(err_ok(&e));
}

static void refuses_scalar(const char *hex)
{
	struct scalar s, out = number(7), seven = number(7);
	struct err e = { 0 };

	assert_true(hex_decode(hex, 64, s.b, sizeof(s.b)));
	assert_false(scalar_decode(s.b, &out, &e));
	assert_string_equal(e.name, "bad_scalar");
	assert_memory_equal(&out, &seven, sizeof(out));
}

static void scalars_are_below_the_order(void **state)
{
	struct scalar last = scalar_hex(ORDER_LESS_1), one = number(1), sum;

	(void)state;
	scalar_hex("0000000000000000000000000000000000000000000000000000000000000000");
	refuses_scalar(ORDER);
	refuses_scalar(ORDER_MORE_1);
	refuses_scalar("0000000000000000000000000000000000000000000000000000000000000020");
	refuses_scalar("0100000000000000000000000000000000000000000000000000000000000080");
	refuses_scalar("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
	scalar_add(&last, &one, &sum);
	assert_true(scalar_is_zero(&sum));
	assert_false(scalar_is_zero(&last));
}

static void scalars_are_a_field(void **state)
{
	struct scalar a, b, c, left, right, inverse, zero = number(0), one = number(1);

	(void)state;
	for (int i = 0; i < 50; i++) {
		scalar_random(&a);
		scalar_random(&b);
		scalar_random(&c);
		scalar_add(&b, &c, &left);
		scalar_mul(&a, &left, &left);
		scalar_mul(&a, &b, &right);
		scalar_mul(&a, &c, &inverse);
		scalar_add(&right, &inverse, &right);
		assert_memory_equal(&left, &right, sizeof(left));
		scalar_invert(&a, &inverse);
		scalar_mul(&a, &inverse, &inverse);
		assert_memory_equal(&inverse, &one, sizeof(one));
		scalar_sub(&a, &a, &a);
		assert_true(scalar_is_zero(&a));
	}
	scalar_invert(&zero, &inverse);
	assert_true(scalar_is_zero(&inverse));
}

static void numbers_are_little_endian(void **state)
{
	struct scalar s = number(0x0123456789abcdef);

	(void)state;
	is_hex(s.b, sizeof(s.b), "efcdab8967452301000000000000000000000000000000000000000000000000");
}

/* RFC 8032 section 7.1, TEST 2: R, A and the message give the number that S = r + k a was made with, so S B = R + k A. */
static void hashes_as_ed25519_does(void **state)
{
	struct point a = point_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), sum, want;
	struct point r = point_hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da");
	struct scalar s = scalar_hex("085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"), k;
	const struct slice parts[] = { slice_of(r.b, 32), slice_of(a.b, 32), slice_of("\x72", 1) };

	(void)state;
	scalar_hash(parts, 3, &k);
	point_mul(&k, &a, &sum);
	point_add(&sum, &r, &sum);
	point_base(&s, &want);
	assert_true(point_equal(&sum, &want));
}

static void refuses_point(const uint8_t b[static 32])
{
	struct point out = times(7), seven = times(7);
	struct err e = { 0 };

	assert_false(point_decode(b, &out, &e));
	assert_string_equal(e.name, "bad_point");
	assert_true(point_equal(&out, &seven));
}

/* n + T, for each T of small order: all of mixed order. */
static void points_are_of_the_groups_order(void **state)
{
	static const char *const small[] = {
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	};
	struct point t, mixed, p;

	(void)state;
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		assert_true(hex_decode(small[i], 64, t.b, sizeof(t.b)));
		refuses_point(t.b);
		for (uint64_t n = 1; n < 20; n++) {
			p = times(n);
			assert_true(point_decode(p.b, &p, NULL));
			point_add(&p, &t, &mixed);
			if (i > 0)
				refuses_point(mixed.b);
		}
	}
}

/* p + 1 up to 2^255 - 1, with either sign, and what is on no curve. */
static void points_are_canonical(void **state)
{
	struct point p;
	size_t refused = 0;

	(void)state;
	for (unsigned low = 0xed; low <= 0xff; low++)
		for (uint8_t sign = 0; sign < 2; sign++) {
			memset(p.b, 0xff, sizeof(p.b));
			p.b[0] = (uint8_t)low;
			p.b[31] = (uint8_t)(0x7f | sign << 7);
			refuses_point(p.b);
		}
	for (uint8_t y = 2; y < 100; y++) {
		memset(p.b, 0, sizeof(p.b));
		p.b[0] = y;
		refused += !point_decode(p.b, &p, NULL);
	}
	/* Half of all y are on the curve, and one in eight of those is of the right order. */
	assert_in_range(refused, 80, 97);
}

static void sums_and_products_may_be_nothing(void **state)
{
	struct scalar zero = number(0), minus = scalar_hex(ORDER_LESS_1), five = number(5);
	struct point p = times(5), q, nothing;

	(void)state;
	is_hex(times(1).b, 32, BASE);
	point_identity(&nothing);
	point_sub(&p, &p, &q);
	assert_true(point_is_identity(&q));
	point_mul(&minus, &p, &q);
	point_add(&q, &p, &q);
	assert_true(point_is_identity(&q));
	point_mul(&zero, &p, &q);
	assert_true(point_is_identity(&q));
	point_base(&zero, &q);
	assert_true(point_is_identity(&q));
	point_mul(&five, &nothing, &q);
	assert_true(point_is_identity(&q));
	point_add(&p, &nothing, &q);
	assert_true(point_equal(&p, &q));
}

/* Whoever forgets to decode gets what equals nothing that is a point. */
static void of_no_point_comes_none(void **state)
{
	struct point two = { .b = { 2 } }, five = times(5), out;
	struct scalar zero = number(0), three = number(3);

	(void)state;
	point_add(&five, &two, &out);
	refuses_point(out.b);
	point_sub(&two, &five, &out);
	refuses_point(out.b);
	point_mul(&three, &two, &out);
	refuses_point(out.b);
	point_mul(&zero, &two, &out);
	refuses_point(out.b);
	assert_false(point_is_identity(&out));
}

static void the_zcash_foundations_samples(void **state)
{
	json_t *v = vectors_load("frost-zf/frost-ed25519/samples.json"), *bad = vectors_load("frost-zf/frost-ed25519/elements.json");
	struct point p;

	(void)state;
	if (v == NULL || bad == NULL)
		skip();
	is_hex(times(1).b, 32, vectors_text(v, "element1"));
	is_hex(times(2).b, 32, vectors_text(v, "element2"));
	point_hex(vectors_text(v, "element2"));
	scalar_hex(vectors_text(v, "scalar1"));
	is_hex(number(42).b, 32, vectors_text(v, "identifier"));
	assert_int_equal(vectors_hex(json_object_get(bad, "elements"), "invalid_element", p.b, 32), 32);
	refuses_point(p.b);
	json_decref(v);
	json_decref(bad);
}

/* Whoever keeps a seed has all that followed from it; from another, or for another purpose, something else follows. */
static void scalars_follow_from_a_seed(void **state)
{
	const uint8_t *seed = fresh_seed(), *other = fresh_seed();
	struct scalar a, b;

	(void)state;
	scalar_derive(seed, "deal", 7, &a);
	scalar_derive(seed, "deal", 7, &b);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_true(scalar_decode(a.b, &a, NULL));
	scalar_derive(seed, "deal", 8, &b);
	assert_memory_not_equal(&a, &b, sizeof(a));
	scalar_derive(seed, "split", 7, &b);
	assert_memory_not_equal(&a, &b, sizeof(a));
	scalar_derive(other, "deal", 7, &b);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars_follow_from_a_seed),
		cmocka_unit_test(the_library_is_sound),
		cmocka_unit_test(scalars_are_below_the_order),
		cmocka_unit_test(scalars_are_a_field),
		cmocka_unit_test(numbers_are_little_endian),
		cmocka_unit_test(hashes_as_ed25519_does),
		cmocka_unit_test(points_are_of_the_groups_order),
		cmocka_unit_test(points_are_canonical),
		cmocka_unit_test(sums_and_products_may_be_nothing),
		cmocka_unit_test(of_no_point_comes_none),
		cmocka_unit_test(the_zcash_foundations_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
