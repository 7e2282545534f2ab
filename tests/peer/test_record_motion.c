/* SPDX-License-Identifier: ISC
 * Records of expulsions that several moved, with complaints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"
#include "tests/peer/complaining.h"

/* Member 2 is expelled: moved by two, with two votes of its own and somebody's word. */
static json_t *expelled(void (*change)(json_t *charter))
{
	open_hall(change);
	w->movers = 2;
	contradicts(0, 2);
	world_complain(w, 1, 2, NULL);
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	return hall_record(h, true);
}

static json_t *part(json_t *doc, const char *name, size_t i)
{
	return json_array_get(json_object_get(doc, name), i);
}

static void test_it_holds(void **state)
{
	json_t *doc = expelled(two_and_a_complaint);
	struct audit a;

	(void)state;
	assert_true(record_holds(w->c, doc, NULL, &a, NULL));
	assert_int_equal(a.outcome, OUTCOME_YES);
	assert_int_equal(json_array_size(json_object_get(doc, "movers")), 1);
	assert_int_equal(json_array_size(json_object_get(doc, "complaints")), 2);
	audit_free(&a);
	json_decref(doc);
}

static void test_movers(void **state)
{
	json_t *doc = expelled(two_and_a_complaint), *other;

	(void)state;
	json_object_del(doc, "movers");
	refused(doc, "movers_missing");
	doc = hall_record(h, true);
	json_array_append_new(json_object_get(doc, "movers"), json_deep_copy(json_object_get(doc, "mover")));
	refused(doc, "movers_missing");
	doc = hall_record(h, true);
	json_array_set_new(json_object_get(doc, "movers"), 0, json_deep_copy(json_object_get(doc, "mover")));
	refused(doc, "wrong_key");
	doc = hall_record(h, true);
	json_object_set_new(part(doc, "movers", 0), "key", jwk_print(sig_key_pub(w->members[0].key)));
	refused(doc, "wrong_key");
	doc = hall_record(h, true);
	other = json_deep_copy(json_object_get(part(doc, "movers", 0), "elector"));
	json_object_set_new(other, "index", json_integer(json_integer_value(json_object_get(other, "index")) ^ 1));
	json_object_set_new(part(doc, "movers", 0), "elector", other);
	refused(doc, "not_in_electorate");
}

static void test_complaints(void **state)
{
	json_t *doc = expelled(two_and_a_complaint), *first;

	(void)state;
	json_object_del(doc, "complaints");
	refused(doc, "complaint_missing");
	doc = hall_record(h, true);
	json_array_remove(json_object_get(doc, "complaints"), 1);
	refused(doc, "complaint_missing");
	doc = hall_record(h, true);
	first = json_incref(part(doc, "complaints", 0));
	json_array_remove(json_object_get(doc, "complaints"), 0);
	json_array_append_new(json_object_get(doc, "complaints"), first);
	refused(doc, "complaint_missing");
	doc = hall_record(h, true);
	json_object_set(part(doc, "complaints", 0), "elector", json_object_get(part(doc, "complaints", 1), "elector"));
	refused(doc, "complaint_void");
	doc = hall_record(h, true);
	json_object_set(part(doc, "complaints", 0), "key", json_object_get(part(doc, "complaints", 1), "key"));
	refused(doc, "wrong_key");
}

/* What no ledger would have taken: an auditor sees it without one. */
static void spoiled(void (*change)(json_t *charter), const struct vote votes[static 2], const struct sig_key *k, const char *name)
{
	const struct sig_key *const keys[] = { k, k };

	(void)change;
	world_complain_votes(w, 0, 2, votes, keys);
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), name);
	hall_close(h);
	h = NULL;
}

static void begin(void (*change)(json_t *charter), struct vote votes[static 2])
{
	open_hall(change);
	w->movers = 2;
	two_votes(2, votes);
}

static void test_votes_prove_themselves(void **state)
{
	struct vote votes[2];

	(void)state;
	begin(two_and_a_complaint, votes);
	votes[1].choice = CHOICE_YES;
	votes[1].iat++;
	spoiled(NULL, votes, w->members[2].key, "no_contradiction");
	begin(two_and_a_complaint, votes);
	votes[0].charter = votes[1].charter = digest_fill(9);
	spoiled(NULL, votes, w->members[2].key, "unknown_charter");
	begin(two_who_may_change, votes);
	votes[1].has_replaces = true;
	spoiled(NULL, votes, w->members[2].key, "no_contradiction");
	open_hall(NULL); /* for the teardown */
}

static void test_a_charter_may_ask_for_less(void **state)
{
	json_t *doc;

	(void)state;
	open_hall(two_and_a_complaint);
	w->movers = 1;
	world_complain(w, 1, 2, NULL);
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), "movers_missing");
	hall_close(h);
	open_hall(two_and_a_complaint);
	w->movers = 2;
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), "complaint_missing");
	hall_close(h);
	expel();
	doc = hall_record(h, true);
	json_object_set_new(doc, "complaints", json_array());
	refused(doc, "out_of_range");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_holds),
		TEST(movers),
		TEST(complaints),
		TEST(votes_prove_themselves),
		TEST(a_charter_may_ask_for_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
