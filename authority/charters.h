/* SPDX-License-Identifier: ISC
 * Charters of the store, parsed once by each worker: the logged ones never change. */
#ifndef AUTHORITY_CHARTERS_H
#define AUTHORITY_CHARTERS_H

#include "authority/authority.h"

/* A charter that was given stays valid until its worker has asked for so many others: more than one transaction does. */
enum { CHARTERS_KEPT = 320 };

struct charter_cache;
struct charter_cache *charter_cache_new(struct err *e);
void charter_cache_free(struct charter_cache *c);

/* A logged charter of a group, borrowed from the worker's cache. "not_found" (there is none), db_run's, "no_memory". */
bool charters_by_version(struct worker *w, int32_t g, uint32_t version, const struct charter **out, struct err *e);
bool charters_by_digest(struct worker *w, int32_t g, const struct digest *digest, const struct charter **out, struct err *e);
/* The newest in the log, in force or not yet. */
bool charters_newest(struct worker *w, int32_t g, const struct charter **out, struct err *e);
/* The version in force for an entry at this time; 0 when the log is empty. */
bool charters_in_force(struct worker *w, int32_t g, int64_t time, uint32_t *version, struct err *e);

#endif
