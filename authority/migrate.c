/* SPDX-License-Identifier: ISC
 * Numbered migrations: each applied once, in order, in a transaction of its own. */
#include "authority/db.h"

#include <stdio.h>

static const char core_sql[] = {
#include "schema/0001-core.sql.inc"
	0
};
static const char evidence_sql[] = {
#include "schema/0002-evidence.sql.inc"
	0
};
static const char rules_sql[] = {
#include "schema/0003-rules.sql.inc"
	0
};
static const char puzzles_sql[] = {
#include "schema/0004-puzzles.sql.inc"
	0
};
static const char ceremonies_sql[] = {
#include "schema/0005-ceremonies.sql.inc"
	0
};
static const char roles_sql[] = {
#include "schema/roles.sql.inc"
	0
};

static const struct migration {
	int number;
	const char *name;
	const char *sql;
} migrations[] = {
	{ 1, "core", core_sql },
	{ 2, "evidence", evidence_sql },
	{ 3, "rules", rules_sql },
	{ 4, "puzzles", puzzles_sql },
	{ 5, "ceremonies", ceremonies_sql },
};

enum { MIGRATIONS = sizeof(migrations) / sizeof(migrations[0]) };

/* One number for all programs, so that two that migrate wait for each other: "gmc" and a version. */
#define LOCK "7301475"

int db_schema_version(void)
{
	return migrations[MIGRATIONS - 1].number;
}

bool db_schema_found(struct db *db, int *version, struct err *e)
{
	static const struct statement is_there = { "schema_is_there", "SELECT to_regclass('public.schema_version') IS NOT NULL" };
	static const struct statement newest = { "schema_newest", "SELECT coalesce(max(number), 0) FROM schema_version" };
	PGresult *r;
	bool there;

	*version = 0;
	if (!db_run(db, &is_there, NULL, &r, e))
		return false;
	there = res_bool(r, 0, 0);
	PQclear(r);
	if (!there)
		return true;
	if (!db_run(db, &newest, NULL, &r, e))
		return false;
	*version = (int)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

static bool apply(struct db *db, void *arg, struct err *e)
{
	static const struct statement note = { "schema_note", "INSERT INTO schema_version (number, name) VALUES ($1, $2)" };
	const struct migration *m = arg;
	struct db_args a = { 0 };

	arg_int4(&a, m->number);
	arg_text(&a, m->name);
	return db_script(db, m->name, m->sql, e) && db_run(db, &note, &a, NULL, e);
}

static bool grant(struct db *db, void *arg, struct err *e)
{
	static const struct statement role = { "schema_role", "SELECT count(*) FROM pg_roles WHERE rolname = 'gauthd'" };
	PGresult *r;
	bool there;

	(void)arg;
	if (!db_run(db, &role, NULL, &r, e))
		return false;
	there = res_int(r, 0, 0) == 1;
	PQclear(r);
	return !there || db_script(db, "roles", roles_sql, e);
}

static bool apply_missing(struct db *db, void (*applied)(void *arg, int number, const char *name), void *arg, struct err *e)
{
	int version;

	if (!db_script(db, "schema_version",
		    "CREATE TABLE IF NOT EXISTS schema_version (number integer PRIMARY KEY, name text NOT NULL,"
		    " applied timestamptz NOT NULL DEFAULT now())",
		    e) ||
		!db_schema_found(db, &version, e))
		return false;
	if (version > db_schema_version())
		return err_set(e, "schema_new", "the database has schema %d, this program knows %d: run a newer program", version,
			db_schema_version());
	for (size_t i = 0; i < MIGRATIONS; i++) {
		struct migration m = migrations[i];

		if (m.number <= version)
			continue;
		if (!db_transaction(db, apply, &m, e))
			return false;
		if (applied != NULL)
			applied(arg, m.number, m.name);
	}
	return db_transaction(db, grant, NULL, e);
}

bool db_migrate(struct db *db, void (*applied)(void *arg, int number, const char *name), void *arg, struct err *e)
{
	bool rc;

	if (!db_script(db, "migrate_lock", "SELECT pg_advisory_lock(" LOCK ")", e))
		return false;
	rc = apply_missing(db, applied, arg, e);
	(void)db_script(db, "migrate_unlock", "SELECT pg_advisory_unlock(" LOCK ")", NULL);
	return rc;
}
