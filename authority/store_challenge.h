/* SPDX-License-Identifier: ISC
 * Challenges met, in the store. */
#ifndef AUTHORITY_STORE_CHALLENGE_H
#define AUTHORITY_STORE_CHALLENGE_H

#include "authority/store.h"
#include "peer/evidence.h"

/* Of one key on one subject; of all on a proposal, and on an application: with its vouches and operators' words, a decision has room for
 * all of them. */
enum { CHALLENGES_OF_KEY_MAX = 64, CHALLENGES_ON_PROPOSAL_MAX = 8192, CHALLENGES_ON_APPLICATION_MAX = 960 };

struct challenge_row {
	const struct challenge *challenge;
	const struct digest *notary; /* that signed it */
	const char *doc, *receipt;
	int64_t stored;
};
/* most: on its subject. *fresh false: it stands there already. *full: it does not, and as many others do as may. */
bool store_challenge_insert(
	struct worker *w, int32_t g, const struct challenge_row *row, int64_t most, bool *fresh, bool *full, struct err *e);
/* The receipt that a challenge got (appended). */
bool store_challenge_find(struct worker *w, int32_t g, const struct digest *digest, bool *found, struct buf *receipt, struct err *e);

/* Whose challenges are wanted, and on what. */
struct challenge_claim {
	struct digest subject, key;
};
struct stored_challenge {
	size_t claim; /* its place among those asked for */
	struct challenge c;
	struct digest notary;
	struct jws jws; /* owned */
};
struct stored_challenges {
	struct stored_challenge *v; /* owned; in the order of the claims, each one's by their times */
	size_t n;
};
bool store_challenge_all(
	struct worker *w, int32_t g, const struct challenge_claim *claims, size_t n, struct stored_challenges *out, struct err *e);
void stored_challenges_free(struct stored_challenges *v);

#endif
