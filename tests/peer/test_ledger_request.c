/* SPDX-License-Identifier: ISC
 * Renewals and recoveries that are put to the group, as the log brings them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "peer/ledger_state.h"
#include "peer/recovery.h"
#include "tests/lib/following.h"
#include "voting/vouch.h"

static const uint8_t NONCE[16] = { 3 };

static void by_vote(json_t *charter)
{
	charters_set(charter, "/renewal", "{\"votes\":{\"count\":2}}");
	charters_set(charter, "/recovery", "{\"member\":{\"votes\":{\"count\":2}}}");
}

/* Puts a request (taken) about member i; the proposal is p but for what all share. */
static void put(struct proposal p, size_t i, const char *name, json_t *request, const struct digest *digest)
{
	p.subject = *digest;
	p.member = w->members[i].member;
	world_propose_request(w, &p, name, request);
}

static struct renewal renewal_of(size_t i)
{
	return (struct renewal){
		.genesis = w->genesis, .charter = w->charter->object.digest, .member = w->members[i].member, .iat = w->now
	};
}

static void ask_renewal(size_t i, const struct sig_key *by, bool again)
{
	const struct renewal r = renewal_of(i);
	struct digest digest;
	json_t *o = world_request(w, KIND_RENEWAL, renewal_print(&r, NONCE), by, &digest);

	put((struct proposal){ .question = Q_RENEW, .again = again }, i, "renewal", o, &digest);
}

static void test_renewals(void **state)
{
	(void)state;
	begin(by_vote);
	ask_renewal(0, w->members[1].key, false);
	refused("wrong_key");
	ask_renewal(0, w->members[0].key, true);
	refused("again_differs");
	ask_renewal(0, w->members[0].key, false);
	json_object_del(w->log[w->log_n - 1].evidence, "renewal");
	refused("missing_member");
	/* the key alone is not enough any more */
	world_renew(w, 0);
	refused("not_allowed");
	world_rekey(w, 0, envelope_key(SIG_ED25519));
	w->log_n--;
	buf_free(&w->log[w->log_n].bytes);
	follower_refuses(f, "not_allowed");
}

static void test_one_at_a_time(void **state)
{
	(void)state;
	begin(by_vote);
	ask_renewal(0, w->members[0].key, false);
	follower_accepts(f);
	mark = world_mark(w);
	ask_renewal(0, w->members[0].key, false);
	refused("already_open");
	ask_renewal(1, w->members[1].key, false);
	follower_accepts(f);
}

static void test_nobody_asks_where_keys_are_enough(void **state)
{
	(void)state;
	begin(NULL);
	ask_renewal(0, w->members[0].key, false);
	refused("not_allowed");
}

static void ask_recovery(size_t i, const struct sig_key *next, const struct sig_key *by, const struct digest *named)
{
	struct proposal p = { .question = Q_RECOVER };
	struct recovery r = { .genesis = w->genesis, .charter = w->charter->object.digest, .member = w->members[i].member, .iat = w->now };
	struct buf csr = { 0 };
	struct digest digest;

	assert_true(csr_make(w->c, next, NULL, &csr, NULL));
	memcpy(r.csr, csr.p, csr.n);
	r.csr_n = csr.n;
	buf_free(&csr);
	jwk_thumbprint(sig_key_pub(next), &p.key);
	if (named != NULL)
		p.key = *named;
	put(p, i, "recovery", world_request(w, KIND_RECOVERY, recovery_print(&r, NONCE), by, &digest), &digest);
}

/* A recovery by nobody knows whom does not keep the member's own away. */
static void test_recoveries_side_by_side(void **state)
{
	struct sig_key *one = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);

	(void)state;
	begin(by_vote);
	ask_recovery(0, one, one, NULL);
	follower_accepts(f);
	ask_recovery(0, other, other, NULL);
	follower_accepts(f);
	sig_key_free(one);
	sig_key_free(other);
}

static void test_recoveries(void **state)
{
	struct sig_key *next = envelope_key(SIG_ED25519);
	const struct digest other = digest_fill(1);

	(void)state;
	begin(by_vote);
	ask_recovery(0, next, w->members[0].key, NULL);
	refused("wrong_key");
	ask_recovery(0, next, next, &other);
	refused("wrong_key");
	ask_recovery(0, w->members[1].key, w->members[1].key, NULL);
	refused("key_in_use");
	world_leave(w, 0);
	ask_recovery(0, next, next, NULL);
	refused("not_a_member");
	ask_recovery(0, next, next, NULL);
	follower_accepts(f);
	sig_key_free(next);
}

static void by_vouches(json_t *charter)
{
	charters_set(charter, "/recovery", "{\"member\":{\"vouches\":{\"count\":2,\"budget\":1,\"window\":1000}}}");
}

static void vouch(size_t i, uint32_t live)
{
	struct vouch v = world_vouch(w, i);

	world_log_vouch(w, &v, w->members[i].key, live);
}

/* Members vouch for another one's new key, with the budget that they have for applicants. */
static void test_vouches_for_a_recovery(void **state)
{
	struct sig_key *next = envelope_key(SIG_ED25519), *more = envelope_key(SIG_ED25519);

	(void)state;
	begin(by_vouches);
	ask_recovery(0, next, next, NULL);
	follower_accepts(f);
	mark = world_mark(w);
	vouch(0, 1);
	refused("not_allowed");
	vouch(1, 2);
	refused("vouch_differs");
	vouch(1, 1);
	follower_accepts(f);
	mark = world_mark(w);
	vouch(1, 2);
	refused("replayed");
	assert_int_equal(ledger_vouches_standing(f->l, &w->proposal.subject), 1);
	ask_recovery(2, more, more, NULL);
	follower_accepts(f);
	mark = world_mark(w);
	vouch(1, 2);
	refused("budget_spent");
	vouch(0, 1);
	follower_accepts(f);
	assert_int_equal(ledger_vouches_standing(f->l, &w->proposal.subject), 1);
	sig_key_free(next);
	sig_key_free(more);
}

static void by_one_vouch(json_t *charter)
{
	charters_set(charter, "/recovery", "{\"member\":{\"vouches\":{\"count\":1}}}");
}

static struct evidence_object vouched(size_t i)
{
	struct vouch v = world_vouch(w, i);

	world_log_vouch(w, &v, w->members[i].key, 1);
	return world_sign_vouch(w, &v, w->members[i].key);
}

static void decide(void)
{
	struct verified v = hall_good(f->h);
	struct decision d = world_decision(w, &v, OUTCOME_YES);

	world_decide(w, &d);
	w->log[w->log_n - 1].evidence = world_evidence(&f->h->ev);
	verified_free(&v);
}

/* One would do, and two stand: the decision brings both. */
static void test_a_vouch_left_out(void **state)
{
	struct sig_key *next = envelope_key(SIG_ED25519);
	struct evidence_object other;
	struct err e = { 0 };

	(void)state;
	ask(by_one_vouch);
	ask_recovery(0, next, next, NULL);
	hall_say(f->h, vouched(1));
	other = vouched(2);
	follower_accepts(f);
	mark = world_mark(w);
	decide();
	refused("evidence_missing");
	hall_say(f->h, other);
	decide();
	if (!follower_take(f, &e))
		fail_msg("%s: %s", e.name, e.text);
	sig_key_free(next);
}

static void test_no_vouches_where_the_group_votes(void **state)
{
	struct sig_key *next = envelope_key(SIG_ED25519);

	(void)state;
	begin(by_vote);
	ask_recovery(0, next, next, NULL);
	follower_accepts(f);
	mark = world_mark(w);
	vouch(1, 1);
	refused("not_allowed");
	sig_key_free(next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(renewals),
		TEST(one_at_a_time),
		TEST(nobody_asks_where_keys_are_enough),
		TEST(recoveries_side_by_side),
		TEST(recoveries),
		TEST(vouches_for_a_recovery),
		TEST(a_vouch_left_out),
		TEST(no_vouches_where_the_group_votes),
	};

	return cmocka_run_group_tests_name("ledger_request", tests, NULL, NULL);
}
