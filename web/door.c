/* SPDX-License-Identifier: ISC */
#include "web/door.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { TICK_MS = 200, BACKLOG = 1024, ACCEPT_AT_ONCE = 64, MAKE_ROOM = 32 };

struct door {
	pthread_t thread;
	int fd, wake;
	_Atomic bool quiet, stop;
	struct conns *conns;
	bool (*give)(void *arg, int fd, const struct sockaddr *from, socklen_t n);
	void *arg;
};

static unsigned bound_port(int fd)
{
	struct sockaddr_storage a = { 0 };
	socklen_t n = sizeof(a);

	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return 0;
	if (a.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)(void *)&a)->sin6_port);
	return ntohs(((struct sockaddr_in *)(void *)&a)->sin_port);
}

static int bind_to(const struct addrinfo *ai, struct err *e)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, off = 0;

	if (fd < 0) {
		err_set(e, "cannot_listen", "no socket: %s", strerror(errno));
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	err_set(e, errno == EADDRINUSE ? "address_in_use" : "cannot_listen", "%s", strerror(errno));
	close(fd);
	return -1;
}

int door_listen(const char *address, unsigned port, unsigned *bound, struct err *e)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_PASSIVE }, *ai = NULL;
	char service[8];
	int fd;

	snprintf(service, sizeof(service), "%u", port);
	if (port > 65535 || getaddrinfo(address, service, &hints, &ai) != 0) {
		err_set(e, "bad_address", "'%s' with port %u is not a numeric address to listen on", address, port);
		return -1;
	}
	fd = bind_to(ai, e);
	freeaddrinfo(ai);
	if (fd < 0)
		err_prefix(e, "cannot listen on %s port %u: ", address, port);
	else
		*bound = bound_port(fd);
	return fd;
}

/* False when there is nobody. Without a descriptor left it waits a little, since the listening socket stays ready. */
static bool accept_one(struct door *d)
{
	struct sockaddr_storage from = { 0 };
	socklen_t n = sizeof(from);
	int fd = accept4(d->fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct conn *c;

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
		usleep(10000);
	if (fd < 0)
		return errno == ECONNABORTED || errno == EINTR;
	c = conns_admit(d->conns, fd, (struct sockaddr *)&from, n);
	if (c == NULL)
		close(fd);
	/* Once given away, c is freed by whoever sees the socket's end; only a refusal leaves it to us. */
	else if (!d->give(d->arg, fd, (struct sockaddr *)&from, n))
		conns_remove(d->conns, c);
	return true;
}

static void accept_some(struct door *d)
{
	for (int i = 0; i < ACCEPT_AT_ONCE && !conns_full(d->conns); i++)
		if (!accept_one(d))
			break;
	if (conns_full(d->conns))
		conns_shut_idle(d->conns, 1);
}

/* What is due from time to time: slow connections go, and idle ones when they keep others waiting. */
static void tick(struct door *d)
{
	struct pollfd p = { .fd = d->fd, .events = POLLIN };

	conns_reap(d->conns);
	if (conns_full(d->conns) && poll(&p, 1, 0) == 1)
		conns_shut_idle(d->conns, MAKE_ROOM);
}

/* Closed, so that clients and proxies turn elsewhere at once instead of waiting in the backlog. */
static void stop_listening(struct door *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

static void *run(void *arg)
{
	struct door *d = arg;
	int64_t next = conns_clock() + TICK_MS;

	while (!atomic_load(&d->stop)) {
		struct pollfd p[2] = { { .fd = d->wake, .events = POLLIN }, { .fd = conns_full(d->conns) ? -1 : d->fd, .events = POLLIN } };
		int64_t left = next - conns_clock();
		uint64_t count;

		poll(p, 2, left < 0 ? 0 : (int)left);
		if ((p[0].revents & POLLIN) != 0 && read(d->wake, &count, sizeof(count)) < 0)
			continue;
		if (atomic_load(&d->quiet))
			stop_listening(d);
		else if ((p[1].revents & POLLIN) != 0)
			accept_some(d);
		if (conns_clock() >= next) {
			tick(d);
			next = conns_clock() + TICK_MS;
		}
	}
	return NULL;
}

struct door *door_open(
	int fd, struct conns *cs, bool (*give)(void *arg, int fd, const struct sockaddr *from, socklen_t n), void *arg, struct err *e)
{
	struct door *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		close(fd);
		err_memory(e);
		return NULL;
	}
	d->fd = fd;
	d->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	d->conns = cs;
	d->give = give;
	d->arg = arg;
	if (d->wake < 0 || pthread_create(&d->thread, NULL, run, d) != 0) {
		err_set(e, "cannot_start", "cannot start the accepting thread");
		close(d->wake);
		close(fd);
		free(d);
		return NULL;
	}
	return d;
}

static void poke(struct door *d)
{
	uint64_t one = 1;

	/* A full counter wakes as well. */
	if (write(d->wake, &one, sizeof(one)) < 0)
		return;
}

void door_quiesce(struct door *d)
{
	atomic_store(&d->quiet, true);
	poke(d);
}

void door_close(struct door *d)
{
	if (d == NULL)
		return;
	atomic_store(&d->stop, true);
	poke(d);
	pthread_join(d->thread, NULL);
	stop_listening(d);
	close(d->wake);
	free(d);
}
