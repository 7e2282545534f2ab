/* SPDX-License-Identifier: ISC
 * Connection, statements, transactions. */
#include "authority/db.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STATEMENTS_MAX = 384, TRIES = 8, PAUSE_MS = 4, CONSTRAINT_MAX = 64 };

struct db {
	PGconn *conn;
	struct log *log;
	const struct statement *prepared[STATEMENTS_MAX];
	size_t prepared_n;
	char constraint[CONSTRAINT_MAX];
	bool inside; /* a transaction of ours is open */
	bool unsure; /* the last COMMIT warned that a standby may not have it */
};

/* ---- the connection */

/* A COMMIT that warns has happened here, and perhaps only here: the standby's word was not waited for. */
static void on_notice(void *arg, const PGresult *r)
{
	struct db *db = arg;
	const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	if (severity == NULL || strcmp(severity, "WARNING") != 0)
		return;
	db->unsure = true;
	log_event(db->log, LOG_WARN, "database_warning", "text", text == NULL ? "" : text, NULL);
}

static PGconn *connect_to(const char *conninfo)
{
	/* Later words win: the operator's conninfo may set the former ones, not the latter. */
	static const char *const names[] = { "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", "fallback_application_name", "dbname", "target_session_attrs", "client_encoding", NULL };
	const char *const values[] = { "5", "20", "5", "3", "20000", "charterhouse", conninfo, "read-write", "UTF8", NULL };

	return PQconnectdbParams(names, values, 1);
}

/* Time limits, so that a lost network or a forgotten lock does not hold a worker for ever; and what every act relies on. A stricter
 * synchronous_commit than `on` stays as the server has it.
 * Plans: each statement is planned once for each connection, and again when a table has new statistics; planned for each run, as the
 * server likes to with arrays, planning costs as much as what it plans. Such a plan may be made while a table is empty, and a scan of
 * the whole table is cheapest then: kept for the minute until the server has new statistics, it would read all votes again for every
 * proposal of a group's first great vote. So no such scans where an index serves (tests/authority/test_plans.c sees to it that the
 * planner wants the indexes by itself as soon as it knows the tables); and no JIT, which takes what has no index for dear. */
static bool set_session(struct db *db, struct err *e)
{
	static const char sql[] =
		"SET statement_timeout = '60s'; SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '60s';"
		"SET default_transaction_isolation = 'read committed'; SET TimeZone = 'UTC'; SET search_path = public;"
		"SET client_min_messages = warning;"
		"SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off;"
		"SELECT set_config('synchronous_commit', 'on', false)"
		" WHERE current_setting('synchronous_commit') IN ('off', 'local')";
	PGresult *r = PQexec(db->conn, sql);
	bool rc = PQresultStatus(r) == PGRES_TUPLES_OK;

	if (!rc)
		err_set(e, "database_unavailable", "the database does not take our settings: %s", PQerrorMessage(db->conn));
	PQclear(r);
	return rc;
}

static bool establish(struct db *db, struct err *e)
{
	if (PQstatus(db->conn) != CONNECTION_OK)
		return err_set(e, "database_unavailable", "no connection to the database: %s", PQerrorMessage(db->conn));
	PQsetNoticeReceiver(db->conn, on_notice, db);
	db->prepared_n = 0;
	return set_session(db, e);
}

static bool reconnect(struct db *db, struct err *e)
{
	PQreset(db->conn);
	if (!establish(db, e))
		return false;
	log_event(db->log, LOG_INFO, "database_reconnected", NULL);
	return true;
}

static bool check_schema(struct db *db, struct err *e)
{
	int version, needed = db_schema_version();

	if (!db_schema_found(db, &version, e))
		return false;
	if (version < needed)
		return err_set(
			e, "schema_old", "the database has schema %d, this program needs %d: run `gauthctl migrate`", version, needed);
	if (version > needed)
		return err_set(e, "schema_new", "the database has schema %d, this program knows %d: run a newer program", version, needed);
	return true;
}

struct db *db_open(const char *conninfo, bool any_schema, struct log *log, struct err *e)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL) {
		err_memory(e);
		return NULL;
	}
	db->log = log;
	db->conn = connect_to(conninfo);
	if (db->conn == NULL)
		err_memory(e);
	if (db->conn != NULL && establish(db, e) && (any_schema || check_schema(db, e)))
		return db;
	db_close(db);
	return NULL;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	free(db);
}

bool db_ping(struct db *db, struct err *e)
{
	static const struct statement st = { "db_ping", "SELECT 1" };

	return db_run(db, &st, NULL, NULL, e);
}

/* ---- statements */

/* What the server said, as one of our names. The text stays in the log: it may hold values. */
static bool refused(struct db *db, const char *what, const PGresult *r, struct err *e)
{
	const char *state = r == NULL ? NULL : PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *constraint = r == NULL ? NULL : PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	const char *text = r == NULL ? NULL : PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	if (PQstatus(db->conn) != CONNECTION_OK)
		return err_set(e, "database_unavailable", "the connection to the database broke at %s", what);
	if (state == NULL)
		return err_set(e, "database_error", "%s: %s", what, PQerrorMessage(db->conn));
	if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0)
		return err_set(e, "database_retry", "%s met another transaction: %s", what, text == NULL ? state : text);
	/* class 57P: the server ends; 53: it has run out of something; 55P03: a lock was not to be had in time; 57014: too slow */
	if (strncmp(state, "57P", 3) == 0 || strncmp(state, "53", 2) == 0 || strcmp(state, "55P03") == 0 || strcmp(state, "57014") == 0 ||
		strcmp(state, "25006") == 0)
		return err_set(e, "database_unavailable", "%s: %s (%s)", what, text == NULL ? "" : text, state);
	if (strncmp(state, "23", 2) == 0) {
		snprintf(db->constraint, sizeof(db->constraint), "%s", constraint == NULL ? "" : constraint);
		return err_set(
			e, "database_conflict", "%s: refused by %s (%s)", what, constraint == NULL ? "a constraint" : constraint, state);
	}
	log_event(db->log, LOG_ERROR, "database_error", "statement", what, "state", state, "text", text == NULL ? "" : text, NULL);
	return err_set(e, "database_error", "%s failed with SQLSTATE %s: %s", what, state, text == NULL ? "" : text);
}

static bool is_prepared(const struct db *db, const struct statement *st)
{
	for (size_t i = 0; i < db->prepared_n; i++)
		if (db->prepared[i] == st)
			return true;
	return false;
}

static bool prepare(struct db *db, const struct statement *st, const struct db_args *a, struct err *e)
{
	PGresult *r;
	bool rc;

	if (is_prepared(db, st))
		return true;
	if (db->prepared_n == STATEMENTS_MAX)
		return err_set(e, "database_error", "more than %d statements on one connection", STATEMENTS_MAX);
	r = PQprepare(db->conn, st->name, st->sql, a == NULL ? 0 : a->n, a == NULL ? NULL : a->type);
	rc = PQresultStatus(r) == PGRES_COMMAND_OK || refused(db, st->name, r, e);
	if (rc)
		db->prepared[db->prepared_n++] = st;
	PQclear(r);
	return rc;
}

static bool run_once(struct db *db, const struct statement *st, const struct db_args *a, PGresult **out, struct err *e)
{
	PGresult *r;
	ExecStatusType status;

	db->constraint[0] = '\0';
	if (!prepare(db, st, a, e))
		return false;
	r = PQexecPrepared(db->conn, st->name, a == NULL ? 0 : a->n, a == NULL ? NULL : a->value, a == NULL ? NULL : a->length,
		a == NULL ? NULL : a->format, 1);
	status = PQresultStatus(r);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		refused(db, st->name, r, e);
		PQclear(r);
		return false;
	}
	if (out != NULL)
		*out = r;
	if (out == NULL)
		PQclear(r);
	return true;
}

/* Outside a transaction a connection that broke is made anew, and what only reads is asked again. */
bool db_run(struct db *db, const struct statement *st, const struct db_args *a, PGresult **out, struct err *e)
{
	struct err first = { 0 };

	if (out != NULL)
		*out = NULL;
	if (a != NULL && a->n > DB_ARGS_MAX)
		return err_set(e, "database_error", "%s has more than %d parameters", st->name, DB_ARGS_MAX);
	if (!db->inside && PQstatus(db->conn) != CONNECTION_OK && !reconnect(db, e))
		return false;
	if (run_once(db, st, a, out, &first))
		return true;
	if (!db->inside && PQstatus(db->conn) != CONNECTION_OK && strncmp(st->sql, "SELECT", 6) == 0 && reconnect(db, NULL))
		return run_once(db, st, a, out, e);
	if (e != NULL && err_ok(e))
		*e = first;
	return false;
}

const char *db_constraint(const struct db *db)
{
	return db->constraint;
}

bool db_script(struct db *db, const char *name, const char *sql, struct err *e)
{
	PGresult *r = PQexec(db->conn, sql);
	ExecStatusType status = PQresultStatus(r);
	bool rc = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || refused(db, name, r, e);

	PQclear(r);
	return rc;
}

/* ---- transactions */

/* A connection that died while it lay idle is found out here, where nothing has happened yet. */
static bool begin(struct db *db, const char *sql, struct err *e)
{
	if (db->inside)
		return err_set(e, "database_error", "a transaction inside a transaction");
	if (PQstatus(db->conn) == CONNECTION_OK && db_script(db, "BEGIN", sql, NULL)) {
		db->inside = true;
		return true;
	}
	if (PQstatus(db->conn) == CONNECTION_OK || !reconnect(db, e))
		return err_set(e, "database_unavailable", "the database begins no transaction");
	db->inside = db_script(db, "BEGIN", sql, e);
	return db->inside;
}

static void roll_back(struct db *db)
{
	db->inside = false;
	if (PQstatus(db->conn) == CONNECTION_OK && PQtransactionStatus(db->conn) != PQTRANS_IDLE)
		(void)db_script(db, "ROLLBACK", "ROLLBACK", NULL);
}

/* Writes something of its own and commits it, so that once it returns everything before it is where a COMMIT should be. */
static bool confirm(struct db *db, struct err *e)
{
	db->unsure = false;
	if (!db_script(db, "confirm", "SELECT pg_logical_emit_message(true, 'charterhouse', 'confirm')", e))
		return false;
	if (db->unsure)
		return err_set(e, "database_unavailable", "the standby that must confirm a commit does not answer");
	return true;
}

enum committed { COMMIT_DONE, COMMIT_FAILED, COMMIT_UNKNOWN };

static enum committed commit(struct db *db, struct err *e)
{
	PGresult *r;
	bool done;

	db->unsure = false;
	r = PQexec(db->conn, "COMMIT");
	db->inside = false;
	/* A COMMIT of a transaction in which a statement failed answers ROLLBACK. */
	done = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
	if (!done && PQstatus(db->conn) == CONNECTION_OK && PQresultStatus(r) == PGRES_COMMAND_OK)
		err_set(e, "database_error", "the transaction was rolled back, because one of its statements had failed");
	if (!done)
		refused(db, "COMMIT", r, e);
	PQclear(r);
	if (done)
		return COMMIT_DONE;
	return PQstatus(db->conn) == CONNECTION_OK ? COMMIT_FAILED : COMMIT_UNKNOWN;
}

/* Waits a little longer each time, never as long as another does. */
static void pause_before(int tries)
{
	uint16_t r;
	int64_t us;
	struct timespec t;

	bytes_random(&r, sizeof(r));
	us = ((int64_t)PAUSE_MS << tries) * 1000;
	us = us / 2 + us * r / UINT16_MAX;
	t = (struct timespec){ .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
	(void)nanosleep(&t, NULL);
}

static enum committed try_once(struct db *db, bool (*body)(struct db *db, void *arg, struct err *e), void *arg, struct err *e)
{
	if (!begin(db, "BEGIN", e))
		return COMMIT_FAILED;
	if (body(db, arg, e))
		return commit(db, e);
	err_set(e, "database_error", "a transaction failed and did not say why");
	roll_back(db);
	return COMMIT_FAILED;
}

bool db_transaction(struct db *db, bool (*body)(struct db *db, void *arg, struct err *e), void *arg, struct err *e)
{
	enum committed c;
	bool unknown = false;

	for (int tries = 0;; tries++) {
		struct err own = { 0 };

		c = try_once(db, body, arg, &own);
		if (c == COMMIT_DONE)
			break;
		if (c == COMMIT_UNKNOWN && !unknown && reconnect(db, NULL)) {
			unknown = true;
			continue;
		}
		if (err_is(&own, "database_retry") && tries + 1 < TRIES) {
			pause_before(tries);
			continue;
		}
		if (e != NULL && err_ok(e))
			*e = own;
		return false;
	}
	return !(unknown || db->unsure) || confirm(db, e);
}

bool db_snapshot_begin(struct db *db, struct err *e)
{
	return begin(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", e);
}

void db_snapshot_end(struct db *db)
{
	roll_back(db);
}

bool db_now(struct db *db, int64_t *out, struct err *e)
{
	static const struct statement st = { "db_now", "SELECT now_s()" };
	PGresult *r;

	if (!db_run(db, &st, NULL, &r, e))
		return false;
	*out = res_int(r, 0, 0);
	PQclear(r);
	return true;
}
