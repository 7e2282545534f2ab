/* SPDX-License-Identifier: ISC
 * What was solved is spent once, whoever comes at the same moment, and not after its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/tickets.h"

enum { RACERS = 8, ROUNDS = 3 };

static void by_captcha(json_t *charter)
{
	charters_set(charter, "/admission", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
	charters_set(charter, "/tests", "[]");
}

struct racer {
	struct folk *f;
	struct worker *w;
	const struct sig_key *k;
	const char *ticket;
	pthread_barrier_t *gate;
	struct err e;
};

/* Each with an application of its own. */
static void *race(void *arg)
{
	struct racer *me = arg;

	pthread_barrier_wait(me->gate);
	tickets_apply(me->f, me->w, me->k, me->ticket, NULL, &me->e);
	return NULL;
}

/* Gives how many came in. */
static size_t race_all(struct racer *r)
{
	pthread_t thread[RACERS];
	size_t in = 0;

	for (size_t i = 0; i < RACERS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, race, &r[i]), 0);
	for (size_t i = 0; i < RACERS; i++)
		pthread_join(thread[i], NULL);
	for (size_t i = 0; i < RACERS; i++) {
		in += err_ok(&r[i].e);
		assert_true(err_ok(&r[i].e) || err_is(&r[i].e, "challenge_spent") || err_is(&r[i].e, "key_in_use"));
	}
	return in;
}

static void of_many_at_once_one_comes_in(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "racing", by_captcha);
	struct racer racers[RACERS];
	pthread_barrier_t gate;

	pthread_barrier_init(&gate, NULL, RACERS);
	for (size_t i = 0; i < RACERS; i++)
		racers[i] = (struct racer){ .f = &f, .w = realm_worker(r), .gate = &gate };
	for (int round = 0; round < ROUNDS; round++) {
		struct sig_key *k = envelope_key(SIG_ED25519);
		json_t *t = tickets_for(&f, k, NULL);

		tickets_solve(&f, tickets_of_kind(t, "graphic"));
		for (size_t i = 0; i < RACERS; i++) {
			racers[i].k = k;
			racers[i].ticket = tickets_member(t, "ticket");
		}
		assert_int_equal(race_all(racers), 1);
		json_decref(t);
		sig_key_free(k);
	}
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d"), ROUNDS);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM puzzles WHERE spent IS NOT NULL AND g = %d"), ROUNDS);
	for (size_t i = 0; i < RACERS; i++)
		worker_close(racers[i].w);
	pthread_barrier_destroy(&gate);
	folk_free(&f);
}

/* A refused application spends nothing. */
static void what_is_refused_spends_nothing(void **state)
{
	struct folk f = folk_new(*state, "refused", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL);
	const struct ticket_in ticket = { tickets_member(t, "ticket"), TICKETS_HERE };
	struct application a = folk_application(&f, f.r->w, k);
	struct said s;
	struct answer out = { 0 };
	struct err e = { 0 };

	tickets_solve(&f, tickets_of_kind(t, "graphic"));
	a.log_root.b[0] ^= 1;
	s = folk_sign_application(f.r->w, &a, k);
	assert_false(act_apply(f.r->w, f.g.name, &s.j, s.doc, NULL, &ticket, &out, &e));
	assert_string_equal(e.name, "forked");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM puzzles WHERE spent IS NOT NULL AND g = %d"), 0);
	err_clear(&e);
	assert_string_equal(tickets_apply(&f, f.r->w, k, ticket.terms, NULL, &e), "");
	said_free(&s);
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

/* The same terms, but that their time was over a second ago; only the authority could write them. */
static void as_if_later(struct folk *f, json_t *o, const char *name)
{
	char text[TERMS_TEXT];
	const struct secret *s;
	struct terms t;

	assert_true(secrets_terms(f->r->w, tickets_member(o, name), &t, &s, NULL));
	t.iat -= 10000;
	t.until = t.iat + 300;
	terms_write(&t, s->terms, text);
	json_object_set_new(o, name, json_string(text));
}

static void what_has_run_out_is_over(void **state)
{
	struct folk f = folk_new(*state, "late", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL);
	json_t *c = json_deep_copy(tickets_of_kind(t, "graphic"));
	struct err e = { 0 };

	tickets_solve(&f, c);
	as_if_later(&f, t, "ticket");
	assert_string_equal(tickets_apply(&f, f.r->w, k, tickets_member(t, "ticket"), NULL, &e), "challenge_expired");
	as_if_later(&f, c, "terms");
	assert_string_equal(tickets_show(&f, c, TICKETS_HERE, NULL), "challenge_expired");
	assert_string_equal(tickets_reply(&f, c, "AAAAAA"), "challenge_expired");
	json_decref(c);
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_many_at_once_one_comes_in),
		cmocka_unit_test(what_is_refused_spends_nothing),
		cmocka_unit_test(what_has_run_out_is_over),
	};

	return cmocka_run_group_tests(tests, tickets_start, tickets_stop);
}
