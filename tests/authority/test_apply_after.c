/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "authority/store_proposal.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static void test_opening_is_done_once(void **state)
{
	struct folk f = folk_new(*state, "open-once", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, f.r->w, k);
	struct err e = { 0 };

	assert_true(act_open(f.r->w, f.g.g, &d, &e));
	assert_true(act_open(f.r->w, f.g.g, &d, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'proposed'"), 1);
	folk_follow(&f);
	d.b[0] ^= 1;
	assert_false(act_open(f.r->w, f.g.g, &d, &e));
	assert_string_equal(e.name, "not_found");
	sig_key_free(k);
	folk_free(&f);
}

static void test_a_key_that_was_taken_is_not_put(void **state)
{
	struct folk f = folk_new(*state, "open-taken", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, f.r->w, k);
	struct db *owner = pg_connect(f.r->pg->owner);
	struct err e = { 0 };
	char sql[240];

	/* The acts do not let it come to this: it is as if two had met. */
	snprintf(sql, sizeof(sql),
		"INSERT INTO member_keys (g, key, member, pub, since, replaced) SELECT a.g, a.key, m.member, a.pub, 3, 4"
		" FROM applications a JOIN members m USING (g) WHERE a.g = %d LIMIT 1",
		(int)f.g.g);
	pg_do(owner, sql);
	db_close(owner);
	assert_true(act_open(f.r->w, f.g.g, &d, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d"), 0);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused'"), 1);
	sig_key_free(k);
	folk_free(&f);
}

static void test_a_withdrawal_voids_the_proposal(void **state)
{
	struct folk f = folk_new(*state, "withdraw", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, f.r->w, k);
	struct application a;
	struct err e = { 0 };

	assert_false(folk_send_withdrawal(&f, f.r->w, &d, other, &e));
	assert_string_equal(e.name, "wrong_key");
	e = (struct err){ 0 };
	assert_true(folk_send_withdrawal(&f, f.r->w, &d, k, &e));
	assert_true(folk_send_withdrawal(&f, f.r->w, &d, k, &e));
	assert_int_equal(folk_outcome(&f, 1), -1);
	assert_true(folk_decide(&f, f.r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_VOID);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'withdrawn'"), 1);
	folk_follow(&f);
	/* The key is free again. */
	a = folk_application(&f, f.r->w, k);
	assert_true(folk_send_application(&f, f.r->w, &a, k, NULL, &e));
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
}

static void test_an_application_that_ended_is_not_replayed(void **state)
{
	struct folk f = folk_new(*state, "replay", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	struct said s = folk_sign_application(f.r->w, &a, k);
	struct answer out = { 0 };
	struct err e = { 0 };
	struct digest d;

	assert_true(act_apply(f.r->w, f.g.name, &s.j, s.doc, NULL, NULL, &out, &e));
	assert_true(digest_parse(out.id, &d));
	assert_true(folk_send_withdrawal(&f, f.r->w, &d, k, &e));
	assert_true(folk_decide(&f, f.r->w, 1));
	assert_false(act_apply(f.r->w, f.g.name, &s.j, s.doc, NULL, NULL, &out, &e));
	assert_string_equal(e.name, "replayed");
	e = (struct err){ 0 };
	answer_free(&out);
	said_free(&s);
	sig_key_free(k);
	folk_free(&f);
}

static void test_what_was_decided_is_not_withdrawn(void **state)
{
	struct folk f = folk_new(*state, "withdraw-late", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d;
	struct err e = { 0 };
	struct stored_proposal p;

	folk_admit(&f, f.r->w, k);
	assert_true(store_proposal_load(f.r->w, f.g.g, 1, STORE_READ, &p, &e));
	d = p.subject;
	assert_false(folk_send_withdrawal(&f, f.r->w, &d, k, &e));
	assert_string_equal(e.name, "closed");
	sig_key_free(k);
	folk_free(&f);
}

/* ---- at once */

enum { AT_ONCE = 4, EACH = 4 };
struct applicant {
	struct folk *f;
	struct worker *w;
	struct said *same;
	size_t fresh;
	struct err e;
};

static void *apply_many(void *arg)
{
	struct applicant *me = arg;
	struct answer out = { 0 };

	if (act_apply(me->w, me->f->g.name, &me->same->j, me->same->doc, NULL, NULL, &out, &me->e))
		me->fresh = out.fresh;
	answer_free(&out);
	for (size_t i = 0; i < EACH && err_ok(&me->e); i++) {
		struct sig_key *k = envelope_key(SIG_ED25519);
		struct application a = folk_application(me->f, me->w, k);

		(void)folk_send_application(me->f, me->w, &a, k, NULL, &me->e);
		sig_key_free(k);
	}
	return NULL;
}

static void test_many_at_once_form_one_log(void **state)
{
	struct folk f = folk_new(*state, "apply-many", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	struct said s = folk_sign_application(f.r->w, &a, k);
	struct applicant all[AT_ONCE] = { 0 };
	pthread_t threads[AT_ONCE];
	size_t fresh = 0;

	for (size_t i = 0; i < AT_ONCE; i++) {
		all[i] = (struct applicant){ .f = &f, .w = realm_worker(f.r), .same = &s };
		assert_int_equal(pthread_create(&threads[i], NULL, apply_many, &all[i]), 0);
	}
	for (size_t i = 0; i < AT_ONCE; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		if (!err_ok(&all[i].e))
			fail_msg("%s: %s", all[i].e.name, all[i].e.text);
		fresh += all[i].fresh;
		worker_close(all[i].w);
	}
	assert_int_equal(fresh, 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d"), 1 + AT_ONCE * EACH);
	assert_int_equal(folk_number(&f, "SELECT applications FROM groups WHERE g = %d"), 1 + AT_ONCE * EACH);
	folk_follow(&f);
	said_free(&s);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening_is_done_once),
		cmocka_unit_test(test_a_key_that_was_taken_is_not_put),
		cmocka_unit_test(test_a_withdrawal_voids_the_proposal),
		cmocka_unit_test(test_an_application_that_ended_is_not_replayed),
		cmocka_unit_test(test_what_was_decided_is_not_withdrawn),
		cmocka_unit_test(test_many_at_once_form_one_log),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
