/* SPDX-License-Identifier: ISC
 * A signer process of one's own, and groups whose keys it made: for tests that lie to it as a dishonest gauthd would.
 * Whatever cannot be made fails the test. */
#ifndef TESTS_LIB_LIAR_H
#define TESTS_LIB_LIAR_H

#include "authority/process.h"
#include "authority/signer.h"
#include "tests/lib/worlds.h"

enum { LIAR_PATH = 320 };

struct liar {
	char dir[LIAR_PATH], socket[LIAR_PATH], passphrase[LIAR_PATH], state[LIAR_PATH];
	struct process process;
	char allow[16]; /* a user beside our own, or "" */
	struct signer *link;
};
/* Starts a gauth-signer with an empty state, and connects. The second form lets one more user connect. */
struct liar *liar_new(void);
struct liar *liar_new_for(uid_t user);
void liar_free(struct liar *l);
/* Kills it as a power cut would; starts it again and connects. Between the two its files are the test's. */
void liar_kill(struct liar *l);
void liar_start(struct liar *l);
/* Runs `gauth-signer --rebuild` with this head while it does not serve. Gives its exit status. */
int liar_rebuild(struct liar *l, const char *head);

/* A group whose issuing and revocation keys this signer made, with a charter that `change` (may be NULL) had its way with. Its log
 * begins an hour ago and was not sent yet. */
struct world *liar_world(struct liar *l, enum sig_alg issuing, void (*change)(json_t *charter));
/* New keys of the signer as a charter names them. */
json_t *liar_issuing(struct liar *l);
/* What the signer says its log of this group is. */
uint64_t liar_size(struct liar *l, const struct world *w);

/* Entries from..to-1 of the world's log, as items. */
json_t *liar_items(const struct world *w, size_t from, size_t to);
/* Sends items, or all that the signer does not have. */
bool liar_send_items(struct liar *l, const struct world *w, uint64_t from, json_t *items, struct err *e);
bool liar_send(struct liar *l, const struct world *w, struct err *e);
/* It must go through, and the signer's log is the world's then. */
void liar_accepted(struct liar *l, const struct world *w);
/* It must be refused by this name, and nothing is changed by that: neither what the signer says, nor a byte of its state. */
void liar_refused(struct liar *l, const struct world *w, const char *name);
void liar_refused_items(struct liar *l, const struct world *w, uint64_t from, json_t *items, const char *name);

/* The group's state file: its path, and its bytes (none where there is no file). */
void liar_state_path(const struct liar *l, const struct world *w, char out[static LIAR_PATH]);
struct buf liar_state(const struct liar *l, const struct world *w);

/* How the first `n` members vote: 'y', 'n', 'a', or '-' for not at all. */
struct evidence liar_votes(const struct world *w, const char *choices);
void liar_votes_free(struct evidence *ev);
/* Decides with these votes and words: logs the decision, claiming this outcome whatever the charter says, with what it brings, and puts
 * the evidence beside it. Gives the index of the decision. */
size_t liar_decide(struct world *w, const struct evidence *ev, bool closed, enum outcome outcome);
/* The usual: the application, its proposal, and a decision by these votes. */
size_t liar_admit(struct world *w, const char *choices);

/* Certificate for a cause, appended; or only: it is signed. */
bool liar_certify(struct liar *l, const struct world *w, const struct digest *cause, struct buf *out, struct err *e);
void liar_signs(struct liar *l, const struct world *w, const struct digest *cause);

/* A group (Ed25519) that the signer knows; the same with an application and its proposal. */
struct world *liar_founded(struct liar *l, void (*change)(json_t *charter));
struct world *liar_asked(struct liar *l, void (*change)(json_t *charter));
/* liar_decide by these votes alone. */
void liar_decide_by(struct world *w, const char *choices, bool closed, enum outcome outcome);
/* The truth about the proposal: two yes votes, after which the signer signs the new member's certificate. */
void liar_welcome(struct liar *l, struct world *w);
/* Proposes the admission with a twist (NULL: none), is refused, and takes it back. */
void liar_twisted(struct liar *l, struct world *w, void (*twist)(const struct world *w, struct proposal *p), const char *name);

#endif
