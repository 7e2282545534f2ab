/* SPDX-License-Identifier: ISC
 * A world with a proposal, and what was gathered on it: for the tests of evidence. */
#ifndef TESTS_LIB_HALL_H
#define TESTS_LIB_HALL_H

#include "tests/lib/worlds.h"

enum { HALL_MAX = 12 };
struct hall {
	struct world *w;
	struct evidence_vote votes[HALL_MAX];
	struct evidence_object objects[HALL_MAX];
	struct evidence ev; /* of the two */
	bool closed;        /* for hall_verify: the term is over */
	size_t decided;     /* index of the last decision's entry */
	size_t ended;       /* index of the entry that ended the membership before there was a certificate; 0: there is one */
};

/* A world whose charter `change` (may be NULL) had its way with, an application, and a proposal to admit it. For hall_close. */
struct hall *hall_open(void (*change)(json_t *charter));
void hall_close(struct hall *h);
/* Takes away what was gathered. */
void hall_clear(struct hall *h);

/* Gather a vote; that of member i; a word, or any other object. Pointers hold until hall_clear. */
struct evidence_vote *hall_put(struct hall *h, struct evidence_vote v);
struct evidence_vote *hall_cast(struct hall *h, size_t i, enum choice choice);
struct evidence_object *hall_say(struct hall *h, struct evidence_object word);
/* Member i vouches, with so many live vouches, and it is logged: gathered too. */
struct evidence_object *hall_vouch(struct hall *h, size_t i, uint32_t live);
/* A challenge that the holder of a key met for a subject, a graphic captcha of now and good for ten minutes, to be changed; then signed by
 * a key, and gathered. One by the applicant, the proposal's; one by member i. */
struct challenge hall_challenge(const struct hall *h, const struct digest *subject, const struct digest *key);
struct evidence_object *hall_sign_challenge(struct hall *h, const struct challenge *c, const struct sig_key *k);
struct evidence_object *hall_meet(struct hall *h);
struct evidence_object *hall_meet_by(struct hall *h, size_t i, const struct digest *subject);

bool hall_verify(struct hall *h, struct verified *v, struct err *e);
/* What was gathered holds: the result is for verified_free. */
struct verified hall_good(struct hall *h);
/* It is refused by this name, and nothing is given out. What was gathered is taken away. */
void hall_refused(struct hall *h, const char *name);

/* A change of charter: one yes vote and one operator admit. */
void hall_operators_admit(json_t *charter);

#endif
