/* SPDX-License-Identifier: ISC
 * A rule under siege: its tree, and its voters by kind. Not for others: they call capture_find. */
#ifndef CHARTER_CAPTURE_VOTERS_H
#define CHARTER_CAPTURE_VOTERS_H

#include "charter/capture.h"

/* A node of the tree, in preorder. */
struct spot {
	const struct requirement *r;
	size_t end;
	int set; /* votes that are not everybody's: number of the set of voters; -1 otherwise */
};
/* Voters of one kind: in these sets, and so many. */
struct voter_kind {
	uint64_t in;
	uint32_t size;
	bool votes;
};
struct siege {
	const struct charter *c;
	enum question q;
	enum capture_goal goal;
	const struct capture_group *g;
	struct spot *spots;
	size_t n, sets, named_n, rings;
	struct voter_kind kinds[CAPTURE_KINDS];
	size_t kinds_n;
	bool complete;             /* the kinds are all there */
	bool exact;                /* and few enough to try all ways */
	uint32_t x[CAPTURE_KINDS]; /* who joins in, of each kind */
	uint32_t operators;        /* and of these */
	bool listed, challenges, drawn;
	uint32_t best;
};

/* Lays out r and the kinds of voters that it tells apart, largest last, in *s, whose c, q, goal and g are set; s->spots is the caller's to
 * free. False with e "no_memory". */
bool siege_lay(struct siege *s, const struct requirement *r, struct err *e);
/* Members who have a vote. */
uint32_t siege_voters(const struct siege *s);
/* Does the applicant's place say who votes? */
bool siege_by_place(const struct requirement *r);

#endif
