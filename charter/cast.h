/* SPDX-License-Identifier: ISC
 * Who the members of a scenario are: numbers from 1 on. First come those that a requirement names, in its order, each once; whoever follows
 * is a stranger. */
#ifndef CHARTER_CAST_H
#define CHARTER_CAST_H

#include "charter/requirement.h"

struct cast {
	struct id16 *named; /* owned */
	size_t n;
};

/* r may be NULL: it names nobody. False with e "no_memory"; otherwise out must be passed to cast_free. */
bool cast_make(const struct requirement *r, struct cast *out, struct err *e);
void cast_free(struct cast *c);
/* The member of a number, from 1. */
struct id16 cast_member(const struct cast *c, uint32_t number);
/* The number of a member that the requirement names; 0: it names no such member. */
uint32_t cast_number(const struct cast *c, const struct id16 *member);

#endif
