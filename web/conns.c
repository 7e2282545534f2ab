/* SPDX-License-Identifier: ISC */
#include "web/conns.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "web/client.h"

struct conns {
	pthread_mutex_t mutex; /* the list, and each fd in it: a socket in the list is open */
	struct conns_limits limits;
	struct metrics *metrics;
	struct log *log;
	struct conn *head;
	size_t n;
};

struct conns *conns_new(const struct conns_limits *limits, struct metrics *m, struct log *log, struct err *e)
{
	struct conns *cs = calloc(1, sizeof(*cs));

	if (cs == NULL) {
		err_memory(e);
		return NULL;
	}
	pthread_mutex_init(&cs->mutex, NULL);
	cs->limits = *limits;
	cs->metrics = m;
	cs->log = log;
	return cs;
}

/* Takes c out of the list and frees it. The mutex is held. */
static void unlink_conn(struct conns *cs, struct conn *c)
{
	if (c->prev == NULL)
		cs->head = c->next;
	else
		c->prev->next = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	cs->n--;
	metrics_set(cs->metrics, METRIC_CONNECTIONS, (int64_t)cs->n);
	free(c);
}

void conns_free(struct conns *cs)
{
	if (cs == NULL)
		return;
	while (cs->head != NULL)
		unlink_conn(cs, cs->head);
	pthread_mutex_destroy(&cs->mutex);
	free(cs);
}

int64_t conns_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void key_of(const struct sockaddr_storage *from, uint8_t out[static CONN_KEY])
{
	memset(out, 0, CONN_KEY);
	if (from->ss_family == AF_INET) {
		out[0] = 4;
		memcpy(out + 1, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
	}
	if (from->ss_family == AF_INET6) {
		const struct in6_addr *a = &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
		bool mapped = IN6_IS_ADDR_V4MAPPED(a);

		out[0] = mapped ? 4 : 6;
		memcpy(out + 1, a->s6_addr + (mapped ? 12 : 0), mapped ? 4 : 8);
	}
}

static struct conn *find_fd(struct conns *cs, int fd)
{
	struct conn *c = cs->head;

	while (c != NULL && c->fd != fd)
		c = c->next;
	return c;
}

static size_t count_key(struct conns *cs, const uint8_t key[static CONN_KEY])
{
	size_t n = 0;

	for (struct conn *c = cs->head; c != NULL; c = c->next)
		n += memcmp(c->key, key, CONN_KEY) == 0;
	return n;
}

struct conn *conns_admit(struct conns *cs, int fd, const struct sockaddr *from, socklen_t n)
{
	struct conn *c = calloc(1, sizeof(*c)), *stale;

	if (c == NULL)
		return NULL;
	c->fd = fd;
	memcpy(&c->from, from, n < sizeof(c->from) ? n : sizeof(c->from));
	key_of(&c->from, c->key);
	pthread_mutex_lock(&cs->mutex);
	/* A library that ran out of memory may have closed a socket before it took it over. */
	stale = find_fd(cs, fd);
	if (stale != NULL)
		unlink_conn(cs, stale);
	if (cs->limits.per_address != 0 && count_key(cs, c->key) >= cs->limits.per_address) {
		pthread_mutex_unlock(&cs->mutex);
		free(c);
		metrics_add(cs->metrics, METRIC_CONNECTIONS_REFUSED, 1);
		return NULL;
	}
	c->next = cs->head;
	if (c->next != NULL)
		c->next->prev = c;
	cs->head = c;
	cs->n++;
	metrics_set(cs->metrics, METRIC_CONNECTIONS, (int64_t)cs->n);
	pthread_mutex_unlock(&cs->mutex);
	metrics_add(cs->metrics, METRIC_CONNECTIONS_ACCEPTED, 1);
	return c;
}

struct conn *conns_start(struct conns *cs, int fd)
{
	struct conn *c;

	pthread_mutex_lock(&cs->mutex);
	c = find_fd(cs, fd);
	if (c != NULL) {
		conns_enter(cs, c, CONN_READING, 0);
		c->started = true;
	}
	pthread_mutex_unlock(&cs->mutex);
	return c;
}

void conns_remove(struct conns *cs, struct conn *c)
{
	if (c == NULL)
		return;
	pthread_mutex_lock(&cs->mutex);
	unlink_conn(cs, c);
	pthread_mutex_unlock(&cs->mutex);
}

void conns_enter(struct conns *cs, struct conn *c, enum conn_phase phase, size_t bytes)
{
	int64_t until = INT64_MAX;

	if (c == NULL)
		return;
	if (phase == CONN_READING)
		until = conns_clock() + cs->limits.reading_ms;
	if (phase == CONN_ANSWERING)
		until = conns_clock() + cs->limits.answering_ms + (int64_t)(bytes / CONN_SLOWEST) * 1000;
	if (phase == CONN_IDLE)
		until = conns_clock() + cs->limits.idle_ms;
	/* First the later of two deadlines, so that a reaper between the two stores sees no mixture that kills. */
	atomic_store(&c->until, INT64_MAX);
	atomic_store(&c->phase, (int)phase);
	atomic_store(&c->until, until);
}

static void shut(struct conn *c)
{
	atomic_store(&c->shut, true);
	shutdown(c->fd, SHUT_RDWR);
}

static void tell(struct conns *cs, const struct conn *c)
{
	char client[REQUEST_CLIENT_TEXT];

	client_text(&c->from, client);
	log_event(cs->log, LOG_INFO, "connection_too_slow", "client", client, "while",
		atomic_load(&c->phase) == CONN_READING ? "reading" : "answering", NULL);
	metrics_add(cs->metrics, METRIC_CONNECTIONS_REAPED, 1);
}

size_t conns_reap(struct conns *cs)
{
	int64_t now = conns_clock();
	size_t n = 0;

	pthread_mutex_lock(&cs->mutex);
	for (struct conn *c = cs->head; c != NULL; c = c->next) {
		if (!c->started || atomic_load(&c->until) > now)
			continue;
		/* An idle connection's end is nobody's fault. */
		if (atomic_load(&c->phase) != CONN_IDLE) {
			tell(cs, c);
			n++;
		}
		shut(c);
		atomic_store(&c->until, INT64_MAX); /* once is enough */
	}
	pthread_mutex_unlock(&cs->mutex);
	return n;
}

/* One that was shut down stays in the list until the library notices; it has no deadline then. */
static struct conn *longest_idle(struct conns *cs)
{
	struct conn *out = NULL;

	for (struct conn *c = cs->head; c != NULL; c = c->next) {
		if (!c->started || atomic_load(&c->phase) != CONN_IDLE || atomic_load(&c->until) == INT64_MAX)
			continue;
		if (out == NULL || atomic_load(&c->until) < atomic_load(&out->until))
			out = c;
	}
	return out;
}

void conns_shut_idle(struct conns *cs, size_t n)
{
	struct conn *c;

	pthread_mutex_lock(&cs->mutex);
	for (; n > 0 && (c = longest_idle(cs)) != NULL; n--) {
		shut(c);
		atomic_store(&c->until, INT64_MAX);
	}
	pthread_mutex_unlock(&cs->mutex);
}

void conns_shut(struct conns *cs)
{
	pthread_mutex_lock(&cs->mutex);
	for (struct conn *c = cs->head; c != NULL; c = c->next)
		if (c->started && atomic_load(&c->phase) != CONN_WORKING)
			shut(c);
	pthread_mutex_unlock(&cs->mutex);
}

size_t conns_count(struct conns *cs)
{
	size_t n;

	pthread_mutex_lock(&cs->mutex);
	n = cs->n;
	pthread_mutex_unlock(&cs->mutex);
	return n;
}

size_t conns_busy(struct conns *cs)
{
	size_t n = 0;

	pthread_mutex_lock(&cs->mutex);
	for (struct conn *c = cs->head; c != NULL; c = c->next) {
		int phase = atomic_load(&c->phase);

		n += phase == CONN_WORKING || phase == CONN_ANSWERING;
	}
	pthread_mutex_unlock(&cs->mutex);
	return n;
}

bool conns_full(struct conns *cs)
{
	return conns_count(cs) >= cs->limits.total;
}
