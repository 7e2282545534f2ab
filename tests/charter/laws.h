/* SPDX-License-Identifier: ISC
 * Laws: what holds of every decision, whatever the rule. Each is tried over scenes out of chance; PAIRS=n tries so many, SEED=n repeats a
 * run. */
#ifndef TESTS_CHARTER_LAWS_H
#define TESTS_CHARTER_LAWS_H

#include "tests/charter/scene.h"

/* What charter_decide says of a scene. */
struct ruling {
	enum verdict verdict;
	bool expired, met_now;
	const char *refusal; /* static text */
	uint32_t missing;    /* of the rule as a whole */
};

/* False: a charter with this rule cannot be read; its JSON is nested too deep, or nobody could meet it. */
bool ruling_of(const struct scene *s, struct ruling *out);
/* The same of a rule that can be read. */
struct ruling ruling(const struct scene *s);

/* Each fails the test unless what it says holds of the verdicts on two scenes. Yes stands above not yet, and that above no. */
void law_never_falls(const char *law, const struct scene *before, const struct scene *after);
void law_stays(const char *law, const struct scene *before, const struct scene *after);
void law_broken(const char *law, const struct scene *before, const struct scene *after);
struct scenery *law_scenery(void);

/* A law gets dice, a scene, and a copy of it that it may change. */
struct law {
	void (*holds)(struct dice *d, const struct scene *s, struct scene *t);
};
int laws_open(void **state);
int laws_close(void **state);
void law_over_many(void **state);
/* A test that a law holds. */
#define LAW(l) \
	{ \
#l, law_over_many, NULL, NULL, &(struct law) \
		{ \
			l \
		} \
	}

#endif
