/* SPDX-License-Identifier: ISC
 * What the lists say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

static void revoked_are(int64_t at, size_t crl, size_t list)
{
	struct crl_entry *c;
	struct revoked *r;
	size_t c_n, r_n;

	assert_true(ledger_revoked(f->l, ledger_size(f->l), at, &w->issuer.key, &c, &c_n, &r, &r_n, NULL));
	assert_int_equal(c_n, crl);
	assert_int_equal(r_n, list);
	free(c);
	free(r);
}

static void test_renewal(void **state)
{
	struct digest cause;

	(void)state;
	begin(NULL);
	world_renew(w, 0);
	world_renew(w, 0);
	follower_accepts(f);
	revoked_are(w->now, 0, 0);
	/* leaving takes all three certificates with it, until the last one has ended */
	world_leave(w, 0);
	follower_accepts(f);
	electorate_is(2);
	revoked_are(w->now, 3, 1);
	revoked_are(w->log[0].entry.time + 604800, 3, 1);
	revoked_are(w->log[0].entry.time + 604801, 2, 1);
	revoked_are(w->now + 604799, 1, 1);
	revoked_are(w->now + 604800, 0, 0);
	profile_founder_cause(&w->genesis, &w->members[0].member, &cause);
	no_certificate(&cause, "not_a_member");
}

static void test_rekeying(void **state)
{
	struct digest cause, old;
	struct electorate el;

	(void)state;
	begin(NULL);
	old = w->members[1].thumb;
	world_rekey(w, 1, envelope_key(SIG_P256));
	follower_accepts(f);
	revoked_are(w->now, 1, 1);
	assert_true(ledger_electorate(f->l, w->log_n, w->now, &el, NULL));
	assert_memory_equal(&el.e[electorate_find(&el, &w->members[1].member)].key, &w->members[1].thumb, sizeof(old));
	electorate_free(&el);
	/* at its own entry it still had the old one */
	assert_true(ledger_electorate(f->l, w->log_n - 2, w->now, &el, NULL));
	assert_memory_equal(&el.e[electorate_find(&el, &w->members[1].member)].key, &old, sizeof(old));
	electorate_free(&el);
	profile_founder_cause(&w->genesis, &w->members[1].member, &cause);
	/* a second time, and renewed under the newest key */
	world_rekey(w, 1, envelope_key(SIG_ED25519));
	world_renew(w, 1);
	follower_accepts(f);
	revoked_are(w->now, 2, 2);
}

static void test_a_key_revoked(void **state)
{
	struct digest cause;

	(void)state;
	begin(NULL);
	world_revoke_key(w, 2);
	follower_accepts(f);
	electorate_is(3); /* its vote is void, its place stays */
	revoked_are(w->now, 1, 1);
	profile_founder_cause(&w->genesis, &w->members[2].member, &cause);
	no_certificate(&cause, "key_revoked");
}

/* The old key is superseded and compromised in the same second: one line of the list, the first. */
static void test_one_line_for_one_target(void **state)
{
	struct revocation r = { .target = REVOKE_KEY, .cause = CAUSE_KEY_COMPROMISE };
	struct entry en = { .event = EVENT_REVOKED, .has_key = true, .cause = CAUSE_KEY_COMPROMISE };
	json_t *o;

	(void)state;
	begin(NULL);
	r.genesis = w->genesis;
	r.charter = w->genesis;
	r.iat = w->now;
	r.key = en.key = w->members[0].thumb;
	en.member = w->members[0].member;
	world_rekey(w, 0, envelope_key(SIG_ED25519));
	o = world_request(w, KIND_REVOCATION, revocation_print(&r), w->keys->operators[0], &en.object);
	world_log(w, en, o);
	follower_accepts(f);
	revoked_are(w->now, 1, 1);
}

static void test_a_serial_revoked(void **state)
{
	struct revocation r = { .target = REVOKE_SERIAL, .cause = CAUSE_AFFILIATION };
	struct entry en = { .event = EVENT_REVOKED, .has_serial = true, .cause = CAUSE_AFFILIATION };
	struct digest cause;
	json_t *o;

	(void)state;
	begin(NULL);
	world_renew(w, 0);
	r.genesis = w->genesis;
	r.charter = w->genesis;
	r.iat = w->now;
	r.serial = en.serial = w->log[3].entry.serial;
	en.member = w->members[0].member;
	o = world_request(w, KIND_REVOCATION, revocation_print(&r), w->members[0].key, &en.object);
	world_log(w, en, o);
	follower_accepts(f);
	revoked_are(w->now, 1, 1);
	profile_founder_cause(&w->genesis, &w->members[0].member, &cause);
	no_certificate(&cause, "key_revoked");
}

static void operators_remove(json_t *charter)
{
	charters_set(charter, "/membership/removal", "\"operators\"");
}

static void remove_by_operator(size_t i)
{
	struct revocation r = { .target = REVOKE_MEMBER, .member = w->members[i].member, .cause = CAUSE_PRIVILEGE };
	struct entry en = { .event = EVENT_EXPELLED, .member = w->members[i].member, .cause = CAUSE_PRIVILEGE };
	json_t *o;

	r.genesis = w->genesis;
	r.charter = w->genesis;
	r.iat = w->now;
	o = world_request(w, KIND_REVOCATION, revocation_print(&r), w->keys->operators[1], &en.object);
	world_log(w, en, o);
}

static void test_removal_by_operators(void **state)
{
	struct world_mark m;

	(void)state;
	begin(operators_remove);
	remove_by_operator(0);
	follower_accepts(f);
	electorate_is(2);
	follower_free(f);
	begin(NULL);
	m = world_mark(w);
	remove_by_operator(0);
	follower_refuses_since(f, &m, "not_allowed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(renewal),
		TEST(rekeying),
		TEST(a_key_revoked),
		TEST(one_line_for_one_target),
		TEST(a_serial_revoked),
		TEST(removal_by_operators),
	};

	return cmocka_run_group_tests_name("ledger_revoked", tests, NULL, NULL);
}
