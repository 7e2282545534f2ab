/* SPDX-License-Identifier: ISC
 * Trees of real logs: they grow with the store, read nothing twice, serve several workers, and tell nothing of a log that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "authority/forest.h"
#include "tests/lib/folk.h"

enum { LONG = 20000 };

/* Entries that only the tree looks at, up to so many in all. */
#define FILL_SQL \
	"WITH a AS (SELECT %d AS g, %lld AS n) INSERT INTO log (g, idx, time, event, object, payload, leaf)" \
	" SELECT a.g, i, log_time, 1, genesis, '\\x00', sha256(i::text::bytea) FROM a JOIN groups USING (g)," \
	" generate_series((SELECT count(*) FROM log JOIN a USING (g)), a.n - 1) i"

static void owner_does(struct realm *r, const char *format, int32_t g, int64_t number)
{
	struct db *db = pg_connect(r->pg->owner);
	struct buf sql = { 0 };

	buf_printf(&sql, format, (int)g, (long long)number);
	pg_do(db, buf_cstr(&sql));
	buf_free(&sql);
	db_close(db);
}

/* The store changes as no authority would change it: from under us, to what a backup held. */
static void forget_rules(struct realm *r)
{
	owner_does(r, "ALTER TABLE log DISABLE TRIGGER USER; ALTER TABLE heads DISABLE TRIGGER USER", 0, 0);
}

static uint64_t leaves_of(struct realm *r, int32_t g, struct digest **out)
{
	static const struct statement st = { "test_forest", "SELECT leaf FROM log WHERE g = $1 ORDER BY idx" };
	struct db_args a = { 0 };
	struct err e = { 0 };
	PGresult *res;
	uint64_t n;

	arg_int4(&a, g);
	assert_true(db_run(r->w->db, &st, &a, &res, &e));
	n = (uint64_t)PQntuples(res);
	*out = calloc(n, sizeof(**out));
	for (uint64_t i = 0; i < n; i++)
		assert_true(res_digest(res, (int)i, 0, &(*out)[i]));
	PQclear(res);
	return n;
}

/* A head over all that the store holds now. */
static void put_head(struct realm *r, int32_t g)
{
	struct digest *leaves, root;
	uint64_t n = leaves_of(r, g, &leaves);
	struct buf sql = { 0 };
	char hex[65];

	merkle_root(leaves, n, &root);
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", root.b[i]);
	buf_printf(&sql, "UPDATE groups SET log_size = %llu WHERE g = %d;", (unsigned long long)n, (int)g);
	buf_printf(&sql, " INSERT INTO heads SELECT g, log_size, '\\x%s', log_time, '{}' FROM groups WHERE g = %d", hex, (int)g);
	owner_does(r, buf_cstr(&sql), g, 0);
	buf_free(&sql);
	free(leaves);
}

/* Every path and every proof to the whole log is that of its leaves. */
static void fits(struct worker *w, struct realm *r, struct group *g, uint64_t step)
{
	struct digest *leaves, root, old, path[MERKLE_PATH_MAX];
	const struct merkle_tree *t;
	struct err e = { 0 };
	uint64_t n;

	assert_true(group_by_id(w, g->g, g, &e));
	n = leaves_of(r, g->g, &leaves);
	assert_int_equal(n, g->log_size);
	t = forest_take(w, g, n, &e);
	if (t == NULL)
		fail_msg("%s: %s", e.name, e.text);
	merkle_root(leaves, n, &root);
	for (uint64_t i = 0; i < n; i += step) {
		size_t len = merkle_tree_inclusion(t, i, n, path);

		assert_true(merkle_inclusion_verify(&leaves[i], i, n, path, len, &root));
		merkle_root(leaves, i + 1, &old);
		len = merkle_tree_consistency(t, i + 1, n, path);
		assert_true(merkle_consistency_verify(i + 1, n, path, len, &old, &root));
	}
	forest_give(t);
	free(leaves);
}

static void trees_grow_with_their_logs(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "grows", NULL), other = folk_new(r, "other", NULL);
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL);

	fits(r->w, r, &f.g, 1);
	fits(r->w, r, &other.g, 1);
	folk_admit(&f, r->w, k);
	fits(r->w, r, &f.g, 1);
	fits(r->w, r, &other.g, 1);
	sig_key_free(k);
	folk_free(&f);
	folk_free(&other);
}

/* What was read is not read again: a leaf that was spoiled in the store since does no harm, until somebody begins with nothing. */
static void leaves_are_read_once(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "once", NULL);
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL);
	const struct merkle_tree *t;
	struct err e = { 0 };

	fits(r->w, r, &f.g, 1);
	forget_rules(r);
	owner_does(r, "UPDATE log SET leaf = sha256(leaf) WHERE g = %d AND idx = %lld", f.g.g, 1);
	folk_apply(&f, r->w, k);
	assert_true(group_by_id(r->w, f.g.g, &f.g, &e));
	t = forest_take(r->w, &f.g, f.g.log_size, &e);
	assert_non_null(t);
	assert_int_equal(t->size, f.g.log_size);
	forest_give(t);
	forest_free(r->a.forest);
	r->a.forest = forest_new(&e);
	assert_null(forest_take(r->w, &f.g, f.g.log_size, &e));
	assert_string_equal(e.name, "database_error");
	sig_key_free(k);
	folk_free(&f);
}

/* A backup was put back, and the group went on from there another way: shorter than before, as long, and longer. */
static void restored_stores_get_their_own_proofs(void **state)
{
	static const int64_t lengths[] = { 5, 6, 9 };
	struct realm *r = *state;
	struct folk f = folk_new(r, "restored", NULL);

	forget_rules(r);
	fits(r->w, r, &f.g, 1);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		owner_does(r, "DELETE FROM heads WHERE g = %d", f.g.g, 0);
		owner_does(r, "UPDATE log SET leaf = sha256(leaf) WHERE g = %d AND idx >= 3", f.g.g, 0);
		owner_does(r, "DELETE FROM log WHERE g = %d AND idx >= %lld", f.g.g, lengths[i]);
		owner_does(r, FILL_SQL, f.g.g, lengths[i]);
		put_head(r, f.g.g);
		fits(r->w, r, &f.g, 1);
	}
	folk_free(&f);
}

struct asking {
	struct realm *r;
	struct group g;
	bool ok;
};

static void *ask(void *arg)
{
	struct asking *a = arg;
	struct worker *w = realm_worker(a->r);
	struct digest path[MERKLE_PATH_MAX], root, leaf;
	struct err e = { 0 };

	a->ok = true;
	for (uint64_t i = 0; i < 400 && a->ok; i++) {
		const struct merkle_tree *t = forest_take(w, &a->g, a->g.log_size, &e);

		a->ok = t != NULL;
		if (t == NULL)
			break;
		merkle_tree_root(t, a->g.log_size, &root);
		merkle_tree_root(t, 1, &leaf);
		a->ok = merkle_inclusion_verify(&leaf, 0, a->g.log_size, path, merkle_tree_inclusion(t, 0, a->g.log_size, path), &root);
		forest_give(t);
	}
	worker_close(w);
	return NULL;
}

/* Longer than what is read at once, by several workers at once. */
static void workers_share_long_trees(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "long", NULL);
	struct asking asking[4];
	pthread_t threads[4];

	forget_rules(r);
	owner_does(r, FILL_SQL, f.g.g, LONG);
	put_head(r, f.g.g);
	assert_true(group_by_id(r->w, f.g.g, &f.g, NULL));
	assert_int_equal(f.g.log_size, LONG);
	for (size_t i = 0; i < 4; i++) {
		asking[i] = (struct asking){ .r = r, .g = f.g };
		assert_int_equal(pthread_create(&threads[i], NULL, ask, &asking[i]), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_true(asking[i].ok);
	}
	fits(r->w, r, &f.g, 1999);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_grow_with_their_logs),
		cmocka_unit_test(leaves_are_read_once),
		cmocka_unit_test(restored_stores_get_their_own_proofs),
		cmocka_unit_test(workers_share_long_trees),
	};

	return cmocka_run_group_tests_name("forest", tests, realm_start, realm_stop);
}
