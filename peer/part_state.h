/* SPDX-License-Identifier: ISC
 * The inside of a part: for peer/part*.c alone. */
#ifndef PEER_PART_STATE_H
#define PEER_PART_STATE_H

#include "peer/part.h"
#include "voting/course.h"

struct part {
	struct agent a;
	struct ceremony *ceremony;     /* owned */
	const struct charter *charter; /* the ledger's */
	struct transcript *base;       /* owned; NULL with a new key */
	struct buf *bytes;             /* of each item; owned, NULL when nothing is signed */
	struct slice *messages;        /* the same */
	struct course course;          /* owned */
	share_id number;               /* ours; 0: looks on */
};

/* The share that the base gave us, or NULL. */
const struct share *part_share(const struct part *p);
/* A post of ours, as the text of an envelope, appended. Takes the body. */
bool part_sign_post(const struct part *p, enum phase phase, uint32_t turn, json_t *body, struct buf *out, struct err *e);

/* Makes p->bytes out of the log, for who signs; or takes what the server shows, for who looks on: the ceremony names its digest. */
bool part_messages(struct part *p, const struct at *items, struct err *e);
/* What we post in a signing, appended. */
bool part_says_signing(struct part *p, struct buf *out, struct err *e);

#endif
