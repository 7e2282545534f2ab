/* SPDX-License-Identifier: ISC
 * Freezes in the log, what waits for their end, and the notice that a version gives of the next one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"
#include "voting/freeze.h"

enum { LENGTH = 3600, NOTICE = 7200 };

static void freezing(json_t *charter)
{
	charters_set(charter, "/amending", "{\"freeze\":1}");
}

static void announcing(json_t *charter)
{
	charters_set(charter, "/amending", "{\"notice\":7200}");
}

/* Logs a freeze that says `until` beside an entry that says `logged`. */
static void freeze_by(int64_t until, int64_t logged, const struct sig_key *k)
{
	struct freeze x = { .genesis = w->genesis, .charter = w->genesis, .until = until, .iat = w->now };
	struct entry en = { .event = EVENT_FROZEN, .until = logged };
	json_t *o = world_request(w, KIND_FREEZE, freeze_print(&x), k, &en.object);

	world_log(w, en, o);
}

static void freeze(void)
{
	freeze_by(w->now + LENGTH, w->now + LENGTH, w->keys->admins[0]);
}

static void test_who_freezes_and_how_long(void **state)
{
	(void)state;
	begin(freezing);
	freeze_by(w->now + LENGTH, w->now + LENGTH, w->keys->operators[0]);
	refused("not_allowed");
	freeze_by(w->now + LENGTH, w->now + LENGTH, w->members[0].key);
	refused("not_allowed");
	freeze_by(w->now + LENGTH, w->now + LENGTH + 1, w->keys->admins[0]);
	refused("entry_differs");
	freeze_by(w->now, w->now, w->keys->admins[0]);
	refused("out_of_range");
	freeze_by(w->now + FREEZE_MAX + 1, w->now + FREEZE_MAX + 1, w->keys->admins[0]);
	refused("out_of_range");
	freeze();
	follower_accepts(f);
	mark = world_mark(w);
	w->now++;
	freeze();
	refused("frozen");
	w->now += LENGTH;
	freeze();
	refused("frozen_lately");
	w->now += LENGTH + FREEZE_APART;
	freeze();
	follower_accepts(f);
}

static void test_where_nobody_may(void **state)
{
	(void)state;
	begin(NULL);
	freeze();
	refused("not_allowed");
}

static void test_nobody_applies_or_is_put(void **state)
{
	(void)state;
	begin(freezing);
	world_apply(w);
	follower_accepts(f);
	freeze();
	follower_accepts(f);
	mark = world_mark(w);
	world_apply(w);
	refused("frozen");
	world_propose_admission(w);
	refused("frozen");
	w->now += LENGTH;
	world_propose_admission(w);
	follower_accepts(f);
}

/* A decision to admit, alone. */
static void decide_yes(void)
{
	struct verified v;
	struct decision d;
	struct jws j;
	struct entry en = { .event = EVENT_DECISION };

	hall_clear(f->h);
	hall_cast(f->h, 0, CHOICE_YES);
	hall_cast(f->h, 1, CHOICE_YES);
	v = hall_good(f->h);
	d = world_decision(w, &v, OUTCOME_NO);
	d.outcome = OUTCOME_YES;
	j = envelope(w->c, KIND_DECISION, decision_print(&d), w->keys->notary);
	jws_digest(&j, KIND_DECISION, &en.object);
	w->now++;
	world_log(w, en, envelope_json(&j));
	w->log[w->log_n - 1].evidence = world_evidence(&f->h->ev);
	jws_free(&j);
	verified_free(&v);
}

static void test_nobody_is_admitted(void **state)
{
	(void)state;
	ask(freezing);
	freeze();
	follower_accepts(f);
	mark = world_mark(w);
	decide_yes();
	refused("frozen");
	w->now += LENGTH;
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
}

static int64_t effective;

static void taking_effect(json_t *charter)
{
	announcing(charter);
	json_object_set_new(charter, "effective", json_integer(effective));
}

static void announce(int64_t after)
{
	effective = w->now + after;
	world_draft(w, taking_effect);
	world_amend(w, NULL, NULL);
}

/* The time counts from the version's own entry. */
static void test_a_version_is_announced(void **state)
{
	(void)state;
	begin(announcing);
	announce(0);
	refused("notice_short");
	announce(NOTICE - 1);
	refused("notice_short");
	announce(NOTICE);
	follower_accepts(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_freezes_and_how_long),
		TEST(where_nobody_may),
		TEST(nobody_applies_or_is_put),
		TEST(nobody_is_admitted),
		TEST(a_version_is_announced),
	};

	return cmocka_run_group_tests_name("ledger_freeze", tests, NULL, NULL);
}
