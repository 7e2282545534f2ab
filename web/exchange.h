/* SPDX-License-Identifier: ISC
 * One request and its answer, from libmicrohttpd's callbacks through the queue to a handler and back.
 *
 * The library calls a request's handler several times: first with its head, then with each piece of its body, then to be answered. The
 * answer is made there and then for inline routes and refusals. Otherwise the connection is suspended, the exchange waits in the queue, a
 * worker fills the reply and resumes the connection, exactly once; and the library asks for the answer again. While a connection is
 * suspended the library does not touch it: the worker may read what it holds. */
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "base/log.h"
#include "web/conns.h"
#include "base/limit.h"
#include "web/queue.h"

/* What all exchanges of a server share. Owned by the server. */
struct exchange_env {
	const struct route *routes;
	size_t n;
	size_t *lane; /* of each route; 0 when it has no batches */
	struct queue *queue;
	struct conns *conns;
	struct limit *limit; /* NULL: none */
	struct metrics *metrics;
	struct log *log;
	bool layout;       /* see guard.h */
	bool behind_proxy; /* the last address in X-Forwarded-For is the client's */
	bool tls;
	_Atomic bool stopping;
	_Atomic uint64_t counter;
	uint64_t salt;
};

/* MHD_OPTION_URI_LOG_CALLBACK: a request line has come. cls: the env. */
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection);
/* The access handler. */
enum MHD_Result exchange_step(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	const char *data, size_t *size, void **context);
/* MHD_OPTION_NOTIFY_COMPLETED */
void exchange_end(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code);

#endif
