/* SPDX-License-Identifier: ISC */
#include "authority/redeem.h"

#include <stdio.h>

#include "authority/answer.h"
#include "authority/work.h"

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
		snprintf(out->provider, sizeof(out->provider), "%s", b->terms.label);
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

/* ---- answers */

bool redeem_not_counted(const struct puzzle_try *t, struct err *e)
{
	if (t->solved)
		return err_set(e, "challenge_met", "this challenge was met by another answer");
	if (t->late)
		return err_set(e, "challenge_expired", "this challenge has run out: ask for another one");
	return err_set(e, "tries_spent", "all %d tries on this challenge are used: ask for another one", PUZZLE_TRIES);
}

struct granting {
	struct worker *w;
	const struct brought *b;
	struct purpose purpose;
	struct challenge challenge;
	struct buf receipt;
};

static bool grant(struct db *db, void *arg, struct err *e)
{
	struct granting *g = arg;
	struct puzzle_solved solved;

	(void)db;
	return store_puzzle_solved(g->w, g->b->group.g, &g->b->terms.id, &solved, e) &&
		redeem_solved(g->w, g->b, &g->purpose, &g->b->terms.subject, &solved, &g->challenge, &g->receipt, e);
}

/* What was set under another version of the charter than now counts for its purpose would be kept and never counted. */
static bool still_counts(const struct granting *g, struct err *e)
{
	return digest_compare(&g->purpose.charter->object.digest, &g->b->terms.charter) == 0 ||
		err_set(e, "charter_not_in_force",
			"this challenge was set under another version of the charter than %u, which counts here now",
			(unsigned)g->purpose.charter->version);
}

static bool grant_now(struct worker *w, const struct brought *b, struct answer *out, struct err *e)
{
	struct granting g = { .w = w, .b = b };
	bool rc = purpose_find(w, &b->group, &b->terms.subject, &b->terms.key, &g.purpose, e) && still_counts(&g, e) &&
		db_transaction(w->db, grant, &g, e) && answer_object(out, "challenge", &g.challenge.digest, true, &g.receipt, e);

	if (rc && g.purpose.applicants && g.purpose.number > 0)
		work_post(w->a->work, WORK_DECIDE, b->group.g, g.purpose.number);
	buf_free(&g.receipt);
	return rc;
}

bool redeem_answer(struct worker *w, const struct brought *b, struct answer *out, struct err *e)
{
	static const struct digest to_come;

	if (digest_compare(&b->terms.subject, &to_come) != 0)
		return grant_now(w, b, out, e);
	return answer_set(out, json_pack("{s:b}", "solved", true), "", true, e);
}
