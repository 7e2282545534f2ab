/* SPDX-License-Identifier: ISC
 * Vouches as evidence; the words of operators are tested with what is decided from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/hall.h"

static void members_vouch(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"all\":[{\"votes\":{\"count\":1}},{\"vouches\":{\"count\":2,\"age\":2,\"budget\":3,\"expiry\":86400}}]}");
}

static void spoil(struct hall *h, struct vouch v, const char *name)
{
	world_log_vouch(h->w, &v, h->w->members[0].key, 1);
	hall_say(h, world_sign_vouch(h->w, &v, h->w->members[0].key));
	hall_refused(h, name);
}

static void vouches_become_facts(void **state)
{
	struct hall *h = hall_open(members_vouch);
	const struct fact_vouch *f;
	struct verified v;
	struct decision d;

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_vouch(h, 0, 3);
	h->w->now += 100;
	hall_vouch(h, 1, 1);
	v = hall_good(h);
	assert_int_equal(v.facts.vouches_n, 2);
	assert_int_equal(v.vouches_n, 2);
	f = id16_compare(&v.facts.vouches[0].member, &h->w->members[0].member) == 0 ? &v.facts.vouches[0] : &v.facts.vouches[1];
	assert_int_equal(f->age, h->w->proposal.opened + 1 - h->w->members[0].since);
	assert_int_equal(f->elapsed, 102); /* a second for each act, and one for the decision */
	assert_int_equal(f->live, 3);
	assert_false(f->reason);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	evidence_at(&v, v.at + 50);
	assert_int_equal(f->elapsed, 152);
	verified_free(&v);
	hall_close(h);
}

/* At the end of a term that lasts longer than a vouch does, it has run out. */
static void vouches_run_out(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct err e = { 0 };
	struct verified v;
	struct decision d;

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_vouch(h, 0, 1);
	hall_vouch(h, 1, 4);
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_false(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, &e));
	assert_string_equal(e.name, "vouches_missing");
	evidence_at(&v, proposal_closes(&h->w->proposal));
	v.facts.closed = true;
	d.outcome = OUTCOME_NO; /* who vouched in vain does not vouch again */
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	hall_close(h);
}

static void a_reason_is_a_fact(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct vouch vouch = world_vouch(h->w, 0);
	struct verified v;

	(void)state;
	vouch.has_reason = true;
	vouch.reason = digest_fill(3);
	world_log_vouch(h->w, &vouch, h->w->members[0].key, 1);
	hall_say(h, world_sign_vouch(h->w, &vouch, h->w->members[0].key));
	v = hall_good(h);
	assert_true(v.facts.vouches[0].reason);
	verified_free(&v);
	hall_close(h);
}

static void vouches_are_for_this_applicant(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct vouch v = world_vouch(h->w, 0);

	(void)state;
	v.application = digest_fill(1);
	spoil(h, v, "wrong_context");
	v = world_vouch(h->w, 0);
	v.charter = digest_fill(1);
	spoil(h, v, "wrong_context");
	v = world_vouch(h->w, 0);
	v.genesis = digest_fill(1);
	spoil(h, v, "wrong_context");
	world_propose_expulsion(h->w, 2);
	v = world_vouch(h->w, 0);
	spoil(h, v, "wrong_context");
	hall_close(h);
}

static void a_charter_may_have_no_vouches(void **state)
{
	struct hall *h = hall_open(NULL);

	(void)state;
	hall_vouch(h, 0, 1);
	hall_refused(h, "not_allowed");
	hall_close(h);
}

static void vouches_are_by_members_with_their_keys(void **state)
{
	struct hall *h = hall_open(members_vouch);
	const struct sig_key *both[2] = { h->w->members[0].key, h->w->members[1].key };
	struct vouch v = world_vouch(h->w, 0);

	(void)state;
	v.member = id16_fill(9);
	spoil(h, v, "not_in_electorate");
	v = world_vouch(h->w, 1);
	spoil(h, v, "wrong_key");
	hall_vouch(h, 0, 1)->key = *sig_key_pub(h->w->members[1].key);
	hall_refused(h, "wrong_key");
	envelope_break(&hall_vouch(h, 0, 1)->jws, 0);
	hall_refused(h, "bad_signature");
	v = world_vouch(h->w, 0);
	world_log_vouch(h->w, &v, both[0], 1);
	hall_say(h,
		(struct evidence_object){
			.jws = envelope_by(h->w->c, KIND_VOUCH, vouch_print(&v), both, 2), .key = *sig_key_pub(both[0]) });
	hall_refused(h, "bad_jws");
	hall_close(h);
}

/* What was verified before is not verified again; all else is. */
static void a_known_signature(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct evidence_object *o = hall_vouch(h, 0, 1);
	struct verified v;

	(void)state;
	envelope_break(&o->jws, 0);
	o->signature_known = true;
	v = hall_good(h);
	assert_int_equal(v.facts.vouches_n, 1);
	verified_free(&v);
	hall_close(h);
}

static void on_probation_one_may_vouch(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct verified v;

	(void)state;
	h->w->members[0].standing.voteless = true;
	hall_vouch(h, 0, 1);
	v = hall_good(h);
	assert_int_equal(v.facts.vouches_n, 1);
	verified_free(&v);
	hall_close(h);
}

static void a_void_vouch_is_no_evidence(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct voter *standing = &h->w->members[0].standing;

	(void)state;
	standing->gone = true;
	hall_vouch(h, 0, 1);
	hall_refused(h, "vouch_void");
	standing->gone = false;
	standing->revoked[0] = h->w->members[0].thumb;
	standing->revoked_n = 1;
	hall_vouch(h, 0, 1);
	hall_refused(h, "vouch_void");
	hall_close(h);
}

static void vouches_stand_in_the_log(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct vouch v = world_vouch(h->w, 0);
	struct world_entry *last;

	(void)state;
	hall_say(h, world_sign_vouch(h->w, &v, h->w->members[0].key));
	hall_refused(h, "log_unknown");
	hall_vouch(h, 0, 1);
	last = &h->w->log[h->w->log_n - 1];
	last->entry.member = h->w->members[1].member;
	hall_refused(h, "entry_differs");
	last->entry.member = v.member;
	last->entry.application = digest_fill(1);
	hall_say(h, world_sign_vouch(h->w, &v, h->w->members[0].key));
	hall_refused(h, "entry_differs");
	last->entry.application = v.application;
	last->entry.time = proposal_closes(&h->w->proposal);
	hall_say(h, world_sign_vouch(h->w, &v, h->w->members[0].key));
	hall_refused(h, "not_open");
	hall_close(h);
}

static void vouches_are_of_their_time(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct vouch v = world_vouch(h->w, 0);
	struct verified out;

	(void)state;
	v.iat = h->w->proposal.opened - VOUCH_SLACK - 1;
	spoil(h, v, "vouch_late");
	v.iat = h->w->now + 1 + VOUCH_SLACK + 1; /* logged a second later */
	spoil(h, v, "vouch_late");
	v.iat = h->w->now + VOUCH_SLACK;
	world_log_vouch(h->w, &v, h->w->members[0].key, 1);
	hall_say(h, world_sign_vouch(h->w, &v, h->w->members[0].key));
	out = hall_good(h);
	verified_free(&out);
	hall_close(h);
}

static void each_member_vouches_once(void **state)
{
	struct hall *h = hall_open(members_vouch);

	(void)state;
	hall_vouch(h, 0, 1);
	hall_vouch(h, 1, 1);
	hall_vouch(h, 0, 1); /* a second later: another vouch */
	hall_refused(h, "vouch_repeated");
	hall_close(h);
}

static void without_a_log_there_are_no_vouches(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct evidence_view view = world_view(h->w);
	struct err e = { 0 };
	struct verified v;

	(void)state;
	hall_vouch(h, 0, 1);
	view.vouch = NULL;
	assert_false(evidence_verify(h->w->c, h->w->charter, &h->w->proposal, &h->ev, &view, h->w->now, false, &v, &e));
	assert_string_equal(e.name, "log_unknown");
	assert_memory_equal(e.text, "evidence 1: ", 12);
	hall_close(h);
}

/* Whatever order evidence lies in, its root is the same, and vouches count for it. */
static void the_root_is_over_all_objects(void **state)
{
	struct hall *h = hall_open(members_vouch);
	struct evidence_object swap;
	struct digest root;
	struct verified v;

	(void)state;
	hall_say(h, world_say(h->w, 0, true));
	v = hall_good(h);
	root = v.evidence_root;
	verified_free(&v);
	hall_vouch(h, 0, 1);
	v = hall_good(h);
	assert_memory_not_equal(&v.evidence_root, &root, sizeof(root));
	root = v.evidence_root;
	verified_free(&v);
	swap = h->objects[0];
	h->objects[0] = h->objects[1];
	h->objects[1] = swap;
	v = hall_good(h);
	assert_memory_equal(&v.evidence_root, &root, sizeof(root));
	assert_int_equal(v.facts.approvals_n, 1);
	verified_free(&v);
	hall_close(h);
}

/* Nothing is looked at of what is too much. */
static void there_are_not_too_many(void **state)
{
	struct hall *h = hall_open(members_vouch);
	const struct evidence_view view = world_view(h->w);
	struct evidence ev = { .objects = calloc(EVIDENCE_OBJECTS_MAX + 1, sizeof(*ev.objects)), .objects_n = EVIDENCE_OBJECTS_MAX + 1 };
	struct err e = { 0 };
	struct verified v;

	(void)state;
	assert_non_null(ev.objects);
	assert_false(evidence_verify(h->w->c, h->w->charter, &h->w->proposal, &ev, &view, h->w->now, false, &v, &e));
	assert_string_equal(e.name, "out_of_range");
	err_clear(&e);
	ev.objects_n--;
	assert_false(evidence_verify(h->w->c, h->w->charter, &h->w->proposal, &ev, &view, h->w->now, false, &v, &e));
	assert_string_equal(e.name, "feature_unsupported");
	free(ev.objects);
	hall_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vouches_become_facts),
		cmocka_unit_test(vouches_run_out),
		cmocka_unit_test(a_reason_is_a_fact),
		cmocka_unit_test(vouches_are_for_this_applicant),
		cmocka_unit_test(a_charter_may_have_no_vouches),
		cmocka_unit_test(vouches_are_by_members_with_their_keys),
		cmocka_unit_test(a_known_signature),
		cmocka_unit_test(on_probation_one_may_vouch),
		cmocka_unit_test(a_void_vouch_is_no_evidence),
		cmocka_unit_test(vouches_stand_in_the_log),
		cmocka_unit_test(vouches_are_of_their_time),
		cmocka_unit_test(each_member_vouches_once),
		cmocka_unit_test(without_a_log_there_are_no_vouches),
		cmocka_unit_test(the_root_is_over_all_objects),
		cmocka_unit_test(there_are_not_too_many),
	};

	return cmocka_run_group_tests_name("evidence_objects", tests, NULL, NULL);
}
