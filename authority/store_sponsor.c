/* SPDX-License-Identifier: ISC */
#include "authority/store_sponsor.h"

/* Whose vouches for an application stand: as ledger_vouches_standing counts them. */
#define STANDING \
	"SELECT v.member FROM vouches v JOIN members m ON m.g = v.g AND m.member = v.member" \
	" JOIN member_keys k ON k.g = v.g AND k.key = v.key" \
	" WHERE v.g = $1 AND v.application = $2 AND m.ended IS NULL AND k.dead IS NULL"
/* They, and who brought them in, up to a depth of $3. */
#define CHARGED \
	"WITH RECURSIVE up(member, depth) AS (SELECT x.member, 1 FROM (" STANDING ") x UNION" \
	" SELECT s.sponsor, u.depth + 1 FROM up u JOIN sponsors s ON s.g = $1 AND s.member = u.member WHERE u.depth < $3)"

static void charged_args(struct db_args *a, const struct log_writer *lw, const struct charter *c, const struct digest *application)
{
	arg_int4(a, lw->group.g);
	arg_digest(a, application);
	arg_int4(a, (int32_t)c->membership.sponsor.depth);
}

bool store_sponsor_spent(struct log_writer *lw, const struct charter *c, const struct digest *application, bool *spent, struct err *e)
{
	static const struct statement st = { "sponsor_spent",
		CHARGED " SELECT EXISTS (SELECT FROM up u"
			" WHERE (SELECT count(*) FROM charges c WHERE c.g = $1 AND c.member = u.member AND c.time > $4) >= $5)" };
	struct db_args a = { 0 };
	PGresult *r;

	*spent = false;
	if (c->membership.sponsor.per == 0)
		return true;
	charged_args(&a, lw, c, application);
	arg_int8(&a, lw->now - c->membership.sponsor.window);
	arg_int8(&a, c->membership.sponsor.per);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	*spent = res_bool(r, 0, 0);
	PQclear(r);
	return true;
}

static bool keep(struct log_writer *lw, const struct digest *application, const struct id16 *member, struct err *e)
{
	static const struct statement st = { "sponsor_keep",
		"INSERT INTO sponsors (g, member, sponsor) SELECT $1, $3, x.member FROM (" STANDING ") x" };
	struct db_args a = { 0 };

	arg_int4(&a, lw->group.g);
	arg_digest(&a, application);
	arg_id16(&a, member);
	return db_run(lw->w->db, &st, &a, NULL, e);
}

bool store_sponsor_charge(struct log_writer *lw, const struct charter *c, const struct digest *application, const struct id16 *member,
	uint64_t index, struct err *e)
{
	static const struct statement st = { "sponsor_charge",
		CHARGED " INSERT INTO charges (g, member, idx, time) SELECT DISTINCT $1, member, $4::bigint, $5::bigint FROM up" };
	struct db_args a = { 0 };

	if (charter_vouch_rule(c) == NULL)
		return true;
	if (!keep(lw, application, member, e))
		return false;
	if (c->membership.sponsor.per == 0)
		return true;
	charged_args(&a, lw, c, application);
	arg_int8(&a, (int64_t)index);
	arg_int8(&a, lw->now);
	return db_run(lw->w->db, &st, &a, NULL, e);
}

bool store_sponsor_count(struct worker *w, int32_t g, const struct id16 *member, int64_t after, uint64_t *n, struct err *e)
{
	static const struct statement st = { "sponsor_count", "SELECT count(*) FROM charges WHERE g = $1 AND member = $2 AND time > $3" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_int8(&a, after);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*n = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}
