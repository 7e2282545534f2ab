/* SPDX-License-Identifier: ISC */
#include "tests/lib/pg.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "authority/command.h"

enum { READY_MS = 60000, WAIT_MS = 15000, POLL_MS = 10 };

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "tests/lib/pg: %s: %s: %s\n", what, e->name, e->text);
	exit(1);
}

/* A process that has nothing to do but to outlive us, by a moment. */
static int watch(pid_t postmaster)
{
	int pair[2];
	pid_t pid;

	if (pipe(pair) != 0)
		abort();
	pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		int fd = pidfd_open(postmaster, 0);
		char c;

		close(pair[1]);
		setsid();
		while (read(pair[0], &c, 1) > 0)
			;
		if (fd >= 0)
			(void)pidfd_send_signal(fd, SIGQUIT, NULL, 0);
		_exit(0);
	}
	close(pair[0]);
	return pair[1];
}

static void run(struct pg *pg)
{
	struct err e = { 0 };

	must(cluster_up(pg->cluster, READY_MS, &pg->postmaster, &e), "cluster_up", &e);
	pg->watcher = watch(pg->postmaster.pid);
}

/* A copy of what tests/e2e/cluster made takes a tenth of the time that making it takes. */
static void copy_template(const struct place *place)
{
	const char *from = getenv("CLUSTER_TEMPLATE");
	char to[PLACE_MAX];
	struct err e = { 0 };

	if (from == NULL || !place_join(to, sizeof(to), place->base, "postgres", &e))
		return;
	const char *const args[] = { "-a", "--", from, to, NULL };
	const struct process_options cp = { .name = "cp", .path = "/bin/cp", .args = args };
	must(command_run(&cp, READY_MS, NULL, &e), "cp", &e);
}

struct pg *pg_start(void)
{
	struct pg *pg = calloc(1, sizeof(*pg));
	char system[PLACE_MAX], runtime[PLACE_MAX];
	const char *top = getenv("TMPDIR");
	struct user self, runs;
	struct err e = { 0 };
	struct db *db;

	if (pg == NULL || snprintf(pg->dir, sizeof(pg->dir), "%s/pg-XXXXXX", top != NULL ? top : "/tmp") < 0 || mkdtemp(pg->dir) == NULL ||
		chmod(pg->dir, 0755) != 0)
		abort();
	user_self(&self);
	runs = self;
	if (self.uid == 0)
		must(user_find(user_postgres, &runs, &e), "postgres", &e);
	snprintf(system, sizeof(system), "%s/system", pg->dir);
	snprintf(runtime, sizeof(runtime), "%s/sockets", pg->dir);
	const struct place_options po = { .dir = pg->dir, .users = &runs, .n = 1, .system = system, .runtime = runtime };
	must(place_open(&po, &pg->place, &e), "place_open", &e);
	copy_template(&pg->place);
	const struct cluster_options co = { .place = &pg->place, .runs = &runs, .daemon = &self };
	pg->cluster = cluster_open(&co, &e);
	must(pg->cluster != NULL, "cluster_open", &e);
	run(pg);
	cluster_conninfo(&pg->place, cluster_owner, pg->owner);
	cluster_conninfo(&pg->place, cluster_daemon, pg->daemon);
	db = db_open(pg->owner, true, NULL, &e);
	must(db != NULL && db_migrate(db, NULL, NULL, &e), "db_migrate", &e);
	db_close(db);
	return pg;
}

void pg_stop(struct pg *pg)
{
	const char *const args[] = { "-rf", "--", pg == NULL ? "" : pg->dir, NULL };
	const struct process_options rm = { .name = "rm", .path = "/bin/rm", .args = args };

	if (pg == NULL)
		return;
	cluster_stop(&pg->postmaster);
	close(pg->watcher);
	cluster_free(pg->cluster);
	place_close(&pg->place);
	(void)command_run(&rm, READY_MS, NULL, NULL);
	free(pg);
}

void pg_crash(struct pg *pg)
{
	process_stop(&pg->postmaster, SIGKILL, 0, NULL);
	close(pg->watcher);
	run(pg);
}

struct db *pg_connect(const char *conninfo)
{
	struct err e = { 0 };
	struct db *db = db_open(conninfo, false, NULL, &e);

	must(db != NULL, "db_open", &e);
	return db;
}

void pg_do(struct db *db, const char *sql)
{
	struct err e = { 0 };

	must(db_script(db, "test", sql, &e), sql, &e);
}

int64_t pg_number(struct db *db, const char *sql)
{
	/* Run through one function of the server, so that there is one statement for all questions. */
	static const struct statement st = { "pg_number",
		"SELECT (xpath('/row/*/text()', x))[1]::text::bigint"
		" FROM unnest(xpath('/table/row', query_to_xml($1, true, false, ''))) AS x" };
	struct db_args a = { 0 };
	struct err e = { 0 };
	PGresult *r;
	int64_t v;

	arg_text(&a, sql);
	must(db_run(db, &st, &a, &r, &e), sql, &e);
	v = PQntuples(r) == 1 ? res_int(r, 0, 0) : -1;
	PQclear(r);
	return v;
}

int64_t pg_waiting(struct db *db)
{
	int64_t n = 0;

	for (int ms = 0; ms < WAIT_MS && n == 0; ms += POLL_MS) {
		n = pg_number(db, "SELECT count(*) FROM pg_locks WHERE NOT granted");
		if (n == 0)
			usleep(POLL_MS * 1000);
	}
	return n;
}

bool pg_refuses(struct db *db, const char *sql, const char *name)
{
	struct err e = { 0 };

	if (db_script(db, "test", sql, &e)) {
		fprintf(stderr, "tests/lib/pg: not refused: %s\n", sql);
		return false;
	}
	if (!err_is(&e, name))
		fprintf(stderr, "tests/lib/pg: %s: %s\n", e.name, e.text);
	return err_is(&e, name);
}
