/* SPDX-License-Identifier: ISC
 * Recoveries: a member lost its key, and the group decides whether another one takes its place. */
#ifndef AUTHORITY_RECOVERY_H
#define AUTHORITY_RECOVERY_H

#include "authority/acts.h"
#include "authority/outcome.h"

/* What a *yes* brings: the new key, the old one's end, the certificate. */
bool recovery_granted(struct log_writer *lw, const struct outcome_of *o, struct err *e);
/* The member's present key says that it is not lost: the proposal about this recovery is void. *found false: there is no such recovery, and
 * nothing was done. Errors: "wrong_context", "bad_jws", "not_allowed" (by another key), "closed", jws_verify's. */
bool recovery_object(struct worker *w, const char *group, const struct digest *recovery, const struct jws *withdrawal, const json_t *doc,
	bool *found, struct answer *out, struct err *e);

#endif
