/* SPDX-License-Identifier: ISC
 * What is missing, as people are told it: the votes that count here are those that would count if it were decided now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/read.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static int start(void **state)
{
	*state = realm_new(pg_start());
	return 0;
}

static int stop(void **state)
{
	struct realm *r = *state;
	struct pg *pg = r->pg;

	realm_free(r);
	pg_stop(pg);
	return 0;
}

/* One leaf of the requirement: what was seen, and whether it is met. */
static void asks(struct folk *f, uint64_t number, const char *what, int64_t seen, bool met)
{
	struct err e = { 0 };
	json_t *list = read_asks(f->r->w, &f->g, number, &e), *leaf;
	size_t i, found = 0;

	if (list == NULL)
		fail_msg("%s: %s", e.name, e.text);
	json_array_foreach(list, i, leaf)
	{
		if (strcmp(json_string_value(json_object_get(leaf, "what")), what) != 0)
			continue;
		found++;
		assert_int_equal(json_integer_value(json_object_get(leaf, "seen")), seen);
		assert_int_equal(json_is_true(json_object_get(leaf, "met")), met);
	}
	assert_int_equal(found, 1);
	json_decref(list);
}

static void revokes(struct folk *f, size_t i, enum revocation_target target)
{
	struct revocation x = folk_revocation(f, target);
	struct err e = { 0 };

	x.member = f->r->keys->member[i];
	x.key = envelope_thumb(f->r->founders[i]);
	if (!folk_send_revocation(f, f->r->w, &x, f->r->founders[i], NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static void votes_of_those_who_go_no_longer_count(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "going", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);

	asks(&f, number, "votes", 0, false);
	assert_string_equal(folk_cast(&f, r->w, number, 0, CHOICE_YES), "");
	asks(&f, number, "votes", 1, false);
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_YES), "");
	asks(&f, number, "votes", 2, true);
	revokes(&f, 0, REVOKE_KEY);
	asks(&f, number, "votes", 1, false);
	revokes(&f, 1, REVOKE_MEMBER);
	asks(&f, number, "votes", 0, false);
	assert_false(folk_decide(&f, r->w, number)); /* and so says the decision */
	sig_key_free(k);
	folk_free(&f);
}

/* Who goes afterwards has voted all the same. */
static void a_decision_stays_as_it_was(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "staying", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);

	assert_string_equal(folk_cast(&f, r->w, number, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, number));
	revokes(&f, 0, REVOKE_KEY);
	revokes(&f, 1, REVOKE_MEMBER);
	asks(&f, number, "votes", 2, true);
	sig_key_free(k);
	folk_free(&f);
}

static void by_operators(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"votes\":{\"count\":1}},{\"authority\":{\"k\":1}}]}");
	charters_set(charter, "/tests", "[]");
}

static void words_and_votes(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "words", by_operators);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest application = folk_apply(&f, r->w, k), thumb = envelope_thumb(k);
	struct operator_word word = folk_word(&f, &application, true);
	json_t *list = read_asks_of(r->w, &f.g, f.charter, &application, &thumb, NULL);
	struct err e = { 0 };

	assert_int_equal(json_array_size(list), 2); /* told before there is a proposal too */
	json_decref(list);
	assert_true(folk_send_word(&f, r->w, &word, r->keys->operators[0], NULL, &e));
	asks(&f, 1, "authority", 1, true);
	asks(&f, 1, "votes", 0, false);
	assert_string_equal(folk_cast(&f, r->w, 1, 2, CHOICE_YES), "");
	asks(&f, 1, "votes", 1, true);
	sig_key_free(k);
	folk_free(&f);
}

/* Who is to be expelled is no elector: two thirds of the other two are two. */
static void an_expulsion(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "expulsion", NULL);
	uint64_t number = folk_move(&f, r->w, 0, &r->keys->member[2]);

	assert_string_equal(folk_cast(&f, r->w, number, 0, CHOICE_YES), "");
	asks(&f, number, "votes", 1, false);
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_YES), "");
	asks(&f, number, "votes", 2, true);
	folk_free(&f);
}

static void nothing_is_asked_of_no_proposal(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "nothing", NULL);
	struct err e = { 0 };

	assert_null(read_asks(r->w, &f.g, 1, &e));
	assert_string_equal(e.name, "not_found");
	folk_free(&f);
}

static void secret(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"2/3\",\"base\":\"cast\"}}");
	charters_set(charter, "/voting/show", "\"nothing\"");
	charters_set(charter, "/tests", "[]");
}

/* Where the charter shows nothing, the answer is the same whatever was voted: `needed` would follow from the votes cast. */
static void votes_that_are_not_shown(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "secret", secret);
	struct sig_key *k = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);
	json_t *before = read_asks(r->w, &f.g, number, NULL), *after;

	assert_string_equal(folk_cast(&f, r->w, number, 0, CHOICE_NO), "");
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_YES), "");
	after = read_asks(r->w, &f.g, number, NULL);
	assert_int_equal(json_array_size(after), 1);
	assert_true(json_equal(before, after));
	json_decref(before);
	json_decref(after);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_of_those_who_go_no_longer_count),
		cmocka_unit_test(a_decision_stays_as_it_was),
		cmocka_unit_test(words_and_votes),
		cmocka_unit_test(an_expulsion),
		cmocka_unit_test(votes_that_are_not_shown),
		cmocka_unit_test(nothing_is_asked_of_no_proposal),
	};

	return cmocka_run_group_tests_name("read_asks", tests, start, stop);
}
