/* SPDX-License-Identifier: ISC
 * A large group in the store, fast: thousands of members whom nobody voted in (their log entries, rows and keys are written through the
 * project's own functions), and real proposals that stay open until all of them have said yes. Votes on them are real. */
#ifndef TESTS_LIB_CROWD_H
#define TESTS_LIB_CROWD_H

#include "tests/lib/realm.h"
#include "voting/vote.h"

struct crowd_member {
	struct sig_key *key;
	struct id16 member;
};
struct crowd {
	struct realm *r;
	struct group g;
	struct crowd_member *m;
	size_t n;
	struct digest charter, *proposals; /* numbers 1 .. proposals_n */
	size_t proposals_n;
};
/* At most as many proposals as there are seeds to begin with (SEEDS_COMMITTED). */
struct crowd *crowd_new(struct realm *r, const char *name, size_t members, size_t proposals);
void crowd_free(struct crowd *c);

/* Appends the i-th vote as an HTTP request: of member i / proposals on proposal i % proposals. */
void crowd_vote(const struct crowd *c, size_t i, struct buf *out);

#endif
