/* SPDX-License-Identifier: ISC */
#include "charter/story.h"

#include <stdio.h>
#include <stdlib.h>

#include "charter/cast.h"

/* A scenario while it is told, and what its facts point to. */
struct story {
	const struct charter *c;
	const struct scenario *s;
	struct cast cast;
	struct fact_vote *votes;
	struct fact_approval approvals[CHARTER_OPERATORS_MAX];
	struct fact_vouch *vouches;
	struct fact_challenge *challenges;
	struct id16 nearest[REQ_NEAR_MAX], opposite[REQ_NEAR_MAX];
	struct facts f;
};

static const struct digest *first_listed(const struct requirement *r)
{
	const struct digest *found = NULL;

	for (uint32_t i = 0; i < r->n && found == NULL; i++)
		found = first_listed(&r->child[i]);
	if (r->type == REQ_LIST && r->list.n > 0)
		found = &r->list.keys[0];
	return found;
}

static int64_t instant(const struct charter *c, const struct scenario *s)
{
	return s->closed ? c->voting.term : s->now;
}

/* What has happened by the instant, and before the close: later acts count for nothing. */
static bool happened(const struct charter *c, const struct scenario *s, int64_t at)
{
	return at <= instant(c, s) && at < c->voting.term;
}

/* Of several votes of one member the last one counts. `last` has an entry for each member: where its vote stands, from 1. */
static void take_vote(struct story *t, const struct scenario_vote *v, size_t *last, int64_t *times)
{
	size_t i = last[v->by];

	if (!happened(t->c, t->s, v->at) || (i > 0 && times[i - 1] > v->at))
		return;
	if (i == 0)
		i = last[v->by] = ++t->f.votes_n;
	times[i - 1] = v->at;
	t->votes[i - 1] = (struct fact_vote){ cast_member(&t->cast, v->by), (enum choice)v->choice };
}

static bool tell_listed_votes(struct story *t, struct err *e)
{
	size_t *last = calloc((size_t)t->s->members + 1, sizeof(*last));
	int64_t *times = calloc(t->s->votes_n, sizeof(*times));
	bool rc = last != NULL && times != NULL;

	for (size_t i = 0; rc && i < t->s->votes_n; i++)
		take_vote(t, &t->s->votes[i], last, times);
	free(last);
	free(times);
	return rc || err_memory(e);
}

static bool tell_votes(struct story *t, struct err *e)
{
	const struct scenario *s = t->s;
	size_t n = (size_t)s->yes + s->no + s->abstain;

	t->votes = calloc(n + s->votes_n + 1, sizeof(*t->votes));
	if (t->votes == NULL)
		return err_memory(e);
	t->f.votes = t->votes;
	if (s->votes_n > 0)
		return tell_listed_votes(t, e);
	t->f.votes_n = n;
	for (uint32_t i = 0; i < n; i++) {
		t->votes[i].member = cast_member(&t->cast, i + 1);
		t->votes[i].choice = i < s->yes ? CHOICE_YES : i < s->yes + s->no ? CHOICE_NO : CHOICE_ABSTAIN;
	}
	return true;
}

static void tell_approvals(struct story *t)
{
	const struct charter_person *operators = t->c->authority.operators;

	t->f.approvals = t->approvals;
	t->f.approvals_n = t->s->approvals;
	for (size_t i = 0; i < t->s->approvals; i++)
		t->approvals[i] = (struct fact_approval){ operators[i].thumb, true };
	for (size_t i = 0; i < t->s->words_n; i++) {
		const struct scenario_word *w = &t->s->words[i];

		if (happened(t->c, t->s, w->at))
			t->approvals[t->f.approvals_n++] = (struct fact_approval){ operators[w->by - 1].thumb, w->approve };
	}
}

static void take_vouch(struct story *t, const struct scenario_vouch *v)
{
	if (happened(t->c, t->s, v->at))
		t->vouches[t->f.vouches_n++] =
			(struct fact_vouch){ cast_member(&t->cast, v->by), v->age, instant(t->c, t->s) - v->at, v->live, v->reason };
}

static bool tell_vouches(struct story *t, struct err *e)
{
	const struct scenario *s = t->s;

	t->vouches = calloc((size_t)s->vouches + s->vouched_n + 1, sizeof(*t->vouches));
	if (t->vouches == NULL)
		return err_memory(e);
	t->f.vouches = t->vouches;
	for (uint32_t i = 1; i <= s->vouches; i++)
		take_vouch(t, &(struct scenario_vouch){ .by = i, .age = SCENARIO_SECONDS_MAX, .live = 1 });
	for (size_t i = 0; i < s->vouched_n; i++)
		take_vouch(t, &s->vouched[i]);
	return true;
}

static bool tell_challenges(struct story *t, struct err *e)
{
	t->challenges = calloc(t->s->challenges_n + 1, sizeof(*t->challenges));
	if (t->challenges == NULL)
		return err_memory(e);
	t->f.challenges = t->challenges;
	for (size_t i = 0; i < t->s->challenges_n; i++) {
		const struct scenario_challenge *m = &t->s->challenges[i];

		if (happened(t->c, t->s, m->at))
			t->challenges[t->f.challenges_n++] =
				(struct fact_challenge){ (enum challenge_type)m->type, m->captcha, m->effort, m->provider };
	}
	return true;
}

/* Those that the scenario lists, or so many from `first` on: round the ring, when they are few. */
static size_t tell_near(struct story *t, const uint32_t *listed, size_t n, uint32_t asked, uint32_t first, struct id16 *out)
{
	uint32_t voters = scenario_voters(t->s);

	if (listed == NULL)
		n = asked < voters ? asked : voters;
	for (uint32_t i = 0; i < n; i++)
		out[i] = cast_member(&t->cast, listed != NULL ? listed[i] : (first + i) % voters + 1);
	return n;
}

static void tell_neighbours(struct story *t)
{
	const struct scenario *s = t->s;
	uint32_t nearest, opposite;

	if (s->question != Q_ADMIT || !charter_ring(t->c, &nearest, &opposite))
		return;
	t->f.nearest = t->nearest;
	t->f.opposite = t->opposite;
	t->f.nearest_n = tell_near(t, s->nearest, s->nearest_n, nearest, 0, t->nearest);
	t->f.opposite_n = tell_near(t, s->opposite, s->opposite_n, opposite, nearest, t->opposite);
}

static bool tell(struct story *t, const struct requirement *r, struct err *e)
{
	const struct scenario *s = t->s;
	const struct digest *listed = s->listed ? first_listed(r) : NULL;

	t->f.question = (enum question)s->question;
	t->f.electorate = s->members;
	t->f.without_vote = s->fresh;
	t->f.subject_is_elector = question_of_member(t->f.question) && s->members > 0;
	t->f.closed = s->closed;
	t->f.may_change = t->c->voting.change;
	t->f.invited = s->invited;
	if (listed != NULL)
		t->f.applicant = *listed;
	if (!cast_make(r, &t->cast, e))
		return false;
	tell_approvals(t);
	tell_neighbours(t);
	return tell_votes(t, e) && tell_vouches(t, e) && tell_challenges(t, e);
}

/* A story that cannot happen is a mistake in the charter. */
static bool possible(const struct charter *c, const struct scenario *s, struct err *e)
{
	uint64_t voters = (uint64_t)s->yes + s->no + s->abstain;
	uint32_t electors = scenario_voters(s);
	char called[CHARTER_NAME_MAX + 16] = "the scenario";

	if (s->name != NULL)
		snprintf(called, sizeof(called), "test \"%s\"", s->name);
	if (s->members > TEST_MEMBERS_MAX)
		return err_set(e, "test_failed", "%s has %u members; at most %d", called, (unsigned)s->members, TEST_MEMBERS_MAX);
	if (voters > electors)
		return err_set(
			e, "test_failed", "%s has %llu votes, but %u can vote", called, (unsigned long long)voters, (unsigned)electors);
	if (s->vouches > scenario_others(s))
		return err_set(e, "test_failed", "%s has %u vouches, but %u members can vouch", called, (unsigned)s->vouches,
			(unsigned)scenario_others(s));
	if (s->approvals > c->authority.operators_n)
		return err_set(e, "test_failed", "%s has %u approvals, but the charter names %zu operators", called, (unsigned)s->approvals,
			c->authority.operators_n);
	return true;
}

bool story_decide(const struct charter *c, const struct scenario *s, enum verdict *verdict, struct decision_trace *out, struct err *e)
{
	const struct requirement *r = charter_requirement(c, (enum question)s->question, s->again);
	struct story t = { .c = c, .s = s };
	bool rc;

	if (!possible(c, s, e))
		return false;
	if (r == NULL) {
		*verdict = s->question == Q_EXPEL || s->question == Q_RECOVER ? VERDICT_NO : VERDICT_YES;
		if (out != NULL)
			*out = (struct decision_trace){ .verdict = *verdict };
		return true;
	}
	rc = tell(&t, r, e) && charter_decide(c, r, &t.f, verdict, out, e);
	cast_free(&t.cast);
	free(t.votes);
	free(t.vouches);
	free(t.challenges);
	return rc;
}

size_t story_unheard(const struct charter *c, const struct scenario *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->votes_n; i++)
		n += !happened(c, s, s->votes[i].at);
	for (size_t i = 0; i < s->words_n; i++)
		n += !happened(c, s, s->words[i].at);
	for (size_t i = 0; i < s->vouched_n; i++)
		n += !happened(c, s, s->vouched[i].at);
	for (size_t i = 0; i < s->challenges_n; i++)
		n += !happened(c, s, s->challenges[i].at);
	return n;
}

static bool run_test(const struct charter *c, const struct scenario *s, struct err *e)
{
	enum verdict got;

	if (!story_decide(c, s, &got, NULL, e))
		return false;
	return (int)got == s->expect ||
		err_set(e, "test_failed", "test \"%s\" expects \"%s\", and the charter says \"%s\"", s->name,
			verdict_name((enum verdict)s->expect), verdict_name(got));
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
