/* SPDX-License-Identifier: ISC
 * All evidence on a proposal as the store has it now, verified: what a decision is made from. */
#ifndef AUTHORITY_GATHERED_H
#define AUTHORITY_GATHERED_H

#include "authority/store_invitation.h"
#include "authority/store_proposal.h"
#include "authority/store_vouch.h"

struct gathered {
	const struct charter *charter; /* the proposal's; borrowed from the cache, as the next */
	const struct requirement *requirement;
	struct evidence evidence;
	struct id16 *members; /* sorted: voters, vouchers, and the subject of an expulsion; owned, as the rest */
	struct voter *standing;
	size_t members_n;
	struct stored_vouches vouches; /* those that are void too */
	bool invited;                  /* the application came by this: */
	struct stored_invitation invitation;
	struct verified verified; /* at the proposal's close: see evidence_at */
};
/* The voters, vouchers and subject are locked by the caller. Signatures were verified before what they sign was stored. "not_allowed" (the
 * charter has no such question), evidence_verify's, db_run's. *out must be passed to gathered_free in any case. */
bool gathered_load(struct worker *w, int32_t g, const struct stored_proposal *p, struct gathered *out, struct err *e);
void gathered_free(struct gathered *x);
/* What the log says of one of the members; NULL: it is none of them. */
const struct voter *gathered_standing(const struct gathered *x, const struct id16 *member);
/* Keeps which vouches and challenges a decision rests on. The row of the decision must be there. */
bool gathered_keep(struct worker *w, int32_t g, uint64_t number, const struct gathered *x, struct err *e);

#endif
