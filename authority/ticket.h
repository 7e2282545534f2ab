/* SPDX-License-Identifier: ISC
 * A ticket: what the holder of a key gets that asks for challenges, and what each challenge is of. */
#ifndef AUTHORITY_TICKET_H
#define AUTHORITY_TICKET_H

#include "authority/purpose.h"
#include "authority/puzzles.h"

/* Terms as they came back, and believed: ours, of this group, set at this address, not run out. */
struct brought {
	struct group group;
	struct terms terms;
	const struct secret *secret; /* the worker's: valid until it asks for another one */
};
/* text: of terms; id: of the challenge or ticket that the address names, NULL: any; origin: where the request came in. group_find's,
 * secrets_terms's, "challenge_foreign" (of another group, another address of ours, or another challenge than the one named),
 * "challenge_expired", "not_found" (this authority sets none). */
bool ticket_brought(struct worker *w, const char *group, const struct id16 *id, const char *text, const char *origin, struct brought *out,
	struct err *e);
/* The ticket's challenges that may be met now, by kind, with the effort of work: what the charter asks whoever holds it. */
bool ticket_asks(struct worker *w, const struct brought *b, struct purpose *p, bool kinds[static PUZZLE_KINDS], struct err *e);
/* One of its challenges, as the API and pages show it: {"id", "kind", "terms", "until", "questions", ...}. NULL: "no_memory". */
json_t *ticket_challenge(struct worker *w, const struct brought *b, enum puzzle_kind kind, uint32_t turn, int64_t now, struct err *e);

#endif
