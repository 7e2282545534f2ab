/* SPDX-License-Identifier: ISC
 * Evidence: votes and operators' words, verified and turned into the facts that charter_decide takes. Nothing else fills those facts:
 * the server when it decides, the signer before it signs and the auditor afterwards come through here. */
#ifndef PEER_EVIDENCE_H
#define PEER_EVIDENCE_H

#include "charter/chain.h"
#include "voting/electorate.h"
#include "voting/motion.h"
#include "voting/operator.h"
#include "voting/tally.h"

enum { EVIDENCE_VOTES_MAX = 100000, EVIDENCE_WORDS_MAX = 64 };

/* What the caller knows about a voter, out of the log (signer, server) or out of a record's paths and entries (auditor). */
struct voter {
	bool elector;             /* stands in the proposal's electorate */
	bool gone;                /* left or expelled before the decision */
	struct digest keys[8];    /* thumbprints that the log gives the member between opening and decision */
	size_t keys_n;
	struct digest revoked[8]; /* those of them that were revoked before the decision */
	size_t revoked_n;
};
/* Fills *out for a member; false: nothing is known of it (no elector). */
typedef bool voter_lookup(void *arg, const struct id16 *member, struct voter *out);

/* One vote as evidence: the envelope, the key that it is verified with, the status that is claimed for it. */
struct evidence_vote {
	struct jws jws;          /* owned by the evidence */
	struct sig_pub key;
	enum vote_status status;
	bool signature_known;    /* the caller verified this very envelope with this key before: not done again */
};
struct evidence_word {
	struct jws jws;
	struct sig_pub key;
};
struct evidence {
	struct evidence_vote *votes;
	size_t votes_n;
	struct evidence_word *words;
	size_t words_n;
};
void evidence_free(struct evidence *v);
/* Reads {"votes":[{"vote","key","status",...}], "evidence":[{"object","key"}]}; members of a vote beside vote, key, status, elector are refused.
 * Missing arrays are empty. */
bool evidence_read(const struct at *at, struct evidence *out);

/* What came out of it. */
struct verified {
	struct tally tally;
	struct digest evidence_root;
	struct fact_vote *votes;         /* owned */
	struct fact_approval *approvals; /* owned */
	struct facts facts;              /* pointing into the above */
};
void verified_free(struct verified *v);
/* Verifies every vote (signature, context, elector, key, and that its status is the one the log gives it) and every operator's word, and fills the facts.
 * closed: the proposal's term is over in the caller's eyes. Errors name the first that fails: what vote_parse, vote_fits, scheme's vote_verify say,
 * "not_in_electorate", "wrong_key", "key_revoked", "vote_status" (the claimed status is not what the log gives), "vote_double", "vote_repeated",
 * "not_an_operator", "word_repeated". */
bool evidence_verify(struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence *v, voter_lookup *lookup, void *arg,
                     bool closed, struct verified *out, struct err *e);
/* Decides a proposal from verified evidence and holds the decision against it: roots, counts, outcome. A *yes* that charter_decide does not give is refused with the
 * trace's refusal as name ("votes_missing: has 1, needs 2"); counts and roots that differ: "votes_differ", "evidence_differs"; a no or expired that should be a yes: "outcome_differs". */
bool evidence_decide(const struct charter *ch, const struct proposal *p, const struct verified *v, const struct decision *d, struct err *e);

#endif
