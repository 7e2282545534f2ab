/* SPDX-License-Identifier: ISC
 * Two who want what is there for one, at once, each at an authority of its own: one order, the database's. Delays come from a seed
 * (SEED=), rounds are few (ROUNDS=). Each round ends with the whole log in a ledger, which refuses what no order explains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"
#include "voting/decision.h"

enum { ROUNDS_USUAL = 6, DELAY_US = 3000 };

/* One side of a race: what it does, with a worker of its own, and what was said to it. */
struct side {
	struct folk *f;
	struct worker *w;
	void (*act)(struct side *s);
	pthread_barrier_t *start;
	long delay_us;
	struct err e;
	const struct application *application; /* what it sends, or asks for */
	const struct sig_key *key;
	uint64_t number;
	struct vouch vouch;
	bool decided;
};

static unsigned seed(void)
{
	const char *given = getenv("SEED");
	const unsigned s = given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);

	printf("SEED=%u\n", s);
	return s;
}

static int rounds(void)
{
	const char *given = getenv("ROUNDS");

	return given != NULL ? atoi(given) : ROUNDS_USUAL;
}

static void *run(void *arg)
{
	struct side *s = arg;
	const struct timespec wait = { .tv_nsec = s->delay_us * 1000 };

	pthread_barrier_wait(s->start);
	nanosleep(&wait, NULL);
	s->act(s);
	return NULL;
}

static void both(struct side s[static 2], struct folk *f, void (*act)(struct side *), unsigned *dice)
{
	pthread_barrier_t start;
	pthread_t threads[2];

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (size_t i = 0; i < 2; i++) {
		s[i].f = f;
		s[i].w = realm_worker(f->r);
		s[i].act = s[i].act != NULL ? s[i].act : act;
		s[i].start = &start;
		s[i].delay_us = rand_r(dice) % DELAY_US;
		assert_int_equal(pthread_create(&threads[i], NULL, run, &s[i]), 0);
	}
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		worker_close(s[i].w);
	}
	pthread_barrier_destroy(&start);
}

/* One got what both wanted, and the other was told why not. */
static void one_of(const struct side s[static 2], const char *refusal)
{
	const struct side *loser = err_ok(&s[0].e) ? &s[1] : &s[0], *winner = loser == &s[0] ? &s[1] : &s[0];

	if (!err_ok(&winner->e))
		fail_msg("nobody got it: %s: %s", winner->e.name, winner->e.text);
	assert_string_equal(loser->e.name, refusal);
}

static void apply(struct side *s)
{
	(void)folk_send_application(s->f, s->w, s->application, s->key, NULL, &s->e);
}

static void decide(struct side *s)
{
	(void)act_decide(s->w, s->f->g.g, s->number, &s->decided, &s->e);
}

static void vouch(struct side *s)
{
	(void)folk_send_vouch(s->f, s->w, &s->vouch, s->key, NULL, &s->e);
}

static struct folk group(struct realm *r, const char *what, int round, void (*change)(json_t *charter))
{
	char name[32];

	snprintf(name, sizeof(name), "%s%d", what, round);
	return folk_new(r, name, change);
}

/* ---- the last seat */

static void of_four(json_t *charter)
{
	charters_set(charter, "/membership/limit", "4");
}

static void test_the_last_seat(void **state)
{
	unsigned dice = seed();

	for (int i = 0, n = rounds(); i < n; i++) {
		struct folk f = group(*state, "seat", i, of_four);
		struct sig_key *k[2] = { envelope_key(SIG_ED25519), envelope_key(SIG_ED25519) };
		struct application a[2] = { folk_application(&f, f.r->w, k[0]), folk_application(&f, f.r->w, k[1]) };
		struct side s[2] = { { .application = &a[0], .key = k[0] }, { .application = &a[1], .key = k[1] } };

		both(s, &f, apply, &dice);
		one_of(s, "group_full");
		assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d"), 1);
		folk_follow(&f);
		sig_key_free(k[0]);
		sig_key_free(k[1]);
		folk_free(&f);
	}
}

/* ---- the day's last place */

static void one_a_day(json_t *charter)
{
	charters_set(charter, "/membership/per_day", "1");
}

static uint64_t passed(struct folk *f, const struct sig_key *k)
{
	const uint64_t number = folk_propose(f, f->r->w, k);

	for (size_t i = 0; i < 2; i++)
		assert_string_equal(folk_cast(f, f->r->w, number, i, CHOICE_YES), "");
	return number;
}

static void test_the_last_place_of_a_day(void **state)
{
	unsigned dice = seed();

	for (int i = 0, n = rounds(); i < n; i++) {
		struct folk f = group(*state, "day", i, one_a_day);
		struct sig_key *k[2] = { envelope_key(SIG_ED25519), envelope_key(SIG_ED25519) };
		struct side s[2] = { { .number = passed(&f, k[0]) }, { .number = passed(&f, k[1]) } };

		both(s, &f, decide, &dice);
		for (size_t j = 0; j < 2; j++)
			assert_string_equal(s[j].e.name, "");
		assert_int_equal(s[0].decided + s[1].decided, 1);
		assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d AND outcome IS NULL AND waits > 0"), 1);
		folk_follow(&f);
		sig_key_free(k[0]);
		sig_key_free(k[1]);
		folk_free(&f);
	}
}

/* ---- the last vouch of a budget */

static void two_vouches(json_t *charter)
{
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":2,\"budget\":1,\"window\":86400}}");
	charters_set(charter, "/tests", "[]");
}

static void test_the_last_vouch_of_a_budget(void **state)
{
	unsigned dice = seed();

	for (int i = 0, n = rounds(); i < n; i++) {
		struct folk f = group(*state, "budget", i, two_vouches);
		struct sig_key *k[2] = { envelope_key(SIG_ED25519), envelope_key(SIG_ED25519) };
		struct side s[2] = { { .key = f.r->founders[0] }, { .key = f.r->founders[0] } };

		for (size_t j = 0; j < 2; j++) {
			struct digest a = folk_apply(&f, f.r->w, k[j]);
			struct err e = { 0 };

			assert_true(act_open(f.r->w, f.g.g, &a, &e));
			s[j].vouch = folk_vouch(&f, &a, &f.r->keys->member[0]);
		}
		both(s, &f, vouch, &dice);
		one_of(s, "budget_spent");
		assert_int_equal(folk_number(&f, "SELECT max(live) FROM vouches WHERE g = %d"), 1);
		folk_follow(&f);
		sig_key_free(k[0]);
		sig_key_free(k[1]);
		folk_free(&f);
	}
}

/* ---- the last admission that one sponsor may bring about */

static void one_each(json_t *charter)
{
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":1}}");
	charters_set(charter, "/membership/sponsor", "{\"per\":1,\"window\":86400,\"depth\":2}");
	charters_set(charter, "/tests", "[]");
}

static void test_the_last_of_a_sponsor(void **state)
{
	unsigned dice = seed();

	for (int i = 0, n = rounds(); i < n; i++) {
		struct folk f = group(*state, "sponsor", i, one_each);
		struct sig_key *k[2] = { envelope_key(SIG_ED25519), envelope_key(SIG_ED25519) };
		struct side s[2] = { { .number = 1 }, { .number = 2 } };

		for (size_t j = 0; j < 2; j++) {
			struct digest a = folk_apply(&f, f.r->w, k[j]);

			assert_string_equal(folk_vouch_for(&f, f.r->w, &a, 0), "");
		}
		both(s, &f, decide, &dice);
		for (size_t j = 0; j < 2; j++)
			assert_string_equal(s[j].e.name, "");
		assert_int_equal(folk_number(&f, "SELECT count(*) FROM decisions WHERE g = %d AND outcome = 0"), 1);
		assert_int_equal(folk_number(&f, "SELECT count(*) FROM decisions WHERE g = %d AND outcome = 3"), 1);
		assert_int_equal(folk_number(&f, "SELECT count(*) FROM charges WHERE g = %d"), 1);
		folk_follow(&f);
		sig_key_free(k[0]);
		sig_key_free(k[1]);
		folk_free(&f);
	}
}

/* ---- a voter is expelled while its vote is counted */

/* Founder 1's yes is one of the two that an admission needs; an expulsion of it has passed, and both are decided at once. */
static void test_a_voter_is_expelled_meanwhile(void **state)
{
	unsigned dice = seed();

	for (int i = 0, n = rounds(); i < n; i++) {
		struct folk f = group(*state, "voter", i, NULL);
		struct sig_key *k = envelope_key(SIG_ED25519);
		struct side s[2] = { { .number = passed(&f, k) }, { .number = folk_move(&f, f.r->w, 0, &f.r->keys->member[1]) } };
		bool before, yes;

		assert_string_equal(folk_cast(&f, f.r->w, s[1].number, 0, CHOICE_YES), "");
		assert_string_equal(folk_cast(&f, f.r->w, s[1].number, 2, CHOICE_YES), "");
		both(s, &f, decide, &dice);
		for (size_t j = 0; j < 2; j++)
			assert_string_equal(s[j].e.name, "");
		assert_int_equal(folk_outcome(&f, s[1].number), OUTCOME_YES);
		yes = folk_outcome(&f, s[0].number) == OUTCOME_YES;
		before = folk_number(&f,
				 "SELECT count(*) FROM log a JOIN log b ON b.g = a.g AND b.idx > a.idx"
				 " JOIN decisions d ON d.g = a.g AND d.idx = a.idx AND d.number = 1 WHERE a.g = %d AND b.event = 7") > 0;
		assert_int_equal(yes, before);
		folk_follow(&f);
		sig_key_free(k);
		folk_free(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_seat),
		cmocka_unit_test(test_the_last_place_of_a_day),
		cmocka_unit_test(test_the_last_vouch_of_a_budget),
		cmocka_unit_test(test_the_last_of_a_sponsor),
		cmocka_unit_test(test_a_voter_is_expelled_meanwhile),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
