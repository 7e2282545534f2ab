/* SPDX-License-Identifier: ISC
 * A scratch directory for tests that start processes: below TMPDIR, and open to other users. */
#ifndef TESTS_AUTHORITY_SCRATCH_H
#define TESTS_AUTHORITY_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

enum { SCRATCH_MAX = 256 };

/* A new, empty directory, mode 0755. */
void scratch_make(char out[static SCRATCH_MAX]);
/* Removes it with all that lies in it. */
void scratch_remove(const char *dir);
void scratch_path(const char *dir, const char *name, char out[static SCRATCH_MAX]);
/* The text of a file, "" when there is none. */
void scratch_read(const char *dir, const char *name, char *out, size_t size);
/* Waits at most five seconds until the file holds the text. */
bool scratch_wait(const char *dir, const char *name, const char *text);

#endif
