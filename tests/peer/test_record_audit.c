/* SPDX-License-Identifier: ISC
 * What was signed by whom it should be, and still is not so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

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
	refused(with(hall_record(h, true), "head", resigned(KIND_HEAD, head_print(&head), w->keys->notary)), "bad_proof");
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

/* ---- proposals and entries that lie */

static void shorter_term(const struct world *world, struct proposal *p)
{
	(void)world;
	p->term--;
}

static void about_another_member(const struct world *world, struct proposal *p)
{
	p->member = world->members[1].member;
}

static void about_another_log(const struct world *world, struct proposal *p)
{
	(void)world;
	p->electorate_size--;
}

static void expulsion_with(void (*lie)(const struct world *world, struct proposal *p), const char *name)
{
	open_hall(NULL);
	w->twist_proposal = lie;
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_decide(h, OUTCOME_NO);
	refused(hall_record(h, true), name);
	hall_close(h);
}

static void test_lying_proposals(void **state)
{
	(void)state;
	expulsion_with(shorter_term, "entry_differs");
	expulsion_with(about_another_log, "entry_differs");
	expulsion_with(about_another_member, "record_mixed");
	open_hall(NULL);
}

static enum event lied_about;
static void (*entry_lie)(struct entry *en);

static void lie_in_entry(const struct world *world, struct entry *en)
{
	(void)world;
	if (en->event == lied_about && en->index > 8)
		entry_lie(en);
}

#define LIE(name, change) \
	static void name(struct entry *en) \
	{ \
		change; \
	}
LIE(another_member, en->member.b[0] ^= 1)
LIE(another_key, en->key = digest_fill(1))
LIE(another_node, en->node.b[0] ^= 1)
LIE(another_object, en->object = digest_fill(1))
LIE(another_serial, en->serial.b[0] ^= 1)
LIE(another_tbs, en->tbs = digest_fill(1))
LIE(another_end, en->until++)

static void admission_with(enum event event, void (*lie)(struct entry *en), const char *name)
{
	lied_about = event;
	entry_lie = lie;
	open_hall(NULL);
	w->twist_entry = lie_in_entry;
	admit();
	refused(hall_record(h, true), name);
	hall_close(h);
}

static void test_lying_entries(void **state)
{
	(void)state;
	admission_with(EVENT_DECISION, another_object, "entry_differs");
	admission_with(EVENT_JOINED, another_member, "entry_differs");
	admission_with(EVENT_JOINED, another_key, "entry_differs");
	admission_with(EVENT_JOINED, another_node, "entry_differs");
	admission_with(EVENT_JOINED, another_object, "entry_differs");
	admission_with(EVENT_ISSUED, another_member, "entry_differs");
	admission_with(EVENT_ISSUED, another_key, "entry_differs");
	admission_with(EVENT_ISSUED, another_object, "entry_differs");
	admission_with(EVENT_ISSUED, another_end, "entry_differs");
	admission_with(EVENT_ISSUED, another_serial, "serial_differs");
	admission_with(EVENT_ISSUED, another_tbs, "tbs_differs");
	open_hall(NULL);
}

static void test_expelled_another(void **state)
{
	(void)state;
	lied_about = EVENT_EXPELLED;
	entry_lie = another_member;
	open_hall(NULL);
	w->twist_entry = lie_in_entry;
	world_propose_expulsion(w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_decide(h, OUTCOME_YES);
	refused(hall_record(h, true), "entry_differs");
}

LIE(another_version, en->version++)
LIE(another_decision, en->decision = digest_fill(1))
LIE(no_decision, en->has_decision = false)
LIE(other_approvals, en->approvals = digest_fill(1))

static void amendment_with(void (*lie)(struct entry *en), const char *name)
{
	lied_about = EVENT_CHARTER;
	entry_lie = lie;
	open_hall(vote_to_amend);
	w->twist_entry = lie_in_entry;
	json_decref(amend(OUTCOME_YES));
	refused(hall_record(h, true), name);
	hall_close(h);
}

static void test_lying_charters(void **state)
{
	(void)state;
	amendment_with(another_version, "entry_differs");
	amendment_with(another_decision, "entry_differs");
	amendment_with(no_decision, "entry_differs");
	amendment_with(another_object, "entry_differs");
	amendment_with(other_approvals, "approvals_differ");
	open_hall(NULL);
}

static void test_certificate_for_nobody(void **state)
{
	struct buf der = { 0 };
	json_t *doc;

	(void)state;
	expel();
	doc = hall_record(h, true);
	world_gmc(w, 0, &der);
	assert_true(object_set_base64(doc, "gmc", buf_slice(&der)));
	buf_free(&der);
	world_ca(w, &der);
	assert_true(object_set_base64(doc, "authority", buf_slice(&der)));
	buf_free(&der);
	refused(doc, "unknown_member");
}

/* The issuing key's window ended before the decision. */
static void no_issuing_key(json_t *charter)
{
	charters_set(charter, "/authority/issuing/0/until", "1800000062");
}

static void test_issued_by_nobody(void **state)
{
	(void)state;
	open_hall(no_issuing_key);
	admit();
	refused(hall_record(h, true), "issuer_unknown");
}

static void test_another_subject(void **state)
{
	json_t *doc;

	(void)state;
	open_hall(vote_to_amend);
	json_decref(amend(OUTCOME_YES));
	doc = hall_record(h, true);
	json_object_del(doc, "draft");
	refused(with(doc, "application", json_deep_copy(w->application_json)), "bad_record");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signers),
		TEST(votes_missing),
		TEST(too_few),
		TEST(other_outcome),
		TEST(subject_gone),
		TEST(mover),
		TEST(certificate),
		TEST(intended_otherwise),
		TEST(late_consequences),
		TEST(lying_proposals),
		TEST(lying_entries),
		TEST(expelled_another),
		TEST(lying_charters),
		TEST(certificate_for_nobody),
		TEST(issued_by_nobody),
		TEST(another_subject),
		TEST(kind_of_key),
	};

	return cmocka_run_group_tests_name("record_audit", tests, NULL, NULL);
}
