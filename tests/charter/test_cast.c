/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "charter/cast.h"
#include "tests/charter/trees.h"

static void nobody_is_named(void **state)
{
	struct requirement r = count(2, 0);
	struct id16 first, second;
	struct cast c;

	(void)state;
	assert_true(cast_make(NULL, &c, NULL));
	assert_int_equal(c.n, 0);
	assert_true(cast_make(&r, &c, NULL));
	first = cast_member(&c, 1);
	second = cast_member(&c, 0x01000001);
	assert_true(id16_compare(&first, &second) != 0);
	assert_int_equal(cast_number(&c, &first), 0);
	cast_free(&c);
	cast_free(NULL);
}

static void the_named_come_first_each_once(void **state)
{
	struct id16 a[] = { member_of(7), member_of(3) }, b[] = { member_of(9), member_of(7), member_of(1) };
	struct requirement parts[] = { count(1, 0), authority(1), count(2, 0) }, r = inner(REQ_ANY, 0, parts, 3);
	static const unsigned order[] = { 7, 3, 9, 1 };
	struct id16 stranger = member_of(2), next;
	struct cast c;

	(void)state;
	parts[0].votes.of = a;
	parts[0].votes.of_n = 2;
	parts[2].votes.of = b;
	parts[2].votes.of_n = 3;
	assert_true(cast_make(&r, &c, NULL));
	assert_int_equal(c.n, 4);
	for (uint32_t i = 0; i < 4; i++) {
		struct id16 expected = member_of(order[i]), member = cast_member(&c, i + 1);

		assert_int_equal(id16_compare(&expected, &member), 0);
		assert_int_equal(cast_number(&c, &expected), i + 1);
	}
	assert_int_equal(cast_number(&c, &stranger), 0);
	next = cast_member(&c, 5);
	assert_int_equal(cast_number(&c, &next), 0);
	cast_free(&c);
	assert_null(c.named);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_named),
		cmocka_unit_test(the_named_come_first_each_once),
	};

	return cmocka_run_group_tests_name("cast", tests, NULL, NULL);
}
