/* SPDX-License-Identifier: ISC
 * What is found node by node in the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/wise.h"

static void what_can_never_be_met_is_an_error(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2) };
	struct digest key = key_of(1);
	struct requirement parts[] = { count(4, 0), list(&key, 1) }, r = count(4, 0), few = count(3, 0), ops = authority(1);
	struct requirement any = inner(REQ_ANY, 0, parts, 2), k = inner(REQ_AT_LEAST, 3, parts, 2);
	struct charter *c = make(&r);

	(void)state;
	found(c, 3, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	assert_null(find(c, 4, "threshold_unreachable", "/admission/votes"));
	found(c, 4, "threshold_unreachable", "/expulsion/votes", LINT_WARNING); /* the group may grow */
	assert_null(find(c, 0, "threshold_unreachable", "/admission/votes"));
	c->version = 1;
	c->founders_n = 3;
	found(c, 0, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	few.votes.of = of;
	few.votes.of_n = 2;
	c->admission = &few;
	found(c, 9, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	/* of those whom a first version names, founders alone can be members */
	few.votes.count = 1;
	found(c, 9, "named_strangers", "/admission/votes", LINT_ERROR);
	c->founders[2].member = of[1];
	found(c, 9, "named_stranger", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 9, "named_strangers", "/admission/votes"));
	few.votes.count = 2;
	found(c, 9, "named_strangers", "/admission/votes", LINT_ERROR);
	c->founders[1].member = of[0];
	assert_null(find(c, 9, "named_strangers", "/admission/votes"));
	assert_null(find(c, 9, "named_stranger", "/admission/votes"));
	c->admission = &any;
	found(c, 3, "threshold_unreachable", "/admission/any/0/votes", LINT_WARNING);
	c->admission = &k;
	found(c, 9, "threshold_unreachable", "/admission/at_least", LINT_ERROR);
	c->admission = &ops;
	found(c, 9, "threshold_unreachable", "/admission/authority", LINT_ERROR);
	free(c);
}

static void invitations(void **state)
{
	struct requirement parts[] = { count(2, 0), { .type = REQ_INVITATION, .invitation = { .life = 60, .draw = 2 } } };
	struct requirement all = inner(REQ_ALL, 0, parts, 2);
	struct charter *c = make(&all);

	(void)state;
	found(c, 9, "inviting_missing", "/admission/all/1/invitation", LINT_ERROR);
	found(c, 9, "drawn_unseen", "/admission/all/1/invitation", LINT_WARNING);
	c->inviting.present = true;
	c->inviting.measures.uptime = 1;
	assert_null(find(c, 9, "inviting_missing", "/admission/all/1/invitation"));
	assert_null(find(c, 9, "drawn_unseen", "/admission/all/1/invitation"));
	parts[1].invitation.observers = 9;
	assert_null(find(c, 9, "observers_missing", "/admission/all/1/invitation"));
	assert_null(find(c, 9, "inviters_missing", "/admission/all/1/invitation"));
	parts[1].invitation.by_operators = true;
	c->authority.operators_n = 0;
	assert_null(find(c, 9, "inviters_missing", "/admission/all/1/invitation"));
	parts[1].invitation.draw = 0;
	found(c, 9, "inviters_missing", "/admission/all/1/invitation", LINT_ERROR);
	c->authority.operators_n = 1;
	assert_null(find(c, 9, "inviters_missing", "/admission/all/1/invitation"));
	/* another way is left, and a leaf beside it that nothing meets */
	parts[0] = authority(9);
	all.type = REQ_ANY;
	found(c, 9, "threshold_unreachable", "/admission/any/0/authority", LINT_WARNING);
	found(c, 8, "observers_missing", "/admission/any/1/invitation", LINT_ERROR);
	free(c);
}

static void weak_votes(void **state)
{
	struct requirement r = count(1, 1), half = fraction(1, 2, 0, VOTES_OF_MEMBERS), cast = fraction(1, 2, 0, VOTES_CAST);
	struct charter *c = make(&r);

	(void)state;
	found(c, 9, "threshold_one", "/admission/votes", LINT_WARNING);
	found(c, 9, "veto_of_one", "/admission/votes", LINT_WARNING);
	found(c, 9, "captured_by_one", "/admission", LINT_WARNING);
	c->admission = &half;
	found(c, 4, "fraction_without_minimum", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 5, "fraction_without_minimum", "/admission/votes"));
	found(c, 2, "threshold_one", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 9, "captured_by_one", "/admission"));
	found(c, 2, "captured_by_one", "/admission", LINT_WARNING);
	c->admission = &cast;
	found(c, 9, "cast_without_minimum", "/admission/votes", LINT_WARNING);
	found(c, 9, "captured_by_one", "/admission", LINT_WARNING);
	assert_null(find(c, 9, "change_with_cast", "/admission/votes"));
	c->voting.change = true;
	found(c, 9, "change_with_cast", "/admission/votes", LINT_WARNING);
	free(c);
}

static void lists(void **state)
{
	struct digest keys[] = { key_of(1), key_of(2) };
	struct requirement r = list(keys, 2), empty = list(NULL, 0);
	struct charter *c = make(&r);

	(void)state;
	found(c, 9, "without_applicant", "/expulsion/list", LINT_WARNING);
	assert_null(find(c, 9, "without_applicant", "/admission/list"));
	assert_null(find(c, 9, "empty_list", "/admission/list"));
	c->admission = &empty;
	found(c, 9, "empty_list", "/admission/list", LINT_WARNING);
	free(c);
}

static void turnout(void **state)
{
	struct requirement half = fraction(1, 2, 2, VOTES_OF_MEMBERS), cast = fraction(1, 2, 5, VOTES_CAST);
	struct lint_view view = { .members = 10, .turnout = 50 };
	struct charter *c = make(&half);

	(void)state;
	assert_null(find_in(c, &view, "quorum_above_turnout", "/admission/votes"));
	view.turnout = 49;
	found_in(c, &view, "quorum_above_turnout", "/admission/votes", LINT_WARNING);
	view.members = 0;
	assert_null(find_in(c, &view, "quorum_above_turnout", "/admission/votes"));
	view.members = 10;
	c->admission = &cast;
	found_in(c, &view, "quorum_above_turnout", "/admission/votes", LINT_WARNING);
	cast.votes.minimum = 4;
	assert_null(find_in(c, &view, "quorum_above_turnout", "/admission/votes"));
	free(c);
}

static void voters_to_spare(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2), member_of(3) };
	struct requirement named = count(3, 0), all = fraction(1, 1, 0, VOTES_OF_MEMBERS), half = fraction(1, 2, 2, VOTES_OF_MEMBERS);
	struct charter *c = make(&half);

	(void)state;
	named.votes.of = of;
	named.votes.of_n = 3;
	c->admission = &named;
	found(c, 9, "no_voter_to_spare", "/admission/votes", LINT_WARNING);
	found(c, 0, "no_voter_to_spare", "/admission/votes", LINT_WARNING);
	named.votes.count = 2;
	assert_null(find(c, 9, "no_voter_to_spare", "/admission/votes"));
	c->admission = &all;
	assert_null(find(c, 9, "no_voter_to_spare", "/admission/votes"));
	c->admission = &half;
	found(c, 2, "no_voter_to_spare", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 3, "no_voter_to_spare", "/admission/votes"));
	c->expulsion = NULL;
	assert_null(find(c, 2, "no_voter_to_spare", "/admission/votes"));
	free(c);
}

/* A veto, or a share of the votes cast: who is not told cannot say no. */
static void silence(void **state)
{
	struct requirement veto = count(2, 2), cast = fraction(1, 2, 3, VOTES_CAST), half = fraction(1, 2, 2, VOTES_OF_MEMBERS);
	struct charter *c = make(&half);

	(void)state;
	c->admission = &veto;
	c->expulsion = &cast;
	found(c, 9, "hidden_proposal", "/admission/votes", LINT_WARNING);
	found(c, 9, "hidden_proposal", "/expulsion/votes", LINT_WARNING);
	assert_null(find(c, 9, "hidden_proposal", "/amendment/votes"));
	veto.votes.count = 5;
	cast.votes.minimum = 5;
	assert_null(find(c, 9, "hidden_proposal", "/admission/votes"));
	assert_null(find(c, 9, "hidden_proposal", "/expulsion/votes"));
	found(c, 10, "hidden_proposal", "/admission/votes", LINT_WARNING);
	c->witnesses.n = 1;
	assert_null(find(c, 10, "hidden_proposal", "/admission/votes"));
	free(c);
}

static void places(void **state)
{
	struct requirement near = count(2, 0);
	struct charter *c = make(&near);

	(void)state;
	near.votes.nearest = 3;
	near.votes.opposite = 2;
	c->expulsion = c->amendment = NULL;
	assert_null(find(c, 5, "ring_above_group", "/admission/votes"));
	found(c, 4, "ring_above_group", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 4, "threshold_unreachable", "/admission/votes"));
	near.votes.count = 6;
	found(c, 9, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	assert_null(find(c, 9, "ring_by_key", "/membership/nodes"));
	c->membership.nodes_by_key = true;
	found(c, 9, "ring_by_key", "/membership/nodes", LINT_WARNING);
	c->expulsion = &near;
	found(c, 9, "without_applicant", "/expulsion/votes", LINT_WARNING);
	free(c);
}

static void who_is_no_applicant(void **state)
{
	const struct requirement puzzle = { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_AUDIO }, work = { .type = REQ_WORK, .effort = 1 };
	struct requirement parts[] = { count(2, 0), puzzle, work, { .type = REQ_VOUCHES, .vouches = { .count = 1 } }, authority(1),
		list(NULL, 0) };
	struct requirement any = inner(REQ_ANY, 0, parts, 6);
	struct charter *c = make(&any);

	(void)state;
	c->authority.operators_n = 1;
	found(c, 9, "without_applicant", "/expulsion/any/1/captcha", LINT_WARNING);
	found(c, 9, "without_applicant", "/amendment/any/2/work", LINT_WARNING);
	found(c, 9, "without_applicant", "/amendment/any/3/vouches", LINT_WARNING);
	assert_null(find(c, 9, "without_applicant", "/amendment/any/0/votes"));
	assert_null(find(c, 9, "without_applicant", "/amendment/any/4/authority"));
	assert_null(find(c, 9, "without_applicant", "/admission/any/3/vouches"));
	c->renewal = c->recovery.member = &any;
	found(c, 9, "without_applicant", "/renewal/any/3/vouches", LINT_WARNING);
	assert_null(find(c, 9, "without_applicant", "/renewal/any/1/captcha"));
	assert_null(find(c, 9, "without_applicant", "/renewal/any/5/list"));
	assert_null(find(c, 9, "without_applicant", "/recovery/member/any/5/list"));
	assert_null(find(c, 9, "without_applicant", "/recovery/member/any/2/work"));
	assert_null(find(c, 9, "without_applicant", "/recovery/member/any/3/vouches"));
	parts[3].vouches.count = 9;
	found(c, 9, "threshold_unreachable", "/recovery/member/any/3/vouches", LINT_WARNING);
	free(c);
}

static void puzzles(void **state)
{
	struct digest key = key_of(1);
	struct requirement puzzle = { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_GRAPHIC | CAPTCHA_LOGIC };
	struct requirement parts[] = { count(2, 0), puzzle, list(&key, 1) }, both = inner(REQ_ALL, 0, parts, 2),
			   either = inner(REQ_ANY, 0, parts, 2);
	struct requirement listed = inner(REQ_ANY, 0, parts + 1, 2), votes = count(2, 0);
	struct charter *c = make(&votes);

	(void)state;
	c->admission = &both;
	found(c, 9, "captcha_only_way", "/admission", LINT_WARNING);
	found(c, 9, "captcha_without_audio", "/admission/all/1/captcha", LINT_WARNING);
	parts[1].captcha_kinds |= CAPTCHA_AUDIO;
	assert_null(find(c, 9, "captcha_without_audio", "/admission/all/1/captcha"));
	c->admission = &either;
	assert_null(find(c, 9, "captcha_only_way", "/admission"));
	c->admission = &listed;
	found(c, 9, "captcha_only_way", "/admission", LINT_WARNING);
	c->admission = &votes;
	c->voting.human = &puzzle;
	c->vouching.human = &listed;
	found(c, 9, "captcha_only_way", "/voting/human", LINT_WARNING);
	found(c, 9, "captcha_only_way", "/vouching/human", LINT_WARNING);
	found(c, 9, "captcha_without_audio", "/voting/human/captcha", LINT_WARNING);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_never_be_met_is_an_error),
		cmocka_unit_test(invitations),
		cmocka_unit_test(weak_votes),
		cmocka_unit_test(lists),
		cmocka_unit_test(turnout),
		cmocka_unit_test(voters_to_spare),
		cmocka_unit_test(silence),
		cmocka_unit_test(places),
		cmocka_unit_test(who_is_no_applicant),
		cmocka_unit_test(puzzles),
	};

	return cmocka_run_group_tests_name("lint_leaves", tests, NULL, NULL);
}
