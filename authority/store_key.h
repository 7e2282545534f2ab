/* SPDX-License-Identifier: ISC
 * Keys of members in the store: every key that a member ever had. */
#ifndef AUTHORITY_STORE_KEY_H
#define AUTHORITY_STORE_KEY_H

#include "authority/store.h"

/* *found false: no member ever had this key. */
struct stored_key {
	struct id16 member;
	struct sig_pub pub;
	bool replaced, dead;
};
bool store_key_find(struct worker *w, int32_t g, const struct digest *key, bool *found, struct stored_key *out, struct err *e);
/* A new member's or a member's new key must be nobody's, now or before, revoked or not: "key_in_use". */
bool store_key_free(struct worker *w, int32_t g, const struct digest *key, struct err *e);
/* May it have one key more? Votes count under the keys that a member had since their proposal opened, and more than struct voter has room
 * for would make its votes no evidence. "too_many" */
bool store_key_room(struct worker *w, int32_t g, const struct id16 *member, struct err *e);

bool store_key_insert(struct worker *w, int32_t g, const struct digest *key, const struct id16 *member, const struct sig_pub *pub,
	uint64_t since, struct err *e);
/* By the log entry with this index: another key took its place; it was revoked. */
bool store_key_replace(struct worker *w, int32_t g, const struct digest *key, uint64_t index, struct err *e);
bool store_key_kill(struct worker *w, int32_t g, const struct digest *key, uint64_t index, struct err *e);

#endif
