/* SPDX-License-Identifier: ISC
 * The motion of a record: who moved it, what it rests on, and where all of these stand in the proposal's electorate. */
#ifndef AUTHORITY_ARCHIVE_MOTION_H
#define AUTHORITY_ARCHIVE_MOTION_H

#include "authority/authority.h"
#include "peer/record.h"

enum { ARCHIVED_SIGNERS_MAX = JWS_SIGNATURES_MAX + MOTION_COMPLAINTS_MAX };

/* In memory of its own: records point into it. */
struct archived_motion {
	struct record_place places[ARCHIVED_SIGNERS_MAX];                                   /* of movers, then of those who complain */
	struct record_signed movers[JWS_SIGNATURES_MAX], complaints[MOTION_COMPLAINTS_MAX]; /* documents are owned */
	size_t movers_n, complaints_n;
};
/* Of a proposal to expel, by its motion; into what is all zero. Free with archived_motion_free, also after a failure. */
bool archive_motion(struct worker *w, const struct group *g, uint64_t number, const struct digest *digest, const json_t *motion,
	struct archived_motion *out, struct err *e);
void archived_motion_free(struct archived_motion *m);

#endif
