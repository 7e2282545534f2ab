/* SPDX-License-Identifier: ISC
 * The bounded queue between network threads and workers. Lane 0 gives its jobs out one at a time; every other lane gives out all that
 * wait, as one batch, and only so many batches of a lane are under way at once: while one is, the next collects. */
#ifndef WEB_QUEUE_H
#define WEB_QUEUE_H

#include "base/bytes.h"
#include "base/err.h"

enum { QUEUE_BATCH_MAX = 256, QUEUE_SHARE = 4 };

/* One thing to do; part of what the owner knows about it. Belongs to the queue between put and take. */
struct job {
	struct job *next;
	uint64_t number; /* set by the queue: order of arrival over all lanes */
	size_t lane;
	const char *group; /* of batch lanes: jobs of one group take at most a QUEUE_SHAREth of a batch while others wait. May be NULL */
	/* Does n jobs of one lane (1 in lane 0), all with this function. The jobs are their owner's again, and may be gone when it returns.
	 * `ctx` is the worker's. */
	void (*run)(void *ctx, struct job *const *jobs, size_t n);
	void (*drop)(struct job *j); /* the server gives up: no work, an answer at most */
};

struct queue;
/* capacity: jobs that may wait. lanes: number of batch lanes. batches: under way at once in each. batch: jobs in one of them, 1 to
 * QUEUE_BATCH_MAX. NULL with "no_memory". */
struct queue *queue_new(size_t capacity, size_t lanes, size_t batches, size_t batch, struct err *e);
void queue_free(struct queue *q);

/* Reserves a place for one job; false when all are taken or the queue is closed. Whoever has a place puts exactly one job. */
bool queue_claim(struct queue *q);
void queue_put(struct queue *q, struct job *j);

/* Waits for work: gives jobs of one lane, a batch at most, oldest first. 0 once the queue is closed and empty. */
size_t queue_take(struct queue *q, struct job *out[static QUEUE_BATCH_MAX]);
/* The work on what queue_take gave out, of this lane, is done. */
void queue_done(struct queue *q, size_t lane);

/* No more claims. Takers go on until nothing waits. */
void queue_close(struct queue *q);
/* Takes what waits, in whatever lane, without counting it as under way. Returns how many, at most QUEUE_BATCH_MAX. */
size_t queue_drop(struct queue *q, struct job *out[static QUEUE_BATCH_MAX]);
/* Waits until nothing is claimed, waiting or under way, at most so many milliseconds. */
bool queue_wait_idle(struct queue *q, int64_t ms);

size_t queue_depth(struct queue *q);

#endif
