/* SPDX-License-Identifier: ISC
 * Challenges that the authority sets: asked for, shown, answered and redeemed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/drafts.h"
#include "authority/work_pool.h"
#include "base/time.h"
#include "peer/toil.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/tickets.h"
#include "voting/decision.h"

static const char *apply(struct folk *f, const struct sig_key *k, const char *terms, struct digest *digest)
{
	static struct err why;

	return tickets_apply(f, f->r->w, k, terms, digest, &why);
}

static void by_captcha(json_t *charter)
{
	charters_set(charter, "/admission", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
	charters_set(charter, "/tests", "[]");
}

static void admitted(struct folk *f, const struct digest *application)
{
	struct err e = { 0 };

	assert_true(act_open(f->r->w, f->g.g, application, &e));
	assert_true(folk_decide(f, f->r->w, 1));
	assert_int_equal(folk_outcome(f, 1), OUTCOME_YES);
	folk_audited(f, 1);
}

static void who_reads_the_picture_comes_in(void **state)
{
	struct folk f = folk_new(*state, "readers", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL);
	const json_t *c = tickets_of_kind(t, "graphic");
	struct digest d;
	size_t n;

	assert_null(tickets_of_kind(t, "work"));
	assert_string_equal(apply(&f, k, NULL, NULL), "challenge_missing");
	assert_string_equal(apply(&f, k, tickets_member(t, "ticket"), NULL), "challenge_missing");
	assert_string_equal(tickets_show(&f, c, TICKETS_HERE, &n), "");
	assert_in_range(n, 1000, 25000);
	assert_string_equal(tickets_show(&f, c, TICKETS_HERE, &n), "image_shown");
	assert_int_equal(n, 0);
	assert_string_equal(tickets_reply(&f, c, "AAAAAA"), "answer_wrong");
	assert_string_equal(tickets_reply(&f, c, "no answer"), "bad_value");
	tickets_solve(&f, c);
	tickets_solve(&f, c);
	assert_string_equal(tickets_reply(&f, c, "AAAAAA"), "challenge_met");
	assert_string_equal(apply(&f, k, tickets_member(t, "ticket"), &d), "");
	/* the same one again is the same application; another is another, and there is nothing left for it */
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM challenges WHERE g = %d"), 1);
	assert_true(folk_send_withdrawal(&f, f.r->w, &d, k, NULL));
	assert_string_equal(apply(&f, k, tickets_member(t, "ticket"), NULL), "challenge_spent");
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

static void what_was_met_is_audited(void **state)
{
	struct folk f = folk_new(*state, "audited", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL);
	struct digest d;

	tickets_solve(&f, tickets_of_kind(t, "graphic"));
	assert_string_equal(apply(&f, k, tickets_member(t, "ticket"), &d), "");
	admitted(&f, &d);
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

static void by_work(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"work\":{\"effort\":20000}},{\"captcha\":{\"kinds\":[\"graphic\",\"audio\"]}}]}");
	charters_set(charter, "/tests", "[]");
}

/* As the client does it: takes the work, tries counters, and says what it found. */
static void work(struct folk *f, const json_t *c, struct buf *text)
{
	struct id16 id = tickets_id(c);
	struct answer out = { 0 };
	struct err e = { 0 };
	struct toil t;
	struct work_done found;
	json_t *doc;

	assert_true(act_give_work(f->r->w, f->g.name, &id, tickets_member(c, "terms"), TICKETS_HERE, &out, &e));
	doc = json_read(buf_slice(&out.text), 65536, NULL);
	assert_true(toil_read(doc, &t, NULL) && toil_find(&t, 3, 9, 1, NULL, NULL, &found, NULL) && toil_answer(doc, &found, text, NULL));
	assert_in_range(found.counter, 3, 8);
	json_decref(doc);
	answer_free(&out);
}

static void who_works_and_reads_comes_in(void **state)
{
	struct folk f = folk_new(*state, "workers", by_work);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL), *u = tickets_for(&f, other, NULL);
	const json_t *c = tickets_of_kind(t, "work");
	struct buf text = { 0 };
	struct digest d;

	assert_non_null(c);
	assert_int_equal(json_integer_value(json_object_get(c, "effort")), 24576);
	work(&f, c, &text);
	assert_string_equal(tickets_reply(&f, tickets_of_kind(u, "work"), buf_cstr(&text)), "challenge_foreign");
	assert_string_equal(tickets_reply(&f, c, "AAAA"), "bad_json");
	assert_string_equal(tickets_reply(&f, c, buf_cstr(&text)), "");
	assert_string_equal(apply(&f, k, tickets_member(t, "ticket"), NULL), "challenge_missing");
	tickets_solve(&f, tickets_of_kind(t, "graphic"));
	assert_string_equal(apply(&f, k, tickets_member(t, "ticket"), &d), "");
	admitted(&f, &d);
	buf_free(&text);
	json_decref(t);
	json_decref(u);
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
}

/* However often it is asked for in vain, it is there once there is some. */
static void an_empty_pool_costs_nothing(void **state)
{
	struct folk f = folk_new(*state, "waiting", by_work);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL);
	const json_t *c = tickets_of_kind(t, "work");
	struct work_pool *full = f.r->a.puzzles->pool, *empty = work_pool_new(1000000000, 0, NULL);
	struct puzzles *p = (struct puzzles *)(uintptr_t)f.r->a.puzzles;
	struct id16 id = tickets_id(c);
	struct buf text = { 0 };
	struct work_done w;
	size_t refused = 0;

	assert_non_null(empty);
	p->pool = empty;
	while (work_pool_take(empty, 24576, &w, NULL))
		;
	for (int i = 0; i < 6; i++) {
		struct answer out = { 0 };
		struct err e = { 0 };

		if (!act_give_work(f.r->w, f.g.name, &id, tickets_member(c, "terms"), TICKETS_HERE, &out, &e)) {
			assert_string_equal(e.name, "pool_empty");
			refused++;
		}
		answer_free(&out);
	}
	assert_in_range(refused, 4, 6);
	p->pool = full;
	work(&f, c, &text);
	work_pool_free(empty);
	buf_free(&text);
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

static void by_captcha_or_vouch(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"any\":[{\"captcha\":{\"kinds\":[\"graphic\"]}},{\"vouches\":{\"count\":1,\"budget\":3,\"window\":86400}}]}");
	charters_set(charter, "/tests", "[]");
}

/* Another version comes into force at once. */
static void amend(struct folk *f)
{
	json_t *next = realm_next(f->r, &f->g), *doc;
	struct answer a = { 0 };
	struct err e = { 0 };
	char when[24];

	snprintf(when, sizeof(when), "%lld", (long long)time_now() + 1);
	by_captcha_or_vouch(next);
	charters_set(next, "/effective", when);
	doc = realm_proposed(f->r, next, 2);
	if (!act_propose_charter(f->r->w, f->g.name, doc, &a, &e))
		fail_msg("%s: %s", e.name, e.text);
	answer_free(&a);
	json_decref(doc);
	sleep(2);
}

/* An application that is there already falls under another version meanwhile: what was set before is not kept for it. */
static void what_was_set_before_an_amendment(void **state)
{
	struct folk f = folk_new(*state, "amended", by_captcha_or_vouch);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, f.r->w, k);
	json_t *t = tickets_for(&f, k, &d);
	const json_t *c = tickets_of_kind(t, "graphic");
	char right[PUZZLE_ANSWER];

	tickets_right(&f, c, right);
	amend(&f);
	assert_string_equal(tickets_reply(&f, c, right), "charter_not_in_force");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM challenges WHERE g = %d"), 0);
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

static void voters_are_human(json_t *charter)
{
	charters_set(charter, "/voting/human", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
	charters_set(charter, "/tests", "[]");
}

/* What is there already has its challenge at once, and nobody votes without. */
static void who_votes_reads_first(void **state)
{
	struct folk f = folk_new(*state, "voters", voters_are_human);
	struct sig_key *k = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, f.r->w, k);
	struct digest p = folk_proposal(&f, number);
	struct ticket none = tickets_asked(&f, k);
	json_t *t = tickets_for(&f, f.r->founders[0], &p);

	none.subject = p;
	tickets_not_asked(&f, &none, k, "not_a_member");
	assert_string_equal(folk_cast(&f, f.r->w, number, 0, CHOICE_YES), "challenge_missing");
	tickets_solve(&f, tickets_of_kind(t, "graphic"));
	assert_string_equal(folk_cast(&f, f.r->w, number, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, f.r->w, number, 1, CHOICE_YES), "challenge_missing");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM challenges WHERE g = %d"), 1);
	tickets_solve(&f, tickets_of_kind(t, "graphic"));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM challenges WHERE g = %d"), 1);
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

static void three_tries_and_no_more(void **state)
{
	struct folk f = folk_new(*state, "guessers", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL);
	const json_t *c = tickets_of_kind(t, "graphic");
	char text[PUZZLE_ANSWER];

	for (int i = 0; i < 3; i++)
		assert_string_equal(tickets_reply(&f, c, "AAAAAA"), "answer_wrong");
	assert_string_equal(tickets_reply(&f, c, "AAAAAA"), "tries_spent");
	tickets_right(&f, c, text);
	assert_string_equal(tickets_reply(&f, c, text), "tries_spent");
	assert_string_equal(apply(&f, k, tickets_member(t, "ticket"), NULL), "challenge_missing");
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

/* Many answers to one puzzle in one batch are so many tries, and the right one behind them is none. */
static void guesses_at_once_are_counted(void **state)
{
	struct folk f = folk_new(*state, "crowds", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL);
	const json_t *c = tickets_of_kind(t, "graphic");
	struct answer_in in[40];
	char text[PUZZLE_ANSWER];
	size_t wrong = 0;

	tickets_right(&f, c, text);
	for (size_t i = 0; i < 40; i++)
		in[i] = tickets_answer(&f, c, i < 20 ? "AAAAAA" : text);
	act_answer(f.r->w, in, 40);
	for (size_t i = 0; i < 40; i++) {
		wrong += err_is(&in[i].e, "answer_wrong");
		assert_true(err_is(&in[i].e, "answer_wrong") || err_is(&in[i].e, "tries_spent"));
		answer_free(&in[i].answer);
	}
	assert_int_equal(wrong, 3);
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

/* Each is held against the group that it names, whatever the one before it named. */
static void answers_of_two_groups_come_together(void **state)
{
	struct folk f = folk_new(*state, "left", by_captcha), g = folk_new(*state, "right", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL), *u = tickets_for(&g, k, NULL);
	const json_t *c = tickets_of_kind(t, "graphic"), *d = tickets_of_kind(u, "graphic");
	char of_f[PUZZLE_ANSWER], of_g[PUZZLE_ANSWER];
	struct answer_in in[5];

	tickets_right(&f, c, of_f);
	tickets_right(&g, d, of_g);
	for (size_t i = 0; i < 4; i++)
		in[i] = i % 2 == 0 ? tickets_answer(&f, c, of_f) : tickets_answer(&g, d, of_g);
	in[2].group = g.g.name;
	in[3].group = "nobody";
	in[4] = tickets_answer(&g, d, of_g);
	act_answer(f.r->w, in, 5);
	assert_true(err_ok(&in[0].e) && err_ok(&in[1].e) && err_ok(&in[4].e));
	assert_true(err_is(&in[2].e, "challenge_foreign") && err_is(&in[3].e, "not_found"));
	for (size_t i = 0; i < 5; i++)
		answer_free(&in[i].answer);
	json_decref(t);
	json_decref(u);
	sig_key_free(k);
	folk_free(&f);
	folk_free(&g);
}

static void what_is_anothers_serves_nobody(void **state)
{
	struct folk f = folk_new(*state, "binding", by_captcha), g = folk_new(*state, "bound", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL), *u = tickets_for(&f, other, NULL);
	const json_t *c = tickets_of_kind(t, "graphic");
	char terms[TERMS_TEXT];
	struct answer_in in = tickets_answer(&f, c, "AAAAAA");

	tickets_solve(&f, c);
	assert_string_equal(apply(&f, other, tickets_member(t, "ticket"), NULL), "challenge_foreign");
	assert_string_equal(apply(&g, k, tickets_member(t, "ticket"), NULL), "challenge_foreign");
	assert_string_equal(apply(&f, k, tickets_member(c, "terms"), NULL), "challenge_foreign");
	assert_string_equal(tickets_show(&g, c, TICKETS_HERE, NULL), "challenge_foreign");
	assert_string_equal(tickets_show(&f, tickets_of_kind(u, "graphic"), "elsewhere.example", NULL), "challenge_foreign");
	in.id = tickets_id(tickets_of_kind(u, "graphic"));
	act_answer(f.r->w, &in, 1);
	assert_true(err_is(&in.e, "challenge_foreign"));
	snprintf(terms, sizeof(terms), "%s", tickets_member(t, "ticket"));
	terms[40] = terms[40] == 'A' ? 'B' : 'A';
	assert_string_equal(apply(&f, k, terms, NULL), "challenge_forged");
	json_decref(t);
	json_decref(u);
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
	folk_free(&g);
}

static void requests_have_their_form_and_their_measure(void **state)
{
	struct folk f = folk_new(*state, "measured", by_captcha), none = folk_new(*state, "unasked", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	struct ticket t = tickets_asked(&f, k);

	t.iat -= TICKET_SLACK + 2;
	tickets_not_asked(&f, &t, k, "wrong_time");
	t = tickets_asked(&f, k);
	t.genesis.b[0] ^= 1;
	tickets_not_asked(&f, &t, k, "wrong_context");
	t = tickets_asked(&f, k);
	tickets_not_asked(&f, &t, other, "wrong_key");
	t = tickets_asked(&none, other);
	tickets_not_asked(&none, &t, other, "not_allowed");
	t = tickets_asked(&f, k);
	t.charter.b[0] ^= 1;
	tickets_not_asked(&f, &t, k, "charter_not_in_force");
	for (int i = 1; i < 3; i++)
		json_decref(tickets_for(&f, k, NULL));
	t = tickets_asked(&f, k);
	tickets_not_asked(&f, &t, k, "challenges_many");
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
	folk_free(&none);
}

/* Nothing is kept of challenges that nobody answers. */
static void asking_leaves_nothing(void **state)
{
	struct folk f = folk_new(*state, "silence", by_captcha);
	struct sig_key *k = envelope_key(SIG_ED25519);

	json_decref(tickets_for(&f, k, NULL));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM puzzles WHERE g = %d"), 0);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_reads_the_picture_comes_in),
		cmocka_unit_test(what_was_met_is_audited),
		cmocka_unit_test(who_works_and_reads_comes_in),
		cmocka_unit_test(an_empty_pool_costs_nothing),
		cmocka_unit_test(what_was_set_before_an_amendment),
		cmocka_unit_test(who_votes_reads_first),
		cmocka_unit_test(three_tries_and_no_more),
		cmocka_unit_test(guesses_at_once_are_counted),
		cmocka_unit_test(answers_of_two_groups_come_together),
		cmocka_unit_test(what_is_anothers_serves_nobody),
		cmocka_unit_test(requests_have_their_form_and_their_measure),
		cmocka_unit_test(asking_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, tickets_start, tickets_stop);
}
