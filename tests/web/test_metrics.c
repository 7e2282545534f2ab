/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include <pthread.h>

#include "web/exposition.h"

static const struct route routes[] = {
	{ .method = "GET", .pattern = "/a/{b}" },
	{ .method = "POST", .pattern = "/c" },
};

static void has(const char *text, const char *line)
{
	const char *at = strstr(text, line);

	if (at == NULL || at[strlen(line)] != '\n')
		fail_msg("no line '%s' in\n%s", line, text);
}

static void numbers_are_printed(void **state)
{
	struct metrics *m = metrics_new(routes, 2, NULL);
	struct buf b = { 0 };
	const char *t;

	(void)state;
	metrics_add(m, METRIC_GUARD_REFUSED, 3);
	metrics_set(m, METRIC_CONNECTIONS, 7);
	assert_int_equal(metrics_get(m, METRIC_CONNECTIONS), 7);
	metrics_request(m, &routes[0], 200, 300);
	metrics_request(m, &routes[0], 200, 20000000);
	metrics_request(m, &routes[1], 299, 1);
	metrics_request(m, NULL, 404, 1);
	metrics_batch(m, &routes[1], 5);
	metrics_print(m, &b);
	t = buf_cstr(&b);
	has(t, "# TYPE gauthd_guard_refused_total counter\ngauthd_guard_refused_total 3");
	has(t, "gauthd_connections 7");
	has(t, "gauthd_http_requests_total{method=\"GET\",route=\"/a/{b}\",code=\"200\"} 2");
	has(t, "gauthd_http_requests_total{method=\"POST\",route=\"/c\",code=\"other\"} 1");
	has(t, "gauthd_http_requests_total{method=\"\",route=\"\",code=\"404\"} 1");
	has(t, "gauthd_http_request_seconds_bucket{method=\"GET\",route=\"/a/{b}\",le=\"0.00025\"} 0");
	has(t, "gauthd_http_request_seconds_bucket{method=\"GET\",route=\"/a/{b}\",le=\"0.0005\"} 1");
	has(t, "gauthd_http_request_seconds_bucket{method=\"GET\",route=\"/a/{b}\",le=\"+Inf\"} 2");
	has(t, "gauthd_http_request_seconds_sum{method=\"GET\",route=\"/a/{b}\"} 20.000300");
	has(t, "gauthd_http_request_seconds_count{method=\"GET\",route=\"/a/{b}\"} 2");
	has(t, "gauthd_batch_size_bucket{method=\"POST\",route=\"/c\",le=\"4\"} 0");
	has(t, "gauthd_batch_size_bucket{method=\"POST\",route=\"/c\",le=\"8\"} 1");
	assert_null(strstr(t, "gauthd_batch_size_bucket{method=\"GET\""));
	buf_free(&b);
	metrics_free(m);
	metrics_add(NULL, METRIC_LIMITED, 1);
	metrics_request(NULL, NULL, 200, 1);
}

static void *count_up(void *arg)
{
	for (int i = 0; i < 10000; i++)
		metrics_add(arg, METRIC_LIMITED, 1);
	return NULL;
}

static void threads_lose_no_count(void **state)
{
	struct metrics *m = metrics_new(routes, 2, NULL);
	pthread_t t[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, count_up, m);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(metrics_get(m, METRIC_LIMITED), 40000);
	metrics_free(m);
}

static void the_listener_answers_one_address(void **state)
{
	static const char right[] = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", wrong[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	static const char post[] = "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
	struct metrics *m = metrics_new(routes, 2, NULL);
	struct exposition *x = exposition_start("127.0.0.1", 0, m, NULL);
	struct raw_answer a;
	struct err e = { 0 };
	char type[64];
	int fd;

	(void)state;
	assert_non_null(x);
	fd = raw_dial(exposition_port(x));
	raw_say(fd, right);
	raw_read(fd, &a, false);
	assert_int_equal(a.status, 200);
	assert_string_equal(raw_header(&a, "Content-Type", type, sizeof(type)), "text/plain; version=0.0.4; charset=utf-8");
	has(a.body, "gauthd_connections 0");
	raw_drop(&a);
	close(fd);
	assert_int_equal(raw_status(exposition_port(x), wrong, strlen(wrong)), 404);
	assert_int_equal(raw_status(exposition_port(x), post, strlen(post)), 404);
	assert_null(exposition_start("127.0.0.1", exposition_port(x), m, &e));
	assert_true(err_is(&e, "address_in_use"));
	exposition_stop(x);
	metrics_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_printed),
		cmocka_unit_test(threads_lose_no_count),
		cmocka_unit_test(the_listener_answers_one_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
