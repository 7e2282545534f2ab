/* SPDX-License-Identifier: ISC
 * A client that sends whatever bytes it is told to, for tests of a server on this machine. */
#ifndef TESTS_WEB_RAW_H
#define TESTS_WEB_RAW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 256 * 1024 };

struct raw_answer {
	int status; /* 0: the connection ended before an answer */
	char *head; /* owned, NUL-terminated, as is body, which lies behind it */
	char *body;
	size_t body_n;
};

static inline int64_t raw_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void raw_sleep_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

static inline int raw_dial(unsigned port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { .tv_sec = 20 };
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		fail_msg("connect: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/* False when the other side has closed. */
static inline bool raw_put(int fd, const void *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return false;
		p = (const char *)p + k;
		n -= (size_t)k;
	}
	return true;
}

static inline bool raw_say(int fd, const char *text)
{
	return raw_put(fd, text, strlen(text));
}

/* Value of a header, copied out; NULL when it is absent. */
static inline const char *raw_header(const struct raw_answer *a, const char *name, char *out, size_t n)
{
	for (const char *line = strstr(a->head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
		size_t len = strlen(name);

		if (strncasecmp(line + 2, name, len) != 0 || line[2 + len] != ':')
			continue;
		line += 2 + len + 1;
		line += strspn(line, " ");
		snprintf(out, n, "%.*s", (int)strcspn(line, "\r"), line);
		return out;
	}
	return NULL;
}

/* Reads one answer. With `bodiless` (HEAD) it ends with its head. */
static inline void raw_read(int fd, struct raw_answer *a, bool bodiless)
{
	size_t n = 0, want = SIZE_MAX;
	char length[32], *end = NULL;

	*a = (struct raw_answer){ .head = calloc(1, ANSWER_MAX) };
	while (n < want && n < ANSWER_MAX - 1) {
		/* A byte at a time until the head is there, so that nothing of the next answer is swallowed. */
		ssize_t k = recv(fd, a->head + n, end == NULL ? 1 : want - n, 0);

		if (k <= 0)
			return;
		n += (size_t)k;
		if (end != NULL || (end = strstr(a->head, "\r\n\r\n")) == NULL)
			continue;
		end += 4;
		a->body = end;
		a->body_n = raw_header(a, "Content-Length", length, sizeof(length)) == NULL || bodiless ? 0 : strtoul(length, NULL, 10);
		want = (size_t)(end - a->head) + a->body_n;
	}
	a->status = atoi(a->head + 9);
}

static inline void raw_drop(struct raw_answer *a)
{
	free(a->head);
	*a = (struct raw_answer){ 0 };
}

/* Has the other side closed? Waits for it for as long as raw_dial is patient. */
static inline bool raw_ended(int fd)
{
	char c;
	ssize_t k = recv(fd, &c, 1, 0);

	return k == 0 || (k < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

/* One request on a connection of its own; gives the status. */
static inline int raw_status(unsigned port, const void *p, size_t n)
{
	int fd = raw_dial(port), status;
	struct raw_answer a;

	raw_put(fd, p, n);
	raw_read(fd, &a, false);
	status = a.status;
	raw_drop(&a);
	close(fd);
	return status;
}

#endif
