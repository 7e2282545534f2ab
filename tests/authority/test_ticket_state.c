/* SPDX-License-Identifier: ISC
 * How a ticket stands, and the puzzles that a page shows for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "authority/read.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/tickets.h"

static void by_both(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"work\":{\"effort\":20000}},{\"captcha\":{\"kinds\":[\"graphic\"]}}]}");
	charters_set(charter, "/tests", "[]");
}

static void by_either(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"any\":[{\"captcha\":{\"kinds\":[\"graphic\"]}},{\"vouches\":{\"count\":1,\"budget\":3,\"window\":86400}}]}");
	charters_set(charter, "/tests", "[]");
}

/* A holder of a ticket in a group of its own. */
struct holder {
	struct folk f;
	struct sig_key *k;
	json_t *t;
};

static struct holder holder_new(struct realm *r, const char *group, void (*change)(json_t *charter))
{
	struct holder h = { .f = folk_new(r, group, change), .k = envelope_key(SIG_ED25519) };

	h.t = tickets_for(&h.f, h.k, NULL);
	return h;
}

static void holder_free(struct holder *h)
{
	json_decref(h->t);
	sig_key_free(h->k);
	folk_free(&h->f);
}

/* What a page would show; for json_decref. */
static json_t *look(struct holder *h)
{
	struct err e = { 0 };
	json_t *doc = read_ticket(h->f.r->w, h->f.g.name, tickets_member(h->t, "ticket"), TICKETS_HERE, &e);

	assert_string_equal(e.name, "");
	return doc;
}

static const char *sponsor(struct holder *h)
{
	static struct err e;

	err_clear(&e);
	act_ticket_sponsor(h->f.r->w, h->f.g.name, tickets_member(h->t, "ticket"), TICKETS_HERE, &e);
	return e.name;
}

static bool is(const json_t *doc, const char *name)
{
	return json_is_true(json_object_get(doc, name));
}

/* Until all have been seen, each look after a picture was given out has another one. */
static void seen_pictures_give_way(void **state)
{
	struct holder h = holder_new(*state, "turns", by_both);
	struct id16 seen[TICKET_TURNS], same;
	json_t *doc;

	for (size_t i = 0; i < TICKET_TURNS; i++) {
		json_t *first = look(&h), *again = look(&h);
		const json_t *c = tickets_of_kind(first, "graphic");

		seen[i] = tickets_id(c);
		same = tickets_id(tickets_of_kind(again, "graphic"));
		assert_int_equal(id16_compare(&seen[i], &same), 0);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(id16_compare(&seen[k], &seen[i]), 0);
		assert_string_equal(tickets_show(&h.f, c, TICKETS_HERE, NULL), "");
		json_decref(first);
		json_decref(again);
	}
	doc = look(&h);
	assert_non_null(tickets_of_kind(doc, "graphic"));
	assert_null(tickets_member(tickets_of_kind(doc, "graphic"), "terms"));
	assert_non_null(tickets_member(tickets_of_kind(doc, "work"), "terms"));
	json_decref(doc);
	holder_free(&h);
}

static void what_is_met_is_wanted_no_more(void **state)
{
	struct holder h = holder_new(*state, "stands", by_both);
	json_t *doc = look(&h);

	assert_int_equal(json_array_size(json_object_get(doc, "wanted")), 2);
	assert_int_equal(json_array_size(json_object_get(doc, "solved")), 0);
	assert_false(is(doc, "optional") || is(doc, "spent") || is(doc, "sponsor"));
	tickets_solve(&h.f, tickets_of_kind(doc, "graphic"));
	json_decref(doc);
	doc = look(&h);
	assert_null(tickets_of_kind(doc, "graphic"));
	assert_non_null(tickets_of_kind(doc, "work"));
	assert_string_equal(json_string_value(json_array_get(json_object_get(doc, "solved"), 0)), "graphic");
	json_decref(doc);
	holder_free(&h);
}

static void what_is_spent_wants_nothing(void **state)
{
	struct holder h = holder_new(*state, "spent", by_either);
	struct err e = { 0 };
	json_t *doc;

	tickets_solve(&h.f, tickets_of_kind(h.t, "graphic"));
	assert_string_equal(tickets_apply(&h.f, h.f.r->w, h.k, tickets_member(h.t, "ticket"), NULL, &e), "");
	doc = look(&h);
	assert_true(is(doc, "spent"));
	assert_int_equal(json_array_size(json_object_get(doc, "wanted")), 0);
	assert_int_equal(json_array_size(json_object_get(doc, "challenges")), 0);
	json_decref(doc);
	holder_free(&h);
}

/* A sponsor is asked where the charter lets a member's word stand for the challenge, and nowhere else. */
static void sponsors_stand_where_they_may(void **state)
{
	struct holder h = holder_new(*state, "sponsored", by_either), alone = holder_new(*state, "alone", by_both);
	json_t *doc = look(&h);

	assert_true(is(doc, "optional"));
	assert_false(is(doc, "sponsor"));
	json_decref(doc);
	assert_string_equal(sponsor(&h), "");
	assert_string_equal(sponsor(&h), "");
	doc = look(&h);
	assert_true(is(doc, "sponsor"));
	json_decref(doc);
	assert_string_equal(sponsor(&alone), "not_allowed");
	doc = look(&alone);
	assert_false(is(doc, "sponsor"));
	json_decref(doc);
	holder_free(&h);
	holder_free(&alone);
}

static void challenges_are_no_tickets(void **state)
{
	struct holder h = holder_new(*state, "names", by_both);
	const char *terms = tickets_member(tickets_of_kind(h.t, "graphic"), "terms");
	struct err e = { 0 };

	assert_null(read_ticket(h.f.r->w, h.f.g.name, terms, TICKETS_HERE, &e));
	assert_string_equal(e.name, "not_found");
	err_clear(&e);
	assert_null(read_ticket(h.f.r->w, h.f.g.name, tickets_member(h.t, "ticket"), "elsewhere.example", &e));
	assert_string_equal(e.name, "challenge_foreign");
	holder_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seen_pictures_give_way),
		cmocka_unit_test(what_is_met_is_wanted_no_more),
		cmocka_unit_test(what_is_spent_wants_nothing),
		cmocka_unit_test(sponsors_stand_where_they_may),
		cmocka_unit_test(challenges_are_no_tickets),
	};

	return cmocka_run_group_tests(tests, tickets_start, tickets_stop);
}
