/* SPDX-License-Identifier: ISC */
#include "authority/redeem.h"

#include <stdio.h>

/* A day for an applicant, whose proposal has to open meanwhile; an hour for a vote or vouch. Seconds. */
enum { FOR_APPLICANT = CHALLENGE_LIFE_MAX, FOR_MEMBER = 3600 };

static void fill(const struct brought *b, const struct purpose *p, const struct digest *subject, const struct puzzle_solved *s,
	struct challenge *out)
{
	const struct puzzle_row *row = puzzle_row(s->kind);

	*out = (struct challenge){ .genesis = b->terms.genesis,
		.charter = b->terms.charter,
		.subject = *subject,
		.key = b->terms.key,
		.type = row->type,
		.captcha = row->captcha,
		.effort = b->terms.effort,
		.work = s->work,
		.iat = s->solved,
		.until = s->solved + (p->applicants ? FOR_APPLICANT : FOR_MEMBER) };
}

static bool sign(struct worker *w, struct challenge *c, struct buf *doc, struct err *e)
{
	return notary_sign(w, KIND_CHALLENGE, challenge_print(c), doc, &c->digest, e);
}

bool redeem_solved(struct worker *w, const struct brought *b, const struct purpose *p, const struct digest *subject,
	const struct puzzle_solved *solved, struct challenge *out, struct buf *receipt, struct err *e)
{
	struct buf doc = { 0 };
	bool fresh, rc;

	fill(b, p, subject, solved, out);
	if (solved->kind == PUZZLE_EXTERNAL)
		snprintf(out->provider, sizeof(out->provider), "%s", w->a->puzzles->label);
	rc = sign(w, out, &doc, e) && challenge_keep(w, &b->group, p, out, &w->a->notary_thumb, &doc, receipt, &fresh, e);
	buf_free(&doc);
	return rc;
}

bool redeem_ticket(struct worker *w, const struct brought *b, const struct purpose *p, const struct digest *application,
	struct challenge met[static PUZZLES_OF_TICKET_MAX], size_t *n, struct err *e)
{
	struct puzzle_solved solved[PUZZLES_OF_TICKET_MAX];
	struct buf receipt = { 0 };
	bool before, rc;

	if (!store_puzzle_spend(w, b->group.g, &b->terms.ticket, application, solved, n, &before, e))
		return false;
	if (before)
		return err_set(
			e, "challenge_spent", "what was solved by this ticket was used for an application already: ask for another one");
	rc = true;
	for (size_t i = 0; rc && i < *n; i++)
		rc = redeem_solved(w, b, p, application, &solved[i], &met[i], &receipt, e);
	buf_free(&receipt);
	return rc;
}
