/* SPDX-License-Identifier: ISC
 * Gray pictures as an attacker handles them before text recognition: enlarged, cut to black and white, cleaned. */
#ifndef TESTS_LIB_GRAY_H
#define TESTS_LIB_GRAY_H

#include <stdint.h>

#include "base/bytes.h"

/* Rows of pixels, 0 black to 255 white. Out of memory, and what cannot happen, ends the program. */
struct gray {
	uint32_t width, height;
	uint8_t *p;
};

struct gray gray_read(struct slice png);
void gray_write(const struct gray *g, const char *path);
void gray_free(struct gray *g);

/* Three times as wide and high, each pixel between its nearest four (bilinear). */
struct gray gray_enlarge(const struct gray *g);
/* Half as wide and high, each pixel the mean of four. */
struct gray gray_halve(const struct gray *g);
/* Each pixel the middle one of the nine about it. */
struct gray gray_median(const struct gray *g);
/* Black or white by the threshold that splits the histogram best (Otsu, 1979). */
void gray_threshold(struct gray *g);
/* Of black ink, only what a square of side pixels (odd) fits into: thin strokes go (opening). */
struct gray gray_open(const struct gray *g, uint32_t side);
/* The smallest part with all that is darker than white, and a white border about it. */
struct gray gray_frame(const struct gray *g, uint32_t border);

#endif
