/* SPDX-License-Identifier: ISC
 * Appending to the log under its lock, proposals, seeds; and what the schema refuses whoever asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "authority/put.h"
#include "authority/seeds.h"
#include "base/merkle.h"
#include "peer/head.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/realm.h"

/* ---- appending */

struct appending {
	struct worker *w;
	int32_t g;
	int n;
	bool finish;
	int64_t now;
	uint64_t first;
};

static bool append(struct db *db, void *arg, struct err *e)
{
	struct appending *a = arg;
	struct log_writer *lw;
	bool rc = true;

	(void)db;
	if (!log_open(a->w, a->g, &lw, e))
		return false;
	a->now = lw->now;
	a->first = lw->group.log_size;
	for (int i = 0; i < a->n && rc; i++) {
		struct entry en = { .event = EVENT_APPLICATION };

		bytes_random(en.object.b, sizeof(en.object.b));
		rc = log_append(lw, &en, e) && en.index == a->first + (uint64_t)i && en.time == lw->now;
	}
	lw->applications += (uint64_t)a->n;
	rc = rc && (!a->finish || log_finish(lw, e));
	log_close(lw);
	return rc;
}

static void leaves_of(struct realm *r, int32_t g, struct digest *out, uint64_t n)
{
	static const struct statement st = { "test_leaves", "SELECT payload, leaf FROM log WHERE g = $1 ORDER BY idx" };
	struct db_args a = { 0 };
	struct err e = { 0 };
	PGresult *res;

	arg_int4(&a, g);
	assert_true(db_run(r->w->db, &st, &a, &res, &e));
	assert_int_equal(PQntuples(res), n);
	for (int i = 0; i < PQntuples(res); i++) {
		struct digest stored;

		merkle_leaf(res_bytes(res, i, 0), &out[i]);
		assert_true(res_digest(res, i, 1, &stored));
		assert_int_equal(digest_compare(&stored, &out[i]), 0);
	}
	PQclear(res);
}

/* The newest head is signed by the notary, and its root is that of all leaves. */
static void test_heads_fit_the_log(void **state)
{
	static const struct statement st = { "test_newest", "SELECT doc FROM heads WHERE g = $1 ORDER BY size DESC LIMIT 1" };
	struct realm *r = *state;
	struct group g = realm_found(r, "heads", NULL);
	struct db_args a = { 0 };
	struct digest leaves[32], root;
	struct err e = { 0 };
	struct head h;
	struct jws j;
	PGresult *res;

	for (int i = 0; i < 3; i++) {
		struct appending one = { .w = r->w, .g = g.g, .n = i + 1, .finish = true };

		assert_true(db_transaction(r->w->db, append, &one, &e));
	}
	assert_true(group_by_id(r->w, g.g, &g, &e));
	assert_int_equal(g.log_size, 8 + 6);
	leaves_of(r, g.g, leaves, g.log_size);
	merkle_root(leaves, g.log_size, &root);

	arg_int4(&a, g.g);
	assert_true(db_run(r->w->db, &st, &a, &res, &e));
	assert_true(jws_parse(res_bytes(res, 0, 0), OBJECT_MAX * 2, &j, &e));
	PQclear(res);
	assert_true(head_parse(&j, &h, &e));
	assert_true(jws_verify(r->w->crypto, &j, 0, sig_key_pub(r->a.notary), &e));
	assert_int_equal(h.size, g.log_size);
	assert_int_equal(digest_compare(&h.root, &root), 0);
	assert_int_equal(h.time, g.log_time);
	jws_free(&j);
}

static void test_an_unfinished_log_leaves_nothing(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "unfinished", NULL), after;
	struct appending one = { .w = r->w, .g = g.g, .n = 2 };
	struct err e = { 0 };

	/* entries without the group's row: the next writer would take their indices again, and the schema does not let it */
	assert_true(db_transaction(r->w->db, append, &one, &e));
	assert_false(db_transaction(r->w->db, append, &one, &e));
	assert_string_equal(e.name, "database_conflict");
	assert_string_equal(db_constraint(r->w->db), "log_pkey");
	err_clear(&e);
	assert_true(group_by_id(r->w, g.g, &after, &e));
	assert_int_equal(after.log_size, g.log_size);
}

static void test_time_never_goes_back(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "clock", NULL);
	struct appending one = { .w = r->w, .g = g.g, .n = 1, .finish = true };
	struct err e = { 0 };

	/* as if this server's clock had been put back by an hour */
	pg_do(r->w->db, "UPDATE groups SET log_time = log_time + 3600 WHERE name = 'clock'");
	assert_true(db_transaction(r->w->db, append, &one, &e));
	assert_int_equal(one.now, g.log_time + 3600);
}

static void *append_many(void *arg)
{
	struct appending *a = arg;
	struct err e = { 0 };
	static const int rounds = 20;

	for (int i = 0; i < rounds; i++)
		if (!db_transaction(a->w->db, append, a, &e))
			return "failed";
	return NULL;
}

static void test_writers_take_turns(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "turns", NULL);
	struct appending a[3];
	pthread_t t[3];
	struct digest leaves[256], root, stored;
	struct err e = { 0 };

	for (int i = 0; i < 3; i++) {
		a[i] = (struct appending){ .w = realm_worker(r), .g = g.g, .n = 2, .finish = true };
		assert_int_equal(pthread_create(&t[i], NULL, append_many, &a[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		void *failed;

		assert_int_equal(pthread_join(t[i], &failed), 0);
		assert_null(failed);
		worker_close(a[i].w);
	}
	assert_true(group_by_id(r->w, g.g, &g, &e));
	assert_int_equal(g.log_size, 8 + 3 * 20 * 2);
	leaves_of(r, g.g, leaves, g.log_size);
	merkle_root(leaves, g.log_size, &root);
	struct log_writer *lw;
	pg_do(r->w->db, "BEGIN");
	assert_true(log_open(r->w, g.g, &lw, &e));
	log_root(lw, &stored);
	assert_int_equal(lw->applications, 120);
	log_close(lw);
	pg_do(r->w->db, "ROLLBACK");
	assert_int_equal(digest_compare(&root, &stored), 0);
}

/* A foreign key to the group takes a lock that the log's holder lets pass: no act waits for the log only because it stores something. */
static void test_the_lock_lets_others_store(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "passing", NULL);
	struct worker *other = realm_worker(r);
	struct log_writer *lw;
	struct err e = { 0 };

	pg_do(r->w->db, "BEGIN");
	assert_true(log_open(r->w, g.g, &lw, &e));
	pg_do(other->db, "SET lock_timeout = '1s'");
	pg_do(other->db,
		"INSERT INTO objects (g, digest, kind, doc) SELECT g, sha256('x'), 'gmc-motion', '{}' FROM groups WHERE name = 'passing'");
	log_close(lw);
	pg_do(r->w->db, "ROLLBACK");
	worker_close(other);
}

/* ---- who may write at all */

static void test_who_may_not_write(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "closed", NULL);
	struct appending one = { .w = r->w, .g = g.g, .n = 1, .finish = true };
	struct authority stranger = r->a;
	struct err e = { 0 };

	stranger.notary = r->founders[0];
	jwk_thumbprint(sig_key_pub(stranger.notary), &stranger.notary_thumb);
	one.w = worker_open(&stranger, &e);
	assert_false(db_transaction(one.w->db, append, &one, &e));
	assert_string_equal(e.name, "not_a_notary");
	worker_close(one.w);
	err_clear(&e);

	one.w = r->w;
	assert_true(group_stop(r->w, g.g, "test", &e));
	assert_false(db_transaction(r->w->db, append, &one, &e));
	assert_string_equal(e.name, "signer_ahead");
	err_clear(&e);
	one.g = -1;
	assert_false(db_transaction(r->w->db, append, &one, &e));
	assert_string_equal(e.name, "not_found");
}

/* Invariants 7 and 8, whoever asks: the owner of the tables too. */
static void test_the_schema_keeps_the_past(void **state)
{
	struct realm *r = *state;
	struct db *owner = pg_connect(r->pg->owner);

	(void)realm_found(r, "past", NULL);
	assert_true(pg_refuses(owner, "DELETE FROM log", "database_conflict"));
	assert_true(pg_refuses(owner, "TRUNCATE log", "database_conflict"));
	assert_true(pg_refuses(owner, "UPDATE log SET time = 0 WHERE idx = 0", "database_conflict"));
	assert_true(pg_refuses(owner, "DELETE FROM charters", "database_conflict"));
	assert_true(pg_refuses(owner, "DELETE FROM heads", "database_conflict"));
	assert_true(pg_refuses(owner, "UPDATE certificates SET until = until + 1", "database_conflict"));
	assert_true(pg_refuses(owner, "UPDATE authorities SET pub = ''", "database_conflict"));
	/* gaps */
	assert_true(pg_refuses(owner,
		"INSERT INTO log (g, idx, time, event, object, payload, leaf) SELECT g, log_size + 1, 0, 0, sha256('x'), 'x', sha256('x')"
		" FROM groups WHERE name = 'past'",
		"database_conflict"));
	assert_true(pg_refuses(owner,
		"INSERT INTO charters (g, version, digest, payload, doc, effective, idx) SELECT g, 3, sha256('x'), 'x', 'x', 0, 99"
		" FROM groups WHERE name = 'past'",
		"database_conflict"));
	/* and what the daemon's role may not even try */
	assert_true(pg_refuses(r->w->db, "DELETE FROM votes", "database_error"));
	assert_true(pg_refuses(r->w->db, "UPDATE charters SET doc = ''", "database_error"));
	assert_true(pg_refuses(r->w->db, "UPDATE certificates SET serial = serial", "database_error"));
	assert_true(pg_refuses(r->w->db, "DROP TABLE log", "database_error"));
	db_close(owner);
}

/* ---- proposals */

struct putting {
	struct worker *w;
	int32_t g;
	struct proposal p;
};

static bool put(struct db *db, void *arg, struct err *e)
{
	struct putting *a = arg;
	struct log_writer *lw;
	bool rc;

	(void)db;
	if (!log_open(a->w, a->g, &lw, e))
		return false;
	rc = proposal_put(lw, &a->p, e) && log_finish(lw, e);
	log_close(lw);
	return rc;
}

static void test_proposals_form_a_chain(void **state)
{
	static const struct statement st = { "test_proposals", "SELECT doc, idx FROM proposals WHERE g = $1 ORDER BY number" };
	struct realm *r = *state;
	struct group g = realm_found(r, "chain", NULL);
	struct db_args a = { 0 };
	struct digest previous = { { 0 } };
	struct err e = { 0 };
	PGresult *res;

	for (uint8_t i = 0; i < 3; i++) {
		struct putting one = {
			.w = r->w, .g = g.g, .p = { .question = Q_EXPEL, .subject = digest_fill(i), .member = r->keys->member[i] }
		};

		assert_true(db_transaction(r->w->db, put, &one, &e));
	}
	arg_int4(&a, g.g);
	assert_true(db_run(r->w->db, &st, &a, &res, &e));
	assert_int_equal(PQntuples(res), 3);
	for (int i = 0; i < 3; i++) {
		struct proposal p;
		struct jws j;

		assert_true(jws_parse(res_bytes(res, i, 0), 2 * OBJECT_MAX, &j, &e));
		assert_true(proposal_parse(&j, &p, &e));
		assert_true(jws_verify(r->w->crypto, &j, 0, sig_key_pub(r->a.notary), &e));
		assert_int_equal(p.number, i + 1);
		assert_int_equal(digest_compare(&p.previous, &previous), 0);
		assert_int_equal(p.electorate_n, 3);
		assert_int_equal(p.electorate_size, res_int(res, i, 1));
		assert_int_equal(p.term, 604800);
		previous = p.digest;
		jws_free(&j);
	}
	PQclear(res);
}

static void test_a_question_is_put_once(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "asked", NULL);
	struct putting one = { .w = r->w, .g = g.g, .p = { .question = Q_EXPEL, .subject = digest_fill(1), .member = r->keys->member[0] } },
		       again = one;
	struct err e = { 0 };

	assert_true(db_transaction(r->w->db, put, &one, &e));
	assert_false(db_transaction(r->w->db, put, &again, &e));
	assert_string_equal(e.name, "already_open");
	assert_int_equal(pg_number(r->w->db, "SELECT proposals FROM groups WHERE name = 'asked'"), 1);
}

/* ---- seeds */

static void test_seeds_are_committed_to_when_few_are_left(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "seeds", NULL);
	struct digest commitment;
	struct err e = { 0 };
	struct seed s;

	assert_true(act_seeds(r->w, g.g, &e));
	assert_int_equal(pg_number(r->w->db, "SELECT count(*) FROM seeds JOIN groups USING (g) WHERE name = 'seeds'"), SEEDS_COMMITTED);
	assert_false(seeds_get(r->w, g.g, SEEDS_COMMITTED, &s, &e));
	assert_string_equal(e.name, "no_seed");
	err_clear(&e);
	pg_do(r->w->db, "UPDATE groups SET seeds_used = 129 WHERE name = 'seeds'");
	assert_true(act_seeds(r->w, g.g, &e));
	assert_true(act_seeds(r->w, g.g, &e));
	assert_int_equal(pg_number(r->w->db, "SELECT count(*) FROM seeds JOIN groups USING (g) WHERE name = 'seeds'"), 2 * SEEDS_COMMITTED);
	assert_true(seeds_get(r->w, g.g, SEEDS_COMMITTED, &s, &e));
	assert_int_equal(s.index, 8);
	proposal_commitment(&g.genesis, SEEDS_COMMITTED, s.seed, &commitment);
	assert_int_equal(digest_compare(&commitment, &s.commitment), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heads_fit_the_log),
		cmocka_unit_test(test_an_unfinished_log_leaves_nothing),
		cmocka_unit_test(test_time_never_goes_back),
		cmocka_unit_test(test_writers_take_turns),
		cmocka_unit_test(test_the_lock_lets_others_store),
		cmocka_unit_test(test_who_may_not_write),
		cmocka_unit_test(test_the_schema_keeps_the_past),
		cmocka_unit_test(test_proposals_form_a_chain),
		cmocka_unit_test(test_a_question_is_put_once),
		cmocka_unit_test(test_seeds_are_committed_to_when_few_are_left),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
