/* SPDX-License-Identifier: ISC
 * Redeeming: what was solved becomes a signed challenge met, once, in the transaction of what it is for. */
#ifndef AUTHORITY_REDEEM_H
#define AUTHORITY_REDEEM_H

#include "authority/acts.h"
#include "authority/challenge.h"
#include "authority/store_puzzle.h"
#include "authority/ticket.h"

/* Signs with the notary key and keeps that this puzzle was solved, for a purpose that is there. subject: of the application that came
 * with the ticket, or the ticket's own. The challenge's digest and its receipt (which replaces what was there) are for the answer.
 * challenge_keep's, notary_sign's. */
bool redeem_solved(struct worker *w, const struct brought *b, const struct purpose *p, const struct digest *subject,
	const struct puzzle_solved *solved, struct challenge *out, struct buf *receipt, struct err *e);
/* Spends what was solved of a ticket on an application that was just stored in this transaction, and gives it. "challenge_spent",
 * redeem_solved's. */
bool redeem_ticket(struct worker *w, const struct brought *b, const struct purpose *p, const struct digest *application,
	struct challenge met[static PUZZLES_OF_TICKET_MAX], size_t *n, struct err *e);

/* Why a try was not counted: "challenge_met", "challenge_expired", "tries_spent". */
bool redeem_not_counted(const struct puzzle_try *t, struct err *e);
/* The answer to who solved a puzzle: {"solved": true} for an application to come. What is there already, a proposal to be voted on or an
 * application, has its challenge met at once: {"challenge", "receipt"}, the same however often it is asked for. purpose_find's,
 * redeem_solved's. */
bool redeem_answer(struct worker *w, const struct brought *b, struct answer *out, struct err *e);

#endif
