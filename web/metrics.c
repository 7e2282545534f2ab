/* SPDX-License-Identifier: ISC */
#include "web/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

static const struct {
	const char *name, *type, *help;
} table[METRICS] = {
	[METRIC_CONNECTIONS] = { "gauthd_connections", "gauge", "Open client connections." },
	[METRIC_CONNECTIONS_ACCEPTED] = { "gauthd_connections_accepted_total", "counter", "Client connections accepted." },
	[METRIC_CONNECTIONS_REFUSED] = { "gauthd_connections_refused_total", "counter",
		"Client connections closed at once: too many from one network." },
	[METRIC_CONNECTIONS_REAPED] = { "gauthd_connections_reaped_total", "counter",
		"Client connections closed because a deadline passed." },
	[METRIC_GUARD_REFUSED] = { "gauthd_guard_refused_total", "counter", "Requests that the guard refused." },
	[METRIC_LIMITED] = { "gauthd_limited_total", "counter", "Requests over their network's rate." },
	[METRIC_QUEUE_FULL] = { "gauthd_queue_full_total", "counter", "Requests turned away because the queue was full." },
	[METRIC_QUEUE_DEPTH] = { "gauthd_queue_depth", "gauge", "Requests that wait for a worker." },
	[METRIC_GROUPS] = { "gauthd_groups", "gauge", "Groups that are founded." },
	[METRIC_MEMBERS] = { "gauthd_members", "gauge", "Members of all groups." },
	[METRIC_PROPOSALS_OPEN] = { "gauthd_proposals_open", "gauge", "Proposals that are not decided." },
	[METRIC_APPLICATIONS_WAITING] = { "gauthd_applications_waiting", "gauge", "Applications that have not come to their end." },
	[METRIC_LIST_AGE] = { "gauthd_list_age_seconds", "gauge", "Age of the newest revocation list, of the group where it is oldest." },
	[METRIC_WORK_WAITING] = { "gauthd_work_waiting", "gauge", "Background jobs that wait or run." },
};

static const unsigned statuses[] = { 200, 201, 202, 204, 303, 304, 400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429, 431, 500,
	503 };
enum { STATUSES = sizeof(statuses) / sizeof(statuses[0]) };

/* Upper bounds: microseconds, and requests in a batch. */
static const int64_t latencies[] = { 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000,
	10000000 };
static const int64_t batches[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256 };
enum { BUCKETS = 15, LATENCIES = sizeof(latencies) / sizeof(latencies[0]), BATCHES = sizeof(batches) / sizeof(batches[0]) };
_Static_assert((int)LATENCIES <= (int)BUCKETS && (int)BATCHES <= (int)BUCKETS, "a histogram holds its bounds");

struct histogram {
	_Atomic int64_t bucket[BUCKETS + 1], sum;
};

struct series {
	_Atomic int64_t status[STATUSES + 1]; /* the last: any other status */
	struct histogram latency, batch;
};

struct metrics {
	const struct route *routes;
	size_t n;
	_Atomic int64_t plain[METRICS];
	struct series series[]; /* one for each route, and one for requests without */
};

struct metrics *metrics_new(const struct route *routes, size_t n, struct err *e)
{
	struct metrics *m = calloc(1, sizeof(*m) + (n + 1) * sizeof(m->series[0]));

	if (m == NULL) {
		err_memory(e);
		return NULL;
	}
	m->routes = routes;
	m->n = n;
	return m;
}

void metrics_free(struct metrics *m)
{
	free(m);
}

static void count(_Atomic int64_t *v, int64_t by)
{
	atomic_fetch_add_explicit(v, by, memory_order_relaxed);
}

static int64_t value(const _Atomic int64_t *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}

void metrics_add(struct metrics *m, enum metric id, int64_t by)
{
	if (m != NULL)
		count(&m->plain[id], by);
}

void metrics_set(struct metrics *m, enum metric id, int64_t to)
{
	if (m != NULL)
		atomic_store_explicit(&m->plain[id], to, memory_order_relaxed);
}

int64_t metrics_get(const struct metrics *m, enum metric id)
{
	return m == NULL ? 0 : value(&m->plain[id]);
}

static void observe(struct histogram *h, const int64_t *bounds, size_t n, int64_t v)
{
	size_t i = 0;

	while (i < n && v > bounds[i])
		i++;
	count(&h->bucket[i], 1);
	count(&h->sum, v);
}

static struct series *series_of(struct metrics *m, const struct route *route)
{
	return &m->series[route == NULL ? m->n : (size_t)(route - m->routes)];
}

void metrics_request(struct metrics *m, const struct route *route, unsigned status, int64_t microseconds)
{
	size_t i = 0;

	if (m == NULL)
		return;
	while (i < STATUSES && statuses[i] != status)
		i++;
	count(&series_of(m, route)->status[i], 1);
	observe(&series_of(m, route)->latency, latencies, LATENCIES, microseconds);
}

void metrics_batch(struct metrics *m, const struct route *route, size_t n)
{
	if (m != NULL)
		observe(&series_of(m, route)->batch, batches, BATCHES, (int64_t)n);
}

/* method="..." and route="...": both come from a const table and need no escaping. */
static void print_labels(const struct metrics *m, size_t i, struct buf *out)
{
	buf_printf(out, "method=\"%s\",route=\"%s\"", i == m->n ? "" : m->routes[i].method, i == m->n ? "" : m->routes[i].pattern);
}

static void print_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Bounds and sum are divided by `unit` for print, so that seconds come out of microseconds. */
static void print_histogram(const struct metrics *m, size_t i, const char *name, const struct histogram *h, const int64_t *bounds, size_t n,
	double unit, struct buf *out)
{
	int64_t total = 0;

	for (size_t b = 0; b <= n; b++)
		total += value(&h->bucket[b]);
	if (total == 0)
		return;
	total = 0;
	for (size_t b = 0; b <= n; b++) {
		total += value(&h->bucket[b]);
		buf_printf(out, "%s_bucket{", name);
		print_labels(m, i, out);
		if (b == n)
			buf_printf(out, ",le=\"+Inf\"} %" PRId64 "\n", total);
		else
			buf_printf(out, ",le=\"%g\"} %" PRId64 "\n", (double)bounds[b] / unit, total);
	}
	buf_printf(out, "%s_sum{", name);
	print_labels(m, i, out);
	buf_printf(out, "} %.6f\n%s_count{", (double)value(&h->sum) / unit, name);
	print_labels(m, i, out);
	buf_printf(out, "} %" PRId64 "\n", total);
}

static void print_requests(const struct metrics *m, size_t i, struct buf *out)
{
	for (size_t s = 0; s <= STATUSES; s++) {
		int64_t v = value(&m->series[i].status[s]);

		if (v == 0)
			continue;
		buf_add_str(out, "gauthd_http_requests_total{");
		print_labels(m, i, out);
		if (s == STATUSES)
			buf_printf(out, ",code=\"other\"} %" PRId64 "\n", v);
		else
			buf_printf(out, ",code=\"%u\"} %" PRId64 "\n", statuses[s], v);
	}
}

void metrics_print(const struct metrics *m, struct buf *out)
{
	for (size_t i = 0; i < METRICS; i++) {
		print_head(out, table[i].name, table[i].type, table[i].help);
		buf_printf(out, "%s %" PRId64 "\n", table[i].name, value(&m->plain[i]));
	}
	print_head(out, "gauthd_http_requests_total", "counter", "Requests answered, by route and status.");
	for (size_t i = 0; i <= m->n; i++)
		print_requests(m, i, out);
	print_head(out, "gauthd_http_request_seconds", "histogram", "Time from a request's first line to its answer, by route.");
	for (size_t i = 0; i <= m->n; i++)
		print_histogram(m, i, "gauthd_http_request_seconds", &m->series[i].latency, latencies, LATENCIES, 1e6, out);
	print_head(out, "gauthd_batch_size", "histogram", "Requests answered by one call, by route.");
	for (size_t i = 0; i <= m->n; i++)
		print_histogram(m, i, "gauthd_batch_size", &m->series[i].batch, batches, BATCHES, 1, out);
}
