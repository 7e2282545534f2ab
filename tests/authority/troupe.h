/* SPDX-License-Identifier: ISC
 * Members who take part in the ceremonies of a real store: each reads the board as the API shows it, and posts through the acts. */
#ifndef TESTS_AUTHORITY_TROUPE_H
#define TESTS_AUTHORITY_TROUPE_H

#include "authority/read.h"
#include "authority/store_ceremony.h"
#include "peer/ledger.h"
#include "tests/lib/realm.h"
#include "voting/dealer.h"

struct player {
	struct sig_key *key; /* borrowed */
	share_id number;
	uint8_t seed[SEED_BYTES];
	bool absent;
	struct share share; /* of the newest key that it took part in */
	bool holds;
};

struct troupe {
	struct realm *r; /* borrowed */
	struct group g;
	struct player players[CHARTERS_FOUNDERS];
};

/* A threshold group of this name, whose founders are the players: t of them are to sign. Its first charter stands in the log. */
struct troupe troupe_found(struct realm *r, const char *name, uint32_t t);
/* The newest ceremony, as the store has it; number 0: there is none. */
struct stored_ceremony troupe_ceremony(struct troupe *t);
/* A ceremony as one who reads the API has it; to be freed with troupe_close. */
struct view {
	struct ceremony *ceremony;
	struct transcript *old;
	struct dealing *dealing;
	json_t *doc;
};
struct view troupe_read(struct troupe *t, uint64_t number);
void troupe_close(struct view *v);
/* What a player is to post now, signed; NULL when nothing is wanted of it. */
json_t *troupe_says(struct troupe *t, struct view *v, struct player *p);
/* Posts it: act_post's. Takes the envelope. */
bool troupe_posts(struct troupe *t, uint64_t number, json_t *envelope, struct err *e);
/* All who are there post all that is wanted of them, until nothing more is. */
void troupe_play(struct troupe *t, uint64_t number);
/* The background's work is done. */
void troupe_work(struct troupe *t);
/* Time goes by: the present phase of a ceremony has lasted long enough. */
void troupe_wait(struct troupe *t, uint64_t number);

/* A ledger that has followed the group's whole log, told of no key. To be freed with ledger_free. */
struct ledger *troupe_ledger(struct troupe *t);

#endif
