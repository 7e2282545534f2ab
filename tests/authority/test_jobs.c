/* SPDX-License-Identifier: ISC
 * Which job runs when: time is what the test says it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "authority/jobs.h"

static struct jobs *j;

static int up(void **state)
{
	(void)state;
	j = jobs_new(NULL);
	return j != NULL ? 0 : -1;
}

static int down(void **state)
{
	(void)state;
	jobs_free(j);
	jobs_free(NULL);
	return 0;
}

static void ask(enum work_kind kind, uint64_t number, int64_t now)
{
	jobs_ask(j, &(struct work_job){ .kind = kind, .g = 1, .number = number }, now);
}

/* Takes a job, which must be this one. */
static uint32_t takes(enum work_kind kind, uint64_t number, int64_t now)
{
	struct work_job job;
	uint32_t ticket;
	int64_t due;

	assert_true(jobs_take(j, now, true, &job, &ticket, &due));
	assert_int_equal(job.kind, kind);
	assert_int_equal(job.number, number);
	return ticket;
}

/* Nothing is due; gives when something will be. */
static int64_t waits(int64_t now)
{
	struct work_job job;
	uint32_t ticket;
	int64_t due;

	assert_false(jobs_take(j, now, true, &job, &ticket, &due));
	assert_true(due > now);
	return due;
}

static void counts_are(uint64_t waiting, uint64_t running, uint64_t dropped)
{
	struct work_counts c;

	jobs_count(j, &c);
	assert_int_equal(c.waiting, waiting);
	assert_int_equal(c.running, running);
	assert_int_equal(c.dropped, dropped);
}

/* Who does not ask the signer is not kept by what waits for it. */
static void some_do_not_wait_for_the_signer(void **state)
{
	struct work_job job;
	uint32_t ticket;
	int64_t due;

	(void)state;
	ask(WORK_PUBLISH, 1, 10);
	ask(WORK_LISTS, 1, 11);
	assert_false(jobs_take(j, 20, false, &job, &ticket, &due));
	assert_int_equal(due, INT64_MAX);
	ask(WORK_DECIDE, 7, 12);
	counts_are(3, 0, 0);
	assert_false(jobs_idle(j, 20));
	assert_true(jobs_take(j, 20, false, &job, &ticket, &due));
	assert_int_equal(job.kind, WORK_DECIDE);
	jobs_done(j, ticket, 20);
	jobs_done(j, takes(WORK_PUBLISH, 1, 20), 20);
	jobs_done(j, takes(WORK_LISTS, 1, 20), 20);
	counts_are(0, 0, 0);
}

static void nothing_is_due_at_first(void **state)
{
	(void)state;
	assert_int_equal(waits(5), INT64_MAX);
	assert_true(jobs_idle(j, 5));
	counts_are(0, 0, 0);
}

static void who_waits_longest_is_first(void **state)
{
	(void)state;
	ask(WORK_DECIDE, 1, 30);
	ask(WORK_OPEN, 2, 10);
	ask(WORK_SEEDS, 3, 20);
	assert_int_equal(waits(5), 10);
	takes(WORK_OPEN, 2, 30);
	takes(WORK_SEEDS, 3, 30);
	counts_are(1, 2, 0);
	takes(WORK_DECIDE, 1, 30);
	assert_int_equal(waits(30), INT64_MAX);
}

static void asked_twice_is_done_once(void **state)
{
	(void)state;
	ask(WORK_DECIDE, 1, 0);
	ask(WORK_DECIDE, 1, 1);
	jobs_ask(j, &(struct work_job){ .kind = WORK_DECIDE, .g = 2, .number = 1 }, 2); /* of another group */
	counts_are(2, 0, 0);
	takes(WORK_DECIDE, 1, 5);
	takes(WORK_DECIDE, 1, 5);
	waits(5);
}

/* What came while it ran was perhaps not seen: it runs once more, but not before it cooled. */
static void asked_while_it_runs(void **state)
{
	uint32_t t;

	(void)state;
	ask(WORK_DECIDE, 1, 0);
	t = takes(WORK_DECIDE, 1, 0);
	ask(WORK_DECIDE, 1, 1);
	ask(WORK_DECIDE, 1, 1);
	waits(1);
	counts_are(0, 1, 0);
	jobs_done(j, t, 2);
	counts_are(1, 0, 0);
	assert_int_equal(waits(2), 102);
	jobs_done(j, takes(WORK_DECIDE, 1, 102), 103);
	assert_int_equal(waits(103), INT64_MAX);
}

static void asked_while_it_cools(void **state)
{
	(void)state;
	ask(WORK_PUBLISH, 0, 0);
	jobs_done(j, takes(WORK_PUBLISH, 0, 0), 1);
	counts_are(0, 0, 0);
	ask(WORK_PUBLISH, 0, 2);
	assert_int_equal(waits(2), 21);
	jobs_done(j, takes(WORK_PUBLISH, 0, 21), 22);
	ask(WORK_PUBLISH, 0, 42); /* it is cool by now */
	jobs_done(j, takes(WORK_PUBLISH, 0, 42), 42);
	ask(WORK_OPEN, 0, 50);
	jobs_done(j, takes(WORK_OPEN, 0, 50), 50);
	ask(WORK_OPEN, 0, 50); /* this kind never cools */
	takes(WORK_OPEN, 0, 50);
}

/* How long one examination cools that took so many milliseconds, with others about. */
static int64_t cools(int64_t took, uint32_t others)
{
	const int64_t now = 1000000;
	int64_t due;
	uint32_t t;

	down(NULL);
	up(NULL);
	ask(WORK_DECIDE, 0, 0);
	for (uint64_t i = 1; i <= others; i++)
		ask(WORK_DECIDE, i, now * 10);
	t = takes(WORK_DECIDE, 0, now);
	ask(WORK_DECIDE, 0, now);
	jobs_done(j, t, now + took);
	due = waits(now + took);
	return due - now - took;
}

/* Examinations together get one share of a processor, however many there are and however long one takes. */
static void how_long_examinations_cool(void **state)
{
	(void)state;
	assert_int_equal(cools(0, 0), 100); /* never less */
	assert_int_equal(cools(20, 0), 8 * 21);
	assert_int_equal(cools(20, 4), 8 * 21 * 5);
	assert_int_equal(cools(60000, 100), 10000); /* never more */
}

static int64_t fails(uint64_t number, const char *name, int64_t now)
{
	struct err e = { 0 };
	int64_t due;

	err_set(&e, name, "for a test");
	jobs_failed(j, takes(WORK_SEEDS, number, now), &e, now);
	due = waits(now);
	return due - now;
}

static void who_fails_comes_back_later_and_later(void **state)
{
	static const int64_t away[] = { 100, 200, 400, 800, 1600, 2000, 2000 }, other[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000 };
	int64_t now = 0;

	(void)state;
	ask(WORK_SEEDS, 1, 0);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(fails(1, "database_unavailable", now), away[i]);
		now += away[i];
	}
	jobs_done(j, takes(WORK_SEEDS, 1, now), now);
	ask(WORK_SEEDS, 1, now); /* all is forgotten once it went well */
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(fails(1, "wrong_key", now), other[i]);
		now += other[i];
	}
	for (size_t i = 0; i < 40; i++) {
		assert_int_equal(fails(1, "wrong_key", now), 60000);
		now += 60000;
	}
}

static void each_that_may_be_away_is_tried_soon(void **state)
{
	static const char *const names[] = { "database_unavailable", "database_retry", "signer_unavailable", "term_not_seen" };

	(void)state;
	for (uint64_t i = 0; i < 4; i++) {
		down(NULL);
		up(NULL);
		ask(WORK_SEEDS, i, 0);
		assert_int_equal(fails(i, names[i], 0), 100);
	}
}

/* Asking does not make a failed job come sooner. */
static void asking_again_is_no_short_cut(void **state)
{
	(void)state;
	ask(WORK_SEEDS, 1, 0);
	assert_int_equal(fails(1, "wrong_key", 0), 1000);
	ask(WORK_SEEDS, 1, 1);
	assert_int_equal(waits(1), 1000);
}

static void what_is_not_there_is_forgotten(void **state)
{
	struct err e = { 0 };
	struct work_counts c;

	(void)state;
	err_set(&e, "not_found", "for a test");
	ask(WORK_DECIDE, 1, 0);
	jobs_failed(j, takes(WORK_DECIDE, 1, 0), &e, 0);
	assert_int_equal(waits(0), INT64_MAX);
	jobs_count(j, &c);
	assert_int_equal(c.failed[WORK_DECIDE], 1);
	assert_int_equal(c.done[WORK_DECIDE], 0);
	ask(WORK_DECIDE, 1, 0);
	takes(WORK_DECIDE, 1, 0);
}

/* Those that failed, and those that are not due, nobody waits for who wants to end. */
static void when_it_is_idle(void **state)
{
	uint32_t t;

	(void)state;
	ask(WORK_SEEDS, 1, 10);
	assert_true(jobs_idle(j, 9));
	assert_false(jobs_idle(j, 10));
	t = takes(WORK_SEEDS, 1, 10);
	assert_false(jobs_idle(j, 10));
	jobs_done(j, t, 11);
	assert_true(jobs_idle(j, 11));
	ask(WORK_SEEDS, 1, 11);
	fails(1, "wrong_key", 11);
	assert_true(jobs_idle(j, 5000));
}

/* What is full drops, and has room again as soon as something has cooled or was forgotten. */
static void no_more_than_fits(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < JOBS_MAX; i++)
		ask(WORK_PUBLISH, i, 0);
	counts_are(JOBS_MAX, 0, 0);
	ask(WORK_PUBLISH, JOBS_MAX, 0);
	ask(WORK_PUBLISH, 3, 0);
	counts_are(JOBS_MAX, 0, 1);
	jobs_done(j, takes(WORK_PUBLISH, 0, 1), 1);
	ask(WORK_PUBLISH, JOBS_MAX, 20);
	counts_are(JOBS_MAX - 1, 0, 2);
	ask(WORK_PUBLISH, JOBS_MAX, 21);
	counts_are(JOBS_MAX, 0, 2);
}

/* Many jobs in a disorder: each comes out when it is due, in order, and none is lost. */
static void many_in_their_order(void **state)
{
	enum { MANY = 3000 };
	static int64_t due[MANY];
	static bool out[MANY];
	uint32_t random = 7;
	int64_t last = -1;

	(void)state;
	for (uint64_t i = 0; i < MANY; i++) {
		random = random * 1664525 + 1013904223;
		due[i] = random >> 20;
		ask(WORK_OPEN, i, due[i]);
	}
	for (size_t n = 0; n < MANY; n++) {
		struct work_job job;
		uint32_t ticket;
		int64_t at;

		assert_true(jobs_take(j, 5000, true, &job, &ticket, &at));
		assert_false(out[job.number]);
		assert_true(due[job.number] >= last);
		assert_int_equal(at, due[job.number]); /* it was the first */
		last = due[job.number];
		out[job.number] = true;
		if (n % 3 == 0)
			jobs_done(j, ticket, 5000);
	}
	assert_int_equal(waits(5000), INT64_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_due_at_first),
		TEST(some_do_not_wait_for_the_signer),
		TEST(who_waits_longest_is_first),
		TEST(asked_twice_is_done_once),
		TEST(asked_while_it_runs),
		TEST(asked_while_it_cools),
		TEST(how_long_examinations_cool),
		TEST(who_fails_comes_back_later_and_later),
		TEST(each_that_may_be_away_is_tried_soon),
		TEST(asking_again_is_no_short_cut),
		TEST(what_is_not_there_is_forgotten),
		TEST(when_it_is_idle),
		TEST(no_more_than_fits),
		TEST(many_in_their_order),
	};

	return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
