/* SPDX-License-Identifier: ISC
 * A board, and members around it who each read every post: for tests of ceremonies. */
#ifndef TESTS_VOTING_BOARDS_H
#define TESTS_VOTING_BOARDS_H

#include "voting/dealer.h"

enum { BOARDS_MAX = 8 };

struct circle {
	struct crypto *crypto;
	struct sig_key *keys[BOARDS_MAX]; /* by place */
	struct ceremony *ceremony;
	struct dealing *seen; /* as everybody sees it */
	struct dealer dealers[BOARDS_MAX];
	const struct share *old[BOARDS_MAX]; /* NULL: has none, or deals none */
};

/* n members, numbered from 1, who make a key that t of them hold. Their keys are new, their seeds random. */
void circle_open(struct circle *c, size_t t, size_t n);
/* The same members, but those whose places in `keep` are 0, and `more` new ones behind them, deal the shares anew: the first as many as
 * the old key needs deal. `shares` by place in the old circle. */
void circle_again(struct circle *c, const struct circle *old, const struct transcript *from, const struct share *shares, const char *keep,
	size_t more, size_t t);
void circle_close(struct circle *c);

/* A body of this participant as its post: signed by nobody, with its digest, having seen all there is. Takes the body. */
void circle_post(const struct circle *c, size_t place, json_t *body, struct post *out);
/* What the participant says now. */
json_t *circle_body(const struct circle *c, size_t place);
/* Posts a body, which is taken. */
bool circle_say(struct circle *c, size_t place, json_t *body, struct err *e);
/* All who are asked in this phase post what they have to. */
void circle_phase(struct circle *c);
/* All phases up to this one. */
void circle_until(struct circle *c, enum phase phase);
/* The shares of all, once they confirm. */
void circle_shares(const struct circle *c, struct share *out);
/* Changes one byte of base64url bytes in a member of a body. */
void circle_spoil(json_t *body, const char *name, size_t at);
/* A body, which is taken, is refused by this name, and changes nothing. */
void circle_refuses(struct circle *c, size_t place, json_t *body, const char *name);
/* All check; one of them accuses a dealer. */
void circle_accuse(struct circle *c, size_t accuser, share_id accused);

#endif
