/* SPDX-License-Identifier: ISC
 * Records that hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

static void test_admission(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	admit();
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.outcome, OUTCOME_YES);
	assert_int_equal(a.question, Q_ADMIT);
	assert_int_equal(a.number, 1);
	assert_int_equal(a.version, 1);
	assert_int_equal(a.n, 3);
	assert_int_equal(a.yes, 2);
	assert_int_equal(a.no, 1);
	assert_int_equal(a.abstain, 0);
	assert_true(a.has_gmc);
	assert_memory_equal(&a.member, &w->proposal.member, sizeof(a.member));
	assert_memory_equal(&a.decision, &w->decision.digest, sizeof(a.decision));
	assert_memory_equal(&a.subject, &w->application.digest, sizeof(a.subject));
	assert_memory_equal(&a.charter_digest, &w->genesis, sizeof(a.charter_digest));
	assert_memory_equal(&a.serial, &w->log[w->log_n - 1].entry.serial, sizeof(a.serial));
	assert_int_equal(a.trace.verdict, VERDICT_YES);
	assert_true(a.trace.n > 0);
	audit_free(&a);
	audit_free(NULL);
	json_decref(doc);
}

static void test_a_longer_log(void **state)
{
	struct audit a;
	json_t *doc, *later;

	(void)state;
	open_hall(NULL);
	admit();
	doc = hall_record(h, true);
	world_log(w, (struct entry){ .event = EVENT_SEEDS, .object = digest_fill(1) }, NULL);
	later = hall_record(h, true);
	/* entries that follow nothing from the decision are none of the record's */
	refused(later, "entry_differs");
	record_holds(w->c, doc, NULL, &a, NULL);
	audit_free(&a);
	json_decref(doc);
}

static void test_refusal(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_NO);
	hall_cast(h, 1, CHOICE_NO);
	hall_decide(h, OUTCOME_NO);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.outcome, OUTCOME_NO);
	assert_false(a.has_gmc);
	assert_string_equal(a.trace.refusal, "votes_missing");
	audit_free(&a);
	json_decref(doc);
}

static void test_expiry(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_YES);
	h->closed = true;
	hall_decide(h, OUTCOME_EXPIRED);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.outcome, OUTCOME_EXPIRED);
	assert_true(a.trace.expired);
	audit_free(&a);
	json_decref(doc);
}

static void test_void(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_YES);
	hall_decide(h, OUTCOME_VOID);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.outcome, OUTCOME_VOID);
	audit_free(&a);
	json_decref(doc);
}

static void test_operators(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(hall_operators_admit);
	hall_cast(h, 1, CHOICE_YES);
	hall_say(h, world_say(w, 0, true));
	hall_say(h, world_say(w, 1, false));
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	audit_free(&a);
	json_decref(doc);
}

static void test_expulsion(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	expel();
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.question, Q_EXPEL);
	assert_int_equal(a.number, 2);
	assert_memory_equal(&a.member, &w->members[2].member, sizeof(a.member));
	assert_false(a.has_gmc);
	audit_free(&a);
	json_decref(doc);
}

static void test_who_left_does_not_count(void **state)
{
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_cast(h, 2, CHOICE_YES)->status = VOTE_MEMBER_GONE;
	gone(2);
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.yes, 2);
	audit_free(&a);
	json_decref(doc);
}

/* The same vote, counted though its voter had left: the decision says so, the log does not. */
static void test_a_voter_brought_back(void **state)
{
	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 2, CHOICE_YES);
	gone(2);
	w->members[2].standing.gone = false;
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), "vote_status");
}

static void test_a_revoked_key(void **state)
{
	struct world_member *m;
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	m = &w->members[2];
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_cast(h, 2, CHOICE_NO)->status = VOTE_KEY_REVOKED;
	world_log(w,
		(struct entry){ .event = EVENT_REVOKED, .object = digest_fill(1), .member = m->member, .has_key = true, .key = m->thumb },
		NULL);
	m->standing.revoked[m->standing.revoked_n++] = m->thumb;
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.no, 0);
	audit_free(&a);
	json_decref(doc);
}

/* A member may revoke as many of its former keys as it has had: no record may become unreadable by that. */
static void test_former_keys_are_revoked(void **state)
{
	struct world_member *m;
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	m = &w->members[2];
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 2, CHOICE_YES);
	for (uint8_t i = 0; i < 20; i++)
		world_log(w,
			(struct entry){ .event = EVENT_REVOKED,
				.object = digest_fill(1),
				.member = m->member,
				.has_key = true,
				.key = digest_fill((uint8_t)(100 + i)) },
			NULL);
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.yes, 2);
	audit_free(&a);
	json_decref(doc);
}

static void test_a_new_key(void **state)
{
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest thumb = envelope_thumb(k);
	struct world_member *m;
	struct vote vote;
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	m = &w->members[2];
	world_log(w,
		(struct entry){ .event = EVENT_REKEYED, .object = digest_fill(1), .member = m->member, .old_key = m->thumb, .key = thumb },
		NULL);
	m->standing.keys[m->standing.keys_n++] = thumb;
	hall_cast(h, 0, CHOICE_YES);
	vote = world_vote(w, 2, CHOICE_YES);
	hall_put(h, world_sign_vote(w, &vote, k));
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.yes, 2);
	audit_free(&a);
	json_decref(doc);
	sig_key_free(k);
}

static void may_change(json_t *charter)
{
	charters_set(charter, "/voting/change", "true");
}

static void test_another_mind(void **state)
{
	struct vote first, second;
	struct digest digest;
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(may_change);
	first = world_vote(w, 0, CHOICE_NO);
	hall_put(h, world_sign_vote(w, &first, w->members[0].key))->status = VOTE_REPLACED;
	jws_digest(&h->votes[0].jws, KIND_VOTE, &digest);
	second = world_vote(w, 0, CHOICE_YES);
	second.has_replaces = true;
	second.replaces = digest;
	hall_put(h, world_sign_vote(w, &second, w->members[0].key));
	hall_cast(h, 1, CHOICE_YES);
	h->closed = true;
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.yes, 2);
	assert_int_equal(a.no, 0);
	audit_free(&a);
	json_decref(doc);
}

static void text(json_t *doc, const char *of, const uint8_t salt[static 16], const char *words)
{
	json_t *one = json_object(), *list = json_object_get(doc, "texts");

	assert_true(object_set_string(one, "of", of) && object_set_base64(one, "salt", slice_of(salt, 16)) &&
		object_set_string(one, "text", words));
	if (list == NULL)
		json_object_set_new(doc, "texts", list = json_array());
	json_array_append_new(list, one);
}

static void test_texts(void **state)
{
	static const uint8_t salt[16] = { 1 }, other[16] = { 2 };
	struct vote v;
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	v = world_vote(w, 0, CHOICE_YES);
	v.has_reason = true;
	text_digest(salt, slice_str("I know Ned."), &v.reason);
	hall_put(h, world_sign_vote(w, &v, w->members[0].key));
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	audit_free(&a);
	text(doc, "reason", salt, "I know Ned.");
	record_holds(w->c, doc, NULL, &a, NULL);
	audit_free(&a);
	text(doc, "reason", salt, "I know Ned.");
	refused(doc, "text_differs");
	doc = hall_record(h, true);
	text(doc, "statement", salt, "I know Ned.");
	refused(doc, "text_differs");
	doc = hall_record(h, true);
	text(doc, "reason", other, "I know Ned.");
	refused(doc, "text_differs");
	doc = hall_record(h, true);
	text(doc, "reason", salt, "I know Ned!");
	refused(doc, "text_differs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(admission),
		TEST(a_longer_log),
		TEST(refusal),
		TEST(expiry),
		TEST(void),
		TEST(operators),
		TEST(expulsion),
		TEST(who_left_does_not_count),
		TEST(a_voter_brought_back),
		TEST(a_revoked_key),
		TEST(former_keys_are_revoked),
		TEST(a_new_key),
		TEST(another_mind),
		TEST(texts),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
