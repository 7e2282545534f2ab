/* SPDX-License-Identifier: ISC
 * The course of a ceremony, whatever it is for: what its board says, who is waited for, and how it ended. Behind it stands the machine of
 * its purpose: a dealing, or a signing. */
#ifndef VOTING_COURSE_H
#define VOTING_COURSE_H

#include "voting/dealing.h"
#include "voting/signing.h"

struct course {
	const struct ceremony *ceremony; /* borrowed */
	struct dealing *dealing;         /* of a key, or of shares dealt anew; owned, else NULL */
	struct signing *signing;         /* owned, else NULL */
};

/* `base` is the transcript that the ceremony goes on from (NULL with a key), `messages` what is to be signed, by item (NULL when nothing
 * is). All are borrowed, and stay. dealing_new's, signing_new's, "feature_unsupported" (a purpose that nothing here serves). On success
 * *out must be passed to course_free. */
bool course_begin(struct course *out, const struct ceremony *c, const struct transcript *base, const struct slice *messages,
	struct crypto *crypto, struct err *e);
void course_free(struct course *c);
/* For whoever keeps one from thread to thread. */
void course_lend(struct course *c, struct crypto *crypto);

/* The board's next post; its signature is the caller's to verify. dealing_take's, signing_take's. */
bool course_take(struct course *c, const struct post *p, struct err *e);
/* Is something of this place wanted now; and what, in which turn. */
bool course_waits(const struct course *c, size_t place);
enum phase course_wants(const struct course *c, size_t place, uint32_t *turn);

/* PHASE_END: it is over. */
enum phase course_phase(const struct course *c);
bool course_is_done(const struct course *c); /* well */
const struct board *course_board(const struct course *c);
const char *course_fault(const struct course *c, size_t place); /* NULL: none */

#endif
