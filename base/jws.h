/* SPDX-License-Identifier: ISC
 * JSON Web Signatures (RFC 7515), JSON serialization, flattened or general, with EdDSA / Ed25519 (RFC 8037, RFC 9864) and ES256.
 * The payload's bytes are kept as they came; nothing is serialised again to be verified.
 * The protected header has exactly alg, typ and kid; there is no unprotected header. */
#ifndef BASE_JWS_H
#define BASE_JWS_H

#include "base/at.h"
#include "base/jwk.h"

enum { JWS_SIGNATURES_MAX = 16, JWS_TYP_MAX = 40 };

struct jws_signature {
	enum sig_alg alg;
	struct digest kid;           /* RFC 7638 thumbprint of the key that signed */
	struct slice signing_prefix; /* the protected header's base64url text, as received; in the jws's own memory */
	uint8_t sig[SIG_BYTES];
};

struct jws {
	char typ[JWS_TYP_MAX];     /* the same in all signatures */
	struct buf payload;        /* decoded, as received */
	struct buf text;           /* base64url texts that signatures refer to: payload, then headers */
	struct slice payload_text; /* base64url of the payload, as received */
	struct jws_signature sigs[JWS_SIGNATURES_MAX];
	size_t n;
};

/* Reads an envelope. Nothing is believed yet. e: what json_read says, "bad_jws", "wrong_algorithm", "unknown_header".
 * On success *out must be passed to jws_free; on failure it is empty. Two signatures by one kid: "bad_jws". */
bool jws_parse(struct slice text, size_t max, struct jws *out, struct err *e);
/* The same from a value inside a larger document. */
bool jws_read(const struct at *at, struct jws *out);
void jws_free(struct jws *j);

/* typ must be `kind` and "+jws". "wrong_typ". */
bool jws_is(const struct jws *j, const char *kind, struct err *e);
/* SHA-256(kind ‖ 0 ‖ payload): the object's identity. */
void jws_digest(const struct jws *j, const char *kind, struct digest *out);
/* The signature by the key with this thumbprint, or NULL. */
const struct jws_signature *jws_by(const struct jws *j, const struct digest *kid);
/* Verifies signature i with a key whose thumbprint must be its kid and whose algorithm its alg.
 * "bad_signature", "wrong_algorithm", "wrong_key". */
bool jws_verify(struct crypto *c, const struct jws *j, size_t i, const struct sig_pub *k, struct err *e);

/* Signs payload bytes. A new value in flattened serialization (n == 1) or general; NULL with e set. */
json_t *jws_sign(struct crypto *c, const char *kind, struct slice payload, const struct sig_key *const *keys, size_t n, struct err *e);
/* The envelope as compact JSON text, appended. */
bool jws_sign_text(struct crypto *c, const char *kind, struct slice payload, const struct sig_key *k, struct buf *out, struct err *e);

#endif
