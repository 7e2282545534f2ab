/* SPDX-License-Identifier: ISC
 * A dealing: the ceremony in which a key is made, or its shares are dealt anew, as everybody sees it who reads the board. All who read the
 * same posts come to the same end, and to the same names: the authority, each member, and whoever looks at a transcript years later.
 *
 *   join      everybody: a key of this one time, under which shares are sealed to it
 *   deal      every dealer: its commitment, a proof of what it deals, a sealed share for each of the others
 *   check     everybody: which dealers gave it what they had not committed to
 *   answer    every accused dealer shows what it had sealed, so that everybody sees who lied
 *   confirm   everybody: its signature on the transcript, once its share is kept
 *
 * A phase is over when all who are asked have posted. It is all or nothing: one dealer's fault ends it, and it is done again without that
 * one. Who stays silent is named by the notary, who ends the ceremony when a phase has lasted too long (`end`). */
#ifndef VOTING_DEALING_H
#define VOTING_DEALING_H

#include "voting/post.h"
#include "voting/sealed.h"
#include "voting/transcript.h"

/* What one participant posted. Arrays are by place, owned. */
struct dealt {
	struct sealed_public box;
	struct point *commitment; /* t; NULL: it has not dealt */
	struct dkg_proof proof;
	struct sealed *sealed; /* n; its own place is unused */
	bool accuses[CEREMONY_MEMBERS_MAX];
	struct scalar *shown; /* n: what it had sealed, to each who accuses it; NULL: it has shown nothing */
	struct sealed_secret *shown_by;
	json_t *envelope;  /* of its confirmation: the transcript under its signature */
	bool posted;       /* in the present phase */
	const char *fault; /* a name, or NULL */
};

struct dealing {
	const struct ceremony *ceremony; /* borrowed */
	const struct transcript *old;    /* borrowed; of the epoch before, when shares are dealt anew */
	struct crypto *crypto;           /* borrowed */
	struct board board;
	enum phase phase;      /* PHASE_END: it is over */
	bool done, failed;     /* how */
	uint32_t began;        /* size of the board when the phase began */
	struct digest context; /* the board's head when all had joined: what proofs and seals are bound to */
	struct dealt of[CEREMONY_MEMBERS_MAX];
	struct transcript transcript; /* from PHASE_CONFIRM on */
};

/* ceremony is for a key, or with `old` (whose digest and epoch must be the ceremony's: "wrong_context") for dealing anew: then exactly as
 * many deal as sign ("bad_value"). NULL with e set. Free with dealing_free. */
struct dealing *dealing_new(const struct ceremony *c, const struct transcript *old, struct crypto *crypto, struct err *e);
void dealing_free(struct dealing *d);

/* Takes the board's next post; its signature, by the participant's key or a notary's, is the caller's to verify. On refusal nothing
 * changes: board_fits's, "ceremony_over", "wrong_phase", "not_asked" (nothing of this number is wanted), "already_posted", "stale_board"
 * (its author had not read what the phase rests on), "transcript_differs", jws_verify's, and of bodies at_*'s, "bad_point", "bad_scalar",
 * "bad_commitment" (of another length), "bad_value". */
bool dealing_take(struct dealing *d, const struct post *p, struct err *e);
/* Is something of this place wanted now? */
bool dealing_waits(const struct dealing *d, size_t place);

/* What the proof of a dealer holds for; appended. What a number is bound to that `from` seals for `to`. */
void dealing_proof_bound(const struct dealing *d, const struct point *commitment, struct buf *out);
enum { DEALING_BOUND = 32 + 4 };
void dealing_seal_bound(const struct dealing *d, share_id from, share_id to, uint8_t out[static DEALING_BOUND]);

/* The transcript with all signatures, as transcript_verify reads it, once it is done. NULL with e set. */
json_t *dealing_signed(const struct dealing *d, struct err *e);

#endif
