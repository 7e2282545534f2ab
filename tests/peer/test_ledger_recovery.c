/* SPDX-License-Identifier: ISC
 * New administrators in the log: named by recovery keys, announced, and not stopped by the members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

enum { NOTICE = 7200 };

/* The notary's key and the revocation key are as good as any. */
static void recovering(json_t *charter)
{
	charters_set(charter, "/recovery", "{\"administrators\":{\"threshold\":2,\"keys\":[],\"notice\":7200,\"veto\":0}}");
	charters_set(charter, "/recovery/administrators/keys/0", "{\"name\":\"Eve\"}");
	charters_set(charter, "/recovery/administrators/keys/0/key", "@/authority/notaries/0/key");
	charters_set(charter, "/recovery/administrators/keys/1", "{\"name\":\"Fay\"}");
	charters_set(charter, "/recovery/administrators/keys/1/key", "@/authority/revocation/0/key");
}

static void asking(json_t *charter)
{
	recovering(charter);
	charters_set(charter, "/recovery/administrators/veto", "2");
}

static void asking_twice(json_t *charter)
{
	asking(charter);
	charters_set(charter, "/amendment", "{\"votes\":{\"count\":2}}");
}

static void again(const struct world *world, struct proposal *p)
{
	(void)world;
	p->again = true;
}

static void approve(struct signed_charter *s, const struct sig_key *k)
{
	struct err e = { 0 };
	json_t *one = approval_sign(w->c, s->charter, k, w->now, &e);

	assert_non_null(one);
	json_array_append_new(s->approvals, one);
}

static struct signed_charter *draft(int64_t after, size_t approvals, const char *pointer, const char *value)
{
	const struct charter *newest = w->later_n == 0 ? w->signed_charter.charter : w->later[w->later_n - 1].charter;
	struct signed_charter *s = &w->later[w->later_n];
	struct digest root = world_root(w, w->log_n);
	json_t *doc = charters_next(w->keys, newest);

	assert_true(object_set_tree(doc, "log", w->log_n, &root));
	json_object_set_new(doc, "effective", json_integer(w->now + after));
	charters_set(doc, "/administrators/keys/1", NULL);
	if (pointer != NULL)
		charters_set(doc, pointer, value);
	*s = charters_signed(w->keys, doc, 0);
	w->later_n++;
	approve(s, w->keys->notary);
	if (approvals > 1)
		approve(s, w->keys->revocation);
	chain_count(w->c, s, newest, NULL);
	return s;
}

static void test_who_recovers_and_what(void **state)
{
	(void)state;
	begin(recovering);
	draft(NOTICE, 1, NULL, NULL);
	world_amend(w, NULL, NULL);
	refused("approvals_missing");
	draft(NOTICE, 2, "/purpose", "\"ours\"");
	world_amend(w, NULL, NULL);
	refused("recovery_changes");
	draft(NOTICE - 1, 2, NULL, NULL);
	world_amend(w, NULL, NULL);
	refused("notice_short");
	draft(NOTICE, 2, NULL, NULL);
	world_amend(w, NULL, NULL);
	follower_accepts(f);
}

static void test_the_members_are_asked(void **state)
{
	struct signed_charter *s;

	(void)state;
	ask(asking);
	draft(NOTICE, 2, NULL, NULL);
	world_amend(w, NULL, NULL);
	refused("votes_missing");
	s = draft(NOTICE, 2, NULL, NULL);
	world_propose_amendment(w, &s->charter->object.digest);
	refused("not_allowed");
	w->twist_proposal = again;
	s = draft(NOTICE, 2, NULL, NULL);
	world_propose_amendment(w, &s->charter->object.digest);
	follower_decide(f, "nn", OUTCOME_YES);
	refused("veto");
	s = draft(NOTICE, 2, NULL, NULL);
	world_propose_amendment(w, &s->charter->object.digest);
	follower_decide(f, "n", OUTCOME_YES);
	refused("term_open");
	s = draft(NOTICE + 100, 2, NULL, NULL);
	world_propose_amendment(w, &s->charter->object.digest);
	follower_decide(f, "yy", OUTCOME_YES);
	world_amend(w, NULL, &w->decision.digest);
	follower_accepts(f);
}

/* Where nobody asks the members, nothing is put to them. */
static void test_nobody_is_asked(void **state)
{
	struct signed_charter *s;

	(void)state;
	begin(recovering);
	w->twist_proposal = again;
	s = draft(NOTICE, 2, NULL, NULL);
	world_propose_amendment(w, &s->charter->object.digest);
	refused("not_allowed");
}

/* The vote on an amendment lets nobody pass whom recovery keys name: it asks the members something else. */
static void test_a_vote_of_the_other_way(void **state)
{
	struct signed_charter *s;

	(void)state;
	ask(asking_twice);
	s = draft(NOTICE + 100, 2, "/amendment", "{\"votes\":{\"count\":2}}");
	world_propose_amendment(w, &s->charter->object.digest);
	follower_decide(f, "yy", OUTCOME_YES);
	world_amend(w, NULL, &w->decision.digest);
	refused("votes_missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_recovers_and_what),
		TEST(the_members_are_asked),
		TEST(nobody_is_asked),
		TEST(a_vote_of_the_other_way),
	};

	return cmocka_run_group_tests_name("ledger_recovery", tests, NULL, NULL);
}
