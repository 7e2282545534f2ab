/* SPDX-License-Identifier: ISC
 * What background jobs do, and how lost ones are found again. */
#ifndef AUTHORITY_WORK_RUN_H
#define AUTHORITY_WORK_RUN_H

#include "authority/work.h"

/* Does one job. Errors: its act's. */
bool work_run(struct worker *w, const struct work_job *job, struct err *e);
/* Posts whatever the store has to do. `first`: also what only a restart may have left behind (a signer that has not seen the end of a
 * log, seeds). */
bool work_look(struct worker *w, bool first, struct err *e);

#endif
