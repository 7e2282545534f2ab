/* SPDX-License-Identifier: ISC
 * The ring of node IDs: who stands nearest to a place in it. */
#ifndef VOTING_RING_H
#define VOTING_RING_H

#include "base/digest.h"
#include "base/err.h"

enum { RING_MAX = 64 };

/* An elector with a vote, and where it stands. */
struct ring_seat {
	struct id16 member, node;
};
/* The members of the k seats nearest to a place, nearest first, or of all n when there are fewer: by circular distance,
 * min(|a - b|, 2^128 - |a - b|) of node IDs as big-endian numbers; of two that are as far, the lower member comes first. Seats in any
 * order. out has room for k. "out_of_range": k is above RING_MAX. */
bool ring_nearest(
	const struct ring_seat *seats, size_t n, const struct id16 *node, size_t k, struct id16 *out, size_t *out_n, struct err *e);
/* The place opposite a node: node + 2^127 mod 2^128. */
void ring_opposite(const struct id16 *node, struct id16 *out);

#endif
