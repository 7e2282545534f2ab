/* SPDX-License-Identifier: ISC
 * What is well formed and still unwise in a charter: warnings with a place and a way to mend them. */
#ifndef CHARTER_LINT_H
#define CHARTER_LINT_H

#include "charter/decide.h"

enum { LINT_MAX = 64 };
enum lint_level { LINT_WARNING, LINT_ERROR };

struct lint {
	enum lint_level level;
	const char *name; /* stable; docs/lint.md has all of them */
	char pointer[96];
	uint32_t line, column; /* of the pointer in the payload */
	char text[256];        /* what, why, what to do */
};

/* What is known about the group beside its charter; 0: not known. */
struct lint_view {
	uint32_t members; /* of version 1, the founders' number when it is not known */
	uint32_t voters;  /* of these, those who are not on probation */
	uint32_t turnout; /* of a hundred voters, so many vote */
};

/* Looks at a charter; view may be NULL. Gives the number of findings written, at most LINT_MAX, of which errors come before warnings that
 * find no room. Errors are what would leave the group stuck (a requirement that can never be met) or contradicts itself (a test that
 * fails); everything else warns. */
size_t charter_lint(const struct charter *c, const struct lint_view *view, struct lint out[static LINT_MAX]);

#endif
