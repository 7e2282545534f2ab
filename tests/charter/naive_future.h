/* SPDX-License-Identifier: ISC
 * One future of a proposal, and whether a rule is met at its end. Not for others: they call naive_decide. */
#ifndef TESTS_CHARTER_NAIVE_FUTURE_H
#define TESTS_CHARTER_NAIVE_FUTURE_H

#include "tests/charter/naive.h"
#include "tests/charter/naive_rule.h"

enum { FUTURE_OPERATORS = 64, FUTURE_CHALLENGES = 32 };

/* Somebody who has voted or may still do so. */
struct person {
	struct id16 id;
	bool nameless; /* one of the electors whom nobody has named */
	bool elector;
	bool voted;
	enum { SILENT, YES, NO, ABSTAINS } says;
};
/* One future: what will have happened when the term is over. */
struct future {
	const struct naive_case *c;
	struct person *people; /* owned */
	size_t n;
	bool approves[FUTURE_OPERATORS];
	uint32_t more_vouches;
	struct fact_challenge possible[FUTURE_CHALLENGES];
	bool handed_in[FUTURE_CHALLENGES];
	size_t possible_n;
};
/* Is it met, when the term is over? */
bool future_meets(const struct future *t, const struct naive_rule *r);
/* Who may vote on anything: members less the subject of an expulsion and those on probation. */
int64_t future_electors(const struct facts *f);

#endif
