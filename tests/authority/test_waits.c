/* SPDX-License-Identifier: ISC
 * Locks beside those of test_locks.c: another session holds a row as another act would, and the act at hand must wait for it. Each of
 * these goes red when its lock is taken out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

/* An act in a thread of its own. */
struct acting {
	struct folk *f;
	struct worker *w;
	void (*act)(struct acting *me);
	uint64_t number;
	struct digest application;
	struct sig_key *key;
	struct err e;
};

static void *run(void *arg)
{
	struct acting *me = arg;

	me->act(me);
	return NULL;
}

/* While the row is held the act waits; once it is let go it does, well. */
static void waits_for(struct folk *f, struct acting *me, const char *row, const char *mode)
{
	struct db *other = pg_connect(f->r->pg->owner);
	pthread_t thread;
	char sql[320];

	snprintf(sql, sizeof(sql), "BEGIN; SELECT 1 FROM %s AND g = %d FOR %s", row, (int)f->g.g, mode);
	pg_do(other, sql);
	me->f = f;
	me->w = realm_worker(f->r);
	assert_int_equal(pthread_create(&thread, NULL, run, me), 0);
	if (pg_waiting(other) == 0)
		fail_msg("did not wait for %s (%s)", row, mode);
	pg_do(other, "COMMIT");
	assert_int_equal(pthread_join(thread, NULL), 0);
	if (me->e.name[0] != '\0')
		fail_msg("%s: %s", me->e.name, me->e.text);
	worker_close(me->w);
	db_close(other);
}

static void decide(struct acting *me)
{
	bool decided;

	(void)act_decide(me->w, me->f->g.g, me->number, &decided, &me->e);
}

static void leave(struct acting *me)
{
	struct revocation x = folk_revocation(me->f, REVOKE_MEMBER);

	x.member = me->f->r->keys->member[2];
	(void)folk_send_revocation(me->f, me->w, &x, me->f->r->founders[2], NULL, &me->e);
}

static void renew(struct acting *me)
{
	struct renewal x = folk_renewal(me->f, &me->f->r->keys->member[2]);

	(void)folk_send_renewal(me->f, me->w, &x, me->f->r->founders[2], NULL, &me->e);
}

static void withdraw(struct acting *me)
{
	(void)folk_send_withdrawal(me->f, me->w, &me->application, me->key, &me->e);
}

static void apply(struct acting *me)
{
	struct application a = folk_application(me->f, me->w, me->key);

	(void)folk_send_application(me->f, me->w, &a, me->key, NULL, &me->e);
}

static void say(struct acting *me)
{
	struct operator_word word = folk_word(me->f, &me->application, true);

	(void)folk_send_word(me->f, me->w, &word, me->f->r->keys->operators[0], NULL, &me->e);
}

static void move(struct acting *me)
{
	struct motion m = folk_motion(me->f, &me->f->r->keys->member[0]);

	(void)folk_send_motion(me->f, me->w, &m, me->f->r->founders[2], NULL, &me->e);
}

/* ---- who waits for whom */

static void test_a_decision_waits_for_withdrawals_and_its_subject(void **state)
{
	struct folk f = folk_new(*state, "decidelock", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct acting one = { .act = decide, .number = folk_propose(&f, f.r->w, k) }, two = one;
	char row[128], id[ID16_TEXT];

	waits_for(&f, &one, "applications WHERE true", "NO KEY UPDATE");
	/* even for those who only look at whom it would expel */
	two.number = folk_move(&f, f.r->w, 0, &f.r->keys->member[1]);
	id16_text(&f.r->keys->member[1], id);
	snprintf(row, sizeof(row), "members WHERE member = '\\x%s'", id);
	waits_for(&f, &two, row, "SHARE");
	sig_key_free(k);
	folk_free(&f);
}

static void test_what_ends_or_certifies_a_member_waits_for_its_votes(void **state)
{
	struct folk f = folk_new(*state, "memberlock", NULL);
	struct acting one = { .act = renew }, two = { .act = leave };
	char row[128], id[ID16_TEXT];

	id16_text(&f.r->keys->member[2], id);
	snprintf(row, sizeof(row), "members WHERE member = '\\x%s'", id);
	waits_for(&f, &one, row, "SHARE");
	waits_for(&f, &two, row, "SHARE");
	folk_free(&f);
}

static void test_a_motion_waits_for_mover_and_subject(void **state)
{
	struct folk f = folk_new(*state, "motionlock", NULL), g = folk_new(*state, "motionlock-two", NULL);
	struct acting one = { .act = move }, two = { .act = move };
	char row[128], id[ID16_TEXT];

	id16_text(&f.r->keys->member[0], id);
	snprintf(row, sizeof(row), "members WHERE member = '\\x%s'", id);
	waits_for(&f, &one, row, "UPDATE");
	id16_text(&f.r->keys->member[2], id);
	snprintf(row, sizeof(row), "members WHERE member = '\\x%s'", id);
	waits_for(&g, &two, row, "UPDATE");
	folk_free(&f);
	folk_free(&g);
}

static void test_a_withdrawal_waits_for_the_decision(void **state)
{
	struct folk f = folk_new(*state, "withdrawlock", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct acting one = { .act = withdraw, .application = folk_apply(&f, f.r->w, k), .key = k };

	assert_true(act_open(f.r->w, f.g.g, &one.application, NULL));
	waits_for(&f, &one, "applications WHERE true", "UPDATE");
	sig_key_free(k);
	folk_free(&f);
}

static void by_operators(json_t *charter)
{
	charters_set(charter, "/admission", "{\"authority\":{\"k\":2}}");
	charters_set(charter, "/tests", "[]");
}

static void test_a_word_waits_for_the_decision(void **state)
{
	struct folk f = folk_new(*state, "wordlock", by_operators);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct acting one = { .act = say, .application = folk_apply(&f, f.r->w, k) };

	assert_true(act_open(f.r->w, f.g.g, &one.application, NULL));
	waits_for(&f, &one, "proposals WHERE number = 1", "UPDATE");
	sig_key_free(k);
	folk_free(&f);
}

static void test_whoever_writes_the_log_waits_for_its_lock(void **state)
{
	struct folk f = folk_new(*state, "loglock", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct acting one = { .act = apply, .key = k };

	waits_for(&f, &one, "groups WHERE true", "NO KEY UPDATE");
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_decision_waits_for_withdrawals_and_its_subject),
		cmocka_unit_test(test_what_ends_or_certifies_a_member_waits_for_its_votes),
		cmocka_unit_test(test_a_motion_waits_for_mover_and_subject),
		cmocka_unit_test(test_a_withdrawal_waits_for_the_decision),
		cmocka_unit_test(test_a_word_waits_for_the_decision),
		cmocka_unit_test(test_whoever_writes_the_log_waits_for_its_lock),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
