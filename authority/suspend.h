/* SPDX-License-Identifier: ISC
 * Suspensions: how they begin and end in the log. All but suspend_lapse are called behind the log's lock; log_finish is the caller's. */
#ifndef AUTHORITY_SUSPEND_H
#define AUTHORITY_SUSPEND_H

#include "authority/authority.h"

/* "suspended" when the member is, for what such a member cannot do (`what`: "vouch" ...). */
bool suspend_refuses(const struct log_writer *lw, const struct id16 *member, const char *what, struct err *e);
/* By the word of whom the charter lets suspend: logs *suspended*. "suspended" (it is already), "suspended_lately", "replayed" (that word
 * has suspended it before), log_append's. */
bool suspend_by_word(struct log_writer *lw, const struct id16 *member, const struct digest *revocation, struct err *e);
/* Behind *expelled*: those whom the member vouched in, where the charter says so. object: of that entry. */
bool suspend_cascade(struct log_writer *lw, const struct id16 *expelled, const struct digest *object, struct err *e);
/* Behind a decision that the member stays, on a proposal at this index: *restored*, if it was suspended before that. */
bool suspend_restore(struct log_writer *lw, const struct id16 *member, uint64_t proposal, const struct digest *decision, struct err *e);
/* A transaction of its own: *lapsed* for each suspension of the group that time has ended. */
bool suspend_lapse(struct worker *w, int32_t g, struct err *e);

#endif
