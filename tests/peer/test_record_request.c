/* SPDX-License-Identifier: ISC
 * What stands in a record for a renewal or recovery stands in no other, and needs its member's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "peer/request.h"
#include "tests/lib/followers.h"
#include "tests/lib/recorded.h"

static json_t *admission(void)
{
	open_hall(NULL);
	admit();
	return hall_record(h, true);
}

static void test_a_holder_beside_an_application(void **state)
{
	json_t *doc = admission();

	(void)state;
	json_object_set_new(doc, "holder", json_object());
	refused(doc, "unknown_member");
}

static void test_two_subjects(void **state)
{
	json_t *doc = admission();

	(void)state;
	json_object_set(doc, "renewal", json_object_get(doc, "application"));
	refused(doc, "bad_record");
}

static void test_a_request_without_its_member(void **state)
{
	json_t *doc = admission();

	(void)state;
	json_object_set(doc, "recovery", json_object_get(doc, "application"));
	json_object_del(doc, "application");
	refused(doc, "missing_member");
}

static void by_vote(json_t *charter)
{
	charters_set(charter, "/renewal", "{\"votes\":{\"count\":2}}");
}

/* The group does not renew member 2. */
static json_t *renewal(const struct sig_key *by, bool again)
{
	static const uint8_t nonce[16] = { 3 };
	struct renewal r = { .genesis = w->genesis, .charter = w->charter->object.digest, .member = w->members[2].member, .iat = w->now };
	struct proposal p = { .question = Q_RENEW, .again = again, .member = r.member };
	json_t *o = world_request(w, KIND_RENEWAL, renewal_print(&r, nonce), by, &p.subject);

	world_propose_request(w, &p, "renewal", o);
	hall_clear(h);
	hall_cast(h, 0, CHOICE_NO);
	hall_cast(h, 1, CHOICE_NO);
	hall_decide(h, OUTCOME_NO);
	return hall_record(h, true);
}

static void test_a_renewal(void **state)
{
	json_t *doc, *vote;
	struct audit a;

	(void)state;
	open_hall(by_vote);
	doc = renewal(w->members[2].key, false);
	assert_true(record_holds(w->c, doc, NULL, &a, NULL));
	assert_int_equal(a.outcome, OUTCOME_NO);
	audit_free(&a);
	vote = json_array_get(json_object_get(doc, "votes"), 0);
	json_object_set(json_object_get(doc, "holder"), "elector", json_object_get(vote, "elector"));
	refused(doc, "wrong_key");
	doc = hall_record(h, true);
	vote = json_array_get(json_object_get(doc, "votes"), 0);
	json_object_set(json_object_get(doc, "holder"), "elector", json_object_get(vote, "elector"));
	json_object_set(json_object_get(doc, "holder"), "key", json_object_get(vote, "key"));
	refused(doc, "record_mixed");
	doc = hall_record(h, true);
	json_object_del(doc, "holder");
	refused(doc, "missing_member");
	doc = hall_record(h, true);
	json_object_set(doc, "renewal", json_object_get(doc, "decision"));
	refused(doc, "wrong_typ");
	doc = hall_record(h, true);
	json_object_set(doc, "recovery", json_object_get(doc, "renewal"));
	json_object_del(doc, "renewal");
	refused(doc, "bad_record");
	refused(renewal(w->members[1].key, false), "wrong_key");
	refused(renewal(w->members[2].key, true), "again_differs");
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(a_holder_beside_an_application), TEST(two_subjects), TEST(a_request_without_its_member),
		TEST(a_renewal) };

	return cmocka_run_group_tests_name("record_request", tests, NULL, NULL);
}
