/* SPDX-License-Identifier: ISC
 * Every node of a record counts: changed, doubled or left out, it is refused. Texts alone may go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/granted.h"

static size_t mutants;

static bool survives(const json_t *doc)
{
	struct err e = { 0 };
	struct audit a;

	mutants++;
	if (!record_holds(w->c, doc, NULL, &a, &e)) {
		/* none of these makes it another group's */
		assert_string_not_equal(e.name, "wrong_context");
		return false;
	}
	audit_free(&a);
	return true;
}

static json_t *changed(const json_t *v, size_t at)
{
	char *s;
	json_t *out;

	if (json_is_integer(v))
		return json_integer(json_integer_value(v) + 1);
	if (!json_is_string(v))
		return json_true();
	s = strdup(json_string_value(v));
	s[at] = s[at] == 'A' ? 'B' : s[at] == '0' ? '1' : s[at] == 'a' ? 'b' : s[at] == '1' ? '0' : 'a';
	out = json_string(s);
	free(s);
	return out;
}

/* First, middle and last characters: of base64url the last may carry bits that say nothing, which is refused too. */
static void mutate_value(const json_t *doc, json_t *parent, const char *key, size_t i, json_t *v, const char *where)
{
	size_t n = json_string_length(v), places[3] = { 0, n / 2, n > 0 ? n - 1 : 0 };

	json_incref(v);
	for (size_t p = 0; p < (json_is_string(v) ? 3 : 1); p++) {
		json_t *new = changed(v, places[p]);

		key != NULL ? json_object_set_new(parent, key, new) : json_array_set_new(parent, i, new);
		if (survives(doc))
			fail_msg("%s may be changed at character %zu", where, places[p]);
	}
	key != NULL ? json_object_set_new(parent, key, v) : json_array_set_new(parent, i, v);
}

static void mutate(const json_t *doc, json_t *node, const char *where)
{
	char below[512];
	const char *key;
	void *next;
	json_t *v;

	for (size_t i = 0; json_is_array(node) && i < json_array_size(node); i++) {
		snprintf(below, sizeof(below), "%s/%zu", where, i);
		v = json_incref(json_array_get(node, i));
		mutate_value(doc, node, NULL, i, v, below);
		mutate(doc, v, below);
		json_array_insert(node, i, v);
		if (survives(doc))
			fail_msg("%s may stand twice", below);
		json_array_remove(node, i);
		json_array_remove(node, i);
		if (survives(doc))
			fail_msg("%s may be left out", below);
		json_array_insert_new(node, i, v);
	}
	/* setting a member that is there keeps its place */
	for (void *it = json_object_iter(node); json_is_object(node) && it != NULL; it = next) {
		key = json_object_iter_key(it);
		snprintf(below, sizeof(below), "%s/%s", where, key);
		v = json_object_iter_value(it);
		mutate_value(doc, node, key, 0, v, below);
		mutate(doc, v, below);
		next = json_object_iter_next(node, it);
	}
}

static void leave_out(const json_t *doc, json_t *node, const char *where)
{
	json_t *copy, *v;
	const char *key;
	char below[512];

	for (size_t i = 0; json_is_array(node) && i < json_array_size(node); i++) {
		snprintf(below, sizeof(below), "%s/%zu", where, i);
		leave_out(doc, json_array_get(node, i), below);
	}
	if (!json_is_object(node))
		return;
	copy = json_copy(node);
	json_object_set_new(node, "surprise", json_true());
	if (survives(doc))
		fail_msg("%s may have one member more", where);
	json_object_del(node, "surprise");
	json_object_foreach(copy, key, v)
	{
		snprintf(below, sizeof(below), "%s/%s", where, key);
		json_object_del(node, key);
		if (survives(doc))
			fail_msg("%s may be left out", below);
		json_object_set(node, key, v);
		leave_out(doc, v, below);
	}
	json_decref(copy);
}

static void all_counts(json_t *doc)
{
	mutants = 0;
	assert_true(survives(doc));
	mutate(doc, doc, "");
	leave_out(doc, doc, "");
	assert_true(survives(doc));
	print_message("%zu mutants\n", mutants);
	json_decref(doc);
}

static void test_all_counts_admission(void **state)
{
	(void)state;
	open_hall(hall_operators_admit);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 2, CHOICE_NO);
	hall_say(h, world_say(w, 0, true));
	hall_decide(h, OUTCOME_YES);
	all_counts(hall_record(h, true));
}

static void all_evidence(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"all\":[{\"votes\":{\"count\":1,\"nearest\":2}},{\"vouches\":{\"count\":1,\"budget\":2,\"expiry\":86400}},"
		"{\"captcha\":{\"kinds\":[\"graphic\"]}}]}");
	charters_set(charter, "/voting/human", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
}

static void test_all_counts_vouched(void **state)
{
	(void)state;
	open_hall(all_evidence);
	for (size_t i = 0; i < 3; i++) {
		hall_cast(h, i, CHOICE_YES);
		hall_meet_by(h, i, &w->proposal.digest);
	}
	hall_vouch(h, 1, 2);
	hall_meet(h);
	hall_decide(h, OUTCOME_YES);
	all_counts(hall_record(h, true));
}

static void test_all_counts_expulsion(void **state)
{
	(void)state;
	expel();
	all_counts(hall_record(h, true));
}

static void test_all_counts_ended(void **state)
{
	(void)state;
	open_hall(NULL);
	admit();
	world_leave(w, 3);
	h->ended = w->log_n - 1;
	all_counts(hall_record(h, true));
}

static void test_all_counts_no(void **state)
{
	(void)state;
	open_hall(vote_to_amend);
	json_decref(amend(OUTCOME_NO));
	all_counts(hall_record(h, true));
}

static void test_all_counts_renewal(void **state)
{
	(void)state;
	granted_open(RENEWAL_BY_VOTES, NULL);
	all_counts(granted_record(RENEWAL_BY_VOTES, NULL));
}

static void test_all_counts_recovery(void **state)
{
	struct sig_key *next = envelope_key(SIG_ED25519);

	(void)state;
	granted_open(RECOVERY_BY_VOUCHES, next);
	all_counts(granted_record(RECOVERY_BY_VOUCHES, next));
	sig_key_free(next);
}

static void test_all_counts_voted(void **state)
{
	(void)state;
	all_counts(admit_under_two());
}

/* ---- the order of parts */

static json_t *swapped(const char *list, const char *member)
{
	json_t *doc = hall_record(h, true), *all = json_object_get(doc, list), *a, *b, *one;

	assert_int_equal(json_array_size(all), 2);
	a = json_array_get(all, 0);
	b = json_array_get(all, 1);
	if (member == NULL) {
		json_array_append(all, a);
		json_array_remove(all, 0);
		return doc;
	}
	one = json_incref(json_object_get(a, member));
	json_object_set(a, member, json_object_get(b, member));
	json_object_set_new(b, member, one);
	return doc;
}

static void test_order(void **state)
{
	(void)state;
	open_hall(hall_operators_admit);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_say(h, world_say(w, 0, true));
	hall_say(h, world_say(w, 1, true));
	hall_decide(h, OUTCOME_YES);
	refused(swapped("votes", NULL), "not_sorted");
	refused(swapped("evidence", NULL), "not_sorted");
	refused(swapped("votes", "elector"), "not_in_electorate");
	refused(swapped("votes", "key"), "wrong_key");
	refused(swapped("evidence", "key"), "wrong_key");
}

/* What belongs to the voting scheme is for it to judge: the plain one has no part of its own, and weighs nobody. */
static void test_scheme(void **state)
{
	json_t *doc;

	(void)state;
	open_hall(NULL);
	admit();
	doc = hall_record(h, true);
	json_object_set_new(doc, "scheme", json_object());
	refused(doc, "scheme_part");
	doc = hall_record(h, true);
	json_object_set_new(doc, "scheme", json_true());
	refused(doc, "wrong_type");
	doc = hall_record(h, true);
	json_object_set_new(json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "elector"), "weight", json_integer(2));
	refused(doc, "scheme_weight");
}

static json_t *rotated(const char *list)
{
	json_t *doc = hall_record(h, true), *all = json_object_get(doc, list);

	assert_true(json_array_size(all) > 1);
	json_array_append(all, json_array_get(all, 0));
	json_array_remove(all, 0);
	return doc;
}

/* Entries and nodes stand in one order alone. */
static void test_proof(void **state)
{
	json_t *doc;

	(void)state;
	open_hall(NULL);
	admit();
	refused(rotated("entries"), "log_order");
	refused(rotated("nodes"), "bad_proof");
	doc = hall_record(h, true);
	json_array_append_new(json_object_get(doc, "nodes"), json_string("sha256:"));
	refused(doc, "bad_value");
	doc = hall_record(h, true);
	json_array_clear(json_object_get(doc, "nodes"));
	refused(doc, "bad_proof");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(order),
		TEST(scheme),
		TEST(proof),
		TEST(all_counts_admission),
		TEST(all_counts_vouched),
		TEST(all_counts_expulsion),
		TEST(all_counts_ended),
		TEST(all_counts_no),
		TEST(all_counts_renewal),
		TEST(all_counts_recovery),
		TEST(all_counts_voted),
	};

	return cmocka_run_group_tests_name("record_parts", tests, NULL, NULL);
}
