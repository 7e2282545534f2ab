/* SPDX-License-Identifier: ISC
 * Bringing the signer up to the store's log. */
#ifndef AUTHORITY_SYNC_H
#define AUTHORITY_SYNC_H

#include "authority/authority.h"

/* Sends the signer every entry that it lacks, with objects and evidence, until it has the log of the store. Errors: the signer's refusals
 * by their names; "signer_ahead" when it knows a longer log, and "forked" when it knows another: the group is stopped then, until an
 * operator restores. "signer_old" when another signer with a later state served the group before: that one goes on where it was.
 * "signer_unavailable". */
bool sync_signer(struct worker *w, int32_t g, struct group *out, struct err *e);

#endif
