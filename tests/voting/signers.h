/* SPDX-License-Identifier: ISC
 * Holders of a key who sign over a board that all of them read: for tests of signings. */
#ifndef TESTS_VOTING_SIGNERS_H
#define TESTS_VOTING_SIGNERS_H

#include "tests/voting/boards.h"
#include "voting/cosign.h"

enum { SIGNERS_ITEMS = 3, SIGNERS_TURNS = 32 };

struct signers {
	struct circle circle; /* in which they made the key */
	struct transcript transcript;
	struct share shares[BOARDS_MAX];
	struct ceremony *ceremony;
	struct slice messages[SIGNERS_ITEMS];
	struct signing *seen; /* as everybody sees it */
	uint8_t seeds[BOARDS_MAX][SIGNERS_TURNS][SEED_BYTES];
};

/* n holders, t of whom sign; a ceremony of theirs for some messages has just been opened. */
void signers_open(struct signers *s, size_t t, size_t n);
void signers_close(struct signers *s);

/* A post by this place; n is the notary. Takes the body. */
bool signers_say(struct signers *s, size_t place, enum phase phase, uint32_t turn, json_t *body, struct err *e);
/* What an honest holder says now: a commitment, or its parts. False: nothing is wanted of it. */
bool signers_speak(struct signers *s, size_t place);
json_t *signers_body(struct signers *s, size_t place, enum phase *phase, uint32_t *turn);
/* All but these places (as bits) say what is wanted of them. */
void signers_all(struct signers *s, unsigned but);
/* The notary opens the package that it can. False: it can open none. */
bool signers_package(struct signers *s);

#endif
