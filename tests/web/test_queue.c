/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include <pthread.h>
#include <stdatomic.h>

#include "web/queue.h"

static struct queue *open_queue(size_t capacity, size_t lanes)
{
	struct queue *q = queue_new(capacity, lanes, 1, QUEUE_BATCH_MAX, NULL);

	assert_non_null(q);
	return q;
}

static void put(struct queue *q, struct job *j, size_t lane, const char *group)
{
	*j = (struct job){ .lane = lane, .group = group };
	assert_true(queue_claim(q));
	queue_put(q, j);
}

static void places_are_bounded(void **state)
{
	struct queue *q = open_queue(2, 0);
	struct job a, b, *out[QUEUE_BATCH_MAX];

	(void)state;
	put(q, &a, 0, NULL);
	put(q, &b, 0, NULL);
	assert_false(queue_claim(q));
	assert_int_equal(queue_depth(q), 2);
	assert_int_equal(queue_take(q, out), 1);
	assert_ptr_equal(out[0], &a);
	/* A job under way takes no place. */
	assert_true(queue_claim(q));
	queue_put(q, &a);
	queue_done(q, 0);
	assert_int_equal(queue_take(q, out), 1);
	assert_ptr_equal(out[0], &b);
	queue_done(q, 0);
	assert_int_equal(queue_take(q, out), 1);
	queue_done(q, 0);
	assert_true(queue_wait_idle(q, 0));
	queue_free(q);
}

static void lanes_batch_and_wait_their_turn(void **state)
{
	struct queue *q = open_queue(100, 2);
	struct job j[6], *out[QUEUE_BATCH_MAX];

	(void)state;
	put(q, &j[0], 1, "a");
	put(q, &j[1], 2, "a");
	put(q, &j[2], 1, "b");
	put(q, &j[3], 0, NULL);
	assert_int_equal(queue_take(q, out), 2); /* lane 1, the oldest, whole */
	assert_ptr_equal(out[0], &j[0]);
	assert_ptr_equal(out[1], &j[2]);
	put(q, &j[4], 1, "a");
	assert_int_equal(queue_take(q, out), 1); /* lane 2 */
	assert_ptr_equal(out[0], &j[1]);
	assert_int_equal(queue_take(q, out), 1); /* lane 0 */
	assert_ptr_equal(out[0], &j[3]);
	queue_done(q, 0);
	put(q, &j[3], 0, NULL);
	assert_int_equal(queue_take(q, out), 1); /* lane 0 again: lane 1 is under way, though its job is older */
	assert_ptr_equal(out[0], &j[3]);
	put(q, &j[5], 1, "a");
	assert_false(queue_wait_idle(q, 1));
	queue_done(q, 1);
	assert_int_equal(queue_take(q, out), 2); /* what collected meanwhile */
	assert_ptr_equal(out[0], &j[4]);
	queue_done(q, 0);
	queue_done(q, 2);
	queue_done(q, 1);
	assert_true(queue_wait_idle(q, 0));
	queue_free(q);
}

static void a_batch_may_be_smaller(void **state)
{
	struct queue *q = queue_new(100, 1, 2, 3, NULL);
	struct job j[7], *out[QUEUE_BATCH_MAX];

	(void)state;
	for (int i = 0; i < 7; i++)
		put(q, &j[i], 1, i < 4 ? "a" : "b");
	assert_int_equal(queue_take(q, out), 3); /* one of each, and then as they come */
	assert_ptr_equal(out[0], &j[0]);
	assert_ptr_equal(out[1], &j[4]);
	assert_ptr_equal(out[2], &j[1]);
	assert_int_equal(queue_take(q, out), 3);
	queue_done(q, 1);
	queue_done(q, 1);
	assert_int_equal(queue_take(q, out), 1);
	assert_ptr_equal(out[0], &j[6]);
	queue_done(q, 1);
	queue_free(q);
}

static size_t count(struct job *const *out, size_t n, const char *group)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += strcmp(out[i]->group, group) == 0;
	return k;
}

static void one_group_gets_its_share(void **state)
{
	enum { LOUD = 400, QUIET = 250 };
	static struct job loud[LOUD], quiet[QUIET];
	static char names[QUIET][16];
	struct queue *q = open_queue(1000, 1);
	struct job *out[QUEUE_BATCH_MAX];
	size_t n;

	(void)state;
	for (int i = 0; i < LOUD; i++)
		put(q, &loud[i], 1, "loud");
	for (int i = 0; i < QUIET; i++) {
		snprintf(names[i], sizeof(names[i]), "q%d", i);
		put(q, &quiet[i], 1, names[i]);
	}
	n = queue_take(q, out);
	assert_int_equal(n, QUEUE_BATCH_MAX);
	assert_int_equal(count(out, n, "loud"), QUEUE_BATCH_MAX / QUEUE_SHARE);
	queue_done(q, 1);
	/* 58 quiet ones are left: the rest of the batch may be loud. */
	n = queue_take(q, out);
	assert_int_equal(n, QUEUE_BATCH_MAX);
	assert_int_equal(count(out, n, "loud"), QUEUE_BATCH_MAX - 58);
	queue_done(q, 1);
	n = queue_take(q, out);
	assert_int_equal(n, LOUD - QUEUE_BATCH_MAX / QUEUE_SHARE - (QUEUE_BATCH_MAX - 58));
	queue_done(q, 1);
	assert_int_equal(queue_depth(q), 0);
	put(q, &loud[0], 1, "loud"); /* the list's end is in order */
	assert_int_equal(queue_take(q, out), 1);
	queue_done(q, 1);
	queue_free(q);
}

static void closing_ends_the_takers(void **state)
{
	struct queue *q = open_queue(10, 1);
	struct job a, b, *out[QUEUE_BATCH_MAX];

	(void)state;
	put(q, &a, 1, NULL);
	put(q, &b, 0, NULL);
	queue_close(q);
	assert_false(queue_claim(q));
	assert_int_equal(queue_take(q, out), 1);
	assert_int_equal(queue_drop(q, out), 1);
	assert_ptr_equal(out[0], &b);
	assert_int_equal(queue_take(q, out), 0);
	assert_int_equal(queue_drop(q, out), 0);
	assert_false(queue_wait_idle(q, 1));
	queue_done(q, 1);
	assert_true(queue_wait_idle(q, 1));
	queue_free(q);
}

struct crowd {
	struct queue *q;
	_Atomic int taken, inside[3], worst;
};

static void *taker(void *arg)
{
	struct crowd *c = arg;
	struct job *out[QUEUE_BATCH_MAX];
	size_t n;

	while ((n = queue_take(c->q, out)) > 0) {
		size_t lane = out[0]->lane;
		int now = atomic_fetch_add(&c->inside[lane], 1) + 1;

		if (lane != 0 && now > 1)
			atomic_store(&c->worst, now);
		atomic_fetch_add(&c->taken, (int)n);
		usleep(20);
		atomic_fetch_sub(&c->inside[lane], 1);
		queue_done(c->q, lane);
	}
	return NULL;
}

static void many_threads_lose_nothing(void **state)
{
	enum { JOBS = 20000, THREADS = 4 };
	static struct job jobs[JOBS];
	struct crowd c = { .q = open_queue(500, 2) };
	pthread_t t[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, taker, &c);
	for (int i = 0; i < JOBS; i++) {
		while (!queue_claim(c.q))
			usleep(50);
		jobs[i] = (struct job){ .lane = (size_t)i % 3, .group = "g" };
		queue_put(c.q, &jobs[i]);
	}
	queue_close(c.q);
	assert_true(queue_wait_idle(c.q, 10000));
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(c.taken, JOBS);
	assert_int_equal(c.worst, 0); /* never two batches of one lane */
	queue_free(c.q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_bounded),
		cmocka_unit_test(lanes_batch_and_wait_their_turn),
		cmocka_unit_test(a_batch_may_be_smaller),
		cmocka_unit_test(one_group_gets_its_share),
		cmocka_unit_test(closing_ends_the_takers),
		cmocka_unit_test(many_threads_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
