/* SPDX-License-Identifier: ISC
 * Epochs of node IDs: where a charter says `rejoin`, a member keeps its place on the ring for so long at most (docs/objects/rejoin.md). */
#ifndef VOTING_EPOCH_H
#define VOTING_EPOCH_H

#include "charter/charter.h"

/* Length of an epoch in seconds; 0: node IDs stay (no `rejoin`, or node IDs that come from keys). */
int64_t epoch_length(const struct charter *c);
/* The end of the member's epoch that contains this time: the first second of its next one. Epochs of members begin at times of their own:
 * t lies in number floor((t + offset) / length), offset = the first 8 bytes of SHA-256("gmc-epoch/1" ‖ 0 ‖ genesis ‖ member) mod length.
 * INT64_MAX where node IDs stay. */
int64_t epoch_end(const struct charter *c, const struct digest *genesis, const struct id16 *member, int64_t time);

#endif
