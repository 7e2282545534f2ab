/* SPDX-License-Identifier: ISC
 * SHA-256 (FIPS 180-4), and the digests with a label that the project uses. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/bytes.h"

/* SHA-256 of the bytes. */
void digest_sha256(struct slice bytes, struct digest *out);
/* Of parts[0] ‖ parts[1] ‖ ... */
void digest_parts(const struct slice *parts, size_t n, struct digest *out);

/* SHA-256(label ‖ 0 ‖ parts[0] ‖ parts[1] ‖ ...). The identity of a signed object is that of its kind and payload. */
void digest_labelled(const char *label, const struct slice *parts, size_t n, struct digest *out);

/* The same with one part. */
void digest_of(const char *label, struct slice payload, struct digest *out);

#endif
