/* SPDX-License-Identifier: ISC
 * FROST(Ed25519, SHA-512), RFC 9591, byte for byte: t holders of a key's shares make one ordinary Ed25519 signature under it (RFC 8032).
 *
 * Round one (5.1) is round_commit. In round two (5.2) the coordinator sends a package, which is the message and the commitments of those
 * who are to sign; each answers with its part. Then the coordinator adds up (5.3).
 *
 * Secrets are the share and the nonce; these are handled in constant time. Everything else is public. */
#ifndef VOTING_FROST_H
#define VOTING_FROST_H

#include "voting/round.h"

/* What is to be signed, by whom, under which key. Borrowed. */
struct frost_package {
	struct point key;
	struct slice message;
	size_t t;                            /* holders that the key needs */
	const struct round_commitment *list; /* ascending by id */
	size_t n;
};

/* Round two (5.2). The nonce is consumed, whatever comes of it. "nonce_used": it was, or never was one. "bad_package", "bad_identifiers":
 * round_check and round_find refuse the commitments. Whether the message may be signed is the caller's to know. */
bool frost_sign(const struct share *mine, struct round_nonce *nonce, const struct frost_package *p, struct round_part *out, struct err *e);

/* The signature, of a package that passes round_check; parts[i] answers list[i]. First the sum under the R that most report, with one
 * verification. Only when that fails is R computed, and each part held against its signer's public share, shares[i] (5.3, 5.4).
 * bad[i] tells of each part that is wrong, and of each false R where one was computed, even when there is a signature; room for n.
 * False: "bad_part", bad says whose; "bad_package": nobody's, the public shares are not those of the key. */
bool frost_combine(struct crypto *c, const struct frost_package *p, const struct round_part *parts, const struct point *shares,
	uint8_t signature[static SIG_BYTES], bool *bad, struct err *e);

enum { FROST_BINDING_INPUT = 32 + 64 + 64 + 32 };
/* What binds the i-th signer's nonces to the package, and the factor that comes of it (4.4). */
void frost_binding_input(const struct frost_package *p, size_t i, uint8_t out[static FROST_BINDING_INPUT]);
void frost_binding_factor(const uint8_t input[static FROST_BINDING_INPUT], struct scalar *out);

#endif
