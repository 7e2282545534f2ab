/* SPDX-License-Identifier: ISC
 * A lying gauthd against a real gauth-signer, through its socket: every lie is refused by its name and changes nothing, and then the truth
 * goes through. Here: votes and electorates. timeout: 300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

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

/* ---- votes */

static void votes_are_missing(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, NULL);
	struct world_mark m = world_mark(w);

	liar_decide_by(w, "y", false, OUTCOME_YES);
	liar_refused(l, w, "votes_missing");
	world_back(w, &m);
	liar_decide_by(w, "-yn", false, OUTCOME_YES);
	liar_refused(l, w, "votes_missing");
	world_back(w, &m);
	liar_decide_by(w, "", false, OUTCOME_YES);
	liar_refused(l, w, "votes_missing");
	world_back(w, &m);
	lie_with(l, w, NULL, "votes_missing");
	liar_welcome(l, w);
	world_free(w);
}

static void the_term_does_not_make_up_for_votes(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, NULL);
	struct world_mark m = world_mark(w);

	liar_decide_by(w, "y", true, OUTCOME_YES);
	liar_refused(l, w, "log_time"); /* dated in a week */
	world_back(w, &m);
	liar_welcome(l, w);
	world_free(w);
}

static void a_vote_was_altered(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, NULL);
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
	liar_welcome(l, w);
	world_free(w);
}

/* The choice of a signed vote, changed in the payload behind its signature. */
static void a_choice_was_turned(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, NULL);
	struct evidence ev = liar_votes(w, "yy");
	struct vote v = world_vote(w, 1, CHOICE_NO);
	struct evidence_vote no = world_sign_vote(w, &v, w->members[1].key);
	struct jws turned = ev.votes[1].jws;

	memcpy(turned.sigs[0].sig, no.jws.sigs[0].sig, SIG_BYTES);
	ev.votes[1].jws = turned;
	lie_with(l, w, &ev, "bad_signature");
	jws_free(&no.jws);
	liar_votes_free(&ev);
	liar_welcome(l, w);
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
	struct world *w = liar_asked(l, NULL);
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
	liar_welcome(l, w);
	world_free(w);
}

static void a_stranger_votes(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, NULL);
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
	liar_welcome(l, w);
	world_free(w);
}

static void operators_too(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"votes\":{\"count\":1}},{\"authority\":{\"k\":1}}]}");
}

static void an_operator_did_not_speak(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, operators_too);
	struct world_mark m = world_mark(w);
	struct evidence_object word = world_say(w, 0, false);
	struct evidence ev = liar_votes(w, "y");

	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_refused(l, w, "approvals_missing");
	world_back(w, &m);
	ev.objects = &word;
	ev.objects_n = 1;
	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_refused(l, w, "approvals_missing");
	world_back(w, &m);
	jws_free(&word.jws);
	word = world_say(w, 0, true);
	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_accepted(l, w);
	jws_free(&word.jws);
	ev.objects = NULL;
	ev.objects_n = 0;
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

static void the_electorate_is_made_smaller(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);

	world_apply(w);
	liar_twisted(l, w, only_two, "electorate_differs");
	liar_twisted(l, w, fewer_by_number_alone, "electorate_differs");
	liar_twisted(l, w, with_a_key_of_our_own, "electorate_differs");
	world_propose_admission(w);
	liar_accepted(l, w);
	liar_welcome(l, w);
	world_free(w);
}

/* After an expulsion, in the log of before. */
static void the_electorate_is_of_an_older_log(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);

	world_propose_expulsion(w, 2);
	liar_decide_by(w, "yy", false, OUTCOME_YES);
	liar_accepted(l, w);
	world_apply(w);
	liar_twisted(l, w, of_an_older_log, "electorate_differs");
	world_propose_admission(w);
	liar_accepted(l, w);
	liar_welcome(l, w);
	world_free(w);
}

static void the_expelled_is_brought_back(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct evidence ev;

	world_propose_expulsion(w, 2);
	liar_decide_by(w, "yy", false, OUTCOME_YES);
	world_apply(w);
	liar_twisted(l, w, all_three, "electorate_differs");
	world_propose_admission(w);
	liar_accepted(l, w);
	ev = liar_votes(w, "y-y");
	lie_with(l, w, &ev, "not_in_electorate");
	liar_votes_free(&ev);
	liar_welcome(l, w);
	world_free(w);
}

/* Expelled between the proposal and the decision: its vote counts no more. */
static void a_vote_of_one_who_left_counts(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, NULL);
	struct evidence ev;

	world_leave(w, 2);
	liar_accepted(l, w);
	ev = liar_votes(w, "y-y");
	lie_with(l, w, &ev, "vote_status");
	ev.votes[1].status = VOTE_MEMBER_GONE;
	lie_with(l, w, &ev, "votes_differ");
	liar_votes_free(&ev);
	liar_welcome(l, w);
	world_free(w);
}

static void a_vote_by_a_revoked_key_counts(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, NULL);
	struct evidence ev;

	world_revoke_key(w, 2);
	liar_accepted(l, w);
	ev = liar_votes(w, "y-y");
	lie_with(l, w, &ev, "vote_status");
	liar_votes_free(&ev);
	liar_welcome(l, w);
	world_free(w);
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
	};

	return cmocka_run_group_tests_name("liar", tests, start, end);
}
