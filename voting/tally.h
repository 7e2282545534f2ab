/* SPDX-License-Identifier: ISC
 * The tally: every receipted vote with its status, the root over all, and the facts that come of it; and the table of schemes. */
#ifndef VOTING_TALLY_H
#define VOTING_TALLY_H

#include "voting/decision.h"
#include "voting/vote.h"

enum vote_status { VOTE_COUNTED = 0, VOTE_REPLACED = 1, VOTE_MEMBER_GONE = 2, VOTE_KEY_REVOKED = 3 };
enum { VOTE_STATUSES = 4, BALLOT_BYTES = 49 };

/* One line of the tally. */
struct ballot {
	enum vote_status status;
	struct id16 member;
	struct digest vote;
	enum choice choice;
};
struct tally {
	struct ballot *b; /* owned, sorted by status, member, vote once tally_close was called */
	size_t n, cap;
	uint32_t yes, no, abstain, voided;
	struct digest root;
};
bool tally_add(struct tally *t, const struct ballot *b, struct err *e);
/* Sorts, counts, computes the root. "vote_repeated" when one vote stands twice, "vote_double" when two of a member's are counted. */
bool tally_close(struct tally *t, struct err *e);
void tally_free(struct tally *t);
/* Writes the counted votes as facts, without those of `subject` (NULL: of nobody). The array is the caller's, to be freed. */
bool tally_facts(const struct tally *t, const struct id16 *subject, struct fact_vote **out, size_t *n, struct err *e);
/* Root and counts of a decision are those of the tally? "votes_differ". */
bool tally_matches(const struct tally *t, const struct decision *d, struct err *e);

/* Merkle root over digests, sorted, each as leaf data: the evidence root and the approvals root have this form. Sorts in place. */
bool digests_root(struct digest *d, size_t n, struct digest *out, struct err *e);

/* A voting scheme: how a vote is checked, and what votes, decisions and records carry for it beside what all schemes share. The const table
 * is the charter's `voting.scheme`. */
struct scheme {
	const char *name;
	enum charter_scheme id;
	bool supported;
	uint32_t weight_max; /* of one elector */
	/* Is the vote well made for this scheme, part and number of signatures included, and its first signature by this key of the member's?
	 * "bad_signature", "wrong_key", "bad_jws", "scheme_part", "feature_unsupported". */
	bool (*vote_verify)(struct crypto *c, const struct jws *j, const struct vote *v, const struct sig_pub *key, struct err *e);
	/* May this be the scheme's own part (NULL: none) of a "decision" or a "record"? "scheme_part", "feature_unsupported". */
	bool (*part_verify)(const char *of, const json_t *part, struct err *e);
};
/* The scheme of a charter; never NULL. */
const struct scheme *scheme_of(enum charter_scheme id);

#endif
