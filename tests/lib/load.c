/* SPDX-License-Identifier: ISC */
#include "tests/lib/load.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/measure.h"

enum { ANSWER_MAX = 64 * 1024, WAIT_MS = 10000 };

struct caller {
	int fd;
	struct slice left; /* of the request */
	char *answer;
	size_t n;
	double since;
	bool busy;
};
struct run {
	struct load *l;
	int epoll;
	struct caller callers[LOAD_CONNECTIONS_MAX];
	double *took;
	size_t next, answered;
};

void load_post(struct buf *out, const char *path, struct slice json)
{
	buf_printf(
		out, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", path, json.n);
	buf_add_slice(out, json);
}

static bool dial(struct run *r, struct caller *c)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)r->l->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	c->answer = malloc(ANSWER_MAX + 1);
	return c->fd >= 0 && c->answer != NULL && connect(c->fd, (const struct sockaddr *)&a, sizeof(a)) == 0 &&
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0 && epoll_ctl(r->epoll, EPOLL_CTL_ADD, c->fd, &ev) == 0;
}

static void hang_up(struct caller *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->busy = false;
}

static void complain(struct load *l, const char *what, size_t n)
{
	if (l->bad++ == 0)
		snprintf(l->why, sizeof(l->why), "%.*s", (int)(n < sizeof(l->why) ? n : sizeof(l->why) - 1), what);
}

/* Requests are short: a socket that is ready for the next one has room for all of it. */
static void send_next(struct run *r, struct caller *c)
{
	struct slice q;
	ssize_t n;

	c->busy = false;
	if (r->next == r->l->n)
		return;
	q = r->l->request(r->l->arg, r->l->first + r->next++);
	c->n = 0;
	c->since = measure_wall();
	c->busy = true;
	while (q.n > 0) {
		n = send(c->fd, q.p, q.n, MSG_NOSIGNAL);
		if (n <= 0)
			break;
		q = slice_of(q.p + n, q.n - (size_t)n);
	}
	if (q.n == 0)
		return;
	complain(r->l, "the connection was closed", 25);
	r->answered++;
	hang_up(c);
}

/* Is the whole answer there? RFC 9112 6: by its length or, chunked, by its last chunk. */
static const char *whole(struct caller *c)
{
	const char *body, *length;

	c->answer[c->n] = '\0';
	body = strstr(c->answer, "\r\n\r\n");
	if (body == NULL)
		return NULL;
	body += 4;
	length = strcasestr(c->answer, "\r\ncontent-length:");
	if (length != NULL && length < body)
		return c->n - (size_t)(body - c->answer) >= strtoul(length + 17, NULL, 10) ? body : NULL;
	return c->n >= 5 && memcmp(c->answer + c->n - 5, "0\r\n\r\n", 5) == 0 ? body : NULL;
}

static void judge(struct run *r, struct caller *c, const char *body)
{
	struct load *l = r->l;

	r->took[r->answered++] = (measure_wall() - c->since) * 1000;
	if (strncmp(c->answer, "HTTP/1.1 ", 9) == 0 && atoi(c->answer + 9) == l->status && strstr(body, l->needle) != NULL)
		l->good++;
	else
		complain(l, c->answer, c->n);
}

static void listen_to(struct run *r, struct caller *c)
{
	ssize_t n = recv(c->fd, c->answer + c->n, ANSWER_MAX - c->n, 0);
	const char *body;

	if (n <= 0) {
		if (c->busy) {
			complain(r->l, "the connection was closed", 25);
			r->answered++;
		}
		hang_up(c);
		return;
	}
	c->n += (size_t)n;
	body = whole(c);
	if (body == NULL)
		return;
	judge(r, c, body);
	send_next(r, c);
}

static void drive(struct run *r)
{
	struct epoll_event ev[64];
	int n;

	for (size_t i = 0; i < r->l->connections; i++)
		send_next(r, &r->callers[i]);
	while (r->answered < r->next) {
		n = epoll_wait(r->epoll, ev, 64, WAIT_MS);
		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		for (int i = 0; i < n; i++)
			listen_to(r, ev[i].data.ptr);
	}
}

void load_run(struct load *l)
{
	struct run *r = calloc(1, sizeof(*r));
	double start;

	l->good = l->bad = 0;
	if (r == NULL || l->connections > LOAD_CONNECTIONS_MAX)
		abort();
	r->l = l;
	r->took = calloc(l->n + 1, sizeof(*r->took));
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < l->connections; i++) {
		if (r->took == NULL || !dial(r, &r->callers[i])) {
			fprintf(stderr, "tests/lib/load: no connection to port %u: %s\n", l->port, strerror(errno));
			exit(1);
		}
	}
	start = measure_wall();
	drive(r);
	l->seconds = measure_wall() - start;
	if (l->good + l->bad < l->n)
		complain(l, "no answer", 9);
	l->bad = l->n - l->good;
	l->p50 = measure_median(r->took, r->answered);
	l->p99 = r->answered == 0 ? 0 : r->took[r->answered * 99 / 100]; /* sorted by now */
	for (size_t i = 0; i < l->connections; i++) {
		hang_up(&r->callers[i]);
		free(r->callers[i].answer);
	}
	close(r->epoll);
	free(r->took);
	free(r);
}
