/* SPDX-License-Identifier: ISC
 * gauthctl init, migrate. */
#include "authority/ctl.h"

#include <unistd.h>

static void say_applied(void *arg, int number, const char *name)
{
	const struct ctl *c = arg;

	term_line(&c->term, "schema", "%04d %s", number, name);
}

static bool migrate(struct ctl *c)
{
	struct db *db = db_open(c->dir.conninfo, true, &c->log, &c->e);
	bool rc = db != NULL && db_migrate(db, say_applied, c, &c->e);

	db_close(db);
	return rc;
}

static bool fill(struct ctl *c, bool *made)
{
	struct user self;

	user_self(&self);
	return state_dir_fill(&c->dir, c->embedded != NULL ? embedded_daemon_user(c->embedded) : &self,
		c->embedded != NULL ? embedded_signer_user(c->embedded) : &self, made, &c->e);
}

static json_t *tell(const struct ctl *c, bool made)
{
	char url[SETTING_TEXT];

	settings_url(&c->dir.settings, url);
	term_line(&c->term, "state", "%s%s", c->place.dir, made ? "" : " (was there)");
	if (c->place.elsewhere)
		term_line(&c->term, "data", "%s (the users that run the parts can not reach the directory named)", c->place.base);
	term_line(&c->term, "settings", "%s", c->dir.conf);
	term_line(&c->term, "admin", "%s: the administrator's key, not encrypted; keep a copy elsewhere", c->dir.admin);
	term_line(&c->term, "next", "gauthd --state %s serves at %s", c->state, url);
	term_text(&c->term, "         gauthctl --state %s group create NAME --template vote --founder ana.csr", c->state);
	return json_pack("{s:s,s:s,s:s,s:s,s:i,s:b}", "state", c->place.dir, "data", c->place.base, "settings", c->dir.conf, "admin",
		c->dir.admin, "schema", db_schema_version(), "made", made);
}

/* Safe to run again: what is there stays. While gauthd runs the state there is nothing to make but what an update brought. */
int ctl_init(struct ctl *c)
{
	bool made = false;

	if (!ctl_open(c, true) || (c->embedded == NULL && c->dir.embedded ? false : !fill(c, &made)) || !migrate(c))
		return ctl_fail(c);
	return ctl_document(c, tell(c, made));
}

int ctl_migrate(struct ctl *c)
{
	if (!ctl_open(c, false) || !migrate(c))
		return ctl_fail(c);
	term_line(&c->term, "schema", "%d, as this program needs it", db_schema_version());
	return ctl_document(c, json_pack("{s:i}", "schema", db_schema_version()));
}
