/* SPDX-License-Identifier: ISC
 * A vote: one member's signed yes, no or abstain on one proposal (docs/objects/vote.md). */
#ifndef VOTING_VOTE_H
#define VOTING_VOTE_H

#include "charter/decide.h"
#include "voting/proposal.h"

struct vote {
	struct digest digest, genesis, charter, proposal;
	enum choice choice;
	struct id16 member;
	int64_t iat;
	bool has_reason, has_replaces;
	struct digest reason, replaces;
	json_t *scheme; /* the scheme's own part, owned; NULL: none. Judged by the scheme alone. */
};

/* On success *out must be passed to vote_free, which leaves all but the scheme's part as it was. "wrong_typ", at_*'s. */
bool vote_parse(const struct jws *j, struct vote *out, struct err *e);
json_t *vote_print(const struct vote *v);
void vote_free(struct vote *v);
/* Is it a vote on this proposal, by its group, charter and digest? "wrong_context", naming which. */
bool vote_fits(const struct vote *v, const struct proposal *p, struct err *e);

#endif
