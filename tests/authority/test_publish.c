/* SPDX-License-Identifier: ISC
 * What becomes of certificates that are intended, with the signer's own word on each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "authority/sync.h"
#include "tests/lib/folk.h"
#include "tests/lib/serving.h"

enum { EARLY, LOST, LATE, ADMITTED };

struct ground {
	struct realm *r;
	struct serving signer;
	char socket[SERVING_SOCKET];
};

static int start(void **state)
{
	static struct ground s;

	s.r = realm_new(pg_start());
	serving_signer(&s.signer, &s.r, 1, s.socket);
	s.r->a.signer_path = s.socket;
	*state = &s;
	return 0;
}

static int stop(void **state)
{
	struct ground *s = *state;
	struct pg *pg = s->r->pg;

	realm_free(s->r);
	serving_stop(&s->signer);
	pg_stop(pg);
	return 0;
}

static size_t publish(struct folk *f)
{
	struct err e = { 0 };
	size_t n;

	if (!act_publish(f->r->w, f->g.g, &n, &e))
		fail_msg("%s: %s", e.name, e.text);
	return n;
}

static void revoke(struct folk *f, enum revocation_target target, const struct id16 *member, const struct sig_key *k)
{
	struct revocation x = folk_revocation(f, target);
	struct answer out = { 0 };
	struct err e = { 0 };

	x.member = *member;
	jwk_thumbprint(sig_key_pub(k), &x.key);
	if (!folk_send_revocation(f, f->r->w, &x, k, &out, &e))
		fail_msg("%s: %s", e.name, e.text);
	answer_free(&out);
}

/* The step "publish": a member that left, or whose key was revoked, before its certificate was signed gets none. */
static void test_gone_before_the_signature(void **state)
{
	struct ground *s = *state;
	struct folk f = folk_new(s->r, "gone", NULL);
	struct sig_key *k[ADMITTED];
	struct id16 member[ADMITTED];

	for (size_t i = 0; i < ADMITTED; i++) {
		k[i] = sig_key_generate(SIG_P256, NULL);
		assert_non_null(k[i]);
		member[i] = folk_admit(&f, s->r->w, k[i]);
	}
	revoke(&f, REVOKE_MEMBER, &member[EARLY], k[EARLY]);
	revoke(&f, REVOKE_KEY, &member[LOST], k[LOST]);

	/* the founders' with them; what is done is not done again */
	assert_int_equal(publish(&f), CHARTERS_FOUNDERS + ADMITTED);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND state = 'published'"), CHARTERS_FOUNDERS + 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND state = 'abandoned' AND der IS NULL"), 2);
	assert_int_equal(
		folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused' AND why LIKE '%%ended%%'"), 2);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'member' AND why IS NULL"), 1);

	/* who leaves afterwards keeps what it had */
	revoke(&f, REVOKE_MEMBER, &member[LATE], k[LATE]);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d AND state = 'published'"), CHARTERS_FOUNDERS + 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'member'"), 1);
	folk_follow(&f);
	for (size_t i = 0; i < ADMITTED; i++)
		sig_key_free(k[i]);
	folk_free(&f);
}

/* ---- lists */

struct lister {
	struct worker *w;
	int32_t g;
	struct err e;
	bool ok;
};

static void *make_lists(void *arg)
{
	struct lister *l = arg;

	l->ok = act_lists(l->w, l->g, true, &l->e);
	return NULL;
}

/* Nobody leads: each list is another number, the signer's next one. */
static void two_daemons_make_two_lists(void **state)
{
	struct ground *s = *state;
	struct folk f = folk_new(s->r, "two-listers", NULL);
	struct lister l[2] = { { .w = realm_worker(s->r), .g = f.g.g }, { .w = realm_worker(s->r), .g = f.g.g } };
	pthread_t thread[2];

	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, make_lists, &l[i]), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	for (int i = 0; i < 2; i++)
		if (!l[i].ok)
			fail_msg("%s: %s", l[i].e.name, l[i].e.text);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM lists WHERE g = %d"), 2);
	assert_int_equal(folk_number(&f, "SELECT max(number) - min(number) FROM lists WHERE g = %d"), 1);
	assert_true(act_lists(l[0].w, f.g.g, false, &l[0].e) && act_lists(l[1].w, f.g.g, false, &l[1].e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM lists WHERE g = %d"), 2);
	worker_close(l[0].w);
	worker_close(l[1].w);
	folk_free(&f);
}

/* ---- a machine that came back */

static void an_old_signer_is_told_nothing(void **state)
{
	struct ground *s = *state;
	struct folk f = folk_new(s->r, "two-signers", NULL);
	struct err e = { 0 };
	struct group g;

	assert_true(act_lists(s->r->w, f.g.g, true, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM groups WHERE g = %d AND signer_epoch BETWEEN now_s() - 60 AND now_s()"), 1);
	pg_do(s->r->w->db, "UPDATE groups SET signer_epoch = signer_epoch + 1 WHERE name = 'two-signers'");
	assert_false(sync_signer(s->r->w, f.g.g, &g, &e));
	assert_string_equal(e.name, "signer_old");
	err_clear(&e);
	assert_false(act_lists(s->r->w, f.g.g, true, &e));
	assert_string_equal(e.name, "signer_old");
	err_clear(&e);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM lists WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM groups WHERE g = %d AND state = 'open'"), 1);

	/* the right one goes on */
	pg_do(s->r->w->db, "UPDATE groups SET signer_epoch = signer_epoch - 1 WHERE name = 'two-signers'");
	assert_true(act_lists(s->r->w, f.g.g, true, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM lists WHERE g = %d"), 2);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_gone_before_the_signature, start, stop),
		cmocka_unit_test_setup_teardown(two_daemons_make_two_lists, start, stop),
		cmocka_unit_test_setup_teardown(an_old_signer_is_told_nothing, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
