/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/records.h"

static struct hall *h;
static struct world *w;

static int down(void **state)
{
	(void)state;
	hall_close(h);
	return 0;
}

static void open_hall(void (*change)(json_t *charter))
{
	h = hall_open(change);
	w = h->w;
}

static void admit(void)
{
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_NO);
	hall_cast(h, 2, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
}

static void refused(json_t *doc, const char *name)
{
	struct err e = { 0 };
	struct audit a;

	assert_false(record_holds(w->c, doc, NULL, &a, &e));
	assert_string_equal(e.name, name);
	json_decref(doc);
}

/* ---- records that hold */

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

static void expel(void)
{
	open_hall(NULL);
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
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

/* ---- voters between proposal and decision */

static void gone(size_t i)
{
	w->now++;
	world_log(w, (struct entry){ .event = EVENT_LEFT, .object = digest_fill(1), .member = w->members[i].member }, NULL);
	w->members[i].standing.gone = true;
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

/* ---- charters */

static void vote_to_amend(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"fraction\":\"1/2\"}}");
}

/* The group votes version 2 in. Gives the record of the vote. */
static json_t *amend(enum outcome outcome)
{
	struct signed_charter *draft;

	hall_clear(h);
	draft = world_draft(w, vote_to_amend);
	world_propose_amendment(w, &draft->charter->object.digest);
	hall_cast(h, 0, outcome == OUTCOME_YES ? CHOICE_YES : CHOICE_NO);
	hall_cast(h, 1, outcome == OUTCOME_YES ? CHOICE_YES : CHOICE_NO);
	hall_decide(h, outcome);
	if (outcome == OUTCOME_YES)
		world_amend(w, NULL, &w->decision.digest);
	return hall_record(h, false);
}

/* A record inside its charter, in the log as well. */
static void enclose(json_t *record)
{
	size_t at = w->later_at[w->later_n - 1];

	json_object_set(w->log[at].object, "record", record);
	json_decref(record);
}

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

/* An admission under charter 2, which the group voted in. */
static json_t *admit_under_two(void)
{
	open_hall(vote_to_amend);
	enclose(amend(OUTCOME_YES));
	hall_clear(h);
	w->now = CHARTERS_EFFECTIVE + 86400;
	world_propose_admission(w);
	admit();
	return hall_record(h, true);
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
	refused(doc, "charter_not_in_force");
	doc = hall_record(h, true);
	json_array_remove(json_object_get(doc, "charters"), 0);
	refused(doc, "charter_gap");
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

/* ---- what is pinned */

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

/* ---- what was signed, and still is not so */

static json_t *resigned(const char *kind, json_t *payload, const struct sig_key *k)
{
	struct jws j = envelope(w->c, kind, payload, k);
	json_t *o = envelope_json(&j);

	jws_free(&j);
	return o;
}

static json_t *with(json_t *doc, const char *member, json_t *value)
{
	assert_int_equal(json_object_set_new(doc, member, value), 0);
	return doc;
}

static void test_signers(void **state)
{
	struct head head;
	struct jws j;

	(void)state;
	open_hall(NULL);
	admit();
	refused(with(hall_record(h, true), "proposal", resigned(KIND_PROPOSAL, proposal_print(&w->proposal), w->issuing)), "not_a_notary");
	refused(with(hall_record(h, true), "decision", resigned(KIND_DECISION, decision_print(&w->decision), w->issuing)), "not_a_notary");
	head = (struct head){ .genesis = w->genesis, .size = w->log_n, .root = world_root(w, w->log_n), .time = w->now };
	refused(with(hall_record(h, true), "head", resigned(KIND_HEAD, head_print(&head), w->issuing)), "not_a_notary");
	head.time = CHARTERS_UNTIL;
	refused(with(hall_record(h, true), "head", resigned(KIND_HEAD, head_print(&head), w->keys->notary)), "not_a_notary");
	head.time = w->now;
	head.root = digest_fill(1);
	refused(with(hall_record(h, true), "head", resigned(KIND_HEAD, head_print(&head), w->keys->notary)), "bad_path");
	head.genesis = digest_fill(1);
	refused(with(hall_record(h, true), "head", resigned(KIND_HEAD, head_print(&head), w->keys->notary)), "record_mixed");
	j = envelope(w->c, KIND_DECISION, decision_print(&w->decision), w->keys->notary);
	envelope_break(&j, 0);
	refused(with(hall_record(h, true), "decision", envelope_json(&j)), "bad_signature");
	jws_free(&j);
}

static void test_votes_missing(void **state)
{
	json_t *doc;

	(void)state;
	open_hall(NULL);
	admit();
	doc = hall_record(h, true);
	json_array_remove(json_object_get(doc, "votes"), 0);
	refused(doc, "votes_differ");
	h->ev.votes_n--;
	jws_free(&h->votes[2].jws);
	refused(hall_record(h, true), "votes_differ");
	hall_cast(h, 2, CHOICE_ABSTAIN);
	refused(hall_record(h, true), "votes_differ");
}

/* The notary decides *yes* on one vote where two are needed. */
static void test_too_few(void **state)
{
	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), "votes_missing");
}

static void test_other_outcome(void **state)
{
	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_NO);
	refused(hall_record(h, true), "outcome_differs");
}

static void test_subject_gone(void **state)
{
	struct decision d;
	struct verified v;
	struct audit a;
	json_t *doc;

	(void)state;
	open_hall(NULL);
	world_propose_expulsion(w, 2);
	v = hall_good(h);
	d = world_decision(w, &v, OUTCOME_VOID);
	d.cause = VOID_SUBJECT_GONE;
	world_decide(w, &d);
	refused(hall_record(h, true), "outcome_differs");
	w->log_n--;
	buf_free(&w->log[w->log_n].bytes);
	json_decref(w->log[w->log_n].object);
	gone(2);
	d = world_decision(w, &v, OUTCOME_VOID);
	d.cause = VOID_SUBJECT_GONE;
	world_decide(w, &d);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	audit_free(&a);
	json_decref(doc);
	verified_free(&v);
}

static void test_mover(void **state)
{
	json_t *doc, *mover, *other;

	(void)state;
	expel();
	doc = hall_record(h, true);
	mover = json_object_get(doc, "mover");
	json_object_set_new(mover, "key", jwk_print(sig_key_pub(w->members[1].key)));
	refused(doc, "wrong_key");
	doc = hall_record(h, true);
	other = json_deep_copy(json_object_get(json_array_get(json_object_get(doc, "votes"), 1), "elector"));
	if (json_equal(other, json_object_get(json_object_get(doc, "mover"), "elector"))) {
		json_decref(other);
		other = json_deep_copy(json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "elector"));
	}
	json_object_set_new(json_object_get(doc, "mover"), "elector", other);
	refused(doc, "wrong_key");
	doc = hall_record(h, true);
	json_object_del(doc, "mover");
	refused(doc, "missing_member");
	doc = hall_record(h, true);
	json_object_set_new(doc, "application", json_deep_copy(w->application_json));
	refused(doc, "bad_record");
}

/* Seals another certificate for the record in hand. */
static json_t *with_gmc(const struct gmc_fields *f)
{
	json_t *doc = hall_record(h, true);
	struct buf der = { 0 };

	world_seal(w, f, &der);
	assert_true(object_set_base64(doc, "gmc", buf_slice(&der)));
	buf_free(&der);
	return doc;
}

static void test_certificate(void **state)
{
	struct gmc_fields f;
	struct buf der = { 0 };
	json_t *doc;

	(void)state;
	open_hall(NULL);
	admit();
	f = world_fields(w, 3);
	f.not_after--;
	refused(with_gmc(&f), "gmc_differs");
	f = world_fields(w, 3);
	f.key = *sig_key_pub(w->members[0].key);
	refused(with_gmc(&f), "gmc_differs");
	doc = hall_record(h, true);
	world_gmc(w, 3, &der);
	der.p[der.n - 1] ^= 1;
	assert_true(object_set_base64(doc, "gmc", buf_slice(&der)));
	refused(doc, "bad_signature");
	buf_free(&der);
	doc = hall_record(h, true);
	json_object_del(doc, "gmc");
	json_object_del(doc, "authority");
	refused(doc, "gmc_missing");
	doc = hall_record(h, true);
	json_object_set(doc, "authority", json_object_get(doc, "gmc"));
	refused(doc, "bad_authority");
	w->issuer.not_before--;
	refused(hall_record(h, true), "bad_authority");
}

/* The log intends another certificate, and the authority made that one. */
static void test_intended_otherwise(void **state)
{
	struct decision d;
	struct verified v;

	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	v = hall_good(h);
	d = world_decision(w, &v, OUTCOME_YES);
	strcpy(w->application.name, "Nell");
	w->proposal.node.b[0] ^= 1;
	world_decide(w, &d);
	refused(hall_record(h, true), "entry_differs");
	verified_free(&v);
}

static void test_late_consequences(void **state)
{
	struct decision d;
	struct verified v;

	(void)state;
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	v = hall_good(h);
	d = world_decision(w, &v, OUTCOME_NO);
	d.outcome = OUTCOME_YES;
	world_decide(w, &d);
	w->log_n -= 2;
	buf_free(&w->log[w->log_n].bytes);
	buf_free(&w->log[w->log_n + 1].bytes);
	w->n--;
	refused(hall_record(h, true), "entries_missing");
	w->now++;
	w->n++;
	world_log_member(w, 3, &w->decision.digest);
	refused(hall_record(h, true), "entry_differs");
	verified_free(&v);
}

static void no_p256(json_t *charter)
{
	charters_set(charter, "/membership/keys", "[\"P-256\"]");
}

static void test_kind_of_key(void **state)
{
	(void)state;
	open_hall(no_p256);
	admit();
	refused(hall_record(h, true), "not_allowed");
}

/* ---- texts */

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

/* ---- every node of a record counts */

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

static void test_all_counts_expulsion(void **state)
{
	(void)state;
	expel();
	all_counts(hall_record(h, true));
}

static void test_all_counts_voted(void **state)
{
	(void)state;
	all_counts(admit_under_two());
}

static void test_all_counts_no(void **state)
{
	(void)state;
	open_hall(vote_to_amend);
	json_decref(amend(OUTCOME_NO));
	all_counts(hall_record(h, true));
}

#define TEST(name) cmocka_unit_test_teardown(test_##name, down)

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
		TEST(a_new_key),
		TEST(another_mind),
		TEST(amendment),
		TEST(amendment_refused),
		TEST(amends),
		TEST(amends_other_approvals),
		TEST(under_a_voted_charter),
		TEST(charter_without_vote),
		TEST(charter_not_yet_effective),
		TEST(pinned),
		TEST(pinned_to_another_charter),
		TEST(signers),
		TEST(votes_missing),
		TEST(too_few),
		TEST(other_outcome),
		TEST(subject_gone),
		TEST(mover),
		TEST(certificate),
		TEST(intended_otherwise),
		TEST(late_consequences),
		TEST(kind_of_key),
		TEST(texts),
		TEST(all_counts_admission),
		TEST(all_counts_expulsion),
		TEST(all_counts_no),
		TEST(all_counts_voted),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
