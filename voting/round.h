/* SPDX-License-Identifier: ISC
 * The two visits that FROST and SpeedyMuSig share: in the first each signer gives out a commitment to two nonces, in the second it answers
 * what is to be signed, and by whom, with its part.
 *
 * A nonce that serves two messages gives its holder's key away. So it has a type of its own, and round_take wipes it before anything else
 * is looked at: a second call finds nothing. Keeping it on disk, and marking it used there before the answer leaves, is its keeper's. */
#ifndef VOTING_ROUND_H
#define VOTING_ROUND_H

#include "base/sig.h"
#include "voting/shares.h"

/* What others see of a nonce: RFC 9591's D and E. Both have passed point_decode. */
struct round_commitment {
	share_id id;
	struct point hiding, binding;
};

/* Secret, and good for one message. All zero is an empty one. */
struct round_nonce {
	bool fresh;
	struct scalar hiding, binding;
	struct round_commitment commitment;
};

/* A signer's answer: its part, and what it found R to be. R is a hint, which costs the signer nothing and spares the coordinator the whole
 * computation when nobody lied. */
struct round_part {
	share_id id;
	struct scalar z;
	struct point r;
};

enum { ROUND_RANDOM = 64 }; /* 32 bytes for each of both nonces */

/* RFC 9591 4.1, 5.1: each nonce is H3(random ‖ key), so that the key keeps a weak generator from giving one for two members. The random
 * bytes are of bytes_random, and the caller wipes them. `mine` is a share, or a key of the member's own. */
void round_commit(const struct share *mine, const uint8_t random[static ROUND_RANDOM], struct round_nonce *out);

/* Moves the nonce to `out`, which the caller wipes. "nonce_used": it is empty, or another member's. */
bool round_take(struct round_nonce *from, share_id id, struct round_nonce *out, struct err *e);

/* Whether commitments can be signed under: t to SHARES_MAX of them, numbers ascend and none is 0. "bad_package", "bad_identifiers". */
bool round_check(const struct round_commitment *list, size_t n, size_t t, struct err *e);
/* Where one's own stands: once, and under its own number (RFC 9591 5.2). "bad_package". */
bool round_find(const struct round_commitment *list, size_t n, const struct round_commitment *own, size_t *at, struct err *e);

/* The R that more than half report, if there is one; else any. */
const struct point *round_reported(const struct round_part *parts, size_t n);
/* R and the sum of all parts, as an Ed25519 signature (RFC 8032); whether it is one of this key on this message. */
bool round_sum(struct crypto *c, const struct point *key, struct slice message, const struct round_part *parts, size_t n,
	const struct point *r, uint8_t signature[static SIG_BYTES]);
/* RFC 8032 5.1.7: SHA-512(R ‖ key ‖ message). */
void round_challenge(const struct point *r, const struct point *key, struct slice message, struct scalar *out);

#endif
