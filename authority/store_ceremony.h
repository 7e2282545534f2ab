/* SPDX-License-Identifier: ISC
 * Ceremonies and their boards in the store. */
#ifndef AUTHORITY_STORE_CEREMONY_H
#define AUTHORITY_STORE_CEREMONY_H

#include "authority/store.h"
#include "voting/post.h"

enum ceremony_outcome { CEREMONY_RUNS = -1, CEREMONY_FAILED, CEREMONY_DONE };

struct stored_ceremony {
	uint64_t number;
	struct digest digest;
	enum ceremony_purpose purpose;
	enum phase phase;
	int64_t until; /* then its phase has lasted long enough */
	uint32_t size; /* of its board */
	enum ceremony_outcome outcome;
};

bool store_ceremony_insert(struct worker *w, int32_t g, const struct ceremony *c, int64_t until, const char *doc, struct err *e);
/* The number of the next one. */
bool store_ceremony_next(struct worker *w, int32_t g, uint64_t *number, struct err *e);
/* With lock: nobody else changes it, or its board, before the transaction ends. doc (may be NULL): its envelope, appended. "not_found" */
bool store_ceremony_load(
	struct worker *w, int32_t g, uint64_t number, enum store_lock lock, struct stored_ceremony *out, struct buf *doc, struct err *e);
/* The one that deals shares now; *number 0: none does. */
bool store_ceremony_dealing(struct worker *w, int32_t g, uint64_t *number, struct err *e);
/* Those that run, at most max: whose phase has lasted long enough; of signings, where others may be asked too (store_ceremony_again); and
 * signings with shares that were dealt anew since, or of a certificate whose member or key is gone. */
bool store_ceremony_late(struct worker *w, int32_t g, uint64_t *numbers, size_t max, size_t *n, struct err *e);
bool store_ceremony_slow(struct worker *w, int32_t g, uint64_t *numbers, size_t max, size_t *n, struct err *e);
bool store_ceremony_vain(struct worker *w, int32_t g, uint64_t *numbers, size_t max, size_t *n, struct err *e);
/* How many signings run. */
bool store_ceremony_signing(struct worker *w, int32_t g, uint64_t *n, struct err *e);
/* Of a signing that runs: whoever was asked has time until then. */
bool store_ceremony_again(struct worker *w, int32_t g, uint64_t number, int64_t again, struct err *e);
/* Do a group's members hold a key together, or are they to make one, or did they? And the groups that are open and whose do. */
bool store_ceremony_concerns(struct worker *w, int32_t g, bool *out, struct err *e);
bool store_ceremony_groups(struct worker *w, store_found *found, void *arg, struct err *e);

/* How it goes on behind the post that was inserted last; `until` only ever grows. */
bool store_ceremony_goes_on(struct worker *w, int32_t g, uint64_t number, enum phase phase, int64_t until, uint32_t size, struct err *e);
/* It is over. faults: JSON text. Of a key that was made: its digest, its transcript, and that one's digest; else NULL. */
struct ceremony_end {
	enum ceremony_outcome outcome;
	uint32_t size;
	const char *faults, *transcript;
	const struct digest *spki, *made;
};
bool store_ceremony_ends(struct worker *w, int32_t g, uint64_t number, const struct ceremony_end *end, struct err *e);

/* A transcript as text, appended: the one with this digest; or the newest of a key, by the key's digest (NULL: of any key). *found false:
 * there is none. */
bool store_ceremony_made(struct worker *w, int32_t g, const struct digest *made, bool *found, struct buf *text, struct err *e);
bool store_ceremony_of_key(struct worker *w, int32_t g, const struct digest *spki, bool *found, struct buf *text, struct err *e);
/* Faults, newest first, as a result of one text column: of the dealings that failed since the last that was done; of the signings that go
 * on from a transcript. PQclear it. */
bool store_ceremony_faults(struct worker *w, int32_t g, PGresult **out, struct err *e);
bool store_ceremony_faults_of(struct worker *w, int32_t g, const struct digest *base, PGresult **out, struct err *e);

/* Posts. */
bool store_post_insert(struct worker *w, int32_t g, uint64_t number, uint32_t index, const struct post *p, const char *doc, struct err *e);
/* Is this very post there? Then its place. */
bool store_post_find(struct worker *w, int32_t g, uint64_t number, const struct digest *post, bool *found, uint32_t *index, struct err *e);
/* From a place on, at most so many, as a result of the columns doc and digest. PQclear it. */
bool store_post_from(struct worker *w, int32_t g, uint64_t number, uint32_t from, uint32_t max, PGresult **out, struct err *e);

#endif
