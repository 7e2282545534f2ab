/* SPDX-License-Identifier: ISC
 * Renewals that the group decides on. member.c takes them, and grants those that a key alone is enough for. */
#ifndef AUTHORITY_RENEWAL_H
#define AUTHORITY_RENEWAL_H

#include "authority/outcome.h"
#include "authority/store_member.h"

/* Does this charter have the group decide on the member's next renewal? */
bool renewal_asked(const struct charter *c, const struct stored_member *m);
/* Puts it to the group: proposal_put's errors; log_finish is the caller's. */
bool renewal_put(struct log_writer *lw, const struct stored_member *m, const struct digest *renewal, uint64_t *number, struct err *e);
/* What a *yes* brings: the certificate. */
bool renewal_granted(struct log_writer *lw, const struct outcome_of *o, struct err *e);

#endif
