/* SPDX-License-Identifier: ISC
 * Groups, as the store has them. */
#include "authority/authority.h"

#include <string.h>

#define COLUMNS "g, name, genesis, state, log_size, log_time, signer_epoch"

static bool read_group(const PGresult *r, struct group *out)
{
	const char *state = res_text(r, 0, 3);

	memset(out, 0, sizeof(*out));
	out->g = (int32_t)res_int(r, 0, 0);
	snprintf(out->name, sizeof(out->name), "%s", res_text(r, 0, 1));
	out->open = strcmp(state, "draft") != 0;
	out->stopped = strcmp(state, "stopped") == 0;
	out->log_size = (uint64_t)res_int(r, 0, 4);
	out->log_time = res_int(r, 0, 5);
	out->signer_epoch = res_int(r, 0, 6);
	return res_digest(r, 0, 2, &out->genesis);
}

static bool find(struct worker *w, const struct statement *st, const struct db_args *a, struct group *out, struct err *e)
{
	PGresult *r;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!db_run(w->db, st, a, &r, e))
		return false;
	rc = PQntuples(r) == 1 && read_group(r, out);
	PQclear(r);
	return rc || err_set(e, "not_found", "there is no such group here");
}

bool group_any(struct worker *w, const char *name, struct group *out, struct err *e)
{
	static const struct statement st = { "group_any", "SELECT " COLUMNS " FROM groups WHERE name = $1" };
	struct db_args a = { 0 };

	arg_text(&a, name);
	return find(w, &st, &a, out, e);
}

bool group_find(struct worker *w, const char *name, struct group *out, struct err *e)
{
	return group_any(w, name, out, e) &&
		(out->open || err_set(e, "not_found", "group %s is not founded yet: approvals are missing", out->name));
}

bool group_by_id(struct worker *w, int32_t g, struct group *out, struct err *e)
{
	static const struct statement st = { "group_by_id", "SELECT " COLUMNS " FROM groups WHERE g = $1" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	return find(w, &st, &a, out, e);
}

bool group_may_change(const struct group *group, struct err *e)
{
	return !group->stopped ||
		err_set(e, "signer_ahead",
			"group %s is stopped: its signer knows more of the log than the database (the database was restored?)",
			group->name);
}

bool group_stop(struct worker *w, int32_t g, const char *why, struct err *e)
{
	static const struct statement st = { "group_stop",
		"UPDATE groups SET state = 'stopped', why = $2 WHERE g = $1 AND state = 'open'" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_text(&a, why);
	return db_run(w->db, &st, &a, NULL, e);
}
