/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "charter/judge.h"
#include "charter/lint_rules.h"

enum { RING = 64 /* as many as a leaf may ask for */ };

/* One tree of the charter under facts that allow everything. */
struct rule {
	enum question question;
	const struct requirement *r;
	const char *pointer;
	struct judged *j;
	struct decision_trace trace;
};

const struct digest *lint_listed(const struct requirement *r)
{
	const struct digest *found = r->type == REQ_LIST && r->list.n > 0 ? r->list.keys : NULL;

	for (uint32_t i = 0; i < r->n && requirement_is_inner(r) && found == NULL; i++)
		found = lint_listed(&r->child[i]);
	return found;
}

static bool by_place(const struct requirement *r)
{
	return r->votes.nearest > 0 || r->votes.opposite > 0;
}

/* Who can say what a leaf asks for; gives a word for them. */
static const char *whom(const struct findings *f, const struct rule *rule, size_t i, uint32_t *there)
{
	const struct requirement *r = rule->j[i].r;

	*there = rule->j[i].electors;
	if (r->type == REQ_VOUCHES)
		*there = lint_electors(f, rule->question);
	if (r->type == REQ_AUTHORITY)
		*there = (uint32_t)f->c->authority.operators_n;
	if (r->type != REQ_VOTES)
		return r->type == REQ_VOUCHES ? "members" : "operators";
	if (r->votes.of != NULL)
		return "named members";
	return by_place(r) ? "members at that place" : "members who can vote";
}

static bool counts_acts(const struct rule *rule, const struct requirement *r)
{
	return (r->type == REQ_VOTES && (!by_place(r) || rule->question == Q_ADMIT)) || r->type == REQ_AUTHORITY ||
		(r->type == REQ_VOUCHES && (rule->question == Q_ADMIT || rule->question == Q_RECOVER));
}

static void unreachable(struct findings *f, const struct rule *rule, size_t i, const char *pointer)
{
	const struct requirement *r = rule->j[i].r;
	uint32_t needed = r->type == REQ_VOUCHES ? r->vouches.count : rule->j[i].needed, there;
	const char *who = whom(f, rule, i, &there);
	/* A group that can admit comes by the voters that an expulsion takes. */
	const bool later = rule->question == Q_EXPEL && r->type == REQ_VOTES && r->votes.of == NULL;

	if (!counts_acts(rule, r) || needed <= there)
		return;
	finding(f, rule->j[0].best || later ? LINT_WARNING : LINT_ERROR, "threshold_unreachable", pointer,
		"%u are needed and there are %u %s: %s", (unsigned)needed, (unsigned)there, who,
		later ? "this cannot be met before the group has grown" : "this can never be met; ask for fewer, or use a fraction");
}

static void lint_children(struct findings *f, const struct rule *rule, size_t i, const char *pointer)
{
	const struct requirement *r = rule->j[i].r;

	if (requirement_is_inner(r) && requirement_children_needed(r) > r->n)
		finding(f, rule->j[0].best ? LINT_WARNING : LINT_ERROR, "threshold_unreachable", pointer,
			"%u parts are needed and there are %u: this can never be met; ask for fewer",
			(unsigned)requirement_children_needed(r), (unsigned)r->n);
}

/* A share of the voters comes, as it did so far. */
static void lint_turnout(struct findings *f, const struct requirement *r, uint32_t electors, const char *pointer)
{
	uint32_t come = (uint32_t)((uint64_t)electors * f->view.turnout / 100);
	uint32_t needed = votes_needed(r, r->votes.base == VOTES_CAST ? come : electors);

	if (f->view.turnout == 0 || f->view.members == 0 || needed <= come || needed > electors)
		return;
	finding(f, LINT_WARNING, "quorum_above_turnout", pointer,
		"%u of %u must say yes, and %u have voted of late (%u %%): this is seldom met; ask for fewer, or for a share of the votes cast",
		(unsigned)needed, (unsigned)electors, (unsigned)come, (unsigned)f->view.turnout);
}

/* One voter less, by expulsion or otherwise. Who expels the last but one is left alone in any group. */
static void lint_spare(struct findings *f, const struct rule *rule, const struct requirement *r, uint32_t electors, const char *pointer)
{
	uint32_t left = electors - (electors > 0);
	bool known = r->votes.of != NULL || (f->view.members > 0 && rule->question != Q_EXPEL && !by_place(r));
	bool expels = f->c->expulsion != NULL || f->c->membership.removal == REMOVAL_OPERATORS;

	if (!known || !expels || votes_needed(r, electors) > electors || votes_needed(r, left) <= left)
		return;
	finding(f, LINT_WARNING, "no_voter_to_spare", pointer,
		"all %u voters are needed here: when one is expelled, leaves or loses its key, this is never met again; ask for fewer, or name more",
		(unsigned)electors);
}

/* Silence helps a proposal: it is the notary that shows proposals to voters. */
static void lint_silence(struct findings *f, const struct requirement *r, uint32_t electors, uint32_t needed, const char *pointer)
{
	bool cast = r->votes.count == 0 && r->votes.base == VOTES_CAST;

	if (cast)
		needed = r->votes.minimum;
	if ((r->votes.veto == 0 && !cast) || f->c->witnesses.n > 0 || 2 * (uint64_t)needed > electors)
		return;
	finding(f, LINT_WARNING, "hidden_proposal", pointer,
		"who does not see a proposal cannot say no, and the notary could hide it: %s; let more than half of the members have to say yes",
		cast ? "fewer votes cast are easier won" : "a veto protects those alone who are told");
}

static void lint_votes(struct findings *f, const struct rule *rule, size_t i, const char *pointer)
{
	const struct requirement *r = rule->j[i].r;
	uint32_t n = f->view.members, electors = rule->j[i].electors;

	if (r->votes.count == 1 || (r->votes.count == 0 && n > 0 && rule->j[i].needed == 1 && r->votes.base != VOTES_CAST))
		finding(f, LINT_WARNING, "threshold_one", pointer, "one yes is enough here; two voters keep each other honest");
	if (r->votes.count == 0 && r->votes.minimum == 0 && r->votes.base == VOTES_CAST)
		finding(f, LINT_WARNING, "cast_without_minimum", pointer,
			"a fraction of the votes cast without a minimum: when one member votes alone, it decides; add \"minimum\"");
	else if (r->votes.count == 0 && r->votes.minimum == 0 && n > 0 && n < LINT_FEW)
		finding(f, LINT_WARNING, "fraction_without_minimum", pointer,
			"with %u members a fraction is %u; add \"minimum\", so that a small group is no easy prey", (unsigned)n,
			(unsigned)rule->j[i].needed);
	if (r->votes.veto == 1)
		finding(f, LINT_WARNING, "veto_of_one", pointer, "any one member can refuse for ever; a veto of two takes two");
	if (r->votes.base == VOTES_CAST && f->c->voting.change)
		finding(f, LINT_WARNING, "change_with_cast", pointer,
			"voters may change their minds and votes cast are what counts: nothing is certain before the term ends");
	lint_turnout(f, r, electors, pointer);
	lint_spare(f, rule, r, electors, pointer);
	lint_silence(f, r, electors, rule->j[i].needed, pointer);
}

static void lint_ring(struct findings *f, const struct requirement *r, const char *pointer)
{
	if (!by_place(r))
		return;
	if (f->view.members > 0 && r->votes.nearest + r->votes.opposite > f->view.voters)
		finding(f, LINT_WARNING, "ring_above_group", pointer,
			"%u are to be near and opposite, and %u members can vote: that is everybody; ask fewer, or leave the places out",
			(unsigned)(r->votes.nearest + r->votes.opposite), (unsigned)f->view.voters);
	if (f->c->membership.nodes_by_key)
		finding(f, LINT_WARNING, "ring_by_key", "/membership/nodes",
			"an applicant can make keys until one lies among its friends, and so choose who votes; let node IDs come from \"seed\"");
}

static bool is_founder(const struct charter *c, const struct id16 *member)
{
	for (size_t i = 0; i < c->founders_n; i++)
		if (id16_compare(&c->founders[i].member, member) == 0)
			return true;
	return false;
}

/* Version 1 knows all members that there are, and nobody can say what a later one will be called. */
static void lint_subset(struct findings *f, const struct requirement *r, const char *pointer)
{
	uint32_t known = 0;

	if (f->c->version != 1 || f->c->founders_n == 0 || r->votes.of_n == 0)
		return;
	for (uint32_t i = 0; i < r->votes.of_n; i++)
		known += is_founder(f->c, &r->votes.of[i]);
	if (known < votes_needed(r, r->votes.of_n))
		finding(f, LINT_ERROR, "named_strangers", pointer,
			"too few of the named voters are founders, and nobody else is a member: this is never met; name founders");
	else if (known < r->votes.of_n)
		finding(f, LINT_WARNING, "named_stranger", pointer, "a named voter is no founder: nobody else is a member yet");
}

static void lint_list(struct findings *f, const struct requirement *r, const char *pointer)
{
	if (r->list.n == 0)
		finding(f, LINT_WARNING, "empty_list", pointer, "nobody stands on this list: it is never met; name a key, or leave it out");
}

static void lint_puzzle(struct findings *f, const struct requirement *r, const char *pointer)
{
	if ((r->captcha_kinds & CAPTCHA_AUDIO) == 0)
		finding(f, LINT_WARNING, "captcha_without_audio", pointer,
			"who cannot see cannot solve what is only seen or read; add \"audio\" to the kinds, and better a way without a puzzle");
}

/* What a member can show for its renewal, or others do for its new key. */
static bool about_member(enum question q, const struct requirement *r)
{
	const bool own = r->type == REQ_CAPTCHA || r->type == REQ_WORK || r->type == REQ_EXTERNAL || r->type == REQ_LIST;

	return ((q == Q_RENEW || q == Q_RECOVER) && own) || (q == Q_RECOVER && r->type == REQ_VOUCHES);
}

/* Vouches, places and invitations are about somebody who is not a member yet; lists and challenges about who asks. */
static void lint_applicant(struct findings *f, const struct rule *rule, const struct requirement *r, const char *pointer)
{
	if (about_member(rule->question, r))
		return;
	if (rule->question == Q_ADMIT || requirement_is_inner(r) || r->type == REQ_AUTHORITY || (r->type == REQ_VOTES && !by_place(r)))
		return;
	finding(f, LINT_WARNING, "without_applicant", pointer,
		"\"%s\" speaks of an applicant%s, and there is none here: it is never met; use \"votes\" of members, or \"authority\"",
		requirement_name(r->type), r->type == REQ_VOTES ? "'s place" : "");
}

/* Whoever offers itself is drawn, so that many keys of one person are drawn more often than others. */
static void lint_invitation(struct findings *f, const struct requirement *r, const char *pointer)
{
	const struct charter *c = f->c;
	bool measured = charter_measures(c);

	if (r->invitation.draw == 0 && r->invitation.by_operators && c->authority.operators_n == 0)
		finding(f, LINT_ERROR, "inviters_missing", pointer,
			"operators invite, and the charter names none: nobody is ever invited; name one, or let members invite");
	if (!charter_invitation_whole(c))
		finding(f, LINT_ERROR, "inviting_missing", pointer,
			"candidates are measured or drawn here, and nothing says how; add \"inviting\", or leave out \"draw\" and \"observers\"");
	if (r->invitation.draw > 0 && r->invitation.observers == 0 && !measured)
		finding(f, LINT_WARNING, "drawn_unseen", pointer,
			"whoever offers itself may be drawn, and who does so with many keys sooner; ask for \"observers\", or for a measure");
	if (r->invitation.observers > 0 && f->view.members > 0 && r->invitation.observers > f->view.members)
		finding(f, LINT_ERROR, "observers_missing", pointer,
			"a candidate needs %u observers, and the group has %u members: nobody can be invited; ask for fewer",
			(unsigned)r->invitation.observers, (unsigned)f->view.members);
}

static void lint_leaf(struct findings *f, const struct rule *rule, size_t i, const char *pointer)
{
	const struct requirement *r = rule->j[i].r;

	lint_applicant(f, rule, r, pointer);
	if (r->type == REQ_VOTES) {
		lint_subset(f, r, pointer);
		lint_votes(f, rule, i, pointer);
		lint_ring(f, r, pointer);
	}
	if (r->type == REQ_INVITATION && rule->question == Q_ADMIT)
		lint_invitation(f, r, pointer);
	if (r->type == REQ_LIST)
		lint_list(f, r, pointer);
	if (r->type == REQ_CAPTCHA)
		lint_puzzle(f, r, pointer);
	if (r->type == REQ_VOUCHES && rule->question == Q_ADMIT)
		lint_vouches(f, r, pointer);
}

static void lint_nodes(struct findings *f, const struct rule *rule)
{
	for (size_t i = 0; i < rule->trace.n; i++) {
		char pointer[ERR_POINTER_MAX];

		snprintf(pointer, sizeof(pointer), "%s%s", rule->pointer, rule->trace.nodes[i].pointer);
		unreachable(f, rule, i, pointer);
		lint_children(f, rule, i, pointer);
		lint_leaf(f, rule, i, pointer);
	}
}

/* Voters in the order in which they stand around the ring from the applicant's place; the opposite ones are the last, in turn. */
static void place_voters(struct facts *facts, uint32_t voters, struct id16 near[static RING], struct id16 far[static RING])
{
	uint32_t n = voters < RING ? voters : RING;

	for (uint32_t i = 0; i < n; i++) {
		near[i] = (struct id16){ .b = { 'v', (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i } };
		far[i] = (struct id16){ .b = { 'v', (uint8_t)((voters - 1 - i) >> 16), (uint8_t)((voters - 1 - i) >> 8),
						(uint8_t)(voters - 1 - i) } };
	}
	facts->nearest = near;
	facts->opposite = far;
	facts->nearest_n = facts->opposite_n = n;
}

static void lint_tree(struct findings *f, enum question q, const struct requirement *r, const char *pointer)
{
	struct rule rule = { .question = q, .r = r, .pointer = pointer };
	struct facts facts = { .question = q, .electorate = lint_electors(f, q), .invited = q == Q_ADMIT };
	const struct digest *listed = r != NULL ? lint_listed(r) : NULL;
	struct id16 near[RING], far[RING];
	size_t n;

	if (r == NULL)
		return;
	facts.without_vote = facts.electorate - lint_voters(f, q);
	place_voters(&facts, lint_voters(f, q), near, far);
	if (listed != NULL)
		facts.applicant = *listed;
	if (judge(f->c, r, &facts, &rule.j, &n, NULL) && trace_make(rule.j, n, &facts, &rule.trace, NULL))
		lint_nodes(f, &rule);
	decision_trace_free(&rule.trace);
	free(rule.j);
}

/* Met by somebody who solves no puzzle (puzzles: or does), and stands on no list (listed: or does)? */
static bool way_in(const struct requirement *r, bool puzzles, bool listed)
{
	uint32_t met = 0;

	if (!requirement_is_inner(r))
		return (r->type != REQ_CAPTCHA || puzzles) && (r->type != REQ_LIST || listed);
	for (uint32_t i = 0; i < r->n; i++)
		met += way_in(&r->child[i], puzzles, listed);
	return met >= requirement_children_needed(r);
}

/* WCAG 2.2, success criterion 3.3.8: no step of authentication rests on a cognitive test alone. */
static void lint_only_way(struct findings *f, const struct requirement *r, const char *pointer)
{
	bool strangers = r != NULL && way_in(r, true, false) && !way_in(r, false, false);

	if (strangers || (r != NULL && way_in(r, true, true) && !way_in(r, false, true)))
		finding(f, LINT_WARNING, "captcha_only_way", pointer,
			"who cannot solve a puzzle has no other way (WCAG 2.2, 3.3.8): put it into \"any\", beside \"authority\", \"vouches\" or "
			"\"votes\"");
}

void lint_leaves(struct findings *f)
{
	const struct charter *c = f->c;

	lint_tree(f, Q_ADMIT, c->admission, "/admission");
	lint_tree(f, Q_EXPEL, c->expulsion, "/expulsion");
	lint_tree(f, Q_AMEND, c->amendment, "/amendment");
	lint_tree(f, Q_RENEW, c->renewal, "/renewal");
	lint_tree(f, Q_RECOVER, c->recovery.member, "/recovery/member");
	lint_tree(f, Q_ADMIT, c->voting.human, "/voting/human");
	lint_tree(f, Q_ADMIT, c->vouching.human, "/vouching/human");
	lint_only_way(f, c->admission, "/admission");
	lint_only_way(f, c->renewal, "/renewal");
	lint_only_way(f, c->recovery.member, "/recovery/member");
	lint_only_way(f, c->voting.human, "/voting/human");
	lint_only_way(f, c->vouching.human, "/vouching/human");
}
