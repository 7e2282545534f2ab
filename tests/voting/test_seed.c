/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/objects.h"
#include "voting/seed.h"

static void what_is_printed_is_read(void **state)
{
	const struct seed_reveal s = { .genesis = { { 1 } }, .number = 5, .seed = { 6 }, .application = { { 2 } }, .iat = 8 };
	struct jws *j = envelope_of(KIND_SEED, seed_print(&s));
	struct seed_reveal got;

	(void)state;
	assert_true(seed_parse(j, &got, NULL));
	assert_memory_equal(&got.genesis, &s.genesis, 32);
	assert_memory_equal(&got.application, &s.application, 32);
	assert_memory_equal(got.seed, s.seed, 32);
	assert_true(got.number == 5 && got.iat == 8);
	envelope_free(j);
}

static void another_kind_is_no_seed(void **state)
{
	const struct seed_reveal s = { .number = 5 };
	struct jws *j = envelope_of(KIND_SEEDS, seed_print(&s));
	struct seed_reveal got;
	struct err e = { 0 };

	(void)state;
	assert_false(seed_parse(j, &got, &e));
	assert_false(err_ok(&e));
	envelope_free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(another_kind_is_no_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
