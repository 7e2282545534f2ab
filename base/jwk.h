/* SPDX-License-Identifier: ISC
 * Public keys as JWK (RFC 7517, RFC 8037) and their thumbprints (RFC 7638). */
#ifndef BASE_JWK_H
#define BASE_JWK_H

#include "base/at.h"
#include "base/sig.h"

enum { THUMB_TEXT = 44 }; /* 43 characters of base64url and a NUL */

/* Exactly {kty, crv, x} (OKP, Ed25519) or {kty, crv, x, y} (EC, P-256). "bad_key". Does not check the point: sig_pub_check does. */
bool jwk_parse(const struct at *at, struct sig_pub *out);
/* A new object; NULL when out of memory. */
json_t *jwk_print(const struct sig_pub *k);
/* SHA-256 of the canonical members, RFC 7638 section 3. */
void jwk_thumbprint(const struct sig_pub *k, struct digest *out);
/* A thumbprint as text: base64url, 43 characters. */
void thumb_text(const struct digest *d, char out[static THUMB_TEXT]);
bool thumb_parse(const char *s, struct digest *out);
/* A member that holds a thumbprint. */
bool at_thumb(const struct at *at, const char *name, struct digest *out);

#endif
