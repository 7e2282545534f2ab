/* SPDX-License-Identifier: ISC
 * The open connections: how many from where, what each is at, and until when it may be. */
#ifndef WEB_CONNS_H
#define WEB_CONNS_H

#include <stdatomic.h>
#include <sys/socket.h>

#include "base/log.h"
#include "web/metrics.h"

enum conn_phase {
	CONN_READING,   /* a request, or the first of them, is on its way in */
	CONN_WORKING,   /* a worker has it: no deadline here */
	CONN_ANSWERING, /* the answer is on its way out */
	CONN_IDLE       /* between two requests */
};

enum { CONN_KEY = 9, CONN_SLOWEST = 16 * 1024 }; /* bytes a second that a reader must take of a long answer */

struct conn {
	struct conn *next, *prev;
	int fd;
	bool started; /* the HTTP library owns fd and will report its end */
	struct sockaddr_storage from;
	uint8_t key[CONN_KEY]; /* IPv4 address or IPv6 /64 */
	_Atomic bool shut;     /* by us */
	_Atomic int phase;
	_Atomic int64_t until; /* milliseconds, monotonic */
};

struct conns_limits {
	size_t total, per_address; /* per_address 0: no limit */
	int64_t reading_ms, answering_ms, idle_ms;
};

struct conns;
/* m and log may be NULL. "no_memory" */
struct conns *conns_new(const struct conns_limits *limits, struct metrics *m, struct log *log, struct err *e);
void conns_free(struct conns *cs);

/* Monotonic milliseconds, the clock of everything here. */
int64_t conns_clock(void);

/* Notes an accepted socket. NULL when its address has its share, or memory is out: the caller closes it. */
struct conn *conns_admit(struct conns *cs, int fd, const struct sockaddr *from, socklen_t n);
/* The library took fd over: from now on a deadline closes it. NULL when fd was never admitted. */
struct conn *conns_start(struct conns *cs, int fd);
/* fd is about to be closed. c may be NULL. */
void conns_remove(struct conns *cs, struct conn *c);

/* The connection enters a phase; its deadline follows. bytes: size of an answer. c may be NULL. */
void conns_enter(struct conns *cs, struct conn *c, enum conn_phase phase, size_t bytes);

/* Shuts down the sockets whose deadline has passed; the library then sees their end and closes them. Returns how many, and logs each. */
size_t conns_reap(struct conns *cs);
/* Shuts down idle connections, at most n, those that have been idle longest first. */
void conns_shut_idle(struct conns *cs, size_t n);
/* Shuts down all but those that a worker has. */
void conns_shut(struct conns *cs);

size_t conns_count(struct conns *cs);
size_t conns_busy(struct conns *cs); /* those that an answer is made for, or on its way to */
bool conns_full(struct conns *cs);

#endif
