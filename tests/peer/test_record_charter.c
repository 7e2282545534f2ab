/* SPDX-License-Identifier: ISC
 * Records and the charters that they stand under, or change; and what is pinned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

static void test_amendment(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(vote_to_amend);
	json_decref(amend(OUTCOME_YES));
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.question, Q_AMEND);
	assert_int_equal(a.version, 1);
	assert_memory_equal(&a.subject, &w->later[0].charter->object.digest, sizeof(a.subject));
	audit_free(&a);
	json_decref(doc);
}

static void test_amendment_refused(void **state)
{
	struct err e = { 0 };
	struct audit a;
	json_t *doc, *inner;

	(void)state;
	open_hall(vote_to_amend);
	inner = amend(OUTCOME_NO);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.outcome, OUTCOME_NO);
	audit_free(&a);
	assert_false(record_amends(w->c, inner, w->later[0].charter, w->charter, &e));
	assert_string_equal(e.name, "votes_missing");
	json_decref(inner);
	json_object_set(json_object_get(doc, "draft"), "approvals", w->later[0].approvals);
	refused(doc, "approvals_differ");
}

static void test_amends(void **state)
{
	struct signed_charter second;
	struct err e = { 0 };
	json_t *inner;

	(void)state;
	open_hall(vote_to_amend);
	inner = amend(OUTCOME_YES);
	second = w->later[0];
	assert_true(record_amends(w->c, inner, second.charter, w->signed_charter.charter, &e));
	assert_false(record_amends(w->c, inner, w->signed_charter.charter, w->signed_charter.charter, &e));
	assert_string_equal(e.name, "votes_missing");
	e = (struct err){ 0 };
	assert_false(record_follows(w->c, &second, w->signed_charter.charter, &e));
	assert_string_equal(e.name, "votes_missing");
	second.record = inner;
	e = (struct err){ 0 };
	assert_true(record_follows(w->c, &second, w->signed_charter.charter, &e));
	json_object_set_new(inner, "charters", json_array());
	assert_false(record_follows(w->c, &second, w->signed_charter.charter, &e));
	assert_string_equal(e.name, "unknown_member");
	json_decref(inner);
}

static void test_amends_other_approvals(void **state)
{
	struct signed_charter second;
	struct err e = { 0 };

	(void)state;
	open_hall(vote_to_amend);
	second = w->later[0];
	second.record = amend(OUTCOME_YES);
	second.charter = w->later[0].charter;
	second.approvals = charters_approvals(w->keys, second.charter, 3);
	assert_false(record_follows(w->c, &second, w->signed_charter.charter, &e));
	assert_string_equal(e.name, "approvals_differ");
	json_decref(second.record);
	json_decref(second.approvals);
}

static void test_under_a_voted_charter(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	doc = admit_under_two();
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.version, 2);
	assert_int_equal(json_array_size(json_object_get(doc, "charters")), 2);
	audit_free(&a);
	json_object_del(json_array_get(json_object_get(doc, "charters"), 1), "record");
	refused(doc, "votes_missing");
}

static void test_charter_without_vote(void **state)
{
	struct audit a;
	json_t *doc, *two;

	(void)state;
	open_hall(NULL);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	w->now = CHARTERS_EFFECTIVE + 86400;
	world_propose_admission(w);
	admit();
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	audit_free(&a);
	two = json_array_get(json_object_get(doc, "charters"), 1);
	json_object_set_new(two, "record", json_object());
	refused(doc, "record_unasked");
	doc = hall_record(h, true);
	two = json_array_get(json_object_get(doc, "charters"), 1);
	json_object_set_new(two, "approvals", charters_approvals(w->keys, w->later[0].charter, 3));
	refused(doc, "approvals_differ");
	doc = hall_record(h, true);
	json_array_remove(json_object_get(doc, "charters"), 1);
	refused(doc, "bad_proof");
	doc = hall_record(h, true);
	two = json_object_get(json_array_get(json_object_get(doc, "charters"), 1), "charter");
	json_object_set(json_array_get(json_object_get(doc, "charters"), 0), "charter", two);
	refused(doc, "charter_gap");
	w->later_at[0] = 0;
	refused(hall_record(h, true), "charter_not_in_force");
}

static void test_charter_not_yet_effective(void **state)
{
	(void)state;
	open_hall(NULL);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	world_propose_admission(w);
	admit();
	refused(hall_record(h, true), "charter_not_in_force");
}

static void test_charter_with_a_vote_that_nobody_asked_for(void **state)
{
	struct digest d = digest_fill(1);

	(void)state;
	open_hall(NULL);
	world_draft(w, NULL);
	world_amend(w, NULL, &d);
	w->now = CHARTERS_EFFECTIVE + 86400;
	world_propose_admission(w);
	admit();
	refused(hall_record(h, true), "record_unasked");
}

/* The charter stands in the log twice, and the vote was on the other entry. */
static void test_charter_logged_again(void **state)
{
	size_t at;

	(void)state;
	open_hall(vote_to_amend);
	enclose(amend(OUTCOME_YES));
	at = w->later_at[0];
	w->later_at[0] = world_log(w, w->log[at].entry, json_incref(w->log[at].object));
	hall_clear(h);
	w->now = CHARTERS_EFFECTIVE + 86400;
	world_propose_admission(w);
	admit();
	refused(hall_record(h, true), "entry_differs");
}

static struct trust *pin(json_t *doc)
{
	struct err e = { 0 };
	struct trust *t = trust_of(w->c, doc, NULL, &e);

	if (t == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return t;
}

static void test_pinned(void **state)
{
	struct world *other;
	struct trust *t;
	struct err e = { 0 };
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	admit();
	doc = hall_record(h, true);
	t = pin(world_trust(w, NULL));
	record_holds(w->c, doc, t, &a, NULL);
	audit_free(&a);
	t->head.root = digest_fill(1);
	assert_false(record_holds(w->c, doc, t, &a, &e));
	assert_string_equal(e.name, "forked");
	t->head.size--;
	record_holds(w->c, doc, t, &a, NULL);
	audit_free(&a);
	trust_free(t);
	other = world_new(NULL);
	t = trust_of(other->c, world_trust(other, NULL), NULL, NULL);
	e = (struct err){ 0 };
	assert_false(record_holds(w->c, doc, t, &a, &e));
	assert_string_equal(e.name, "wrong_context");
	trust_free(t);
	world_free(other);
	json_decref(doc);
}

static void test_pinned_to_another_charter(void **state)
{
	struct signed_charter rival;
	struct err e = { 0 };
	struct trust *t;
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	w->now = CHARTERS_EFFECTIVE + 86400;
	world_propose_admission(w);
	admit();
	doc = world_trust(w, NULL);
	rival = charters_signed(w->keys, charters_next(w->keys, w->signed_charter.charter), 2);
	json_array_append_new(
		json_object_get(doc, "charters"), signed_charter_print(buf_slice(&rival.charter->payload), rival.approvals, NULL));
	json_object_del(doc, "head");
	json_object_del(doc, "revocations");
	t = pin(doc);
	doc = hall_record(h, true);
	assert_false(record_holds(w->c, doc, t, &a, &e));
	assert_string_equal(e.name, "charter_fork");
	json_decref(doc);
	trust_free(t);
	signed_charter_free(&rival);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(amendment),
		TEST(amendment_refused),
		TEST(amends),
		TEST(amends_other_approvals),
		TEST(under_a_voted_charter),
		TEST(charter_without_vote),
		TEST(charter_not_yet_effective),
		TEST(charter_with_a_vote_that_nobody_asked_for),
		TEST(charter_logged_again),
		TEST(pinned),
		TEST(pinned_to_another_charter),
	};

	return cmocka_run_group_tests_name("record_charter", tests, NULL, NULL);
}
