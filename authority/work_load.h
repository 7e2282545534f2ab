/* SPDX-License-Identifier: ISC
 * Effort that rises with demand: while more work is done than the operator expects, each costs more. It is what was done that counts, since
 * asking costs nothing, and anybody could make it dear for all. Pure: the time is passed in. */
#ifndef AUTHORITY_WORK_LOAD_H
#define AUTHORITY_WORK_LOAD_H

#include <stdint.h>

/* Steps of one half more each, so that an effort has few others above it: 7.6 times is the most. */
enum { WORK_LOAD_STEPS = 5, WORK_LOAD_MINUTE = 60 };

/* All zero: nothing was done yet. */
struct work_load {
	int64_t since; /* when this minute began, seconds; 0: it did not */
	int64_t done;  /* in this minute; the caller counts, after work_load_pass */
	unsigned step, calm;
};

/* It is `now` (seconds, of a clock that only goes forward). After each minute in which more than `target` was done (0: no limit) the step
 * goes up, after four others in a row down. */
void work_load_pass(struct work_load *l, int64_t target, int64_t now);
/* The charter's effort (1 to WORK_EFFORT_MAX) as it is asked for now: in whole tries, at most WORK_EFFORT_MAX. */
int64_t work_load_effort(const struct work_load *l, int64_t effort);

#endif
