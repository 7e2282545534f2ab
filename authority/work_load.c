/* SPDX-License-Identifier: ISC */
#include "authority/work_load.h"

#include "charter/work.h"

enum { CALM = 4, SHED = CALM * (WORK_LOAD_STEPS + 1) };

/* A minute is over. */
static void turn(struct work_load *l, int64_t target)
{
	if (target > 0 && l->done > target) {
		l->calm = 0;
		l->step += l->step < WORK_LOAD_STEPS;
	} else if (++l->calm == CALM) {
		l->calm = 0;
		l->step -= l->step > 0;
	}
	l->done = 0;
	l->since += WORK_LOAD_MINUTE;
}

void work_load_pass(struct work_load *l, int64_t target, int64_t now)
{
	/* After so long a pause nothing is left, whatever was. */
	if (l->since == 0 || now - l->since > (int64_t)SHED * WORK_LOAD_MINUTE)
		*l = (struct work_load){ .since = now };
	while (now - l->since >= WORK_LOAD_MINUTE)
		turn(l, target);
}

int64_t work_load_effort(const struct work_load *l, int64_t effort)
{
	int64_t up = 1, down = 1, raised;

	for (unsigned i = 0; i < l->step; i++) {
		up *= 3;
		down *= 2;
	}
	raised = effort > WORK_EFFORT_MAX * down / up ? WORK_EFFORT_MAX : effort * up / down;
	return work_effort(work_counter(raised));
}
