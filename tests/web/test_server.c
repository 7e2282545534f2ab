/* SPDX-License-Identifier: ISC */
#include "tests/web/world.h"

static void ten_thousand_are_answered(void **state)
{
	struct world w;
	struct server_config c = config(&w);

	(void)state;
	start(&w, &c);
	assert_int_equal(run_clients(&w, "/one", 10, 1000), 10000);
	assert_int_equal(w.calls, 10000);
	assert_int_equal(metrics_get(w.metrics, METRIC_QUEUE_DEPTH), 0);
	stop(&w, 1000);
}

static void one_network_thread_is_enough(void **state)
{
	struct world w;
	struct server_config c = config(&w);

	(void)state;
	c.network_threads = 1;
	c.workers = 1;
	start(&w, &c);
	assert_int_equal(run_clients(&w, "/one", 4, 50), 200);
	stop(&w, 1000);
}

static void batches_form(void **state)
{
	struct world w;
	struct server_config c = config(&w);

	(void)state;
	start(&w, &c);
	assert_int_equal(run_clients(&w, "/batch", 32, 25), 800);
	assert_true(w.calls < 400);
	assert_true(w.largest >= 4 && w.largest <= 32);
	stop(&w, 1000);
}

static void a_full_queue_turns_away(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	int fd[5];
	struct raw_answer a;
	char v[16];

	(void)state;
	c.workers = 1;
	c.queue = 4;
	start(&w, &c);
	atomic_store(&w.hold, true);
	fd[0] = raw_dial(w.port);
	raw_say(fd[0], GET("/held/0"));
	wait_for(&w.calls, 1);
	for (int i = 1; i < 5; i++) {
		fd[i] = raw_dial(w.port);
		raw_say(fd[i], GET("/held/0"));
	}
	wait_depth(&w, 4);
	int extra = raw_dial(w.port);
	raw_say(extra, GET("/held/0"));
	raw_read(extra, &a, false);
	assert_int_equal(a.status, 503);
	assert_string_equal(raw_header(&a, "Retry-After", v, sizeof(v)), "1");
	assert_non_null(strstr(a.body, "problem:busy"));
	raw_drop(&a);
	assert_int_equal(metrics_get(w.metrics, METRIC_QUEUE_FULL), 1);
	atomic_store(&w.hold, false);
	wait_depth(&w, 0);
	/* The one that was turned away may ask again on the same connection. */
	raw_say(extra, GET("/one/9"));
	raw_read(extra, &a, false);
	assert_int_equal(a.status, 200);
	raw_drop(&a);
	close(extra);
	for (int i = 0; i < 5; i++) {
		raw_read(fd[i], &a, false);
		assert_int_equal(a.status, 200);
		raw_drop(&a);
		close(fd[i]);
	}
	stop(&w, 1000);
}

static void *stop_soon(void *arg)
{
	struct world *w = arg;

	server_stop(w->server, 150);
	return NULL;
}

/* Twenty wait, two are under way: the drain's end finds most of them suspended. Each gets an answer, and nothing aborts. */
static void stopping_answers_the_suspended(void **state)
{
	enum { N = 20 };
	struct world w;
	struct server_config c = config(&w);
	int fd[N], ok = 0, refused = 0;
	pthread_t t;

	(void)state;
	start(&w, &c);
	for (int i = 0; i < N; i++) {
		fd[i] = raw_dial(w.port);
		raw_say(fd[i], GET("/slow/1"));
	}
	wait_for(&w.calls, 2);
	wait_depth(&w, N - 2);
	close(fd[N - 1]); /* a client that leaves while its request is suspended */
	pthread_create(&t, NULL, stop_soon, &w);
	for (int i = 0; i < N - 1; i++) {
		struct raw_answer a;

		raw_read(fd[i], &a, false);
		ok += a.status == 200;
		refused += a.status == 503 && strstr(a.body, "problem:shutting_down") != NULL;
		assert_true(raw_ended(fd[i]));
		raw_drop(&a);
		close(fd[i]);
	}
	pthread_join(t, NULL);
	assert_int_equal(ok + refused, N - 1);
	assert_true(ok >= 1 && refused >= 2);
	assert_int_equal(w.opened, w.closed);
	metrics_free(w.metrics);
}

static void stopping_drains_when_there_is_time(void **state)
{
	enum { N = 6 };
	struct world w;
	struct server_config c = config(&w);
	int fd[N], idle;

	(void)state;
	start(&w, &c);
	idle = raw_dial(w.port);
	for (int i = 0; i < N; i++) {
		fd[i] = raw_dial(w.port);
		raw_say(fd[i], GET("/slow/1"));
	}
	wait_for(&w.calls, 2);
	wait_depth(&w, N - 2);
	stop(&w, 10000);
	for (int i = 0; i < N; i++) {
		struct raw_answer a;

		raw_read(fd[i], &a, false);
		assert_int_equal(a.status, 200);
		raw_drop(&a);
		close(fd[i]);
	}
	assert_true(raw_ended(idle));
	close(idle);
	assert_int_equal(w.calls, N);
}

/* An answer that is on its way when the server stops arrives whole. */
static void stopping_lets_answers_arrive(void **state)
{
	static char text[65536];
	struct world w;
	struct server_config c = config(&w);
	size_t got = 0;
	ssize_t k;
	pthread_t t;
	int fd;

	(void)state;
	start(&w, &c);
	fd = raw_dial(w.port);
	raw_say(fd, GET("/large"));
	got = (size_t)recv(fd, text, 100, MSG_WAITALL);
	pthread_create(&t, NULL, stop_soon, &w);
	raw_sleep_ms(100);
	while ((k = recv(fd, text, sizeof(text), 0)) > 0)
		got += (size_t)k;
	pthread_join(t, NULL);
	assert_true(got > LARGE);
	close(fd);
	metrics_free(w.metrics);
}

/* Again and again with requests under way at every stage. */
static void stopping_under_load_never_aborts(void **state)
{
	(void)state;
	for (int round = 0; round < 15; round++) {
		struct world w;
		struct server_config c = config(&w);
		int fd[16];

		start(&w, &c);
		for (int i = 0; i < 16; i++) {
			fd[i] = raw_dial(w.port);
			raw_say(fd[i],
				i % 4 == 0           ? GET("/one/1") GET("/one/2") GET("/batch/3") GET("/one/4")
					: i % 4 == 1 ? GET("/batch/1") GET("/batch/2")
					: i % 4 == 2 ? (round % 5 == 0 ? GET("/large") : GET("/slow/1"))
						     : "GET /one/1 HTTP/1.1\r\nHo");
		}
		usleep((useconds_t)round * 700);
		for (int i = 0; i < 16; i += 3)
			close(fd[i]);
		stop(&w, round % 3);
		for (int i = 0; i < 16; i++)
			if (i % 3 != 0)
				close(fd[i]);
	}
}

static void failing_workers_fail_the_start(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	struct err e = { 0 };

	(void)state;
	w.fail_at = 2;
	assert_null(server_start(&c, &e));
	assert_true(err_is(&e, "database_unavailable"));
	assert_int_equal(w.opened, 1);
	assert_int_equal(w.closed, 1);
	metrics_free(w.metrics);
}

static void addresses_are_checked(void **state)
{
	struct world w, other;
	struct server_config c = config(&w), d = config(&other);
	struct err e = { 0 };

	(void)state;
	start(&w, &c);
	d.port = w.port;
	assert_null(server_start(&d, &e));
	assert_true(err_is(&e, "address_in_use"));
	err_clear(&e);
	d.address = "localhost";
	assert_null(server_start(&d, &e));
	assert_true(err_is(&e, "bad_address"));
	assert_int_equal(other.opened, other.closed);
	metrics_free(other.metrics);
	stop(&w, 1000);
}

static void post_done(void *ctx, void *arg)
{
	assert_ptr_equal(ctx, arg);
	atomic_fetch_add(&((struct world *)arg)->posted, 1);
}

static void post_dropped(void *arg)
{
	atomic_fetch_add(&((struct world *)arg)->dropped, 1);
}

static void jobs_can_be_posted(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	int fd;

	(void)state;
	c.workers = 1;
	c.queue = 3;
	start(&w, &c);
	assert_true(server_post(w.server, post_done, post_dropped, &w));
	wait_for(&w.posted, 1);
	fd = raw_dial(w.port);
	raw_say(fd, GET("/slow/1"));
	wait_for(&w.calls, 1);
	for (int i = 0; i < 3; i++)
		assert_true(server_post(w.server, post_done, post_dropped, &w));
	assert_false(server_post(w.server, post_done, post_dropped, &w));
	stop(&w, 0);
	assert_int_equal(w.posted + w.dropped, 4);
	assert_true(w.dropped >= 1);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_are_answered),
		cmocka_unit_test(one_network_thread_is_enough),
		cmocka_unit_test(batches_form),
		cmocka_unit_test(a_full_queue_turns_away),
		cmocka_unit_test(stopping_answers_the_suspended),
		cmocka_unit_test(stopping_drains_when_there_is_time),
		cmocka_unit_test(stopping_lets_answers_arrive),
		cmocka_unit_test(stopping_under_load_never_aborts),
		cmocka_unit_test(failing_workers_fail_the_start),
		cmocka_unit_test(addresses_are_checked),
		cmocka_unit_test(jobs_can_be_posted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
