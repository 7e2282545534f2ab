/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/hall.h"

static void change_allowed(json_t *charter)
{
	charters_set(charter, "/voting/change", "true");
}

/* ---- votes */

static void votes_become_facts(void **state)
{
	struct hall *h = hall_open(NULL);
	struct verified v;
	struct decision d;

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_NO);
	hall_cast(h, 2, CHOICE_YES);
	v = hall_good(h);
	assert_int_equal(v.tally.yes, 2);
	assert_int_equal(v.tally.no, 1);
	assert_int_equal(v.facts.votes_n, 3);
	assert_int_equal(v.facts.electorate, 3);
	assert_int_equal(v.facts.question, Q_ADMIT);
	assert_memory_equal(&v.facts.applicant, &h->w->application.thumb, sizeof(struct digest));
	assert_false(v.facts.closed || v.facts.may_change || v.facts.subject_is_elector);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	hall_close(h);
}

static void no_votes_are_evidence_too(void **state)
{
	struct hall *h = hall_open(NULL);
	struct verified v;
	struct decision d;
	struct err e = { 0 };

	(void)state;
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_false(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, &e));
	assert_string_equal(e.name, "votes_missing");
	assert_string_equal(e.text, "has 0, needs 2");
	verified_free(&v);
	h->closed = true;
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_EXPIRED);
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	verified_free(NULL);
	hall_close(h);
}

static void a_vote_must_fit_its_proposal(void **state)
{
	struct hall *h = hall_open(NULL);
	struct vote v = world_vote(h->w, 0, CHOICE_YES);

	(void)state;
	v.genesis = digest_fill(9);
	hall_put(h, world_sign_vote(h->w, &v, h->w->members[0].key));
	hall_refused(h, "wrong_context");
	v = world_vote(h->w, 0, CHOICE_YES);
	v.proposal = digest_fill(9);
	hall_put(h, world_sign_vote(h->w, &v, h->w->members[0].key));
	hall_refused(h, "wrong_context");
	v = world_vote(h->w, 0, CHOICE_YES);
	v.charter = digest_fill(9);
	hall_put(h, world_sign_vote(h->w, &v, h->w->members[0].key));
	hall_refused(h, "wrong_context");
	h->w->proposal.charter = digest_fill(9);
	hall_refused(h, "wrong_context");
	hall_close(h);
}

static void a_vote_lies_within_the_term(void **state)
{
	struct hall *h = hall_open(NULL);
	int64_t opened = h->w->proposal.opened, closes = proposal_closes(&h->w->proposal);
	const int64_t outside[] = { opened - 301, closes + 301 }, inside[] = { opened - 300, closes + 300 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct vote v = world_vote(h->w, 0, CHOICE_YES);
		struct verified got;

		v.iat = outside[i];
		hall_put(h, world_sign_vote(h->w, &v, h->w->members[0].key));
		hall_refused(h, "vote_late");
		v.iat = inside[i];
		hall_put(h, world_sign_vote(h->w, &v, h->w->members[0].key));
		got = hall_good(h);
		verified_free(&got);
		hall_clear(h);
	}
	hall_close(h);
}

static void only_electors_vote(void **state)
{
	struct hall *h = hall_open(NULL);
	struct vote v = world_vote(h->w, 0, CHOICE_YES);

	(void)state;
	v.member = id16_fill(9);
	hall_put(h, world_sign_vote(h->w, &v, h->w->members[0].key));
	hall_refused(h, "not_in_electorate");
	h->w->members[1].standing.elector = false;
	hall_cast(h, 1, CHOICE_YES);
	hall_refused(h, "not_in_electorate");
	hall_close(h);
}

static void keys_come_from_the_log(void **state)
{
	struct hall *h = hall_open(NULL);
	struct vote v = world_vote(h->w, 0, CHOICE_YES);
	struct sig_key *other = envelope_key(SIG_ED25519);
	struct verified got;

	(void)state;
	hall_put(h, world_sign_vote(h->w, &v, h->w->members[1].key)); /* another member's */
	hall_refused(h, "wrong_key");
	hall_put(h, world_sign_vote(h->w, &v, other));
	hall_refused(h, "wrong_key");
	h->w->members[0].standing.keys[1] = envelope_thumb(other); /* rekeyed since */
	h->w->members[0].standing.keys_n = 2;
	hall_put(h, world_sign_vote(h->w, &v, other));
	got = hall_good(h);
	verified_free(&got);
	hall_clear(h);
	hall_cast(h, 0, CHOICE_YES)->key = *sig_key_pub(other); /* the key beside the vote is not the one that signed */
	hall_refused(h, "wrong_key");
	sig_key_free(other);
	hall_close(h);
}

static void signatures_are_verified(void **state)
{
	struct hall *h = hall_open(NULL);
	struct vote v = world_vote(h->w, 0, CHOICE_YES);
	const struct sig_key *both[] = { h->w->members[0].key, h->w->members[1].key };
	struct evidence_vote *one = hall_cast(h, 0, CHOICE_YES);
	struct verified got;

	(void)state;
	envelope_break(&one->jws, 0);
	hall_refused(h, "bad_signature");
	one = hall_cast(h, 2, CHOICE_YES); /* P-256 */
	envelope_break(&one->jws, 0);
	hall_refused(h, "bad_signature");
	one = hall_put(
		h, (struct evidence_vote){ .jws = envelope_by(h->w->c, KIND_VOTE, vote_print(&v), both, 2), .key = *sig_key_pub(both[0]) });
	hall_refused(h, "bad_jws");
	one = hall_cast(h, 0, CHOICE_YES);
	envelope_break(&one->jws, 0);
	one->signature_known = true; /* the caller's word is taken */
	got = hall_good(h);
	verified_free(&got);
	hall_close(h);
}

static void schemes_judge_their_own_parts(void **state)
{
	struct hall *h = hall_open(NULL);
	struct vote v = world_vote(h->w, 0, CHOICE_YES);
	json_t *part = json_object();

	(void)state;
	v.scheme = part;
	hall_put(h,
		(struct evidence_vote){ .jws = envelope(h->w->c, KIND_VOTE, vote_print(&v), h->w->members[0].key),
			.key = *sig_key_pub(h->w->members[0].key) });
	hall_refused(h, "scheme_part");
	hall_cast(h, 0, CHOICE_YES);
	h->ev.scheme = part;
	hall_refused(h, "scheme_part");
	h->ev.scheme = NULL;
	json_decref(part);
	hall_close(h);
}

/* ---- statuses */

static void claim(struct hall *h, enum vote_status right, uint32_t yes, uint32_t voided)
{
	struct verified v;

	for (int i = 0; i < VOTE_STATUSES; i++) {
		struct err e = { 0 };

		h->votes[0].status = (enum vote_status)i;
		if (i == (int)right)
			continue;
		assert_false(hall_verify(h, &v, &e));
		assert_string_equal(e.name, "vote_status");
	}
	h->votes[0].status = right;
	v = hall_good(h);
	assert_int_equal(v.tally.yes, yes);
	assert_int_equal(v.tally.voided, voided);
	assert_int_equal(v.facts.votes_n, yes);
	verified_free(&v);
}

static void the_log_gives_the_status(void **state)
{
	struct hall *h = hall_open(NULL);
	struct voter *standing = &h->w->members[0].standing;

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	claim(h, VOTE_COUNTED, 1, 0);
	standing->revoked[0] = h->w->members[0].thumb;
	standing->revoked_n = 1;
	claim(h, VOTE_KEY_REVOKED, 0, 1);
	standing->gone = true;
	claim(h, VOTE_MEMBER_GONE, 0, 1);
	standing->revoked_n = 0;
	claim(h, VOTE_MEMBER_GONE, 0, 1);
	hall_close(h);
}

static void on_probation_nobody_votes(void **state)
{
	struct hall *h = hall_open(NULL);

	(void)state;
	h->w->members[0].standing.voteless = true;
	hall_cast(h, 0, CHOICE_YES);
	hall_refused(h, "on_probation");
	hall_close(h);
}

static void another_revoked_key_voids_nothing(void **state)
{
	struct hall *h = hall_open(NULL);

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	h->w->members[0].standing.revoked[0] = digest_fill(8);
	h->w->members[0].standing.revoked_n = 1;
	claim(h, VOTE_COUNTED, 1, 0);
	hall_close(h);
}

/* Yes, then no, then yes again: the chain's last counts, in whatever order the three lie. */
static void the_last_mind_counts(void **state)
{
	static const size_t orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 2, 0 } };
	struct hall *h = hall_open(change_allowed);
	enum choice choices[] = { CHOICE_YES, CHOICE_NO, CHOICE_ABSTAIN };

	(void)state;
	for (int o = 0; o < 3; o++) {
		struct evidence_vote three[3];
		struct digest last = { { 0 } };
		struct verified v;

		for (size_t i = 0; i < 3; i++) {
			struct vote vote = world_vote(h->w, 0, choices[i]);

			vote.has_replaces = i > 0;
			vote.replaces = last;
			three[i] = world_sign_vote(h->w, &vote, h->w->members[0].key);
			three[i].status = i < 2 ? VOTE_REPLACED : VOTE_COUNTED;
			jws_digest(&three[i].jws, KIND_VOTE, &last);
		}
		for (size_t i = 0; i < 3; i++)
			hall_put(h, three[orders[o][i]]);
		v = hall_good(h);
		assert_int_equal(v.tally.yes + v.tally.no, 0);
		assert_int_equal(v.tally.abstain, 1);
		assert_int_equal(v.tally.voided, 0);
		assert_int_equal(v.tally.n, 3);
		assert_true(v.facts.may_change);
		verified_free(&v);
		h->votes[0].status = h->votes[0].status == VOTE_COUNTED ? VOTE_REPLACED : VOTE_COUNTED;
		hall_refused(h, "vote_status");
	}
	hall_close(h);
}

static struct evidence_vote replacing(struct hall *h, size_t i, enum choice choice, const struct evidence_vote *other)
{
	struct vote v = world_vote(h->w, i, choice);

	v.has_replaces = true;
	jws_digest(&other->jws, KIND_VOTE, &v.replaces);
	return world_sign_vote(h->w, &v, h->w->members[i].key);
}

/* Without `change` a second vote is a second vote. */
static void minds_change_only_where_they_may(void **state)
{
	struct hall *h = hall_open(NULL);
	struct evidence_vote *first = hall_cast(h, 0, CHOICE_YES);

	(void)state;
	hall_put(h, replacing(h, 0, CHOICE_NO, first));
	hall_refused(h, "vote_double");
	hall_close(h);
}

static void nobody_replaces_the_vote_of_another(void **state)
{
	struct hall *h = hall_open(change_allowed);
	struct evidence_vote *first = hall_cast(h, 0, CHOICE_YES);
	struct verified v;

	(void)state;
	hall_put(h, replacing(h, 1, CHOICE_NO, first));
	v = hall_good(h);
	assert_int_equal(v.tally.yes, 1);
	assert_int_equal(v.tally.no, 1);
	verified_free(&v);
	hall_close(h);
}

static void two_votes_that_replace_one_are_two(void **state)
{
	struct hall *h = hall_open(change_allowed);
	struct evidence_vote *first = hall_cast(h, 0, CHOICE_YES);

	(void)state;
	first->status = VOTE_REPLACED;
	hall_put(h, replacing(h, 0, CHOICE_NO, first));
	hall_put(h, replacing(h, 0, CHOICE_ABSTAIN, first));
	hall_refused(h, "vote_double");
	hall_close(h);
}

static void votes_stand_once(void **state)
{
	struct hall *h = hall_open(NULL);

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 0, CHOICE_YES);
	hall_refused(h, "vote_repeated");
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 0, CHOICE_NO);
	hall_refused(h, "vote_double");
	hall_close(h);
}

static void settling_gives_what_verifying_takes(void **state)
{
	struct hall *h = hall_open(change_allowed);
	struct evidence_vote *first = hall_cast(h, 0, CHOICE_YES);
	const struct evidence_view view = world_view(h->w);
	struct verified v;
	struct err e = { 0 };

	(void)state;
	hall_put(h, replacing(h, 0, CHOICE_NO, first));
	hall_cast(h, 1, CHOICE_YES);
	hall_cast(h, 2, CHOICE_YES);
	h->w->members[1].standing.gone = true;
	assert_true(evidence_settle(h->w->charter, &h->w->proposal, &h->ev, &view, &e));
	assert_int_equal(h->votes[0].status, VOTE_REPLACED);
	assert_int_equal(h->votes[1].status, VOTE_COUNTED);
	assert_int_equal(h->votes[2].status, VOTE_MEMBER_GONE);
	assert_int_equal(h->votes[3].status, VOTE_COUNTED);
	v = hall_good(h);
	assert_int_equal(v.tally.yes, 1);
	assert_int_equal(v.tally.no, 1);
	assert_int_equal(v.tally.voided, 1);
	verified_free(&v);
	h->w->members[2].standing.elector = false;
	assert_false(evidence_settle(h->w->charter, &h->w->proposal, &h->ev, &view, &e));
	assert_string_equal(e.name, "not_in_electorate");
	hall_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_become_facts),
		cmocka_unit_test(no_votes_are_evidence_too),
		cmocka_unit_test(a_vote_must_fit_its_proposal),
		cmocka_unit_test(a_vote_lies_within_the_term),
		cmocka_unit_test(only_electors_vote),
		cmocka_unit_test(keys_come_from_the_log),
		cmocka_unit_test(signatures_are_verified),
		cmocka_unit_test(schemes_judge_their_own_parts),
		cmocka_unit_test(the_log_gives_the_status),
		cmocka_unit_test(on_probation_nobody_votes),
		cmocka_unit_test(another_revoked_key_voids_nothing),
		cmocka_unit_test(the_last_mind_counts),
		cmocka_unit_test(minds_change_only_where_they_may),
		cmocka_unit_test(nobody_replaces_the_vote_of_another),
		cmocka_unit_test(two_votes_that_replace_one_are_two),
		cmocka_unit_test(votes_stand_once),
		cmocka_unit_test(settling_gives_what_verifying_takes),
	};

	return cmocka_run_group_tests_name("evidence_verify", tests, NULL, NULL);
}
