/* SPDX-License-Identifier: ISC
 * A requirement under given facts, node by node: what charter_decide rests on, and what it tells of.
 *
 * Every leaf can only gain by a yes (a vouch, a challenge met) in place of silence, and only lose by a no; trees have no negation. So there
 * is one worst future (everybody who may still speak refuses) and one best, the same for all leaves, and three-valued logic over them is
 * exact. That a vouch expires is no act: what is judged is one instant. */
#ifndef CHARTER_JUDGE_H
#define CHARTER_JUDGE_H

#include "charter/decide.h"

/* More than any number of acts: a node that nothing can meet any more. */
#define COST_NEVER (UINT64_C(1) << 48)

/* One node, in preorder. Nothing here looks at facts.closed: the three points are as they would be while the term is open. */
struct judged {
	const struct requirement *r;
	size_t end;            /* index behind the last node of its subtree */
	bool worst, now, best; /* met when all that may come refuses; when nothing comes; when all that may come agrees */
	uint32_t electors;     /* votes, vouches: who may give one */
	uint32_t vain;         /* vouches that do not count here */
	uint32_t needed, seen, refusing, missing; /* as in struct trace_node */
	uint64_t cost; /* the smallest number of acts that would meet it: 0 when met, COST_NEVER or more when nothing would */
};

/* Judges r (not NULL) and everything below it. False with e "no_memory". *out is the caller's, to be freed; *out[0] is r itself. */
bool judge(const struct charter *c, const struct requirement *r, const struct facts *f, struct judged **out, size_t *n, struct err *e);
/* What holds of a node, the term being open or closed. */
enum verdict judged_state(const struct judged *j, bool closed);
/* Tells what was judged; n nodes. False with e "no_memory"; otherwise out must be passed to decision_trace_free. */
bool trace_make(const struct judged *j, size_t n, const struct facts *f, struct decision_trace *out, struct err *e);
/* all, any, at_least. */
bool requirement_is_inner(const struct requirement *r);
/* The number of children that an inner node needs; at least 1. */
uint32_t requirement_children_needed(const struct requirement *r);

#endif
