/* SPDX-License-Identifier: ISC
 * Challenges that a charter asks of those who act under it: which of a key's stored ones are evidence. */
#ifndef AUTHORITY_HUMAN_H
#define AUTHORITY_HUMAN_H

#include "authority/store_challenge.h"

/* Do these n challenges (all of one key on one subject) meet what the charter asks of whoever makes a vote or vouch at `iat`? When they do,
 * needed[i] tells of each whether it is one of a smallest set that does; needed may be NULL. */
bool human_met(const struct charter *c, const struct requirement *asked, const struct stored_challenge *met, size_t n, int64_t iat,
	bool *ok, bool *needed, struct err *e);
/* The same of a vote or vouch that is not stored yet, out of the store: "challenge_missing". `asked` NULL: nothing is. */
bool human_stands(struct worker *w, int32_t g, const struct charter *c, const struct requirement *asked,
	const struct challenge_claim *claim, int64_t iat, struct err *e);
/* Which of an applicant's n challenges are evidence on its proposal: one of each kind, the best. */
void human_applicant(const struct proposal *p, const struct stored_challenge *met, size_t n, bool *needed);

#endif
