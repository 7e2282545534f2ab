/* SPDX-License-Identifier: ISC
 * Work made ahead: puzzles whose key is known, so that setting one costs nothing when it is asked for. One thread derives them, and rests
 * three times as long as each took: no flood of requests makes it use more than a quarter of one processor. Any thread may call. */
#ifndef AUTHORITY_WORK_POOL_H
#define AUTHORITY_WORK_POOL_H

#include "charter/work.h"

/* Kept of one effort, and efforts for which any is kept. Where charters ask for more efforts than that, those that were asked for last
 * stay, and the others are made anew when they are asked for again. A charter has 1 + WORK_LOAD_STEPS efforts, and tickets keep theirs for
 * as long as they live. */
enum { WORK_POOL_EACH = 64, WORK_POOL_EFFORTS = 8, WORK_POOL_REST = 3 };

struct work_pool;

/* rest: WORK_POOL_REST. target: so much work done in a minute before it costs more (authority/work_load.h), 0: it never does.
 * "thread_unavailable", "no_memory". work_pool_free ends the thread, and wipes what was left; NULL is fine. */
struct work_pool *work_pool_new(unsigned rest, int64_t target, struct err *e);
void work_pool_free(struct work_pool *p);

/* What work costs now of which the charter asks `effort`, 1 to WORK_EFFORT_MAX. */
int64_t work_pool_effort(struct work_pool *p, int64_t effort);
/* Takes work of this effort in the mean: its counter is of [n, 3n), n = work_counter(effort). Nobody gets it twice. out is a secret until
 * it is solved: bytes_wipe.
 * Of an effort that was not asked for lately one is derived at once, though only one in a second whatever is asked for; else "pool_empty"
 * says to come back. "no_memory". */
bool work_pool_take(struct work_pool *p, int64_t effort, struct work_done *out, struct err *e);
/* Nobody saw it, and others may have it. Wiped. */
void work_pool_return(struct work_pool *p, int64_t effort, struct work_done *taken);
/* Somebody did work: the more of it in a minute, the more costs the next (authority/work_load.h). */
void work_pool_done(struct work_pool *p);

#endif
