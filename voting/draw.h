/* SPDX-License-Identifier: ISC
 * A draw: candidates chosen by a seed that was committed to before anybody could know who would be eligible (docs/objects/draw.md). */
#ifndef VOTING_DRAW_H
#define VOTING_DRAW_H

#include "charter/object.h"
#include "charter/requirement.h"

struct draw {
	struct digest digest, genesis, charter;
	uint64_t number; /* of the seed */
	uint8_t seed[32];
	uint32_t eligible;
	struct digest root; /* over the eligible candidacies, ascending */
	struct digest drawn[REQ_DRAW_MAX];
	size_t drawn_n; /* 1 or more, in the order of the draw */
	int64_t iat;    /* the time of its entry */
};

/* Reads the payload of an envelope; the notary's signature is the caller's to verify. "wrong_typ", at_*'s; "bad_value" for a candidacy
 * that is drawn twice. */
bool draw_parse(const struct jws *j, struct draw *out, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *draw_print(const struct draw *d);
/* Did it draw this candidacy? */
bool draw_names(const struct draw *d, const struct digest *candidacy);

#endif
