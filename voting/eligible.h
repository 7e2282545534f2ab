/* SPDX-License-Identifier: ISC
 * Who may be invited, and whom a seed draws: pure, for whoever makes a draw and whoever checks it. */
#ifndef VOTING_ELIGIBLE_H
#define VOTING_ELIGIBLE_H

#include "charter/charter.h"

/* What a member, one still, saw of a candidate, within the charter's window. Two by one member: the one with the higher index counts. */
struct eligible_measure {
	struct digest candidate;
	struct id16 member;
	uint64_t index; /* of its log entry */
	int64_t uptime, activity, history;
};
/* What a member, one still, told of its own load, within the window. */
struct eligible_load {
	struct id16 member;
	uint64_t index;
	int64_t clients, bandwidth, memory;
};

/* How many observers a candidate needs: those that the leaf asks for, and one where the charter asks for a measure. */
uint32_t eligible_observers(const struct charter *c);
/* Keeps of the n candidates those whom enough members measured, and whose median of each measure reaches the charter's minimum (of an even
 * number the lower of the two in the middle). Sorts both arrays; the candidates that are left stand first, ascending, each once.
 * The charter must have an invitation leaf. Gives how many they are. */
size_t eligible_keep(const struct charter *c, struct digest *candidates, size_t n, struct eligible_measure *m, size_t m_n);
/* Are enough members loaded? Always, where the charter asks for no load; otherwise, of those who told theirs, who are at least as many as
 * the observers (and one), the charter's share has reached one of its numbers. Sorts the array. */
bool eligible_loaded(const struct charter *c, struct eligible_load *v, size_t n);
/* Whom the seed draws: the k of n candidates (or all of them) with the smallest SHA-256("gmc-draw/1" ‖ 0 ‖ genesis ‖ candidacy ‖ seed), in
 * the order of these. out: room for k. Gives how many. */
size_t eligible_draw(const struct digest *genesis, const uint8_t seed[static 32], const struct digest *candidates, size_t n, size_t k,
	struct digest *out);

#endif
