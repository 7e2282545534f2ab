/* SPDX-License-Identifier: ISC
 * Members in the store. create.c puts the founders in. */
#ifndef AUTHORITY_STORE_MEMBER_H
#define AUTHORITY_STORE_MEMBER_H

#include "authority/store.h"
#include "peer/evidence.h"

struct stored_member {
	struct id16 member, node;
	struct digest decision; /* that admitted it */
	char name[65];
	uint32_t version; /* of the charter that it was admitted under, or met anew */
	uint64_t joined;
	bool ended;
	enum event ending; /* EVENT_LEFT or EVENT_EXPELLED */
	struct digest key; /* its newest */
	struct sig_pub pub;
	bool dead; /* that key was revoked */
};
/* A member with its newest key, locked as asked for. "not_a_member" when there never was one of this name; one that ended is found. */
bool store_member_load(
	struct worker *w, int32_t g, const struct id16 *member, enum store_lock lock, struct stored_member *out, struct err *e);
/* "not_a_member" or "expelled" for one that ended, "key_revoked" for one whose key is. */
bool store_member_may_act(const struct stored_member *m, struct err *e);
/* Locks the voters of a proposal, those who vouched for its applicant and, unless it is NULL, one member more, in one ordered pass. */
bool store_member_lock_voters(
	struct worker *w, int32_t g, uint64_t number, const struct id16 *subject, enum store_lock lock, struct err *e);
/* Members with a live key, by their numbers: the places of their *joined* entries among all of them, from 1. At most so many; columns
 * number, member, public key. PQclear it. */
bool store_member_numbered(struct worker *w, int32_t g, uint32_t max, PGresult **out, struct err *e);
bool store_member_count(struct worker *w, int32_t g, uint64_t *n, struct err *e);

/* What the log says of these members (sorted by name) between a proposal's entry and now. probation: of voters, by the proposal's charter.
 * out: n of them. */
bool store_member_standing(struct worker *w, int32_t g, const struct proposal *p, int64_t probation, const struct id16 *members, size_t n,
	struct voter *out, struct err *e);

bool store_member_insert(struct worker *w, int32_t g, const struct stored_member *m, struct err *e);
/* It has met the admission of this version of the charter. */
bool store_member_readmit(struct worker *w, int32_t g, const struct id16 *member, uint32_t version, struct err *e);
bool store_member_end(
	struct worker *w, int32_t g, const struct id16 *member, enum event ending, enum cause cause, uint64_t index, struct err *e);

#endif
