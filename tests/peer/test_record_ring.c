/* SPDX-License-Identifier: ISC
 * What a charter asks of an electorate and of node IDs, and a record must show: neighbours, probation, nodes and names of keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

static void neighbours_vote(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"count\":1,\"nearest\":2,\"opposite\":1}}");
}

static void no_ring(const struct world *world, struct proposal *p)
{
	(void)world;
	p->has_ring = false;
}

static void a_ring(const struct world *world, struct proposal *p)
{
	p->has_ring = true;
	p->nearest[0] = world->members[0].member;
	p->nearest_n = 1;
}

static void too_few_near(const struct world *world, struct proposal *p)
{
	(void)world;
	p->nearest_n--;
}

static void too_many_opposite(const struct world *world, struct proposal *p)
{
	for (size_t i = 0; i < 3; i++)
		p->opposite[i] = world->members[i].member;
	p->opposite_n = 3;
}

static void one_on_probation(const struct world *world, struct proposal *p)
{
	(void)world;
	p->electorate_without = 1;
}

/* With a vote of everybody, so that one stands near. */
static void admission_as(void (*change)(json_t *charter), void (*how)(const struct world *world, struct proposal *p), const char *name)
{
	struct audit a;
	json_t *doc;

	open_hall(change);
	w->twist_proposal = how;
	world_propose_admission(w);
	for (size_t i = 0; i < 3; i++)
		hall_cast(h, i, CHOICE_YES);
	hall_decide(h, name == NULL || change == NULL ? OUTCOME_YES : OUTCOME_NO);
	doc = hall_record(h, true);
	if (name != NULL) {
		refused(doc, name);
	} else {
		record_holds(w->c, doc, NULL, &a, NULL);
		audit_free(&a);
		json_decref(doc);
	}
	hall_close(h);
}

static void test_neighbours(void **state)
{
	(void)state;
	admission_as(neighbours_vote, NULL, NULL);
	admission_as(neighbours_vote, no_ring, "ring_differs");
	admission_as(neighbours_vote, too_few_near, "ring_differs");
	admission_as(neighbours_vote, too_many_opposite, "ring_differs");
	admission_as(NULL, a_ring, "ring_differs");
	open_hall(NULL);
}

static void on_probation_for_a_day(json_t *charter)
{
	charters_set(charter, "/voting/probation", "86400");
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\"}}");
}

/* The fourth member, admitted a moment ago, has a place without a vote. */
static void test_probation(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	admission_as(NULL, one_on_probation, "electorate_differs");
	open_hall(on_probation_for_a_day);
	admit();
	hall_clear(h);
	world_propose_expulsion(w, 2);
	for (size_t i = 0; i < 2; i++)
		hall_cast(h, i, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.without, 1);
	assert_int_equal(a.n, 4);
	audit_free(&a);
	json_decref(doc);
	/* it votes all the same, and the notary counts it */
	w->members[3].standing = (struct voter){ .elector = true, .keys = { w->members[3].thumb }, .keys_n = 1 };
	hall_clear(h);
	world_propose_expulsion(w, 1);
	for (size_t i = 0; i < w->n; i++)
		if (i != 1 && !w->members[i].gone)
			hall_cast(h, i, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), "on_probation");
}

/* An elector without a vote where there is no probation is nobody's place. */
static void test_weights(void **state)
{
	json_t *doc;

	(void)state;
	open_hall(NULL);
	admit();
	doc = hall_record(h, true);
	json_object_set_new(json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "elector"), "weight", json_integer(0));
	refused(doc, "scheme_weight");
}

static void nodes_and_names_by_key(json_t *charter)
{
	charters_set(charter, "/membership/names", "\"key\"");
	charters_set(charter, "/membership/nodes", "\"key\"");
}

static void node_by_seed(const struct world *world, struct proposal *p)
{
	proposal_node(&world->genesis, &p->subject, p->seed, &p->node);
}

static void test_nodes_by_key(void **state)
{
	(void)state;
	admission_as(nodes_and_names_by_key, NULL, NULL);
	admission_as(nodes_and_names_by_key, node_by_seed, "seed_differs");
	open_hall(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(neighbours),
		TEST(probation),
		TEST(weights),
		TEST(nodes_by_key),
	};

	return cmocka_run_group_tests_name("record_ring", tests, NULL, NULL);
}
