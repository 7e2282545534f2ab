/* SPDX-License-Identifier: ISC
 * The running authority: what all acts share. An act is one transaction; nothing signed leaves the process before its commit. */
#ifndef AUTHORITY_AUTHORITY_H
#define AUTHORITY_AUTHORITY_H

#include "authority/db.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/sig.h"
#include "charter/chain.h"
#include "peer/entry.h"

struct work;   /* background jobs: deciding, publishing, deadlines (authority/work.h) */
struct forest; /* trees of the logs, for proofs (authority/forest.h) */
struct signer; /* client end of the signer's socket (authority/signer.h) */
struct boards; /* of ceremonies, as they grow (authority/boards.h) */

/* Shared by all workers, not changed after start. */
struct authority {
	const char *conninfo;
	const char *signer_path;
	struct sig_key *notary;
	struct digest notary_thumb;
	struct work *work;     /* NULL in gauthctl */
	struct forest *forest; /* trees of the logs, made by whoever made this; for proofs and records */
	struct boards *boards; /* of ceremonies, likewise; NULL: nobody posts through this process */
	int64_t ceremony_wait; /* seconds that a phase of a ceremony lasts at most */
	struct log *log;
	const struct puzzles *puzzles; /* that it sets (authority/puzzles.h); NULL: none */
	int64_t list_margin;           /* lists are made again so many seconds before their charter's `update` has passed */
	int64_t term_max, life_max;    /* longest voting term and certificate that a charter may have here; 0: whatever the format lets */
};

/* One thread's own handles. */
struct worker {
	const struct authority *a;
	struct db *db;
	struct crypto *crypto;
	struct signer *signer;          /* connected on demand; NULL until then */
	struct charter_cache *charters; /* parsed charters (authority/charters.h) */
	struct secrets *secrets;        /* of puzzles (authority/secrets.h); NULL until asked for */
	struct typefaces *faces;        /* to draw with (authority/puzzle/typefaces.h); NULL until asked for */
};
/* db_open's, "crypto_unavailable", "no_memory". */
struct worker *worker_open(const struct authority *a, struct err *e);
void worker_close(struct worker *w);
/* The signer, connected when it was not. NULL: "signer_unavailable". */
struct signer *worker_signer(struct worker *w, struct err *e);
/* Forgets the connection, after an error on it. */
void worker_signer_lost(struct worker *w);

/* A group as the store has it. */
struct group {
	int32_t g;
	char name[64];
	struct digest genesis;
	bool open;    /* false: drafted, not founded yet */
	bool stopped; /* signer_ahead */
	uint64_t log_size;
	int64_t log_time;
	int64_t signer_epoch; /* the latest one that a signer told; 0: none */
};
/* A founded group. "not_found" (also for a draft), db_run's. A stopped one is found: acts that write ask group_may_change. */
bool group_find(struct worker *w, const char *name, struct group *out, struct err *e);
/* The same by number, and drafts too; by name, and drafts too. */
bool group_by_id(struct worker *w, int32_t g, struct group *out, struct err *e);
bool group_any(struct worker *w, const char *name, struct group *out, struct err *e);
/* "signer_ahead" when it is stopped. log_open asks this too. */
bool group_may_change(const struct group *group, struct err *e);
/* Stops an open group, because its signer is ahead; an operator starts it again after restoring. */
bool group_stop(struct worker *w, int32_t g, const char *why, struct err *e);

/* The log under its lock. Taken last in a transaction (locks: applications, proposals, members, log). The charter in force is that
 * for the next entry at `now`. */
struct log_writer {
	struct worker *w;
	struct group group;               /* log_size grows with each entry */
	struct merkle_frontier *frontier; /* owned */
	int64_t now;                      /* the database's clock, never less than the last entry's time */
	uint32_t version;                 /* of the charter in force */
	const struct charter *charter;    /* borrowed from the cache */
	uint64_t applications, proposals; /* how many the group has had */
	uint64_t seeds_used;              /* the number of the seed that comes next */
	int64_t frozen_until;             /* nobody is admitted before; 0: there was no freeze */
	bool succeeds;                    /* our notary is none of the charter in force: log_take_over */
};
/* Locks the group's row. "not_found" (also for a draft), "signer_ahead", "not_a_notary" (the charter in force does not name our
 * notary key for now), db_run's. Free with log_close, which does not commit. */
bool log_open(struct worker *w, int32_t g, struct log_writer **out, struct err *e);
/* The same, also for a notary that is not named by the charter in force but by this successor of it (borrowed): to log the successor, which
 * the old notary would not. Whether the notary is such a one stands in `succeeds`. */
bool log_take_over(struct worker *w, int32_t g, const struct charter *successor, struct log_writer **out, struct err *e);
/* The same for a draft of a group, which is being founded by this charter (borrowed). */
bool log_found(struct worker *w, int32_t g, const struct charter *first, struct log_writer **out, struct err *e);
/* Appends an entry: genesis, index and time are filled in. */
bool log_append(struct log_writer *lw, struct entry *en, struct err *e);
/* Was this head signed for this log? Followers hold the head that an object names against theirs: one that the log never had may not get
 * in. "forked" (another root at this size, or no head of this size), db_run's. */
bool log_had(struct log_writer *lw, uint64_t size, const struct digest *root, struct err *e);
/* Root over all entries so far. */
void log_root(const struct log_writer *lw, struct digest *out);
/* Writes the group's row back, and signs and stores the head that contains what was appended. The last call before the commit. */
bool log_finish(struct log_writer *lw, struct err *e);
void log_close(struct log_writer *lw);

/* Signs a payload with the notary key: the envelope as text, and the object's digest. Takes `o`. */
bool notary_sign(struct worker *w, const char *kind, json_t *o, struct buf *out, struct digest *digest, struct err *e);
/* A receipt for an object, as text. due = stored + term of the charter + 1 day. */
bool notary_receipt(struct worker *w, const struct digest *genesis, const struct digest *object, int64_t stored, int64_t term,
	struct buf *out, struct err *e);

#endif
