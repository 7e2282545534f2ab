/* SPDX-License-Identifier: ISC
 * Signed charters and the chain that they form: version n+1 is valid only as version n demands. */
#ifndef CHARTER_CHAIN_H
#define CHARTER_CHAIN_H

#include "charter/approval.h"

enum { CHAIN_MAX = 4096 };

/* A charter with its approvals, as it is kept and passed on. */
struct signed_charter {
	struct charter *charter;      /* owned */
	json_t *approvals;            /* array, owned */
	json_t *record;               /* the voted decision, or NULL; owned; read by peer/record */
	json_t *transcript;           /* of the key that it names for the members, or NULL; owned; read by peer/ledger */
	struct digest approvals_root; /* set by chain_approved */
	size_t approved, offline;     /* distinct administrators, or recovery keys; set by chain_approved */
	bool recovery;                /* approved by recovery keys: it names new administrators; set by chain_approved */
};

/* Reads {"charter", "approvals", "record"?, "transcript"?}. `extra` names one more member, that the caller reads itself, or is NULL.
 * What charter_parse refuses is refused at "/charter", its own place told in the text; also "feature_unsupported", at_*'s.
 * On failure *out is empty. */
bool signed_charter_read(const struct at *at, const char *extra, struct signed_charter *out);
bool signed_charter_parse(struct slice text, struct signed_charter *out, struct err *e);
void signed_charter_free(struct signed_charter *s);
/* A new document {"charter", "approvals", "record"?}; approvals and record are borrowed. NULL when out of memory. */
json_t *signed_charter_print(struct slice payload, json_t *approvals, json_t *record);
/* The same of one that was read, with all that came with it. */
json_t *signed_charter_whole(const struct signed_charter *s);

/* Does `next` follow `previous` (NULL for version 1) in group, genesis, digest and number? "charter_rollback" (a version not above),
 * "charter_gap" (a version left out), "charter_fork" (same number, another digest), "wrong_context", "issuer_changed" (an issuing key
 * that both name has other times or another algorithm). */
bool chain_follows(const struct charter *next, const struct charter *previous, struct err *e);
/* Verifies all approvals by the administrators of `previous` (NULL: by its own) and counts them. Any approval that does not verify is
 * an error, and so is a second one by the same administrator ("approval_repeated"). Approvals by recovery keys of `previous` tell that the
 * version names new administrators: then all are by such keys ("approvals_mixed"), and it changes nothing else ("recovery_changes").
 * Fills the last fields. Does not ask whether they are enough. */
bool chain_count(struct crypto *k, struct signed_charter *next, const struct charter *previous, struct err *e);
/* Are there as many as `by` asks of the way that the version came? After chain_count. "approvals_missing: has 1, needs 2". */
bool chain_enough(const struct signed_charter *next, const struct charter *by, struct err *e);
/* chain_follows, chain_count and chain_enough. The vote that `previous` may demand as well is judged by peer/record; chain_needs_vote
 * tells whether it does. */
bool chain_approved(struct crypto *k, struct signed_charter *next, const struct charter *previous, struct err *e);
/* After chain_count. */
bool chain_needs_vote(const struct signed_charter *next, const struct charter *previous);
/* How many seconds before its `effective` the version stands in the log at the latest. After chain_count. */
int64_t chain_notice(const struct signed_charter *next, const struct charter *previous);
/* May it enter the log at this time? Where no notice is asked for, one that comes behind its `effective` counts at once: the vote may have
 * taken longer. After chain_count. */
bool chain_announced(const struct signed_charter *next, const struct charter *previous, int64_t entered);

#endif
