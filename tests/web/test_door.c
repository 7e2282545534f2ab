/* SPDX-License-Identifier: ISC */
#include "tests/web/world.h"

/* How long until the other side closes, in ms, sending `drip` every 100 ms meanwhile. */
static int64_t lasts(int fd, const char *drip)
{
	int64_t began = raw_now_ms();
	char c[4096];

	while (raw_now_ms() - began < 15000) {
		ssize_t k = recv(fd, c, sizeof(c), MSG_DONTWAIT);

		if (k == 0 || (k < 0 && errno != EAGAIN))
			return raw_now_ms() - began;
		raw_say(fd, drip);
		raw_sleep_ms(100);
	}
	return -1;
}

static void slow_requests_are_reaped(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	int line, head, body, idle;
	struct raw_answer a;

	(void)state;
	c.request_seconds = 1;
	c.idle_seconds = 1;
	start(&w, &c);
	line = raw_dial(w.port);
	raw_say(line, "GET /one/");
	assert_in_range(lasts(line, "x"), 800, 3000);
	head = raw_dial(w.port);
	raw_say(head, "GET /one/1 HTTP/1.1\r\n" HOST);
	assert_in_range(lasts(head, "x: y\r\n"), 800, 3000);
	body = raw_dial(w.port);
	raw_say(body, "POST /one/1 HTTP/1.1\r\n" HOST "Content-Length: 90\r\n\r\n");
	assert_in_range(lasts(body, "x"), 800, 3000);
	assert_int_equal(metrics_get(w.metrics, METRIC_CONNECTIONS_REAPED), 3);
	/* An answer starts the idle time. One that is idle is no victim. */
	idle = raw_dial(w.port);
	raw_sleep_ms(600);
	raw_say(idle, GET("/one/1"));
	raw_read(idle, &a, false);
	assert_int_equal(a.status, 200);
	raw_drop(&a);
	assert_in_range(lasts(idle, ""), 800, 3000);
	assert_int_equal(metrics_get(w.metrics, METRIC_CONNECTIONS_REAPED), 3);
	close(line);
	close(head);
	close(body);
	close(idle);
	stop(&w, 1000);
}

static void work_has_no_deadline_here(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	struct raw_answer a;
	int fd;

	(void)state;
	c.request_seconds = 1;
	c.idle_seconds = 1;
	c.answer_seconds = 1;
	start(&w, &c);
	atomic_store(&w.hold, true);
	fd = raw_dial(w.port);
	raw_say(fd, GET("/held/7"));
	raw_sleep_ms(2500);
	atomic_store(&w.hold, false);
	raw_read(fd, &a, false);
	assert_int_equal(a.status, 200);
	raw_drop(&a);
	close(fd);
	stop(&w, 1000);
}

/* A long answer may take its time (16 KiB a second are enough), but not longer. 16 MiB would be 17 minutes, so the rest of the
 * deadline is shown on a connection of its own in test_conns. */
static void slow_readers_have_time(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	struct raw_answer a = { 0 };
	int fd;

	(void)state;
	c.answer_seconds = 1;
	start(&w, &c);
	fd = raw_dial(w.port);
	raw_say(fd, GET("/large"));
	raw_sleep_ms(1800);
	assert_int_equal(metrics_get(w.metrics, METRIC_CONNECTIONS_REAPED), 0);
	raw_read(fd, &a, true);
	assert_int_equal(a.status, 200);
	raw_drop(&a);
	close(fd);
	stop(&w, 0);
}

static void slow_crowds_do_not_hold_up_the_honest(void **state)
{
	enum { CROWD = 100 };
	struct world w;
	struct server_config c = config(&w);
	int fd[CROWD];

	(void)state;
	c.request_seconds = 2;
	start(&w, &c);
	for (int i = 0; i < CROWD; i++) {
		fd[i] = raw_dial(w.port);
		raw_say(fd[i], "GET /one/1 HTTP/1.1\r\n");
	}
	assert_int_equal(run_clients(&w, "/one", 4, 100), 400);
	for (int i = 0; i < CROWD; i++) {
		assert_true(raw_ended(fd[i]));
		close(fd[i]);
	}
	assert_int_equal(metrics_get(w.metrics, METRIC_CONNECTIONS_REAPED), CROWD);
	stop(&w, 1000);
}

static void one_address_has_its_share(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	int fd[3], extra;
	struct raw_answer a;

	(void)state;
	c.per_address = 3;
	start(&w, &c);
	for (int i = 0; i < 3; i++) {
		fd[i] = raw_dial(w.port);
		raw_say(fd[i], GET("/one/1"));
		raw_read(fd[i], &a, false);
		assert_int_equal(a.status, 200);
		raw_drop(&a);
	}
	extra = raw_dial(w.port);
	assert_true(raw_ended(extra));
	close(extra);
	assert_int_equal(metrics_get(w.metrics, METRIC_CONNECTIONS_REFUSED), 1);
	close(fd[0]);
	raw_sleep_ms(100);
	extra = raw_dial(w.port);
	raw_say(extra, GET("/one/1"));
	raw_read(extra, &a, false);
	assert_int_equal(a.status, 200);
	raw_drop(&a);
	close(extra);
	close(fd[1]);
	close(fd[2]);
	stop(&w, 1000);
}

/* When all places are taken, whoever has been idle longest makes room. */
static void the_idle_make_room(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	int fd[5];
	struct raw_answer a;

	(void)state;
	c.connections = 4;
	start(&w, &c);
	for (int i = 0; i < 5; i++) {
		fd[i] = raw_dial(w.port);
		raw_say(fd[i], GET("/one/1"));
		raw_read(fd[i], &a, false);
		assert_int_equal(a.status, 200);
		raw_drop(&a);
		raw_sleep_ms(10);
	}
	assert_true(raw_ended(fd[0]));
	for (int i = 0; i < 5; i++)
		close(fd[i]);
	stop(&w, 1000);
}

/* Also when they were still busy as the places ran out. */
static void who_becomes_idle_makes_room(void **state)
{
	struct world w;
	struct server_config c = config(&w);
	int fd[3];
	struct raw_answer a;

	(void)state;
	c.connections = 2;
	start(&w, &c);
	atomic_store(&w.hold, true);
	for (int i = 0; i < 3; i++) {
		fd[i] = raw_dial(w.port);
		raw_say(fd[i], GET("/held/1"));
	}
	wait_for(&w.calls, 2);
	atomic_store(&w.hold, false);
	for (int i = 0; i < 3; i++) {
		raw_read(fd[i], &a, false);
		assert_int_equal(a.status, 200);
		raw_drop(&a);
	}
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	stop(&w, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_requests_are_reaped),
		cmocka_unit_test(work_has_no_deadline_here),
		cmocka_unit_test(slow_readers_have_time),
		cmocka_unit_test(slow_crowds_do_not_hold_up_the_honest),
		cmocka_unit_test(one_address_has_its_share),
		cmocka_unit_test(the_idle_make_room),
		cmocka_unit_test(who_becomes_idle_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
