/* SPDX-License-Identifier: ISC
 * Members that take another place once an epoch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "peer/request.h"
#include "tests/lib/following.h"
#include "voting/rejoin.h"

enum { EPOCH = 100000 };

static struct digest cause;

static void moving(json_t *charter)
{
	charters_set(charter, "/membership/rejoin", "100000");
}

static json_t *renewal(size_t i)
{
	static const uint8_t fresh[16] = { 9 };
	struct renewal r = { .genesis = w->genesis, .charter = w->charter->object.digest, .member = w->members[i].member, .iat = w->now };

	return world_request(w, KIND_RENEWAL, renewal_print(&r, fresh), w->members[i].key, &cause);
}

#define TWIST(name, change) \
	static void name(struct rejoin *r) \
	{ \
		change; \
	}
TWIST(another_seed, (r->seed[0] ^= 1, rejoin_node(&r->genesis, &r->cause, r->seed, &r->node)))
TWIST(another_number, (r->number++, memset(r->seed, 0x51, 32), rejoin_node(&r->genesis, &r->cause, r->seed, &r->node)))
TWIST(another_node, r->node.b[0] ^= 1)
TWIST(another_member, r->member.b[0] ^= 1)
TWIST(another_group, r->genesis.b[0] ^= 1)

/* Logs *rejoined* of member i, before the certificate of `cause`. */
static struct id16 move(size_t i, void (*twist)(struct rejoin *r))
{
	struct rejoin r = {
		.genesis = w->genesis, .charter = w->charter->object.digest, .member = w->members[i].member, .cause = cause, .iat = w->now
	};
	struct entry en = { .event = EVENT_REJOINED, .member = r.member };
	json_t *object;

	memcpy(r.seed, w->seeds[0], sizeof(r.seed));
	rejoin_node(&r.genesis, &r.cause, r.seed, &r.node);
	if (twist != NULL)
		twist(&r);
	en.node = r.node;
	object = world_request(w, KIND_REJOIN, rejoin_print(&r), w->keys->notary, &en.object);
	world_log(w, en, object);
	return r.node;
}

static void move_refused(void (*twist)(struct rejoin *r), const char *name)
{
	move(0, twist);
	refused(name);
}

static void test_a_later_epoch(void **state)
{
	json_t *object;

	(void)state;
	begin(moving);
	world_renew(w, 0);
	follower_accepts(f);
	w->now += EPOCH;
	mark = world_mark(w);
	world_renew(w, 0);
	refused("rejoin_missing");
	object = renewal(0);
	move_refused(another_seed, "seed_differs");
	move_refused(another_number, "seed_differs");
	move_refused(another_node, "seed_differs");
	move_refused(another_member, "log_unknown");
	move_refused(another_group, "wrong_context");
	w->members[0].node = move(0, NULL);
	world_issue(w, 0, ORIGIN_RENEWAL, &cause, object);
	follower_accepts(f);
	mark = world_mark(w);
	json_decref(renewal(0));
	move(0, NULL);
	refused("rejoin_early");
	world_apply(w); /* it takes the second seed */
	world_propose_admission(w);
	refused("seed_differs");
}

static void test_what_must_follow(void **state)
{
	(void)state;
	begin(moving);
	w->now += EPOCH;
	mark = world_mark(w);
	json_decref(renewal(0));
	move(0, NULL);
	world_renew(w, 1);
	refused("log_order");
	json_decref(renewal(0));
	move(0, NULL);
	move(0, NULL);
	refused("log_order");
}

static void test_epochs_are_not_over_yet(void **state)
{
	(void)state;
	begin(NULL);
	json_decref(renewal(0));
	move(0, NULL);
	refused("rejoin_early");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_later_epoch),
		TEST(what_must_follow),
		TEST(epochs_are_not_over_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
