/* SPDX-License-Identifier: ISC
 * What becomes of a ceremony behind each post: shared by who posts, and by who ends it. */
#ifndef AUTHORITY_CEREMONIES_H
#define AUTHORITY_CEREMONIES_H

#include "authority/boards.h"

/* Takes the next post of a board and stores it, in the caller's transaction, which holds the ceremony's row: doc is its envelope as text.
 * At the end of the ceremony all that came of it is stored too. dealing_take's, db_run's. */
bool ceremony_take(struct worker *w, struct running *r, const struct post *p, const char *doc, struct err *e);
/* Opens the next package of a signing, in such a transaction, where it can be opened: when none waits for parts, or when those who were
 * asked have had their time (late). ceremony_take's. */
bool ceremony_package(struct worker *w, struct running *r, bool late, struct err *e);

#endif
