/* SPDX-License-Identifier: ISC
 * What publishing waits for: between the signer's signature and the member's certificate somebody may go. make mutation takes the locks
 * out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>

#include "tests/lib/folk.h"
#include "tests/lib/serving.h"

/* A group with its signer, a member who was just admitted, a session that holds rows, and a publisher that runs beside it. */
struct scene {
	struct realm *r;
	struct serving signer;
	char socket[SERVING_SOCKET];
	struct folk f;
	struct sig_key *k;
	struct id16 member;
	struct worker *w;
	struct db *other;
	pthread_t thread;
};

static size_t publish(struct scene *x, struct worker *w)
{
	struct err e = { 0 };
	size_t n;

	if (!act_publish(w, x->f.g.g, &n, &e))
		fail_msg("%s: %s", e.name, e.text);
	return n;
}

static int up(void **state)
{
	static struct scene x;

	x.r = realm_new(pg_start());
	serving_signer(&x.signer, &x.r, 1, x.socket);
	x.r->a.signer_path = x.socket;
	x.f = folk_new(x.r, "publishing", NULL);
	x.w = realm_worker(x.r);
	x.other = pg_connect(x.r->pg->owner);
	x.k = sig_key_generate(SIG_ED25519, NULL);
	assert_int_equal(publish(&x, x.r->w), CHARTERS_FOUNDERS);
	x.member = folk_admit(&x.f, x.r->w, x.k);
	*state = &x;
	return 0;
}

static int down(void **state)
{
	struct scene *x = *state;
	struct pg *pg = x->r->pg;

	db_close(x->other);
	worker_close(x->w);
	sig_key_free(x->k);
	folk_free(&x->f);
	realm_free(x->r);
	serving_stop(&x->signer);
	pg_stop(pg);
	return 0;
}

/* SQL of the other session, with %d for the group and %s for the member in hex. */
static void other(struct scene *x, const char *sql)
{
	char text[1024], hex[33];

	hex_encode(x->member.b, sizeof(x->member.b), hex);
	snprintf(text, sizeof(text), sql, x->f.g.g, hex);
	pg_do(x->other, text);
}

static void *publish_one(void *arg)
{
	struct scene *x = arg;

	assert_int_equal(publish(x, x->w), 1);
	return NULL;
}

/* Comes back once the publisher waits for a lock. */
static void begin(struct scene *x)
{
	assert_int_equal(pthread_create(&x->thread, NULL, publish_one, x), 0);
	assert_int_not_equal(pg_waiting(x->other), 0);
}

static void finish(struct scene *x)
{
	pg_do(x->other, "COMMIT");
	assert_int_equal(pthread_join(x->thread, NULL), 0);
}

static void nobody_got_it(struct scene *x)
{
	assert_int_equal(folk_number(&x->f, "SELECT count(*) FROM certificates WHERE g = %d AND state = 'abandoned' AND der IS NULL"), 1);
	assert_int_equal(folk_number(&x->f, "SELECT count(*) FROM certificates WHERE g = %d AND state = 'published'"), CHARTERS_FOUNDERS);
	assert_int_equal(folk_number(&x->f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused' AND why <> ''"), 1);
}

static void it_waits_for_a_member_to_leave(void **state)
{
	struct scene *x = *state;

	other(x, "BEGIN; SELECT FROM members WHERE g = %d AND member = '\\x%s' FOR UPDATE");
	begin(x);
	other(x, "UPDATE members SET ended = 50, ending = 6, cause = 5 WHERE g = %d AND member = '\\x%s'");
	finish(x);
	nobody_got_it(x);
}

/* Who revokes a key holds the member, not the key. */
static void it_waits_for_a_key_to_be_revoked(void **state)
{
	struct scene *x = *state;

	other(x, "BEGIN; SELECT FROM members WHERE g = %d AND member = '\\x%s' FOR UPDATE");
	begin(x);
	other(x, "UPDATE member_keys SET dead = 50 WHERE g = %d AND member = '\\x%s'");
	finish(x);
	nobody_got_it(x);
}

/* Applications come before members: who waits for the one holds nothing of what comes behind. */
static void it_keeps_the_order_of_locks(void **state)
{
	struct scene *x = *state;

	other(x, "BEGIN; SELECT FROM applications WHERE g = %d FOR UPDATE");
	begin(x);
	other(x, "SELECT FROM members WHERE g = %d AND member = '\\x%s' FOR UPDATE NOWAIT");
	other(x, "SELECT FROM certificates WHERE g = %d FOR UPDATE NOWAIT");
	finish(x);
	assert_int_equal(
		folk_number(&x->f, "SELECT count(*) FROM certificates WHERE g = %d AND state = 'published'"), CHARTERS_FOUNDERS + 1);
	assert_int_equal(folk_number(&x->f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'member'"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_waits_for_a_member_to_leave, up, down),
		cmocka_unit_test_setup_teardown(it_waits_for_a_key_to_be_revoked, up, down),
		cmocka_unit_test_setup_teardown(it_keeps_the_order_of_locks, up, down),
	};

	return cmocka_run_group_tests_name("publish_locks", tests, NULL, NULL);
}
