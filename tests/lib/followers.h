/* SPDX-License-Identifier: ISC
 * A ledger that follows a world, for tests: it takes what is true, refuses what is not, and shows all that can be seen of it. */
#ifndef TESTS_LIB_FOLLOWERS_H
#define TESTS_LIB_FOLLOWERS_H

#include "peer/ledger.h"
#include "peer/request.h"
#include "tests/lib/hall.h"

struct follower {
	struct world *w;
	struct hall *h; /* NULL when the world has no proposal */
	struct ledger *l;
	int64_t now; /* its clock; 0 measures nothing */
};
/* A ledger that has followed a new world up to its founders. */
struct follower *follower_new(void (*change)(json_t *charter));
/* A hall's world: it also took the application and the proposal. */
struct follower *follower_asked(void (*change)(json_t *charter));
void follower_free(struct follower *f);

/* Takes the rest of the world's log in one batch. */
bool follower_take(struct follower *f, struct err *e);
/* It must. What it then shows of log, electorates and certificates is the world's. */
void follower_accepts(struct follower *f);
/* The last entry of the world's log is refused by this name, those before it are not; taken back, the ledger shows what it showed. */
void follower_refuses(struct follower *f, const char *name);
/* The same, and the world forgets what came after the mark. */
void follower_refuses_since(struct follower *f, const struct world_mark *m, const char *name);

/* Decides the hall's proposal with these votes ('y', 'n', 'a', or '-') whatever they say; the evidence goes with it. */
void follower_decide(struct follower *f, const char *choices, enum outcome outcome);

/* All that can be seen of a ledger, as text. To be freed with buf_free. */
struct buf ledger_shown(const struct ledger *l, const struct world *w);

/* Makes the last entry of the log another, after a change. */
void world_rewrite(struct world *w, size_t index, const struct entry *en);
/* Member i changes its key for k (taken); logs rekeyed and issued. */
void world_rekey(struct world *w, size_t i, struct sig_key *k);
/* A signed request of a payload (taken), for an entry; its digest too. */
json_t *world_request(const struct world *w, const char *kind, json_t *payload, const struct sig_key *k, struct digest *digest);
/* Logs an *issued* entry as it must be for member i under the charter, key and cause. */
void world_issue(struct world *w, size_t i, enum origin origin, const struct digest *cause, json_t *object);

#endif
