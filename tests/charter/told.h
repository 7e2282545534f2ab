/* SPDX-License-Identifier: ISC
 * Facts by hand, for tests: votes and approvals as letters. */
#ifndef TESTS_CHARTER_TOLD_H
#define TESTS_CHARTER_TOLD_H

#include <string.h>

#include "tests/charter/trees.h"

/* A group with two operators. */
static inline struct charter *group(void)
{
	static struct charter c;

	memset(&c, 0, sizeof(c));
	c.authority.operators_n = 2;
	c.authority.operators[0].thumb = key_of(100);
	c.authority.operators[1].thumb = key_of(101);
	return &c;
}

/* Votes as letters: 'y', 'n', 'a' of members 0, 1, ...; '.' of one that is silent. Approvals the same way: 'y', 'n', '.'. */
struct told {
	struct fact_vote votes[16];
	struct fact_approval approvals[4];
	struct facts f;
};

static inline void tell(struct told *t, uint32_t n, const char *votes, const char *approvals)
{
	memset(t, 0, sizeof(*t));
	t->f.electorate = n;
	t->f.votes = t->votes;
	t->f.approvals = t->approvals;
	for (unsigned i = 0; votes[i] != '\0'; i++)
		if (votes[i] != '.')
			t->votes[t->f.votes_n++] = (struct fact_vote){ member_of(i),
				votes[i] == 'y'           ? CHOICE_YES
					: votes[i] == 'n' ? CHOICE_NO
							  : CHOICE_ABSTAIN };
	for (unsigned i = 0; approvals[i] != '\0'; i++)
		if (approvals[i] != '.')
			t->approvals[t->f.approvals_n++] = (struct fact_approval){ key_of(100 + i), approvals[i] == 'y' };
}

#endif
