/* SPDX-License-Identifier: ISC
 * Stories out of chance: scenarios as docs/objects/charter.md has them, told of a scene's group. */
#ifndef TESTS_CHARTER_PLOT_H
#define TESTS_CHARTER_PLOT_H

#include "tests/charter/scene.h"

enum { PLOT_NAMED = 600, PLOT_TERM = 604800 /* of the scenery's charter */ };

/* Those whom the rule names, in its order, each once: their numbers begin at 1. */
struct plot_named {
	struct id16 id[PLOT_NAMED];
	uint32_t n;
};

/* out is all 0 before. */
void plot_find_named(const json_t *rule, struct plot_named *out);
/* The member of a number, from 1. */
struct id16 plot_member(const struct plot_named *w, uint32_t number);
/* An expulsion's subject is nobody whom a story or a rule names. */
bool plot_has_subject(const struct scene *s);
struct id16 plot_subject(void);
/* How many members have a vote. */
uint32_t plot_voters(const struct scene *s);
/* A story; a new document. All of it can happen. */
json_t *plot_tell(struct dice *d, const struct scene *s, const struct plot_named *w);

#endif
