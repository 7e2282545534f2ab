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
/* For many that came at once: the group that the last one named, and the database's clock when that was looked up. Zero at first. */
struct moment {
	struct group group;
	int64_t now;
};
bool ticket_brought_at(struct worker *w, struct moment *m, const char *group, const struct id16 *id, const char *text, const char *origin,
	struct brought *out, struct err *e);
/* One of its challenges, as the API and pages show it: {"id", "kind", "terms", "until", "questions", ...}. NULL: "no_memory". */
json_t *ticket_challenge(const struct brought *b, enum puzzle_kind kind, uint32_t turn, int64_t now, struct err *e);

#endif
