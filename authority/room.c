/* SPDX-License-Identifier: ISC */
#include "authority/room.h"

#include "authority/store_member.h"

enum { DAY = 86400 };

/* The last `per_day` to join: the first of them must have done so a day ago. Founders are as many as their charter names. */
static bool find_day(struct log_writer *lw, uint32_t per_day, int64_t *from, struct err *e)
{
	static const struct statement st = { "room_day",
		"SELECT l.time FROM members m JOIN log l ON l.g = m.g AND l.idx = m.joined WHERE m.g = $1 AND m.decision <> $2"
		" ORDER BY m.joined DESC OFFSET $3 LIMIT 1" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, lw->group.g);
	arg_digest(&a, &lw->group.genesis);
	arg_int8(&a, (int64_t)per_day - 1);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1 && res_int(r, 0, 0) > lw->now - DAY)
		*from = res_int(r, 0, 0) + DAY;
	PQclear(r);
	return true;
}

bool room_for_one(struct log_writer *lw, const struct charter *c, bool *full, int64_t *from, struct err *e)
{
	uint64_t n = 0;

	*full = false;
	*from = 0;
	if (c->membership.limit > 0 && !store_member_count(lw->w, lw->group.g, &n, e))
		return false;
	*full = c->membership.limit > 0 && n >= c->membership.limit;
	return *full || c->membership.per_day == 0 || find_day(lw, c->membership.per_day, from, e);
}
