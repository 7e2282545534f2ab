/* SPDX-License-Identifier: ISC
 * What a participant posts on the board of a ceremony (docs/objects/post.md), and the chain that all posts form: each says how far its
 * author had read, so that two who are shown different boards find out. */
#ifndef VOTING_POST_H
#define VOTING_POST_H

#include "voting/ceremony.h"

enum phase { PHASE_JOIN, PHASE_DEAL, PHASE_CHECK, PHASE_ANSWER, PHASE_CONFIRM, PHASE_COMMIT, PHASE_PACKAGE, PHASE_SIGN, PHASE_END, PHASES };

struct post {
	struct digest digest, genesis, ceremony;
	share_id by; /* 0: the notary */
	enum phase phase;
	uint32_t turn; /* where one posts several times in a phase: counts from 0 */
	struct {
		uint32_t size; /* posts that its author had read */
		struct digest head;
	} seen;
	json_t *body; /* owned; what it may hold depends on the phase */
};

enum { POST_TURNS_MAX = 4096, BOARD_MAX = 16384 };

/* The signature is the caller's to verify. "wrong_typ", at_*'s. On success *out must be passed to post_free. */
bool post_parse(const struct jws *j, struct post *out, struct err *e);
json_t *post_print(const struct post *p); /* NULL when out of memory */
void post_free(struct post *p);
const char *phase_name(enum phase p);

/* The chain of a board: its head is the ceremony's digest at first, then SHA-256("gmc-board/1" ‖ 0 ‖ head ‖ digest of the post). */
void board_next(struct digest *head, const struct digest *post);

/* A board as one who reads it has it: how many posts, and the head after each. All zero but `ceremony` is an empty one. */
struct board {
	const struct ceremony *ceremony; /* borrowed */
	struct digest *heads;            /* heads[i]: after i posts. Owned */
	uint32_t size, cap;
};
/* May this be the next post? "wrong_context" (another ceremony), "not_taking_part", "split_board" (its author saw another board, or a
 * longer one than ours), "too_large". */
bool board_fits(const struct board *b, const struct post *p, struct err *e);
/* Puts it behind the others, once it fits. "no_memory" */
bool board_add(struct board *b, const struct post *p, struct err *e);
/* The head now. */
const struct digest *board_head(const struct board *b);
void board_free(struct board *b);

#endif
