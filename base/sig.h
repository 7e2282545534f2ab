/* SPDX-License-Identifier: ISC
 * Single signatures: Ed25519 (RFC 8032, libsodium) and ECDSA P-256 with SHA-256 (FIPS 186-4, OpenSSL).
 * The one door to them; JWS and X.509 lie above. */
#ifndef BASE_SIG_H
#define BASE_SIG_H

#include "base/bytes.h"
#include "base/err.h"

enum sig_alg { SIG_NONE = 0, SIG_ED25519 = 1, SIG_P256 = 2 };
enum { SIG_BYTES = 64, SIG_DER_MAX = 72 };

/* A public key as a value. Ed25519: 32 bytes, the rest zero. P-256: X ‖ Y, big endian. */
struct sig_pub {
	enum sig_alg alg;
	uint8_t b[64];
};

/* Prefetched handles of the crypto libraries, for one thread at a time. Owned by the caller, passed to whatever verifies or signs. */
struct crypto;
/* NULL with e set: "crypto_unavailable" (a library does not start, or libsodium is one that accepts points of mixed order,
 * CVE-2025-69277), "no_memory". Result must be passed to crypto_free. */
struct crypto *crypto_new(struct err *e);
void crypto_free(struct crypto *c);

/* What several handles that work on one task have found out: signatures that verified, each by a digest of its algorithm, key, message and
 * bytes. A handle with a memory asks it before it verifies, and tells it afterwards. */
struct sig_memory {
	bool (*knows)(void *arg, const struct digest *signature);
	void (*learns)(void *arg, const struct digest *signature);
	void *arg;
};
/* NULL: none. Borrowed until the handle is freed or has another. */
void crypto_remember(struct crypto *c, const struct sig_memory *m);

/* A private key. Opaque, wiped when freed. */
struct sig_key;
struct sig_key *sig_key_generate(enum sig_alg alg, struct err *e);
/* From a PKCS#8 DER (RFC 5958, RFC 8410), not encrypted. "bad_key" when it is not one of the two algorithms. */
struct sig_key *sig_key_from_pkcs8(struct slice der, struct err *e);
/* Appends the PKCS#8 DER. */
bool sig_key_to_pkcs8(const struct sig_key *k, struct buf *out, struct err *e);
const struct sig_pub *sig_key_pub(const struct sig_key *k);
void sig_key_free(struct sig_key *k);

bool sig_pub_equal(const struct sig_pub *a, const struct sig_pub *b);
/* Refuses what is no usable public key: P-256 not on the curve; Ed25519 not canonical, of small or mixed order. Name "weak_key". */
bool sig_pub_check(struct crypto *c, const struct sig_pub *k, struct err *e);

/* Signs a message. Ed25519: R ‖ S. P-256: r ‖ s, 32 bytes each, s in the lower half of the order. */
bool sig_sign(struct crypto *c, const struct sig_key *k, struct slice msg, uint8_t out[static SIG_BYTES], struct err *e);
/* False with e set to "bad_signature" when it does not verify (or k is no key). High s is accepted here. */
bool sig_verify(struct crypto *c, const struct sig_pub *k, struct slice msg, const uint8_t sig[static SIG_BYTES], struct err *e);

/* ECDSA-Sig-Value (RFC 3279 2.2.3) from r ‖ s; returns its length, at most SIG_DER_MAX. */
size_t sig_p256_to_der(const uint8_t sig[static SIG_BYTES], uint8_t out[static SIG_DER_MAX]);
/* The way back: strict DER, r and s in 1..2^256-1. Low s alone when `low` is set. */
bool sig_p256_from_der(struct slice der, bool low, uint8_t out[static SIG_BYTES]);

/* "Ed25519", "P-256". */
const char *sig_alg_name(enum sig_alg alg);

#endif
