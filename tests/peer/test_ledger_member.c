/* SPDX-License-Identifier: ISC
 * What members ask for, and what is revoked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

static const uint8_t NONCE[16] = { 3 };

static struct renewal renewal_of(size_t i)
{
	return (struct renewal){
		.genesis = w->genesis, .charter = w->charter->object.digest, .member = w->members[i].member, .iat = w->now
	};
}

static void renew(const struct renewal *r, const struct sig_key *k, size_t i, const char *name)
{
	struct digest cause;
	json_t *o = world_request(w, KIND_RENEWAL, renewal_print(r, NONCE), k, &cause);

	world_issue(w, i, ORIGIN_RENEWAL, &cause, o);
	refused(name);
}

static void test_renewals(void **state)
{
	const struct sig_key *keys[2];
	struct renewal r;
	struct digest cause;
	struct entry en;
	json_t *o;
	struct jws j;

	(void)state;
	begin(NULL);
	r = renewal_of(0);
	renew(&r, w->members[1].key, 0, "wrong_key");
	renew(&r, w->keys->notary, 0, "wrong_key");
	r.genesis = digest_fill(1);
	renew(&r, w->members[0].key, 0, "wrong_context");
	r = renewal_of(0);
	r.charter = digest_fill(1);
	renew(&r, w->members[0].key, 0, "wrong_context");
	r = renewal_of(1);
	renew(&r, w->members[0].key, 0, "wrong_context");
	keys[0] = w->members[0].key;
	keys[1] = w->members[1].key;
	r = renewal_of(0);
	j = envelope_by(w->c, KIND_RENEWAL, renewal_print(&r, NONCE), keys, 2);
	jws_digest(&j, KIND_RENEWAL, &cause);
	world_issue(w, 0, ORIGIN_RENEWAL, &cause, envelope_json(&j));
	jws_free(&j);
	refused("bad_jws");
	/* the same request again */
	world_renew(w, 0);
	follower_accepts(f);
	mark = world_mark(w);
	en = *last();
	o = json_incref(w->log[w->log_n - 1].object);
	world_log(w, en, o);
	refused("already_issued");
	/* who left has nothing to renew, nor has a revoked key */
	world_leave(w, 0);
	world_renew(w, 0);
	refused("not_a_member");
	world_revoke_key(w, 0);
	world_renew(w, 0);
	refused("key_revoked");
}

/* Changes the entry *rekeyed*, which its *issued* follows. */
static void rekeyed(void (*change)(struct entry *en), const char *name)
{
	struct entry en;

	world_rekey(w, 0, envelope_key(SIG_ED25519));
	buf_free(&w->log[--w->log_n].bytes);
	en = *last();
	change(&en);
	world_rewrite(w, w->log_n - 1, &en);
	follower_refuses(f, name);
}

ENTRY(rekeyed_to_another, en->key = digest_fill(1))
ENTRY(rekeyed_from_another, en->old_key = digest_fill(1))
ENTRY(rekeyed_by_another, en->member = w->members[1].member)
ENTRY(rekeyed_by_nobody, en->member.b[0] ^= 1)

static void test_rekeyings(void **state)
{
	static void (*const changes[])(
		struct entry * en) = { rekeyed_to_another, rekeyed_from_another, rekeyed_by_another, rekeyed_by_nobody };
	static const char *const names[] = { "wrong_key", "wrong_key", "wrong_key", "not_a_member" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		begin(NULL);
		rekeyed(changes[i], names[i]);
		follower_free(f);
	}
	begin(NULL);
	world_revoke_key(w, 0);
	world_rekey(w, 0, envelope_key(SIG_ED25519));
	buf_free(&w->log[--w->log_n].bytes);
	follower_refuses(f, "key_revoked");
}

static void revoke(struct revocation r, struct entry en, const struct sig_key *k, const char *name)
{
	json_t *o;

	if (digest_compare(&r.genesis, &(struct digest){ { 0 } }) == 0)
		r.genesis = w->genesis;
	if (digest_compare(&r.charter, &(struct digest){ { 0 } }) == 0)
		r.charter = w->genesis;
	r.iat = w->now;
	o = world_request(w, KIND_REVOCATION, revocation_print(&r), k, &en.object);
	world_log(w, en, o);
	refused(name);
}

static void test_leaving(void **state)
{
	struct revocation r = { .target = REVOKE_MEMBER, .cause = CAUSE_CESSATION };
	struct entry left = { .event = EVENT_LEFT, .cause = CAUSE_CESSATION };

	(void)state;
	begin(NULL);
	r.member = left.member = w->members[0].member;
	revoke(r, left, w->members[1].key, "not_allowed");
	revoke(r, left, w->keys->operators[0], "not_allowed");
	left.event = EVENT_EXPELLED;
	revoke(r, left, w->members[0].key, "not_allowed");
	left.event = EVENT_LEFT;
	left.member = w->members[1].member;
	revoke(r, left, w->members[1].key, "log_unknown");
	left.member = r.member;
	left.cause = CAUSE_UNSPECIFIED;
	revoke(r, left, w->members[0].key, "log_unknown");
	left.cause = r.cause;
	r.genesis = digest_fill(1);
	revoke(r, left, w->members[0].key, "wrong_context");
	r.genesis = w->genesis;
	r.charter = digest_fill(1);
	revoke(r, left, w->members[0].key, "wrong_context");
	world_leave(w, 0);
	world_leave(w, 0);
	refused("not_a_member");
}

static void test_revoking(void **state)
{
	struct revocation r = { .target = REVOKE_KEY, .cause = CAUSE_KEY_COMPROMISE };
	struct entry en = { .event = EVENT_REVOKED, .has_key = true, .cause = CAUSE_KEY_COMPROMISE };

	(void)state;
	begin(NULL);
	en.member = w->members[0].member;
	r.key = en.key = w->members[0].thumb;
	revoke(r, en, w->members[1].key, "not_allowed");
	en.key = digest_fill(1);
	revoke(r, en, w->members[0].key, "log_unknown");
	r.key = en.key = w->members[1].thumb;
	revoke(r, en, w->members[0].key, "log_unknown");
	r.key = en.key = w->members[0].thumb;
	en.member.b[0] ^= 1;
	revoke(r, en, w->members[0].key, "not_a_member");
	en.member.b[0] ^= 1;
	r.target = REVOKE_MEMBER;
	r.member = en.member;
	revoke(r, en, w->members[0].key, "log_order");
	r.target = REVOKE_KEY;
	world_revoke_key(w, 0);
	follower_accepts(f);
	mark = world_mark(w);
	world_revoke_key(w, 0);
	refused("replayed");
	/* with its key goes the member's own word */
	revoke((struct revocation){ .target = REVOKE_MEMBER, .member = en.member, .cause = CAUSE_CESSATION },
		(struct entry){ .event = EVENT_LEFT, .member = en.member, .cause = CAUSE_CESSATION }, w->members[0].key, "not_allowed");
}

static void test_revoking_serials(void **state)
{
	struct revocation r = { .target = REVOKE_SERIAL, .cause = CAUSE_SUPERSEDED };
	struct entry en = { .event = EVENT_REVOKED, .has_serial = true, .cause = CAUSE_SUPERSEDED };
	json_t *o;

	(void)state;
	begin(NULL);
	en.member = w->members[0].member;
	r.serial = en.serial = w->log[5].entry.serial; /* member 1's */
	revoke(r, en, w->members[0].key, "log_unknown");
	r.serial = w->log[3].entry.serial;
	revoke(r, en, w->members[0].key, "log_unknown");
	en.serial = r.serial;
	r.genesis = r.charter = w->genesis;
	o = world_request(w, KIND_REVOCATION, revocation_print(&r), w->members[0].key, &en.object);
	world_log(w, en, o);
	follower_accepts(f);
	mark = world_mark(w);
	revoke(r, en, w->members[0].key, "replayed");
}

static void three_at_most(json_t *charter)
{
	charters_set(charter, "/membership/limit", "3");
}

static void four_at_most(json_t *charter)
{
	charters_set(charter, "/membership/limit", "4");
}

static void one_a_day(json_t *charter)
{
	charters_set(charter, "/membership/per_day", "1");
}

/* The decision stands, and nobody may join by it. */
static void no_room(const char *name)
{
	follower_decide(f, "yy", OUTCOME_YES);
	buf_free(&w->log[--w->log_n].bytes);
	refused(name);
	hall_clear(f->h);
}

static void test_a_full_group(void **state)
{
	(void)state;
	ask(three_at_most);
	follower_accepts(f);
	mark = world_mark(w);
	no_room("group_full");
	world_leave(w, 2);
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	down(NULL);
	ask(four_at_most);
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
}

/* Who joined by an entry that was taken back is not counted, and who left by one is. */
static void test_a_group_filled_and_taken_back(void **state)
{
	struct err e = { 0 };

	(void)state;
	ask(three_at_most);
	follower_accepts(f);
	mark = world_mark(w);
	world_leave(w, 2);
	world_leave(w, 2);
	assert_false(follower_take(f, &e));
	world_back(w, &mark);
	no_room("group_full");
	world_leave(w, 1);
	follower_decide(f, "y-y", OUTCOME_YES);
	world_log(w, *last(), NULL);
	assert_false(follower_take(f, NULL));
	world_back(w, &mark);
	hall_clear(f->h);
	world_leave(w, 1);
	follower_decide(f, "y-y", OUTCOME_YES);
	follower_accepts(f);
}

static void test_a_full_day(void **state)
{
	int64_t since;

	(void)state;
	ask(one_a_day);
	follower_decide(f, "yy", OUTCOME_YES);
	since = last()->time;
	w->applicant = envelope_key(SIG_ED25519);
	world_apply(w);
	world_propose_admission(w);
	follower_accepts(f);
	w->now = since + 86400 - 2; /* a second passes with the decision */
	mark = world_mark(w);
	no_room("day_full");
	w->now = since + 86400 - 1;
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(renewals),
		TEST(rekeyings),
		TEST(leaving),
		TEST(revoking),
		TEST(revoking_serials),
		TEST(a_full_group),
		TEST(a_group_filled_and_taken_back),
		TEST(a_full_day),
	};

	return cmocka_run_group_tests_name("ledger_member", tests, NULL, NULL);
}
