/* SPDX-License-Identifier: ISC */
#include "authority/store_return.h"

#include "peer/entry.h"

static bool newest(struct worker *w, const struct statement *st, const struct db_args *a, int64_t *time, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	if (res_int(r, 0, 0) > *time)
		*time = res_int(r, 0, 0);
	PQclear(r);
	return true;
}

#define REFUSED_BY(COLUMN) \
	"SELECT coalesce(max(d.decided), 0) FROM applications a JOIN proposals p ON p.g = a.g AND p.subject = a.digest AND p.question = 0" \
	" JOIN decisions d ON d.g = p.g AND d.number = p.number WHERE a.g = $1 AND a." COLUMN \
	" = $2 AND a.state IN ('refused', 'expired')"

static bool find_key(struct worker *w, int32_t g, const struct digest *key, int64_t *time, struct err *e)
{
	static const struct statement st = { "return_key", REFUSED_BY("key") };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, key);
	return newest(w, &st, &a, time, e);
}

static bool find_name(struct worker *w, int32_t g, const char *name, int64_t *time, struct err *e)
{
	static const struct statement refused = { "return_name", REFUSED_BY("name") };
	static const struct statement expelled = { "return_expelled",
		"SELECT coalesce(max(l.time), 0) FROM members m JOIN log l ON l.g = m.g AND l.idx = m.ended"
		" WHERE m.g = $1 AND m.name = $2 AND m.ended IS NOT NULL AND m.ending = $3" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_text(&a, name);
	if (!newest(w, &refused, &a, time, e))
		return false;
	arg_int2(&a, EVENT_EXPELLED);
	return newest(w, &expelled, &a, time, e);
}

bool store_returns(struct log_writer *lw, const struct digest *key, const char *name, bool *returns, int64_t *since, struct err *e)
{
	*since = 0;
	*returns = false;
	if (!lw->charter->readmission.present)
		return true;
	if (!find_key(lw->w, lw->group.g, key, since, e))
		return false;
	if (lw->charter->membership.names == NAMES_NAME && !find_name(lw->w, lw->group.g, name, since, e))
		return false;
	*returns = *since > 0;
	return true;
}

bool store_blamed(struct worker *w, int32_t g, const struct id16 *member, int64_t *time, struct err *e)
{
	static const struct statement st = { "return_blamed",
		"SELECT coalesce(max(l.time), 0) FROM vouches v"
		" JOIN proposals p ON p.g = v.g AND p.subject = v.application AND p.question = 0 AND p.outcome = 0"
		" JOIN members m ON m.g = p.g AND m.member = p.member AND m.ending = $3 JOIN log l ON l.g = m.g AND l.idx = m.ended"
		" WHERE v.g = $1 AND v.member = $2" };
	struct db_args a = { 0 };

	*time = 0;
	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_int2(&a, EVENT_EXPELLED);
	return newest(w, &st, &a, time, e);
}
