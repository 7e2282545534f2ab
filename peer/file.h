/* SPDX-License-Identifier: ISC
 * Whole files: read with a cap, replaced or created in one step. */
#ifndef PEER_FILE_H
#define PEER_FILE_H

#include "base/bytes.h"
#include "base/err.h"

/* A whole file of at most max bytes, appended. "file_unreadable", "too_large". */
bool file_read(const char *path, size_t max, struct buf *out, struct err *e);
/* Replaces a file atomically (temporary file beside it, fsync, rename, fsync of the folder) with this mode. "file_unwritable" */
bool file_write(const char *path, uint32_t mode, struct slice bytes, struct err *e);
/* The same for a file that must not exist yet: "file_exists". */
bool file_create(const char *path, uint32_t mode, struct slice bytes, struct err *e);
/* A regular file that its owner alone can read, of at most max bytes, appended. "file_unreadable", "file_exposed", "too_large". */
bool file_read_secret(const char *path, size_t max, struct buf *out, struct err *e);

#endif
