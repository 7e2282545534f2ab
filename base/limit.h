/* SPDX-License-Identifier: ISC
 * How often somebody may ask: one token bucket for each, in a table of fixed size. Who that is, 8 bytes say: the network of an address, the
 * beginning of a key's digest. */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#include <sys/socket.h>

#include "base/err.h"

enum { LIMIT_WHO = 8 };

/* The network by which an address is counted: its /24, or /48 of IPv6. IPv4 mapped into IPv6 is IPv4. All zero for other families. */
void limit_network(const struct sockaddr *a, uint8_t out[static LIMIT_WHO]);

struct limit;
/* slots: buckets kept, rounded up to a multiple of 8 (40 bytes each). When more come than there are slots, the fullest bucket of
 * eight gives way: it had the least to say. rate: tokens a second, burst: most that a bucket holds. "no_memory" */
struct limit *limit_new(size_t slots, double rate, double burst, struct err *e);
void limit_free(struct limit *l);

/* Takes a token at a monotonic time in milliseconds. When there is none: false, and the whole seconds until there will be one. */
bool limit_take(struct limit *l, const uint8_t who[static LIMIT_WHO], int64_t now_ms, unsigned *retry_after);

#endif
