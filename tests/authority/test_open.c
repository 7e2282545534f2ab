/* SPDX-License-Identifier: ISC
 * A charter that takes other keys than the one before: nothing gets into the log that its followers, the signer first, would refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

/* Logs a version that takes keys on P-256 alone, and waits until it is in force. */
static struct digest only_p256(struct folk *f)
{
	json_t *next = realm_next(f->r, &f->g), *doc;
	const struct charter *newest;
	struct answer out = { 0 };
	struct err e = { 0 };
	char when[24];

	snprintf(when, sizeof(when), "%lld", (long long)time_now() + 1);
	charters_set(next, "/effective", when);
	charters_set(next, "/membership/keys", "[\"P-256\"]");
	doc = realm_proposed(f->r, next, 2);
	if (!act_propose_charter(f->r->w, f->g.name, doc, &out, &e))
		fail_msg("%s: %s", e.name, e.text);
	answer_free(&out);
	json_decref(doc);
	assert_true(charters_newest(f->r->w, f->g.g, &newest, &e));
	assert_int_equal(newest->version, 2);
	while (time_now() < newest->effective)
		usleep(20000);
	return newest->object.digest;
}

static void test_an_application_with_a_key_that_is_taken_no_more(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "open-kind", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519), *p = envelope_key(SIG_P256);
	struct digest old = folk_apply(&f, r->w, k), good = folk_apply(&f, r->w, p);
	struct err e = { 0 };

	only_p256(&f);
	assert_true(act_open(r->w, f.g.g, &old, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d"), 0);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused'"), 1);
	assert_true(act_open(r->w, f.g.g, &good, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d"), 1);
	assert_string_equal(folk_cast(&f, r->w, 1, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, 1, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, 1));
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(p);
	folk_free(&f);
}

static void test_a_renewal_of_a_key_that_is_taken_no_more(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "renew-kind", NULL);
	struct renewal x = folk_renewal(&f, &r->keys->member[0]);
	struct err e = { 0 };

	x.charter = only_p256(&f);
	x.iat = time_now();
	assert_false(folk_send_renewal(&f, r->w, &x, r->founders[0], NULL, &e));
	assert_string_equal(e.name, "foreign_key");
	x.member = r->keys->member[1];
	err_clear(&e);
	assert_true(folk_send_renewal(&f, r->w, &x, r->founders[1], NULL, &e));
	folk_follow(&f);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_application_with_a_key_that_is_taken_no_more),
		cmocka_unit_test(test_a_renewal_of_a_key_that_is_taken_no_more),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
