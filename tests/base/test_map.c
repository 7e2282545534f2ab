/* SPDX-License-Identifier: ISC
 * A map against a plain array that says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/map.h"

enum { MANY = 3000 };

/* Keys with the same first bytes begin their search at the same place. */
static struct digest key_of(uint32_t i, uint32_t home)
{
	struct digest d = { .b = { (uint8_t)(home >> 24), (uint8_t)(home >> 16), (uint8_t)(home >> 8), (uint8_t)home } };

	memcpy(d.b + 4, &i, sizeof(i));
	return d;
}

/* Each key is there with its number, or is not there, as `in` says. */
static void holds(const struct map *m, const struct digest *keys, const bool *in, uint32_t n)
{
	uint32_t there = 0;

	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(map_find(m, &keys[i]), in[i] ? i : MAP_NONE);
		there += in[i];
	}
	assert_int_equal(m->n, there);
}

static void an_empty_map_finds_nothing(void **state)
{
	struct map m = { 0 };
	struct digest k = key_of(1, 1);

	(void)state;
	assert_int_equal(map_find(&m, &k), MAP_NONE);
	map_remove(&m, &k);
	assert_int_equal(m.n, 0);
	map_free(&m);
	map_free(&m);
}

static void a_key_takes_another_number(void **state)
{
	struct digest k = key_of(1, 1), other = key_of(2, 1);
	struct map m = { 0 };

	(void)state;
	assert_true(map_put(&m, &k, 7) && map_put(&m, &other, 8) && map_put(&m, &k, 9));
	assert_int_equal(map_find(&m, &k), 9);
	assert_int_equal(m.n, 2);
	map_remove(&m, &k);
	assert_int_equal(map_find(&m, &k), MAP_NONE);
	assert_int_equal(map_find(&m, &other), 8);
	assert_int_equal(m.n, 1);
	map_free(&m);
}

static void all_are_found_while_it_grows(void **state)
{
	static struct digest keys[MANY];
	static bool in[MANY];
	struct map m = { 0 };

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		keys[i] = key_of(i, i * 2654435761U);
		assert_true(map_put(&m, &keys[i], i));
		in[i] = true;
		assert_true(m.n <= m.cap / 2);
	}
	holds(&m, keys, in, MANY);
	map_free(&m);
	assert_int_equal(m.cap, 0);
}

/* A removal closes the gap in every run of neighbours: nothing behind it is lost, also where a run goes round the table's end. */
static void removals_leave_the_others(void **state)
{
	static const uint32_t homes[] = { 0, 0, 1, 63, 63, 62, 0, 2, 63, 1, 61, 62, 5, 4, 63, 0 };
	enum { N = sizeof(homes) / sizeof(homes[0]) };
	struct digest keys[N];

	(void)state;
	for (uint32_t first = 0; first < N; first++)
		for (uint32_t step = 1; step < N; step += 2) {
			struct map m = { 0 };
			bool in[N];

			for (uint32_t i = 0; i < N; i++) {
				keys[i] = key_of(i, homes[i]);
				assert_true(map_put(&m, &keys[i], i));
				in[i] = true;
			}
			assert_int_equal(m.cap, 64);
			for (uint32_t i = 0; i < N; i++) {
				uint32_t gone = (first + i * step) % N;

				map_remove(&m, &keys[gone]);
				in[gone] = false;
				holds(&m, keys, in, N);
			}
			map_free(&m);
		}
}

static void a_removed_key_comes_back(void **state)
{
	struct digest a = key_of(1, 7), b = key_of(2, 7);
	struct map m = { 0 };

	(void)state;
	assert_true(map_put(&m, &a, 1));
	assert_true(map_put(&m, &b, 2));
	map_remove(&m, &a);
	map_remove(&m, &a);
	assert_int_equal(m.n, 1);
	assert_true(map_put(&m, &a, 3));
	assert_int_equal(map_find(&m, &a), 3);
	assert_int_equal(map_find(&m, &b), 2);
	map_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_map_finds_nothing),
		cmocka_unit_test(a_key_takes_another_number),
		cmocka_unit_test(all_are_found_while_it_grows),
		cmocka_unit_test(removals_leave_the_others),
		cmocka_unit_test(a_removed_key_comes_back),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
