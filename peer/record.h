/* SPDX-License-Identifier: ISC
 * The record: one decision with all its evidence, self-contained, to be decided again by anyone (docs/objects/record.md). */
#ifndef PEER_RECORD_H
#define PEER_RECORD_H

#include "peer/application.h"
#include "peer/entry.h"
#include "peer/evidence.h"
#include "peer/gmc.h"
#include "peer/trust.h"

/* Entries of a record, and nodes beside them: no more fit into RECORD_MAX, because an entry in base64url has more than 256 characters, and
 * a digest as text has DIGEST_TEXT. */
enum { RECORD_LINES_MAX = RECORD_MAX / 256, RECORD_NODES_MAX = RECORD_MAX / DIGEST_TEXT };

/* What a record is made of: for whoever writes one (the authority out of its store). Documents are borrowed; NULL and 0 where there is
 * none. The texts' strings too. */
struct record_charter {
	const json_t *signed_charter;
	struct slice entry; /* bytes */
};
/* Where a voucher, or who made a motion, stands in the proposal's electorate. */
struct record_place {
	struct elector elector;
	uint64_t index; /* in the electorate */
	struct digest path[MERKLE_PATH_MAX];
	size_t path_n;
};
struct record_vote {
	const json_t *vote;
	struct sig_pub key;
	enum vote_status status;
	struct elector elector;
	uint64_t index;
	struct digest path[MERKLE_PATH_MAX];
	size_t path_n;
	struct digest digest; /* of the vote: the order */
};
/* An operator's word, a vouch or a challenge. */
struct record_object {
	const json_t *object;
	struct sig_pub key;
	struct digest digest;
	const struct record_place *place; /* of a voucher; NULL beside other kinds */
};
/* Who signed a motion, or a complaint that it rests on; `object` is that complaint. */
struct record_signed {
	const json_t *object;
	struct sig_pub key;
	const struct record_place *place;
};
/* A text whose salted digest an application ("statement"), a motion, a complaint, a vote or a vouch ("reason") has. May be erased,
 * and then is left out. */
struct record_text {
	const char *of, *text;
	uint8_t salt[16];
};
struct record_parts {
	struct digest genesis;
	const struct record_charter *charters;
	size_t charters_n;
	const json_t *application, *motion, *draft, *proposal, *decision, *head;
	struct sig_pub mover_key; /* with a motion: who made it, by the key that the electorate has */
	const struct record_place *mover;
	const struct record_signed *movers; /* the further ones, in the order of their signatures */
	size_t movers_n;
	const json_t *renewal, *recovery;
	const struct record_signed *holder;     /* of these: the member's place; NULL beside others. Its object is NULL. */
	const struct record_signed *complaints; /* in the order in which the motion names them */
	size_t complaints_n;
	struct record_vote *votes; /* sorted by the writer */
	size_t votes_n;
	struct record_object *objects; /* likewise */
	size_t objects_n;
	const struct slice *entries; /* bytes, from the proposal's entry on */
	size_t entries_n;
	const struct digest *nodes; /* merkle_tree_set's: with the entries of charters, these and `ended`, up to the head's root */
	size_t nodes_n;
	struct slice gmc, authority; /* DER; the CA certificate goes with the GMC, and with `ended` */
	struct slice ended;          /* where nobody signed the GMC: bytes of the entry that ended the membership, its key or its serial */
	const json_t *scheme;        /* the voting scheme's own part */
	const struct record_text *texts;
	size_t texts_n;
};
/* The record as a document. NULL with e set ("no_memory"). `charters` is left out when charters_n is 0 (the record inside a voted
 * charter). */
json_t *record_print(struct record_parts *p, struct err *e);
/* "votes", "evidence" and "scheme" alone, as the signer's protocol passes them. */
json_t *record_evidence(struct record_parts *p, struct err *e);

/* What an audit found. */
struct audit {
	enum outcome outcome;
	enum question question;
	struct digest genesis, proposal, decision, subject;
	uint64_t number;
	uint32_t version;    /* of the charter */
	uint32_t n, without; /* electors; those of them on probation */
	uint32_t yes, no, abstain;
	uint32_t approvals, vouches, challenges; /* objects of evidence */
	struct id16 member;
	bool has_gmc, has_ending; /* an admission that passed has one of them */
	enum event ending;        /* ended the membership, its key or its serial before the certificate was signed */
	uint64_t ending_index;
	struct id16 serial;
	int64_t decided;
	struct digest charter_digest;
	struct decision_trace trace;
};
/* Decides a record again, offline: chain of charters from the genesis, each with its entry; signed head; proof of all entries; proposal,
 * electors, votes, evidence; charter_decide; decision and its consequences; the certificate's TBS built again, its digest in *issued*, its
 * signature.
 * `pin` (may be NULL) is a trust whose genesis must be the record's, whose charters must agree with it, and whose head must not contradict
 * it. Every part is accounted for: one that is missing, added or altered is refused; texts alone may be missing.
 * True: the record holds, and out->outcome says what was decided; free out with audit_free. False with e set: "wrong_context" alone means
 * another group than the pinned one (a part of another group inside the record is "record_mixed"). Others: json_read's, at_*'s, those of
 * the parts' readers, chain_approved's, evidence_verify's, evidence_decide's, and "bad_proof" (entries that the head's log does not
 * have), "bad_record" (another kind of subject than the proposal's), "entry_differs", "entries_missing", "log_order", "not_sorted",
 * "charter_not_in_force", "charter_fork", "approvals_differ", "record_unasked", "votes_missing", "forked", "not_a_notary", "seed_differs",
 * "electorate_differs" and "ring_differs" (from what the charter asks for), "scheme_weight", "evidence_missing" (a vouch of the log is not
 * there, and its member neither gone nor without that key), "vouch_repeated" (two entries of one),
 * "movers_missing", "complaint_missing", "complaint_void", "complaint_late", "no_contradiction", "unknown_charter",
 * "wrong_key", "not_in_electorate", "outcome_differs", "gmc_missing", "gmc_differs", "bad_authority", "issuer_unknown", "serial_differs",
 * "tbs_differs", "not_allowed", "text_differs", "feature_unsupported". */
bool record_audit(struct crypto *c, struct slice text, const struct trust *pin, struct audit *out, struct err *e);
/* What an audit believed, for whoever judges it by other rules. Borrowed until the call returns. */
struct audited {
	const struct charter *charter;         /* that the proposal was put under */
	const struct application *application; /* of a question to admit; NULL for others */
	const struct proposal *proposal;
	const struct decision *decision;
	const struct evidence *evidence;
	const struct verified *verified;
};
/* False with e set makes the audit fail so. */
typedef bool audit_seen(void *arg, const struct audited *a, struct err *e);
/* record_audit, which shows `seen` what it believed, once all of it holds. */
bool record_audit_with(
	struct crypto *c, struct slice text, const struct trust *pin, audit_seen *seen, void *arg, struct audit *out, struct err *e);
void audit_free(struct audit *a);
/* The passed amendment inside a signed charter: a record without charters about `next`, put and decided under `previous`.
 * Errors: as record_audit's; "votes_missing" also when it was not passed. */
bool record_amends(struct crypto *c, const json_t *record, const struct charter *next, const struct charter *previous, struct err *e);
/* Does a version follow as its predecessor (NULL for version 1) demands: chain_approved, and the vote where there must be one?
 * Errors: chain_approved's, record_amends's, "votes_missing", "record_unasked" (a record that nothing asks for). */
bool record_follows(struct crypto *c, struct signed_charter *next, const struct charter *previous, struct err *e);

#endif
