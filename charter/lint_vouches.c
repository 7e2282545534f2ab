/* SPDX-License-Identifier: ISC */
#include "base/time.h"
#include "charter/lint_rules.h"

/* How long a vouch counts against the budget; 0: for ever. */
static int64_t budget_span(const struct requirement *r)
{
	int64_t a = r->vouches.window, b = r->vouches.expiry;

	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

static void lint_budget(struct findings *f, const struct requirement *r, const char *pointer)
{
	uint64_t supply = (uint64_t)f->view.members * r->vouches.budget, admitted = supply / r->vouches.count;
	int64_t span = budget_span(r);
	double wanted = (double)f->c->membership.per_day * (double)span / LINT_DAY;
	char words[TIME_WORDS];

	time_words(span, words);
	if (span == 0) {
		finding(f, LINT_WARNING, "budget_for_life", pointer,
			"without \"window\" and \"expiry\" a vouch counts for ever: who has vouched %u times never vouches again; add a window",
			(unsigned)r->vouches.budget);
		return;
	}
	if (f->view.members == 0)
		return;
	if (wanted > (double)admitted)
		finding(f, LINT_WARNING, "budget_too_small", pointer,
			"in %s the budgets of %u members are enough for %llu applicants, and \"per_day\" lets more in; raise the budget",
			words, (unsigned)f->view.members, (unsigned long long)admitted);
	else if (f->c->membership.per_day == 0 && admitted < 2)
		finding(f, LINT_WARNING, "budget_too_small", pointer,
			"the budgets of %u members are enough for %llu applicant%s in %s; a group so small needs no budget, or a larger one",
			(unsigned)f->view.members, (unsigned long long)admitted, admitted == 1 ? "" : "s", words);
}

void lint_vouches(struct findings *f, const struct requirement *r, const char *pointer)
{
	const struct charter *c = f->c;
	char words[TIME_WORDS];

	if (r->vouches.budget > 0)
		lint_budget(f, r, pointer);
	time_words(r->vouches.age, words);
	if (c->version == 1 && r->vouches.age > 0)
		finding(f, LINT_WARNING, "vouchers_too_young", pointer,
			"the group begins with this charter, so that nobody can vouch before %s have passed; begin without \"age\"", words);
	if (r->vouches.expiry > 0 && r->vouches.expiry < c->voting.term)
		finding(f, LINT_WARNING, "vouches_lapse", pointer,
			"a vouch given on the first day lapses before the term of voting ends; make \"expiry\" longer than that term");
}
