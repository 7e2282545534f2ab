/* SPDX-License-Identifier: ISC
 * A hash table from digests to numbers. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/bytes.h"

#define MAP_NONE UINT32_MAX

/* All zero is empty. Keys are digests: to make them collide costs a hash search. */
struct map {
	struct map_slot *slots; /* owned */
	uint32_t n, cap;        /* cap is 0 or a power of two */
};
/* The number under a key, or MAP_NONE. */
uint32_t map_find(const struct map *m, const struct digest *key);
/* Puts a number under a key, in the place of one that it had. False when memory is out. */
bool map_put(struct map *m, const struct digest *key, uint32_t value);
/* Takes a key out again; nothing when it is not there. */
void map_remove(struct map *m, const struct digest *key);
void map_free(struct map *m);

#endif
