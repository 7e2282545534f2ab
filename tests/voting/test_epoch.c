/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/epoch.h"

static const struct digest genesis = { { 1 } };

static void where_none_are_nodes_stay(void **state)
{
	struct charter c = { 0 };
	const struct id16 member = { { 2 } };

	(void)state;
	assert_int_equal(epoch_length(&c), 0);
	assert_true(epoch_end(&c, &genesis, &member, 1800000000) == INT64_MAX);
	c.membership.rejoin = 60;
	c.membership.nodes_by_key = true;
	assert_true(epoch_end(&c, &genesis, &member, 1800000000) == INT64_MAX);
}

/* Each time lies in one epoch, epochs are of one length, and members have beginnings of their own. */
static void epochs_follow_one_another(void **state)
{
	struct charter c = { 0 };
	bool differ = false;

	(void)state;
	c.membership.rejoin = 3600;
	for (uint8_t i = 0; i < 8; i++) {
		const struct id16 member = { { i } };
		const int64_t end = epoch_end(&c, &genesis, &member, 1800000000);

		assert_true(end > 1800000000 && end <= 1800003600);
		assert_int_equal(epoch_end(&c, &genesis, &member, end - 1), end);
		assert_int_equal(epoch_end(&c, &genesis, &member, end), end + 3600);
		assert_int_equal(epoch_end(&c, &genesis, &member, end - 3600), end);
		differ = differ || end != epoch_end(&c, &genesis, &(struct id16){ { 99 } }, 1800000000);
	}
	assert_true(differ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_none_are_nodes_stay),
		cmocka_unit_test(epochs_follow_one_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
