/* SPDX-License-Identifier: ISC
 * A crew: several threads that replay records at once, for a program that has thousands of them. What it finds is told in the order in
 * which the records came. Not part of libgmc, which has no threads. */
#ifndef PEER_CREW_H
#define PEER_CREW_H

#include "peer/replay.h"

enum { CREW_HANDS_MAX = 16, CREW_NAME_MAX = 512 };

struct crew;
/* As many threads as the machine has processors, within the limits. */
size_t crew_hands(void);
/* Called by the thread that gives and finishes, once for each record. *a is NULL when *e says why it could not be replayed. */
typedef void crew_tell(void *arg, const struct replay *a, const char *what, struct err *e);

/* Starts `hands` threads (1 to CREW_HANDS_MAX). pin (may be NULL) and draft are borrowed until crew_free. NULL: "no_memory",
 * "crypto_unavailable", "no_thread". */
struct crew *crew_new(size_t hands, const struct trust *pin, const struct charter *draft, crew_tell *tell, void *arg, struct err *e);
/* Takes a record's text out of *text (which is empty afterwards) and `what` it is called. At most two records for each thread wait, so this
 * may wait for the oldest, and tells it. */
void crew_give(struct crew *w, struct buf *text, const char *what);
/* Waits for all that was given, and tells it. */
void crew_finish(struct crew *w);
/* What was not told is forgotten. NULL is fine. */
void crew_free(struct crew *w);

#endif
