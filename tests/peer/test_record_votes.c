/* SPDX-License-Identifier: ISC
 * Vouches and challenges in records: places, entries, and that none is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

static void members_vouch(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"votes\":{\"count\":1}},{\"vouches\":{\"count\":1,\"expiry\":86400}}]}");
	charters_set(charter, "/voting/probation", "86400");
}

static void all_leaves(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"all\":[{\"votes\":{\"count\":1,\"nearest\":2,\"opposite\":1}},{\"vouches\":{\"count\":1,\"age\":1,\"budget\":2,"
		"\"window\":1000,\"expiry\":86400}},{\"authority\":{\"k\":1}},{\"captcha\":{\"kinds\":[\"graphic\"]}}]}");
	charters_set(charter, "/voting/human", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"none\",\"human\":{\"captcha\":{\"kinds\":[\"graphic\"]}}}");
}

static void holds(json_t *doc, enum outcome outcome, uint32_t vouches)
{
	struct audit a;

	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.outcome, outcome);
	assert_int_equal(a.vouches, vouches);
	audit_free(&a);
	json_decref(doc);
}

/* Member 0 votes and vouches: that is enough. */
static void welcome(void)
{
	open_hall(members_vouch);
	hall_cast(h, 0, CHOICE_YES);
	hall_vouch(h, 0, 1);
	hall_decide(h, OUTCOME_YES);
}

static void test_every_leaf(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(all_leaves);
	for (size_t i = 0; i < 3; i++) {
		hall_cast(h, i, CHOICE_YES);
		hall_meet_by(h, i, &w->proposal.digest);
	}
	hall_vouch(h, 1, 2);
	hall_meet_by(h, 1, &w->proposal.subject);
	hall_meet(h);
	hall_say(h, world_say(w, 0, true));
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.outcome, OUTCOME_YES);
	assert_int_equal(a.vouches, 1);
	assert_int_equal(a.challenges, 5);
	assert_int_equal(a.approvals, 1);
	assert_int_equal(a.without, 0);
	audit_free(&a);
	json_decref(doc);
}

static json_t *vouch_of(json_t *doc, size_t i)
{
	return json_array_get(json_object_get(doc, "evidence"), i);
}

static void test_places(void **state)
{
	json_t *doc, *place;

	(void)state;
	welcome();
	doc = hall_record(h, true);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(vouch_of(doc, 0), "elector"), "weight")), 1);
	json_object_del(vouch_of(doc, 0), "elector");
	refused(doc, "missing_member");
	doc = hall_record(h, true);
	place = json_object_get(vouch_of(doc, 0), "elector");
	json_object_set_new(place, "index", json_integer((json_integer_value(json_object_get(place, "index")) + 1) % 3));
	refused(doc, "not_in_electorate");
	hall_close(h);
	/* another member's place, which is a place */
	open_hall(members_vouch);
	hall_cast(h, 1, CHOICE_YES);
	hall_vouch(h, 0, 1);
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	json_object_set(vouch_of(doc, 0), "elector", json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "elector"));
	refused(doc, "not_in_electorate");
}

static void test_only_vouches_have_places(void **state)
{
	json_t *doc;

	(void)state;
	open_hall(hall_operators_admit);
	hall_cast(h, 0, CHOICE_YES);
	hall_say(h, world_say(w, 0, true));
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	json_object_set(vouch_of(doc, 0), "elector", json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "elector"));
	refused(doc, "unknown_member");
}

/* In the order of digests. */
static void test_the_order_of_objects(void **state)
{
	json_t *doc, *list, *first;

	(void)state;
	open_hall(members_vouch);
	hall_cast(h, 0, CHOICE_YES);
	for (size_t i = 0; i < 3; i++)
		hall_vouch(h, i, 1);
	hall_decide(h, OUTCOME_YES);
	holds(hall_record(h, true), OUTCOME_YES, 3);
	doc = hall_record(h, true);
	list = json_object_get(doc, "evidence");
	first = json_incref(json_array_get(list, 0));
	json_array_remove(list, 0);
	json_array_append_new(list, first);
	refused(doc, "not_sorted");
}

/* Every vouch of the log, whatever the outcome. */
static void test_a_vouch_left_out(void **state)
{
	static const enum outcome outcomes[] = { OUTCOME_YES, OUTCOME_NO, OUTCOME_VOID };
	struct vouch v;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		open_hall(members_vouch);
		hall_vouch(h, 0, 1);
		v = world_vouch(w, 1);
		world_log_vouch(w, &v, w->members[1].key, 1);
		hall_cast(h, 0, outcomes[i] == OUTCOME_YES ? CHOICE_YES : CHOICE_NO);
		hall_decide(h, outcomes[i]);
		refused(hall_record(h, true), "evidence_missing");
		hall_close(h);
	}
	/* one for somebody else is */
	open_hall(members_vouch);
	v = world_vouch(w, 1);
	v.application = digest_fill(1);
	world_log_vouch(w, &v, w->members[1].key, 1);
	hall_cast(h, 0, CHOICE_YES);
	hall_vouch(h, 0, 1);
	hall_decide(h, OUTCOME_YES);
	holds(hall_record(h, true), OUTCOME_YES, 1);
}

/* Who left after vouching has no vouch in the record, and no place. */
static void test_a_void_vouch(void **state)
{
	struct vouch v;

	(void)state;
	open_hall(members_vouch);
	hall_cast(h, 0, CHOICE_YES);
	hall_vouch(h, 0, 1);
	v = world_vouch(w, 1);
	world_log_vouch(w, &v, w->members[1].key, 1);
	gone(1);
	hall_decide(h, OUTCOME_YES);
	holds(hall_record(h, true), OUTCOME_YES, 1);
	hall_close(h);
	open_hall(members_vouch);
	hall_cast(h, 0, CHOICE_YES);
	hall_vouch(h, 0, 1);
	v = world_vouch(w, 1);
	world_log_vouch(w, &v, w->members[1].key, 1);
	world_revoke_key(w, 1);
	hall_decide(h, OUTCOME_YES);
	holds(hall_record(h, true), OUTCOME_YES, 1);
	hall_close(h);
	/* a record that keeps it */
	open_hall(members_vouch);
	hall_cast(h, 0, CHOICE_YES);
	hall_vouch(h, 1, 1);
	w->now++;
	world_log(w, (struct entry){ .event = EVENT_LEFT, .object = digest_fill(1), .member = w->members[1].member }, NULL);
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), "vouch_void");
}

/* Who voted with another key than it vouched with has one place. */
static void test_one_member_one_place(void **state)
{
	json_t *doc, *seat;

	(void)state;
	welcome();
	doc = hall_record(h, true);
	seat = json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "elector");
	json_object_set_new(seat, "weight", json_integer(0));
	refused(doc, "not_in_electorate");
	holds(hall_record(h, true), OUTCOME_YES, 1);
}

static void (*lie)(struct entry *en);

static void twist_vouched(const struct world *world, struct entry *en)
{
	(void)world;
	if (en->event == EVENT_VOUCHED)
		lie(en);
}

static void of_another(struct entry *en)
{
	en->member.b[0] ^= 1;
}

static void for_another(struct entry *en)
{
	en->application = digest_fill(1);
}

static void of_another_vouch(struct entry *en)
{
	en->object = digest_fill(1);
}

/* hall_good sees the log as its entries say, so that each lie is told behind its back. */
static void lying(void (*how)(struct entry *en), const char *name)
{
	struct verified v;
	struct decision d;

	open_hall(members_vouch);
	lie = how;
	hall_cast(h, 0, CHOICE_YES);
	v = (hall_vouch(h, 0, 1), hall_good(h));
	w->log_n--;
	buf_free(&w->log[w->log_n].bytes);
	w->twist_entry = twist_vouched;
	world_log(w, w->log[w->log_n].entry, w->log[w->log_n].object);
	w->twist_entry = NULL;
	d = world_decision(w, &v, OUTCOME_YES);
	h->decided = w->log_n;
	world_decide(w, &d);
	verified_free(&v);
	refused(hall_record(h, true), name);
	hall_close(h);
}

static void test_lying_entries(void **state)
{
	(void)state;
	lying(of_another, "entry_differs");
	lying(for_another, "log_unknown");
	lying(of_another_vouch, "evidence_missing");
	open_hall(NULL);
}

static void test_an_entry_twice(void **state)
{
	struct vouch v;

	(void)state;
	open_hall(members_vouch);
	hall_cast(h, 0, CHOICE_YES);
	v = world_vouch(w, 0);
	world_log_vouch(w, &v, w->members[0].key, 9);
	world_log_vouch(w, &v, w->members[0].key, 1);
	hall_say(h, world_sign_vouch(w, &v, w->members[0].key));
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), "vouch_repeated");
}

static void test_reasons(void **state)
{
	json_t *doc, *text;
	struct vouch v;
	uint8_t salt[16] = { 1 };

	(void)state;
	open_hall(members_vouch);
	hall_cast(h, 0, CHOICE_YES);
	v = world_vouch(w, 0);
	v.has_reason = true;
	text_digest(salt, slice_str("an old friend"), &v.reason);
	world_log_vouch(w, &v, w->members[0].key, 1);
	hall_say(h, world_sign_vouch(w, &v, w->members[0].key));
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	text = json_pack("{s:s,s:s}", "of", "reason", "text", "an old friend");
	assert_true(object_set_base64(text, "salt", slice_of(salt, sizeof(salt))));
	json_object_set_new(doc, "texts", json_pack("[O]", text));
	holds(json_deep_copy(doc), OUTCOME_YES, 1);
	json_object_set_new(text, "text", json_string("an old foe"));
	refused(doc, "text_differs");
	json_decref(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_leaf),
		TEST(places),
		TEST(only_vouches_have_places),
		TEST(the_order_of_objects),
		TEST(a_vouch_left_out),
		TEST(a_void_vouch),
		TEST(one_member_one_place),
		TEST(lying_entries),
		TEST(an_entry_twice),
		TEST(reasons),
	};

	return cmocka_run_group_tests_name("record_votes", tests, NULL, NULL);
}
