/* SPDX-License-Identifier: ISC
 * Records of admissions by invitation: what was gathered is exchanged after the decision was made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"
#include "voting/candidacy.h"
#include "voting/draw.h"
#include "voting/invitation.h"

static void by_members(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000}},{\"votes\":{\"count\":1}}]}");
	charters_set(charter, "/tests", "[]");
}

static void by_operators(json_t *charter)
{
	by_members(charter);
	charters_set(
		charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000,\"inviters\":\"operators\"}},{\"votes\":{\"count\":1}}]}");
}

static void by_draws(json_t *charter)
{
	by_members(charter);
	charters_set(charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000,\"draw\":1}},{\"votes\":{\"count\":1}}]}");
	charters_set(charter, "/inviting", "{\"measures\":{},\"window\":10000,\"every\":5000}");
}

static struct evidence_object *say(const char *kind, json_t *payload, const struct sig_key *k)
{
	return hall_say(h, (struct evidence_object){ .jws = envelope(w->c, kind, payload, k), .key = *sig_key_pub(k) });
}

static struct digest stand(const struct sig_key *k)
{
	struct candidacy v = { .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.key = *sig_key_pub(k),
		.name = "Ned",
		.iat = w->proposal.opened };
	static const uint8_t nonce[CANDIDACY_NONCE];
	struct digest d;

	jws_digest(&say(KIND_CANDIDACY, candidacy_print(&v, nonce), k)->jws, KIND_CANDIDACY, &d);
	return d;
}

static struct invitation invitation_to(const struct digest *candidacy)
{
	struct invitation v = { .genesis = w->genesis, .charter = w->charter->object.digest, .candidate = *candidacy };

	v.iat = w->proposal.opened;
	v.until = v.iat + 100;
	return v;
}

static struct evidence_object *invite(const struct digest *candidacy, size_t i)
{
	struct invitation v = invitation_to(candidacy);

	v.has_member = true;
	v.member = w->members[i].member;
	return say(KIND_INVITATION, invitation_print(&v), w->members[i].key);
}

static struct evidence_object *draw(const struct digest *candidacy, const struct sig_key *k)
{
	struct draw d = {
		.genesis = w->genesis, .charter = w->charter->object.digest, .eligible = 1, .drawn_n = 1, .iat = w->proposal.opened
	};

	d.drawn[0] = *candidacy;
	return say(KIND_DRAW, draw_print(&d), k);
}

static void operator_invites(const struct digest *candidacy, const struct sig_key *k)
{
	struct invitation v = invitation_to(candidacy);

	say(KIND_INVITATION, invitation_print(&v), k);
}

static void decide(void)
{
	hall_cast(h, 0, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
}

/* The vote and the candidacy stay as they were decided on; the rest is gathered anew. */
static struct digest anew(void)
{
	hall_clear(h);
	hall_cast(h, 0, CHOICE_YES);
	return stand(w->applicant);
}

static void spoiled(const char *name)
{
	refused(hall_record(h, true), name);
}

static void holds(void)
{
	json_t *doc = hall_record(h, true);
	struct audit a;

	assert_true(record_holds(w->c, doc, NULL, &a, NULL));
	assert_int_equal(a.outcome, OUTCOME_YES);
	audit_free(&a);
	json_decref(doc);
}

static struct digest invited_by(void (*change)(json_t *charter))
{
	open_hall(change);
	return stand(w->applicant);
}

static void test_by_a_member(void **state)
{
	struct digest c = invited_by(by_members);

	(void)state;
	invite(&c, 2);
	decide();
	holds();
	anew();
	spoiled("evidence_unasked"); /* nobody invited it */
	hall_clear(h);
	hall_cast(h, 0, CHOICE_YES);
	spoiled("evidence_differs");
	invite(&c, 2);
	spoiled("evidence_unasked"); /* nobody stood */
	anew();
	invite(&c, 1);
	spoiled("evidence_differs"); /* another inviter than whom the decision counted */
	anew();
	invite(&w->genesis, 2);
	spoiled("not_invited");
	anew();
	invite(&c, 2)->key = *sig_key_pub(w->members[1].key);
	spoiled("wrong_key");
	hall_clear(h);
	hall_cast(h, 0, CHOICE_YES);
	c = stand(w->members[1].key);
	invite(&c, 2);
	spoiled("record_mixed");
	anew();
	draw(&c, w->keys->notary);
	spoiled("not_allowed");
}

/* Its place tells which key it had. */
static void test_the_place_of_the_inviter(void **state)
{
	struct digest c = invited_by(by_members);
	json_t *doc, *part, *place = NULL;
	size_t i;

	(void)state;
	invite(&c, 2);
	decide();
	doc = hall_record(h, true);
	json_array_foreach(json_object_get(doc, "evidence"), i, part) if (json_object_get(part, "elector") != NULL) place = part;
	assert_non_null(place);
	json_object_set(place, "elector", json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "elector"));
	refused(doc, "not_in_electorate");
}

/* No ledger would have decided so: an auditor sees it without one. */
static void test_an_inviter_who_left(void **state)
{
	struct digest c = invited_by(by_members);

	(void)state;
	invite(&c, 2);
	world_leave(w, 2);
	decide();
	spoiled("vouch_void");
}

static void test_nobody_invited_at_all(void **state)
{
	(void)state;
	open_hall(by_members);
	decide();
	spoiled("not_invited");
}

static void test_by_an_operator(void **state)
{
	struct digest c = invited_by(by_operators);

	(void)state;
	operator_invites(&c, w->keys->operators[0]);
	decide();
	holds();
	anew();
	operator_invites(&c, w->members[1].key);
	spoiled("not_an_operator");
	anew();
	invite(&c, 2);
	spoiled("not_allowed");
}

static void test_by_a_draw(void **state)
{
	struct digest c = invited_by(by_draws);

	(void)state;
	draw(&c, w->keys->notary);
	decide();
	holds();
	anew();
	draw(&c, w->members[0].key);
	spoiled("not_a_notary");
	anew();
	draw(&w->genesis, w->keys->notary);
	spoiled("not_invited");
	anew();
	draw(&c, w->keys->notary)->key = *sig_key_pub(w->members[0].key);
	spoiled("wrong_key");
	anew();
	invite(&c, 2);
	spoiled("not_allowed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(by_a_member),
		TEST(the_place_of_the_inviter),
		TEST(an_inviter_who_left),
		TEST(nobody_invited_at_all),
		TEST(by_an_operator),
		TEST(by_a_draw),
	};

	return cmocka_run_group_tests_name("record_invited", tests, NULL, NULL);
}
