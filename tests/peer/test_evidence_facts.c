/* SPDX-License-Identifier: ISC
 * What facts have that no evidence brings: neighbours, probation, and the instant that is decided for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/hall.h"

static void neighbours_vote(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"count\":1,\"nearest\":1,\"opposite\":1}}");
}

/* They outlive the proposal that they come from. */
static void neighbours_become_facts(void **state)
{
	struct hall *h = hall_open(neighbours_vote);
	const struct proposal was = h->w->proposal;
	struct err e = { 0 };
	struct verified v;
	struct decision d;

	(void)state;
	assert_int_equal(was.nearest_n, 1);
	for (size_t i = 0; i < 3; i++)
		if (id16_compare(&h->w->members[i].member, &was.nearest[0]) != 0 &&
			id16_compare(&h->w->members[i].member, &was.opposite[0]) != 0)
			hall_cast(h, i, CHOICE_YES);
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	memset(&h->w->proposal.nearest, 0, sizeof(was.nearest));
	memset(&h->w->proposal.opposite, 0, sizeof(was.opposite));
	assert_int_equal(v.facts.nearest_n, 1);
	assert_int_equal(v.facts.opposite_n, 1);
	assert_memory_equal(v.facts.nearest, was.nearest, sizeof(struct id16));
	assert_memory_equal(v.facts.opposite, was.opposite, sizeof(struct id16));
	assert_false(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, &e)); /* nobody near has voted */
	assert_string_equal(e.name, "votes_missing");
	verified_free(&v);
	h->w->proposal = was;
	for (size_t i = 0; i < 3; i++)
		if (id16_compare(&h->w->members[i].member, &was.nearest[0]) == 0)
			hall_cast(h, i, CHOICE_YES);
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	hall_close(h);
}

static void half_of_all_vote(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\"}}");
	charters_set(charter, "/voting/probation", "86400");
}

static void one_without(const struct world *w, struct proposal *p)
{
	(void)w;
	p->electorate_without = 1;
}

/* Half of three is two; of the two that have a vote it is one. */
static void who_is_on_probation_is_not_counted(void **state)
{
	struct hall *h = hall_open(half_of_all_vote);
	struct err e = { 0 };
	struct verified v;
	struct decision d;

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	v = hall_good(h);
	assert_int_equal(v.facts.without_vote, 0);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_false(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, &e));
	assert_string_equal(e.name, "votes_missing");
	verified_free(&v);
	hall_clear(h);
	h->w->twist_proposal = one_without;
	world_propose_admission(h->w);
	hall_cast(h, 0, CHOICE_YES);
	v = hall_good(h);
	assert_int_equal(v.facts.without_vote, 1);
	assert_int_equal(v.facts.electorate, 3);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	hall_close(h);
}

static void a_decision_judges_its_own_time(void **state)
{
	struct proposal p = { .opened = 1000, .term = 500 };

	(void)state;
	assert_int_equal(evidence_instant(&p, 1200), 1200);
	assert_int_equal(evidence_instant(&p, 1500), 1500);
	assert_int_equal(evidence_instant(&p, 1600), 1500); /* it may come late */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_become_facts),
		cmocka_unit_test(who_is_on_probation_is_not_counted),
		cmocka_unit_test(a_decision_judges_its_own_time),
	};

	return cmocka_run_group_tests_name("evidence_facts", tests, NULL, NULL);
}
