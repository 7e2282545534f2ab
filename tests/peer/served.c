/* SPDX-License-Identifier: ISC */
#include "tests/peer/served.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_MAX = 4 * 1024 * 1024 };

struct served {
	int fd;
	pthread_t thread;
	served_handler *handler;
	void *arg;
	char url[64];
	atomic_uint count;
	atomic_bool stop;
};

static void give_up(const char *what)
{
	perror(what);
	abort();
}

/* Reads until the whole request is there. A malloc'ed string, or NULL. */
static char *read_request(int fd)
{
	char *text = calloc(1, REQUEST_MAX), *end, *length;
	size_t n = 0, need = REQUEST_MAX - 1;

	while (text != NULL && n < need) {
		ssize_t k = read(fd, text + n, need - n);

		if (k <= 0)
			break;
		n += (size_t)k;
		end = strstr(text, "\r\n\r\n");
		if (end == NULL)
			continue;
		length = strcasestr(text, "content-length:");
		need = (size_t)(end + 4 - text) + (length != NULL && length < end ? strtoul(length + 15, NULL, 10) : 0);
		/* what curl asks before it sends a large body */
		if (strcasestr(text, "expect: 100-continue") != NULL && n < need)
			(void)!write(fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);
	}
	return text;
}

static void put(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return;
		p += k;
		n -= (size_t)k;
	}
}

static void wait_for_end(int fd)
{
	char byte;

	while (read(fd, &byte, 1) > 0)
		;
}

static void answer(struct served *s, int fd, char *request)
{
	struct served_answer a = { .status = 500 };
	char head[1024], *path = strchr(request, ' '), *end = path != NULL ? strchr(path + 1, ' ') : NULL,
			 *body = strstr(request, "\r\n\r\n");

	if (end == NULL || body == NULL)
		return;
	*path++ = '\0';
	*end = '\0';
	atomic_fetch_add(&s->count, 1);
	s->handler(s->arg, request, path, body + 4, &a);
	if (a.status > 0) {
		snprintf(head, sizeof(head),
			"HTTP/1.1 %d Words\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n",
			a.status, a.claimed > 0 ? a.claimed : a.n, a.headers != NULL ? a.headers : "");
		put(fd, head, strlen(head));
		put(fd, a.body, a.n);
	} else if (a.status < 0) {
		wait_for_end(fd);
	}
	free(a.body);
}

static void *serve(void *arg)
{
	struct served *s = arg;
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	while (!atomic_load(&s->stop)) {
		char *request;
		int fd;

		if (poll(&p, 1, 20) <= 0)
			continue;
		fd = accept(s->fd, NULL, NULL);
		if (fd < 0)
			continue;
		request = read_request(fd);
		if (request != NULL)
			answer(s, fd, request);
		free(request);
		close(fd);
	}
	return NULL;
}

struct served *served_start(served_handler *handler, void *arg)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	struct served *s = calloc(1, sizeof(*s));

	if (s == NULL)
		give_up("calloc");
	s->handler = handler;
	s->arg = arg;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(s->fd, 8) != 0 ||
		getsockname(s->fd, (struct sockaddr *)&a, &n) != 0)
		give_up("listen");
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u", (unsigned)ntohs(a.sin_port));
	if (pthread_create(&s->thread, NULL, serve, s) != 0)
		give_up("pthread_create");
	return s;
}

const char *served_url(const struct served *s)
{
	return s->url;
}

unsigned served_count(const struct served *s)
{
	return atomic_load(&s->count);
}

void served_stop(struct served *s)
{
	atomic_store(&s->stop, true);
	pthread_join(s->thread, NULL);
	close(s->fd);
	free(s);
}

void served_say(struct served_answer *out, int status, const char *text)
{
	out->status = status;
	out->body = strdup(text);
	out->n = out->body != NULL ? strlen(text) : 0;
}
