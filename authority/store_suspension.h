/* SPDX-License-Identifier: ISC
 * Suspensions in the store. */
#ifndef AUTHORITY_STORE_SUSPENSION_H
#define AUTHORITY_STORE_SUSPENSION_H

#include "authority/store.h"

struct suspension_row {
	struct id16 member;
	struct digest object;       /* revocation, or what expelled the voucher */
	uint64_t index;             /* of *suspended* */
	int64_t since, until, over; /* over: when it ended, or will */
	bool ended;                 /* *restored* or *lapsed* stands in the log */
};
/* In SQL: is member M of group G suspended for an entry at this index and time, by the rows that the log has before it? */
#define STORE_SUSPENDED_AT(G, M, INDEX, TIME) \
	"EXISTS (SELECT FROM suspensions x WHERE x.g = " G " AND x.member = " M " AND x.idx < " INDEX " AND " TIME " < x.until" \
	" AND (x.ended IS NULL OR x.ended >= " INDEX "))"

/* A member's newest one; *found false: it never was. */
bool store_suspension_last(struct worker *w, int32_t g, const struct id16 *member, bool *found, struct suspension_row *out, struct err *e);
/* Until when this object suspended the member; 0: it did not. */
bool store_suspension_by(
	struct worker *w, int32_t g, const struct id16 *member, const struct digest *object, int64_t *until, struct err *e);
bool store_suspension_insert(struct worker *w, int32_t g, const struct suspension_row *row, struct err *e);
/* Ends the one with this index, by the entry at `ended`. */
bool store_suspension_end(struct worker *w, int32_t g, uint64_t index, uint64_t ended, int64_t over, struct err *e);
/* Members whom this one vouched for before they were admitted, and who stand and are not suspended now: in the order of joining, at most
 * `most`. *out is to be freed. */
bool store_suspension_vouched(
	struct worker *w, int32_t g, const struct id16 *by, int64_t now, size_t most, struct id16 **out, size_t *n, struct err *e);
/* Members of a group whose newest suspension is over, with no entry that says so; at most 256. *out is to be freed. */
bool store_suspension_over(struct worker *w, int32_t g, int64_t now, struct suspension_row **out, size_t *n, struct err *e);
/* Groups that have such. */
bool store_suspension_due(struct worker *w, store_found *found, void *arg, struct err *e);

#endif
