/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/voting/objects.h"
#include "voting/rejoin.h"

static void what_is_printed_is_read(void **state)
{
	const struct rejoin r = { .genesis = { { 1 } },
		.charter = { { 2 } },
		.member = { { 3 } },
		.cause = { { 4 } },
		.number = 5,
		.seed = { 6 },
		.node = { { 7 } },
		.iat = 8 };
	struct jws *j = envelope_of(KIND_REJOIN, rejoin_print(&r));
	struct rejoin got;

	(void)state;
	assert_true(rejoin_parse(j, &got, NULL));
	assert_memory_equal(&got.genesis, &r.genesis, 32);
	assert_memory_equal(&got.charter, &r.charter, 32);
	assert_memory_equal(&got.cause, &r.cause, 32);
	assert_memory_equal(&got.member, &r.member, 16);
	assert_memory_equal(&got.node, &r.node, 16);
	assert_memory_equal(got.seed, r.seed, 32);
	assert_true(got.number == 5 && got.iat == 8);
	envelope_free(j);
}

static void nodes_hang_on_cause_and_seed(void **state)
{
	struct digest genesis = { { 1 } }, cause = { { 2 } };
	uint8_t seed[32] = { 3 };
	struct id16 a, b;

	(void)state;
	rejoin_node(&genesis, &cause, seed, &a);
	seed[0]++;
	rejoin_node(&genesis, &cause, seed, &b);
	assert_memory_not_equal(&a, &b, sizeof(a));
	seed[0]--;
	cause.b[0]++;
	rejoin_node(&genesis, &cause, seed, &b);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(nodes_hang_on_cause_and_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
