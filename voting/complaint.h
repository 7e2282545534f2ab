/* SPDX-License-Identifier: ISC
 * A complaint: a member's signed word against another one, with what it rests on (docs/objects/complaint.md). */
#ifndef VOTING_COMPLAINT_H
#define VOTING_COMPLAINT_H

#include "voting/vote.h"

enum { COMPLAINT_SLACK = 300 };
/* Two votes of the accused that contradict each other prove themselves; what somebody observed is its own word. */
enum complaint_about { COMPLAINT_VOTES, COMPLAINT_OBSERVED };
enum complaint_what {
	OBSERVED_UNREACHABLE,
	OBSERVED_MISROUTED,
	OBSERVED_FLOODED,
	OBSERVED_IMPERSONATED,
	OBSERVED_OTHER,
};
extern const char *const complaint_words[]; /* "unreachable" ..., for at_word; NULL-terminated */

/* One of two votes, as its envelope has it. */
struct complaint_vote {
	struct jws jws; /* owned */
	struct sig_pub key;
	struct vote vote; /* without its scheme's part */
};
struct complaint {
	struct digest digest, genesis, charter;
	struct id16 member, by; /* the accused; the one who complains */
	int64_t iat;
	enum complaint_about about;
	/* votes */
	struct complaint_vote votes[2];
	json_t *envelopes; /* both votes as they came: owned, or borrowed when one is printed */
	/* observed */
	enum complaint_what what;
	int64_t when;
	bool has_text;
	struct digest text; /* salted */
};

/* Reads the payload of an envelope; the signature, one, by the present key of `by`, is the caller's to verify. On success *out must be
 * passed to complaint_free. "wrong_typ", at_*'s, jws_read's, vote_parse's, "not_allowed" (against oneself). */
bool complaint_parse(const struct jws *j, struct complaint *out, struct err *e);
void complaint_free(struct complaint *x); /* NULL ok */
/* The payload document; of votes only the envelopes and the keys are looked at. NULL when out of memory. */
json_t *complaint_print(const struct complaint *x);
/* Does it speak against this member of this group, and was it made at most COMPLAINT_SLACK seconds after `now`? "wrong_context",
 * "complaint_late" */
bool complaint_fits(const struct complaint *x, const struct digest *genesis, const struct id16 *member, int64_t now, struct err *e);
/* Do these two votes of one member contradict each other? They are on one proposal of one group under one charter, with different
 * choices. `change` (the charter lets voters change their minds): both must take the place of the same vote, or of none. "no_contradiction"
 */
bool votes_contradict(const struct vote *a, const struct vote *b, bool change, struct err *e);
/* A complaint about votes: both are the accused's in this group, signed by the keys beside them, and contradict each other. That the keys
 * are the accused's is for the caller to know. True for other complaints. "no_contradiction", "wrong_context", jws_verify's. */
bool complaint_proves(struct crypto *c, const struct complaint *x, bool change, struct err *e);

#endif
