/* SPDX-License-Identifier: ISC */
#include "peer/evidence.h"

static bool same(const struct digest *a, const struct digest *b)
{
	return digest_compare(a, b) == 0;
}

/* No requirement would mean "always yes" to charter_decide. A charter without one for a question does not let it be put. */
static bool find_requirement(const struct charter *ch, const struct proposal *p, const struct requirement **out, struct err *e)
{
	*out = charter_requirement(ch, p->question, p->again);
	if (*out == NULL)
		return err_set(
			e, "not_allowed", "under this charter nothing is decided by vote that asks to %s", question_name(p->question));
	return true;
}

/* A *yes* must be one; a *no* must be final, and *expired* one that only the end of the term made final. */
static bool outcome_follows(const struct decision *d, enum verdict verdict, const struct decision_trace *t, struct err *e)
{
	enum outcome got = t->expired ? OUTCOME_EXPIRED : OUTCOME_NO;

	if (d->outcome == OUTCOME_YES && verdict != VERDICT_YES)
		return err_set(e, t->refusal != NULL ? t->refusal : "outcome_differs", "%s", t->missing);
	if (d->outcome == OUTCOME_YES)
		return true;
	if (verdict != VERDICT_NO)
		return err_set(
			e, "outcome_differs", "the decision says %s, the charter says %s", outcome_name(d->outcome), verdict_name(verdict));
	if (d->outcome != got)
		return err_set(
			e, "outcome_differs", "the decision says %s, the charter says %s", outcome_name(d->outcome), outcome_name(got));
	return true;
}

bool evidence_decide(const struct charter *ch, const struct proposal *p, const struct verified *v, const struct decision *d, struct err *e)
{
	const struct requirement *r;
	struct decision_trace trace = { 0 };
	enum verdict verdict;
	bool rc;

	if (!same(&d->proposal, &p->digest) || !same(&d->charter, &p->charter) || !same(&d->genesis, &p->genesis))
		return err_set(e, "wrong_context", "this is the decision of another proposal");
	if (!scheme_of(ch->voting.scheme)->part_verify("decision", d->scheme, e) || !tally_matches(&v->tally, d, e))
		return false;
	if (!same(&d->evidence_root, &v->evidence_root))
		return err_set(e, "evidence_differs", "the decision rests on other words of operators than these");
	if (d->outcome == OUTCOME_VOID)
		return true;
	if (!find_requirement(ch, p, &r, e) || !charter_decide(ch, r, &v->facts, &verdict, &trace, e))
		return false;
	rc = outcome_follows(d, verdict, &trace, e);
	decision_trace_free(&trace);
	return rc;
}
