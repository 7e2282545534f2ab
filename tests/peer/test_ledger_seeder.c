/* SPDX-License-Identifier: ISC
 * The second contributor of seeds, as the log brings it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "peer/head.h"
#include "tests/lib/following.h"

static struct sig_key *seeder;
static const uint8_t secret[32] = { 0x77 };

static void seeded(json_t *charter)
{
	json_object_set_new(json_object_get(charter, "membership"), "seeder", jwk_print(sig_key_pub(seeder)));
}

static void commit(uint64_t first, const struct sig_key *k)
{
	struct seeds s = { .genesis = w->genesis, .first = first, .n = 1, .iat = w->now };
	struct entry en = { .event = EVENT_SEEDS };
	json_t *object;

	proposal_commitment(&w->genesis, first, secret, &s.commitments[0]);
	object = world_request(w, KIND_SEEDS, seeds_print(&s), k, &en.object);
	world_log(w, en, object);
}

static void both(const struct world *world, struct proposal *p)
{
	p->genesis = world->genesis;
	p->has_seeder = true;
	memcpy(p->seeder_seed, secret, sizeof(secret));
	proposal_places(p, false, &p->member, &p->node);
}

static void another(const struct world *world, struct proposal *p)
{
	both(world, p);
	p->seeder_seed[0] ^= 1;
	proposal_places(p, false, &p->member, &p->node);
}

static void another_number(const struct world *world, struct proposal *p)
{
	both(world, p);
	p->seeder_number++;
}

static void notaries_alone(const struct world *world, struct proposal *p)
{
	both(world, p);
	proposal_node(&p->genesis, &p->subject, p->seed, &p->node);
}

static void propose(void (*twist)(const struct world *, struct proposal *), const char *name)
{
	w->twist_proposal = twist;
	world_propose_admission(w);
	w->twist_proposal = NULL;
	if (name != NULL)
		refused(name);
}

static void test_two_seeds(void **state)
{
	struct ledger_seeder k;
	struct digest thumb, application;
	uint64_t number = 9;
	uint32_t from = 0;

	(void)state;
	begin(seeded);
	world_apply(w);
	refused("seeds_missing");
	commit(1, seeder);
	refused("seed_differs");
	commit(0, w->issuing);
	refused("not_a_notary");
	commit(0, seeder);
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
	thumb = envelope_thumb(seeder);
	ledger_seeder(f->l, &thumb, &k);
	assert_true(k.committed == 1 && k.used == 1 && k.left == 0);
	assert_true(ledger_seeder_awaited(f->l, &thumb, &from, &application, &number));
	assert_memory_equal(&application, &w->application.digest, sizeof(application));
	assert_int_equal(number, 0);
	propose(NULL, "seed_differs");
	propose(another, "seed_differs");
	propose(another_number, "seed_differs");
	propose(notaries_alone, "seed_differs");
	propose(both, NULL);
	follower_accepts(f);
	from = 0;
	assert_false(ledger_seeder_awaited(f->l, &thumb, &from, &application, &number));
}

static void test_nobody_is_named(void **state)
{
	(void)state;
	begin(NULL);
	commit(0, seeder);
	refused("not_a_notary");
	world_apply(w);
	follower_accepts(f);
	mark = world_mark(w);
	propose(both, "seed_differs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_seeds),
		TEST(nobody_is_named),
	};
	int failed;

	seeder = envelope_key(SIG_ED25519);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	sig_key_free(seeder);
	return failed;
}
