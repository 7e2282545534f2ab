/* SPDX-License-Identifier: ISC */
#include "web/exchange.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "web/client.h"
#include "web/send.h"

enum step { STEP_HEAD, STEP_BODY, STEP_WAITING, STEP_ANSWER, STEP_SENT };

struct exchange {
	struct job job;
	struct exchange_env *env;
	struct MHD_Connection *connection;
	struct conn *conn;
	enum step step;
	char *target;          /* copy, cut at '?' once it has passed the guard */
	const char *target_at; /* where the library had it; only compared */
	size_t target_n;
	int64_t began_us;
	struct sockaddr_storage from;
	const struct route *route;
	struct request q;
	struct reply r;
	struct buf body;
	size_t swallowed; /* bytes beyond the route's body_max */
};

/* How much of a body that is too long is read, in the hope that its sender then reads the answer. */
enum { SWALLOW_MAX = 1 << 20 };

static int64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The finalizer of splitmix64: a bijection, so that ids of one run never repeat. They need not be secret. */
static uint64_t mix(uint64_t v)
{
	v = (v ^ (v >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ (v >> 27)) * UINT64_C(0x94d049bb133111eb);
	return v ^ (v >> 31);
}

static struct conn *conn_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *i = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return i == NULL ? NULL : i->socket_context;
}

void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct exchange_env *env = cls;
	struct exchange *x = calloc(1, sizeof(*x));
	size_t n = uri == NULL ? 0 : strlen(uri);

	if (x == NULL)
		return NULL;
	x->env = env;
	x->connection = connection;
	x->conn = conn_of(connection);
	x->target = strndup(uri == NULL ? "" : uri, GUARD_TARGET_MAX + 1);
	x->target_at = uri;
	x->target_n = n;
	x->began_us = clock_us();
	snprintf(x->q.id, sizeof(x->q.id), "%016" PRIx64, mix(env->salt + atomic_fetch_add(&env->counter, 1)));
	memcpy(x->r.id, x->q.id, sizeof(x->r.id));
	conns_enter(env->conns, x->conn, CONN_READING, 0);
	return x;
}

/* What the library cannot read (lengths, chunks, lines without a colon) it answers itself, with 400, 413 or 431, and closes. All that is
 * told here is that the request ended in error before it had reached us. */
static void note_unheard(struct exchange *x, enum MHD_RequestTerminationCode code)
{
	if (x->step > STEP_BODY || code != MHD_REQUEST_TERMINATED_WITH_ERROR || x->conn == NULL || atomic_load(&x->conn->shut))
		return;
	if (x->q.client[0] == '\0')
		client_text(&x->conn->from, x->q.client);
	metrics_add(x->env->metrics, METRIC_GUARD_REFUSED, 1);
	log_event(x->env->log, LOG_INFO, "request_refused", "error", "bad_request", "text", "it cannot be read as HTTP", "id", x->q.id,
		"client", x->q.client, "path", x->target == NULL ? "" : x->target, NULL);
}

void exchange_end(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code)
{
	struct exchange *x = *context;

	(void)cls;
	(void)connection;
	if (x == NULL)
		return;
	note_unheard(x, code);
	conns_enter(x->env->conns, x->conn, CONN_IDLE, 0);
	form_free(&x->q.query);
	buf_free(&x->body);
	reply_free(&x->r);
	free(x->target);
	free(x);
	*context = NULL;
}

/* Keeps the answer ready; nothing has been sent yet. */
static void refuse(struct exchange *x, const struct err *e)
{
	reply_problem(&x->r, e);
	x->step = STEP_ANSWER;
}

static void log_answer(const struct exchange *x, int64_t us)
{
	bool refused = x->r.status >= 400;
	enum log_level level = x->r.status == 500 ? LOG_ERROR : refused ? LOG_INFO : LOG_DEBUG;
	char status[12], took[24];

	if (x->env->log == NULL || level > x->env->log->level)
		return;
	snprintf(status, sizeof(status), "%u", x->r.status);
	snprintf(took, sizeof(took), "%" PRId64, us);
	if (refused)
		log_error(x->env->log, level, "request_refused", &x->r.err, "id", x->q.id, "client", x->q.client, "method", x->q.method,
			"path", x->target, "status", status, "us", took, NULL);
	else
		log_event(x->env->log, level, "request", "id", x->q.id, "client", x->q.client, "method", x->q.method, "path", x->target,
			"status", status, "us", took, NULL);
}

/* Sends the reply. On the library's thread, when it asks. */
static enum MHD_Result answer(struct exchange *x)
{
	int64_t us = clock_us() - x->began_us;
	size_t bytes = 0;

	x->step = STEP_SENT;
	x->r.close = x->r.close || atomic_load(&x->env->stopping);
	metrics_request(x->env->metrics, x->route, x->r.status, us);
	log_answer(x, us);
	if (!send_reply(x->connection, &x->r, &x->q, &bytes))
		return MHD_NO;
	conns_enter(x->env->conns, x->conn, CONN_ANSWERING, bytes);
	return MHD_YES;
}

static enum MHD_Result collect_header(
	void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *value, size_t value_n)
{
	struct guard_head *h = cls;

	(void)kind;
	/* One too many is counted, so that the guard sees it. */
	if (h->n < GUARD_HEADERS_MAX)
		h->header[h->n] =
			(struct guard_header){ .name = name, .name_n = name_n, .value = value == NULL ? "" : value, .value_n = value_n };
	h->n++;
	return MHD_YES;
}

static void read_head(struct exchange *x, const char *method, const char *version, struct guard_head *h)
{
	const union MHD_ConnectionInfo *i = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	*h = (struct guard_head){ .method = method,
		.version = version,
		.target = x->target,
		.target_at = x->target_at,
		.target_n = x->target_n,
		.size = i == NULL ? 0 : i->header_size,
		.layout = x->env->layout };
	MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, collect_header, h);
}

static void note_client(struct exchange *x, const struct guard_head *h)
{
	if (x->conn != NULL)
		x->from = x->conn->from;
	/* A proxy that says nothing leaves its own address. */
	if (x->env->behind_proxy)
		client_forwarded(h, &x->from);
	client_text(&x->from, x->q.client);
}

static bool find_route(struct exchange *x, struct err *e)
{
	struct buf allow = { 0 };

	switch (route_find(x->env->routes, x->env->n, x->q.method, x->q.path, &x->q.args, &x->route)) {
	case ROUTE_FOUND:
		return true;
	case ROUTE_NO_PATH:
		return err_set(e, "not_found", "there is nothing at this address");
	case ROUTE_NO_METHOD:
		break;
	}
	route_allow(x->env->routes, x->env->n, x->q.path, &allow);
	err_set(e, "method_not_allowed", "this address answers %s", allow.failed ? "other methods" : buf_cstr(&allow));
	reply_problem(&x->r, e);
	reply_header(&x->r, "Allow", "%s", allow.failed ? "" : buf_cstr(&allow));
	x->step = STEP_ANSWER;
	buf_free(&allow);
	return false;
}

/* What the head alone tells about the body. */
static bool accept_body(struct exchange *x, const struct guard_head *h, const struct guard_found *found, struct err *e)
{
	if (found->length > x->route->body_max)
		return err_set(e, "too_large", "the body may have %zu bytes at most", x->route->body_max);
	if (guard_find(h, "Content-Encoding") != NULL)
		return err_set(e, "unsupported_media", "send the body without Content-Encoding");
	if ((x->route->flags & ROUTE_JSON) != 0 && !request_is_json(&x->q))
		return err_set(e, "unsupported_media", "send JSON, and say so: Content-Type: application/json");
	if ((x->route->flags & ROUTE_FORM) != 0 && !request_is_form(&x->q))
		return err_set(e, "unsupported_media", "this takes a form (application/x-www-form-urlencoded)");
	return true;
}

static bool accept_rate(struct exchange *x, struct err *e)
{
	uint8_t network[LIMIT_WHO];
	unsigned wait = 0;

	if (x->env->limit == NULL || (x->route->flags & ROUTE_LIMITED) == 0)
		return true;
	limit_network((struct sockaddr *)&x->from, network);
	if (limit_take(x->env->limit, network, conns_clock(), &wait))
		return true;
	metrics_add(x->env->metrics, METRIC_LIMITED, 1);
	err_set(e, "too_many", "too many requests from your network; wait %u seconds", wait);
	return false;
}

/* Splits the target and reads its query. */
static bool read_target(struct exchange *x, struct err *e)
{
	char *query = strchr(x->target, '?');

	x->q.path = x->target;
	if (query == NULL)
		return true;
	*query = '\0';
	return form_parse(slice_str(query + 1), FORM_QUERY, &x->q.query, e);
}

/* Everything that can be said about a request from its head. */
static bool read_request(struct exchange *x, const char *method, const char *version, struct guard_found *found, struct err *e)
{
	struct guard_head h;

	if (x->target == NULL)
		return err_memory(e);
	x->q.method = method;
	x->q.tls = x->env->tls;
	read_head(x, method, version, &h);
	note_client(x, &h);
	if (!guard_check(&h, found, e)) {
		x->r.close = true;
		metrics_add(x->env->metrics, METRIC_GUARD_REFUSED, 1);
		return false;
	}
	x->r.close = found->chunked;
	return read_target(x, e) && request_headers(&x->q, &h, e) && find_route(x, e) && accept_body(x, &h, found, e) && accept_rate(x, e);
}

static enum MHD_Result take_head(struct exchange *x, const char *method, const char *version)
{
	struct guard_found found = { 0 };
	struct err e = { 0 };

	x->step = STEP_BODY;
	if (read_request(x, method, version, &found, &e))
		return MHD_YES;
	if (x->step != STEP_ANSWER)
		refuse(x, &e);
	/* An answer before the last call ends the connection. That is right only while a body is on its way. */
	if (!x->r.close && found.length == 0)
		return MHD_YES;
	return answer(x);
}

/* The library takes no answer before a body's end, so what is too much is read and dropped, up to a point. */
static enum MHD_Result take_body(struct exchange *x, const char *data, size_t n)
{
	if (x->swallowed == 0 && n <= x->route->body_max - x->body.n)
		buf_add(&x->body, data, n);
	else
		x->swallowed += n;
	return x->body.failed || x->swallowed > SWALLOW_MAX ? MHD_NO : MHD_YES;
}

static void answer_now(struct exchange *x, const char *name, const char *text)
{
	struct err e = { 0 };

	err_set(&e, name, "%s", text);
	refuse(x, &e);
}

static void settle(struct exchange *x)
{
	if (x->r.status == 0)
		answer_now(x, "internal", "the handler gave no answer");
	x->step = STEP_ANSWER;
	/* From here on x belongs to the library's thread. */
	MHD_resume_connection(x->connection);
}

static void run_one(void *ctx, struct job *const *jobs, size_t n)
{
	struct exchange *x = (struct exchange *)jobs[0];

	metrics_add(x->env->metrics, METRIC_QUEUE_DEPTH, -(int64_t)n);
	x->route->handle(ctx, &x->q, &x->r);
	settle(x);
}

static void run_batch(void *ctx, struct job *const *jobs, size_t n)
{
	const struct request *q[QUEUE_BATCH_MAX];
	struct reply *r[QUEUE_BATCH_MAX];
	struct exchange *first = (struct exchange *)jobs[0];

	for (size_t i = 0; i < n; i++) {
		q[i] = &((struct exchange *)jobs[i])->q;
		r[i] = &((struct exchange *)jobs[i])->r;
	}
	metrics_add(first->env->metrics, METRIC_QUEUE_DEPTH, -(int64_t)n);
	metrics_batch(first->env->metrics, first->route, n);
	first->route->handle_all(ctx, q, r, n);
	for (size_t i = 0; i < n; i++)
		settle((struct exchange *)jobs[i]);
}

static void drop(struct job *j)
{
	struct exchange *x = (struct exchange *)j;

	metrics_add(x->env->metrics, METRIC_QUEUE_DEPTH, -1);
	answer_now(x, "shutting_down", "the server is shutting down; send the request again");
	settle(x);
}

/* Suspends the connection and queues the exchange. False when there is no place. */
static bool hand_over(struct exchange *x)
{
	if (!queue_claim(x->env->queue))
		return false;
	x->job.lane = x->env->lane[x->route - x->env->routes];
	x->job.group = x->q.args.n > 0 ? x->q.args.arg[0].value : NULL;
	x->job.run = x->job.lane == 0 ? run_one : run_batch;
	x->job.drop = drop;
	x->step = STEP_WAITING;
	conns_enter(x->env->conns, x->conn, CONN_WORKING, 0);
	MHD_suspend_connection(x->connection);
	metrics_add(x->env->metrics, METRIC_QUEUE_DEPTH, 1);
	queue_put(x->env->queue, &x->job);
	return true;
}

static enum MHD_Result take_end(struct exchange *x)
{
	x->q.body = buf_slice(&x->body);
	if (x->swallowed > 0) {
		x->r.close = true;
		answer_now(x, "too_large", "the body is longer than this address takes");
	} else if ((x->route->flags & ROUTE_INLINE) != 0) {
		x->route->handle(NULL, &x->q, &x->r);
		if (x->r.status == 0)
			answer_now(x, "internal", "the handler gave no answer");
	} else if (hand_over(x)) {
		return MHD_YES;
	} else if (atomic_load(&x->env->stopping)) {
		answer_now(x, "shutting_down", "the server is shutting down; send the request again");
	} else {
		metrics_add(x->env->metrics, METRIC_QUEUE_FULL, 1);
		answer_now(x, "busy", "too many requests wait already; send the request again in a second");
	}
	return answer(x);
}

enum MHD_Result exchange_step(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	const char *data, size_t *size, void **context)
{
	struct exchange *x = *context;
	size_t n = *size;

	(void)cls;
	(void)connection;
	(void)url;
	if (x == NULL)
		return MHD_NO;
	switch (x->step) {
	case STEP_HEAD:
		return take_head(x, method, version);
	case STEP_BODY:
		*size = 0;
		return n > 0 ? take_body(x, data, n) : take_end(x);
	case STEP_ANSWER:
		return answer(x);
	case STEP_WAITING:
	case STEP_SENT:
		break;
	}
	*size = 0;
	return MHD_YES;
}
