/* SPDX-License-Identifier: ISC
 * Members that take another place once an epoch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/charters.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

/* An epoch of a second: the next one is there as soon as the clock has moved. */
static void moving(json_t *charter)
{
	charters_set(charter, "/membership/rejoin", "1");
}

static void staying(json_t *charter)
{
	charters_set(charter, "/membership/rejoin", "315360000");
}

static void by_key(json_t *charter)
{
	moving(charter);
	charters_set(charter, "/membership/nodes", "\"key\"");
}

static void next_second(struct folk *f)
{
	while (folk_number(f, "SELECT (now_s() <= log_time)::int FROM groups WHERE g = %d") > 0)
		continue;
}

static void renew(struct folk *f, size_t i)
{
	struct renewal x = folk_renewal(f, &f->r->keys->member[i]);
	struct err e = { 0 };

	if (!folk_send_renewal(f, f->r->w, &x, f->r->founders[i], NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static int64_t moves(struct folk *f)
{
	return folk_number(f, "SELECT count(*) FROM log WHERE g = %d AND event = 16");
}

static void test_a_renewal_in_a_later_epoch_moves(void **state)
{
	struct folk f = folk_new(*state, "moving", moving);

	next_second(&f);
	renew(&f, 1);
	assert_int_equal(moves(&f), 1);
	assert_int_equal(folk_number(&f, "SELECT count(DISTINCT node) FROM members WHERE g = %d AND placed IS NOT NULL"), 1);
	assert_int_equal(
		folk_number(&f, "SELECT until - l.time FROM certificates c JOIN log l USING (g, idx) WHERE g = %d AND origin = 2"), 1);
	next_second(&f);
	renew(&f, 1);
	assert_int_equal(moves(&f), 2);
	assert_int_equal(folk_number(&f, "SELECT seeds_used FROM groups WHERE g = %d"), 2);
	folk_follow(&f);
	folk_free(&f);
}

/* An application between two of them takes the seed between theirs. */
static void test_seeds_are_shared_with_applications(void **state)
{
	struct folk f = folk_new(*state, "sharing", moving);
	struct sig_key *k[] = { envelope_key(SIG_ED25519), envelope_key(SIG_ED25519) };

	next_second(&f);
	renew(&f, 0);
	folk_propose(&f, f.r->w, k[0]);
	next_second(&f);
	renew(&f, 2);
	folk_propose(&f, f.r->w, k[1]);
	assert_int_equal(folk_number(&f, "SELECT min(seed) FROM applications WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT max(seed) FROM applications WHERE g = %d"), 3);
	folk_follow(&f);
	sig_key_free(k[0]);
	sig_key_free(k[1]);
	folk_free(&f);
}

static void test_another_key_moves_too(void **state)
{
	struct folk f = folk_new(*state, "rekeying", moving);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct err e = { 0 };

	next_second(&f);
	assert_true(folk_send_rekey(&f, f.r->w, &f.r->keys->member[0], f.r->founders[0], k, NULL, &e));
	assert_int_equal(moves(&f), 1);
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

static void test_who_stays_in_its_epoch_keeps_its_node(void **state)
{
	struct folk f = folk_new(*state, "staying", staying), g = folk_new(*state, "by-key", by_key);

	next_second(&f);
	renew(&f, 1);
	assert_int_equal(moves(&f), 0);
	folk_follow(&f);
	next_second(&g);
	renew(&g, 1);
	assert_int_equal(moves(&g), 0);
	folk_follow(&g);
	folk_free(&f);
	folk_free(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_renewal_in_a_later_epoch_moves),
		cmocka_unit_test(test_seeds_are_shared_with_applications),
		cmocka_unit_test(test_another_key_moves_too),
		cmocka_unit_test(test_who_stays_in_its_epoch_keeps_its_node),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
