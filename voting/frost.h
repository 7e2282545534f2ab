/* SPDX-License-Identifier: ISC
 * FROST(Ed25519, SHA-512), RFC 9591, byte for byte: t holders of a key's shares make one ordinary Ed25519 signature under it (RFC 8032).
 *
 * Round one (5.1): each signer makes nonces, keeps them, and gives out their commitment. Round two (5.2): the coordinator sends a package,
 * which is the message and the commitments of those who are to sign; each answers with its part. Then the coordinator adds up (5.3).
 *
 * A nonce that serves two messages gives its holder's share away. So it has a type of its own, and frost_sign wipes it before it looks at
 * anything else: a second call finds nothing. Keeping it on disk, and marking it used there before the answer leaves, is its keeper's.
 *
 * Secrets are the share and the nonce; these are handled in constant time. Everything else is public. */
#ifndef VOTING_FROST_H
#define VOTING_FROST_H

#include "base/sig.h"
#include "voting/shares.h"

/* What others see of a nonce: D and E of RFC 9591. Both have passed point_decode. */
struct frost_commitment {
	share_id id;
	struct point hiding, binding;
};

/* Secret, and good for one message. All zero is an empty one. */
struct frost_nonce {
	bool fresh;
	struct scalar hiding, binding;
	struct frost_commitment commitment;
};

enum { FROST_RANDOM = 64 }; /* 32 bytes for each of both nonces */

/* What is to be signed, by whom, under which key. Borrowed. */
struct frost_package {
	struct point key;
	struct slice message;
	size_t t;                            /* holders that the key needs */
	const struct frost_commitment *list; /* ascending by id */
	size_t n;
};

/* A signer's answer: its part, and what it found R to be. R is a hint, which costs the signer nothing and spares the coordinator the whole
 * computation when nobody lied. */
struct frost_part {
	share_id id;
	struct scalar z;
	struct point r;
};

/* Round one (RFC 9591 4.1, 5.1). `random` are bytes of bytes_random, which the share hedges; the caller wipes them. */
void frost_commit(const struct share *mine, const uint8_t random[static FROST_RANDOM], struct frost_nonce *out);

/* Whether a package can be signed at all: t to SHARES_MAX signers, their numbers ascend and none is 0. "bad_package", "bad_identifiers". */
bool frost_package_check(const struct frost_package *p, struct err *e);

/* Round two (5.2). The nonce is consumed, whatever comes of it. "nonce_used": it was, or never was one. "bad_package": as above, or it has
 * this signer's commitment not exactly once. Whether the message may be signed is the caller's to know. */
bool frost_sign(const struct share *mine, struct frost_nonce *nonce, const struct frost_package *p, struct frost_part *out, struct err *e);

/* The signature, of a package that has been checked; parts[i] answers list[i]. First the sum under the R that most report, with one
 * verification. Only when that fails is R computed, and each part held against its signer's public share, shares[i] (5.3, 5.4).
 * bad[i] tells of each part that is wrong, and of each false R where one was computed, even when there is a signature; room for n.
 * False: "bad_part", bad says whose; "bad_package": nobody's, the public shares are not those of the key. */
bool frost_combine(struct crypto *c, const struct frost_package *p, const struct frost_part *parts, const struct point *shares,
	uint8_t signature[static SIG_BYTES], bool *bad, struct err *e);

enum { FROST_BINDING_INPUT = 32 + 64 + 64 + 32 };
/* What binds the i-th signer's nonces to the package, and the factor that comes of it (4.4). */
void frost_binding_input(const struct frost_package *p, size_t i, uint8_t out[static FROST_BINDING_INPUT]);
void frost_binding_factor(const uint8_t input[static FROST_BINDING_INPUT], struct scalar *out);

#endif
