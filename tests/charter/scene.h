/* SPDX-License-Identifier: ISC
 * Scenes out of chance, for tests: a rule as JSON, a charter around it, and what has happened to a proposal under it. Rules are deep, share
 * named voters, and ask for numbers at the edges; one seed gives one scene. */
#ifndef TESTS_CHARTER_SCENE_H
#define TESTS_CHARTER_SCENE_H

#include "charter/decide.h"
#include "tests/charter/dice.h"
#include "tests/lib/charters.h"

enum { SCENE_ELECTORS = 300, SCENE_OPERATORS = 5, SCENE_CHALLENGES = 8, SCENE_SUBSETS = 3, SCENE_EFFORTS = 4, SCENE_PROVIDERS = 3 };

/* What all scenes share. */
struct scenery {
	struct charters *keys;
	json_t *charter; /* the rest of each charter */
	json_t *operators[SCENE_OPERATORS];
	struct digest operator[SCENE_OPERATORS];
};

struct scene {
	json_t *rule; /* owned */
	bool change;
	uint32_t operators_n;
	/* All but the pointers, which scene_facts sets. The first elector is the subject, where the subject is one; those on probation are the
	 * last. */
	struct facts f;
	struct fact_vote votes[SCENE_ELECTORS];
	struct fact_approval approvals[SCENE_OPERATORS];
	struct fact_vouch vouches[SCENE_ELECTORS];
	struct fact_challenge challenges[SCENE_CHALLENGES];
	struct id16 nearest[REQ_NEAR_MAX], opposite[REQ_NEAR_MAX];
	struct { /* of the group's only rule for vouching */
		int64_t age, budget, window, expiry;
		bool reason;
	} vouching;
};

void scenery_open(struct scenery *y);
void scenery_close(struct scenery *y);

/* A scene of this seed; to be passed to scene_free. */
void scene_make(const struct scenery *y, uint64_t seed, struct scene *out);
/* Another course of events under the same rule. */
void scene_again(const struct scenery *y, struct dice *d, struct scene *s);
void scene_free(struct scene *s);
void scene_copy(const struct scene *s, struct scene *out);
/* Member i; those from the electorate's number on are strangers. */
struct id16 scene_member(uint32_t i);
/* Borrowed from the scene. */
struct facts scene_facts(const struct scene *s);
/* Its charter, read by charter_parse; NULL with e set. */
struct charter *scene_charter(const struct scenery *y, const struct scene *s, struct err *e);
/* The largest number of a rule's leaves under "nearest" or "opposite". */
size_t scene_widest(const json_t *rule, const char *name);
/* Puts votes, approvals, vouches and challenges each into another order. */
void scene_shuffle(struct dice *d, struct scene *s);
/* On stderr. */
void scene_print(const struct scenery *y, const struct scene *s);

/* Something more that may still happen to an open proposal, as chance will have it; false: this time nothing came. */
bool scene_act(const struct scenery *y, struct dice *d, struct scene *s);
/* An elector with a vote who has not cast it; false: none is left. */
bool scene_silent(const struct scene *s, struct id16 *out);
/* An operator who has said nothing, and so on. */
bool scene_silent_operator(const struct scenery *y, const struct scene *s, struct digest *out);
bool scene_silent_voucher(const struct scene *s, struct id16 *out);
/* A challenge that some leaf may ask for. Its provider is static text. */
struct fact_challenge scene_challenge(struct dice *d);

#endif
