/* SPDX-License-Identifier: ISC
 * Votes before their transaction: read, held against their proposal, their signature verified. What may still change (membership,
 * keys, the close) is asked again behind the locks. */
#ifndef AUTHORITY_VOTE_CHECK_H
#define AUTHORITY_VOTE_CHECK_H

#include "authority/acts.h"
#include "authority/store_vote.h"

struct checked_vote {
	struct vote_in *in; /* borrowed; its e is set when the vote is refused */
	struct vote vote;
	struct digest genesis, key;
	int32_t g;
	uint64_t number;
	const struct charter *charter; /* the proposal's, borrowed; valid until the check is over */
	int64_t term, probation;       /* of it: for the receipt; of voters */
	bool change;                   /* it lets voters change their minds */
	struct buf doc;                /* the envelope as text */
	/* for the batch */
	size_t order; /* of arrival */
	struct buf receipt;
	struct digest stored; /* whose receipt it is: this vote's, or that of the one before with the same choice */
	struct err verdict;
	bool fresh;
};

/* Checks n votes with one look into the store; those that pass have no error in their `in`. Gives their number; they stand first in
 * out, in their order. out: n zeroed ones; free each that passed with checked_vote_free. Errors of a vote: vote_parse's and
 * jws_verify's, "not_found" (group, proposal), "signer_ahead", "not_a_member" (the key is nobody's), "wrong_key" (somebody else's),
 * "wrong_context", "vote_late" (dated outside the term), "not_in_electorate" (one's own expulsion), "challenge_missing" (where the charter
 * asks voters for one), free_text_fits's, db_run's. */
size_t vote_check(struct worker *w, struct vote_in *votes, size_t n, struct checked_vote *out);
void checked_vote_free(struct checked_vote *v);

#endif
