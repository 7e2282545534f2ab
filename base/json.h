/* SPDX-License-Identifier: ISC
 * Strict JSON: one reader for everything that comes from outside, and the way back to bytes.
 * Strict UTF-8, no duplicate member, no real number, integers within 2^53, depth at most 16, a size cap, no trailing byte. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/bytes.h"
#include "base/err.h"

enum { JSON_DEPTH_MAX = 16 };
#define JSON_INT_MAX INT64_C(9007199254740991)

/* Reads one value, an object or an array. NULL with e set: "too_large" (longer than max), "too_deep", "bad_json" (with line and column).
 * The result must be passed to json_decref. */
json_t *json_read(struct slice text, size_t max, struct err *e);

/* Compact text of a value, members in the order in which they were set. Appends; false when out of memory. */
bool json_write(const json_t *v, struct buf *out, struct err *e);
/* The same, indented by two, with a newline at the end: for files that people read. */
bool json_write_pretty(const json_t *v, struct buf *out, struct err *e);

/* Line and column (from 1) of the value that a JSON pointer names in a text that json_read accepted. False when there is none. */
bool json_locate(struct slice text, const char *pointer, uint32_t *line, uint32_t *column);

#endif
