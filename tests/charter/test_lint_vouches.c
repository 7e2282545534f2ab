/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/wise.h"

static struct requirement vouches(uint32_t n, uint32_t budget, int64_t window)
{
	return (struct requirement){ .type = REQ_VOUCHES, .vouches = { .count = n, .budget = budget, .window = window } };
}

static void budgets(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), r = vouches(2, 1, 7 * DAY);
	struct charter *c = make(&votes);

	(void)state;
	c->admission = &r;
	assert_null(find(c, 0, "budget_too_small", "/admission/vouches"));
	assert_null(find(c, 4, "budget_too_small", "/admission/vouches"));
	found(c, 3, "budget_too_small", "/admission/vouches", LINT_WARNING);
	c->membership.per_day = 1;
	assert_null(find(c, 14, "budget_too_small", "/admission/vouches"));
	found(c, 13, "budget_too_small", "/admission/vouches", LINT_WARNING);
	r.vouches.expiry = DAY;
	assert_null(find(c, 13, "budget_too_small", "/admission/vouches"));
	r.vouches.expiry = r.vouches.window = 0;
	found(c, 14, "budget_for_life", "/admission/vouches", LINT_WARNING);
	r.vouches.budget = 0;
	assert_null(find(c, 14, "budget_for_life", "/admission/vouches"));
	free(c);
}

static void times(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), r = vouches(2, 0, 0);
	struct charter *c = make(&votes);

	(void)state;
	c->admission = &r;
	r.vouches.expiry = DAY;
	assert_null(find(c, 9, "vouches_lapse", "/admission/vouches"));
	r.vouches.expiry--;
	found(c, 9, "vouches_lapse", "/admission/vouches", LINT_WARNING);
	r.vouches.age = 30 * DAY;
	assert_null(find(c, 9, "vouchers_too_young", "/admission/vouches"));
	c->version = 1;
	found(c, 9, "vouchers_too_young", "/admission/vouches", LINT_WARNING);
	free(c);
}

static void too_few_to_vouch(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), r = vouches(3, 0, 0);
	struct charter *c = make(&votes);

	(void)state;
	c->admission = &r;
	found(c, 2, "threshold_unreachable", "/admission/vouches", LINT_ERROR);
	assert_null(find(c, 3, "threshold_unreachable", "/admission/vouches"));
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(budgets),
		cmocka_unit_test(times),
		cmocka_unit_test(too_few_to_vouch),
	};

	return cmocka_run_group_tests_name("lint_vouches", tests, NULL, NULL);
}
