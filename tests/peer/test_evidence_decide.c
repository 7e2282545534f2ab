/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/hall.h"

static void nobody_is_expelled(json_t *charter)
{
	charters_set(charter, "/expulsion", NULL);
}

static void group_amends(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"fraction\":\"1/2\"}}");
}

/* ---- expulsion */

static void the_subject_has_no_vote_on_itself(void **state)
{
	struct hall *h = hall_open(NULL);
	struct verified v;
	struct decision d;

	(void)state;
	world_propose_expulsion(h->w, 2);
	hall_cast(h, 2, CHOICE_NO);
	hall_refused(h, "not_in_electorate");
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	v = hall_good(h);
	assert_true(v.facts.subject_is_elector);
	assert_memory_equal(&v.facts.subject, &h->w->members[2].member, sizeof(struct id16));
	assert_int_equal(v.facts.electorate, 3);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	hall_close(h);
}

static void without_a_rule_nobody_is_expelled(void **state)
{
	struct hall *h = hall_open(nobody_is_expelled);
	struct verified v;
	struct decision d;
	struct err e = { 0 };

	(void)state;
	world_propose_expulsion(h->w, 2);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_false(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, &e));
	assert_string_equal(e.name, "not_allowed");
	verified_free(&v);
	hall_close(h);
}

static void amendments_are_decided_too(void **state)
{
	struct hall *h = hall_open(group_amends);
	struct digest draft = digest_fill(6);
	struct verified v;
	struct decision d;
	struct err e = { 0 };

	(void)state;
	world_propose_amendment(h->w, &draft);
	hall_cast(h, 0, CHOICE_YES);
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_false(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, &e));
	assert_string_equal(e.name, "votes_missing");
	verified_free(&v);
	hall_cast(h, 1, CHOICE_YES);
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	hall_close(h);
}

/* ---- operators */

static void operators_words_become_approvals(void **state)
{
	struct hall *h = hall_open(hall_operators_admit);
	struct digest words[2], root;
	struct verified v;
	struct decision d;
	struct err e = { 0 };

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_false(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, &e));
	assert_string_equal(e.name, "approvals_missing");
	verified_free(&v);
	jws_digest(&hall_say(h, world_say(h->w, 1, true))->jws, KIND_OPERATOR, &words[0]);
	jws_digest(&hall_say(h, world_say(h->w, 0, false))->jws, KIND_OPERATOR, &words[1]);
	v = hall_good(h);
	assert_int_equal(v.facts.approvals_n, 2);
	assert_true(v.facts.approvals[0].approve);
	assert_false(v.facts.approvals[1].approve);
	root = envelope_thumb(h->w->keys->operators[1]);
	assert_memory_equal(&v.facts.approvals[0].key, &root, sizeof(root));
	assert_true(digests_root(words, 2, &root, NULL));
	assert_memory_equal(&v.evidence_root, &root, sizeof(root));
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	hall_close(h);
}

/* Complaints are evidence that no charter asks for yet; receipts never are. */
static void evidence_of_other_kinds_is_refused(void **state)
{
	static const char *const kinds[] = { KIND_COMPLAINT, KIND_RECEIPT };
	struct hall *h = hall_open(hall_operators_admit);
	const struct sig_key *by = h->w->keys->operators[0];

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		json_t *doc = object_begin(kinds[i], &h->w->genesis);

		hall_say(h, (struct evidence_object){ .jws = envelope(h->w->c, kinds[i], doc, by), .key = *sig_key_pub(by) });
		hall_refused(h, "feature_unsupported");
	}
	hall_close(h);
}

static void words_are_on_this_subject_by_operators_once_each(void **state)
{
	struct hall *h = hall_open(hall_operators_admit);
	struct operator_word word = world_word(h->w, true);
	const struct sig_key *by = h->w->keys->operators[0];

	(void)state;
	word.subject = digest_fill(9);
	hall_say(h, world_sign_word(h->w, &word, by));
	hall_refused(h, "wrong_context");
	word = world_word(h->w, true);
	word.charter = digest_fill(9);
	hall_say(h, world_sign_word(h->w, &word, by));
	hall_refused(h, "wrong_context");
	word = world_word(h->w, true);
	word.genesis = digest_fill(9);
	hall_say(h, world_sign_word(h->w, &word, by));
	hall_refused(h, "wrong_context");
	word = world_word(h->w, true);
	hall_say(h, world_sign_word(h->w, &word, h->w->members[0].key));
	hall_refused(h, "not_an_operator");
	hall_say(h, world_sign_word(h->w, &word, by))->key = *sig_key_pub(h->w->keys->operators[1]);
	hall_refused(h, "wrong_key");
	envelope_break(&hall_say(h, world_say(h->w, 0, true))->jws, 0);
	hall_refused(h, "bad_signature");
	hall_say(h, world_say(h->w, 0, true));
	hall_say(h, world_say(h->w, 0, false));
	hall_refused(h, "word_repeated");
	hall_close(h);
}

/* ---- decisions */

static void decided(struct hall *h, const struct decision *d, struct verified *v, const char *name)
{
	struct err e = { 0 };
	bool rc = evidence_decide(h->w->charter, &h->w->proposal, v, d, &e);

	assert_string_equal(e.name, name);
	assert_int_equal(rc, name[0] == '\0');
}

static void a_decision_fits_its_evidence(void **state)
{
	struct hall *h = hall_open(NULL);
	struct verified v;
	struct decision right, d;

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	v = hall_good(h);
	right = world_decision(h->w, &v, OUTCOME_YES);
	decided(h, &right, &v, "");
	d = right;
	d.yes++;
	decided(h, &d, &v, "votes_differ");
	d = right;
	d.votes_root = digest_fill(9);
	decided(h, &d, &v, "votes_differ");
	d = right;
	d.evidence_root = digest_fill(9);
	decided(h, &d, &v, "evidence_differs");
	d = right;
	d.proposal = digest_fill(9);
	decided(h, &d, &v, "wrong_context");
	d = right;
	d.charter = digest_fill(9);
	decided(h, &d, &v, "wrong_context");
	d = right;
	d.genesis = digest_fill(9);
	decided(h, &d, &v, "wrong_context");
	verified_free(&v);
	hall_close(h);
}

/* Each outcome against each course of the vote: the names in the order yes, no, expired, void. */
static void outcomes_follow_the_charter(void **state)
{
	static const struct {
		size_t yes, no;
		bool closed;
		const char *names[4];
	} cases[] = {
		{ 2, 0, false, { "", "outcome_differs", "outcome_differs", "" } },
		{ 2, 1, true, { "", "outcome_differs", "outcome_differs", "" } },
		{ 1, 0, false, { "votes_missing", "outcome_differs", "outcome_differs", "" } },
		{ 1, 0, true, { "votes_missing", "outcome_differs", "", "" } },
		{ 1, 2, false, { "votes_missing", "", "outcome_differs", "" } },
		{ 0, 2, true, { "votes_missing", "", "outcome_differs", "" } },
	};
	struct hall *h = hall_open(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verified v;

		h->closed = cases[i].closed;
		for (size_t k = 0; k < cases[i].yes + cases[i].no; k++)
			hall_cast(h, k, k < cases[i].yes ? CHOICE_YES : CHOICE_NO);
		v = hall_good(h);
		for (int o = OUTCOME_YES; o <= OUTCOME_VOID; o++) {
			struct decision d = world_decision(h->w, &v, (enum outcome)o);

			decided(h, &d, &v, cases[i].names[o]);
		}
		verified_free(&v);
		hall_clear(h);
	}
	hall_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_subject_has_no_vote_on_itself),
		cmocka_unit_test(without_a_rule_nobody_is_expelled),
		cmocka_unit_test(amendments_are_decided_too),
		cmocka_unit_test(operators_words_become_approvals),
		cmocka_unit_test(evidence_of_other_kinds_is_refused),
		cmocka_unit_test(words_are_on_this_subject_by_operators_once_each),
		cmocka_unit_test(a_decision_fits_its_evidence),
		cmocka_unit_test(outcomes_follow_the_charter),
	};

	return cmocka_run_group_tests_name("evidence_decide", tests, NULL, NULL);
}
