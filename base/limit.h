/* SPDX-License-Identifier: ISC
 * How often a network may ask: one token bucket for each IPv4 /24 and IPv6 /48, in a table of fixed size. */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#include <sys/socket.h>

#include "base/err.h"

enum { LIMIT_PREFIX = 8 };

/* The prefix by which a client is counted; IPv4 mapped into IPv6 counts as IPv4. All zero for other families. */
void limit_prefix(const struct sockaddr *a, uint8_t out[static LIMIT_PREFIX]);

struct limit;
/* slots: buckets kept, rounded up to a multiple of 8 (40 bytes each). When more networks come than there are slots, the fullest bucket of
 * eight gives way: it had the least to say. rate: tokens a second, burst: most that a bucket holds. "no_memory" */
struct limit *limit_new(size_t slots, double rate, double burst, struct err *e);
void limit_free(struct limit *l);

/* Takes a token at a monotonic time in milliseconds. When there is none: false, and the whole seconds until there will be one. */
bool limit_take(struct limit *l, const struct sockaddr *a, int64_t now_ms, unsigned *retry_after);

#endif
