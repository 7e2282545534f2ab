/* SPDX-License-Identifier: ISC
 * The graphic puzzle: six letters to read from a picture. Bent outlines, strokes of the same ink across them and an area turned inside out
 * keep text recognition off; a model that is trained on this very generator learns it (`make redteam` tells how fast). Pixels only: from
 * outlines anybody could take the strokes away again. */
#ifndef AUTHORITY_PUZZLE_GRAPHIC_H
#define AUTHORITY_PUZZLE_GRAPHIC_H

#include "authority/puzzle/dice.h"
#include "authority/puzzle/puzzle.h"
#include "authority/puzzle/typefaces.h"
#include "base/bytes.h"
#include "base/err.h"

enum { GRAPHIC_LETTERS = 6, GRAPHIC_WIDTH = 300, GRAPHIC_HEIGHT = 100, GRAPHIC_BYTES_MAX = 25000 };
/* Without those that people take for one another once they are bent: B 8, D O Q 0, G 6, I 1, S 5, Z 2. */
#define GRAPHIC_ALPHABET "ACEFHJKLMNPRTUVWXY3479"

/* Throws an answer: GRAPHIC_LETTERS of the alphabet, each as likely, as a string. */
void graphic_answer(struct dice *d, char out[static PUZZLE_ANSWER]);

/* Appends a PNG (8-bit gray, GRAPHIC_WIDTH x GRAPHIC_HEIGHT, at most GRAPHIC_BYTES_MAX) that shows the answer, a string of letters of the
 * alphabet. The same dice draw the same bytes. "drawing_failed" (no such string, cairo or libpng), "no_memory". */
bool graphic_draw(struct typefaces *t, const char *answer, struct dice *d, struct buf *png, struct err *e);

/* What a person typed, as graphic_answer() writes it: capitals, no blanks, no dashes. False where it cannot be an answer: other letters, or
 * more or fewer of them. */
bool graphic_fold(const char *typed, char out[static PUZZLE_ANSWER]);

#endif
