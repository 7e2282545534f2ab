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

enum { EVIDENCE_VOTES_MAX = 100000, EVIDENCE_WORDS_MAX = 64, EVIDENCE_SLACK = 300 };

/* What the caller knows about a voter, out of the log (signer, server) or out of a record's paths and entries (auditor). */
struct voter {
	bool elector;          /* stands in the proposal's electorate */
	bool voteless;         /* on probation when the proposal opened: weight 0 */
	bool gone;             /* left or expelled before the decision */
	struct digest keys[8]; /* thumbprints that the log gives the member between opening and decision */
	size_t keys_n;
	struct digest revoked[8]; /* those of them that were revoked before the decision */
	size_t revoked_n;
};
/* Fills *out for a member; false: nothing is known of it (no elector). */
typedef bool voter_lookup(void *arg, const struct id16 *member, struct voter *out);

/* One vote as evidence: the envelope, the key that it is verified with, the status that is claimed for it. */
struct evidence_vote {
	struct jws jws; /* owned by the evidence */
	struct sig_pub key;
	enum vote_status status;
	bool signature_known; /* the caller verified this very envelope with this key before: not done again */
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
	const json_t *scheme; /* the scheme's own part of the record, borrowed from the document; NULL: none */
};
void evidence_free(struct evidence *v);
/* Reads the members {"votes":[{"vote","key","status","elector"?}], "evidence":[{"object","key"}], "scheme"?} of an object; a missing array
 * is empty. Other members of the object, and what stands in "elector", are the caller's to look at. No signature is. Errors: at_*'s,
 * jws_read's, jwk_parse's. *out must be passed to evidence_free. */
bool evidence_read(const struct at *at, struct evidence *out);

/* At most how many bytes it takes as a document (record_evidence), with what stands around the envelopes. */
size_t evidence_size(const struct evidence *v);

/* What came out of it. */
struct verified {
	struct tally tally;
	struct digest evidence_root;
	struct fact_vote *votes;         /* owned */
	struct fact_approval *approvals; /* owned */
	struct facts facts;              /* pointing into the above */
};
void verified_free(struct verified *v);
/* What the log makes of a vote by this key, before another one replaces it: the member is gone, the key was revoked, or it counts. */
enum vote_status evidence_status(const struct voter *voter, const struct digest *key);
/* Fills v->votes and v->facts from a closed tally and n approvals that stand in v already; `subject` is what is known about the member
 * whose expulsion is asked for (NULL: nothing). On failure verified_free suffices. "no_memory" */
bool evidence_facts(const struct charter *ch, const struct proposal *p, const struct voter *subject, size_t approvals_n, bool closed,
	struct verified *v, struct err *e);
/* Gives every vote the status that the log gives it, for whoever puts evidence together. Looks at all but signatures; errors as below. */
bool evidence_settle(
	const struct charter *ch, const struct proposal *p, struct evidence *v, voter_lookup *lookup, void *arg, struct err *e);
/* Verifies every vote (signature, context, time, elector, key, and that its status is the one that the log gives it) and every operator's
 * word, and fills the facts. `closed`: the proposal's term is over in the caller's eyes. A vote's status, the first that holds: the member
 * is gone; its key was revoked; another of the member's votes replaces it (where the charter lets voters change their minds; elsewhere
 * `replaces` says nothing); it counts. Errors name the first that fails: what vote_parse, vote_fits, the scheme's vote_verify,
 * operator_parse and jws_verify say, "wrong_context" (another charter's proposal; a word on something else), "feature_unsupported" (the
 * scheme; a kind of evidence), "scheme_part", "vote_late" (more than EVIDENCE_SLACK seconds outside the term), "not_in_electorate" (also
 * for a vote on one's own expulsion),
 * "wrong_key" (not one that the log gives the member), "vote_status" (the claimed status is not the log's), "vote_double", "vote_repeated",
 * "not_an_operator", "word_repeated" (a second one by one operator). *out must be passed to verified_free. */
bool evidence_verify(struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence *v, voter_lookup *lookup,
	void *arg, bool closed, struct verified *out, struct err *e);
/* Decides a proposal from verified evidence and holds the decision against it: context, counts and roots, and the outcome. Errors:
 * "wrong_context"; "votes_differ", "evidence_differs" (counts or roots are others); for a *yes* that charter_decide does not give, the
 * trace's refusal ("votes_missing": "has 1, needs 2"); "outcome_differs" for a *no* or *expired* that it does not give so;
 * "not_allowed" when the charter has no such question. Of a *void* only counts and roots are looked at: its cause stands in the log. */
bool evidence_decide(const struct charter *ch, const struct proposal *p, const struct verified *v, const struct decision *d, struct err *e);

#endif
