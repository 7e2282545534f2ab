/* SPDX-License-Identifier: ISC
 * Signed objects for tests. Whatever goes wrong here fails the test that called. */
#ifndef TESTS_LIB_ENVELOPES_H
#define TESTS_LIB_ENVELOPES_H

#include "charter/object.h"

/* Crypto handles and keys that must be there; to be freed with crypto_free and sig_key_free. */
struct crypto *envelope_crypto(void);
struct sig_key *envelope_key(enum sig_alg alg);
/* The thumbprint of a key. */
struct digest envelope_thumb(const struct sig_key *k);

/* The payload document (taken), signed by one key and read back. To be freed with jws_free. */
struct jws envelope(struct crypto *c, const char *kind, json_t *doc, const struct sig_key *k);
/* The same by n keys. */
struct jws envelope_by(struct crypto *c, const char *kind, json_t *doc, const struct sig_key *const *keys, size_t n);
/* An envelope around payload bytes that need not be well formed. */
struct jws envelope_around(struct crypto *c, const char *kind, const char *payload, const struct sig_key *k);
/* One that was read, as JSON again: what a record carries. A new value. */
json_t *envelope_json(const struct jws *j);
/* Flips one bit of a signature. */
void envelope_break(struct jws *j, size_t i);

/* A digest and an identifier all of whose bytes are b. */
struct digest digest_fill(uint8_t b);
struct id16 id16_fill(uint8_t b);

#endif
