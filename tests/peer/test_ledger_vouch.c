/* SPDX-License-Identifier: ISC
 * Vouches: who may give one, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"
#include "tests/peer/vouching.h"

static void test_vouches(void **state)
{
	struct vouched got;
	uint32_t standing;

	(void)state;
	open_after(of_an_age, AGE);
	assert_int_equal(ledger_vouches_standing(f->l, &w->proposal.subject), 0);
	vouched(1, 1);
	assert_true(ledger_vouch_find(f->l, &last()->object, &got));
	assert_memory_equal(&got.member, &w->members[1].member, sizeof(got.member));
	assert_memory_equal(&got.application, &w->proposal.subject, sizeof(got.application));
	assert_int_equal(got.time, last()->time);
	assert_int_equal(got.age, last()->time - w->log[0].entry.time);
	assert_int_equal(got.live, 1);
	vouched(2, 1);
	vouched(0, 1);
	assert_false(ledger_vouch_find(f->l, &w->proposal.digest, &got));
	standing = (uint32_t)ledger_vouches_standing(f->l, &w->proposal.subject);
	assert_int_equal(standing, 3);
	/* with who leaves, or whose key is revoked, goes the vouch; not with a key that was replaced */
	world_leave(w, 0);
	world_revoke_key(w, 1);
	world_rekey(w, 2, envelope_key(SIG_ED25519));
	follower_accepts(f);
	assert_int_equal(ledger_vouches_standing(f->l, &w->proposal.subject), 1);
}

static void change(size_t i, void (*twist)(struct vouch *v), const char *name)
{
	struct vouch v = world_vouch(w, i);

	twist(&v);
	world_log_vouch(w, &v, w->members[i].key, 1);
	refused(name);
}

#define TWIST(name, change) \
	static void name(struct vouch *v) \
	{ \
		change; \
	}
TWIST(for_another_group, v->genesis = digest_fill(1))
TWIST(under_another_charter, v->charter = digest_fill(1))
TWIST(for_an_unknown_applicant, v->application = digest_fill(1))
TWIST(by_a_stranger, v->member = id16_fill(1))
TWIST(by_the_next_member, v->member = w->members[1].member)
TWIST(made_too_early, v->iat = w->proposal.opened - VOUCH_SLACK - 1)
TWIST(made_too_late, v->iat = w->now + 1 + VOUCH_SLACK + 1)

static void test_refusals(void **state)
{
	(void)state;
	open_after(of_an_age, AGE);
	change(0, for_another_group, "wrong_context");
	change(0, under_another_charter, "wrong_context");
	change(0, for_an_unknown_applicant, "not_open");
	change(0, by_a_stranger, "not_in_electorate");
	change(0, by_the_next_member, "wrong_key");
	change(0, made_too_early, "vouch_late");
	change(0, made_too_late, "vouch_late");
}

static void test_a_little_early_or_late(void **state)
{
	struct vouch v;

	(void)state;
	open_after(of_an_age, AGE);
	v = world_vouch(w, 0);
	v.iat = w->proposal.opened - VOUCH_SLACK;
	world_log_vouch(w, &v, w->members[0].key, 1);
	v = world_vouch(w, 1);
	v.iat = w->now + 1 + VOUCH_SLACK;
	world_log_vouch(w, &v, w->members[1].key, 1);
	follower_accepts(f);
}

/* An entry says of its vouch what the vouch and the log say. */
static void entry_refused(void (*lie)(struct entry *en))
{
	struct entry en;

	vouch(0, 1);
	en = *last();
	lie(&en);
	rewritten(&en, "vouch_differs");
	world_back(w, &mark);
}

ENTRY(of_another_voucher, en->member = w->members[1].member)
ENTRY(for_another_applicant, en->application = digest_fill(1))
ENTRY(older, en->age++)
ENTRY(younger, en->age--)
ENTRY(with_more, en->live = 2)

static void test_entries(void **state)
{
	(void)state;
	open_after(of_an_age, AGE);
	entry_refused(of_another_voucher);
	entry_refused(for_another_applicant);
	entry_refused(older);
	entry_refused(younger);
	entry_refused(with_more);
}

static void test_objects(void **state)
{
	const struct sig_key *keys[2];
	struct vouch v;
	struct entry en;
	struct jws j;

	(void)state;
	open_after(of_an_age, AGE);
	v = world_vouch(w, 0);
	keys[0] = w->members[0].key;
	keys[1] = w->members[1].key;
	vouch(0, 1);
	en = *last();
	j = envelope_by(w->c, KIND_VOUCH, vouch_print(&v), keys, 2);
	json_decref(w->log[w->log_n - 1].object);
	w->log[w->log_n - 1].object = envelope_json(&j);
	rewritten(&en, "bad_jws");
	envelope_break(&j, 0);
	jws_free(&j);
	json_decref(w->log[w->log_n - 1].object);
	w->log[w->log_n - 1].object = NULL;
	rewritten(&en, "log_unknown");
	j = envelope(w->c, KIND_VOUCH, vouch_print(&v), w->members[0].key);
	envelope_break(&j, 0);
	w->log[w->log_n - 1].object = envelope_json(&j);
	jws_free(&j);
	rewritten(&en, "bad_signature");
}

static void no_vouches(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"count\":2}}");
}

static void test_where_nobody_asks_for_them(void **state)
{
	(void)state;
	open_after(no_vouches, AGE);
	vouch_refused(0, 1, "not_allowed");
}

/* Before there is a proposal, when it is decided, and when its term is over. */
static void test_while_it_is_open(void **state)
{
	(void)state;
	ask(of_an_age);
	follower_accepts(f);
	at(proposal_closes(&w->proposal) - 1);
	vouched(0, 1);
	vouch_refused(1, 1, "not_open");
	down(NULL);
	ask(of_an_age);
	w->now += AGE;
	follower_decide(f, "nn", OUTCOME_NO);
	follower_accepts(f);
	mark = world_mark(w);
	vouch_refused(0, 1, "not_open");
	world_apply(w);
	w->proposal.subject = w->application.digest;
	vouch_refused(0, 1, "not_open");
}

static void test_members_alone(void **state)
{
	struct vouch v;

	(void)state;
	open_after(of_an_age, AGE);
	world_leave(w, 0);
	vouch_refused(0, 1, "not_a_member");
	world_revoke_key(w, 0);
	vouch_refused(0, 1, "key_revoked");
	v = world_vouch(w, 1);
	world_log_vouch(w, &v, w->members[2].key, 1);
	refused("wrong_key");
	world_rekey(w, 1, envelope_key(SIG_ED25519));
	follower_accepts(f);
	mark = world_mark(w);
	world_log_vouch(w, &v, w->keys->notary, 1);
	refused("wrong_key");
	vouched(1, 1);
}

/* Who joined after the proposal opened is none of its electors. */
static void test_later_members(void **state)
{
	uint64_t number;

	(void)state;
	ask(of_an_age);
	w->now += AGE;
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	number = w->proposal.number;
	w->applicant = envelope_key(SIG_ED25519);
	ask_again(0);
	vouch_refused(3, 1, "vouch_too_young");
	at(w->now + AGE);
	vouched(3, 1);
	assert_int_equal(w->proposal.number, number + 1);
}

static void test_elector_before(void **state)
{
	struct proposal first;

	(void)state;
	ask(of_an_age);
	w->now += AGE;
	first = w->proposal;
	sig_key_free(w->applicant);
	w->applicant = envelope_key(SIG_ED25519);
	ask_again(0);
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	w->proposal = first;
	at(w->now + AGE);
	vouch_refused(3, 1, "not_in_electorate");
	vouched(2, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(vouches),
		TEST(refusals),
		TEST(a_little_early_or_late),
		TEST(entries),
		TEST(objects),
		TEST(where_nobody_asks_for_them),
		TEST(while_it_is_open),
		TEST(members_alone),
		TEST(later_members),
		TEST(elector_before),
	};

	return cmocka_run_group_tests_name("ledger_vouch", tests, NULL, NULL);
}
