/* SPDX-License-Identifier: ISC
 * A decision: the signed outcome of a proposal, refusals included (docs/objects/decision.md). */
#ifndef VOTING_DECISION_H
#define VOTING_DECISION_H

#include "voting/proposal.h"

enum outcome { OUTCOME_YES, OUTCOME_NO, OUTCOME_EXPIRED, OUTCOME_VOID };
enum void_cause { VOID_NONE, VOID_WITHDRAWN, VOID_SUBJECT_GONE, VOID_KEY_GONE, VOID_FULL, VOID_OBJECTED, VOID_SPONSOR };

struct decision {
	struct digest digest, genesis, charter, proposal;
	enum outcome outcome;
	enum void_cause cause;
	struct digest votes_root;
	uint32_t yes, no, abstain, voided;
	struct digest evidence_root;
	int64_t decided;
	uint64_t log_size;
	struct digest log_root;
	json_t *scheme; /* the scheme's own part, owned; NULL: none. Judged by the scheme alone. */
};

/* On success *out must be passed to decision_free, which leaves all but the scheme's part as it was. "wrong_typ", at_*'s. */
bool decision_parse(const struct jws *j, struct decision *out, struct err *e);
json_t *decision_print(const struct decision *d);
void decision_free(struct decision *d);
const char *outcome_name(enum outcome o); /* "yes", "no", "expired", "void" */

#endif
