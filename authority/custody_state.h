/* SPDX-License-Identifier: ISC
 * The inside of a custody: for authority/custody*.c alone. */
#ifndef AUTHORITY_CUSTODY_STATE_H
#define AUTHORITY_CUSTODY_STATE_H

#include "authority/custody.h"
#include "authority/journal.h"
#include "base/map.h"
#include "charter/object.h"
#include "peer/ledger.h"

/* What a journal's records hold. */
enum record { RECORD_ENTRY = 1, RECORD_CERTIFICATE = 2, RECORD_AUTHORITY = 3, RECORD_LISTS = 4, RECORD_REBUILD = 5, RECORD_EPOCH = 6 };
enum { AUTHORITIES_MAX = 8, CUSTODY_PATH = 4096 };

struct signed_cert {
	struct digest cause;
	struct buf der;
};

struct custody {
	struct digest genesis;
	struct ledger *ledger;
	struct journal *journal;
	struct keyring *keys;
	struct crypto *crypto;
	struct map by_cause;
	struct signed_cert *certs; /* owned, in the order in which they were signed */
	uint32_t certs_n, certs_cap, certs_synced;
	struct digest authority_spki[AUTHORITIES_MAX];
	struct buf authority[AUTHORITIES_MAX];
	size_t authorities, authorities_synced;
	uint64_t number, number_synced; /* of the last lists */
	int64_t epoch;
	bool rebuilding;
	struct head goal;    /* of a rebuilding */
	struct jws goal_jws; /* owned */
	struct buf goal_text;
	bool astray; /* the log that is being taken in does not have the goal */
};

/* Shared by reading and acting. */
bool custody_keep(struct custody *k, const struct digest *cause, struct slice der, struct err *e);
bool custody_take(struct custody *k, struct slice entry, const json_t *object, const json_t *evidence, int64_t now, struct err *e);
bool custody_toward_goal(struct custody *k, struct err *e);
bool custody_set_goal(struct custody *k, struct slice text, struct err *e); /* a rebuilding begins, or begins again with nothing taken in */
void custody_begin_again(struct custody *k);                                /* the same, with the same goal, and lasting */
struct custody *custody_open_any(
	const char *dir, const struct digest *genesis, struct keyring *keys, struct crypto *c, struct err *e); /* also a lost state */
bool custody_may_sign(const struct custody *k, struct err *e);                                                 /* not while it is rebuilt */
/* What the newest charter that names this issuing key says of it, or NULL; and whether the members hold it. */
const struct charter_issuer *custody_named(const struct custody *k, const struct digest *spki);
bool custody_by_members(const struct custody *k, const struct digest *spki);
/* Journaled, and kept until custody_forget. */
bool custody_keep_new(struct custody *k, const struct digest *cause, struct slice der, struct err *e);
bool custody_keep_authority(struct custody *k, const struct digest *spki, struct slice der, struct err *e);
bool custody_begin_epoch(struct custody *k, int64_t now, struct err *e); /* journaled, not synced */
bool custody_bind(struct custody *k, struct err *e);
void custody_path(const char *dir, const struct digest *genesis, char out[static CUSTODY_PATH]);

#endif
