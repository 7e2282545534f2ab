/* SPDX-License-Identifier: ISC
 * Applications and proposals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

static void apply(void (*change)(struct application *a), const char *name)
{
	static const uint8_t nonce[16] = { 1 };
	struct application a;

	world_apply(w);
	a = w->application;
	if (change != NULL)
		change(&a);
	by(KIND_APPLICATION, application_print(&a, nonce), w->applicant, name);
}

static void to_another_group(struct application *a)
{
	a->genesis = digest_fill(1);
}

static void under_another_charter(struct application *a)
{
	a->charter = digest_fill(1);
}

static void having_seen_another_log(struct application *a)
{
	a->log_root = digest_fill(1);
}

static void having_seen_a_longer_log(struct application *a)
{
	a->log_size = 1000;
}

static void test_applications(void **state)
{
	struct entry en;
	json_t *object;

	(void)state;
	begin(NULL);
	apply(to_another_group, "wrong_context");
	apply(under_another_charter, "wrong_context");
	apply(having_seen_another_log, "forked");
	apply(having_seen_a_longer_log, "forked");
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
	en = *last();
	object = json_incref(w->log[w->log_n - 1].object);
	world_log(w, en, object);
	refused("replayed");
}

static void test_applications_by_another(void **state)
{
	static const uint8_t nonce[16] = { 1 };

	(void)state;
	begin(NULL);
	world_apply(w);
	by(KIND_APPLICATION, application_print(&w->application, nonce), w->issuing, "wrong_key");
}

static void (*twist)(struct proposal *p);

static void twisted(const struct world *world, struct proposal *p)
{
	(void)world;
	twist(p);
}

#define TWIST(name, change) \
	static void name(struct proposal *p) \
	{ \
		change; \
	}
TWIST(another_number, p->number++)
TWIST(another_previous, (p->number = 2, p->previous = digest_fill(1)))
TWIST(another_charter, p->charter = digest_fill(1))
TWIST(another_group, p->genesis = digest_fill(1))
TWIST(opened_before, p->opened--)
TWIST(a_shorter_term, p->term--)
TWIST(another_subject, p->subject = digest_fill(1))
TWIST(another_key, p->key = digest_fill(1))
TWIST(another_member, p->member.b[0] ^= 1)
TWIST(another_node, p->node.b[0] ^= 1)
TWIST(another_seed, p->seed[0] ^= 1)
/* Nobody committed to it, and yet all follows from it. */
TWIST(a_seed_of_ones_own,
	(p->seed[0] ^= 1, proposal_member(&p->genesis, &p->subject, p->seed, &p->member),
		proposal_node(&p->genesis, &p->subject, p->seed, &p->node)))
TWIST(another_seed_number, p->seed_number++)
TWIST(fewer_electors, p->electorate_n--)
TWIST(other_electors, p->electorate_root = digest_fill(1))
TWIST(an_older_log, p->electorate_size--)

static void propose(void (*change)(struct proposal *p), const char *name)
{
	twist = change;
	w->twist_proposal = twisted;
	world_propose_admission(w);
	w->twist_proposal = NULL;
	refused(name);
}

static void test_proposals(void **state)
{
	(void)state;
	begin(NULL);
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
	propose(another_number, "log_order");
	propose(another_previous, "log_order");
	propose(another_charter, "charter_not_in_force");
	propose(another_group, "wrong_context");
	propose(opened_before, "log_time");
	propose(a_shorter_term, "log_time");
	propose(another_subject, "log_unknown");
	propose(another_key, "wrong_key");
	propose(another_member, "seed_differs");
	propose(another_node, "seed_differs");
	propose(another_seed, "seed_differs");
	propose(a_seed_of_ones_own, "seed_differs");
	propose(another_seed_number, "seed_differs");
	propose(fewer_electors, "electorate_differs");
	propose(other_electors, "electorate_differs");
	propose(an_older_log, "electorate_differs");
	world_propose_admission(w);
	by(KIND_PROPOSAL, proposal_print(&w->proposal), w->issuing, "not_a_notary");
	world_propose_admission(w);
	follower_accepts(f);
	mark = world_mark(w);
	world_propose_admission(w);
	refused("already_decided");
}

/* The seed must have been committed to before the applicant looked. */
static void test_seeds_after_the_application(void **state)
{
	static const uint8_t nonce[16] = { 1 };
	struct application a;
	struct entry en;

	(void)state;
	begin(NULL);
	world_apply(w);
	a = w->application;
	a.log_size = 1;
	a.log_root = world_root(w, 1);
	json_decref(w->log[w->log_n - 1].object);
	en = *last();
	w->log[w->log_n - 1].object = world_request(w, KIND_APPLICATION, application_print(&a, nonce), w->applicant, &en.object);
	world_rewrite(w, w->log_n - 1, &en);
	w->application.digest = en.object;
	follower_accepts(f);
	mark = world_mark(w);
	world_propose_admission(w);
	refused("seed_differs");
}

static void nobody_is_expelled(json_t *charter)
{
	charters_set(charter, "/expulsion", NULL);
}

static void test_questions(void **state)
{
	struct digest d = digest_fill(1);

	(void)state;
	begin(nobody_is_expelled);
	world_propose_expulsion(w, 0);
	refused("not_allowed");
	world_propose_amendment(w, &d);
	refused("not_allowed");
	follower_free(f);
	begin(NULL);
	twist = another_member;
	w->twist_proposal = twisted;
	world_propose_expulsion(w, 0);
	refused("not_a_member");
	w->twist_proposal = NULL;
	world_leave(w, 0);
	world_propose_expulsion(w, 0);
	refused("not_a_member");
}

/* An expulsion is put by its own motion, once, about the member that the motion names. */
static void test_motions(void **state)
{
	json_t *first;

	(void)state;
	begin(NULL);
	world_propose_expulsion(w, 1);
	follower_accepts(f);
	first = json_incref(w->log[w->log_n - 1].evidence);
	world_propose_expulsion(w, 2);
	json_object_set(w->log[w->log_n - 1].evidence, "motion", json_object_get(first, "motion"));
	follower_refuses(f, "wrong_context");
	json_decref(first);
	down(NULL);
	begin(NULL);
	world_propose_expulsion(w, 1);
	json_decref(w->log[w->log_n - 1].evidence);
	w->log[w->log_n - 1].evidence = NULL;
	follower_refuses(f, "log_unknown");
}

static void asking_neighbours(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"count\":1,\"nearest\":2,\"opposite\":1}}");
}

TWIST(without_a_ring, p->has_ring = false)
TWIST(with_another_neighbour, p->nearest[1] = id16_fill(1))
TWIST(with_fewer, p->nearest_n--)
TWIST(with_more, p->opposite[p->opposite_n++] = p->nearest[0])
TWIST(the_other_way_round, (p->opposite[1] = p->nearest[0], p->nearest[0] = p->nearest[1], p->nearest[1] = p->opposite[1]))
TWIST(with_a_ring, p->has_ring = true)

static void test_rings(void **state)
{
	(void)state;
	begin(NULL);
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
	propose(with_a_ring, "ring_differs");
	down(NULL);
	begin(asking_neighbours);
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
	propose(without_a_ring, "ring_differs");
	propose(with_another_neighbour, "ring_differs");
	propose(with_fewer, "ring_differs");
	propose(with_more, "ring_differs");
	propose(the_other_way_round, "ring_differs");
	world_propose_admission(w);
	assert_int_equal(w->proposal.nearest_n, 2);
	assert_int_equal(w->proposal.opposite_n, 1);
	follower_accepts(f);
	world_propose_expulsion(w, 0); /* nobody's neighbours are asked */
	follower_accepts(f);
}

static void with_probation(json_t *charter)
{
	charters_set(charter, "/voting/probation", "100");
}

static void with_probation_and_neighbours(json_t *charter)
{
	with_probation(charter);
	charters_set(charter, "/admission", "{\"any\":[{\"votes\":{\"count\":2}},{\"votes\":{\"count\":1,\"nearest\":9}}]}");
}

/* A fourth member joins, and somebody else applies. */
static void joined(void (*change)(json_t *charter))
{
	ask(change);
	follower_decide(f, "yy", OUTCOME_YES);
	w->applicant = envelope_key(SIG_ED25519);
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
}

static void opens(int64_t time)
{
	w->now = time - 1;
	mark = world_mark(w);
}

TWIST(nobody_on_probation, p->electorate_without = 0)
TWIST(all_on_probation, p->electorate_without = p->electorate_n)

static void of_equal_weights(const struct world *world, struct proposal *p)
{
	for (size_t i = 0; i < world->electorate.n; i++)
		world->electorate.e[i].weight = 1;
	assert_true(electorate_root(&world->electorate, &p->electorate_root, NULL));
}

static void weighs(size_t i, uint32_t weight)
{
	struct electorate el;

	assert_true(ledger_electorate(f->l, ledger_size(f->l), w->now, &el, NULL));
	assert_int_equal(el.e[electorate_find(&el, &w->members[i].member)].weight, weight);
	electorate_free(&el);
}

static void test_probation(void **state)
{
	int64_t since;

	(void)state;
	joined(with_probation);
	since = w->members[3].since;
	opens(since + 99);
	propose(nobody_on_probation, "electorate_differs");
	propose(all_on_probation, "electorate_differs");
	w->twist_proposal = of_equal_weights;
	world_propose_admission(w);
	w->twist_proposal = NULL;
	refused("electorate_differs");
	world_propose_admission(w);
	assert_int_equal(w->proposal.electorate_without, 1);
	weighs(3, 0);
	weighs(0, 1);
	follower_accepts(f);
	opens(since + 99);
	twist = all_on_probation;
	w->twist_proposal = twisted;
	world_propose_expulsion(w, 3); /* it has no vote on it anyhow */
	w->twist_proposal = NULL;
	refused("electorate_differs");
	world_propose_expulsion(w, 3);
	assert_int_equal(w->proposal.electorate_without, 0);
	follower_accepts(f);
	w->now = since + 99;
	world_propose_expulsion(w, 0);
	assert_int_equal(w->proposal.electorate_without, 0);
	weighs(3, 1);
	follower_accepts(f);
}

/* Who has no vote is nobody's neighbour. */
static void test_neighbours_on_probation(void **state)
{
	int64_t since;

	(void)state;
	joined(with_probation_and_neighbours);
	since = w->members[3].since;
	opens(since + 99);
	world_propose_admission(w);
	assert_int_equal(w->proposal.nearest_n, 3);
	follower_accepts(f);
	down(NULL);
	joined(with_probation_and_neighbours);
	opens(w->members[3].since + 100);
	world_propose_admission(w);
	assert_int_equal(w->proposal.nearest_n, 4);
	follower_accepts(f);
}

static void nodes_by_key(json_t *charter)
{
	charters_set(charter, "/membership/nodes", "\"key\"");
}

TWIST(a_node_of_the_seed, proposal_node(&p->genesis, &p->subject, p->seed, &p->node))
TWIST(a_node_of_another_key, proposal_key_node(&p->genesis, &w->members[0].thumb, &p->node))

static void test_nodes_by_key(void **state)
{
	struct id16 node;

	(void)state;
	ask(nodes_by_key);
	proposal_key_node(&w->genesis, &w->application.thumb, &node);
	assert_memory_equal(&node, &w->proposal.node, sizeof(node));
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	certificate_is(&w->decision.digest, 3);
	w->applicant = envelope_key(SIG_ED25519);
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
	propose(a_node_of_the_seed, "seed_differs");
	propose(a_node_of_another_key, "seed_differs");
	world_rekey(w, 0, envelope_key(SIG_ED25519)); /* its certificate has the old key's node */
	follower_accepts(f);
}

/* Whoever left or was expelled is no elector any more, and nobody else is missing. */
static void test_electorates(void **state)
{
	(void)state;
	begin(NULL);
	world_apply(w);
	world_leave(w, 2);
	w->members[2].gone = false;
	world_propose_admission(w);
	refused("electorate_differs");
	world_apply(w);
	w->members[2].gone = true;
	world_propose_admission(w);
	refused("electorate_differs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(applications),
		TEST(applications_by_another),
		TEST(proposals),
		TEST(seeds_after_the_application),
		TEST(questions),
		TEST(motions),
		TEST(electorates),
		TEST(rings),
		TEST(probation),
		TEST(neighbours_on_probation),
		TEST(nodes_by_key),
	};

	return cmocka_run_group_tests_name("ledger_admit", tests, NULL, NULL);
}
