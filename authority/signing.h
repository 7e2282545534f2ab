/* SPDX-License-Identifier: ISC
 * The signer's service: all groups in its care, and the table of what may be asked (docs/signer.md). */
#ifndef AUTHORITY_SIGNING_H
#define AUTHORITY_SIGNING_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/log.h"

struct signing;

/* Opens keys and states under DIR (DIR/keys, DIR/groups). Free with signing_close. */
struct signing *signing_open(const char *dir, const char *passphrase, struct log *log, struct err *e);
void signing_close(struct signing *s);
/* Answers one request; every refusal is an answer as well. False when memory is out: the connection ends. */
bool signing_answer(struct signing *s, struct slice request, struct buf *answer);
/* Begins a lost state again from a file that holds the signed head. */
bool signing_rebuild(struct signing *s, const char *path, struct err *e);

#endif
