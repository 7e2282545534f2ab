/* SPDX-License-Identifier: ISC
 * Votes and operators' words of a proposal, as evidence out of the store. */
#ifndef AUTHORITY_BALLOTS_H
#define AUTHORITY_BALLOTS_H

#include "authority/authority.h"
#include "peer/record.h"

/* The evidence that a decision rests on: votes in their order with statuses, operators' words, documents owned here. Paths and electors are
 * filled in when `paths` is set (a record has them, the signer's protocol does not). */
struct ballots {
	struct record_vote *votes;
	size_t votes_n;
	struct record_word *words;
	size_t words_n;
};
/* Of a decided proposal. */
bool ballots_of(struct worker *w, int32_t g, uint64_t number, bool paths, struct ballots *out, struct err *e);
void ballots_free(struct ballots *b);

#endif
