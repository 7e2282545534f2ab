/* SPDX-License-Identifier: ISC
 * The letters' shapes: several typefaces, read from the files that Debian's font packages bring, so that no puzzle depends on what a font
 * service finds. */
#ifndef AUTHORITY_PUZZLE_TYPEFACES_H
#define AUTHORITY_PUZZLE_TYPEFACES_H

#include <cairo/cairo.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { TYPEFACES = 6 };
#define TYPEFACES_FOLDER "/usr/share/fonts/truetype"

/* Used by one thread at a time: a worker has its own. */
struct typefaces;

/* Opens all of them, for typefaces_close() to give back; NULL and e set when it cannot: "fonts_missing" names the file and the package to
 * install, "no_memory". */
struct typefaces *typefaces_open(struct err *e);
/* The same, from a folder that has the files as TYPEFACES_FOLDER has them. */
struct typefaces *typefaces_open_in(const char *folder, struct err *e);
void typefaces_close(struct typefaces *t); /* NULL is nothing */

/* How wide and how high the ink of a letter of face < TYPEFACES is, in ems. False where the file has no such letter. */
bool typefaces_extent(struct typefaces *t, uint32_t face, char letter, double *width, double *height);
/* Appends the letter's outline to c's path, each point put through m and then bent, where bend is given. Before m the letter is one em
 * large, the middle of its ink at 0, 0; y points down. False where the file has no such letter. */
typedef void bend_fn(const void *how, double *x, double *y);
bool typefaces_outline(
	struct typefaces *t, uint32_t face, char letter, cairo_t *c, const cairo_matrix_t *m, bend_fn *bend, const void *how);

#endif
