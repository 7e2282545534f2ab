/* SPDX-License-Identifier: ISC
 * The door to PostgreSQL, on a real one: values, errors by name, transactions that are tried again, a server that goes away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/pg.h"

static int start(void **state)
{
	struct db *db;

	*state = pg_start();
	db = pg_connect(((struct pg *)*state)->owner);
	pg_do(db, "CREATE TABLE t (id integer CONSTRAINT t_key PRIMARY KEY, v bigint CONSTRAINT t_sign CHECK (v >= 0))");
	pg_do(db, "GRANT ALL ON t TO gauthd");
	db_close(db);
	return 0;
}

static int stop(void **state)
{
	pg_stop(*state);
	return 0;
}

/* ---- values */

static void test_values_come_back_as_they_went(void **state)
{
	static const struct statement st = { "test_values",
		"SELECT $1::int4, $2::int8, $3::int2, $4::bool, $5::bytea, $6::text, $7::text, $8::bytea, $9::bytea" };
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct digest d = { { 1, 2, 3 } }, back;
	struct id16 id = { { 9 } }, id_back;
	struct db_args a = { 0 };
	struct err e = { 0 };
	PGresult *r;

	arg_int4(&a, INT32_MIN);
	arg_int8(&a, INT64_MIN);
	arg_int2(&a, -2);
	arg_bool(&a, true);
	arg_digest(&a, &d);
	arg_text(&a, "a'b\"\xc3\xa4");
	arg_text(&a, NULL);
	arg_id16(&a, &id);
	arg_bytes(&a, NULL, 0);
	assert_true(db_run(db, &st, &a, &r, &e));
	assert_int_equal(res_int(r, 0, 0), INT32_MIN);
	assert_true(res_int(r, 0, 1) == INT64_MIN);
	assert_int_equal(res_int(r, 0, 2), -2);
	assert_true(res_bool(r, 0, 3));
	assert_true(res_digest(r, 0, 4, &back));
	assert_int_equal(digest_compare(&d, &back), 0);
	assert_string_equal(res_text(r, 0, 5), "a'b\"\xc3\xa4");
	assert_true(res_null(r, 0, 6));
	assert_null(res_text(r, 0, 6));
	assert_true(res_id16(r, 0, 7, &id_back));
	assert_int_equal(id16_compare(&id, &id_back), 0);
	assert_false(res_digest(r, 0, 7, &back)); /* another length */
	assert_false(res_null(r, 0, 8));
	assert_int_equal(res_bytes(r, 0, 8).n, 0);
	PQclear(r);
	db_close(db);
}

static void test_arrays(void **state)
{
	static const struct statement st = { "test_arrays",
		"SELECT sum(a)::int8, string_agg(coalesce(b, '-'), ',' ORDER BY o), max(length(c)), count(*)"
		" FROM unnest($1::int8[], $2::text[], $3::bytea[]) WITH ORDINALITY AS x (a, b, c, o)" };
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct db_array numbers = { 0 }, texts = { 0 }, bytes = { 0 };
	struct db_args a = { 0 }, none = { 0 };
	struct err e = { 0 };
	PGresult *r;

	for (int i = 1; i <= 3; i++)
		array_int8(&numbers, i);
	array_text(&texts, "x");
	array_text(&texts, NULL);
	array_text(&texts, "");
	array_bytes(&bytes, "abcd", 4);
	assert_true(arg_array(&a, &numbers, &e) && arg_array(&a, &texts, &e) && arg_array(&a, &bytes, &e));
	assert_true(db_run(db, &st, &a, &r, &e));
	assert_int_equal(res_int(r, 0, 0), 6);
	assert_string_equal(res_text(r, 0, 1), "x,-,");
	assert_int_equal(res_int(r, 0, 2), 4);
	PQclear(r);
	array_free(&numbers);
	array_free(&texts);
	array_free(&bytes);
	assert_true(arg_array(&none, &numbers, &e) && arg_array(&none, &texts, &e) && arg_array(&none, &bytes, &e));
	assert_true(db_run(db, &st, &none, &r, &e));
	assert_int_equal(res_int(r, 0, 3), 0);
	PQclear(r);
	db_close(db);
}

/* A number may be narrower than what the statement wants, as in LIMIT, which is an int8. */
static void test_numbers_are_converted(void **state)
{
	static const struct statement st = { "test_limit",
		"SELECT count(*) FROM (SELECT 1 FROM generate_series(1, 9) LIMIT $1) AS x WHERE $2::int8 = 7" };
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct db_args a = { 0 };
	struct err e = { 0 };
	PGresult *r;

	arg_int4(&a, 3);
	arg_int2(&a, 7);
	assert_true(db_run(db, &st, &a, &r, &e));
	assert_int_equal(res_int(r, 0, 0), 3);
	PQclear(r);
	db_close(db);
}

/* ---- errors */

static void test_errors_have_names(void **state)
{
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct err e = { 0 };

	assert_true(pg_refuses(db, "INSERT INTO t VALUES (1, -1)", "database_conflict"));
	assert_string_equal(db_constraint(db), "t_sign");
	assert_true(pg_refuses(db, "SELECT * FROM nowhere", "database_error"));
	assert_true(pg_refuses(db,
		"SELECT pg_sleep(9)::text FROM (SELECT set_config('statement_timeout', '20ms', false)) AS x; SELECT pg_sleep(9)",
		"database_unavailable"));
	db_close(db);
	assert_null(db_open("host=/nowhere dbname=x", true, NULL, &e));
	assert_string_equal(e.name, "database_unavailable");
}

static void test_too_many_parameters(void **state)
{
	static const struct statement st = { "test_many", "SELECT 1" };
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct db_args a = { 0 };
	struct err e = { 0 };

	for (int i = 0; i <= DB_ARGS_MAX; i++)
		arg_int4(&a, i);
	assert_false(db_run(db, &st, &a, NULL, &e));
	assert_string_equal(e.name, "database_error");
	db_close(db);
}

/* ---- the schema's version */

static void test_the_schema_must_fit(void **state)
{
	const struct pg *pg = *state;
	struct db *owner = pg_connect(pg->owner);
	struct err e = { 0 };
	int version = 0;

	assert_true(db_schema_found(owner, &version, &e));
	assert_int_equal(version, db_schema_version());
	assert_true(db_migrate(owner, NULL, NULL, &e)); /* nothing to do */

	pg_do(owner, "INSERT INTO schema_version VALUES (9999, 'later')");
	assert_null(db_open(pg->daemon, false, NULL, &e));
	assert_string_equal(e.name, "schema_new");
	err_clear(&e);
	assert_false(db_migrate(owner, NULL, NULL, &e));
	assert_string_equal(e.name, "schema_new");
	err_clear(&e);

	pg_do(owner, "CREATE TABLE kept AS SELECT * FROM schema_version WHERE number < 9999; DELETE FROM schema_version");
	assert_null(db_open(pg->daemon, false, NULL, &e));
	assert_string_equal(e.name, "schema_old");
	assert_non_null(strstr(e.text, "gauthctl migrate"));
	pg_do(owner, "INSERT INTO schema_version SELECT * FROM kept; DROP TABLE kept");
	db_close(owner);
}

/* ---- transactions */

struct body {
	struct db *db;
	int calls, fail_first;
	const char *sql, *name;
};

static bool run_body(struct db *db, void *arg, struct err *e)
{
	struct body *b = arg;

	b->calls++;
	if (!db_script(db, "body", b->sql, e))
		return false;
	return b->calls > b->fail_first || err_set(e, b->name, "as the test wants");
}

static void test_a_failed_body_rolls_back(void **state)
{
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct body b = { .sql = "INSERT INTO t VALUES (10, 1)", .fail_first = 1, .name = "votes_missing" };
	struct err e = { 0 };

	assert_false(db_transaction(db, run_body, &b, &e));
	assert_string_equal(e.name, "votes_missing");
	assert_int_equal(b.calls, 1);
	assert_int_equal(pg_number(db, "SELECT count(*) FROM t WHERE id = 10"), 0);
	db_close(db);
}

static void test_a_serialization_failure_is_tried_again(void **state)
{
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct body b = { .sql = "INSERT INTO t VALUES (20, 1)", .fail_first = 3, .name = "database_retry" }, for_ever = b;
	struct err e = { 0 };

	assert_true(db_transaction(db, run_body, &b, &e));
	assert_int_equal(b.calls, 4);
	assert_int_equal(pg_number(db, "SELECT count(*) FROM t WHERE id = 20"), 1);
	for_ever.fail_first = 100;
	for_ever.sql = "SELECT 1";
	assert_false(db_transaction(db, run_body, &for_ever, &e));
	assert_string_equal(e.name, "database_retry");
	assert_int_equal(for_ever.calls, 8);
	db_close(db);
}

/* Two that lock two rows crosswise: the server ends one, and that one runs again. */
struct crossing {
	const struct pg *pg;
	int first, second, calls;
	bool done;
	pthread_barrier_t *meet;
};

static bool cross(struct db *db, void *arg, struct err *e)
{
	struct crossing *c = arg;
	char sql[80];

	const bool again = c->calls++ > 0;

	/* Whoever has to begin again takes the rows as the other one does: on a slow machine the two would meet once more. */
	snprintf(sql, sizeof(sql), "UPDATE t SET v = v + 1 WHERE id = %d", again ? c->second : c->first);
	if (!db_script(db, "first", sql, e))
		return false;
	if (!again)
		pthread_barrier_wait(c->meet);
	snprintf(sql, sizeof(sql), "UPDATE t SET v = v + 1 WHERE id = %d", again ? c->first : c->second);
	return db_script(db, "second", sql, e);
}

static void *run_crossing(void *arg)
{
	struct crossing *c = arg;
	struct db *db = pg_connect(c->pg->daemon);

	c->done = db_transaction(db, cross, c, NULL);
	db_close(db);
	return NULL;
}

static void test_a_deadlock_is_tried_again(void **state)
{
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct crossing c[2] = { { .pg = pg, .first = 31, .second = 32 }, { .pg = pg, .first = 32, .second = 31 } };
	pthread_barrier_t meet;
	pthread_t t[2];

	pg_do(db, "INSERT INTO t VALUES (31, 0), (32, 0)");
	assert_int_equal(pthread_barrier_init(&meet, NULL, 2), 0);
	for (int i = 0; i < 2; i++) {
		c[i].meet = &meet;
		assert_int_equal(pthread_create(&t[i], NULL, run_crossing, &c[i]), 0);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	pthread_barrier_destroy(&meet);
	assert_true(c[0].done && c[1].done);
	assert_int_equal(c[0].calls + c[1].calls, 3);
	assert_int_equal(pg_number(db, "SELECT sum(v) FROM t WHERE id IN (31, 32)"), 4);
	db_close(db);
}

/* A statement that failed without the body telling: COMMIT then answers ROLLBACK, and nobody is told that all is well. */
static bool swallow(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	(void)db_script(db, "swallowed", "INSERT INTO t VALUES (40, -1)", NULL);
	return true;
}

static void test_a_swallowed_error_is_no_commit(void **state)
{
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct err e = { 0 };

	assert_false(db_transaction(db, swallow, NULL, &e));
	assert_string_equal(e.name, "database_error");
	db_close(db);
}

static bool nest(struct db *db, void *arg, struct err *e)
{
	struct body b = { .sql = "SELECT 1" };

	(void)arg;
	return db_transaction(db, run_body, &b, e);
}

static void test_transactions_do_not_nest(void **state)
{
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct err e = { 0 };

	assert_false(db_transaction(db, nest, NULL, &e));
	assert_string_equal(e.name, "database_error");
	db_close(db);
}

/* ---- connections that break */

static void kill_others(const struct pg *pg)
{
	struct db *owner = pg_connect(pg->owner);

	pg_do(owner, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'charterhouse' AND pid <> pg_backend_pid()");
	db_close(owner);
}

static void test_a_lost_connection_is_made_anew(void **state)
{
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->owner);
	struct body b = { .sql = "INSERT INTO t VALUES (50, 1)" };
	struct err e = { 0 };

	kill_others(pg);
	assert_true(db_ping(db, &e)); /* it only reads */
	kill_others(pg);
	assert_true(db_transaction(db, run_body, &b, &e));
	assert_int_equal(b.calls, 1);
	db_close(db);
}

/* The connection breaks in the transaction: nothing was stored, and the caller hears that. */
static bool break_off(struct db *db, void *arg, struct err *e)
{
	if (!db_script(db, "insert", "INSERT INTO t VALUES (60, 1)", e))
		return false;
	kill_others(arg);
	return db_ping(db, e);
}

static void test_a_connection_that_breaks_in_the_middle(void **state)
{
	struct pg *pg = *state;
	struct db *db = pg_connect(pg->owner);
	struct err e = { 0 };

	assert_false(db_transaction(db, break_off, pg, &e));
	assert_string_equal(e.name, "database_unavailable");
	assert_int_equal(pg_number(db, "SELECT count(*) FROM t WHERE id = 60"), 0);
	db_close(db);
}

/* It breaks at COMMIT: nobody knows what became of it, so the body looks again. */
struct unknown {
	const struct pg *pg;
	int calls;
};

static bool store_once(struct db *db, void *arg, struct err *e)
{
	struct unknown *u = arg;

	u->calls++;
	if (!db_script(db, "insert", "INSERT INTO t VALUES (70, 1) ON CONFLICT DO NOTHING", e))
		return false;
	if (u->calls == 1)
		kill_others(u->pg);
	return true;
}

static void test_an_unknown_commit_is_looked_at_again(void **state)
{
	const struct pg *pg = *state;
	struct db *db = pg_connect(pg->owner);
	struct unknown u = { .pg = pg };
	struct err e = { 0 };

	assert_true(db_transaction(db, store_once, &u, &e));
	assert_int_equal(u.calls, 2);
	assert_int_equal(pg_number(db, "SELECT count(*) FROM t WHERE id = 70"), 1);
	db_close(db);
}

/* What was committed is there after a power cut. */
static void test_a_crash_keeps_what_was_committed(void **state)
{
	struct pg *pg = *state;
	struct db *db = pg_connect(pg->daemon);
	struct body b = { .sql = "INSERT INTO t VALUES (80, 1)" };
	struct err e = { 0 };

	assert_true(db_transaction(db, run_body, &b, &e));
	pg_crash(pg);
	assert_int_equal(pg_number(db, "SELECT count(*) FROM t WHERE id = 80"), 1);
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_come_back_as_they_went),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_numbers_are_converted),
		cmocka_unit_test(test_errors_have_names),
		cmocka_unit_test(test_too_many_parameters),
		cmocka_unit_test(test_the_schema_must_fit),
		cmocka_unit_test(test_a_failed_body_rolls_back),
		cmocka_unit_test(test_a_serialization_failure_is_tried_again),
		cmocka_unit_test(test_a_deadlock_is_tried_again),
		cmocka_unit_test(test_a_swallowed_error_is_no_commit),
		cmocka_unit_test(test_transactions_do_not_nest),
		cmocka_unit_test(test_a_lost_connection_is_made_anew),
		cmocka_unit_test(test_a_connection_that_breaks_in_the_middle),
		cmocka_unit_test(test_an_unknown_commit_is_looked_at_again),
		cmocka_unit_test(test_a_crash_keeps_what_was_committed),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
