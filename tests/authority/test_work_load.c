/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "authority/work_load.h"
#include "charter/work.h"

enum { TARGET = 60, TRY = 8192, EFFORT = 64 * TRY };

static void done(struct work_load *l, int64_t target, int64_t now)
{
	work_load_pass(l, target, now);
	l->done++;
}

/* So much was done in the minute that begins at now. */
static void minute(struct work_load *l, int64_t now, int n)
{
	for (int i = 0; i < n; i++)
		done(l, TARGET, now + 59 * i / n);
}

static void a_quiet_day_costs_what_the_charter_says(void **state)
{
	struct work_load l = { 0 };

	(void)state;
	for (int64_t t = 100; t < 100 + 20 * 60; t += 60)
		minute(&l, t, TARGET);
	assert_int_equal(work_load_effort(&l, EFFORT), EFFORT);
}

static void each_busy_minute_costs_half_more(void **state)
{
	static const int64_t tries[] = { 64, 96, 144, 216, 324, 486, 486, 486 };
	struct work_load l = { 0 };

	(void)state;
	for (int i = 0; i < 8; i++) {
		minute(&l, 100 + 60 * i, TARGET + 1);
		assert_int_equal(work_load_effort(&l, EFFORT), tries[i] * TRY);
	}
}

static void it_falls_as_slowly_as_four_minutes_are_quiet(void **state)
{
	struct work_load l = { 0 };

	(void)state;
	for (int i = 0; i < 6; i++)
		minute(&l, 100 + 60 * i, TARGET + 1);
	minute(&l, 100 + 60 * 6, 1); /* the sixth one was busy still */
	assert_int_equal(work_load_effort(&l, EFFORT), 486 * TRY);
	work_load_pass(&l, TARGET, 100 + 60 * 9);
	assert_int_equal(work_load_effort(&l, EFFORT), 486 * TRY);
	work_load_pass(&l, TARGET, 100 + 60 * 10);
	assert_int_equal(work_load_effort(&l, EFFORT), 324 * TRY);
	work_load_pass(&l, TARGET, 100 + 60 * 14);
	assert_int_equal(work_load_effort(&l, EFFORT), 216 * TRY);
	work_load_pass(&l, TARGET, 100 + 60 * 14 + INT64_C(1000000000000));
	assert_int_equal(work_load_effort(&l, EFFORT), EFFORT);
}

static void without_a_target_it_never_rises(void **state)
{
	struct work_load l = { 0 };

	(void)state;
	for (int64_t t = 0; t < 1000; t++)
		for (int i = 0; i < 10; i++)
			done(&l, 0, 100 + t);
	assert_int_equal(l.step, 0);
}

static void efforts_are_whole_tries_within_the_most(void **state)
{
	const struct work_load high = { .since = 1, .step = WORK_LOAD_STEPS }, none = { 0 };

	(void)state;
	assert_int_equal(work_load_effort(&none, 1), TRY);
	assert_int_equal(work_load_effort(&none, TRY + 1), 2 * TRY);
	assert_int_equal(work_load_effort(&high, 1), TRY);
	assert_int_equal(work_load_effort(&none, WORK_EFFORT_MAX), WORK_EFFORT_MAX);
	assert_int_equal(work_load_effort(&high, WORK_EFFORT_MAX), WORK_EFFORT_MAX);
	assert_int_equal(work_load_effort(&high, WORK_EFFORT_MAX / 7), WORK_EFFORT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_day_costs_what_the_charter_says),
		cmocka_unit_test(each_busy_minute_costs_half_more),
		cmocka_unit_test(it_falls_as_slowly_as_four_minutes_are_quiet),
		cmocka_unit_test(without_a_target_it_never_rises),
		cmocka_unit_test(efforts_are_whole_tries_within_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
