/* SPDX-License-Identifier: ISC
 * Background work: what must follow an act, and what time brings. Jobs are hints: each act looks for itself what is to be done, and a
 * timer finds again whatever was lost, so nothing is lost with the process. */
#ifndef AUTHORITY_WORK_H
#define AUTHORITY_WORK_H

#include "authority/authority.h"
#include "authority/jobs.h"

struct work;
/* Starts `threads` workers and a timer, all with connections of their own, and puts itself into a->work first. `a` outlives it. NULL:
 * "no_memory", "thread_unavailable". A database that is away is waited for. */
struct work *work_start(struct authority *a, size_t threads, struct err *e);
/* Takes no more jobs, does what is due within so many milliseconds, ends the threads and frees. NULL is fine; a->work is NULL
 * afterwards. */
void work_stop(struct work *k, int64_t ms);

/* Asks for a job, once however often it is asked for while it waits. k may be NULL: nothing happens. When too much waits it is dropped:
 * the timer finds it. */
void work_post(struct work *k, enum work_kind kind, int32_t g, uint64_t number);
void work_open(struct work *k, int32_t g, const struct digest *application);
/* Asks for a decision on every open proposal of a group: a voter or subject may be gone. */
void work_touch(struct worker *w, int32_t g);

void work_count(struct work *k, struct work_counts *out);
const char *work_name(enum work_kind kind); /* "decide" ... */

#endif
