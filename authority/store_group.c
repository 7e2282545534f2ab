/* SPDX-License-Identifier: ISC */
#include "authority/store_group.h"

static bool each(struct worker *w, const struct statement *st, const struct db_args *a, store_found *found, void *arg, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r); i++)
		found(arg, (int32_t)res_int(r, i, 0), 0, NULL);
	PQclear(r);
	return true;
}

bool store_group_open(struct worker *w, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "group_open", "SELECT g FROM groups WHERE state = 'open' ORDER BY g" };

	return each(w, &st, NULL, found, arg, e);
}

/* A list names twice the charter's `update` as its end. */
bool store_group_lists_due(struct worker *w, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "group_lists_due",
		"SELECT g.g FROM groups g"
		" LEFT JOIN LATERAL (SELECT * FROM lists l WHERE l.g = g.g ORDER BY l.number DESC LIMIT 1) l ON true"
		" WHERE g.state = 'open' AND (l.g IS NULL OR now_s() >= l.this + greatest((l.next - l.this) / 2 - $1, 1)"
		" OR " STORE_LIST_OVERTAKEN ") ORDER BY g.g" };
	struct db_args a = { 0 };

	arg_int8(&a, w->a->list_margin);
	return each(w, &st, &a, found, arg, e);
}
