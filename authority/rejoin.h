/* SPDX-License-Identifier: ISC
 * Another node ID for a member whose epoch has ended. */
#ifndef AUTHORITY_REJOIN_H
#define AUTHORITY_REJOIN_H

#include "authority/authority.h"
#include "peer/issuance.h"

/* To be called before the *issued* entry for i, under the same charter: where the epoch of i->node has ended by lw->now, takes the next
 * seed, logs *rejoined* and sets i->node. "no_seed", db_run's. */
bool rejoin_when_due(struct log_writer *lw, const struct charter *under, struct issuance *i, struct err *e);

#endif
