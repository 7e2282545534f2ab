/* SPDX-License-Identifier: ISC
 * What lint finds in rules of who comes again, and of what vouchers answer for. */
#include <stdlib.h>

#include "base/time.h"
#include "charter/capture.h"
#include "charter/judge.h"
#include "charter/lint_rules.h"

/* Not even when everybody agrees and the group has grown. */
static bool never_met(const struct findings *f, const struct requirement *r)
{
	const struct capture_group g = { LINT_MANY, 0 };
	struct capture k = { 0 };

	return capture_find(f->c, r, Q_ADMIT, CAPTURE_BLOCK, &g, &k, NULL) && k.possible && k.members == 0 && k.operators == 0;
}

/* The same of a rule about a member, by one that is on its list. */
static bool never_met_by_member(const struct findings *f, const struct requirement *r, enum question q)
{
	const struct digest *listed = lint_listed(r);
	struct facts facts = { .question = q, .electorate = LINT_MANY, .subject_is_elector = true };
	struct judged *j;
	bool never;
	size_t n;

	if (listed != NULL)
		facts.applicant = *listed;
	if (!judge(f->c, r, &facts, &j, &n, NULL))
		return false;
	never = !j[0].best;
	free(j);
	return never;
}

/* Whoever cannot renew is no member any more when its certificate ends. */
static void lint_members_own(struct findings *f)
{
	const struct charter *c = f->c;

	if (c->renewal != NULL && never_met_by_member(f, c->renewal, Q_RENEW))
		finding(f, LINT_ERROR, "renewal_unreachable", "/renewal",
			"nobody can ever meet this, so that the group is over with its last certificate; ask for votes, or leave \"renewal\" out");
	if (c->membership.earlier_again && c->admission != NULL && never_met_by_member(f, c->admission, Q_RENEW))
		finding(f, LINT_ERROR, "renewal_unreachable", "/membership/earlier",
			"members who renew have no vouchers, no neighbours and no invitation: after the next version none can; \"keep\", or a way "
			"by \"votes\"");
	if (c->recovery.member != NULL && never_met_by_member(f, c->recovery.member, Q_RECOVER))
		finding(f, LINT_WARNING, "never_met", "/recovery/member",
			"nobody can ever meet this, so that no lost key is replaced; ask for \"votes\" or \"vouches\", or leave it out");
}

static void lint_readmission(struct findings *f)
{
	const struct charter *c = f->c;

	if (!c->readmission.present)
		return;
	if (c->readmission.wait == 0 && c->readmission.requirement == NULL)
		finding(f, LINT_WARNING, "readmission_empty", "/readmission",
			"who comes again neither waits nor meets more than others, so that this does nothing; add a wait or a requirement");
	if (c->readmission.both != NULL && never_met(f, c->readmission.both) && (c->admission == NULL || !never_met(f, c->admission)))
		finding(f, LINT_WARNING, "readmission_never_met", "/readmission/requirement",
			"nobody can ever meet this beside the admission, so that whoever was turned away once is so for ever");
}

/* What members say to each other, and what they lend, is nothing where nobody vouches. */
static void lint_unvouched(struct findings *f)
{
	const struct charter *c = f->c;

	if (charter_vouch_rule(c) != NULL)
		return;
	if (c->membership.sponsor.per > 0)
		finding(f, LINT_WARNING, "sponsor_unused", "/membership/sponsor",
			"nobody is vouched in, so that nobody has a sponsor; add \"vouches\" to \"admission\", or leave this out");
	if (c->vouching.penalty > 0)
		finding(f, LINT_WARNING, "penalty_unused", "/vouching/penalty",
			"nobody is vouched in, so that nobody answers for it; add \"vouches\" to \"admission\", or leave this out");
}

static void lint_penalty(struct findings *f)
{
	const struct charter *c = f->c;

	if (c->vouching.penalty > 0 && charter_vouch_rule(c) != NULL && c->expulsion == NULL && c->membership.removal != REMOVAL_OPERATORS)
		finding(f, LINT_WARNING, "penalty_unused", "/vouching/penalty",
			"nobody is ever expelled, so that no voucher answers for anybody; add \"expulsion\", or leave this out");
}

/* Each admission takes one from each of its vouchers, and, with depth, from those above them. */
static void lint_sponsor(struct findings *f)
{
	const struct charter *c = f->c;
	const struct requirement *r = charter_vouch_rule(c);
	uint64_t admitted;
	double wanted = (double)c->membership.per_day * (double)c->membership.sponsor.window / LINT_DAY;
	char words[TIME_WORDS];

	if (c->membership.sponsor.per == 0 || r == NULL || r->vouches.count == 0)
		return;
	time_words(c->membership.sponsor.window, words);
	admitted = (uint64_t)f->view.members * c->membership.sponsor.per / r->vouches.count;
	if (f->view.members > 0 && wanted > (double)admitted)
		finding(f, LINT_WARNING, "sponsors_too_few", "/membership/sponsor/per",
			"%u vouch for each, so that %u members bring in at most %llu in %s, and \"per_day\" lets more in; raise \"per\"",
			(unsigned)r->vouches.count, (unsigned)f->view.members, (unsigned long long)admitted, words);
	else if (f->view.members > 0 && admitted == 0)
		finding(f, LINT_WARNING, "sponsors_too_few", "/membership/sponsor/per",
			"%u vouch for each, and there are %u members: not even one can be brought in within %s; raise \"per\"",
			(unsigned)r->vouches.count, (unsigned)f->view.members, words);
	if (r->vouches.budget > 0 && r->vouches.window > 0 && r->vouches.window <= c->membership.sponsor.window &&
		r->vouches.budget > c->membership.sponsor.per)
		finding(f, LINT_WARNING, "sponsor_below_budget", "/membership/sponsor/per",
			"a member has %u vouches, and is spent after %u admissions in %s: it vouches for some in vain; make both alike",
			(unsigned)r->vouches.budget, (unsigned)c->membership.sponsor.per, words);
}

/* Clients lend no storage and no routes, and so have no neighbours on the ring who would know them. */
static void lint_clients(struct findings *f)
{
	uint32_t nearest = 0, opposite = 0;

	if (f->c->membership.client && charter_ring(f->c, &nearest, &opposite))
		finding(f, LINT_WARNING, "clients_on_ring", "/membership/class",
			"clients route for nobody and have no neighbours, and the admission asks those near a place; leave the places out");
}

void lint_return(struct findings *f)
{
	lint_members_own(f);
	lint_readmission(f);
	lint_unvouched(f);
	lint_penalty(f);
	lint_sponsor(f);
	lint_clients(f);
}
