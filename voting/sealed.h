/* SPDX-License-Identifier: ISC
 * A number that one member gives another over a public board: sealed so that only its receiver can read it, and so that its sender can show
 * everybody afterwards what was in it.
 *
 * It is libsodium's box (X25519, XSalsa20, Poly1305) from a key pair that serves for this one number, whose nonce is BLAKE2b of both public
 * keys and of what the number is `bound` to: ceremony, sender, receiver. Nothing in it is random but that key pair; so who reveals its
 * secret key lets anybody make the same bytes again. A pair for several receivers would open all of them at once. */
#ifndef VOTING_SEALED_H
#define VOTING_SEALED_H

#include "voting/curve.h"

enum { SEALED_KEY = 32 };

/* X25519 (RFC 7748). The second is a secret. */
struct sealed_public {
	uint8_t b[SEALED_KEY];
};
struct sealed_secret {
	uint8_t b[SEALED_KEY];
};
/* The sender's public key of this one time, the authenticator, the number. */
struct sealed {
	uint8_t b[SEALED_KEY + 16 + CURVE_BYTES];
};

/* The index-th of the pairs that follow from 32 secret random bytes, for this purpose. The caller wipes the secret one. */
void sealed_pair(const uint8_t seed[static SEED_BYTES], const char *purpose, uint32_t index, struct sealed_public *pub,
	struct sealed_secret *secret);

/* `once` is a pair's secret that serves for nothing else. "weak_key": the receiver's key is of small order, and everybody could open it. */
bool sealed_make(const struct scalar *number, const struct sealed_secret *once, const struct sealed_public *to, struct slice bound,
	struct sealed *out, struct err *e);
/* "bad_seal": it is not for this key, or bound to something else, or was altered; "bad_scalar": what is in it is no number. */
bool sealed_open(const struct sealed *s, const struct sealed_secret *mine, struct slice bound, struct scalar *out, struct err *e);
/* Whether the sender's word on what is in it holds: its secret of that time and the number give the same bytes. "bad_seal", "weak_key". */
bool sealed_check(const struct sealed *s, const struct scalar *number, const struct sealed_secret *once, const struct sealed_public *to,
	struct slice bound, struct err *e);

#endif
