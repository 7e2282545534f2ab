/* SPDX-License-Identifier: ISC
 * What came of puzzles, in the store: pictures given out, tries, solutions, and on what they were spent. */
#ifndef AUTHORITY_STORE_PUZZLE_H
#define AUTHORITY_STORE_PUZZLE_H

#include "authority/store.h"
#include "authority/terms.h"
#include "charter/work.h"

enum { PUZZLE_TRIES = 3, PUZZLES_OF_TICKET_MAX = 64 };

/* Gives out part `part` (0 to 30) of a puzzle, once. *first false: it was given out before, or nothing may come of the puzzle any more. */
bool store_puzzle_show(struct worker *w, int32_t g, const struct terms *t, unsigned part, bool *first, struct err *e);

/* A puzzle's answer, on its way through the store. */
struct puzzle_try {
	int32_t g;
	const struct terms *terms;
	const struct work_done *work; /* the solution, where it is work; else NULL */
	bool counted;                 /* one more try was there, and is used now */
	int tries;                    /* used by now */
	bool solved, late;            /* where it was not counted: it is solved already; it has run out */
};
/* Counts one more try of each, where there is one; in the caller's transaction. The n are of different puzzles, in the order of group and
 * identifier, which is that of their locks. */
bool store_puzzle_try(struct worker *w, struct puzzle_try *tries, size_t n, struct err *e);
/* What came of one so far, and counts nothing: tries, solved and late. */
bool store_puzzle_look(struct worker *w, struct puzzle_try *t, struct err *e);
/* These were solved just now. */
bool store_puzzle_solve(struct worker *w, const struct puzzle_try *tries, size_t n, struct err *e);

/* A solved puzzle. */
struct puzzle_solved {
	struct id16 id;
	enum puzzle_kind kind;
	int64_t solved;
	bool has_work;
	struct work_done work;
};
/* A puzzle that was solved. "not_found" */
bool store_puzzle_solved(struct worker *w, int32_t g, const struct id16 *id, struct puzzle_solved *out, struct err *e);
/* Spends what was solved of a ticket on a subject, in the caller's transaction: gives those, at most PUZZLES_OF_TICKET_MAX; *before: some
 * were spent already (then nothing is). */
bool store_puzzle_spend(struct worker *w, int32_t g, const struct id16 *ticket, const struct digest *subject,
	struct puzzle_solved out[static PUZZLES_OF_TICKET_MAX], size_t *n, bool *before, struct err *e);

/* How a ticket stands: which kinds are solved (bits 1 << kind), whether anything was spent, whether its holder asks a sponsor, and which of
 * its puzzles were shown or tried. */
struct ticket_state {
	uint32_t solved;
	bool spent, sponsor;
	struct id16 touched[PUZZLES_OF_TICKET_MAX];
	size_t touched_n;
};
bool store_puzzle_state(struct worker *w, int32_t g, const struct id16 *ticket, struct ticket_state *out, struct err *e);

/* Believes a provider's token, once: *first false when it was believed before. */
bool store_puzzle_token(struct worker *w, const struct digest *token, int64_t until, bool *first, struct err *e);
/* Forgets what ran out an hour ago. */
bool store_puzzle_forget(struct worker *w, struct err *e);

#endif
