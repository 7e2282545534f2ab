/* SPDX-License-Identifier: ISC */
#include "charter/lint_rules.h"

#include <stdio.h>
#include <stdlib.h>

#include "charter/judge.h"

enum {
	MANY = 1000000, /* members, where their number is not known: as many as a charter may ask for */
	FEW = 5         /* members below which a fraction alone is hardly a vote */
};

/* One rule of the charter under facts that allow everything. */
struct rule {
	enum question question;
	const struct requirement *r;
	const char *pointer;
	struct judged *j;
	struct decision_trace trace;
};

static uint32_t voters(const struct findings *f, enum question q)
{
	uint32_t n = f->members > 0 ? f->members : MANY;

	return q == Q_EXPEL ? n - 1 : n;
}

static const struct digest *some_listed(const struct requirement *r)
{
	const struct digest *found = r->type == REQ_LIST && r->list.n > 0 ? r->list.keys : NULL;

	for (uint32_t i = 0; i < r->n && requirement_is_inner(r) && found == NULL; i++)
		found = some_listed(&r->child[i]);
	return found;
}

static bool undecided(const struct requirement *r)
{
	return !requirement_is_inner(r) && !requirement_supported(r, "", NULL);
}

static void unreachable(struct findings *f, const struct rule *rule, size_t i, const char *pointer)
{
	const struct requirement *r = rule->j[i].r;
	uint32_t needed = rule->j[i].needed, there = r->type == REQ_VOTES ? rule->j[i].electors : (uint32_t)f->c->authority.operators_n;
	const char *who = r->type == REQ_AUTHORITY ? "operators" : r->votes.of != NULL ? "named members" : "members who can vote";
	/* A group that can admit comes by the voters that an expulsion takes. */
	const bool later = rule->question == Q_EXPEL && r->type == REQ_VOTES && r->votes.of == NULL;

	if (undecided(r) || (r->type != REQ_VOTES && r->type != REQ_AUTHORITY) || needed <= there)
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

static void lint_votes(struct findings *f, const struct rule *rule, size_t i, const char *pointer)
{
	const struct requirement *r = rule->j[i].r;
	uint32_t n = f->members;

	if (r->votes.count == 1 || (r->votes.count == 0 && f->members > 0 && rule->j[i].needed == 1 && r->votes.base != VOTES_CAST))
		finding(f, LINT_WARNING, "threshold_one", pointer, "one yes is enough here; two voters keep each other honest");
	if (r->votes.count == 0 && r->votes.minimum == 0 && r->votes.base == VOTES_CAST)
		finding(f, LINT_WARNING, "cast_without_minimum", pointer,
			"a fraction of the votes cast without a minimum: when one member votes alone, it decides; add \"minimum\"");
	else if (r->votes.count == 0 && r->votes.minimum == 0 && n > 0 && n < FEW)
		finding(f, LINT_WARNING, "fraction_without_minimum", pointer,
			"with %u members a fraction is %u; add \"minimum\", so that a small group is no easy prey", (unsigned)n,
			(unsigned)rule->j[i].needed);
	if (r->votes.veto == 1)
		finding(f, LINT_WARNING, "veto_of_one", pointer, "any one member can refuse for ever; a veto of two takes two");
	if (r->votes.base == VOTES_CAST && f->c->voting.change)
		finding(f, LINT_WARNING, "change_with_cast", pointer,
			"voters may change their minds and votes cast are what counts: nothing is certain before the term ends");
}

/* Version 1 knows all members that there are. */
static void lint_subset(struct findings *f, const struct requirement *r, const char *pointer)
{
	if (r->type != REQ_VOTES || f->c->version != 1 || f->c->founders_n == 0)
		return;
	for (uint32_t i = 0; i < r->votes.of_n; i++) {
		bool found = false;

		for (size_t k = 0; k < f->c->founders_n; k++)
			found = found || id16_compare(&f->c->founders[k].member, &r->votes.of[i]) == 0;
		if (found)
			continue;
		finding(f, LINT_WARNING, "named_stranger", pointer, "a named voter is no founder: nobody else is a member yet");
		return;
	}
}

static void lint_list(struct findings *f, const struct rule *rule, const struct requirement *r, const char *pointer)
{
	if (rule->question != Q_ADMIT)
		finding(f, LINT_WARNING, "list_without_applicant", pointer,
			"a list speaks of an applicant's key, and there is no applicant here: it is never met");
	if (r->list.n == 0)
		finding(f, LINT_WARNING, "empty_list", pointer, "nobody stands on this list: it is never met");
	for (uint32_t i = 0; i < r->list.n; i++)
		for (uint32_t k = 0; k < i; k++)
			if (digest_compare(&r->list.keys[i], &r->list.keys[k]) == 0) {
				finding(f, LINT_WARNING, "duplicate_keys", pointer, "a key stands on this list twice; once is enough");
				return;
			}
}

static void lint_nodes(struct findings *f, const struct rule *rule)
{
	for (size_t i = 0; i < rule->trace.n; i++) {
		const struct requirement *r = rule->j[i].r;
		char pointer[ERR_POINTER_MAX];

		snprintf(pointer, sizeof(pointer), "%s%s", rule->pointer, rule->trace.nodes[i].pointer);
		unreachable(f, rule, i, pointer);
		lint_children(f, rule, i, pointer);
		lint_subset(f, r, pointer);
		if (undecided(r))
			finding(f, LINT_ERROR, "leaf_unsupported", pointer,
				"this program does not decide \"%s\" yet, so it is never met; use another requirement",
				requirement_name(r->type));
		else if (r->type == REQ_VOTES)
			lint_votes(f, rule, i, pointer);
		else if (r->type == REQ_LIST)
			lint_list(f, rule, r, pointer);
	}
}

static void lint_rule(struct findings *f, enum question q, const char *pointer)
{
	struct rule rule = { .question = q, .r = charter_requirement(f->c, q), .pointer = pointer };
	struct facts facts = { .question = q, .electorate = voters(f, q) };
	const struct digest *listed = rule.r != NULL ? some_listed(rule.r) : NULL;
	size_t n;

	if (rule.r == NULL)
		return;
	if (listed != NULL)
		facts.applicant = *listed;
	if (judge(f->c, rule.r, &facts, &rule.j, &n, NULL) && trace_make(rule.j, n, &facts, &rule.trace, NULL))
		lint_nodes(f, &rule);
	decision_trace_free(&rule.trace);
	free(rule.j);
}

/* Anybody can meet these alone, without anybody of the group. */
static bool open_to_anybody(const struct requirement *r)
{
	uint32_t met = 0;

	if (!requirement_is_inner(r))
		return r->type == REQ_CAPTCHA || r->type == REQ_WORK || r->type == REQ_EXTERNAL;
	for (uint32_t i = 0; i < r->n; i++)
		met += open_to_anybody(&r->child[i]);
	return met >= requirement_children_needed(r);
}

static enum verdict outcome(const struct findings *f, const struct requirement *r, const struct facts *facts)
{
	enum verdict v = VERDICT_NO;

	return charter_decide(f->c, r, facts, &v, NULL, NULL) ? v : VERDICT_NO;
}

static bool one_vote_admits(const struct findings *f, struct id16 member)
{
	const struct fact_vote vote = { member, CHOICE_YES };
	const struct facts facts = { .electorate = voters(f, Q_ADMIT), .votes = &vote, .votes_n = 1, .closed = true };

	return outcome(f, f->c->admission, &facts) == VERDICT_YES;
}

/* A voter that the rule names may stand in several of its leaves, so each is tried. */
static bool a_named_vote_admits(const struct findings *f, const struct requirement *r)
{
	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++)
		if (a_named_vote_admits(f, &r->child[i]))
			return true;
	for (uint32_t i = 0; i < r->votes.of_n && r->type == REQ_VOTES; i++)
		if (one_vote_admits(f, r->votes.of[i]))
			return true;
	return false;
}

static void lint_capture(struct findings *f)
{
	const struct requirement *r = f->c->admission;

	if (open_to_anybody(r))
		finding(f, LINT_WARNING, "open_admission", "/admission",
			"anybody is admitted without anybody's word: no member and no operator is asked; add \"votes\" or \"authority\"");
	else if (one_vote_admits(f, (struct id16){ .b = "any member" }) || a_named_vote_admits(f, r))
		finding(f, LINT_WARNING, "cheap_capture", "/admission",
			"one member alone can admit whom it likes when the others are silent, and so fill the group with its own; ask for two");
}

/* All operators approve, nobody votes. */
static bool operators_suffice(const struct findings *f, const struct requirement *r, enum question q)
{
	struct fact_approval all[CHARTER_OPERATORS_MAX];
	struct facts facts = { .question = q, .electorate = voters(f, q), .approvals = all, .closed = true };

	for (; facts.approvals_n < f->c->authority.operators_n; facts.approvals_n++)
		all[facts.approvals_n] = (struct fact_approval){ f->c->authority.operators[facts.approvals_n].thumb, true };
	return r != NULL && outcome(f, r, &facts) == VERDICT_YES;
}

static void lint_operators(struct findings *f)
{
	const struct charter *c = f->c;

	if (c->membership.removal_by_operators)
		finding(f, LINT_WARNING, "operators_expel", "/membership/removal",
			"an operator alone can expel members and so shrink the electorate; \"votes\" leaves that to the members");
	if (operators_suffice(f, c->expulsion, Q_EXPEL))
		finding(f, LINT_WARNING, "operators_expel", "/expulsion", "the operators can expel members without a single vote");
	if (operators_suffice(f, c->admission, Q_ADMIT))
		finding(f, LINT_WARNING, "operators_admit", "/admission", "the operators can admit anybody without a single vote");
	if (c->authority.operators_n > 0 && !c->membership.removal_by_operators && !requirement_has(c->admission, REQ_AUTHORITY) &&
		!requirement_has(c->expulsion, REQ_AUTHORITY) && !requirement_has(c->amendment, REQ_AUTHORITY))
		finding(f, LINT_WARNING, "operators_unused", "/authority/operators",
			"operators are named and no rule asks for them; add \"authority\" to a rule, or leave them out");
}

/* The smallest number of yes votes and approvals that meets a rule when nothing was said yet. */
static uint64_t price(const struct findings *f, const struct requirement *r, enum question q)
{
	const struct facts facts = { .question = q, .electorate = f->members > 0 ? f->members : 100 };
	uint64_t cost = COST_NEVER;
	struct judged *j;
	size_t n;

	if (r == NULL || !judge(f->c, r, &facts, &j, &n, NULL))
		return cost;
	cost = j[0].cost;
	free(j);
	return cost;
}

void lint_rules(struct findings *f)
{
	const struct charter *c = f->c;
	uint64_t in = price(f, c->admission, Q_ADMIT), out = price(f, c->expulsion, Q_EXPEL);

	lint_rule(f, Q_ADMIT, "/admission");
	lint_rule(f, Q_EXPEL, "/expulsion");
	lint_rule(f, Q_AMEND, "/amendment");
	if (c->admission != NULL)
		lint_capture(f);
	lint_operators(f);
	if (out < in && in < COST_NEVER)
		finding(f, LINT_WARNING, "expulsion_easier", "/expulsion",
			"expelling takes %llu, admitting %llu: a few could throw the others out one by one; make expulsion the harder",
			(unsigned long long)out, (unsigned long long)in);
	if (c->expulsion == NULL && !c->membership.removal_by_operators)
		finding(f, LINT_WARNING, "no_expulsion", "", "nobody can ever be expelled; add \"expulsion\"");
	if (c->amendment == NULL)
		finding(f, LINT_WARNING, "no_amendment_vote", "",
			"the administrators change this charter without asking the members; add \"amendment\"");
}
