/* SPDX-License-Identifier: ISC
 * The jobs of background work: which waits, which runs, which cools. No clock and no lock of its own: `now` is the caller's, in
 * milliseconds that only go forward, and one thread at a time may call. */
#ifndef AUTHORITY_JOBS_H
#define AUTHORITY_JOBS_H

#include "base/bytes.h"
#include "base/err.h"

enum { JOBS_MAX = 8192 };

enum work_kind {
	WORK_OPEN,       /* an application, by its digest */
	WORK_DECIDE,     /* a proposal, by its number */
	WORK_PUBLISH,    /* a group: bring the signer up to its log, have it sign what is intended */
	WORK_LISTS,      /* a group */
	WORK_SEEDS,      /* a group */
	WORK_LAPSE,      /* a group: suspensions that are over */
	WORK_DRAW,       /* a group: candidates, where a draw is due */
	WORK_CEREMONIES, /* a group: those that last too long, and those that are to begin */
	WORK_KINDS
};
struct work_job {
	enum work_kind kind;
	int32_t g;
	uint64_t number;
	struct digest digest;
};
/* For metrics: since the start, and now. */
struct work_counts {
	uint64_t done[WORK_KINDS], failed[WORK_KINDS], dropped;
	uint64_t waiting, running;
};

struct jobs;
/* NULL: "no_memory". Free with jobs_free (NULL ok). */
struct jobs *jobs_new(struct err *e);
void jobs_free(struct jobs *j);

/* Asks for a job, once however often it is asked for while it waits. One that runs will run once more; one that was just done waits until
 * it has cooled. What no longer fits is dropped, and counted. */
void jobs_ask(struct jobs *j, const struct work_job *job, int64_t now);
/* Takes out the job that is due longest, of those that ask the signer only where `signer` says so: it runs until its ticket is given to
 * jobs_done or jobs_failed. False when none of them is due; then *due is when one will be, INT64_MAX when none waits. */
bool jobs_take(struct jobs *j, int64_t now, bool signer, struct work_job *out, uint32_t *ticket, int64_t *due);
/* It cools, for a time that hangs on its kind and on how long it took. */
void jobs_done(struct jobs *j, uint32_t ticket, int64_t now);
/* It is tried again: soon and often where something was away for a moment, else ever later. What is "not_found" is forgotten: a timer
 * finds what comes to be. */
void jobs_failed(struct jobs *j, uint32_t ticket, const struct err *e, int64_t now);

/* Does nothing run, and is nothing due that has not failed before? */
bool jobs_idle(const struct jobs *j, int64_t now);
void jobs_count(const struct jobs *j, struct work_counts *out);

#endif
