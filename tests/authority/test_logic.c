/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "authority/puzzle/logic.h"

static struct dice dice(int seed)
{
	const uint8_t bytes[DICE_SEED] = { (uint8_t)seed, (uint8_t)(seed >> 8), 5 };
	struct dice d;

	dice_init(&d, bytes);
	return d;
}

static void answers_are_four_of_nine_twice(void **state)
{
	unsigned seen[10] = { 0 };

	(void)state;
	for (int seed = 0; seed < 900; seed++) {
		struct dice d = dice(seed);
		char folded[PUZZLE_ANSWER];
		struct logic l;

		logic_make(&d, &l);
		assert_int_equal(strlen(l.answer), 9);
		assert_true(logic_fold(l.answer, folded));
		assert_memory_equal(folded, l.answer, sizeof(folded));
		assert_int_not_equal(l.sentence[0], l.sentence[1]);
		for (size_t i = 0; i < 9; i++)
			if (l.answer[i] != '-')
				seen[l.answer[i] - '0']++;
	}
	for (int i = 1; i < 10; i++)
		assert_in_range(seen[i], 700, 900); /* 800 of each */
}

static void what_people_type_is_folded(void **state)
{
	static const struct {
		const char *typed, *folded;
	} rows[] = { { "1479-2358", "1479-2358" }, { "9741 8532", "1479-2358" }, { "14792358", "1479-2358" },
		{ "1 4 7 9 / 2,3,5,8", "1479-2358" }, { "1479", NULL }, { "1479-23581", NULL }, { "1449-2358", NULL },
		{ "1479-0358", NULL }, { "", NULL } };
	char out[PUZZLE_ANSWER];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(logic_fold(rows[i].typed, out), rows[i].folded != NULL);
		if (rows[i].folded != NULL)
			assert_string_equal(out, rows[i].folded);
	}
}

static struct buf drawn(const struct logic *l, unsigned round, int seed)
{
	struct dice d = dice(seed);
	struct buf png = { 0 };

	assert_true(logic_draw(l, round, &d, &png, NULL));
	return png;
}

static void one_seed_draws_the_same(void **state)
{
	struct dice d = dice(1);
	struct logic l;
	struct buf a, b, other, second;

	(void)state;
	logic_make(&d, &l);
	a = drawn(&l, 0, 2);
	b = drawn(&l, 0, 2);
	other = drawn(&l, 0, 3);
	second = drawn(&l, 1, 2);
	assert_true(slice_equal(buf_slice(&a), buf_slice(&b)));
	assert_false(slice_equal(buf_slice(&a), buf_slice(&other)));
	assert_false(slice_equal(buf_slice(&a), buf_slice(&second)));
	assert_in_range(a.n, 10000, LOGIC_BYTES_MAX);
	buf_free(&a);
	buf_free(&b);
	buf_free(&other);
	buf_free(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_four_of_nine_twice),
		cmocka_unit_test(what_people_type_is_folded),
		cmocka_unit_test(one_seed_draws_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
