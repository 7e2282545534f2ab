/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "authority/puzzle/dice.h"

static struct dice dice(uint8_t first)
{
	const uint8_t seed[DICE_SEED] = { first };
	struct dice d;

	dice_init(&d, seed);
	return d;
}

/* RFC 8439 A.1, test vector 1: the stream of a key, nonce and counter of zeros. */
static void the_stream_is_chacha20(void **state)
{
	static const char known[] = "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7";
	struct dice d = dice(0);
	uint8_t b[32];
	char hex[65];

	(void)state;
	dice_bytes(&d, b, sizeof(b));
	hex_encode(b, sizeof(b), hex);
	assert_string_equal(hex, known);
}

static void one_seed_throws_the_same(void **state)
{
	struct dice a = dice(1), b = dice(1), other = dice(2);
	uint8_t whole[2000], parts[2000], others[2000];

	(void)state;
	dice_bytes(&a, whole, sizeof(whole));
	for (size_t i = 0; i < sizeof(parts); i += 40)
		dice_bytes(&b, parts + i, 40);
	dice_bytes(&other, others, sizeof(others));
	assert_memory_equal(whole, parts, sizeof(whole));
	assert_memory_not_equal(whole, others, sizeof(whole));
	assert_memory_not_equal(whole, whole + 512, 512);
}

/* Of 22000 throws of 22 sides, each comes up about 1000 times: chi-square of 21 degrees of freedom is under 46.8 but once in a thousand,
 * and this seed is no such one. */
static void sides_are_even(void **state)
{
	struct dice d = dice(3);
	unsigned seen[22] = { 0 };
	double chi = 0;

	(void)state;
	for (int i = 0; i < 22000; i++) {
		uint32_t v = dice_below(&d, 22);

		assert_true(v < 22);
		seen[v]++;
	}
	for (int i = 0; i < 22; i++)
		chi += (seen[i] - 1000.0) * (seen[i] - 1000.0) / 1000.0;
	assert_true(chi < 46.8);
}

static void between_stays_between(void **state)
{
	struct dice d = dice(4);
	double low = 1, high = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		double v = dice_between(&d, -2, 5);

		assert_true(v >= -2 && v < 5);
		low = v < low ? v : low;
		high = v > high ? v : high;
	}
	assert_true(low < -1.9 && high > 4.9);
}

static void shuffling_keeps_what_there_is(void **state)
{
	struct dice d = dice(5);
	unsigned firsts[4] = { 0 };

	(void)state;
	for (int i = 0; i < 4000; i++) {
		uint8_t v[4] = { 0, 1, 2, 3 };

		dice_shuffle(&d, v, 4);
		assert_int_equal((1 << v[0]) | (1 << v[1]) | (1 << v[2]) | (1 << v[3]), 15);
		firsts[v[0]]++;
	}
	for (int i = 0; i < 4; i++)
		assert_in_range(firsts[i], 850, 1150);
}

static void nothing_is_left(void **state)
{
	static const struct dice none;
	struct dice d = dice(6);

	(void)state;
	(void)dice_below(&d, 2);
	dice_wipe(&d);
	assert_memory_equal(&d, &none, sizeof(d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stream_is_chacha20),
		cmocka_unit_test(one_seed_throws_the_same),
		cmocka_unit_test(sides_are_even),
		cmocka_unit_test(between_stays_between),
		cmocka_unit_test(shuffling_keeps_what_there_is),
		cmocka_unit_test(nothing_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
