/* SPDX-License-Identifier: ISC
 * Votes, operators' words, vouches and challenges of a proposal, as evidence out of the store. */
#ifndef AUTHORITY_BALLOTS_H
#define AUTHORITY_BALLOTS_H

#include "authority/authority.h"
#include "peer/record.h"

/* The evidence that a decision rests on: votes in their order with statuses; operators' words, vouches and challenges. Documents are owned
 * here. */
struct ballots {
	struct record_vote *votes;
	size_t votes_n;
	struct record_object *objects;
	size_t objects_n;
	struct record_place *places; /* of vouchers */
	size_t places_n;
};
/* Of n decided proposals, each into its own out[i], without paths and electors: the signer's protocol has none. */
bool ballots_load(struct worker *w, int32_t g, const uint64_t *numbers, size_t n, struct ballots *out, struct err *e);
/* Of one, with paths and electors, as a record has them. */
bool ballots_of(struct worker *w, int32_t g, uint64_t number, struct ballots *out, struct err *e);
void ballots_free(struct ballots *b);

#endif
