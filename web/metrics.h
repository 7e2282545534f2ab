/* SPDX-License-Identifier: ISC
 * Numbers about a running program, for Prometheus. Owned by main, counted up by any thread without a lock. */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include "web/route.h"

/* One row of the table in metrics.c for each; a new number is a line here and a line there. */
enum metric {
	METRIC_CONNECTIONS,
	METRIC_CONNECTIONS_ACCEPTED,
	METRIC_CONNECTIONS_REFUSED,
	METRIC_CONNECTIONS_REAPED,
	METRIC_GUARD_REFUSED,
	METRIC_LIMITED,
	METRIC_QUEUE_FULL,
	METRIC_QUEUE_DEPTH,
	METRIC_GROUPS,
	METRIC_MEMBERS,
	METRIC_PROPOSALS_OPEN,
	METRIC_APPLICATIONS_WAITING,
	METRIC_LIST_AGE,
	METRIC_WORK_WAITING,
	METRICS
};

struct metrics;
/* Requests are counted by route; the table outlives the result. "no_memory" */
struct metrics *metrics_new(const struct route *routes, size_t n, struct err *e);
void metrics_free(struct metrics *m);

/* NULL metrics: nothing happens. */
void metrics_add(struct metrics *m, enum metric id, int64_t by);
void metrics_set(struct metrics *m, enum metric id, int64_t to);
int64_t metrics_get(const struct metrics *m, enum metric id);

/* A request was answered. route: of the table, or NULL when none fitted. */
void metrics_request(struct metrics *m, const struct route *route, unsigned status, int64_t microseconds);
/* A batch of n was taken up for a route. */
void metrics_batch(struct metrics *m, const struct route *route, size_t n);

/* Text exposition format 0.0.4. Appends. Series that were never counted up are left out, but for plain counters and gauges. */
void metrics_print(const struct metrics *m, struct buf *out);

#endif
