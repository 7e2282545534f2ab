/* SPDX-License-Identifier: ISC
 * One connection to PostgreSQL: prepared statements, transactions that are tried again, and errors that tell what happened. */
#ifndef AUTHORITY_DB_H
#define AUTHORITY_DB_H

#include <libpq-fe.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/log.h"

struct db;

/* Connects. conninfo may name several hosts; target_session_attrs=read-write and short timeouts are added. Checks the schema's
 * version unless `any_schema`: "schema_old" (run gauthctl migrate), "schema_new" (run a newer program). "database_unavailable". */
struct db *db_open(const char *conninfo, bool any_schema, struct log *log, struct err *e);
void db_close(struct db *db);
/* False and e "database_unavailable" when the connection is lost and cannot be had again at once. */
bool db_ping(struct db *db, struct err *e);

/* A statement stands beside the one function that runs it, as a static const. It is prepared when a connection first runs it. */
struct statement {
	const char *name; /* unique in the program */
	const char *sql;
};

/* Parameters, all binary but text. The builder keeps numbers itself; bytes and text are borrowed until the run. The types of
 * numbers and bytes go with them, so that PostgreSQL converts an int4 where it wants an int8; a statement is prepared for those of
 * its first run. */
enum { DB_ARGS_MAX = 24 };
struct db_args {
	int n;
	const char *value[DB_ARGS_MAX];
	int length[DB_ARGS_MAX], format[DB_ARGS_MAX];
	Oid type[DB_ARGS_MAX]; /* 0: as the statement has it */
	uint8_t numbers[DB_ARGS_MAX][8];
};
void arg_int4(struct db_args *a, int32_t v);
void arg_int8(struct db_args *a, int64_t v);
void arg_int2(struct db_args *a, int16_t v);
void arg_bool(struct db_args *a, bool v);
void arg_bytes(struct db_args *a, const void *p, size_t n);
void arg_digest(struct db_args *a, const struct digest *d);
void arg_id16(struct db_args *a, const struct id16 *id);
void arg_text(struct db_args *a, const char *s); /* NULL is SQL's NULL */
void arg_null(struct db_args *a);

/* An array of one type, for unnest. All zero is empty, of whatever type the statement casts to ($1::bytea[]). */
struct db_array {
	struct buf elements, whole; /* owned */
	uint32_t type, n;
	bool nulls;
};
void array_int2(struct db_array *a, int16_t v);
void array_int4(struct db_array *a, int32_t v);
void array_int8(struct db_array *a, int64_t v);
void array_bool(struct db_array *a, bool v);
void array_bytes(struct db_array *a, const void *p, size_t n); /* also for digests and identifiers */
void array_text(struct db_array *a, const char *s);            /* NULL is SQL's NULL */
/* The array as the next parameter, once, when all elements are in it; it must live until the run. "no_memory" */
bool arg_array(struct db_args *args, struct db_array *a, struct err *e);
void array_free(struct db_array *a);

/* Runs a statement with binary results. False with e: "database_unavailable" (connection lost), "database_retry" (serialization
 * failure, deadlock: db_transaction tries again), "database_conflict" (a constraint refused; db_constraint names it),
 * "database_error". out may be NULL; otherwise PQclear it. */
bool db_run(struct db *db, const struct statement *st, const struct db_args *a, PGresult **out, struct err *e);
/* Name of the constraint that the last refusal named, or "". */
const char *db_constraint(const struct db *db);

/* Runs SQL text of our own, of one statement or several, without parameters. Errors as db_run. */
bool db_script(struct db *db, const char *name, const char *sql, struct err *e);

/* Values of a binary result. */
bool res_null(const PGresult *r, int row, int col);
int64_t res_int(const PGresult *r, int row, int col); /* int2, int4, int8 */
bool res_bool(const PGresult *r, int row, int col);
struct slice res_bytes(const PGresult *r, int row, int col);
bool res_digest(const PGresult *r, int row, int col, struct digest *out); /* false when NULL or of another length */
bool res_id16(const PGresult *r, int row, int col, struct id16 *out);
const char *res_text(const PGresult *r, int row, int col); /* NULL for NULL; valid until PQclear */

/* Runs body in one READ COMMITTED transaction and commits. body must be fit to run again from the start: it runs again after a
 * serialization failure or deadlock (8 times at most, with jitter), and once more when the connection broke at COMMIT, because the
 * outcome is unknown then and acts find what they stored. A COMMIT that warned about synchronous replication is confirmed by a
 * second, synchronous transaction before true is returned. A body that returns false rolls back. */
bool db_transaction(struct db *db, bool (*body)(struct db *db, void *arg, struct err *e), void *arg, struct err *e);

/* Between the two all statements see one state of the store, and may only read: for an answer that several of them make up. In no
 * transaction and no other snapshot. A connection that breaks in between fails the statement that meets it. */
bool db_snapshot_begin(struct db *db, struct err *e);
void db_snapshot_end(struct db *db);

/* The database's clock, in seconds. */
bool db_now(struct db *db, int64_t *out, struct err *e);

/* Applies the numbered migrations that are missing, each in one transaction under an advisory lock, then schema/roles.sql, which
 * gives the daemon's role its rights, where there is such a role (an operator's own server may have one user for all). The SQL is
 * compiled in. Reports each applied number through the callback (may be NULL). "schema_new", db_run's. */
bool db_migrate(struct db *db, void (*applied)(void *arg, int number, const char *name), void *arg, struct err *e);
int db_schema_version(void); /* that this program needs */
/* The version that the database has; 0: none. */
bool db_schema_found(struct db *db, int *version, struct err *e);

#endif
