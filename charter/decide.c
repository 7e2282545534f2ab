/* SPDX-License-Identifier: ISC */
#include "charter/decide.h"

#include <stdlib.h>

#include "charter/judge.h"

const char *const question_words[] = { "admit", "expel", "amend", "renew", "recover", NULL };
const char *const choice_words[] = { "yes", "no", "abstain", NULL };
const char *const verdict_words[] = { "not yet", "yes", "no", NULL };

const char *question_name(enum question q)
{
	return question_words[q];
}

const char *choice_name(enum choice c)
{
	return choice_words[c];
}

const char *verdict_name(enum verdict v)
{
	return verdict_words[v];
}

bool charter_decide(const struct charter *c, const struct requirement *r, const struct facts *f, enum verdict *verdict,
	struct decision_trace *out, struct err *e)
{
	struct judged *j = NULL;
	size_t n = 0;
	bool rc = false;

	if (out != NULL)
		*out = (struct decision_trace){ .verdict = VERDICT_YES };
	if (r == NULL) {
		*verdict = VERDICT_YES;
		return true;
	}
	if (!judge(c, r, f, &j, &n, e))
		return false;
	if (out != NULL && !trace_make(j, n, f, out, e))
		goto out;
	*verdict = judged_state(&j[0], f->closed);
	rc = true;
out:
	free(j);
	return rc;
}

const struct requirement *charter_requirement(const struct charter *c, enum question q, bool again)
{
	switch (q) {
	case Q_ADMIT:
		return again && c->readmission.both != NULL ? c->readmission.both : c->admission;
	case Q_EXPEL:
		return c->expulsion;
	case Q_AMEND:
		return !again ? c->amendment : c->recovery.veto > 0 ? &c->recovery.vetoed : NULL;
	case Q_RENEW:
		return again ? c->admission : c->renewal;
	case Q_RECOVER:
		return c->recovery.member;
	}
	return NULL;
}

const struct requirement *charter_vouches_on(const struct charter *c, enum question q)
{
	if (q == Q_RECOVER)
		return charter_recovery_vouches(c);
	return q == Q_ADMIT ? charter_vouch_rule(c) : NULL;
}

bool question_of_member(enum question q)
{
	return q == Q_EXPEL || q == Q_RENEW || q == Q_RECOVER;
}
