/* SPDX-License-Identifier: ISC
 * What it takes to capture a rule: the fewest who can bring a yes about, and the fewest who can keep it away. */
#ifndef CHARTER_CAPTURE_H
#define CHARTER_CAPTURE_H

#include "charter/decide.h"

enum capture_goal {
	CAPTURE_ADMIT, /* a yes, while everybody else is silent until the term ends */
	CAPTURE_FORCE, /* a yes, though everybody else says no, vouches for nobody, and measures everybody low */
	CAPTURE_BLOCK  /* no yes, though everybody else says yes, vouches and approves, and the applicant is as good as can be */
};
/* Steps that an exact answer may cost: ways to take some of each kind of voter (two voters are of one kind when the same leaves name
 * them), times the nodes of the tree, times the kinds, times the operators. */
enum { CAPTURE_STEPS = 1 << 26, CAPTURE_KINDS = 16, CAPTURE_SETS = 64 };

/* The electors; the subject of an expulsion is not one of them. Of `members`, `without_vote` are on probation: they vouch, at most. */
struct capture_group {
	uint32_t members, without_vote;
};

/* Challenges are met by the applicant, who plays along; vouchers are old enough and have budget left. Whoever is invited has been measured
 * by members, and is invited by a member or an operator, or drawn. Members and operators are counted apart. */
struct capture {
	bool possible;
	uint32_t members;   /* the fewest members that can, */
	uint32_t operators; /* with so many operators at least: 0 unless no number of members can alone */
	uint32_t alone;     /* so many operators can without any member; 0: they cannot, or nobody is needed */
	bool listed;        /* for an applicant that stands on a list, since no other can come in so */
	bool challenges;    /* for one that meets challenges */
	bool drawn;         /* for one that is drawn */
	bool exact;         /* otherwise so many can for certain, and fewer perhaps */
};

/* r (not NULL) under a question, in a group. Exact within CAPTURE_STEPS, CAPTURE_KINDS and CAPTURE_SETS (leaves that do not ask
 * everybody), unless voters by name and voters by place stand in one tree, or more are named than there are. CAPTURE_BLOCK with 0 members
 * and operators: the rule cannot be met. False with e "no_memory". */
bool capture_find(const struct charter *c, const struct requirement *r, enum question q, enum capture_goal goal,
	const struct capture_group *g, struct capture *out, struct err *e);
/* Appends "2 members, or 1 operator", "at most 7 members and 1 operator", "nobody", "more than there are": behind "takes". */
void capture_say(const struct capture *k, struct buf *out);

#endif
