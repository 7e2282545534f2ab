/* SPDX-License-Identifier: ISC
 * A private PostgreSQL for one test program, migrated and empty. Whatever cannot be made ends the program.
 * Tests that use one cluster keep apart by the names of their groups. */
#ifndef TESTS_LIB_PG_H
#define TESTS_LIB_PG_H

#include "authority/cluster.h"
#include "authority/db.h"

struct pg {
	char dir[256];
	struct place place;
	struct cluster *cluster;
	struct process postmaster;
	int watcher;                      /* closed when we end, however that comes about: then the postmaster ends too */
	char owner[CLUSTER_CONNINFO_MAX]; /* connection strings of the two roles */
	char daemon[CLUSTER_CONNINFO_MAX];
};
struct pg *pg_start(void);
/* Ends it and removes its files. NULL is fine. */
void pg_stop(struct pg *pg);
/* Kills the postmaster and all its children as a power cut would, and starts it again. */
void pg_crash(struct pg *pg);

/* A connection in a role; fails the program when there is none. */
struct db *pg_connect(const char *conninfo);
/* Runs SQL, which must work. */
void pg_do(struct db *db, const char *sql);
/* The number that a query of one row and column (bigint or integer) gives; -1 for no row. */
int64_t pg_number(struct db *db, const char *sql);
/* How many wait for a lock, as soon as anybody does; 0 when nobody has after fifteen seconds. Asks on this connection, which may be in a
 * transaction and hold that lock. */
int64_t pg_waiting(struct db *db);
/* Is the SQL refused with this error of db_run? */
bool pg_refuses(struct db *db, const char *sql, const char *name);

#endif
