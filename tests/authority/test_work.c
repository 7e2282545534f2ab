/* SPDX-License-Identifier: ISC
 * Background work: what follows an act by itself, and what a restart finds again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "authority/work.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "voting/decision.h"

enum { WAIT_MS = 15000, POLL_MS = 20, THREADS = 2 };

static struct work *begin(struct realm *r)
{
	struct err e = { 0 };
	struct work *k = work_start(&r->a, THREADS, &e);

	if (k == NULL)
		fail_msg("%s: %s", e.name, e.text);
	assert_ptr_equal(r->a.work, k);
	return k;
}

static void wait_for(struct folk *f, const char *sql, int64_t n)
{
	for (int ms = 0; folk_number(f, sql) != n; ms += POLL_MS) {
		if (ms >= WAIT_MS)
			fail_msg("%s: %d, not %d", sql, (int)folk_number(f, sql), (int)n);
		usleep(POLL_MS * 1000);
	}
}

static void test_an_admission_goes_its_way(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "way", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct work *work = begin(r);
	struct work_counts counts;

	folk_apply(&f, r->w, k);
	wait_for(&f, "SELECT count(*) FROM proposals WHERE g = %d", 1);
	assert_string_equal(folk_cast(&f, r->w, 1, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, 1, 2, CHOICE_YES), "");
	wait_for(&f, "SELECT count(*) FROM members WHERE g = %d", 4);
	work_count(work, &counts);
	assert_true(counts.done[WORK_OPEN] >= 1);
	assert_true(counts.done[WORK_DECIDE] >= 1);
	assert_int_equal(counts.dropped, 0);
	work_stop(work, 1000);
	assert_null(r->a.work);
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

/* All was done by a process that died before anything followed. */
static void test_a_restart_finds_what_was_left(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "left", NULL);
	struct sig_key *k[4];
	struct digest withdrawn;
	struct work *work;
	struct err e = { 0 };

	for (size_t i = 0; i < 4; i++)
		k[i] = envelope_key(SIG_ED25519);
	assert_int_equal(folk_propose(&f, r->w, k[0]), 1); /* voted, not decided */
	assert_string_equal(folk_cast(&f, r->w, 1, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, 1, 1, CHOICE_YES), "");
	assert_int_equal(folk_propose(&f, r->w, k[1]), 2); /* past its term */
	assert_false(folk_decide(&f, r->w, 2));
	folk_let_pass(&f, 2);
	withdrawn = folk_apply(&f, r->w, k[2]); /* withdrawn, not void yet */
	assert_true(act_open(r->w, f.g.g, &withdrawn, &e));
	assert_false(folk_decide(&f, r->w, 3));
	assert_true(folk_send_withdrawal(&f, r->w, &withdrawn, k[2], &e));
	folk_apply(&f, r->w, k[3]); /* not opened */

	work = begin(r);
	wait_for(&f, "SELECT count(*) FROM decisions WHERE g = %d", 3);
	wait_for(&f, "SELECT count(*) FROM proposals WHERE g = %d", 4);
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	assert_int_equal(folk_outcome(&f, 2), OUTCOME_EXPIRED);
	assert_int_equal(folk_outcome(&f, 3), OUTCOME_VOID);
	work_stop(work, 1000);
	folk_follow(&f);
	for (size_t i = 0; i < 4; i++)
		sig_key_free(k[i]);
	folk_free(&f);
}

/* Someone's leaving may decide what nobody votes on. */
static void test_a_leaving_member_is_a_reason_to_look(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "reason", NULL);
	struct revocation x = folk_revocation(&f, REVOKE_MEMBER);
	uint64_t number = folk_move(&f, r->w, 0, &r->keys->member[2]);
	struct work *work;
	struct err e = { 0 };

	assert_false(folk_decide(&f, r->w, number));
	x.member = r->keys->member[2];
	assert_true(folk_send_revocation(&f, r->w, &x, r->founders[2], NULL, &e));
	work = begin(r);
	wait_for(&f, "SELECT count(*) FROM decisions WHERE g = %d", 1);
	assert_int_equal(folk_outcome(&f, number), OUTCOME_VOID);
	work_stop(work, 1000);
	folk_free(&f);
}

/* The database goes down and comes back: nothing is lost, and nobody has to do anything. */
static void test_the_database_may_go_away(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "away", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct work *work = begin(r);
	struct err e = { 0 };

	folk_apply(&f, r->w, k);
	wait_for(&f, "SELECT count(*) FROM proposals WHERE g = %d", 1);
	assert_string_equal(folk_cast(&f, r->w, 1, 0, CHOICE_YES), "");
	pg_crash(r->pg);
	for (int i = 0; !db_ping(r->w->db, &e) && i < 100; i++) {
		e = (struct err){ 0 };
		usleep(POLL_MS * 1000);
	}
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM votes WHERE g = %d"), 1);
	assert_string_equal(folk_cast(&f, r->w, 1, 1, CHOICE_YES), "");
	wait_for(&f, "SELECT count(*) FROM members WHERE g = %d", 4);
	work_stop(work, 1000);
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

static void test_jobs_that_wait_are_one(void **state)
{
	struct realm *r = *state;
	struct work *work = begin(r);
	struct work_counts counts;
	struct digest nobody = { { 1 } };

	for (int i = 0; i < 2000; i++) {
		work_post(work, WORK_DECIDE, 1000000, 7);
		work_open(work, 1000000, &nobody);
	}
	work_stop(work, 5000);
	work_post(NULL, WORK_SEEDS, 1, 0);
	work = begin(r);
	work_count(work, &counts);
	assert_int_equal(counts.dropped, 0);
	assert_string_equal(work_name(WORK_PUBLISH), "publish");
	work_stop(work, 0);
	work_stop(NULL, 0);
}

static void test_more_than_fits_is_dropped(void **state)
{
	struct realm *r = *state;
	struct work *work = begin(r);
	struct work_counts counts;

	for (uint64_t i = 1; i <= 40000; i++)
		work_post(work, WORK_DECIDE, 1000000, i);
	work_count(work, &counts);
	assert_true(counts.dropped > 0);
	assert_true(counts.waiting + counts.running <= 8192);
	work_stop(work, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_admission_goes_its_way),
		cmocka_unit_test(test_a_restart_finds_what_was_left),
		cmocka_unit_test(test_a_leaving_member_is_a_reason_to_look),
		cmocka_unit_test(test_the_database_may_go_away),
		cmocka_unit_test(test_jobs_that_wait_are_one),
		cmocka_unit_test(test_more_than_fits_is_dropped),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
