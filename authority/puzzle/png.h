/* SPDX-License-Identifier: ISC
 * Gray pictures as PNG: pixels and nothing else. No text, no time, no profile, so that a picture tells only what it shows. */
#ifndef AUTHORITY_PUZZLE_PNG_H
#define AUTHORITY_PUZZLE_PNG_H

#include "base/bytes.h"
#include "base/err.h"

enum { PNG_SIDE_MAX = 1024 };

/* Appends a PNG of 8-bit gray: height rows of width pixels, each row after the other, 0 black to 255 white. width and height are 1 to
 * PNG_SIDE_MAX. "no_memory", "drawing_failed" (libpng refused). */
bool png_write_gray(const uint8_t *pixels, uint32_t width, uint32_t height, struct buf *out, struct err *e);

#endif
