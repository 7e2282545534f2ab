/* SPDX-License-Identifier: ISC
 * HTTP load from one thread: so many connections that are kept, each with one request under way. */
#ifndef TESTS_LIB_LOAD_H
#define TESTS_LIB_LOAD_H

#include "base/bytes.h"

enum { LOAD_CONNECTIONS_MAX = 512 };

struct load {
	unsigned port; /* on 127.0.0.1 */
	size_t connections;
	int status;         /* that a good answer has */
	const char *needle; /* and what its body holds */
	/* The i-th request, whole, head and body: borrowed until its answer has come. */
	struct slice (*request)(void *arg, size_t i);
	void *arg;
	size_t first, n; /* requests first .. first + n - 1 */
	/* results */
	size_t good, bad;
	double seconds, p50, p99; /* in all; of one request, in milliseconds */
	char why[512];            /* the first answer that was not good */
};

/* Appends a request with a JSON body. */
void load_post(struct buf *out, const char *path, struct slice json);
/* Sends all, waits for all answers. A server that does not answer for ten seconds, or goes away, makes what is left bad. */
void load_run(struct load *l);

#endif
