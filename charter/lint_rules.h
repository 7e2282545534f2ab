/* SPDX-License-Identifier: ISC
 * Findings while they are gathered, and the parts of charter_lint. Not for others: they call charter_lint. */
#ifndef CHARTER_LINT_RULES_H
#define CHARTER_LINT_RULES_H

#include "charter/lint.h"

enum {
	LINT_MANY = 1000000, /* members, where their number is not known: as many as a charter may ask for */
	LINT_FEW = 5,        /* members below which a fraction alone is hardly a vote */
	LINT_DAY = 86400
};

struct findings {
	const struct charter *c;
	struct lint_view view; /* members: 0 when not known; voters: 0 when members is, otherwise at most members */
	struct lint *out;
	size_t n;
};

/* Writes one finding, with the line and column of its pointer, while there is room. The name stands behind the level as it is, since
 * docs/lint.md is held against the source. */
void finding(struct findings *f, enum lint_level level, const char *name, const char *pointer, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Who may speak when a question is put, as far as is known, or LINT_MANY; the subject of an expulsion does not. */
uint32_t lint_electors(const struct findings *f, enum question q);
uint32_t lint_voters(const struct findings *f, enum question q);

/* A key of the first list in a tree that has one; NULL: there is none. */
const struct digest *lint_listed(const struct requirement *r);

/* Admission, expulsion and amendment as a whole, and who can capture them. */
void lint_rules(struct findings *f);
/* Node by node: those three, and the trees that say who is human. */
void lint_leaves(struct findings *f);
/* A leaf of vouches in the admission, at `pointer`. */
void lint_vouches(struct findings *f, const struct requirement *r, const char *pointer);
/* Who comes again, what vouchers answer for, and clients. */
void lint_return(struct findings *f);
/* Administrators, the authority's keys, and how one comes back from their loss. */
void lint_keys(struct findings *f);

#endif
