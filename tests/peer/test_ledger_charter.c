/* SPDX-License-Identifier: ISC
 * Charters and seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

static void log_draft(const char *name, void (*change)(json_t *charter))
{
	world_draft(w, change);
	world_amend(w, NULL, NULL);
	refused(name);
}

static void other_log(json_t *charter)
{
	struct digest d = digest_fill(1);

	object_set_tree(charter, "log", 3, &d);
}

static void longer_log(json_t *charter)
{
	struct digest d = digest_fill(1);

	object_set_tree(charter, "log", 1000, &d);
}

static void scheme(json_t *charter)
{
	charters_set(charter, "/voting/scheme", "\"multisignature\"");
}

static void test_charters(void **state)
{
	struct entry en;
	json_t *object;

	(void)state;
	begin(NULL);
	log_draft("forked", other_log);
	log_draft("forked", longer_log);
	log_draft("feature_unsupported", scheme);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	en = *last();
	en.approvals = digest_fill(1);
	rewritten(&en, "approvals_differ");
	en.approvals = w->later[0].approvals_root;
	en.version = 3;
	rewritten(&en, "approvals_differ");
	en.version = 2;
	en.object = digest_fill(1);
	rewritten(&en, "log_unknown");
	en.object = w->later[0].charter->object.digest;
	en.has_decision = true;
	en.decision = digest_fill(2);
	rewritten(&en, "log_order");
	en.has_decision = false;
	world_rewrite(w, w->log_n - 1, &en);
	object = json_deep_copy(last() == NULL ? NULL : w->log[w->log_n - 1].object);
	json_array_remove(json_object_get(object, "approvals"), 0);
	json_decref(w->log[w->log_n - 1].object);
	w->log[w->log_n - 1].object = object;
	rewritten(&en, "approvals_missing");
	json_decref(object);
	w->log[w->log_n - 1].object = NULL;
	refused("log_unknown");
}

static void test_charters_out_of_order(void **state)
{
	(void)state;
	begin(NULL);
	world_draft(w, NULL);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	refused("charter_gap");
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	follower_accepts(f);
	mark = world_mark(w);
	world_log(w, w->log[w->later_at[0]].entry, json_incref(w->log[w->later_at[0]].object));
	refused("charter_rollback");
	world_log(w, w->log[0].entry, json_incref(w->log[0].object));
	refused("log_order");
}

/* The group must have said yes to this very version. */
static void test_charters_without_their_vote(void **state)
{
	struct signed_charter *draft;
	struct digest other = digest_fill(1);

	(void)state;
	ask(vote_to_amend);
	log_draft("votes_missing", vote_to_amend);
	world_draft(w, vote_to_amend);
	world_amend(w, NULL, &other);
	refused("votes_missing");
	/* it said no */
	draft = world_draft(w, vote_to_amend);
	world_propose_amendment(w, &draft->charter->object.digest);
	follower_decide(f, "nn", OUTCOME_NO);
	world_amend(w, NULL, &w->decision.digest);
	refused("votes_missing");
	/* it said yes to somebody's admission */
	follower_decide(f, "yy", OUTCOME_YES);
	world_draft(w, vote_to_amend);
	world_amend(w, NULL, &w->decision.digest);
	refused("votes_missing");
	/* it said yes to another draft */
	draft = world_draft(w, NULL);
	world_propose_amendment(w, &draft->charter->object.digest);
	follower_decide(f, "yy", OUTCOME_YES);
	signed_charter_free(&w->later[--w->later_n]);
	world_draft(w, vote_to_amend);
	world_amend(w, NULL, &w->decision.digest);
	refused("log_order");
	/* nothing comes between the vote and its charter */
	draft = world_draft(w, vote_to_amend);
	world_propose_amendment(w, &draft->charter->object.digest);
	follower_decide(f, "yy", OUTCOME_YES);
	world_renew(w, 0);
	refused("log_order");
}

/* A version that is not in force yet cannot have its successor voted in under the rules of the one before. */
static void test_amending_what_is_not_in_force(void **state)
{
	struct signed_charter *draft;

	(void)state;
	ask(vote_to_amend);
	draft = world_draft(w, vote_to_amend);
	world_propose_amendment(w, &draft->charter->object.digest);
	follower_decide(f, "yy", OUTCOME_YES);
	world_amend(w, NULL, &w->decision.digest);
	w->charter = w->signed_charter.charter;
	follower_accepts(f);
	mark = world_mark(w);
	draft = world_draft(w, vote_to_amend);
	world_propose_amendment(w, &draft->charter->object.digest);
	refused("charter_not_in_force");
}

static void test_amendment_by_vote(void **state)
{
	struct signed_charter *draft;

	(void)state;
	ask(vote_to_amend);
	draft = world_draft(w, NULL);
	world_propose_amendment(w, &draft->charter->object.digest);
	follower_decide(f, "yy", OUTCOME_YES);
	world_amend(w, NULL, &w->decision.digest);
	follower_accepts(f);
	assert_int_equal(ledger_newest(f->l)->version, 2);
	/* logged, and in force from its time on */
	assert_int_equal(ledger_charter(f->l, w->log_n, w->now)->version, 1);
	assert_int_equal(ledger_charter(f->l, w->log_n, draft->charter->effective - 1)->version, 1);
	assert_int_equal(ledger_charter(f->l, w->log_n, draft->charter->effective)->version, 2);
	assert_int_equal(ledger_charter(f->l, w->log_n - 1, draft->charter->effective)->version, 1);
}

/* A vote may end after the time that its version was to take effect at: without a notice, that is then at once. */
static void test_amendment_after_its_time(void **state)
{
	struct signed_charter *draft;

	(void)state;
	ask(vote_to_amend);
	draft = world_draft(w, NULL);
	world_propose_amendment(w, &draft->charter->object.digest);
	w->now = draft->charter->effective + 10;
	follower_decide(f, "yy", OUTCOME_YES);
	world_amend(w, NULL, &w->decision.digest);
	follower_accepts(f);
	assert_int_equal(ledger_charter(f->l, w->log_n, w->now)->version, 2);
}

static void test_amendment_without_vote(void **state)
{
	(void)state;
	begin(NULL);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	follower_accepts(f);
	assert_int_equal(ledger_newest(f->l)->version, 3);
	w->now = w->later[1].charter->effective;
	assert_int_equal(ledger_charter(f->l, w->log_n, w->now - 1)->version, 2);
	assert_int_equal(ledger_charter(f->l, w->log_n, w->now)->version, 3);
}

static json_t *seeds_from(uint64_t first)
{
	struct seeds s = { .genesis = w->genesis, .first = first, .n = 1, .iat = w->now };

	return seeds_print(&s);
}

static void log_seeds(json_t *payload, const struct sig_key *k, const char *name)
{
	struct entry en = { .event = EVENT_SEEDS };
	json_t *o = world_request(w, KIND_SEEDS, payload, k, &en.object);

	world_log(w, en, o);
	if (name != NULL)
		refused(name);
}

static void test_seeds(void **state)
{
	struct seeds other = { .genesis = digest_fill(1), .first = WORLD_SEEDS, .n = 1 };

	(void)state;
	begin(NULL);
	log_seeds(seeds_from(WORLD_SEEDS - 1), w->keys->notary, "seed_differs");
	log_seeds(seeds_from(WORLD_SEEDS + 1), w->keys->notary, "seed_differs");
	log_seeds(seeds_from(WORLD_SEEDS), w->issuing, "not_a_notary");
	log_seeds(seeds_print(&other), w->keys->notary, "wrong_context");
	log_seeds(seeds_from(WORLD_SEEDS), w->keys->notary, NULL);
	follower_accepts(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(charters),
		TEST(charters_out_of_order),
		TEST(charters_without_their_vote),
		TEST(amending_what_is_not_in_force),
		TEST(amendment_by_vote),
		TEST(amendment_after_its_time),
		TEST(amendment_without_vote),
		TEST(seeds),
	};

	return cmocka_run_group_tests_name("ledger_charter", tests, NULL, NULL);
}
