/* SPDX-License-Identifier: ISC
 * The logic puzzle: twice nine tiles, of which four are to be chosen for which a sentence holds. People see whether it does at a glance; a
 * program has to close gaps and to leave out what does not belong. */
#ifndef AUTHORITY_PUZZLE_LOGIC_H
#define AUTHORITY_PUZZLE_LOGIC_H

#include "authority/puzzle/puzzle.h"
#include "authority/puzzle/tiles.h"
#include "base/err.h"

enum { LOGIC_ROUNDS = 2, LOGIC_TILES = 9, LOGIC_CHOSEN = 4, LOGIC_SIDE = 3 * TILE, LOGIC_BYTES_MAX = 80000 };

/* What a puzzle's secret dice throw first. */
struct logic {
	enum tile_sentence sentence[LOGIC_ROUNDS]; /* two different ones */
	char answer[PUZZLE_ANSWER];                /* "1479-2358": the tiles of each round, row by row from 1, upwards */
};
void logic_make(struct dice *d, struct logic *out);

/* Appends a PNG (8-bit gray, LOGIC_SIDE x LOGIC_SIDE, at most LOGIC_BYTES_MAX) of the nine tiles of a round < LOGIC_ROUNDS. The same dice
 * draw the same bytes. "drawing_failed", "no_memory". */
bool logic_draw(const struct logic *l, unsigned round, struct dice *d, struct buf *png, struct err *e);

/* The two steps of it: the scenes of a round, and the picture of nine of them (an attack's control leaves out what hides them). */
void logic_tiles(const struct logic *l, unsigned round, struct dice *d, struct tile out[static LOGIC_TILES]);
bool logic_draw_tiles(const struct tile tiles[static LOGIC_TILES], struct dice *d, struct buf *png, struct err *e);

/* What a person typed, or a form's boxes gave, as an answer is written: each round's four tiles in any order, with anything but digits
 * between or nothing. False where it cannot be an answer. */
bool logic_fold(const char *typed, char out[static PUZZLE_ANSWER]);

#endif
