/* SPDX-License-Identifier: ISC
 * Decisions in the store, and the status that each vote had. */
#ifndef AUTHORITY_STORE_DECISION_H
#define AUTHORITY_STORE_DECISION_H

#include "authority/store.h"
#include "voting/tally.h"

/* The decision of a proposal; its own log entry has the index d->log_size. */
bool store_decision_insert(struct worker *w, int32_t g, uint64_t number, const struct decision *d, const char *doc, struct err *e);
bool store_decision_ballots(struct worker *w, int32_t g, uint64_t number, const struct tally *t, struct err *e);

#endif
