/* SPDX-License-Identifier: ISC
 * The HTTP server: libmicrohttpd's network threads, the door before them, and the workers behind them. */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include "base/log.h"
#include "web/metrics.h"

struct server_config {
	const char *address; /* numeric */
	unsigned port;       /* 0: any */
	unsigned network_threads, workers;
	size_t queue;             /* requests that may wait for a worker, over all routes; then 503 */
	size_t batches;           /* under way at once, for each route with handle_all */
	size_t batch;             /* requests in one of them, at most QUEUE_BATCH_MAX */
	size_t connections;       /* in all; more wait at the door */
	size_t per_address;       /* from one IPv4 address or IPv6 /64; 0: no limit, as behind a proxy */
	unsigned request_seconds; /* from its first byte to its last */
	unsigned answer_seconds;  /* for the client to read an answer, and 1 s more for each 16 KiB of it */
	unsigned idle_seconds;    /* between two requests */
	double rate, burst;       /* ROUTE_LIMITED, for each IPv4 /24 or IPv6 /48: requests a second, and at once. rate 0: no limit */
	bool behind_proxy;        /* believe X-Forwarded-For's last address */
	const char *tls_certificate, *tls_key; /* PEM texts, or NULL: plain HTTP */
	const struct route *routes;            /* outlive the server, as do log and metrics (each may be NULL) */
	size_t n;
	struct log *log;
	struct metrics *metrics;
	/* Each worker's own context, made before and freed after its thread. Both NULL: contexts are NULL. */
	void *(*worker_open)(void *arg, struct err *e);
	void (*worker_close)(void *ctx);
	void *arg;
};

/* The defaults; routes are the caller's to fill in. */
struct server_config server_defaults(void);

struct server;
/* Starts to serve. Threads block all signals. NULL with e: "bad_address", "address_in_use", "cannot_listen", "cannot_start",
 * "no_memory", or what worker_open said. */
struct server *server_start(const struct server_config *c, struct err *e);
unsigned server_port(const struct server *s);

/* Has a worker call fn(its context, arg), after what waits already. False when the queue is full or the server stops: fn is not called.
 * After true fn is called once, unless the server stops first: then `drop` (may be NULL) is called with arg. */
bool server_post(struct server *s, void (*fn)(void *ctx, void *arg), void (*drop)(void *arg), void *arg);

/* Stops: accepts nobody, lets what waits be answered for at most so many milliseconds, answers the rest with 503, waits for the
 * workers' present calls to return (handlers must be bounded in time themselves), and for answers to be read, another second
 * at most. Frees s. NULL ok. */
void server_stop(struct server *s, int64_t drain_ms);

#endif
