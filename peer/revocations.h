/* SPDX-License-Identifier: ISC
 * The group's revocation list for libgmc: by member, key and serial; the sign of freshness. */
#ifndef PEER_REVOCATIONS_H
#define PEER_REVOCATIONS_H

#include "charter/object.h"
#include "peer/entry.h"

struct revoked {
	struct id16 member;
	bool has_key, has_serial;
	struct digest key;
	struct id16 serial;
	int64_t from;
	enum cause cause;
};
struct revocations {
	struct digest digest, genesis, charter;
	uint64_t number;
	int64_t this_update, next_update;
	uint32_t version;
	uint64_t log_size;
	struct digest log_root;
	struct revoked *r;   /* owned, sorted by (from, member, key, serial) */
	size_t n;
	void *index;         /* owned: hash index for revocations_find */
};
bool revocations_parse(const struct jws *j, struct revocations *out, struct err *e);
void revocations_free(struct revocations *l);
json_t *revocations_print(const struct revocations *l);
void revocations_sort(struct revoked *r, size_t n);
/* The entry that covers this certificate (its member as a whole, its key, or its serial), or NULL. Constant time in the length of the list. */
const struct revoked *revocations_find(const struct revocations *l, const struct id16 *member, const struct digest *key, const struct id16 *serial);

#endif
