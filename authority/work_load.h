/* SPDX-License-Identifier: ISC
 * Effort that rises with demand: while more work is asked for than the operator expects, each costs more. Pure: the time is passed in. */
#ifndef AUTHORITY_WORK_LOAD_H
#define AUTHORITY_WORK_LOAD_H

#include <stdint.h>

/* Steps of one half more each, so that an effort has few others above it: 7.6 times is the most. */
enum { WORK_LOAD_STEPS = 5, WORK_LOAD_MINUTE = 60 };

/* All zero: nothing was asked for yet. */
struct work_load {
	int64_t since; /* when this minute began, seconds; 0: it did not */
	int64_t asked; /* in this minute */
	unsigned step, calm;
};

/* Work was asked for at `now` (seconds, of a clock that only goes forward). After each minute with more than `target` of it (0: no limit)
 * the step goes up, after four others in a row down. */
void work_load_ask(struct work_load *l, int64_t target, int64_t now);
/* The charter's effort (1 to WORK_EFFORT_MAX) as it is asked for now: in whole tries, at most WORK_EFFORT_MAX. */
int64_t work_load_effort(const struct work_load *l, int64_t effort);

#endif
