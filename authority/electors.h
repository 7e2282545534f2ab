/* SPDX-License-Identifier: ISC
 * Electorates out of the store. */
#ifndef AUTHORITY_ELECTORS_H
#define AUTHORITY_ELECTORS_H

#include "authority/authority.h"
#include "voting/electorate.h"
#include "voting/proposal.h"

/* Who is an elector of a proposal whose entry has this index and time: sorted; free with electorate_free. Whoever is on probation then (in
 * seconds, by the proposal's charter) has weight 0. */
bool electors_at(struct worker *w, int32_t g, uint64_t index, int64_t opened, int64_t probation, struct electorate *out, struct err *e);
/* The same of a proposal of the store. "not_found" */
bool electors_of(struct worker *w, int32_t g, uint64_t number, struct electorate *out, struct err *e);
/* Fills a proposal's ring, of those electors who have a vote, where the charter asks for one. */
bool electors_ring(struct worker *w, int32_t g, const struct charter *c, const struct electorate *who, struct proposal *p, struct err *e);

#endif
