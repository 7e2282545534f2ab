/* SPDX-License-Identifier: ISC
 * Electorates out of the store. */
#ifndef AUTHORITY_ELECTORS_H
#define AUTHORITY_ELECTORS_H

#include "authority/authority.h"
#include "voting/electorate.h"

/* Who may vote on a proposal whose entry has this index: sorted; free with electorate_free. */
bool electors_at(struct worker *w, int32_t g, uint64_t index, struct electorate *out, struct err *e);

#endif
