/* SPDX-License-Identifier: ISC
 * timeout: 180 */
#include "authority/cluster.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "authority/supervisor.h"
#include "tests/authority/scratch.h"

enum { READY_MS = 30000, SOON_MS = 10000 };

/* One place for all tests of a user: initdb takes its time. */
struct setting {
	char top[SCRATCH_MAX], state[SCRATCH_MAX], system[SCRATCH_MAX], runtime[SCRATCH_MAX];
	struct user runs, daemon;
	struct place place;
	struct cluster *cluster;
	struct process postmaster;
};

static void open_cluster(struct setting *s)
{
	struct user users[2] = { s->runs, s->daemon };
	const struct place_options p = { .dir = s->state, .users = users, .n = 2, .system = s->system, .runtime = s->runtime };
	const struct cluster_options o = { .place = &s->place, .runs = &s->runs, .daemon = &s->daemon };
	struct err e = { 0 };

	if (!place_open(&p, &s->place, &e))
		fail_msg("%s: %s", e.name, e.text);
	s->cluster = cluster_open(&o, &e);
	if (s->cluster == NULL)
		fail_msg("%s: %s", e.name, e.text);
}

static void start(struct setting *s)
{
	struct err e = { 0 };

	if (!cluster_up(s->cluster, READY_MS, &s->postmaster, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static void close_cluster(struct setting *s)
{
	cluster_free(s->cluster);
	s->cluster = NULL;
	place_close(&s->place);
}

/* As if we had been killed and started again. */
static void forget(struct setting *s)
{
	process_close(&s->postmaster);
	close_cluster(s);
	open_cluster(s);
}

static int set_up(void **state)
{
	struct setting *s = calloc(1, sizeof(*s));

	user_self(&s->runs);
	s->daemon = s->runs;
	if (geteuid() == 0 && (!user_find(user_postgres, &s->runs, NULL) || !user_find("nobody", &s->daemon, NULL)))
		return -1;
	scratch_make(s->top);
	scratch_path(s->top, "state", s->state);
	scratch_path(s->top, "system", s->system);
	scratch_path(s->top, "r", s->runtime);
	open_cluster(s);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setting *s = *state;

	if (s == NULL)
		return -1;
	cluster_stop(&s->postmaster);
	close_cluster(s);
	scratch_remove(s->top);
	free(s);
	return 0;
}

/* The first value of a query, or "refused". */
static void ask(const struct place *place, const char *role, const char *sql, char *out, size_t size)
{
	char conninfo[CLUSTER_CONNINFO_MAX];
	PGresult *r = NULL;
	PGconn *c;

	cluster_conninfo(place, role, conninfo);
	c = PQconnectdb(conninfo);
	snprintf(out, size, "refused");
	if (PQstatus(c) == CONNECTION_OK) {
		r = PQexec(c, sql);
		if (PQresultStatus(r) == PGRES_TUPLES_OK)
			snprintf(out, size, "%s", PQgetvalue(r, 0, 0));
		else
			snprintf(out, size, "%s", PQresultStatus(r) == PGRES_COMMAND_OK ? "done" : PQresultErrorField(r, PG_DIAG_SQLSTATE));
	}
	PQclear(r);
	PQfinish(c);
}

static void answers(struct setting *s, const char *role, const char *sql, const char *expected)
{
	char got[256];

	ask(&s->place, role, sql, got, sizeof(got));
	if (strcmp(got, expected) != 0)
		fail_msg("%s: %s: %s, not %s", role, sql, got, expected);
}

struct question {
	const struct place *place;
	const char *role, *expected;
};

static bool ask_as(const void *arg)
{
	const struct question *q = arg;
	char got[256];

	ask(q->place, q->role, "SELECT current_user", got, sizeof(got));
	return strcmp(got, q->expected) == 0;
}

static void roles_and_settings(void **state)
{
	struct setting *s = *state;

	start(s);
	answers(s, cluster_owner, "SELECT current_user || '@' || current_database()", "charterhouse@charterhouse");
	answers(s, cluster_owner, "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = 'charterhouse'", "f");
	answers(s, cluster_owner, "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = 'gauthd'", "f");
	answers(s, cluster_owner, "SHOW listen_addresses", "");
	answers(s, cluster_owner, "SHOW fsync", "on");
	answers(s, cluster_owner, "SHOW data_checksums", "on");
	answers(s, cluster_owner, "SHOW server_encoding", "UTF8");
	answers(s, cluster_owner, "CREATE TABLE t (n int)", "done");
	answers(s, cluster_owner, "INSERT INTO t VALUES (1)", "done");
}

static void each_user_has_its_role(void **state)
{
	struct setting *s = *state;
	const struct question q[] = {
		{ &s->place, cluster_daemon, cluster_daemon },
		{ &s->place, cluster_owner, "refused" },
		{ &s->place, "postgres", "refused" },
	};

	if (geteuid() != 0)
		skip();
	for (size_t i = 0; i < sizeof(q) / sizeof(q[0]); i++)
		assert_true(process_as(&s->daemon, ask_as, &q[i]));
	answers(s, cluster_daemon, "SELECT 1", "refused");
	answers(s, "postgres", "SELECT 1", "refused");
}

static void running_postmaster_is_adopted(void **state)
{
	struct setting *s = *state;
	pid_t pid = s->postmaster.pid;

	assert_true(pid > 0);
	forget(s);
	start(s);
	assert_int_equal(s->postmaster.pid, pid);
	assert_false(s->postmaster.child);
	answers(s, cluster_owner, "SELECT n FROM t", "1");
}

static void adopted_one_is_stopped_and_started_again(void **state)
{
	struct setting *s = *state;
	pid_t pid = s->postmaster.pid;

	cluster_stop(&s->postmaster);
	/* It is our child after all, though it was adopted. */
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(cluster_ready(s->cluster));
	start(s);
	assert_true(s->postmaster.child);
	answers(s, cluster_owner, "SELECT n FROM t", "1");
}

static bool start_database(void *ctx, struct process *out, struct err *e)
{
	return cluster_start(((struct setting *)ctx)->cluster, out, e);
}

static bool database_ready(void *ctx)
{
	return cluster_ready(((struct setting *)ctx)->cluster);
}

/* A backend that is busy outlives its postmaster for a while and holds the shared memory: a start is refused until it is gone. */
static void killed_postmaster_comes_back(void **state)
{
	struct setting *s = *state;
	const struct supervised table[] = { { "postgres", start_database, database_ready, NULL, s, SIGINT, CLUSTER_STOP_MS, 0 } };
	pid_t first = s->postmaster.pid, supervisor;
	char conninfo[CLUSTER_CONNINFO_MAX], log[4096];
	struct process p = { 0 };
	PGconn *busy;
	int64_t end;

	assert_true(first > 0);
	cluster_conninfo(&s->place, cluster_owner, conninfo);
	busy = PQconnectdb(conninfo);
	assert_int_equal(PQstatus(busy), CONNECTION_OK);
	assert_true(PQsendQuery(busy, "SELECT count(*) FROM generate_series(1, 15000000)"));
	process_close(&s->postmaster);
	supervisor = fork();
	if (supervisor == 0)
		_exit(supervisor_run(table, 1, NULL, NULL) ? 0 : 1);
	assert_true(process_adopt(supervisor, &p, NULL));
	p.child = true;
	assert_false(process_wait(&p, 300, NULL));
	assert_true(cluster_ready(s->cluster));
	assert_int_equal(kill(first, SIGKILL), 0);
	end = process_clock() + READY_MS;
	while (waitpid(first, NULL, WNOHANG) == 0 || !cluster_ready(s->cluster)) {
		assert_true(process_clock() < end);
		usleep(20000);
	}
	answers(s, cluster_owner, "SELECT n FROM t", "1");
	PQfinish(busy);
	scratch_read(s->state, "postgres.log", log, sizeof(log));
	assert_non_null(strstr(log, "pre-existing shared memory block"));
	/* The supervisor is killed too: what it started lives on, and is adopted. */
	process_signal(&p, SIGKILL);
	assert_true(process_wait(&p, SOON_MS, NULL));
	assert_true(cluster_ready(s->cluster));
	start(s);
	assert_int_not_equal(s->postmaster.pid, first);
	answers(s, cluster_owner, "SELECT n FROM t", "1");
}

/* A number in postmaster.pid that has been given to another process must not be adopted, let alone be stopped. */
static void stale_pid_file_adopts_nobody(void **state)
{
	struct setting *s = *state;
	char path[PLACE_MAX + 64];
	FILE *f;

	cluster_stop(&s->postmaster);
	snprintf(path, sizeof(path), "%s/postgres/postmaster.pid", s->place.base);
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f, "%d\n%s/postgres\n1\n5432\n%s/pg\n\n\nready\n", (int)getppid(), s->place.base, s->place.run);
	fclose(f);
	assert_int_equal(lchown(path, s->runs.uid, s->runs.gid), 0);
	start(s);
	assert_true(s->postmaster.child);
	answers(s, cluster_owner, "SELECT n FROM t", "1");
}

static void one_that_listens_elsewhere_is_asked_to_end(void **state)
{
	struct setting *s = *state;
	struct err e = { 0 };
	pid_t pid = s->postmaster.pid;

	process_close(&s->postmaster);
	close_cluster(s);
	scratch_path(s->top, "r2", s->runtime);
	open_cluster(s);
	assert_false(cluster_start(s->cluster, &s->postmaster, &e));
	assert_string_equal(e.name, "postmaster_elsewhere");
	start(s);
	assert_int_not_equal(s->postmaster.pid, pid);
	answers(s, cluster_owner, "SELECT n FROM t", "1");
}

static void half_made_cluster_is_made_again(void **state)
{
	struct setting *s = *state;
	char next[PLACE_MAX + 16], junk[PLACE_MAX + 64];
	FILE *f;

	cluster_stop(&s->postmaster);
	close_cluster(s);
	snprintf(next, sizeof(next), "%s/postgres", s->place.base);
	snprintf(junk, sizeof(junk), "%s.new", next);
	assert_int_equal(rename(next, junk), 0); /* as if it had been killed before the renaming */
	snprintf(junk, sizeof(junk), "%s.new/PG_VERSION", next);
	f = fopen(junk, "we");
	assert_non_null(f);
	fclose(f);
	open_cluster(s);
	start(s);
	answers(s, cluster_owner, "SELECT count(*) FROM pg_tables WHERE tablename = 't'", "0");
}

static int cluster_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_and_settings),
		cmocka_unit_test(each_user_has_its_role),
		cmocka_unit_test(running_postmaster_is_adopted),
		cmocka_unit_test(adopted_one_is_stopped_and_started_again),
		cmocka_unit_test(killed_postmaster_comes_back),
		cmocka_unit_test(stale_pid_file_adopts_nobody),
		cmocka_unit_test(one_that_listens_elsewhere_is_asked_to_end),
		cmocka_unit_test(half_made_cluster_is_made_again),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

static bool run_as_somebody(const void *dir)
{
	setenv("TMPDIR", dir, 1);
	return chdir("/") == 0 && cluster_tests() == 0;
}

/* As root, the same again as somebody who is not. */
int main(void)
{
	char dir[SCRATCH_MAX];
	struct user nobody;
	int failed = cluster_tests();

	if (geteuid() != 0)
		return failed;
	scratch_make(dir);
	if (!user_find("nobody", &nobody, NULL) || chown(dir, nobody.uid, nobody.gid) != 0 || !process_as(&nobody, run_as_somebody, dir))
		failed++;
	scratch_remove(dir);
	return failed;
}
