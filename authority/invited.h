/* SPDX-License-Identifier: ISC
 * The invitation that an application came by, as evidence. */
#ifndef AUTHORITY_INVITED_H
#define AUTHORITY_INVITED_H

#include "authority/ballots.h"
#include "authority/store_invitation.h"

/* Does it count under the charter of the application's proposal? standing: what the log says of the member who invited; NULL:
 * nobody's. Gives the key that signed it: *by, borrowed; NULL when it counts for nothing. */
bool invited_by(
	const struct charter *c, const struct voter *standing, const struct stored_invitation *v, const struct sig_pub **by, struct err *e);
/* Puts candidacy and draw or invitation behind the objects, for which there is room; takes the envelopes. */
bool invited_add(struct evidence *ev, struct stored_invitation *v, const struct sig_pub *by, struct err *e);

/* Rows of (place, doc, digest, member, signer, version, pub) as objects of a record: ballots.c. There is room for them, and for a place. */
bool invited_read(struct worker *w, int32_t g, const PGresult *r, int row, struct ballots *b, struct record_object *o, struct err *e);

#endif
