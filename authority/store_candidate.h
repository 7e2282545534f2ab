/* SPDX-License-Identifier: ISC
 * Candidates and measurements in the store. */
#ifndef AUTHORITY_STORE_CANDIDATE_H
#define AUTHORITY_STORE_CANDIDATE_H

#include "authority/store.h"
#include "voting/candidacy.h"
#include "voting/eligible.h"
#include "voting/measurement.h"

struct stored_candidate {
	struct digest digest, key;
	uint64_t index; /* of its entry */
	int64_t last;   /* the time of its entry, or of its newest measurement */
	int64_t until;  /* of its newest invitation, if nobody used that; 0: none */
	bool used;
};
/* By its candidacy; the newest by its key. *found false: there is none. */
bool store_candidate_find(
	struct worker *w, int32_t g, const struct digest *candidacy, bool *found, struct stored_candidate *out, struct err *e);
bool store_candidate_by_key(
	struct worker *w, int32_t g, const struct digest *key, bool *found, struct stored_candidate *out, struct err *e);
/* The object must be there. */
bool store_candidate_insert(struct worker *w, int32_t g, const struct candidacy *v, uint64_t index, int64_t time, struct err *e);
/* Measured now. */
bool store_candidate_touch(struct worker *w, int32_t g, const struct digest *candidacy, int64_t time, struct err *e);
bool store_candidate_use(struct worker *w, int32_t g, const struct digest *candidacy, struct err *e);
/* Digests of those who may be invited at this time: not used up, seen after `since`, without a running invitation or a member's
 * key. *out is to be freed. */
bool store_candidate_free(struct worker *w, int32_t g, int64_t since, int64_t now, struct digest **out, size_t *n, struct err *e);
/* Groups in which somebody may be drawn. */
bool store_candidate_groups(struct worker *w, store_found *found, void *arg, struct err *e);

bool store_measure_insert(
	struct worker *w, int32_t g, const struct measurement *m, const struct id16 *member, uint64_t index, int64_t time, struct err *e);
/* Has this member measured the same (candidate NULL: its load) after this time? */
bool store_measure_lately(
	struct worker *w, int32_t g, const struct id16 *member, const struct digest *candidate, int64_t since, bool *lately, struct err *e);
/* By members of now, after this time. To be freed. */
bool store_measure_candidates(struct worker *w, int32_t g, int64_t since, struct eligible_measure **out, size_t *n, struct err *e);
bool store_measure_loads(struct worker *w, int32_t g, int64_t since, struct eligible_load **out, size_t *n, struct err *e);

#endif
