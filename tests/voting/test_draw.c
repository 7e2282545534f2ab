/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/draw.h"
#include "tests/voting/objects.h"

static const struct draw draw = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.number = 3,
	.seed = { 4 },
	.eligible = 5,
	.root = { { 6 } },
	.drawn = { { { 7 } }, { { 8 } } },
	.drawn_n = 2,
	.iat = 9 };

static json_t *make(void)
{
	return draw_print(&draw);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct draw d;

	return draw_parse(j, &d, e);
}

static void what_is_printed_is_read(void **state)
{
	struct jws *j = envelope_of(KIND_DRAW, make());
	struct draw d;

	(void)state;
	assert_true(draw_parse(j, &d, NULL));
	assert_int_equal(d.number, 3);
	assert_int_equal(d.seed[0], 4);
	assert_int_equal(d.eligible, 5);
	assert_int_equal(d.root.b[0], 6);
	assert_int_equal(d.drawn_n, 2);
	assert_int_equal(d.drawn[0].b[0], 7);
	assert_int_equal(d.drawn[1].b[0], 8);
	assert_int_equal(d.iat, 9);
	assert_true(draw_names(&d, &draw.drawn[1]));
	assert_false(draw_names(&d, &draw.root));
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "number", "-1", "out_of_range", "/number" },
		{ "seed", "\"AA\"", "out_of_range", "/seed" },
		{ "eligible", "0", "out_of_range", "/eligible" },
		{ "root", NULL, "missing_member", "/root" },
		{ "drawn", "[]", "out_of_range", "/drawn" },
		{ "drawn", "[" SOME_DIGEST "," SOME_DIGEST "]", "bad_value", "/drawn/1" },
		{ "drawn", "[\"\"]", "bad_value", "/drawn/0" },
		{ "iat", NULL, "missing_member", "/iat" },
		{ "colour", "2", "unknown_member", "/colour" },
	};

	(void)state;
	refused(KIND_DRAW, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
	};

	return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
