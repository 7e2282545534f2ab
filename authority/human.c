/* SPDX-License-Identifier: ISC */
#include "authority/human.h"

#include <stdlib.h>
#include <string.h>

/* Is the requirement met by those that are `in`? facts has room for all. */
static bool is_met(const struct charter *c, const struct requirement *asked, const struct stored_challenge *met, size_t n, const bool *in,
	struct fact_challenge *facts, bool *ok, struct err *e)
{
	struct facts f = { .question = Q_ADMIT, .challenges = facts, .closed = true };
	enum verdict verdict;

	for (size_t i = 0; i < n; i++)
		if (in[i])
			challenge_fact(&met[i].c, &facts[f.challenges_n++]);
	if (!charter_decide(c, asked, &f, &verdict, NULL, e))
		return false;
	*ok = verdict == VERDICT_YES;
	return true;
}

/* What is met stays met with more, so each that the others can do without goes. */
static bool reduce(const struct charter *c, const struct requirement *asked, const struct stored_challenge *met, size_t n, bool *in,
	struct fact_challenge *facts, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		bool without = false;

		if (!in[i])
			continue;
		in[i] = false;
		if (!is_met(c, asked, met, n, in, facts, &without, e))
			return false;
		in[i] = !without;
	}
	return true;
}

bool human_met(const struct charter *c, const struct requirement *asked, const struct stored_challenge *met, size_t n, int64_t iat,
	bool *ok, bool *needed, struct err *e)
{
	struct fact_challenge *facts = calloc(n + 1, sizeof(*facts));
	bool *in = calloc(n + 1, sizeof(*in));
	bool rc = (facts != NULL && in != NULL) || err_memory(e);

	*ok = false;
	for (size_t i = 0; rc && i < n; i++)
		in[i] = digest_compare(&met[i].c.charter, &c->object.digest) == 0 && challenge_covers(&met[i].c, iat, NULL);
	rc = rc && is_met(c, asked, met, n, in, facts, ok, e);
	if (rc && *ok && needed != NULL) {
		rc = reduce(c, asked, met, n, in, facts, e);
		memcpy(needed, in, n * sizeof(*in));
	}
	free(facts);
	free(in);
	return rc;
}

bool human_stands(struct worker *w, int32_t g, const struct charter *c, const struct requirement *asked,
	const struct challenge_claim *claim, int64_t iat, struct err *e)
{
	struct stored_challenges met;
	bool ok = false, rc;

	if (asked == NULL)
		return true;
	if (!store_challenge_all(w, g, claim, 1, &met, e))
		return false;
	rc = human_met(c, asked, met.v, met.n, iat, &ok, NULL, e);
	stored_challenges_free(&met);
	return rc &&
		(ok ||
			err_set(e, "challenge_missing",
				"the charter asks whoever does this to meet a challenge first; none is here that is good now"));
}

/* Would the second do where the first does? */
static bool covers(const struct challenge *a, const struct challenge *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == CHALLENGE_CAPTCHA)
		return a->captcha == b->captcha;
	return a->type == CHALLENGE_WORK ? a->effort <= b->effort : strcmp(a->provider, b->provider) == 0;
}

void human_applicant(const struct proposal *p, const struct stored_challenge *met, size_t n, bool *needed)
{
	for (size_t i = 0; i < n; i++) {
		const struct challenge *c = &met[i].c;

		needed[i] = challenge_fits(c, p, &p->subject, &p->key, NULL) && challenge_in_term(c, p, proposal_closes(p), NULL);
		for (size_t j = 0; j < i && needed[i]; j++) {
			if (!needed[j])
				continue;
			needed[i] = !covers(c, &met[j].c);
			needed[j] = !needed[i] || !covers(&met[j].c, c);
		}
	}
}
