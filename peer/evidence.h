/* SPDX-License-Identifier: ISC
 * Evidence: votes, operators' words, vouches and challenges met, verified and turned into the facts that charter_decide takes. Nothing else
 * fills those facts: the server when it decides, the signer before it signs and the auditor afterwards come through here. */
#ifndef PEER_EVIDENCE_H
#define PEER_EVIDENCE_H

#include "charter/chain.h"
#include "voting/challenge.h"
#include "voting/electorate.h"
#include "voting/motion.h"
#include "voting/operator.h"
#include "voting/tally.h"
#include "voting/vouch.h"

/* Objects: of all kinds together. Words: of operators, among them. */
enum { EVIDENCE_VOTES_MAX = 100000, EVIDENCE_OBJECTS_MAX = 16384, EVIDENCE_WORDS_MAX = 64, EVIDENCE_SLACK = 300 };

/* What the caller knows about a voter or voucher, out of the log (signer, server) or out of a record's paths and entries (auditor). */
struct voter {
	bool elector;          /* stands in the proposal's electorate */
	bool voteless;         /* on probation when the proposal opened: weight 0 */
	bool held;             /* suspended when the proposal opened: weight 0 too */
	bool gone;             /* left or expelled before the decision */
	struct digest keys[8]; /* thumbprints that the log gives the member between opening and decision */
	size_t keys_n;
	struct digest revoked[8]; /* those of them that were revoked before the decision */
	size_t revoked_n;
};
/* Fills *out for a member; false: nothing is known of it (no elector). */
typedef bool voter_lookup(void *arg, const struct id16 *member, struct voter *out);

/* What a vouch's own entry says, between the proposal's and the decision. */
struct vouched {
	struct id16 member;
	struct digest application;
	int64_t time, age; /* of the entry; how long the voucher had been a member then */
	uint32_t live;     /* its live vouches then, this one included */
};
/* Fills *out for the vouch with this digest; false: the log does not have it. */
typedef bool vouch_lookup(void *arg, const struct digest *vouch, struct vouched *out);

/* Is it one of these n thumbprints? */
bool evidence_has_key(const struct digest *keys, size_t n, const struct digest *key);

/* The log as the caller has it. */
struct evidence_view {
	voter_lookup *voter;
	vouch_lookup *vouch; /* NULL: the log has no vouches */
	void *arg;           /* of both */
};

/* One vote as evidence: the envelope, the key that it is verified with, the status that is claimed for it. */
struct evidence_vote {
	struct jws jws; /* owned by the evidence */
	struct sig_pub key;
	enum vote_status status;
	bool signature_known; /* the caller verified this very envelope with this key before: not done again */
};
/* Anything else as evidence: an operator's word, a vouch, a challenge met; by the table in evidence_objects.c. */
struct evidence_object {
	struct jws jws; /* owned by the evidence */
	struct sig_pub key;
	bool signature_known; /* as above; of work, its key was derived then too */
};
struct evidence {
	struct evidence_vote *votes;
	size_t votes_n;
	struct evidence_object *objects;
	size_t objects_n;
	const json_t *scheme; /* the scheme's own part of the record, borrowed from the document; NULL: none */
};
void evidence_free(struct evidence *v);
/* Reads the members {"votes":[{"vote","key","status","elector"?}], "evidence":[{"object","key","elector"?}], "scheme"?} of an object; a
 * missing array is empty. Only beside votes and vouches may an "elector" stand; what it is, and other members of the object, are the
 * caller's to look at. No signature is. Errors: at_*'s, jws_read's, jwk_parse's, "feature_unsupported" (a kind of evidence). *out must be
 * passed to evidence_free. */
bool evidence_read(const struct at *at, struct evidence *out);
/* The kind of an object of evidence, one of those that evidence_objects.c lists; NULL with e set for all others ("feature_unsupported"). */
const char *evidence_kind(const struct jws *j, struct err *e);
/* Was it made by a member as an elector: a vouch, or a member's invitation? Gives which; false also for one that cannot be read. */
bool evidence_by_member(const struct jws *j, struct id16 *member);

/* At most how many bytes it takes as a document (record_evidence), with what stands around the envelopes. */
size_t evidence_size(const struct evidence *v);

/* What came out of it. */
struct verified {
	struct tally tally;
	struct digest evidence_root;
	struct fact_vote *votes; /* owned, as all here */
	struct fact_approval *approvals;
	size_t approvals_n;
	struct fact_vouch *vouches;
	size_t vouches_n;
	struct challenge *met; /* those that the applicant met */
	size_t met_n;
	struct fact_challenge *challenges;   /* of them */
	bool invited;                        /* the applicant was: */
	struct digest candidacy, invited_by; /* by its candidacy, and a draw or an invitation */
	struct id16 *ring;                   /* the proposal's: nearest, then opposite */
	int64_t at;                          /* vouches have lasted until then */
	struct facts facts;                  /* pointing into the above */
};
void verified_free(struct verified *v);
/* The instant that a decision judges evidence at: its own, or the end of the term, whichever comes first. */
int64_t evidence_instant(const struct proposal *p, int64_t decided);
/* Judges at another instant than evidence_verify's `at` what was verified. */
void evidence_at(struct verified *v, int64_t at);
/* What the log makes of a vote or vouch by this key, before another one replaces it: the member is gone, the key was revoked, or it
 * counts. */
enum vote_status evidence_status(const struct voter *voter, const struct digest *key);
/* Fills the rest of v, the facts above all, from the closed tally, approvals, vouches and `met` that stand in v already; `subject` is what
 * is known about the member whose expulsion is asked for (NULL: nothing). Nothing of *p is needed afterwards. On failure verified_free
 * suffices. "no_memory" */
bool evidence_facts(
	const struct charter *ch, const struct proposal *p, const struct voter *subject, bool closed, struct verified *v, struct err *e);
/* Gives every vote the status that the log gives it, for whoever puts evidence together. Looks at all but signatures; errors as below. */
bool evidence_settle(
	const struct charter *ch, const struct proposal *p, struct evidence *v, const struct evidence_view *view, struct err *e);
/* Verifies every vote (signature, context, time, elector, key, and that its status is the one that the log gives it) and every object, and
 * fills the facts. `at`: the instant that evidence is judged at, the decision's or the term's end, whichever comes first. `closed`: the
 * term is over in the caller's eyes. A vote's status, the first that holds: the member is gone; its key was revoked; another of the
 * member's votes replaces it (where the charter lets voters change their minds; elsewhere `replaces` says nothing); it counts. Whether all
 * vouches of the log are there is the caller's to see. Errors name the first that fails:
 *   all          jws_verify's; "wrong_context" (another charter's proposal; an object on something else), "feature_unsupported" (the
 *                scheme; a kind of evidence), "bad_jws", "wrong_key" (not one that the log gives the member; not the one beside it)
 *   votes        vote_parse's, vote_fits's, the scheme's vote_verify's, "scheme_part", "vote_late" (more than EVIDENCE_SLACK seconds
 *                outside the term), "not_in_electorate" (also for a vote on one's own expulsion), "on_probation", "vote_status" (the
 *                claimed status is not the log's), "vote_double", "vote_repeated"
 *   words        operator_parse's, "not_an_operator", "word_repeated" (a second one by one operator), "out_of_range" (too many)
 *   vouches      vouch_parse's, vouch_fits's, "not_allowed" (the charter asks for none), "not_in_electorate", "vouch_void" (its member is
 *                gone, or its key was revoked), "log_unknown" (not in the log), "entry_differs" (from what its entry says), "not_open"
 *                (logged when the term was over), "vouch_late", "vouch_repeated" (a second one by one member)
 *   challenges   challenge_parse's, challenge_fits's, "not_a_notary", "challenge_late" (for what it is for), "challenge_repeated",
 *                "evidence_unasked" (nobody in the evidence needed it, or the charter asks for none), "challenge_missing" (a counted vote
 *                or a vouch without what the charter asks of its maker)
 *   invitations  candidacy_parse's, draw_parse's, invitation_parse's, "not_allowed" (the charter does not invite so), "not_a_notary",
 *                "not_an_operator", "not_in_electorate", "vouch_void" (as of vouches), "invitation_late", "evidence_unasked" (a candidacy
 *                or an invitation alone, or a second one)
 * *out must be passed to verified_free. */
bool evidence_verify(struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence *v,
	const struct evidence_view *view, int64_t at, bool closed, struct verified *out, struct err *e);
/* Decides a proposal from verified evidence and holds the decision against it: context, counts and roots, and the outcome. Errors:
 * "wrong_context"; "votes_differ", "evidence_differs" (counts or roots are others); for a *yes* that charter_decide does not give, the
 * trace's refusal ("votes_missing": "has 1, needs 2"); "outcome_differs" for a *no* or *expired* that it does not give so;
 * "not_allowed" when the charter has no such question. Of a *void* only counts and roots are looked at: its cause stands in the log. */
bool evidence_decide(const struct charter *ch, const struct proposal *p, const struct verified *v, const struct decision *d, struct err *e);

#endif
