/* SPDX-License-Identifier: ISC
 * A whole group in memory, for tests of evidence, records and ledgers: a charter, founders with keys, a log that begins with them, and an
 * application, a proposal, votes and a decision when a test asks for them. Everything is what the real programs would accept; a test then
 * spoils what it wants to see refused. What cannot be made fails the test. */
#ifndef TESTS_LIB_WORLDS_H
#define TESTS_LIB_WORLDS_H

#include "peer/application.h"
#include "peer/entry.h"
#include "peer/evidence.h"
#include "peer/head.h"
#include "peer/issuance.h"
#include "voting/complaint.h"
#include "tests/lib/charters.h"

enum { WORLD_MEMBERS = CHARTERS_FOUNDERS + 3, WORLD_SEEDS = 4, WORLD_LOG = 64, WORLD_VERSIONS = 4 };

struct world_member {
	struct sig_key *key;
	struct digest thumb;
	struct id16 member, node;
	struct buf csr;
	int64_t since;         /* when it joined */
	struct voter standing; /* what world_lookup says of it; for tests to change */
	bool gone;             /* left or expelled: no elector of later proposals */
	bool held;             /* suspended: an elector without a vote, who counts; for tests to change */
};
struct world_entry {
	struct entry entry;
	struct buf bytes;
	struct digest leaf;
	json_t *object; /* the envelope, or the signed charter, that the entry names; NULL for joined, left, expelled, rekeyed and issued */
	json_t *evidence; /* {"votes", "evidence"} of a decision, for those who give it */
};
struct world {
	struct charters *keys; /* crypto, notary, revocation key, operators, administrators */
	struct crypto *c;
	struct sig_key *issuing; /* NULL when somebody else holds it */
	struct signed_charter signed_charter;
	const struct charter *charter;
	struct digest genesis;
	struct issuer issuer;
	struct signed_charter later[WORLD_VERSIONS]; /* drafts and charters after the first */
	uint64_t later_at[WORLD_VERSIONS];           /* log index of each; 0: a draft */
	size_t later_n;
	struct world_member members[WORLD_MEMBERS]; /* three founders, then applicants once they are admitted */
	size_t n;
	uint8_t seeds[WORLD_SEEDS][32];
	struct world_entry log[WORLD_LOG];
	size_t log_n;
	int64_t now; /* the time of the next entry */
	/* What was made last. */
	struct sig_key *applicant;
	struct application application;
	json_t *application_json, *motion_json, *proposal_json, *decision_json; /* owned */
	struct proposal proposal;
	struct decision decision;
	struct electorate electorate; /* of the proposal */
	/* How a motion to expel is moved: by so many members (0: one) and with these complaints, in the order of their digests; owned. */
	size_t movers;
	json_t *complaints; /* NULL: none */
	/* How this world lies: called, where set, before a proposal is signed and before an entry is written. */
	void (*twist_motion)(const struct world *w, struct motion *m);
	void (*twist_proposal)(const struct world *w, struct proposal *p);
	void (*twist_entry)(const struct world *w, struct entry *en);
};
/* Where another world than that of world_new begins. */
struct world_start {
	void (*change)(json_t *charter);
	const struct sig_pub *issuing, *revocation; /* held by somebody else; NULL: made here */
	int64_t now;                                /* of the first entry; 0: a minute after the charter's `effective` */
};
/* A place in a world's log to come back to. */
struct world_mark {
	size_t log_n, n, later_n;
	int64_t now;
	const struct charter *charter;
	struct application application;
	struct proposal proposal;
	struct decision decision;
	bool gone[WORLD_MEMBERS];
};

/* A group with three founders whose charter is charters_first's after `change` (may be NULL) had its way with it. Its log holds the
 * charter, four seeds, and joined and issued of each founder. To be freed with world_free. */
struct world *world_new(void (*change)(json_t *charter));
struct world *world_begin(const struct world_start *start);
/* Everything after the mark is as if it had never been. */
struct world_mark world_mark(const struct world *w);
void world_back(struct world *w, const struct world_mark *m);
void world_free(struct world *w);

/* Appends an entry with the next index, at w->now. Takes the object. Gives its index. */
uint64_t world_log(struct world *w, struct entry en, json_t *object);
/* Appends joined and issued of member i. */
void world_log_member(struct world *w, size_t i, const struct digest *joined_by);
/* The root over the first `size` entries; the nodes beside n entries up to the present root (none, unless these ascend); a signed head. */
struct digest world_root(const struct world *w, size_t size);
void world_prove(const struct world *w, const uint64_t *set, size_t n, struct buf *nodes);
json_t *world_head(const struct world *w);

/* The applicant applies (each time anew, with the seed that comes next); the group is asked to admit it, to expel member i, to amend its
 * charter to the one with this digest. Everything is logged; one second passes for each. w->proposal and w->electorate are the new ones. */
void world_apply(struct world *w);
void world_propose_admission(struct world *w);
void world_propose_expulsion(struct world *w, size_t i);
/* A renewal or recovery (its envelope, taken) by this name, with what p says of its own. */
void world_propose_request(struct world *w, const struct proposal *p, const char *name, json_t *request);
void world_propose_amendment(struct world *w, const struct digest *charter);
/* Who moves as i-th to expel member `subject`. */
size_t world_mover(size_t subject, size_t i);
/* The digest of a complaint by its envelope. */
struct digest world_complaint_digest(const json_t *envelope);
/* Member `by` complains about member `about`: about two votes, of the choices given, or about what it observed; `change` (may be NULL) has
 * its way with it. In w->complaints afterwards. */
void world_complain(struct world *w, size_t by, size_t about, void (*change)(struct complaint *x));
void world_complain_votes(
	struct world *w, size_t by, size_t about, const struct vote votes[static 2], const struct sig_key *const keys[static 2]);
/* Member i asks for a renewal or leaves, by its own key; the first operator revokes its key. Logged, a second later. */
void world_renew(struct world *w, size_t i);
void world_leave(struct world *w, size_t i);
void world_revoke_key(struct world *w, size_t i);

/* Drafts the next version, with the present log head and approved by two administrators; `change` may be NULL. */
struct signed_charter *world_draft(struct world *w, void (*change)(json_t *charter));
/* Logs the last draft as a charter, with the record of its vote (taken; may be NULL) and the decision (may be NULL). From then on it is
 * w->charter: tests see to the time. */
void world_amend(struct world *w, json_t *record, const struct digest *decision);

/* A vote of member i on the proposal, a second after it opened, to be changed and then signed by a key: evidence that claims to count. */
struct vote world_vote(const struct world *w, size_t i, enum choice choice);
struct evidence_vote world_sign_vote(const struct world *w, const struct vote *v, const struct sig_key *k);
struct evidence_vote world_cast(const struct world *w, size_t i, enum choice choice);
/* The word of operator i on the proposal's subject. */
struct operator_word world_word(const struct world *w, bool approve);
struct evidence_object world_sign_word(const struct world *w, const struct operator_word *word, const struct sig_key *k);
struct evidence_object world_say(const struct world *w, size_t i, bool approve);
/* Member i vouches for the applicant, as it may be changed; the vouch by a key as evidence; and in the log, a second later, with the age
 * that the log gives its member and so many live vouches. */
struct vouch world_vouch(const struct world *w, size_t i);
struct evidence_object world_sign_vouch(const struct world *w, const struct vouch *v, const struct sig_key *k);
void world_log_vouch(struct world *w, const struct vouch *v, const struct sig_key *k, uint32_t live);
/* {"votes", "evidence"} of these, as the signer takes it. A new document. */
json_t *world_evidence(const struct evidence *ev);
/* Lookups; arg is the world. Electors are the founders, each with its one key, until a test says otherwise; of vouches its log says what
 * there is. And both of them. */
bool world_lookup(void *arg, const struct id16 *member, struct voter *out);
bool world_vouched(void *arg, const struct digest *vouch, struct vouched *out);
struct evidence_view world_view(struct world *w);

/* The decision that fits what was verified, for the next entry, not logged yet. */
struct decision world_decision(const struct world *w, const struct verified *v, enum outcome outcome);
/* Signs and logs it: w->decision. After a *yes* on an admission joined and issued follow, and the applicant is member 3; after one on an
 * expulsion, expelled; world_amend is the test's own to call. */
void world_decide(struct world *w, const struct decision *d);
/* The TBS of the certificate of an *issued* entry: for i below 3 the founder's, for 3 the one by admission. Appended. */
void world_tbs(const struct world *w, size_t i, struct buf *out);
/* Its fields; strings are borrowed from the world. */
struct gmc_fields world_fields(const struct world *w, size_t i);

#endif
