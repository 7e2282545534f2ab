/* SPDX-License-Identifier: ISC
 * The ledger: what a group's log says, once every entry has been checked against the one before. The signer follows its groups with it and
 * `gmc audit --log` checks a whole log with it; neither takes the authority's word for anything that can be checked.
 * Not to be used by two threads at once. */
#ifndef PEER_LEDGER_H
#define PEER_LEDGER_H

#include "charter/chain.h"
#include "peer/crl.h"
#include "peer/entry.h"
#include "peer/profile.h"
#include "peer/revocations.h"
#include "voting/ceremony.h"
#include "voting/electorate.h"

struct ledger;

/* How many members an expulsion suspends at once, of those whom the expelled vouched in: who joined first. */
enum { SUSPENDED_MAX = 1024 };

/* An empty ledger of the group with this genesis. NULL: "no_memory". Free with ledger_free. */
struct ledger *ledger_new(const struct digest *genesis, struct err *e);
void ledger_free(struct ledger *l);
/* A public issuing key that the caller knows; charters name issuing keys by digest alone, and a certificate's bytes need the key itself. */
bool ledger_issuer(struct ledger *l, const struct sig_pub *key, struct err *e);
/* One that it was given, by its digest; NULL when it was not. */
const struct sig_pub *ledger_issuer_key(const struct ledger *l, const struct digest *spki);

/* One entry, the object that it names (NULL where the event has none to check) and the evidence: of a *yes* the votes and words, of a
 * proposal to expel the motion. Borrowed. */
struct ledger_item {
	struct slice entry;
	const json_t *object;   /* JWS, or signed charter */
	const json_t *evidence; /* {"votes", "evidence"}, {"motion"}; what comes with a charter is the caller's */
};
/* Checks an entry and takes it in. `now` is the caller's own clock, with which it measures terms and refuses entries from the future; 0
 * measures nothing (an audit afterwards). On refusal the ledger may have changed: go back with ledger_rollback. Errors: entry_parse's,
 * those of the object's parser and verifier, evidence_verify's and evidence_decide's, and
 *   where it stands   "log_index", "log_time", "log_order" (the event cannot stand here, or something else must follow), "wrong_context"
 *   what it names     "log_unknown" (something that the log does not have, or another object than came with it), "forked" (another log),
 *                     "replayed", "already_decided", "already_issued", "key_in_use", "key_revoked", "wrong_key", "not_a_member"
 *   who signed        "not_a_notary", "not_allowed" (somebody who may not, or something that the charter does not take), "bad_jws"
 *   charters          chain_approved's, charter_supported's, "approvals_differ", "charter_not_in_force", "votes_missing"
 *   the members' key  "transcript_missing", "transcript_differs" (from what the charter names), transcript_verify's, ledger_holder's
 *   what follows      "electorate_differs", "ring_differs", "seed_differs", "term_not_seen", "tbs_differs", "serial_differs",
 *                     "issuer_unknown"
 *   vouches           "not_open", "not_in_electorate", "vouch_differs" (the entry from what the log says), "vouch_too_young",
 *                     "budget_spent", "reason_missing", "vouch_late", "evidence_missing" (a yes without each that stands)
 *   who is suspended  "suspended" (and cannot do it, or is suspended again), "suspended_lately", "suspension_differs" (from what the
 *                     charter and the entries before give)
 *   who has a name    "name_unfit" (with `reload`, and it is no dot-atom)
 *   who comes back    "too_soon", "again_differs" (from what the log says of its key and name)
 *   who vouches       "penalised" (somebody whom it vouched in was expelled), "sponsor_spent" (a quota up the tree of vouches)
 *   who may join      "group_full", "day_full" (the limits are those of the charter that the admission was decided under)
 *   this program      "feature_unsupported" */
bool ledger_extend(struct ledger *l, struct crypto *c, const struct ledger_item *item, int64_t now, struct err *e);
/* Where the ledger stands, to come back to: at most one mark at a time; ledger_commit forgets it. */
void ledger_mark(struct ledger *l);
void ledger_rollback(struct ledger *l);
void ledger_commit(struct ledger *l);
/* For a state that is loaded again: the time at which this program first saw a proposal is what `now` was then, so replay entries with the
 * times that were kept. After a part of the log that was taken in without measuring, the terms of its open proposals run from `since`. */
bool ledger_seen(struct ledger *l, int64_t since, struct err *e);

/* SHA-256("gmc-founders/1" ‖ 0 ‖ each founder's CSR digest ‖ member): what stands for a seed in the founders' node IDs. */
void ledger_founders(const struct charter *first, struct digest *out);

/* What the log has of a seeder's (by the thumbprint of its key): how many commitments by all seeders, the number that comes next, and how
 * many of its own are left. */
struct ledger_seeder {
	uint64_t committed, used, left;
};
void ledger_seeder(const struct ledger *l, const struct digest *seeder, struct ledger_seeder *out);
/* The next application from place *from on (begin with 0) that took a seed of this seeder's, and has no proposal yet. *from moves on. */
bool ledger_seeder_awaited(
	const struct ledger *l, const struct digest *seeder, uint32_t *from, struct digest *application, uint64_t *number);

const struct digest *ledger_genesis(const struct ledger *l);
uint64_t ledger_size(const struct ledger *l);
int64_t ledger_time(const struct ledger *l);                                 /* of the last entry; 0 when empty */
bool ledger_root(const struct ledger *l, uint64_t size, struct digest *out); /* false: size is above ours */
const struct digest *ledger_leaf(const struct ledger *l, uint64_t index);    /* NULL past the end */
/* The charter in force for an entry at this index and time; the newest that the log holds. NULL when there is none. */
const struct charter *ledger_charter(const struct ledger *l, uint64_t index, int64_t time);
const struct charter *ledger_newest(const struct ledger *l);
const struct charter *ledger_charter_by(const struct ledger *l, const struct digest *charter);
/* The electorate for a proposal at this index (at most the present size) and time. Who is on probation under the charter in force there
 * has weight 0. out is sorted; free with electorate_free. */
bool ledger_electorate(const struct ledger *l, uint64_t index, int64_t opened, struct electorate *out, struct err *e);

/* A member's number among the holders of a key: the place of its *joined* entry among all of them, from 1. 0: it never was a member. And
 * whose a number is; NULL: nobody's yet. */
uint32_t ledger_number(const struct ledger *l, const struct id16 *member);
const struct id16 *ledger_numbered(const struct ledger *l, uint32_t number);
/* Is this number this member's, does the member stand, and is this the thumbprint of a key of its own that nobody revoked? "not_a_member",
 * "wrong_context", "wrong_key". */
bool ledger_holder(const struct ledger *l, uint32_t number, const struct id16 *member, const struct digest *key, struct err *e);

/* What the log says of a certificate: its bytes to be signed and their issuing key. Appends the TBS; "log_unknown" when no *issued* entry
 * has this cause, "not_a_member" when its member left or was expelled since, "key_revoked" when its key or serial was revoked (nobody may
 * sign it any more), "issuer_unknown". */
bool ledger_tbs(const struct ledger *l, const struct digest *cause, struct sig_pub *issuer, struct buf *out, struct err *e);
/* The TBS of the CA certificate for a known issuing key that a charter of the log names. */
bool ledger_ca(const struct ledger *l, const struct sig_pub *issuer, struct buf *out, struct err *e);
/* What the first `size` entries say is revoked at a time: entries for a CRL (of certificates issued by this key) and for the list, in which
 * each target stands once for each time. Arrays are the caller's, to be freed. */
bool ledger_revoked(const struct ledger *l, uint64_t size, int64_t at, const struct sig_pub *issuer, struct crl_entry **crl, size_t *crl_n,
	struct revoked **list, size_t *list_n, struct err *e);
/* The TBSCertList of such a list under this issuing key, appended. "behind" (the list is of more entries than are here). */
bool ledger_crl(const struct ledger *l, const struct signing_list *of, const struct sig_pub *issuer, struct buf *out, struct err *e);
/* Does the certificate with this cause rest on a vote, on an admission or on what a member asked for? Then which proposal was it. */
bool ledger_voted(const struct ledger *l, const struct digest *cause, struct digest *proposal);

#endif
