/* SPDX-License-Identifier: ISC
 * The charter in force at this moment, for acts that write nothing to the log. */
#ifndef AUTHORITY_IN_FORCE_H
#define AUTHORITY_IN_FORCE_H

#include "authority/authority.h"

/* The charter in force at this time of the database's clock (may be NULL). It must name our notary key, or a receipt of ours would be
 * worth nothing: "not_a_notary", db_run's. */
bool in_force_at(struct worker *w, int32_t g, int64_t now, const struct charter **out, struct err *e);

#endif
