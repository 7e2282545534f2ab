/* SPDX-License-Identifier: ISC
 * Scalars and points of FROST(Ed25519, SHA-512), RFC 9591 section 6.1, on libsodium: numbers modulo L, and the points of Ed25519 that the
 * base point B generates (RFC 8032 section 5.1). Both are values of 32 bytes in their canonical encoding.
 *
 * Bytes that arrive pass scalar_decode or point_decode once; everything else believes what it is given. A scalar may be a secret: all
 * functions on scalars, and the multiplications, take constant time in it, and whoever holds a secret one wipes it. Points are public. */
#ifndef VOTING_CURVE_H
#define VOTING_CURVE_H

#include "base/bytes.h"
#include "base/err.h"

enum { CURVE_BYTES = 32 };

struct scalar {
	uint8_t b[CURVE_BYTES]; /* little endian, below L */
};
struct point {
	uint8_t b[CURVE_BYTES]; /* RFC 8032 5.1.2 */
};

/* Tries libsodium on known cases: what it must refuse, and what it must compute. To be called once before the first key is made or used.
 * "crypto_unavailable". */
bool curve_self_test(struct err *e);

/* "bad_scalar" when it is L or above (RFC 9591 6.1, DeserializeScalar). */
bool scalar_decode(const uint8_t b[static CURVE_BYTES], struct scalar *out, struct err *e);
void scalar_of(uint64_t number, struct scalar *out);
/* From the system's generator, uniform in 1..L-1. */
void scalar_random(struct scalar *out);
/* The index-th of the scalars that follow from 32 secret random bytes, for this purpose: whoever keeps the seed has all of them again. */
enum { SEED_BYTES = 32 };
void scalar_derive(const uint8_t seed[static SEED_BYTES], const char *purpose, uint32_t index, struct scalar *out);
/* SHA-512(parts[0] ‖ parts[1] ‖ ...) modulo L, as RFC 8032 5.1.6 and all of RFC 9591's hash functions for this suite take it. */
void scalar_hash(const struct slice *parts, size_t n, struct scalar *out);
/* out may be one of the operands. */
void scalar_add(const struct scalar *a, const struct scalar *b, struct scalar *out);
void scalar_sub(const struct scalar *a, const struct scalar *b, struct scalar *out);
void scalar_mul(const struct scalar *a, const struct scalar *b, struct scalar *out);
/* 1/a; 0 of 0. */
void scalar_invert(const struct scalar *a, struct scalar *out);
bool scalar_is_zero(const struct scalar *a);

/* "bad_point" unless it is the canonical encoding of a point of B's group other than the identity (RFC 9591 6.1, DeserializeElement). Takes
 * as long as two and a half multiplications of B. */
bool point_decode(const uint8_t b[static CURVE_BYTES], struct point *out, struct err *e);
/* s B, p + q, p - q, s p. out may be one of the operands. Sums and products may be the identity. Of what is no point comes what is none. */
void point_base(const struct scalar *s, struct point *out);
void point_add(const struct point *p, const struct point *q, struct point *out);
void point_sub(const struct point *p, const struct point *q, struct point *out);
void point_mul(const struct scalar *s, const struct point *p, struct point *out);
void point_identity(struct point *out);
bool point_is_identity(const struct point *p);
bool point_equal(const struct point *p, const struct point *q);

#endif
