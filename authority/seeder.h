/* SPDX-License-Identifier: ISC
 * The second contributor of seeds, where a charter names one: its commitments and its reveals. */
#ifndef AUTHORITY_SEEDER_H
#define AUTHORITY_SEEDER_H

#include "authority/acts.h"
#include "peer/application.h"

enum { SEEDER_AHEAD = 4096 /* commitments that one seeder may have left */, SEEDER_NONE = -1 };

/* The seeder's seed that an application uses up; SEEDER_NONE where the charter in force names no seeder. "seeds_missing" when nothing that
 * it committed to is left, "stale_head" when the applicant's head does not show it, db_run's. */
bool seeder_take(struct log_writer *lw, const struct application *a, int64_t *number, struct err *e);
/* What was revealed under a number; *found false: nothing yet. */
bool seeder_revealed(struct worker *w, int32_t g, int64_t number, bool *found, uint8_t seed[static 32], struct err *e);

#endif
