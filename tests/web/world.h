/* SPDX-License-Identifier: ISC
 * A server with handlers that count, wait and batch, and crowds of clients: for the tests of the server and its door. */
#ifndef TESTS_WEB_WORLD_H
#define TESTS_WEB_WORLD_H

#include "tests/web/raw.h"

#include <pthread.h>
#include <stdatomic.h>

#include "web/server.h"

#define HOST "Host: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"

enum { LARGE = 16 << 20 };

/* What handlers of a test count and wait for. */
struct world {
	_Atomic int opened, closed, calls, posted, dropped;
	_Atomic size_t largest;
	_Atomic bool hold; /* handlers of /held wait while this is set */
	int fail_at;       /* this worker does not open; 0: all do */
	struct metrics *metrics;
	struct server *server;
	unsigned port;
};

static inline void *open_worker(void *arg, struct err *e)
{
	struct world *w = arg;

	if (atomic_load(&w->opened) + 1 == w->fail_at) {
		err_set(e, "database_unavailable", "no worker for you");
		return NULL;
	}
	atomic_fetch_add(&w->opened, 1);
	return w;
}

static inline void close_worker(void *ctx)
{
	atomic_fetch_add(&((struct world *)ctx)->closed, 1);
}

static inline void say_argument(const struct request *q, struct reply *r)
{
	reply_bytes(r, 200, "text/plain", slice_str(request_arg(q, "v")));
}

static inline void one(void *ctx, const struct request *q, struct reply *r)
{
	atomic_fetch_add(&((struct world *)ctx)->calls, 1);
	say_argument(q, r);
}

static inline void held(void *ctx, const struct request *q, struct reply *r)
{
	struct world *w = ctx;

	atomic_fetch_add(&w->calls, 1);
	while (atomic_load(&w->hold))
		usleep(1000);
	say_argument(q, r);
}

static inline void slow(void *ctx, const struct request *q, struct reply *r)
{
	atomic_fetch_add(&((struct world *)ctx)->calls, 1);
	usleep(100000);
	say_argument(q, r);
}

static inline void batch(void *ctx, const struct request *const *q, struct reply *const *r, size_t n)
{
	struct world *w = ctx;

	atomic_fetch_add(&w->calls, 1);
	if (n > atomic_load(&w->largest))
		atomic_store(&w->largest, n);
	usleep(3000);
	for (size_t i = 0; i < n; i++)
		say_argument(q[i], r[i]);
}

static inline void large(void *ctx, const struct request *q, struct reply *r)
{
	struct buf b = { 0 };

	(void)ctx;
	(void)q;
	if (buf_reserve(&b, LARGE)) {
		memset(b.p, 'x', LARGE);
		b.n = LARGE;
	}
	reply_buf(r, 200, "text/plain", &b);
}

static const struct route routes[] = {
	{ .method = "GET", .pattern = "/one/{v}", .handle = one },
	{ .method = "GET", .pattern = "/held/{v}", .handle = held },
	{ .method = "GET", .pattern = "/slow/{v}", .handle = slow },
	{ .method = "GET", .pattern = "/batch/{v}", .handle_all = batch },
	{ .method = "GET", .pattern = "/large", .handle = large },
	{ .method = "POST", .pattern = "/one/{v}", .handle = one, .body_max = 100 },
};

static inline struct server_config config(struct world *w)
{
	struct server_config c = server_defaults();

	memset(w, 0, sizeof(*w));
	c.routes = routes;
	c.n = sizeof(routes) / sizeof(routes[0]);
	c.workers = 2;
	c.per_address = 0;
	c.worker_open = open_worker;
	c.worker_close = close_worker;
	c.arg = w;
	c.metrics = w->metrics = metrics_new(c.routes, c.n, NULL);
	return c;
}

static inline void start(struct world *w, const struct server_config *c)
{
	struct err e = { 0 };

	w->server = server_start(c, &e);
	if (w->server == NULL)
		fail_msg("%s: %s", e.name, e.text);
	w->port = server_port(w->server);
}

static inline void stop(struct world *w, int64_t drain_ms)
{
	atomic_store(&w->hold, false);
	server_stop(w->server, drain_ms);
	assert_int_equal(w->opened, w->closed);
	metrics_free(w->metrics);
}

static inline void wait_for(_Atomic int *v, int least)
{
	int64_t until = raw_now_ms() + 20000;

	while (atomic_load(v) < least && raw_now_ms() < until)
		usleep(500);
	assert_true(atomic_load(v) >= least);
}

static inline void wait_depth(struct world *w, int64_t depth)
{
	int64_t until = raw_now_ms() + 20000;

	while (metrics_get(w->metrics, METRIC_QUEUE_DEPTH) != depth && raw_now_ms() < until)
		usleep(500);
	assert_int_equal(metrics_get(w->metrics, METRIC_QUEUE_DEPTH), depth);
}

/* One client of many: asks again and again on one connection, and checks that each answer is that of its own question. */
struct client {
	pthread_t thread;
	unsigned port;
	const char *path;
	int number, times, right;
};

static inline void *run_client(void *arg)
{
	struct client *c = arg;
	int fd = raw_dial(c->port);

	for (int i = 0; i < c->times; i++) {
		char text[128], want[32];
		struct raw_answer a;

		snprintf(want, sizeof(want), "%d-%d", c->number, i);
		snprintf(text, sizeof(text), "GET %s/%s HTTP/1.1\r\n" HOST "\r\n", c->path, want);
		raw_say(fd, text);
		raw_read(fd, &a, false);
		c->right += a.status == 200 && strcmp(a.body, want) == 0;
		raw_drop(&a);
	}
	close(fd);
	return NULL;
}

static inline int run_clients(struct world *w, const char *path, int n, int times)
{
	struct client *c = calloc((size_t)n, sizeof(*c));
	int right = 0;

	for (int i = 0; i < n; i++) {
		c[i] = (struct client){ .port = w->port, .path = path, .number = i, .times = times };
		pthread_create(&c[i].thread, NULL, run_client, &c[i]);
	}
	for (int i = 0; i < n; i++) {
		pthread_join(c[i].thread, NULL);
		right += c[i].right;
	}
	free(c);
	return right;
}

#endif
