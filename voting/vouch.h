/* SPDX-License-Identifier: ISC
 * A vouch: a member's signed word for an applicant, or for another member's new key: logged while the proposal about it is open
 * (docs/objects/vouch.md). */
#ifndef VOTING_VOUCH_H
#define VOTING_VOUCH_H

#include "voting/proposal.h"

enum { VOUCH_SLACK = 300 };

struct vouch {
	struct digest digest, genesis, charter, application; /* application: or a recovery */
	struct id16 member;                                  /* the voucher */
	bool has_reason;
	struct digest reason; /* salted */
	int64_t iat;
};

/* Reads the payload of an envelope; the signature, one, by the member's present key, is the caller's to verify. "wrong_typ", at_*'s. */
bool vouch_parse(const struct jws *j, struct vouch *out, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *vouch_print(const struct vouch *v);
/* Is it for the applicant of this proposal, or for its recovery of another member's key, by its group and charter? "wrong_context", naming
 * which; "not_allowed": for the voucher's own. */
bool vouch_fits(const struct vouch *v, const struct proposal *p, struct err *e);
/* Was it made after the proposal opened and before it was logged, but for VOUCH_SLACK seconds either way? "vouch_late" */
bool vouch_in_time(const struct vouch *v, int64_t opened, int64_t logged, struct err *e);

#endif
