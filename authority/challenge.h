/* SPDX-License-Identifier: ISC
 * Challenges met, as they are kept: those that another notary signed and those that this authority saw met. */
#ifndef AUTHORITY_CHALLENGE_H
#define AUTHORITY_CHALLENGE_H

#include "authority/purpose.h"
#include "voting/challenge.h"

/* Keeps one that holds and is for this purpose, in the caller's transaction. doc: its envelope; notary: who signed it. The receipt
 * replaces what `receipt` held; *fresh false: it was given before. purpose_open's, "challenge_late", "over_limit", "database_retry". */
bool challenge_keep(struct worker *w, const struct group *group, const struct purpose *p, const struct challenge *c,
	const struct digest *notary, struct buf *doc, struct buf *receipt, bool *fresh, struct err *e);

#endif
