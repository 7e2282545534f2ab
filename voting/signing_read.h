/* SPDX-License-Identifier: ISC
 * What participants of a signing post: numbers and points by item, as base64url. */
#ifndef VOTING_SIGNING_READ_H
#define VOTING_SIGNING_READ_H

#include "voting/signing.h"

/* "nonces" of a body, for n items, by this number; each point is checked here, once. A new array. NULL: at_*'s, "bad_point",
 * "no_memory". */
struct round_commitment *signing_read_commitments(const struct at *at, share_id id, size_t n);
/* "parts", likewise. R is a hint that is only ever compared. Also "bad_scalar". */
struct round_part *signing_read_parts(const struct at *at, share_id id, size_t n);

#endif
