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
	struct revoked *r; /* owned, sorted by (from, member, key, serial) */
	size_t n;
	struct revoked_index *index; /* owned: for revocations_find */
};
/* Reads the payload of an envelope; the signature is the caller's to verify. "wrong_typ", object_read's and at_*'s, "not_sorted" (or an
 * entry twice), "bad_value" (an entry with key and serial, a next update that is not later). *out must be passed to revocations_free. */
bool revocations_parse(const struct jws *j, struct revocations *out, struct err *e);
void revocations_free(struct revocations *l);
/* The payload document (digest and index are not looked at). NULL when out of memory. */
json_t *revocations_print(const struct revocations *l);
/* By (from, member, key, serial), absent before present: the order that a list must have. */
void revocations_sort(struct revoked *r, size_t n);
/* Makes the index of a list that was put together by hand; a parsed one has it. Without it revocations_find walks the list. */
bool revocations_index(struct revocations *l, struct err *e);
/* The entry that covers this certificate (its member as a whole, its key, or its serial), or NULL. With an index its time does not
 * depend on the length of the list. A revoked key is revoked whoever holds it. */
const struct revoked *revocations_find(
	const struct revocations *l, const struct id16 *member, const struct digest *key, const struct id16 *serial);

#endif
