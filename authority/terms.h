/* SPDX-License-Identifier: ISC
 * Terms: what a challenge is bound to, in one encoding under a MAC (docs/challenges.md). Whoever is set a challenge carries its terms
 * about and brings them back: the authority keeps nothing until something comes of it. A ticket is what all challenges of one request
 * share. */
#ifndef AUTHORITY_TERMS_H
#define AUTHORITY_TERMS_H

#include "base/bytes.h"
#include "base/err.h"

enum { TERMS_KEY = 32, TERMS_ORIGIN = 128, TERMS_LABEL = 64, TERMS_MAX = 512, TERMS_TEXT = 4 * TERMS_MAX / 3 + 4 };

/* What is set: a puzzle, by its kind. */
enum puzzle_kind {
	PUZZLE_TICKET, /* nothing: the request's own */
	PUZZLE_GRAPHIC,
	PUZZLE_LOGIC,
	PUZZLE_AUDIO,
	PUZZLE_WORK,
	PUZZLE_EXTERNAL,
	PUZZLE_KINDS
};

struct terms {
	enum puzzle_kind kind; /* PUZZLE_TICKET: of the ticket itself */
	uint32_t secret;       /* number of the secret that it is authentic by */
	struct id16 ticket;    /* random */
	struct id16 id;        /* of the challenge; a ticket's is its own */
	struct digest genesis, charter;
	struct digest key;         /* thumbprint of who asked */
	struct digest subject;     /* what it is to be met for, as in gmc-challenge; zero: an application to come */
	int64_t effort;            /* of work, in KiB that are filled (charter/work.h); 0: none */
	int64_t iat, until;        /* seconds */
	char origin[TERMS_ORIGIN]; /* host, perhaps with a port, that it was set at */
	char label[TERMS_LABEL];   /* the external provider, as charters call it; else empty */
};

/* The text to carry about: base64url of fields in their order, each of a fixed or of a told length, and HMAC-SHA-256 over them. */
void terms_write(const struct terms *t, const uint8_t key[static TERMS_KEY], char out[static TERMS_TEXT]);
/* Which secret a text names, without believing it. "bad_value": this is no text of terms. */
bool terms_secret(const char *text, uint32_t *number, struct err *e);
/* Reads a text that the key authenticates. "bad_value", "challenge_forged". */
bool terms_read(const char *text, const uint8_t key[static TERMS_KEY], struct terms *out, struct err *e);

#endif
