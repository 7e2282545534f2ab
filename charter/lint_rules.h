/* SPDX-License-Identifier: ISC
 * Findings while they are gathered, and what a charter's rules are looked at for. */
#ifndef CHARTER_LINT_RULES_H
#define CHARTER_LINT_RULES_H

#include "charter/lint.h"

struct findings {
	const struct charter *c;
	uint32_t members; /* 0: not known */
	struct lint *out;
	size_t n;
};

/* Writes one finding, with the line and column of its pointer, while there is room. */
void finding(struct findings *f, enum lint_level level, const char *name, const char *pointer, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Looks at admission, expulsion and amendment. */
void lint_rules(struct findings *f);

#endif
