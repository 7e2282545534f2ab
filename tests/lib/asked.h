/* SPDX-License-Identifier: ISC
 * A group that is asked whether to admit somebody: one open proposal, number 1, before three founders. */
#ifndef TESTS_LIB_ASKED_H
#define TESTS_LIB_ASKED_H

#include "tests/lib/folk.h"

struct asked {
	struct folk f;
	struct worker *w;
	struct sig_key *applicant;
	const struct id16 *member; /* of the founders */
};
/* The group is founded by realm_first's charter after `change` (may be NULL) had its way with it. Fails the test when it cannot. */
struct asked asked_open(struct realm *r, const char *name, void (*change)(json_t *charter));
/* The group's log goes through a ledger before it is left. */
void asked_close(struct asked *q);

/* Founder i votes, and gets a receipt. */
void asked_cast(struct asked *q, size_t i, enum choice choice);
/* The vote is refused by this name, and not stored. */
void asked_refuses(struct asked *q, const struct vote *v, const struct sig_key *k, const char *name);
/* Founder i revokes itself, or its key. */
void asked_revoke(struct asked *q, size_t i, enum revocation_target target);

/* A charter under which voters may change their minds, and three yes votes admit. */
void asked_may_change(json_t *charter);

#endif
