/* SPDX-License-Identifier: ISC
 * What base/sig takes from OpenSSL for P-256 (FIPS 186-4 D.1.2.3): keys made ready once and kept, and ECDSA over a digest.
 * Nothing but base/sig includes this. Points are X ‖ Y, big endian; signatures ECDSA-Sig-Value in DER. */
#ifndef BASE_P256_H
#define BASE_P256_H

#include <openssl/types.h>

#include "base/bytes.h"

enum { P256_XY = 64, P256_DER_MAX = 72 };

/* The curve, and the last few public keys that were used, ready to verify with. For one thread at a time. */
struct p256;
/* NULL when OpenSSL has no P-256 to give or memory is out. Result must be passed to p256_free. */
struct p256 *p256_new(void);
void p256_free(struct p256 *p);

/* Is this a point of the curve, with both coordinates below the prime? */
bool p256_is_point(struct p256 *p, const uint8_t xy[static P256_XY]);
bool p256_verify(struct p256 *p, const uint8_t xy[static P256_XY], const struct digest *d, struct slice der);

/* A private key of this curve, its scalar in range, its point its own. */
bool p256_is_key(EVP_PKEY *key);
bool p256_key_point(const EVP_PKEY *key, uint8_t xy[static P256_XY]);
/* Gives the length of the signature; 0 when OpenSSL did not sign. s may be in the upper half. */
size_t p256_sign(EVP_PKEY *key, const struct digest *d, uint8_t der[static P256_DER_MAX]);

#endif
