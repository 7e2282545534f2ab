/* SPDX-License-Identifier: ISC
 * A world behind a counter: a server that answers for its authority, honestly until a test says otherwise, and gmc in front of it. */
#ifndef TESTS_PEER_COUNTER_H
#define TESTS_PEER_COUNTER_H

#include "peer/cmd.h"
#include "tests/lib/trusts.h"
#include "tests/peer/served.h"

struct counter {
	struct world *w;
	struct served *served;
	char dir[32]; /* homes lie in it */
	char link[LINK_TEXT_MAX];
	/* what the server does */
	const char *state;                      /* of the application; NULL: it knows none */
	bool show_certificate;                  /* beside the state */
	const char *problem;                    /* the next POST is refused with this name (409) */
	const char *record_problem;             /* a record that is not there is refused with this name (409); NULL: 404 */
	bool false_receipt;                     /* receipts are for something else */
	bool bent_receipt;                      /* their signatures do not verify */
	const struct sig_key *receipt_key;      /* NULL: the notary's */
	unsigned yes;                           /* votes that it counts */
	int64_t frozen_until;                   /* shown with the group; 0: it is not frozen */
	json_t *trust, *proposal, *application; /* shown in place of the true ones; owned */
	json_t *record, *draft;                 /* NULL: there is none; owned */
	const char *outcome;                    /* of the proposal; NULL: it is open */
	json_t *beside;                         /* members shown with the proposal alone; NULL: none; owned */
	bool show_proposal;                     /* with an application */
	json_t *posted;                         /* body of the last POST that was taken; owned */
	char posted_to[256];
	unsigned posts;
	/* what gmc said */
	char *out, *err;
};

/* A world with three founders; founder i's home has its key. */
struct counter *counter_open(void (*change)(json_t *charter));
void counter_close(struct counter *c);
/* Runs gmc with --home DIR/who; `line` is split at spaces, '\'' quotes; input is what is typed. Gives the exit code; c->out and c->err
 * hold what it said. */
int counter_run(struct counter *c, const char *who, const char *input, const char *line);
/* A file of a home: does it exist; its JSON (a new value, or NULL). */
bool counter_has(const struct counter *c, const char *who, const char *file);
json_t *counter_file(const struct counter *c, const char *who, const char *file);
/* Ned applies and is admitted by two votes: c->record is the record of it. */
void counter_admit(struct counter *c);
/* Member i is expelled by the votes of all others: c->record is the record of it. */
void counter_expel(struct counter *c, size_t i);
/* Gives a home this key. */
void counter_key(const struct counter *c, const char *who, const struct sig_key *k);

#endif
