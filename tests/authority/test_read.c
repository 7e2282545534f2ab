/* SPDX-License-Identifier: ISC
 * Answers that several statements make up. What single ones say is tested where they are asked for, in tests/web. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>

#include "authority/read.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static int start(void **state)
{
	*state = realm_new(pg_start());
	return 0;
}

static int stop(void **state)
{
	struct realm *r = *state;
	struct pg *pg = r->pg;

	realm_free(r);
	pg_stop(pg);
	return 0;
}

struct reading {
	struct folk *f;
	struct worker *w;
	json_t *(*read)(struct reading *me);
	json_t *doc;
	struct err e;
};

static void *run(void *arg)
{
	struct reading *me = arg;

	me->doc = me->read(me);
	return NULL;
}

/* The answer when `sql` (with %d for the group) is committed between its statements: the last one that it waits for is that on `table`. */
static json_t *interrupted(struct folk *f, json_t *(*read)(struct reading *me), const char *table, const char *sql)
{
	struct reading me = { .f = f, .w = realm_worker(f->r), .read = read };
	struct db *other = pg_connect(f->r->pg->owner);
	char text[512];
	pthread_t thread;

	snprintf(text, sizeof(text), "BEGIN; LOCK TABLE %s", table);
	pg_do(other, text);
	assert_int_equal(pthread_create(&thread, NULL, run, &me), 0);
	assert_int_equal(pg_waiting(f->r->w->db), 1);
	snprintf(text, sizeof(text), sql, (int)f->g.g);
	pg_do(other, text);
	pg_do(other, "COMMIT");
	assert_int_equal(pthread_join(thread, NULL), 0);
	if (me.doc == NULL)
		fail_msg("%s: %s", me.e.name, me.e.text);
	worker_close(me.w);
	db_close(other);
	return me.doc;
}

/* Between the two nothing changes, and nothing can be changed. */
static void test_a_snapshot_is_one_state(void **state)
{
	static const char count[] = "SELECT count(*) FROM answers";
	static const char more[] = "INSERT INTO answers (principal, route, key, body, status, answer, until)"
				   " SELECT 'p', 'r', count(*)::text, decode(repeat('00', 32), 'hex'), 200, '', 0 FROM answers";
	const struct realm *r = *state;
	struct db *db = r->w->db, *other = pg_connect(r->pg->daemon);
	struct err e = { 0 };

	assert_true(db_snapshot_begin(db, &e));
	assert_int_equal(pg_number(db, count), 0);
	pg_do(other, more);
	assert_int_equal(pg_number(db, count), 0);
	assert_true(pg_refuses(db, more, "database_unavailable")); /* 25006, as of a standby */
	db_snapshot_end(db);
	assert_int_equal(pg_number(db, count), 1);
	pg_do(db, more);
	assert_true(db_snapshot_begin(db, &e));
	assert_false(db_snapshot_begin(db, &e));
	db_snapshot_end(db);
	db_close(other);
}

static json_t *one_proposal(struct reading *me)
{
	return read_proposal(me->w, &me->f->g, 1, &me->e);
}

static void test_a_proposal_is_of_one_moment(void **state)
{
	struct folk f = folk_new(*state, "proposal", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *doc;

	assert_int_equal(folk_propose(&f, f.r->w, k), 1);
	doc = interrupted(&f, one_proposal, "decisions",
		"WITH p AS (UPDATE proposals SET outcome = 1 WHERE g = %d AND number = 1 RETURNING g, number, digest)"
		" INSERT INTO decisions (g, number, digest, outcome, doc, decided, idx) SELECT g, number, digest, 1, '{}', 0, 99 FROM p");
	assert_null(json_object_get(doc, "outcome"));
	assert_null(json_object_get(doc, "decision"));
	json_decref(doc);
	doc = read_proposal(f.r->w, &f.g, 1, NULL);
	assert_string_equal(json_string_value(json_object_get(doc, "outcome")), "no");
	assert_non_null(json_object_get(doc, "decision"));
	json_decref(doc);
	sig_key_free(k);
	folk_free(&f);
}

static struct digest applied;

static json_t *one_application(struct reading *me)
{
	bool waits;

	return read_application(me->w, &me->f->g, &applied, &waits, &me->e);
}

static void test_an_application_is_of_one_moment(void **state)
{
	struct folk f = folk_new(*state, "application", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *doc;

	applied = folk_apply(&f, f.r->w, k);
	doc = interrupted(&f, one_application, "votes",
		"WITH a AS (UPDATE applications SET state = 'proposed' WHERE g = %d RETURNING g, digest)"
		" INSERT INTO proposals (g, number, digest, question, subject, version, idx, opened, closes, n, doc)"
		" SELECT g, 1, digest, 0, digest, 1, 90, 0, 60, 3, '{}' FROM a");
	assert_string_equal(json_string_value(json_object_get(doc, "state")), "received");
	assert_null(json_object_get(doc, "proposal"));
	json_decref(doc);
	sig_key_free(k);
	folk_free(&f);
}

static json_t *one_group(struct reading *me)
{
	return read_group(me->w, "group", &me->e);
}

static void test_a_group_is_of_one_moment(void **state)
{
	struct folk f = folk_new(*state, "group", NULL);
	json_t *doc = interrupted(&f, one_group, "authorities", "UPDATE authorities SET der = 'a' WHERE g = %d");

	assert_int_equal(json_array_size(json_object_get(doc, "authorities")), 0);
	json_decref(doc);
	doc = read_group(f.r->w, "group", NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "authorities")), 1);
	assert_int_equal(json_integer_value(json_object_get(doc, "suspended")), 0);
	assert_null(json_object_get(doc, "frozen_until"));
	json_decref(doc);
	assert_true(folk_number(&f, "UPDATE groups SET frozen_until = now_s() + 60 WHERE g = %d RETURNING frozen_until") > 60);
	doc = read_group(f.r->w, "group", NULL);
	assert_true(json_integer_value(json_object_get(doc, "frozen_until")) > 60);
	json_decref(doc);
	folk_free(&f);
}

static json_t *one_member(struct reading *me)
{
	return read_member(me->w, &me->f->g, &me->f->r->keys->member[0], &me->e);
}

static void test_a_member_is_of_one_moment(void **state)
{
	struct folk f = folk_new(*state, "member", NULL);
	json_t *doc = interrupted(&f, one_member, "certificates",
		"UPDATE members SET ended = 9, ending = 7 WHERE g = %d; UPDATE certificates SET state = 'abandoned'");

	assert_string_equal(json_string_value(json_object_get(doc, "state")), "member");
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(json_object_get(doc, "certificates"), 0), "state")), "intended");
	json_decref(doc);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_snapshot_is_one_state),
		cmocka_unit_test(test_a_proposal_is_of_one_moment),
		cmocka_unit_test(test_an_application_is_of_one_moment),
		cmocka_unit_test(test_a_group_is_of_one_moment),
		cmocka_unit_test(test_a_member_is_of_one_moment),
	};

	return cmocka_run_group_tests_name("read", tests, start, stop);
}
