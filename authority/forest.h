/* SPDX-License-Identifier: ISC
 * The trees of the groups' logs, kept in memory for proofs: one for each group that was asked about, 64 bytes an entry of its log (a
 * million entries are 64 MB). Shared by all workers. */
#ifndef AUTHORITY_FOREST_H
#define AUTHORITY_FOREST_H

#include "authority/authority.h"
#include "base/merkle_tree.h"

/* No tree yet. "no_memory" */
struct forest *forest_new(struct err *e);
void forest_free(struct forest *f);

/* The tree of a group's log, of at least `size` entries, which is a size that the store has a head of (g->log_size always is one). It is
 * read from the store as far as it is not there yet, and what is there is held against that head, so that it tells nothing of a log that
 * the store does not have (any more). Locked for reading: to be given back soon, with nothing in between that waits.
 * NULL: db_run's, "no_memory", "database_error" (entries and head of the store do not fit). */
const struct merkle_tree *forest_take(struct worker *w, const struct group *g, uint64_t size, struct err *e);
void forest_give(const struct merkle_tree *t);

#endif
