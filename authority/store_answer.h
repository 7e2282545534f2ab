/* SPDX-License-Identifier: ISC
 * Answers that were given under an Idempotency-Key, kept for a day. */
#ifndef AUTHORITY_STORE_ANSWER_H
#define AUTHORITY_STORE_ANSWER_H

#include "authority/authority.h"

enum { ANSWER_KEY_MAX = 128, ANSWER_SECONDS = 86400 };

/* To whom, at which address, under which key, to which request. Borrowed. */
struct answer_key {
	const char *principal, *route, *key;
	struct digest body;
};
/* *status is 0 when there is none; otherwise its text is appended. "idempotency_mismatch" (the key was used for another request),
 * db_run's. */
bool store_answer_find(struct worker *w, const struct answer_key *k, int *status, struct buf *text, struct err *e);
/* Keeps one, unless there is one; forgets those whose day is over. */
bool store_answer_keep(struct worker *w, const struct answer_key *k, int status, const char *text, struct err *e);

#endif
