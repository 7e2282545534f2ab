/* SPDX-License-Identifier: ISC
 * Records of admissions whose proposal says more than it may: a seeder's part, and that somebody comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

static struct sig_key *seeder;
static const uint8_t secret[32] = { 0x77 };

static void seeded(json_t *charter)
{
	json_object_set_new(json_object_get(charter, "membership"), "seeder", jwk_print(sig_key_pub(seeder)));
}

static void both(const struct world *world, struct proposal *p)
{
	p->genesis = world->genesis;
	p->has_seeder = true;
	memcpy(p->seeder_seed, secret, sizeof(secret));
	proposal_places(p, false, &p->member, &p->node);
}

/* Not the seed that the node was made with. */
static void another(const struct world *world, struct proposal *p)
{
	both(world, p);
	p->seeder_seed[0] ^= 1;
}

static void notaries_node(const struct world *world, struct proposal *p)
{
	both(world, p);
	proposal_node(&p->genesis, &p->subject, p->seed, &p->node);
}

static void notaries_member(const struct world *world, struct proposal *p)
{
	both(world, p);
	proposal_member(&p->genesis, &p->subject, p->seed, &p->member);
}

/* The applicant of a group with this charter is admitted by a proposal of this kind. */
static void admitted(void (*change)(json_t *charter), void (*twist)(const struct world *world, struct proposal *p))
{
	open_hall(change);
	w->twist_proposal = twist;
	world_propose_admission(w);
	w->twist_proposal = NULL;
	admit();
}

static void is_refused(void (*change)(json_t *charter), void (*twist)(const struct world *world, struct proposal *p), const char *name)
{
	admitted(change, twist);
	refused(hall_record(h, true), name);
	hall_close(h);
	h = NULL;
}

static void holds(void)
{
	json_t *doc = hall_record(h, true);
	struct audit a;

	assert_true(record_holds(w->c, doc, NULL, &a, NULL));
	assert_int_equal(a.outcome, OUTCOME_YES);
	audit_free(&a);
	json_decref(doc);
	hall_close(h);
	h = NULL;
}

static void test_two_seeds(void **state)
{
	(void)state;
	seeder = envelope_key(SIG_ED25519);
	admitted(seeded, both);
	holds();
	is_refused(seeded, NULL, "seed_differs");
	is_refused(seeded, another, "seed_differs");
	is_refused(seeded, notaries_node, "seed_differs");
	is_refused(seeded, notaries_member, "seed_differs");
	is_refused(NULL, both, "seed_differs");
	sig_key_free(seeder);
	open_hall(NULL); /* for the teardown */
}

/* Its signature binds the proposal: the part of the seeder can be neither taken away nor exchanged behind it. */
static void test_a_part_changed_afterwards(void **state)
{
	json_t *doc, *other;

	(void)state;
	seeder = envelope_key(SIG_ED25519);
	admitted(seeded, both);
	doc = hall_record(h, true);
	world_propose_admission(w);
	other = json_deep_copy(json_object_get(doc, "proposal"));
	json_object_set(other, "payload", json_object_get(w->proposal_json, "payload"));
	json_object_set_new(doc, "proposal", other);
	refused(doc, "entry_differs");
	sig_key_free(seeder);
}

static void strictly(json_t *charter)
{
	charters_set(charter, "/readmission", "{\"wait\":3,\"requirement\":{\"votes\":{\"count\":3}}}");
}

static void after_a_wait(json_t *charter)
{
	charters_set(charter, "/readmission", "{\"wait\":3}");
}

static void again(const struct world *world, struct proposal *p)
{
	(void)world;
	p->again = true;
}

static void admitted_by_all(void (*change)(json_t *charter))
{
	open_hall(change);
	w->twist_proposal = again;
	world_propose_admission(w);
	w->twist_proposal = NULL;
	for (size_t i = 0; i < 3; i++)
		hall_cast(h, i, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
}

static void test_one_who_comes_back(void **state)
{
	(void)state;
	admitted_by_all(strictly);
	holds();
	admitted_by_all(after_a_wait);
	holds();
	/* two of three are enough for a first admission alone */
	admitted(strictly, NULL);
	holds();
	is_refused(strictly, again, "votes_missing");
	/* nobody comes back to a group that says nothing of it */
	is_refused(NULL, again, "again_differs");
	open_hall(NULL); /* for the teardown */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_seeds),
		TEST(a_part_changed_afterwards),
		TEST(one_who_comes_back),
	};

	return cmocka_run_group_tests_name("record_admit", tests, NULL, NULL);
}
