/* SPDX-License-Identifier: ISC */
#include "authority/store_suspension.h"

#include <stdlib.h>
#include <string.h>

static bool read_row(const PGresult *r, int i, struct suspension_row *out, struct err *e)
{
	*out = (struct suspension_row){ .index = (uint64_t)res_int(r, i, 2),
		.since = res_int(r, i, 3),
		.until = res_int(r, i, 4),
		.over = res_int(r, i, 5),
		.ended = !res_null(r, i, 6) };
	return (res_id16(r, i, 0, &out->member) && res_digest(r, i, 1, &out->object)) ||
		err_set(e, "database_error", "a suspension of the store has a name of the wrong length");
}

bool store_suspension_last(struct worker *w, int32_t g, const struct id16 *member, bool *found, struct suspension_row *out, struct err *e)
{
	static const struct statement st = {
		"suspension_last",
		"SELECT member, object, idx, since, until, over, ended FROM suspensions WHERE g = $1 AND member = $2 ORDER BY idx DESC LIMIT 1"
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_id16(&a, member);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	rc = !*found || read_row(r, 0, out, e);
	PQclear(r);
	return rc;
}

bool store_suspension_by(struct worker *w, int32_t g, const struct id16 *member, const struct digest *object, int64_t *until, struct err *e)
{
	static const struct statement st = { "suspension_by",
		"SELECT coalesce(max(until), 0) FROM suspensions WHERE g = $1 AND member = $2 AND object = $3" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_digest(&a, object);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*until = res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_suspension_insert(struct worker *w, int32_t g, const struct suspension_row *row, struct err *e)
{
	static const struct statement st = { "suspension_insert",
		"INSERT INTO suspensions (g, idx, member, object, since, until, over) VALUES ($1, $2, $3, $4, $5, $6, $6)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)row->index);
	arg_id16(&a, &row->member);
	arg_digest(&a, &row->object);
	arg_int8(&a, row->since);
	arg_int8(&a, row->until);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_suspension_end(struct worker *w, int32_t g, uint64_t index, uint64_t ended, int64_t over, struct err *e)
{
	static const struct statement st = { "suspension_end", "UPDATE suspensions SET ended = $3, over = $4 WHERE g = $1 AND idx = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)index);
	arg_int8(&a, (int64_t)ended);
	arg_int8(&a, over);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_suspension_vouched(
	struct worker *w, int32_t g, const struct id16 *by, int64_t now, size_t most, struct id16 **out, size_t *n, struct err *e)
{
	static const struct statement st = { "suspension_vouched",
		"SELECT m.member FROM vouches u JOIN proposals p ON p.g = u.g AND p.subject = u.application AND p.question = 0 AND p.outcome = 0"
		" JOIN decisions d ON d.g = p.g AND d.number = p.number JOIN members m ON m.g = d.g AND m.member = p.member"
		" AND m.decision = d.digest WHERE u.g = $1 AND u.member = $2 AND m.ended IS NULL"
		" AND NOT EXISTS (SELECT FROM suspensions s WHERE s.g = m.g AND s.member = m.member AND s.ended IS NULL AND $3 < s.until)"
		" ORDER BY m.joined LIMIT $4" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	*n = 0;
	arg_int4(&a, g);
	arg_id16(&a, by);
	arg_int8(&a, now);
	arg_int8(&a, (int64_t)most);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*out = calloc((size_t)PQntuples(r) + 1, sizeof(**out));
	rc = *out != NULL || err_memory(e);
	for (int i = 0; rc && i < PQntuples(r); i++, ++*n)
		rc = res_id16(r, i, 0, &(*out)[i]) || err_set(e, "database_error", "a member of the store has a name of the wrong length");
	PQclear(r);
	return rc;
}

bool store_suspension_over(struct worker *w, int32_t g, int64_t now, struct suspension_row **out, size_t *n, struct err *e)
{
	static const struct statement st = {
		"suspension_over",
		"SELECT s.member, s.object, s.idx, s.since, s.until, s.over, s.ended FROM suspensions s"
		" JOIN members m ON m.g = s.g AND m.member = s.member WHERE s.g = $1 AND s.ended IS NULL AND s.until <= $2 AND m.ended IS NULL"
		" AND NOT EXISTS (SELECT FROM suspensions o WHERE o.g = s.g AND o.member = s.member AND o.idx > s.idx) ORDER BY s.idx LIMIT 256"
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	*n = 0;
	arg_int4(&a, g);
	arg_int8(&a, now);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*out = calloc((size_t)PQntuples(r) + 1, sizeof(**out));
	rc = *out != NULL || err_memory(e);
	for (int i = 0; rc && i < PQntuples(r); i++, ++*n)
		rc = read_row(r, i, &(*out)[i], e);
	PQclear(r);
	return rc;
}

bool store_suspension_due(struct worker *w, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "suspension_due",
		"SELECT DISTINCT s.g FROM suspensions s JOIN members m ON m.g = s.g AND m.member = s.member"
		" JOIN groups g ON g.g = s.g AND g.state = 'open' WHERE s.ended IS NULL AND s.until <= now_s() AND m.ended IS NULL"
		" AND NOT EXISTS (SELECT FROM suspensions o WHERE o.g = s.g AND o.member = s.member AND o.idx > s.idx)" };
	PGresult *r;

	if (!db_run(w->db, &st, NULL, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r); i++)
		found(arg, (int32_t)res_int(r, i, 0), 0, NULL);
	PQclear(r);
	return true;
}
