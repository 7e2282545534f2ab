/* SPDX-License-Identifier: ISC
 * Scenes for the logic puzzle: lines and dots of one tile, for which a sentence holds or not. What is drawn over them is added here too:
 * gaps that an eye closes, and strokes that mean nothing. */
#ifndef AUTHORITY_PUZZLE_TILES_H
#define AUTHORITY_PUZZLE_TILES_H

#include "authority/puzzle/dice.h"

/* A tile is TILE x TILE pixels, places are in pixels from its upper left corner. */
enum { TILE = 150, TILE_POINTS = 96, TILE_LINES = 2, TILE_DOTS = 5, TILE_GAPS = 2, TILE_STROKES = 5 };
/* No dot is nearer than this to any line, but where it lies on one, and to another dot; pixels. */
enum { TILE_MARGIN = 9 };
/* From one end of a gap to the other; pixels. Of a line's two the first is as wide as what lies between dots and lines, so that closing it
 * closes that too; the other is one that any closing closes. */
enum { TILE_GAP_WIDE = 19, TILE_GAP_NARROW = 8, TILE_GAP_MORE = 4 };

enum tile_sentence {
	TILE_INSIDE,      /* the dot is inside the closed curve */
	TILE_SAME_LINE,   /* both dots lie on the same one of two lines */
	TILE_MORE_INSIDE, /* of five dots more are inside the closed curve than outside */
	TILE_SAME_SIDE,   /* both dots are on the same side of a line that goes across */
	TILE_SENTENCES
};
/* "Choose the four tiles whose dot is inside the curve." */
const char *tile_question(enum tile_sentence s);

struct place {
	double x, y;
};
struct tile {
	struct place line[TILE_LINES][TILE_POINTS];
	int lines;
	bool closed; /* its line ends where it begins */
	struct place dot[TILE_DOTS];
	int dots;
	struct {
		int line, from, points; /* this part of the line is not drawn */
	} gap[TILE_GAPS];
	int gaps;
	struct {
		struct place centre;
		double radius, from, to; /* an arc, radians */
	} stroke[TILE_STROKES];
	int strokes;
};

/* Throws a tile for which the sentence holds, or does not. */
void tile_make(enum tile_sentence s, bool holds, struct dice *d, struct tile *out);

#endif
