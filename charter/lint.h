/* SPDX-License-Identifier: ISC
 * What is well formed and still unwise in a charter: warnings with a place and a way to mend them. */
#ifndef CHARTER_LINT_H
#define CHARTER_LINT_H

#include "charter/decide.h"

enum { LINT_MAX = 64 };
enum lint_level { LINT_WARNING, LINT_ERROR };

struct lint {
	enum lint_level level;
	const char *name; /* stable: "threshold_unreachable", "one_administrator", "operators_expel", ... */
	char pointer[96];
	uint32_t line, column; /* of the pointer in the payload */
	char text[256];        /* what, why, what to do */
};

/* Looks at a charter with n members (0: the founders' number for version 1, otherwise not known). Gives the number of findings
 * written, at most LINT_MAX. Errors are what would leave the group stuck (a requirement that can never be met); everything else warns. */
size_t charter_lint(const struct charter *c, uint32_t n, struct lint out[static LINT_MAX]);

#endif
