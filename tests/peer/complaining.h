/* SPDX-License-Identifier: ISC
 * What the tests of motions share: charters that ask for more than one mover, and complaints. Included behind what has their world `w`. */
#ifndef TESTS_PEER_COMPLAINING_H
#define TESTS_PEER_COMPLAINING_H

#include "tests/lib/worlds.h"

static inline void two_and_a_complaint(json_t *charter)
{
	charters_set(charter, "/expelling", "{\"movers\":2,\"complaint\":true}");
}

static inline void two_who_may_change(json_t *charter)
{
	two_and_a_complaint(charter);
	charters_set(charter, "/voting/change", "true");
}

/* Votes of a member on some proposal, on which it says yes and then no. */
static inline void two_votes(size_t i, struct vote votes[static 2])
{
	for (size_t k = 0; k < 2; k++)
		votes[k] = (struct vote){ .genesis = w->genesis,
			.charter = w->charter->object.digest,
			.proposal = { { 7 } },
			.choice = k == 0 ? CHOICE_YES : CHOICE_NO,
			.member = w->members[i].member,
			.iat = w->now };
}

static inline void contradicts(size_t by, size_t i)
{
	const struct sig_key *const keys[] = { w->members[i].key, w->members[i].key };
	struct vote votes[2];

	two_votes(i, votes);
	world_complain_votes(w, by, i, votes, keys);
}

static inline void forget(void)
{
	json_decref(w->complaints);
	w->complaints = NULL;
}

#endif
