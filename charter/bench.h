/* SPDX-License-Identifier: ISC
 * The leaves of a requirement, judged one at a time. Not for others: they call judge. */
#ifndef CHARTER_BENCH_H
#define CHARTER_BENCH_H

#include "charter/judge.h"

/* What a leaf is judged by. */
struct bench {
	const struct charter *c;
	const struct facts *f;
	const struct fact_vote *sorted; /* the votes by member; NULL while no leaf has voters of its own */
};

static inline uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static inline uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Do some electors alone vote on this leaf: named ones, or those near the applicant's place? */
bool votes_have_voters(const struct requirement *r);
int vote_order(const void *a, const void *b);

/* Each fills in the three points, and what was needed, seen and is missing; j->r is of its type, all else is 0. */
void judge_votes(const struct bench *b, struct judged *j);
void judge_authority(const struct bench *b, struct judged *j);
void judge_list(const struct bench *b, struct judged *j);
void judge_vouches(const struct bench *b, struct judged *j);
void judge_challenge(const struct bench *b, struct judged *j);
void judge_invitation(const struct bench *b, struct judged *j);

#endif
