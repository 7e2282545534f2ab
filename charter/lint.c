/* SPDX-License-Identifier: ISC */
#include "charter/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "charter/lint_rules.h"

enum { HOUR = 3600, QUARTER = 90 * LINT_DAY };

/* No number of warnings hides an error: it takes the place of the last of them. */
static struct lint *replaced(struct findings *f, enum lint_level level)
{
	for (size_t i = f->n; i > 0 && level == LINT_ERROR; i--)
		if (f->out[i - 1].level == LINT_WARNING)
			return &f->out[i - 1];
	return NULL;
}

void finding(struct findings *f, enum lint_level level, const char *name, const char *pointer, const char *fmt, ...)
{
	struct lint *l = f->n < LINT_MAX ? &f->out[f->n++] : replaced(f, level);
	va_list ap;

	if (l == NULL)
		return;
	*l = (struct lint){ .level = level, .name = name };
	snprintf(l->pointer, sizeof(l->pointer), "%s", pointer);
	va_start(ap, fmt);
	vsnprintf(l->text, sizeof(l->text), fmt, ap);
	va_end(ap);
	if (!json_locate(buf_slice(&f->c->payload), pointer, &l->line, &l->column))
		l->line = l->column = 0;
}

static void lint_times(struct findings *f)
{
	const struct charter *c = f->c;
	int64_t stale = 2 * c->freshness.update + c->freshness.grace;

	if (c->membership.life > QUARTER)
		finding(f, LINT_WARNING, "long_life", "/membership/life",
			"certificates live longer than 90 days: software that reads no list trusts an expelled member for as long; renewing is automatic");
	if (c->membership.rejoin > 0 && c->membership.nodes_by_key)
		finding(f, LINT_WARNING, "rejoin_by_key", "/membership/rejoin",
			"node IDs follow from keys here, so that nobody takes another place by rejoining; let them come from \"seed\"");
	if (c->membership.rejoin > 0 && c->membership.rejoin < c->membership.life)
		finding(f, LINT_WARNING, "rejoin_ends_life", "/membership/rejoin",
			"certificates end with the epoch, which is shorter than their life; make the life as short, or the epoch longer");
	if (stale > c->membership.life)
		finding(f, LINT_WARNING, "slow_lists", c->freshness.grace > c->freshness.update ? "/freshness/grace" : "/freshness/update",
			"a list of revocations may be trusted for longer than a certificate lives, so it tells nothing in time; make it shorter");
	if (c->freshness.allow_unknown && c->membership.life > stale)
		finding(f, LINT_WARNING, "life_outlives_lists", "/freshness/unknown",
			"who is kept from the lists lets an expelled member in until its certificate ends, long after a list would: \"refuse\", or a "
			"shorter life");
	if (c->voting.term < HOUR)
		finding(f, LINT_WARNING, "short_term", "/voting/term",
			"voters have less than an hour, and few will see a proposal in time; a day is usual");
}

static void lint_probation(struct findings *f)
{
	const struct charter *c = f->c;

	if (c->voting.probation > QUARTER)
		finding(f, LINT_WARNING, "long_probation", "/voting/probation",
			"for more than 90 days those who came first vote alone, and when they leave nobody can; make it shorter");
	if (c->vouching.probation > QUARTER)
		finding(f, LINT_WARNING, "long_probation", "/vouching/probation",
			"for more than 90 days those who came first vouch alone, and when they leave nobody can; make it shorter");
	if (f->view.members > 0 && 2 * (uint64_t)f->view.voters < f->view.members)
		finding(f, LINT_WARNING, "few_voters", c->voting.probation > 0 ? "/voting/probation" : "/voting",
			"%u of %u members have a vote: the fewer decide for the more; make the probation shorter, or admit more slowly",
			(unsigned)f->view.voters, (unsigned)f->view.members);
}

static void lint_seats(struct findings *f)
{
	const struct charter *c = f->c;

	if (c->membership.limit > 0 && f->view.members >= c->membership.limit)
		finding(f, LINT_WARNING, "no_seat", "/membership/limit",
			"there are %u members, so that nobody is admitted whatever the vote; raise the limit", (unsigned)f->view.members);
	if (c->inviting.present && !requirement_has(c->admission, REQ_INVITATION))
		finding(f, LINT_WARNING, "inviting_unused", "/inviting",
			"this tells how candidates are measured, and the admission invites nobody; add \"invitation\" to it, or leave this out");
	if (c->vouching.present && !requirement_has(c->admission, REQ_VOUCHES) && charter_recovery_vouches(c) == NULL)
		finding(f, LINT_WARNING, "vouching_unused", "/vouching",
			"this tells how members vouch, and neither admission nor recovery asks for vouches; add \"vouches\" to it, or leave this out");
}

static void lint_tests(struct findings *f)
{
	struct err e = { 0 };

	if (f->c->tests_n == 0)
		finding(f, LINT_WARNING, "no_tests", "/tests",
			"the charter carries no test: write down what you expect of its rules, and it is checked");
	else if (!charter_run_tests(f->c, &e) && err_is(&e, "no_memory"))
		finding(f, LINT_WARNING, "no_memory", e.pointer, "the tests could not be run: there is no memory left; try again");
	else if (!err_ok(&e))
		finding(f, LINT_ERROR, "test_failed", e.pointer, "%.250s", e.text);
}

size_t charter_lint(const struct charter *c, const struct lint_view *view, struct lint out[static LINT_MAX])
{
	struct findings f = { .c = c, .out = out };

	if (view != NULL)
		f.view = *view;
	if (f.view.members == 0 && c->version == 1)
		f.view.members = (uint32_t)c->founders_n;
	if (f.view.voters == 0 || f.view.voters > f.view.members)
		f.view.voters = f.view.members;
	lint_rules(&f);
	lint_leaves(&f);
	lint_return(&f);
	lint_keys(&f);
	lint_times(&f);
	lint_probation(&f);
	lint_seats(&f);
	lint_tests(&f);
	return f.n;
}
