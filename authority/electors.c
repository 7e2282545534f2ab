/* SPDX-License-Identifier: ISC */
#include "authority/electors.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/store_suspension.h"

bool electors_at(struct worker *w, int32_t g, uint64_t index, int64_t opened, int64_t probation, struct electorate *out, struct err *e)
{
	/* The last is asked of nobody where there is no probation. */
	static const struct statement st = {
		"electors_at",
		"SELECT m.member, k.key, $3::int8 > 0 AND m.decision <> (SELECT genesis FROM groups WHERE g = $1)"
		" AND (SELECT time FROM log WHERE g = $1 AND idx = m.joined) + $3 > $4, " STORE_SUSPENDED_AT(
			"$1", "m.member", "$2", "$4") " FROM members m JOIN member_keys k ON k.g = m.g AND k.member = m.member"
						      " WHERE m.g = $1 AND m.joined < $2 AND (m.ended IS NULL OR m.ended >= $2)"
						      " AND k.since < $2 AND (k.replaced IS NULL OR k.replaced >= $2) ORDER BY m.member",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)index);
	arg_int8(&a, probation);
	arg_int8(&a, opened);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r) && ok; i++) {
		const bool voteless = res_bool(r, i, 2), suspended = res_bool(r, i, 3);
		struct elector one = { .weight = voteless || suspended ? 0 : 1, .held = suspended && !voteless };

		ok = res_id16(r, i, 0, &one.member) && res_digest(r, i, 1, &one.key) && electorate_add(out, &one, e);
	}
	PQclear(r);
	if (ok)
		electorate_sort(out);
	else
		electorate_free(out);
	return ok;
}

bool electors_of(struct worker *w, int32_t g, uint64_t number, struct electorate *out, struct err *e)
{
	static const struct statement st = { "electors_of", "SELECT idx, opened, version FROM proposals WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };
	const struct charter *c;
	PGresult *r;
	bool ok;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = (PQntuples(r) == 1 || err_set(e, "not_found", "the group has no such proposal")) &&
		charters_by_version(w, g, (uint32_t)res_int(r, 0, 2), &c, e) &&
		electors_at(w, g, (uint64_t)res_int(r, 0, 0), res_int(r, 0, 1), c->voting.probation, out, e);
	PQclear(r);
	return ok;
}

/* ---- the ring */

/* Where those electors stand who have a vote; to be freed. NULL with e set. */
static struct ring_seat *seats_of(struct worker *w, int32_t g, const struct electorate *who, size_t *n, struct err *e)
{
	static const struct statement st = { "electors_seats",
		"SELECT m.member, m.node FROM unnest($2::bytea[]) AS e (member) JOIN members m ON m.g = $1 AND m.member = e.member" };
	struct ring_seat *seats = calloc(who->n + 1, sizeof(*seats));
	struct db_array ids = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok = seats != NULL || err_memory(e);

	*n = 0;
	for (size_t i = 0; i < who->n; i++)
		if (who->e[i].weight > 0)
			array_bytes(&ids, who->e[i].member.b, sizeof(who->e[i].member.b));
	arg_int4(&a, g);
	ok = ok && arg_array(&a, &ids, e) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++, ++*n)
		ok = (res_id16(r, i, 0, &seats[i].member) && res_id16(r, i, 1, &seats[i].node)) ||
			err_set(e, "database_error", "a member of the store has a name of the wrong length");
	PQclear(r);
	array_free(&ids);
	if (ok)
		return seats;
	free(seats);
	return NULL;
}

bool electors_ring(struct worker *w, int32_t g, const struct charter *c, const struct electorate *who, struct proposal *p, struct err *e)
{
	uint32_t nearest, opposite;
	struct ring_seat *seats;
	struct id16 other;
	size_t n;
	bool ok;

	p->has_ring = charter_ring(c, &nearest, &opposite) && p->question == Q_ADMIT;
	if (!p->has_ring)
		return true;
	seats = seats_of(w, g, who, &n, e);
	if (seats == NULL)
		return false;
	ring_opposite(&p->node, &other);
	ok = ring_nearest(seats, n, &p->node, nearest, p->nearest, &p->nearest_n, e) &&
		ring_nearest(seats, n, &other, opposite, p->opposite, &p->opposite_n, e);
	free(seats);
	return ok;
}
