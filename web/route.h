/* SPDX-License-Identifier: ISC
 * Routes: a const table that says which handler answers which method and path. */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "web/reply.h"

enum route_flag {
	ROUTE_INLINE = 1,  /* answered at once on the network thread: must not block */
	ROUTE_LIMITED = 2, /* counts against the client network's rate (429) */
	ROUTE_JSON = 4,    /* the body must be declared as JSON (415) */
	ROUTE_FORM = 8,    /* the body must be declared as a form (415) */
	ROUTE_ONCE = 16    /* what it gives it gives once: HEAD, which would use that up and show nothing, is refused (405) */
};

/* ctx: what the server's worker_open gave to the thread that runs the handler; NULL for ROUTE_INLINE. */
struct route {
	const char *method;  /* "GET" answers HEAD too, but with ROUTE_ONCE */
	const char *pattern; /* "/v1/groups/{g}/proposals/{id}/votes"; a {name} stands for one whole segment */
	void (*handle)(void *ctx, const struct request *q, struct reply *r);
	/* Instead of handle: all requests that wait for this route, at most 256, are answered by one call. A worker has the whole batch;
	 * while it is at work the next one collects. The first {name} is the group by which batches are shared out. */
	void (*handle_all)(void *ctx, const struct request *const *q, struct reply *const *r, size_t n);
	size_t body_max; /* bytes; 0: no body */
	unsigned flags;
};

enum route_result { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

/* Finds the route for a raw path (no query). Segments are compared as they came and decoded only where the pattern has a {name}: such a
 * segment must be of 1 to 128 bytes of UTF-8 without '/' and control bytes, and neither "." nor "..". The first row that fits wins. */
enum route_result route_find(
	const struct route *routes, size_t n, const char *method, const char *path, struct request_args *args, const struct route **out);

/* The methods that a path has, for Allow: "GET, HEAD, POST". */
void route_allow(const struct route *routes, size_t n, const char *path, struct buf *out);

#endif
