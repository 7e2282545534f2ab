/* SPDX-License-Identifier: ISC */
#include "web/exposition.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "web/door.h"

enum { CONNECTIONS = 16, TIMEOUT_SECONDS = 5 };

struct exposition {
	struct MHD_Daemon *daemon;
	const struct metrics *metrics;
	unsigned port;
};

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	const char *data, size_t *size, void **context)
{
	const struct exposition *x = cls;
	bool found = strcmp(url, "/metrics") == 0 && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0);
	struct MHD_Response *m;
	struct buf b = { 0 };
	enum MHD_Result rc;

	(void)version;
	(void)data;
	(void)size;
	(void)context;
	if (found)
		metrics_print(x->metrics, &b);
	else
		buf_add_str(&b, "only GET /metrics is answered here\n");
	if (b.failed) {
		buf_free(&b);
		return MHD_NO;
	}
	m = MHD_create_response_from_buffer_with_free_callback(b.n, b.p, free);
	if (m == NULL) {
		buf_free(&b);
		return MHD_NO;
	}
	MHD_add_response_header(m, "Content-Type", found ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain; charset=utf-8");
	/* Answered from the head alone: a body, if there is one, is nobody's business and ends the connection. */
	MHD_add_response_header(m, "Connection", "close");
	rc = MHD_queue_response(connection, found ? 200 : 404, m);
	MHD_destroy_response(m);
	return rc;
}

struct exposition *exposition_start(const char *address, unsigned port, const struct metrics *m, struct err *e)
{
	struct exposition *x = calloc(1, sizeof(*x));
	int fd;

	if (x == NULL) {
		err_memory(e);
		return NULL;
	}
	x->metrics = m;
	fd = door_listen(address, port, &x->port, e);
	if (fd < 0) {
		free(x);
		return NULL;
	}
	x->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, x, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS,
		MHD_OPTION_END);
	if (x->daemon == NULL) {
		err_set(e, "cannot_start", "libmicrohttpd does not start for the metrics");
		close(fd);
		free(x);
		return NULL;
	}
	return x;
}

unsigned exposition_port(const struct exposition *x)
{
	return x->port;
}

void exposition_stop(struct exposition *x)
{
	if (x == NULL)
		return;
	MHD_stop_daemon(x->daemon);
	free(x);
}
