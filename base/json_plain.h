/* SPDX-License-Identifier: ISC
 * A short way for plain JSON texts, which nearly all are here: printable ASCII, no escapes, integers. It takes nothing that jansson would
 * not take, and gives the same value and the same text; everything else is jansson's to read, refuse or
 * write. What it saves stands in docs/DESIGN.md. */
#ifndef BASE_JSON_PLAIN_H
#define BASE_JSON_PLAIN_H

#include <jansson.h>

#include "base/bytes.h"

/* An object or array, at most `depth` deep, integers within `most` of zero. NULL when the text is not plain, whether or not it is JSON,
 * and when memory is out. */
json_t *json_plain_read(struct slice text, unsigned depth, json_int_t most);
/* Appends the compact text. False when the value is not plain all through, or memory is out: `out` may hold a beginning then. */
bool json_plain_write(const json_t *v, struct buf *out);

#endif
