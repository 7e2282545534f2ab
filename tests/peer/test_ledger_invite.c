/* SPDX-License-Identifier: ISC
 * Draws and invitations in the log: what a ledger takes, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/followers.h"
#include "tests/peer/inviting.h"

/* ---- draws */

static void begin_measured(void (*change)(json_t *charter))
{
	begin(change);
	for (size_t i = 0; i < CANDIDATES; i++)
		stand(i);
	for (size_t i = 0; i < CANDIDATES; i++) {
		measure(i, 0, i == 2 ? 50 : 70); /* the median of the last is too low */
		measure(i, 1, 90);
	}
	follower_accepts(f);
}

static void draws_are_computed_again(void **state)
{
	const size_t two[] = { 0, 1 }, three[] = { 0, 1, 2 };
	struct world_mark m;
	struct entry en;
	struct draw d;
	size_t who;

	(void)state;
	begin_measured(drawing);
	m = world_mark(w);
	d = draw_of(0, three, 3);
	log_draw(&d);
	follower_refuses_since(f, &m, "draw_differs");
	d = draw_of(1, two, 2);
	log_draw(&d);
	follower_refuses_since(f, &m, "seed_differs");
	d = draw_of(0, two, 2);
	d.seed[0] ^= 1;
	log_draw(&d);
	follower_refuses_since(f, &m, "seed_differs");
	d = draw_of(0, two, 2);
	d.drawn[0] = stood[1 - whose(&d.drawn[0])].digest;
	log_draw(&d);
	follower_refuses_since(f, &m, "draw_differs");
	d = draw_of(0, two, 2);
	log_draw(&d);
	who = whose(&d.drawn[0]);
	follower_accepts(f);
	m = world_mark(w);
	world_log(w, (struct entry){ .event = EVENT_LEFT, .member = w->members[2].member, .object = d.digest }, NULL);
	follower_refuses_since(f, &m, "log_order");
	en = invited(&d.digest, 1 - who);
	world_log(w, en, NULL);
	follower_refuses_since(f, &m, "invitation_differs");
	en = invited(&d.digest, who);
	en.until++;
	world_log(w, en, NULL);
	follower_refuses_since(f, &m, "invitation_differs");
	world_log(w, invited(&d.digest, who), NULL);
	follower_accepts(f);
	m = world_mark(w);
	w->now += EVERY - 1;
	d = draw_of(1, &(size_t){ 1 - who }, 1);
	log_draw(&d);
	follower_refuses_since(f, &m, "not_due");
	end();
}

static void load_delays_a_draw(void **state)
{
	const size_t two[] = { 0, 1 };
	struct world_mark m;
	struct draw d;

	(void)state;
	begin_measured(loaded);
	tell_load(0, 10);
	follower_accepts(f);
	m = world_mark(w);
	d = draw_of(0, two, 2);
	log_draw(&d);
	follower_refuses_since(f, &m, "not_due");
	tell_load(1, 9);
	d = draw_of(0, two, 2);
	log_draw(&d);
	follower_accepts(f);
	end();
}

/* ---- invitations */

static void members_invite_whom_they_measured(void **state)
{
	struct world_mark m;

	(void)state;
	begin(asking);
	stand(0);
	follower_accepts(f);
	m = world_mark(w);
	invite(0, 0, w->now + LIFE);
	follower_refuses_since(f, &m, "not_eligible");
	measure(0, 1, 60);
	follower_accepts(f);
	m = world_mark(w);
	invite(0, 0, w->now + LIFE + 1);
	follower_refuses_since(f, &m, "out_of_range");
	invite(0, 0, w->now + LIFE);
	follower_accepts(f);
	m = world_mark(w);
	invite(0, 1, w->now + LIFE);
	follower_refuses_since(f, &m, "not_a_candidate");
	end();
	begin_measured(drawing);
	invite(0, 0, w->now + LIFE);
	follower_refuses(f, "not_allowed");
	end();
}

/* The world's applicant has a key of its own: it is the candidate then. */
static void who_is_not_invited_is_refused(void **state)
{
	struct world_mark m;

	(void)state;
	begin(asking);
	follower_accepts(f);
	m = world_mark(w);
	world_apply(w);
	follower_refuses_since(f, &m, "not_invited");
	sig_key_free(keys[0]);
	keys[0] = w->applicant;
	stand(0);
	measure(0, 1, 60);
	invite(0, 0, w->now + 10);
	follower_accepts(f);
	m = world_mark(w);
	w->now += 10;
	world_apply(w);
	follower_refuses_since(f, &m, "not_invited");
	world_apply(w);
	follower_accepts(f);
	m = world_mark(w);
	world_apply(w); /* one application an invitation */
	follower_refuses_since(f, &m, "not_invited");
	keys[0] = NULL;
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_are_computed_again),
		cmocka_unit_test(load_delays_a_draw),
		cmocka_unit_test(members_invite_whom_they_measured),
		cmocka_unit_test(who_is_not_invited_is_refused),
	};

	return cmocka_run_group_tests_name("ledger_invite", tests, NULL, NULL);
}
