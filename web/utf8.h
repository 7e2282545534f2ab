/* SPDX-License-Identifier: ISC
 * UTF-8, one character at a time. */
#ifndef WEB_UTF8_H
#define WEB_UTF8_H

#include "base/bytes.h"

/* Length of the well-formed character (RFC 3629 section 4) at p, and what it is; 0 when there is none. n > 0. */
size_t utf8_decode(const uint8_t *p, size_t n, uint32_t *out);
/* Is all of it well-formed? */
bool utf8_valid(struct slice text);

#endif
