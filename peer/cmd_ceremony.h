/* SPDX-License-Identifier: ISC
 * What gmc agent and gmc ceremony share: ceremonies as the server shows them. */
#ifndef PEER_CMD_CEREMONY_H
#define PEER_CMD_CEREMONY_H

#include "peer/cmd.h"
#include "peer/part.h"

/* Answers with 64 posts of 64 KiB at most, in base64. */
enum { CEREMONY_ANSWER_MAX = 16 * 1024 * 1024 };

/* A ceremony and its board as far as the server shows it now. NULL with c->e set: client's, part_begin's, part_read's. */
struct part *ceremony_fetch(struct cli *c, const struct agent *a, uint64_t number);
/* Reads the posts that came since. *more: whether there were any. */
bool ceremony_follow(struct cli *c, struct part *p, bool *more);
/* The number that the first argument says. "bad_argument" */
bool ceremony_number(struct cli *c, uint64_t *out);
/* One line on what became of a ceremony that is over, and one for each fault. */
void ceremony_tell_end(struct cli *c, const struct part *p);
/* The key of a transcript, by its digest. */
bool ceremony_key(struct cli *c, const struct transcript *t, struct digest *spki);

#endif
