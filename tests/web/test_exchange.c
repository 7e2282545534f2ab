/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include "base/json.h"
#include "web/server.h"

enum { BODY_MAX = 1000 };

static void echo(void *ctx, const struct request *q, struct reply *r)
{
	struct buf b = { 0 };

	(void)ctx;
	buf_printf(&b, "%s %s [", q->method, q->path);
	buf_add_slice(&b, q->body);
	buf_add_str(&b, "]");
	if (form_get(&q->query, "x") != NULL)
		buf_printf(&b, " x=%s", form_get(&q->query, "x"));
	buf_printf(&b, " %s", q->client);
	reply_buf(r, 200, "text/plain", &b);
}

static void tagged(void *ctx, const struct request *q, struct reply *r)
{
	(void)ctx;
	reply_json(r, 200, json_pack("{s:i}", "n", 1));
	reply_etag(q, r);
}

static void page(void *ctx, const struct request *q, struct reply *r)
{
	struct buf b = { 0 };

	(void)ctx;
	(void)q;
	buf_add_str(&b, "<p>hello");
	reply_html(r, 200, &b);
}

static void silent(void *ctx, const struct request *q, struct reply *r)
{
	(void)ctx;
	(void)q;
	(void)r;
}

static const struct route routes[] = {
	{ .method = "GET", .pattern = "/inline", .handle = echo, .flags = ROUTE_INLINE },
	{ .method = "GET", .pattern = "/echo", .handle = echo },
	{ .method = "POST", .pattern = "/echo", .handle = echo, .body_max = BODY_MAX },
	{ .method = "POST", .pattern = "/json", .handle = echo, .body_max = BODY_MAX, .flags = ROUTE_JSON },
	{ .method = "POST", .pattern = "/form", .handle = echo, .body_max = BODY_MAX, .flags = ROUTE_FORM },
	{ .method = "GET", .pattern = "/limited", .handle = echo, .flags = ROUTE_LIMITED },
	{ .method = "GET", .pattern = "/tagged", .handle = tagged },
	{ .method = "GET", .pattern = "/page", .handle = page },
	{ .method = "GET", .pattern = "/silent", .handle = silent },
};

struct fixture {
	struct metrics *metrics;
	struct server *server;
	unsigned port;
};

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct server_config c = server_defaults();

	c.address = "127.0.0.1";
	c.routes = routes;
	c.n = sizeof(routes) / sizeof(routes[0]);
	c.metrics = f->metrics = metrics_new(c.routes, c.n, NULL);
	c.rate = 0.01;
	c.burst = 2;
	c.behind_proxy = true;
	f->server = server_start(&c, NULL);
	f->port = f->server == NULL ? 0 : server_port(f->server);
	*state = f;
	return f->server == NULL ? -1 : 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	server_stop(f->server, 1000);
	metrics_free(f->metrics);
	free(f);
	return 0;
}

/* Bytes that must be answered 400 as one request, after which the connection ends: what stands behind them is never run. */
static void closed_out(struct fixture *f, const void *p, size_t n)
{
	int fd = raw_dial(f->port);
	char text[8192] = "";
	size_t got = 0;
	ssize_t k;

	raw_put(fd, p, n);
	while (got < sizeof(text) - 1 && (k = recv(fd, text + got, sizeof(text) - 1 - got, 0)) > 0)
		got += (size_t)k;
	if (strncmp(text, "HTTP/1.1 400 ", 13) != 0 || strstr(text, "HTTP/1.1 200") != NULL)
		fail_msg("%.20s... for: %.*s", text, (int)n, (const char *)p);
	if (k != 0 && errno != ECONNRESET)
		fail_msg("not closed after: %.*s", (int)n, (const char *)p);
	close(fd);
}

#define CLOSED_OUT(f, text) closed_out(f, text, sizeof(text) - 1)
#define HOST "Host: a\r\n"
#define NEXT "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n"

static void smuggling_is_closed_out(void **state)
{
	struct fixture *f = *state;

	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "Host: b\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET http://b/echo HTTP/1.1\r\n" HOST "\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo%00 HTTP/1.1\r\n" HOST "\r\n" NEXT);
	CLOSED_OUT(f, "GET /ec ho HTTP/1.1\r\n" HOST "\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "a b: c\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "x: a\rb\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\n" NEXT);
	CLOSED_OUT(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n" NEXT);
}

/* What libmicrohttpd hides, and the layout of its buffer gives away. */
static void hidden_faults_are_closed_out(void **state)
{
	struct fixture *f = *state;

	CLOSED_OUT(f, "GET /echo HTTP/1.1\n" HOST "\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\nHost: a\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "x: y\nz: w\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "x: a\0b\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "x: \0\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "x: a\r\n b\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo HTTP/1.1\r\n" HOST "x: a\r\n\0\r\n\r\n" NEXT);
	CLOSED_OUT(f, "GET  /echo HTTP/1.1\r\n" HOST "\r\n" NEXT);
	CLOSED_OUT(f, "GET /echo\0/x HTTP/1.1\r\n" HOST "\r\n" NEXT);
	CLOSED_OUT(f, "G\0T /echo HTTP/1.1\r\n" HOST "\r\n" NEXT);
}

/* Chunks are let in, but nothing behind them. */
static void chunks_end_a_connection(void **state)
{
	struct fixture *f = *state;
	int fd = raw_dial(f->port);
	struct raw_answer a;

	raw_say(fd, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" NEXT);
	raw_read(fd, &a, false);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "[abcde]"));
	assert_true(raw_ended(fd));
	raw_drop(&a);
	close(fd);
}

static int ask(struct fixture *f, const char *text, struct raw_answer *a)
{
	int fd = raw_dial(f->port);

	raw_say(fd, text);
	raw_read(fd, a, strncmp(text, "HEAD", 4) == 0);
	close(fd);
	return a->status;
}

static int status_of(struct fixture *f, const char *text)
{
	struct raw_answer a;
	int status = ask(f, text, &a);

	raw_drop(&a);
	return status;
}

static void addresses_and_methods(void **state)
{
	struct fixture *f = *state;
	struct raw_answer a;
	char v[200];

	assert_int_equal(ask(f, "GET /nothing HTTP/1.1\r\n" HOST "\r\n", &a), 404);
	assert_string_equal(raw_header(&a, "Content-Type", v, sizeof(v)), "application/problem+json");
	raw_drop(&a);
	assert_int_equal(ask(f, "PUT /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", &a), 405);
	assert_string_equal(raw_header(&a, "Allow", v, sizeof(v)), "GET, HEAD, POST");
	raw_drop(&a);
	assert_int_equal(status_of(f, "OPTIONS /echo HTTP/1.1\r\n" HOST "\r\n"), 405);
	assert_int_equal(status_of(f, "get /echo HTTP/1.1\r\n" HOST "\r\n"), 405);
	assert_int_equal(ask(f, "HEAD /echo HTTP/1.1\r\n" HOST "\r\n", &a), 200);
	assert_true(atoi(raw_header(&a, "Content-Length", v, sizeof(v))) > 5);
	raw_drop(&a);
	assert_int_equal(status_of(f, "GET /silent HTTP/1.1\r\n" HOST "\r\n"), 500);
	assert_int_equal(status_of(f, "GET /echo?x=%zz HTTP/1.1\r\n" HOST "\r\n"), 400);
	assert_int_equal(ask(f, "GET /inline?x=a%20b HTTP/1.1\r\n" HOST "\r\n", &a), 200);
	assert_non_null(strstr(a.body, "GET /inline [] x=a b 127.0.0.1"));
	raw_drop(&a);
}

static void problems_have_their_shape(void **state)
{
	struct fixture *f = *state;
	struct raw_answer a;
	json_t *o;
	char id[32], want[80];

	assert_int_equal(ask(f, "GET /nothing HTTP/1.1\r\n" HOST "\r\n", &a), 404);
	o = json_read(slice_of(a.body, a.body_n), 4096, NULL);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "type")), "urn:charterhouse:problem:not_found");
	assert_int_equal(json_integer_value(json_object_get(o, "status")), 404);
	assert_non_null(raw_header(&a, "X-Request-Id", id, sizeof(id)));
	assert_int_equal(strlen(id), 16);
	snprintf(want, sizeof(want), "urn:charterhouse:request:%s", id);
	assert_string_equal(json_string_value(json_object_get(o, "instance")), want);
	json_decref(o);
	raw_drop(&a);
}

static void bodies_are_capped(void **state)
{
	static char text[400000];
	struct fixture *f = *state;
	struct raw_answer a;
	int n = snprintf(text, sizeof(text), "POST /echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n", BODY_MAX);

	memset(text + n, 'x', BODY_MAX);
	assert_int_equal(raw_status(f->port, text, (size_t)n + BODY_MAX), 200);
	assert_int_equal(ask(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n", &a), 413);
	assert_non_null(strstr(a.body, "problem:too_large"));
	raw_drop(&a);
	assert_int_equal(status_of(f, "GET /echo HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"), 413);
	/* Chunks tell no length beforehand. */
	n = snprintf(text, sizeof(text), "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n30d40\r\n");
	memset(text + n, 'x', 200000);
	snprintf(text + n + 200000, 20, "\r\n0\r\n\r\n");
	assert_int_equal(raw_status(f->port, text, (size_t)n + 200007), 413);
}

/* A sender that never ends is cut off without an answer. */
static void endless_bodies_are_cut_off(void **state)
{
	static char chunk[65536 + 9];
	struct fixture *f = *state;
	int fd = raw_dial(f->port), sent = 0;

	memcpy(chunk, "10000\r\n", 7);
	memset(chunk + 7, 'x', 65536);
	memcpy(chunk + 7 + 65536, "\r\n", 2);
	raw_say(fd, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
	while (sent < 1000 && raw_put(fd, chunk, 7 + 65536 + 2))
		sent++;
	assert_in_range(sent, 10, 300);
	close(fd);
}

static void media_types_are_held_to(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(status_of(f, "POST /json HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}"), 415);
	assert_int_equal(status_of(f, "POST /json HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"), 415);
	assert_int_equal(status_of(f, "POST /json HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"), 200);
	assert_int_equal(status_of(f, "POST /form HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"), 415);
	assert_int_equal(status_of(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), 415);
	assert_int_equal(status_of(f, "GET /echo HTTP/1.1\r\n" HOST "Content-Type: a\r\nContent-Type: b\r\n\r\n"), 400);
}

static void rates_are_limited_by_network(void **state)
{
	struct fixture *f = *state;
	struct raw_answer a;
	char v[32];

	assert_int_equal(status_of(f, "GET /limited HTTP/1.1\r\n" HOST "X-Forwarded-For: 192.0.2.1\r\n\r\n"), 200);
	assert_int_equal(status_of(f, "GET /limited HTTP/1.1\r\n" HOST "X-Forwarded-For: 192.0.2.2\r\n\r\n"), 200);
	assert_int_equal(ask(f, "GET /limited HTTP/1.1\r\n" HOST "X-Forwarded-For: 198.51.100.1, 192.0.2.3\r\n\r\n", &a), 429);
	assert_true(atoi(raw_header(&a, "Retry-After", v, sizeof(v))) >= 1);
	raw_drop(&a);
	assert_int_equal(status_of(f, "GET /limited HTTP/1.1\r\n" HOST "X-Forwarded-For: 192.0.2.3, 198.51.100.1\r\n\r\n"), 200);
	assert_int_equal(status_of(f, "GET /echo HTTP/1.1\r\n" HOST "X-Forwarded-For: 192.0.2.3\r\n\r\n"), 200);
	assert_int_equal(metrics_get(f->metrics, METRIC_LIMITED), 1);
}

static void answers_carry_their_headers(void **state)
{
	struct fixture *f = *state;
	struct raw_answer a;
	char v[400], tag[64], text[300];

	assert_int_equal(ask(f, "GET /tagged HTTP/1.1\r\n" HOST "\r\n", &a), 200);
	assert_string_equal(raw_header(&a, "X-Content-Type-Options", v, sizeof(v)), "nosniff");
	assert_string_equal(raw_header(&a, "Referrer-Policy", v, sizeof(v)), "no-referrer");
	assert_string_equal(raw_header(&a, "Cache-Control", v, sizeof(v)), "no-cache");
	assert_string_equal(raw_header(&a, "Content-Type", v, sizeof(v)), "application/json");
	assert_null(raw_header(&a, "Strict-Transport-Security", v, sizeof(v)));
	assert_non_null(raw_header(&a, "ETag", tag, sizeof(tag)));
	raw_drop(&a);
	snprintf(text, sizeof(text), "HEAD /tagged HTTP/1.1\r\n" HOST "If-None-Match: %s\r\n\r\n", tag);
	assert_int_equal(ask(f, text, &a), 304);
	assert_string_equal(raw_header(&a, "ETag", v, sizeof(v)), tag);
	raw_drop(&a);
	assert_int_equal(ask(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", &a), 200);
	assert_string_equal(raw_header(&a, "Cache-Control", v, sizeof(v)), "no-store");
	raw_drop(&a);
	assert_int_equal(ask(f, "GET /page HTTP/1.1\r\n" HOST "\r\n", &a), 200);
	assert_non_null(strstr(raw_header(&a, "Content-Security-Policy", v, sizeof(v)), "default-src 'none'; script-src 'self';"));
	raw_drop(&a);
}

static void connections_are_kept(void **state)
{
	struct fixture *f = *state;
	int64_t before = metrics_get(f->metrics, METRIC_CONNECTIONS_ACCEPTED);
	int fd = raw_dial(f->port);
	struct raw_answer a;

	for (int i = 0; i < 200; i++) {
		raw_say(fd,
			i % 3 == 0           ? "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
				: i % 3 == 1 ? "GET /nothing HTTP/1.1\r\n" HOST "\r\n"
					     : "GET /inline HTTP/1.1\r\n" HOST "\r\n");
		raw_read(fd, &a, false);
		assert_int_equal(a.status, i % 3 == 1 ? 404 : 200);
		raw_drop(&a);
	}
	/* Pipelined requests are answered in their order. */
	raw_say(fd, "GET /echo?x=1 HTTP/1.1\r\n" HOST "\r\nGET /inline?x=2 HTTP/1.1\r\n" HOST "\r\nGET /echo?x=3 HTTP/1.1\r\n" HOST "\r\n");
	for (int i = 1; i <= 3; i++) {
		char want[16];

		raw_read(fd, &a, false);
		snprintf(want, sizeof(want), "x=%d", i);
		assert_non_null(strstr(a.body, want));
		raw_drop(&a);
	}
	assert_int_equal(metrics_get(f->metrics, METRIC_CONNECTIONS_ACCEPTED), before + 1);
	close(fd);
}

/* Heads that come in pieces, at every place where they can be cut, with the library's buffer filling up meanwhile. */
static void pieces_make_a_whole(void **state)
{
	static const char text[] = "POST /echo?x=1 HTTP/1.1\r\n" HOST "Cookie: a=b; c=d\r\nX: \r\nContent-Length: 3\r\n\r\nabc";
	struct fixture *f = *state;
	int fd = raw_dial(f->port);
	struct raw_answer a;

	for (size_t cut = 1; cut < sizeof(text) - 1; cut++) {
		raw_put(fd, text, cut);
		usleep(300);
		raw_put(fd, text + cut, sizeof(text) - 1 - cut);
		raw_read(fd, &a, false);
		assert_int_equal(a.status, 200);
		assert_non_null(strstr(a.body, "[abc] x=1"));
		raw_drop(&a);
	}
	close(fd);
}

static void long_heads_are_refused_or_read(void **state)
{
	static char text[40000];
	struct fixture *f = *state;
	int n = snprintf(text, sizeof(text), "GET /echo HTTP/1.1\r\n" HOST);

	for (int i = 0; i < 60; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "x%d: %0200d\r\n", i, i);
	snprintf(text + n, 3, "\r\n");
	assert_int_equal(status_of(f, text), 200);
	for (int i = 0; i < 60; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "y: z\r\n");
	snprintf(text + n, 3, "\r\n");
	assert_int_equal(status_of(f, text), 431);
	n = snprintf(text, sizeof(text), "GET /%02500d HTTP/1.1\r\n" HOST "\r\n", 7);
	assert_int_equal(status_of(f, text), 400);
}

static void continue_is_said(void **state)
{
	struct fixture *f = *state;
	int fd = raw_dial(f->port);
	struct raw_answer a;

	raw_say(fd, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	raw_read(fd, &a, true);
	assert_int_equal(a.status, 100);
	raw_drop(&a);
	raw_say(fd, "abc");
	raw_read(fd, &a, false);
	assert_int_equal(a.status, 200);
	raw_drop(&a);
	close(fd);
	assert_int_equal(status_of(f, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 3000\r\n\r\n"), 413);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smuggling_is_closed_out),
		cmocka_unit_test(hidden_faults_are_closed_out),
		cmocka_unit_test(chunks_end_a_connection),
		cmocka_unit_test(addresses_and_methods),
		cmocka_unit_test(problems_have_their_shape),
		cmocka_unit_test(bodies_are_capped),
		cmocka_unit_test(endless_bodies_are_cut_off),
		cmocka_unit_test(media_types_are_held_to),
		cmocka_unit_test(rates_are_limited_by_network),
		cmocka_unit_test(answers_carry_their_headers),
		cmocka_unit_test(connections_are_kept),
		cmocka_unit_test(pieces_make_a_whole),
		cmocka_unit_test(long_heads_are_refused_or_read),
		cmocka_unit_test(continue_is_said),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
