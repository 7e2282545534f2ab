/* SPDX-License-Identifier: ISC
 * Votes in the store. */
#ifndef AUTHORITY_STORE_VOTE_H
#define AUTHORITY_STORE_VOTE_H

#include "authority/acts.h"
#include "authority/store.h"
#include "peer/evidence.h"

/* What a vote is held against before its signature is: one answer for each question, in their order. */
struct vote_question {
	const char *group;
	uint64_t number;
	struct digest key; /* that signed */
};
struct vote_context {
	bool group_found, stopped, proposal_found, key_found;
	int32_t g;
	struct digest genesis, proposal;
	uint32_t version;
	enum question question;
	struct id16 subject; /* expel: who has no vote on it */
	int64_t opened, closes;
	struct id16 member; /* whose key it is, or was */
	struct sig_pub pub;
};
bool store_vote_contexts(struct worker *w, const struct vote_question *q, size_t n, struct vote_context *out, struct err *e);

/* A vote that is to be stored. */
struct vote_row {
	int32_t g;
	uint64_t number;
	const struct vote *vote;
	const struct digest *key;
	const char *doc, *receipt;
	const struct free_text *reason; /* may be NULL */
	int64_t probation;              /* of voters, by the proposal's charter */
};
/* In the order of the statement's CASE. */
enum vote_verdict {
	VOTE_OPEN,
	VOTE_CLOSED,
	VOTE_NO_MEMBER,
	VOTE_EXPELLED,
	VOTE_LEFT,
	VOTE_NO_ELECTOR,
	VOTE_KEY_DEAD,
	VOTE_KEY_OLD,
	VOTE_PROBATION,
	VOTE_SUSPENDED,
};
struct vote_stored {
	enum vote_verdict verdict;
	bool stored; /* false with VOTE_OPEN: the member's vote, or this very one, stands there already */
};

/* Locks the proposals of these votes, then their voters, each in order and for share. */
bool store_vote_lock(struct worker *w, const struct vote_row *v, size_t n, struct err *e);
/* Stores what may be stored, in one statement that looks at proposals, electorate, members and keys as they stand now. out: n of them. */
bool store_vote_insert(struct worker *w, const struct vote_row *v, size_t n, int64_t stored, struct vote_stored *out, struct err *e);

/* The vote with this digest, and the one that counts for its member. */
struct vote_standing {
	bool same, other;     /* found */
	struct buf receipt;   /* of the same; otherwise of the other */
	struct digest digest; /* of the other */
	enum choice choice;
};
bool store_vote_find(struct worker *w, const struct vote_row *v, struct vote_standing *out, struct err *e);
/* How often this voter has changed its mind on this proposal. */
bool store_vote_changes(struct worker *w, const struct vote_row *v, uint64_t *n, struct err *e);
/* Puts a vote in the place of another one of its member. */
bool store_vote_replace(struct worker *w, const struct vote_row *v, const struct digest *old, int64_t stored, struct err *e);

/* All votes on a proposal as evidence, none given a status; signatures were verified before they were stored. Free with evidence_free. */
bool store_vote_evidence(struct worker *w, int32_t g, uint64_t number, struct evidence *out, struct err *e);

#endif
