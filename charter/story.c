/* SPDX-License-Identifier: ISC
 * The tests that a charter carries: small stories, and what the charter's author expects to come of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charter/judge.h"

/* Far more than any group that a plain charter serves, so that a charter cannot ask for a gigabyte. */
enum { TEST_MEMBERS_MAX = 100000 };

/* What a test's facts point to. */
struct story {
	struct fact_vote *votes;
	size_t named; /* how many of them have a member of the charter's own */
	struct fact_approval approvals[CHARTER_OPERATORS_MAX];
};

/* A member that no charter names: the index behind a mark. */
static struct id16 stranger(uint32_t i)
{
	struct id16 id = { .b = "a stranger" };

	for (size_t k = 0; k < 4; k++)
		id.b[12 + k] = (uint8_t)(i >> (24 - 8 * k));
	return id;
}

static bool is_named(const struct story *s, const struct id16 *member)
{
	for (size_t i = 0; i < s->named; i++)
		if (id16_compare(&s->votes[i].member, member) == 0)
			return true;
	return false;
}

/* The voters that the requirement names come first, in its order. */
static void name_voters(const struct requirement *r, struct story *s, size_t voters)
{
	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++)
		name_voters(&r->child[i], s, voters);
	if (r->type != REQ_VOTES)
		return;
	for (uint32_t i = 0; i < r->votes.of_n && s->named < voters; i++)
		if (!is_named(s, &r->votes.of[i]))
			s->votes[s->named++].member = r->votes.of[i];
}

static const struct digest *first_listed(const struct requirement *r)
{
	const struct digest *found = NULL;

	for (uint32_t i = 0; i < r->n && requirement_is_inner(r) && found == NULL; i++)
		found = first_listed(&r->child[i]);
	if (r->type == REQ_LIST && r->list.n > 0)
		found = &r->list.keys[0];
	return found;
}

static void tell_votes(const struct charter_test *t, const struct requirement *r, struct story *s, struct facts *f)
{
	f->votes_n = t->yes + t->no + t->abstain;
	f->votes = s->votes;
	name_voters(r, s, f->votes_n);
	for (size_t i = 0; i < f->votes_n; i++) {
		if (i >= s->named)
			s->votes[i].member = stranger((uint32_t)i);
		s->votes[i].choice = i < t->yes ? CHOICE_YES : i < (size_t)t->yes + t->no ? CHOICE_NO : CHOICE_ABSTAIN;
	}
}

static void tell(const struct charter *c, const struct charter_test *t, const struct requirement *r, struct story *s, struct facts *f)
{
	const struct digest *listed = t->listed ? first_listed(r) : NULL;

	f->question = (enum question)t->question;
	f->electorate = t->members;
	f->subject_is_elector = f->question == Q_EXPEL && t->members > 0;
	f->closed = t->closed;
	f->may_change = c->voting.change;
	if (listed != NULL)
		f->applicant = *listed;
	tell_votes(t, r, s, f);
	for (size_t i = 0; i < t->approvals; i++)
		s->approvals[i] = (struct fact_approval){ .key = c->authority.operators[i].thumb, .approve = true };
	f->approvals = s->approvals;
	f->approvals_n = t->approvals;
}

/* A story that cannot happen is a mistake in the charter. */
static bool possible(const struct charter *c, const struct charter_test *t, struct err *e)
{
	uint64_t voters = (uint64_t)t->yes + t->no + t->abstain;
	uint32_t electors = t->members - (t->question == Q_EXPEL && t->members > 0);

	if (t->members > TEST_MEMBERS_MAX)
		return err_set(e, "test_failed", "test \"%s\" has %u members; at most %d", t->name, (unsigned)t->members, TEST_MEMBERS_MAX);
	if (voters > electors)
		return err_set(e, "test_failed", "test \"%s\" has %llu votes, but %u can vote", t->name, (unsigned long long)voters,
			(unsigned)electors);
	if (t->approvals > c->authority.operators_n)
		return err_set(e, "test_failed", "test \"%s\" has %u approvals, but the charter names %zu operators", t->name,
			(unsigned)t->approvals, c->authority.operators_n);
	return true;
}

static bool run_test(const struct charter *c, const struct charter_test *t, struct err *e)
{
	const struct requirement *r = charter_requirement(c, (enum question)t->question);
	enum verdict got = t->question == Q_EXPEL ? VERDICT_NO : VERDICT_YES;
	struct story s = { 0 };
	struct facts f = { 0 };
	bool rc;

	if (!possible(c, t, e))
		return false;
	s.votes = calloc((size_t)t->yes + t->no + t->abstain + 1, sizeof(*s.votes));
	if (s.votes == NULL)
		return err_memory(e);
	rc = true;
	if (r != NULL) {
		tell(c, t, r, &s, &f);
		rc = charter_decide(c, r, &f, &got, NULL, e);
	}
	free(s.votes);
	if (rc && (int)got != t->expect)
		return err_set(e, "test_failed", "test \"%s\" expects \"%s\", and the charter says \"%s\"", t->name,
			verdict_name((enum verdict)t->expect), verdict_name(got));
	return rc;
}

bool charter_run_tests(const struct charter *c, struct err *e)
{
	for (size_t i = 0; i < c->tests_n; i++) {
		if (run_test(c, &c->tests[i], e))
			continue;
		if (e != NULL && e->pointer[0] == '\0')
			snprintf(e->pointer, sizeof(e->pointer), "/tests/%zu", i);
		return false;
	}
	return true;
}
