/* SPDX-License-Identifier: ISC
 * gauthctl group drop: takes back a group that was never founded, so that its name is free again. */
#include "authority/ctl.h"

#include <string.h>

struct drop {
	struct worker *w;
	const char *name;
	struct digest genesis;
};

/* The row is locked against an approval that founds the group this very moment; whoever comes first wins. */
static bool lock(struct drop *d, int32_t *g, struct err *e)
{
	static const struct statement st = { "drop_lock",
		"SELECT g, genesis FROM groups WHERE name = $1 AND state = 'draft' AND log_size = 0 FOR UPDATE" };
	struct group there;
	struct db_args a = { 0 };
	PGresult *r;
	bool found;

	arg_text(&a, d->name);
	if (!group_any(d->w, d->name, &there, e) || !db_run(d->w->db, &st, &a, &r, e))
		return false;
	found = PQntuples(r) == 1 && res_digest(r, 0, 1, &d->genesis);
	if (found)
		*g = (int32_t)res_int(r, 0, 0);
	PQclear(r);
	return found || err_set(e, "group_founded", "group %s is founded: what stands in its log stays", d->name);
}

static bool drop(struct db *db, void *arg, struct err *e)
{
	static const struct statement parts[] = { { "drop_approvals", "DELETE FROM approvals WHERE g = $1" },
		{ "drop_drafts", "DELETE FROM drafts WHERE g = $1" }, { "drop_authorities", "DELETE FROM authorities WHERE g = $1" },
		{ "drop_group", "DELETE FROM groups WHERE g = $1" } };
	int32_t g = 0;

	if (!lock(arg, &g, e))
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct db_args a = { 0 };

		arg_int4(&a, g);
		if (!db_run(db, &parts[i], &a, NULL, e))
			return false;
	}
	return true;
}

bool drop_group(struct worker *w, const char *name, struct digest *genesis, struct err *e)
{
	struct drop d = { .w = w, .name = name };

	if (!db_transaction(w->db, drop, &d, e))
		return false;
	*genesis = d.genesis;
	return true;
}

int ctl_group_drop(struct ctl *c)
{
	char text[DIGEST_TEXT], safe[TERM_SAFE];
	struct digest genesis;

	if (!ctl_worker(c) || !drop_group(c->w, c->args[0], &genesis, &c->e))
		return ctl_fail(c);
	digest_text(&genesis, text);
	term_line(&c->term, "dropped", "%s, which nobody had founded; its charter was %s", term_safe(c->args[0], safe), text);
	return ctl_document(c, json_pack("{s:s, s:s}", "group", c->args[0], "dropped", text));
}
