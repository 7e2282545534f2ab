/* SPDX-License-Identifier: ISC
 * A lying gauthd against a real gauth-signer, through its socket: every lie is refused by its name and changes nothing, and then the truth
 * goes through. Here: votes, electorates, charters, terms. timeout: 300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/time.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/liar.h"

static int start(void **state)
{
	*state = liar_new();
	return 0;
}

static int end(void **state)
{
	liar_free(*state);
	return 0;
}

/* A group that the signer knows, with an application and a proposal that it does not know yet. */
static struct world *founded(struct liar *l, void (*change)(json_t *charter))
{
	struct world *w = liar_world(l, SIG_ED25519, change);

	liar_accepted(l, w);
	return w;
}

static struct world *asked(struct liar *l, void (*change)(json_t *charter))
{
	struct world *w = founded(l, change);

	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	return w;
}

/* Decides with these votes as evidence, whatever the decision says, and is refused. */
static void lie_with(struct liar *l, struct world *w, const struct evidence *ev, const char *name)
{
	struct world_mark m = world_mark(w);
	struct evidence good = liar_votes(w, "yy");
	size_t index = liar_decide(w, &good, false, OUTCOME_YES);

	json_decref(w->log[index].evidence);
	w->log[index].evidence = ev == NULL ? NULL : world_evidence(ev);
	liar_refused(l, w, name);
	world_back(w, &m);
	liar_votes_free(&good);
}

static void decide(struct world *w, const char *choices, bool closed, enum outcome outcome)
{
	struct evidence ev = liar_votes(w, choices);

	liar_decide(w, &ev, closed, outcome);
	liar_votes_free(&ev);
}

/* The truth, after which the member's certificate is signed. */
static void admit(struct liar *l, struct world *w)
{
	struct buf der = { 0 };
	struct err e = { 0 };

	decide(w, "yy", false, OUTCOME_YES);
	liar_accepted(l, w);
	if (!liar_certify(l, w, &w->decision.digest, &der, &e))
		fail_msg("%s: %s", e.name, e.text);
	buf_free(&der);
}

/* ---- votes */

static void votes_are_missing(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, NULL);
	struct world_mark m = world_mark(w);

	decide(w, "y", false, OUTCOME_YES);
	liar_refused(l, w, "votes_missing");
	world_back(w, &m);
	decide(w, "-yn", false, OUTCOME_YES);
	liar_refused(l, w, "votes_missing");
	world_back(w, &m);
	decide(w, "", false, OUTCOME_YES);
	liar_refused(l, w, "votes_missing");
	world_back(w, &m);
	lie_with(l, w, NULL, "votes_missing");
	admit(l, w);
	world_free(w);
}

static void the_term_does_not_make_up_for_votes(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, NULL);
	struct world_mark m = world_mark(w);

	decide(w, "y", true, OUTCOME_YES);
	liar_refused(l, w, "log_time"); /* dated in a week */
	world_back(w, &m);
	admit(l, w);
	world_free(w);
}

static void a_vote_was_altered(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, NULL);
	struct evidence ev = liar_votes(w, "yy");

	envelope_break(&ev.votes[1].jws, 0);
	lie_with(l, w, &ev, "bad_signature");
	liar_votes_free(&ev);
	ev = liar_votes(w, "yy");
	ev.votes[1].status = VOTE_REPLACED;
	lie_with(l, w, &ev, "vote_status");
	liar_votes_free(&ev);
	ev = liar_votes(w, "yn");
	lie_with(l, w, &ev, "votes_differ");
	liar_votes_free(&ev);
	ev = liar_votes(w, "yyy");
	lie_with(l, w, &ev, "votes_differ");
	liar_votes_free(&ev);
	admit(l, w);
	world_free(w);
}

/* The choice of a signed vote, changed in the payload behind its signature. */
static void a_choice_was_turned(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, NULL);
	struct evidence ev = liar_votes(w, "yy");
	struct vote v = world_vote(w, 1, CHOICE_NO);
	struct evidence_vote no = world_sign_vote(w, &v, w->members[1].key);
	struct jws turned = ev.votes[1].jws;

	memcpy(turned.sigs[0].sig, no.jws.sigs[0].sig, SIG_BYTES);
	ev.votes[1].jws = turned;
	lie_with(l, w, &ev, "bad_signature");
	jws_free(&no.jws);
	liar_votes_free(&ev);
	admit(l, w);
	world_free(w);
}

static void replace_vote(struct evidence *ev, size_t i, struct evidence_vote v)
{
	jws_free(&ev->votes[i].jws);
	ev->votes[i] = v;
}

static void a_vote_is_forged(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, NULL);
	struct evidence ev = liar_votes(w, "yy");
	struct vote v = world_vote(w, 1, CHOICE_YES);

	replace_vote(&ev, 1, world_sign_vote(w, &v, w->keys->notary));
	lie_with(l, w, &ev, "wrong_key");
	ev.votes[1].key = *sig_key_pub(w->members[1].key);
	lie_with(l, w, &ev, "wrong_key");
	replace_vote(&ev, 1, world_cast(w, 0, CHOICE_YES));
	lie_with(l, w, &ev, "vote_repeated");
	v.iat++;
	v.member = w->members[0].member;
	replace_vote(&ev, 1, world_sign_vote(w, &v, w->members[0].key));
	lie_with(l, w, &ev, "vote_double");
	liar_votes_free(&ev);
	admit(l, w);
	world_free(w);
}

static void a_stranger_votes(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, NULL);
	struct evidence ev = liar_votes(w, "yy");
	struct vote v = world_vote(w, 1, CHOICE_YES);

	v.member = w->proposal.member; /* the applicant for itself */
	replace_vote(&ev, 1, world_sign_vote(w, &v, w->applicant));
	lie_with(l, w, &ev, "not_in_electorate");
	v = world_vote(w, 1, CHOICE_YES);
	v.proposal = digest_fill(3);
	replace_vote(&ev, 1, world_sign_vote(w, &v, w->members[1].key));
	lie_with(l, w, &ev, "wrong_context");
	v = world_vote(w, 1, CHOICE_YES);
	v.iat = w->proposal.opened - 3601;
	replace_vote(&ev, 1, world_sign_vote(w, &v, w->members[1].key));
	lie_with(l, w, &ev, "vote_late");
	liar_votes_free(&ev);
	admit(l, w);
	world_free(w);
}

static void operators_too(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"votes\":{\"count\":1}},{\"authority\":{\"k\":1}}]}");
}

static void an_operator_did_not_speak(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, operators_too);
	struct world_mark m = world_mark(w);
	struct evidence_word word = world_say(w, 0, false);
	struct evidence ev = liar_votes(w, "y");

	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_refused(l, w, "approvals_missing");
	world_back(w, &m);
	ev.words = &word;
	ev.words_n = 1;
	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_refused(l, w, "approvals_missing");
	world_back(w, &m);
	jws_free(&word.jws);
	word = world_say(w, 0, true);
	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_accepted(l, w);
	jws_free(&word.jws);
	ev.words = NULL;
	ev.words_n = 0;
	liar_votes_free(&ev);
	world_free(w);
}

/* ---- electorates */

static void root_of(const struct world *w, size_t first, size_t n, struct proposal *p)
{
	struct electorate el = { 0 };

	for (size_t i = first; i < first + n; i++) {
		struct elector one = { .member = w->members[i].member, .key = w->members[i].thumb, .weight = 1 };

		assert_true(electorate_add(&el, &one, NULL));
	}
	electorate_sort(&el);
	assert_true(electorate_root(&el, &p->electorate_root, NULL));
	p->electorate_n = (uint32_t)n;
	electorate_free(&el);
}

static void only_two(const struct world *w, struct proposal *p)
{
	root_of(w, 0, 2, p);
}

static void all_three(const struct world *w, struct proposal *p)
{
	root_of(w, 0, 3, p);
}

static void fewer_by_number_alone(const struct world *w, struct proposal *p)
{
	(void)w;
	p->electorate_n = 2;
}

static void of_an_older_log(const struct world *w, struct proposal *p)
{
	(void)w;
	p->electorate_size--;
}

/* With which member there is one more key that votes. */
static void with_a_key_of_our_own(const struct world *w, struct proposal *p)
{
	struct electorate el = { 0 };

	for (size_t i = 0; i < 3; i++) {
		struct elector one = { .member = w->members[i].member, .weight = 1 };

		one.key = i == 0 ? envelope_thumb(w->applicant) : w->members[i].thumb;
		assert_true(electorate_add(&el, &one, NULL));
	}
	electorate_sort(&el);
	assert_true(electorate_root(&el, &p->electorate_root, NULL));
	electorate_free(&el);
}

static void twisted(struct liar *l, struct world *w, void (*twist)(const struct world *w, struct proposal *p), const char *name)
{
	struct world_mark m = world_mark(w);

	w->twist_proposal = twist;
	world_propose_admission(w);
	liar_refused(l, w, name);
	w->twist_proposal = NULL;
	world_back(w, &m);
}

static void the_electorate_is_made_smaller(void **state)
{
	struct liar *l = *state;
	struct world *w = founded(l, NULL);

	world_apply(w);
	twisted(l, w, only_two, "electorate_differs");
	twisted(l, w, fewer_by_number_alone, "electorate_differs");
	twisted(l, w, with_a_key_of_our_own, "electorate_differs");
	world_propose_admission(w);
	liar_accepted(l, w);
	admit(l, w);
	world_free(w);
}

/* After an expulsion, in the log of before. */
static void the_electorate_is_of_an_older_log(void **state)
{
	struct liar *l = *state;
	struct world *w = founded(l, NULL);

	world_propose_expulsion(w, 2);
	decide(w, "yy", false, OUTCOME_YES);
	liar_accepted(l, w);
	world_apply(w);
	twisted(l, w, of_an_older_log, "electorate_differs");
	world_propose_admission(w);
	liar_accepted(l, w);
	admit(l, w);
	world_free(w);
}

static void the_expelled_is_brought_back(void **state)
{
	struct liar *l = *state;
	struct world *w = founded(l, NULL);
	struct evidence ev;

	world_propose_expulsion(w, 2);
	decide(w, "yy", false, OUTCOME_YES);
	world_apply(w);
	twisted(l, w, all_three, "electorate_differs");
	world_propose_admission(w);
	liar_accepted(l, w);
	ev = liar_votes(w, "y-y");
	lie_with(l, w, &ev, "not_in_electorate");
	liar_votes_free(&ev);
	admit(l, w);
	world_free(w);
}

/* Expelled between the proposal and the decision: its vote counts no more. */
static void a_vote_of_one_who_left_counts(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, NULL);
	struct evidence ev;

	world_leave(w, 2);
	liar_accepted(l, w);
	ev = liar_votes(w, "y-y");
	lie_with(l, w, &ev, "vote_status");
	ev.votes[1].status = VOTE_MEMBER_GONE;
	lie_with(l, w, &ev, "votes_differ");
	liar_votes_free(&ev);
	admit(l, w);
	world_free(w);
}

static void a_vote_by_a_revoked_key_counts(void **state)
{
	struct liar *l = *state;
	struct world *w = asked(l, NULL);
	struct evidence ev;

	world_revoke_key(w, 2);
	liar_accepted(l, w);
	ev = liar_votes(w, "y-y");
	lie_with(l, w, &ev, "vote_status");
	liar_votes_free(&ev);
	admit(l, w);
	world_free(w);
}

/* ---- proposals and charters */

static void another_seed(const struct world *w, struct proposal *p)
{
	memcpy(p->seed, w->seeds[1], sizeof(p->seed));
}

static void another_node(const struct world *w, struct proposal *p)
{
	(void)w;
	p->node.b[0] ^= 1;
}

static void another_number(const struct world *w, struct proposal *p)
{
	(void)w;
	p->number++;
}

static void another_key(const struct world *w, struct proposal *p)
{
	p->key = w->members[0].thumb;
}

static void a_shorter_term(const struct world *w, struct proposal *p)
{
	(void)w;
	p->term = 60;
}

static void opened_before(const struct world *w, struct proposal *p)
{
	(void)w;
	p->opened -= 1000;
}

static void another_group(const struct world *w, struct proposal *p)
{
	(void)w;
	p->genesis = digest_fill(1);
}

static void a_proposal_is_not_what_it_must_be(void **state)
{
	struct liar *l = *state;
	struct world *w = founded(l, NULL);

	world_apply(w);
	twisted(l, w, another_seed, "seed_differs");
	twisted(l, w, another_node, "seed_differs");
	twisted(l, w, another_number, "log_order");
	twisted(l, w, another_key, "wrong_key");
	twisted(l, w, a_shorter_term, "log_time");
	twisted(l, w, opened_before, "log_time");
	twisted(l, w, another_group, "wrong_context");
	world_propose_admission(w);
	twisted(l, w, NULL, "already_decided");
	liar_accepted(l, w);
	admit(l, w);
	world_free(w);
}

static void under_the_next_charter(const struct world *w, struct proposal *p)
{
	p->charter = w->later[0].charter->object.digest;
}

static void under_the_first_charter(const struct world *w, struct proposal *p)
{
	p->charter = w->genesis;
}

/* What the next charter repeats of the first, and when it begins: a change of charter has no other way to know. */
static struct {
	json_t *authority;
	int64_t effective;
} next;

static void keep_authority(json_t *charter)
{
	next.authority = json_incref(json_object_get(charter, "authority"));
}

static void begin_later(json_t *charter)
{
	json_object_set_new(charter, "authority", next.authority);
	json_object_set_new(charter, "effective", json_integer(next.effective));
}

/* Charter 2, in force in a hundred seconds. Proposals stay under the first until w->charter is the other one. */
static void amend(struct world *w)
{
	next.effective = w->now + 100;
	world_draft(w, begin_later);
	world_amend(w, NULL, NULL);
	w->charter = w->signed_charter.charter;
}

static void the_charter_is_not_in_force(void **state)
{
	struct liar *l = *state;
	struct world *w = founded(l, keep_authority);

	amend(w);
	world_apply(w);
	twisted(l, w, under_the_next_charter, "charter_not_in_force"); /* it stands in the log, and is not effective yet */
	liar_accepted(l, w);
	w->now += 200;
	twisted(l, w, under_the_first_charter, "charter_not_in_force");
	w->charter = w->later[0].charter;
	world_propose_admission(w);
	liar_accepted(l, w);
	admit(l, w);
	world_free(w);
}

static void of_another_genesis(const struct world *w, struct entry *en)
{
	(void)w;
	en->genesis = digest_fill(8);
}

static void the_genesis_is_another(void **state)
{
	struct liar *l = *state;
	struct world *a = founded(l, NULL), *b = founded(l, NULL);
	struct world_mark m = world_mark(a);

	world_apply(a);
	liar_refused_items(l, b, b->log_n, liar_items(a, a->log_n - 1, a->log_n), "wrong_context");
	world_back(a, &m);
	a->twist_entry = of_another_genesis;
	world_apply(a);
	liar_refused(l, a, "wrong_context");
	a->twist_entry = NULL;
	world_back(a, &m);
	world_apply(a);
	liar_accepted(l, a);
	world_apply(b);
	liar_accepted(l, b);
	world_free(a);
	world_free(b);
}

/* A notary of another group signs proposals and decisions; so does nobody. */
static void it_is_no_notary(void **state)
{
	struct liar *l = *state;
	struct world *w = founded(l, NULL);
	struct sig_key *notary = w->keys->notary;
	struct world_mark m;

	world_apply(w);
	w->keys->notary = w->applicant;
	twisted(l, w, NULL, "not_a_notary");
	w->keys->notary = notary;
	world_propose_admission(w);
	liar_accepted(l, w);
	m = world_mark(w);
	w->keys->notary = w->applicant;
	decide(w, "yy", false, OUTCOME_YES);
	liar_refused(l, w, "not_a_notary");
	w->keys->notary = notary;
	world_back(w, &m);
	admit(l, w);
	world_free(w);
}

static void charter_two_lacks_approvals(void **state)
{
	struct liar *l = *state;
	struct world *w = founded(l, keep_authority);
	struct world_mark m = world_mark(w);
	json_t *doc;

	amend(w);
	doc = w->log[m.log_n].object;
	json_array_remove(json_object_get(doc, "approvals"), 1);
	liar_refused(l, w, "approvals_missing");
	json_array_append(json_object_get(doc, "approvals"), json_array_get(json_object_get(doc, "approvals"), 0));
	liar_refused(l, w, "approval_repeated");
	world_back(w, &m);
	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	admit(l, w);
	world_free(w);
}

static void amendment_is_voted_on(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"count\":2}}");
	keep_authority(charter);
}

static void charter_two_was_not_voted_on(void **state)
{
	struct liar *l = *state;
	struct world *w = founded(l, amendment_is_voted_on);
	struct world_mark m = world_mark(w);

	amend(w);
	liar_refused(l, w, "votes_missing");
	world_back(w, &m);
	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	admit(l, w);
	world_free(w);
}

/* ---- terms: where more votes, or a veto, could still come, a *yes* waits until the signer itself saw the term pass */

static void with_a_veto(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"minimum\":2,\"veto\":1}}");
	charters_set(charter, "/voting/term", "600");
}

static void of_votes_cast(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"base\":\"cast\"}}");
	charters_set(charter, "/voting/term", "600");
}

static void the_term_was_not_seen(struct liar *l, void (*change)(json_t *charter), const char *votes)
{
	struct world *w = asked(l, change);
	struct world_mark m = world_mark(w);

	assert_true(w->now + 600 < time_now()); /* by its own dates the term is over */
	decide(w, votes, true, OUTCOME_YES);
	liar_refused(l, w, "term_not_seen");
	world_back(w, &m);
	decide(w, votes, false, OUTCOME_YES);
	liar_refused(l, w, "term_open");
	world_back(w, &m);
	decide(w, "yyy", false, OUTCOME_YES); /* nobody is left to object */
	liar_accepted(l, w);
	world_free(w);
}

static void a_veto_could_still_come(void **state)
{
	the_term_was_not_seen(*state, with_a_veto, "yy");
}

static void votes_could_still_be_cast(void **state)
{
	the_term_was_not_seen(*state, of_votes_cast, "y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_are_missing),
		cmocka_unit_test(the_term_does_not_make_up_for_votes),
		cmocka_unit_test(a_vote_was_altered),
		cmocka_unit_test(a_choice_was_turned),
		cmocka_unit_test(a_vote_is_forged),
		cmocka_unit_test(a_stranger_votes),
		cmocka_unit_test(an_operator_did_not_speak),
		cmocka_unit_test(the_electorate_is_made_smaller),
		cmocka_unit_test(the_electorate_is_of_an_older_log),
		cmocka_unit_test(the_expelled_is_brought_back),
		cmocka_unit_test(a_vote_of_one_who_left_counts),
		cmocka_unit_test(a_vote_by_a_revoked_key_counts),
		cmocka_unit_test(a_proposal_is_not_what_it_must_be),
		cmocka_unit_test(the_charter_is_not_in_force),
		cmocka_unit_test(the_genesis_is_another),
		cmocka_unit_test(it_is_no_notary),
		cmocka_unit_test(charter_two_lacks_approvals),
		cmocka_unit_test(charter_two_was_not_voted_on),
		cmocka_unit_test(a_veto_could_still_come),
		cmocka_unit_test(votes_could_still_be_cast),
	};

	return cmocka_run_group_tests_name("liar", tests, start, end);
}
