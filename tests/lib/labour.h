/* SPDX-License-Identifier: ISC
 * Work that was really done: whoever chooses the counter itself derives one key. */
#ifndef TESTS_LIB_LABOUR_H
#define TESTS_LIB_LABOUR_H

#include "voting/challenge.h"

/* Makes it a challenge of this much work, with its proof. */
static inline void labour(struct challenge *c, int64_t effort)
{
	c->type = CHALLENGE_WORK;
	c->effort = effort;
	c->work = (struct work_done){ .puzzle = { { 1 }, { 2 } }, .counter = work_counter(effort) };
	assert_true(work_derive(&c->work.puzzle, c->work.counter, c->work.key, NULL));
}

#endif
