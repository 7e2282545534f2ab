/* SPDX-License-Identifier: ISC
 * Keeps a few children running, and ends them all when we are asked to end. Does no networking itself. */
#ifndef AUTHORITY_SUPERVISOR_H
#define AUTHORITY_SUPERVISOR_H

#include "authority/process.h"
#include "base/log.h"

enum {
	SUPERVISED_MAX = 8,
	/* A child that ends with one of these says that starting it again does not help: wrong usage, or configuration (sysexits.h). */
	SUPERVISED_USAGE = 2,
	SUPERVISED_CONFIG = 78,
};

/* One child. The table's order is that of starting: each begins once those before it have been ready. They are stopped in reverse. */
struct supervised {
	const char *name;
	bool (*start)(void *ctx, struct process *out, struct err *e);
	bool (*ready)(void *ctx);               /* does not wait; NULL: ready once it runs */
	bool (*once)(void *ctx, struct err *e); /* when first ready, before the next one starts; failing ends everything; may be NULL */
	void *ctx;
	int stop_signal;
	int64_t stop_ms; /* then it is killed; so it is when we are asked to end a second time */
	size_t tries;    /* failures before it was ever ready, until it is given up; 0: SUPERVISOR_TRIES */
};

/* Runs until SIGINT or SIGTERM (then true), or until a child can not go on: "child_failed", or what its start or `once` says.
 * All children have ended on return. SIGHUP is passed on to them. Signals are blocked meanwhile, and as before afterwards.
 * A child that ends is started again, after a while that grows with each failure and begins anew once it ran for a minute;
 * one that was never ready is given up after so many tries. */
enum { SUPERVISOR_TRIES = 10 };
bool supervisor_run(const struct supervised *children, size_t n, struct log *log, struct err *e);

/* How long to wait before try number n (from 1), in milliseconds. */
int64_t supervisor_backoff(size_t n);

#endif
