/* SPDX-License-Identifier: ISC */
#include "charter/lint_rules.h"

#include "charter/capture.h"

uint32_t lint_electors(const struct findings *f, enum question q)
{
	uint32_t n = f->view.members > 0 ? f->view.members : LINT_MANY;

	return question_of_member(q) ? n - 1 : n;
}

uint32_t lint_voters(const struct findings *f, enum question q)
{
	uint32_t n = f->view.members > 0 ? f->view.voters : LINT_MANY;

	return question_of_member(q) && n > 0 ? n - 1 : n;
}

/* What it takes in a group of so many; nothing is possible when memory is out. */
static struct capture captured(const struct findings *f, enum question q, enum capture_goal goal, uint32_t members, uint32_t voters)
{
	const struct capture_group g = { members, members - voters };
	struct capture k = { 0 };

	if (!capture_find(f->c, charter_requirement(f->c, q, false), q, goal, &g, &k, NULL))
		k.possible = false;
	return k;
}

static bool nobody_needed(const struct capture *k)
{
	return k->possible && k->members == 0 && k->operators == 0;
}

static bool one_member(const struct capture *k)
{
	return k->possible && k->members == 1 && k->operators == 0;
}

/* Not even when everybody agrees and the group has grown. */
static void lint_met(struct findings *f, enum question q, const char *pointer)
{
	const struct capture k = captured(f, q, CAPTURE_BLOCK, LINT_MANY, LINT_MANY);

	if (!nobody_needed(&k))
		return;
	if (q == Q_AMEND)
		finding(f, LINT_ERROR, "amendment_unreachable", pointer,
			"nobody can ever meet this, so that the charter never changes again; ask for votes, or leave \"amendment\" out");
	else
		finding(f, LINT_WARNING, "never_met", pointer,
			"nobody can ever meet this, so that nobody is %s; ask for something that can be had, and for \"votes\" beside it",
			q == Q_ADMIT ? "admitted" : "expelled by vote");
}

static void lint_capture(struct findings *f, enum question q, const char *pointer)
{
	const struct capture in = captured(f, q, CAPTURE_ADMIT, lint_electors(f, q), lint_voters(f, q));
	const struct capture out = captured(f, q, CAPTURE_BLOCK, lint_electors(f, q), lint_voters(f, q));

	if (q == Q_ADMIT && nobody_needed(&in) && !in.listed)
		finding(f, LINT_WARNING, "open_admission", pointer,
			"anybody is admitted without anybody's word: no member and no operator is asked; add \"votes\" or \"authority\"");
	if (q == Q_ADMIT && one_member(&in))
		finding(f, LINT_WARNING, "captured_by_one", pointer,
			"one member alone can admit whom it likes when the others are silent, and so fill the group with its own; ask for two");
	if (q == Q_EXPEL && one_member(&in) && lint_voters(f, q) > 1)
		finding(f, LINT_WARNING, "captured_by_one", pointer,
			"one member alone can expel the others one by one when they are silent; ask for two, or for a share of all members");
	/* Of a pair, either is half of what there is. */
	if (one_member(&out) && lint_voters(f, q) > 2)
		finding(f, LINT_WARNING, "blocked_by_one", pointer,
			"one member can keep this from ever being met, though everybody else agrees; ask for one less, or for a veto of two");
}

static bool operators_suffice(const struct findings *f, enum question q)
{
	struct capture k = { 0 };

	if (charter_requirement(f->c, q, false) != NULL)
		k = captured(f, q, CAPTURE_ADMIT, lint_electors(f, q), lint_voters(f, q));
	return k.alone > 0 && !k.listed;
}

static void lint_operators(struct findings *f)
{
	const struct charter *c = f->c;

	if (c->membership.removal == REMOVAL_OPERATORS)
		finding(f, LINT_WARNING, "operators_expel", "/membership/removal",
			"an operator alone can expel members and so shrink the electorate; \"votes\" leaves that to the members");
	if (operators_suffice(f, Q_EXPEL))
		finding(f, LINT_WARNING, "operators_expel", "/expulsion",
			"the operators can expel members without a single vote; put \"votes\" beside \"authority\" with \"all\"");
	if (operators_suffice(f, Q_ADMIT))
		finding(f, LINT_WARNING, "operators_admit", "/admission",
			"the operators can admit anybody without a single vote; put \"votes\" beside \"authority\" with \"all\"");
	if (c->authority.operators_n > 0 && c->membership.removal == REMOVAL_VOTES && !requirement_has(c->admission, REQ_AUTHORITY) &&
		!requirement_has(c->expulsion, REQ_AUTHORITY) && !requirement_has(c->amendment, REQ_AUTHORITY))
		finding(f, LINT_WARNING, "operators_unused", "/authority/operators",
			"operators are named and no rule asks for them; add \"authority\" to a rule, or leave them out");
}

/* How many members and operators are enough when the others are silent; the electors are the same for each question, so that rules can be
 * compared. */
static uint32_t price(const struct findings *f, enum question q)
{
	uint32_t n = f->view.members > 0 ? f->view.members : 100, voters = f->view.members > 0 ? f->view.voters : n;
	struct capture k = { 0 };

	if (charter_requirement(f->c, q, false) != NULL)
		k = captured(f, q, CAPTURE_ADMIT, n, voters);
	return k.possible ? k.members + k.operators : UINT32_MAX;
}

static void lint_question(struct findings *f, enum question q, const char *pointer)
{
	if (charter_requirement(f->c, q, false) == NULL)
		return;
	lint_met(f, q, pointer);
	lint_capture(f, q, pointer);
}

static void lint_suspension(struct findings *f)
{
	const struct charter *c = f->c;

	if (c->membership.suspension > 0 && !charter_suspends(c))
		finding(f, LINT_WARNING, "suspension_unused", "/membership/suspension",
			"nobody is ever suspended; say \"removal\": \"emergency\", or leave \"suspension\" out");
	if (charter_suspends(c) && charter_suspension(c) < c->voting.term)
		finding(f, LINT_WARNING, "suspension_short", "/membership/suspension",
			"a suspension is over before the group has decided on it; make it longer than the term of voting");
	if (c->vouching.cascade != CASCADE_NONE && charter_vouch_rule(c) == NULL)
		finding(f, LINT_WARNING, "cascade_unused", "/vouching/cascade",
			"nobody is vouched in, so that this does nothing; add \"vouches\" to \"admission\", or leave it out");
}

void lint_rules(struct findings *f)
{
	const struct charter *c = f->c;
	uint32_t in = price(f, Q_ADMIT), out = price(f, Q_EXPEL);

	lint_question(f, Q_ADMIT, "/admission");
	lint_question(f, Q_EXPEL, "/expulsion");
	lint_question(f, Q_AMEND, "/amendment");
	lint_operators(f);
	lint_suspension(f);
	if (out < in && in < UINT32_MAX)
		finding(f, LINT_WARNING, "expulsion_easier", "/expulsion",
			"expelling takes %u, admitting %u: a few could throw the others out one by one; make expulsion the harder",
			(unsigned)out, (unsigned)in);
	if (c->expelling.movers > 1 && f->view.members > 0 && c->expelling.movers >= f->view.members)
		finding(f, LINT_WARNING, "movers_unreachable", "/expelling/movers",
			"%u must move together, and there are %u members, of whom one is to go: nobody can be expelled by vote; ask for fewer",
			(unsigned)c->expelling.movers, (unsigned)f->view.members);
	if (c->expulsion == NULL && c->membership.removal != REMOVAL_OPERATORS)
		finding(f, LINT_WARNING, "no_expulsion", "", "nobody can ever be expelled; add \"expulsion\"");
	if (c->amendment == NULL)
		finding(f, LINT_WARNING, "no_amendment_vote", "",
			"the administrators change this charter without asking the members; add \"amendment\"");
}
