/* SPDX-License-Identifier: ISC
 * What the cheapest way to meet a rule takes: of people who decide, and of machines and hired hands, which have a price (docs/cost.md). */
#ifndef CHARTER_COST_H
#define CHARTER_COST_H

#include "charter/requirement.h"

/* Assumptions, not measurements of any market: what a try of work takes on one core; and in billionths of a US dollar, a millisecond of a
 * core, a puzzle solved by hired people, and the word of a provider. */
enum { COST_TRY_MS = 4, COST_NANO_MS = 11, COST_NANO_PUZZLE = 1000000, COST_NANO_WORD = 3000000 };

struct cost {
	bool possible;
	uint64_t deciders; /* decisions by people; they have no price */
	uint32_t by;       /* leaves that they decide: 1u << enum requirement_type, or-ed */
	uint64_t cpu_ms;
	uint32_t puzzles; /* enum captcha_kind, or-ed: one of each is solved */
	uint64_t words;   /* of providers */
};
typedef struct cost cost_of_leaf(const void *arg, const struct requirement *leaf);

/* Meets r (not NULL), or with `unmet` keeps it from being met, by the cheapest children of each node: whose costs are added, so what serves
 * two leaves counts twice. Fewer deciders come first, then the lower price. */
struct cost cost_find(const struct requirement *r, bool unmet, cost_of_leaf *leaf, const void *arg);
/* The cheapest way into a group for somebody who owns nothing yet; r is the admission. A puzzle of one kind, or work, is done once for all
 * leaves that it serves; a provider's word is counted for each. Each leaf that people decide counts as one decision. */
struct cost cost_of_entry(const struct requirement *r);
/* What has a price, in billionths of a US dollar. */
uint64_t cost_nano_usd(const struct cost *c);
/* CPU time of work of this effort: a counter is drawn between n and 2 n - 1, where n tries are asked for.
 * 0 for 0; at most WORK_EFFORT_MAX. */
uint64_t cost_cpu_ms(int64_t effort);

#endif
