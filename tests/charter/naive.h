/* SPDX-License-Identifier: ISC
 * A second procedure of decision, for tests: plain and slow, written from docs/objects/charter.md and charter/decide.h alone, without
 * a look at the one that it is compared with. It reads the rule as JSON itself. It knows no best and no worst: it tries what may still
 * come, every act of member, operator, voucher and applicant in every combination where these are few, and otherwise all that is good,
 * all that is bad, and some that lie between. */
#ifndef TESTS_CHARTER_NAIVE_H
#define TESTS_CHARTER_NAIVE_H

#include <jansson.h>

#include "charter/decide.h"

struct naive_case {
	const json_t *rule; /* a requirement; all is borrowed */
	const struct digest *operators;
	size_t operators_n;
	struct facts facts;
};
struct naive_answer {
	enum verdict verdict;
	bool met_now; /* if the term ended now */
	bool expired;
	bool literal; /* every future was tried */
	uint32_t tried;
};

/* Ends the program for a rule that is none. */
void naive_decide(const struct naive_case *c, struct naive_answer *out);

#endif
