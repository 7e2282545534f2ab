/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority/work_load.h"
#include "authority/work_pool.h"

enum { TRY = 8192, EFFORT = 4 * TRY, TAKES = 50 };

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct work_pool *pool(int64_t target)
{
	struct work_pool *p = work_pool_new(0, target, NULL);

	assert_non_null(p);
	return p;
}

/* Takes one as soon as there is one. */
static bool take(struct work_pool *p, int64_t effort, struct work_done *out)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct err e = { 0 };

	while (!work_pool_take(p, effort, out, &e)) {
		if (!err_is(&e, "pool_empty"))
			return false;
		err_clear(&e);
		nanosleep(&pause, NULL);
	}
	return true;
}

static int by_puzzle(const void *a, const void *b)
{
	return memcmp(&((const struct work_done *)a)->puzzle, &((const struct work_done *)b)->puzzle, sizeof(struct work_puzzle));
}

static void assert_distinct(struct work_done *w, size_t n)
{
	qsort(w, n, sizeof(*w), by_puzzle);
	for (size_t i = 1; i < n; i++)
		assert_int_not_equal(by_puzzle(&w[i - 1], &w[i]), 0);
}

static void work_is_worth_what_was_asked(void **state)
{
	struct work_pool *p = pool(0);
	struct work_done w[12];
	uint32_t seen = 0;

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		assert_true(take(p, EFFORT - 1, &w[i]));
		assert_in_range(w[i].counter, 4, 11);
		assert_true(work_holds(&w[i], EFFORT, NULL));
		seen |= 1U << w[i].counter;
	}
	assert_int_not_equal(seen & (seen - 1), 0); /* more than one counter; all the same once in 4^11 */
	assert_distinct(w, 12);
	assert_true(take(p, WORK_EFFORT_MAX, &w[0]));
	assert_int_equal(w[0].counter, UINT32_MAX);
	assert_true(take(p, 1, &w[0]));
	assert_in_range(w[0].counter, 1, 2);
	work_pool_free(p);
}

/* The thread rests for as long as this test runs. */
static void an_empty_pool_says_so(void **state)
{
	struct work_pool *p = work_pool_new(1000000, 0, NULL);
	struct err e = { 0 };
	struct work_done w;
	size_t got = 0;

	(void)state;
	assert_non_null(p);
	assert_true(work_pool_take(p, EFFORT, &w, &e)); /* derived for whoever asks first */
	while (work_pool_take(p, EFFORT, &w, &e))
		assert_true(++got < 2); /* one more may be there */
	assert_string_equal(e.name, "pool_empty");
	work_pool_free(p);
}

static void efforts_never_asked_for_make_one_a_second(void **state)
{
	struct work_pool *p = work_pool_new(1000000, 0, NULL);
	const double began = seconds();
	struct work_done w;
	double got = 0;

	(void)state;
	assert_non_null(p);
	for (int64_t i = 1; i <= 4 * WORK_POOL_EFFORTS; i++)
		got += work_pool_take(p, i * TRY, &w, NULL);
	assert_true(got >= 1);
	assert_true(got <= 2 + (seconds() - began));
	work_pool_free(p);
}

/* More efforts than there are shelves: each is served all the same, and with its own work. */
static void more_efforts_than_are_kept(void **state)
{
	struct work_pool *p = pool(0);
	struct work_done w;

	(void)state;
	for (int64_t i = 1; i <= WORK_POOL_EFFORTS + 3; i++) {
		assert_true(take(p, 100 * i * TRY, &w));
		assert_in_range(w.counter, 100 * i, 300 * i - 1);
	}
	work_pool_free(p);
}

struct taker {
	struct work_pool *p;
	struct work_done *out;
	bool ok;
};

static void *run_taker(void *arg)
{
	struct taker *t = arg;

	t->ok = true;
	for (size_t i = 0; i < TAKES; i++)
		t->ok = t->ok && take(t->p, EFFORT, &t->out[i]);
	return NULL;
}

static void nobody_gets_what_another_got(void **state)
{
	static struct work_done all[2 * TAKES];
	struct work_pool *p = pool(0);
	struct taker t[2] = { { p, all, false }, { p, all + TAKES, false } };
	pthread_t thread[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, run_taker, &t[i]), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	assert_true(t[0].ok && t[1].ok);
	assert_distinct(all, 2 * TAKES);
	work_pool_free(p);
}

static void it_may_end_at_any_moment(void **state)
{
	struct work_done w;

	(void)state;
	work_pool_free(NULL);
	work_pool_free(pool(0));
	for (int i = 0; i < 5; i++) {
		struct work_pool *p = i % 2 == 0 ? pool(0) : work_pool_new(1000000, 0, NULL);

		assert_non_null(p);
		assert_true(work_pool_take(p, EFFORT, &w, NULL));
		work_pool_free(p);
	}
}

static void efforts_are_whole_tries(void **state)
{
	struct work_pool *p = pool(1000000);

	(void)state;
	assert_int_equal(work_pool_effort(p, EFFORT), EFFORT);
	assert_int_equal(work_pool_effort(p, EFFORT - 1), EFFORT);
	assert_int_equal(work_pool_effort(p, 1), TRY);
	work_pool_free(p);
}

/* What was taken and not given to anybody is there for the next. */
static void what_is_returned_is_taken_again(void **state)
{
	struct work_pool *p = work_pool_new(1000000, 0, NULL);
	struct work_done w, again;
	struct err e = { 0 };

	(void)state;
	assert_non_null(p);
	assert_true(work_pool_take(p, EFFORT, &w, &e));
	again = w;
	work_pool_return(p, EFFORT, &w);
	assert_int_equal(w.counter, 0);
	for (int i = 0; i < WORK_POOL_EACH + 2; i++)
		if (work_pool_take(p, EFFORT, &w, NULL) && memcmp(&w, &again, sizeof(w)) == 0)
			break;
	assert_memory_equal(&w, &again, sizeof(w));
	work_pool_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_is_worth_what_was_asked),
		cmocka_unit_test(an_empty_pool_says_so),
		cmocka_unit_test(efforts_never_asked_for_make_one_a_second),
		cmocka_unit_test(more_efforts_than_are_kept),
		cmocka_unit_test(nobody_gets_what_another_got),
		cmocka_unit_test(it_may_end_at_any_moment),
		cmocka_unit_test(efforts_are_whole_tries),
		cmocka_unit_test(what_is_returned_is_taken_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
