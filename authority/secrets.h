/* SPDX-License-Identifier: ISC
 * The secrets that puzzles follow from, shared by all daemons on one database: the newest sets them, the ones before still know theirs. */
#ifndef AUTHORITY_SECRETS_H
#define AUTHORITY_SECRETS_H

#include "authority/authority.h"
#include "authority/puzzle/dice.h"
#include "authority/terms.h"

/* SECRETS_KEPT x SECRET_LIFE is longer than any puzzle lives: seconds. */
enum { SECRET_LIFE = 86400, SECRETS_KEPT = 3 };

/* Keys made of one secret, each for one thing. */
struct secret {
	uint32_t number;
	uint8_t terms[TERMS_KEY];
	uint8_t dice[DICE_SEED];                      /* of answers and drawings: secret_dice */
	uint8_t altcha_signature[32], altcha_key[32]; /* authority/altcha.h */
};

/* That of a number, made of what is stored. For bytes_wipe. */
void secret_make(struct secret *s, uint32_t number, const uint8_t key[static 32]);

struct secrets; /* a worker's, wiped when freed */
void secrets_free(struct secrets *s);

/* The newest, to set puzzles by; a new one is made when that has had its day. Valid until the next call. db_run's, "no_memory". */
bool secrets_newest(struct worker *w, const struct secret **out, struct err *e);
/* That of a number. Also "challenge_expired": it is gone, with all that was set by it. */
bool secrets_find(struct worker *w, uint32_t number, const struct secret **out, struct err *e);
/* Terms that one of our secrets authenticates; the secret may be NULL. terms_read's too. */
bool secrets_terms(struct worker *w, const char *text, struct terms *out, const struct secret **secret, struct err *e);

/* Dice for one purpose ("answer", "draw", ...) of one puzzle. For dice_wipe. */
void secret_dice(const struct secret *s, const char *purpose, const struct terms *t, uint32_t part, struct dice *out);
/* 16 bytes that follow from a ticket, a kind and a turn: the identifier of a challenge. */
void secret_id(const struct secret *s, const struct id16 *ticket, enum puzzle_kind kind, uint32_t turn, struct id16 *out);

#endif
