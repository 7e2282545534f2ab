/* SPDX-License-Identifier: ISC
 * A share for a new member, or for one who lost it, from t holders who learn nothing of it: the repairable threshold scheme of Stinson and
 * Wei (ePrint 2017/1155, section 3), with commitments, so that whoever sends a wrong number is seen.
 *
 * Helper i splits lambda_i(at) s_i into random parts, one for each helper, and commits to each. Helper j adds up what it got and gives the
 * sum to the newcomer `at`, whose share is the sum of these. Parts, sums and shares are secret; commitments are public. */
#ifndef VOTING_REPAIR_H
#define VOTING_REPAIR_H

#include "voting/shares.h"

/* parts[j] is for helper ids[j]; commitments[j] = parts[j] B. mine is the share of ids[i]. Room for n in both. The parts follow from 32
 * random bytes that serve for this alone. */
void repair_split(const uint8_t seed[static SEED_BYTES], const struct share *mine, const share_id *ids, size_t n, size_t i, share_id at,
	struct scalar *parts, struct point *commitments);
/* Whether what helper i commits to is its share and nothing else: its commitments' sum is lambda_i(at) Y_i. "bad_commitment". */
bool repair_split_check(
	const struct point *commitments, const struct point *share, const share_id *ids, size_t n, size_t i, share_id at, struct err *e);
/* The sum of n numbers: a helper's, or the newcomer's share. */
void repair_sum(const struct scalar *parts, size_t n, struct scalar *out);
/* Whether a number is what n commitments say of it: one part against its commitment, or a helper's sum against those of what it got.
 * "bad_share". */
bool repair_check(const struct scalar *number, const struct point *commitments, size_t n, struct err *e);

#endif
