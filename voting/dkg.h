/* SPDX-License-Identifier: ISC
 * Distributed key generation: n members make shares of a key that nobody ever holds, any t of which sign. Pedersen's, with proofs of
 * possession, as in the FROST paper (Komlo and Goldberg 2020, figure 1; PedPop). And what follows from it: dealing an existing key's shares
 * anew to others, with another t or without somebody (Desmedt and Jajodia 1997).
 *
 * Here is the arithmetic of one member's steps. Who posts what, when, signed and sealed how, and who is to blame, is the ceremony's. */
#ifndef VOTING_DKG_H
#define VOTING_DKG_H

#include "charter/charter.h"
#include "voting/shares.h"

enum { DKG_MIN = CHARTER_SIGNERS_MIN, DKG_MAX = CHARTER_SIGNERS_MAX }; /* t and n */

/* What a dealer deals shares of: t coefficients. Secret, to be wiped when the key is made. */
struct dkg_polynomial {
	size_t t;
	struct scalar f[DKG_MAX];
};

/* That the dealer knows f[0]: Schnorr's, R and z. */
struct dkg_proof {
	struct point r;
	struct scalar z;
};

/* t coefficients that follow from 32 random bytes, which serve for one dealing: so a dealer that restarts deals the same. The caller wipes
 * seed and polynomial. */
void dkg_deal(const uint8_t seed[static SEED_BYTES], size_t t, struct dkg_polynomial *out);
/* For resharing: f[0] is lambda times the share of ids[i], so that what ids deal adds up to the same secret. */
void dkg_redeal(const uint8_t seed[static SEED_BYTES], const struct share *mine, const share_id *ids, size_t n, size_t i, size_t t,
	struct dkg_polynomial *out);

/* The proof of dealer `id` (the Zcash Foundation's challenge, which RFC 9591 leaves open: context ‖ "dkg" ‖ id ‖ C_0 ‖ R), with `bound` at
 * the end: whatever else the proof is to hold for, empty for none. The nonce is a scalar_random that serves once; the caller wipes it. */
void dkg_prove(const struct dkg_polynomial *p, share_id id, struct slice bound, const struct scalar *nonce, struct dkg_proof *out);
/* "bad_proof" */
bool dkg_proof_verify(const struct dkg_proof *proof, share_id id, const struct point *first, struct slice bound, struct err *e);

/* A commitment has t points, neither more nor fewer: one more would raise the threshold unseen, one fewer lower it. "bad_commitment". */
bool dkg_commitment_check(size_t points, size_t t, struct err *e);
/* A resharing dealer's first point is lambda Y_i, so nothing but its share is dealt. "bad_commitment". */
bool dkg_redeal_check(const struct point *first, const struct point *share, const share_id *ids, size_t n, size_t i, struct err *e);

/* What one dealer gave a member: its commitment's t points, in public, and the member's share, in secret. */
struct dkg_dealt {
	share_id from;
	const struct point *commitment;
	struct scalar share;
};
/* The member's share of the key, and the commitment to all shares (t points; the first is the key). First the sum of all is checked, and
 * only if it is wrong each dealer's. False: "bad_share", and bad[j] is set for each dealer whose share is not what it committed to;
 * "bad_key": the key would be the identity. bad has room for n. */
bool dkg_finish(share_id mine, const struct dkg_dealt *dealt, size_t n, size_t t, struct share *out, struct point *commitment, bool *bad,
	struct err *e);

#endif
