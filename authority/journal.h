/* SPDX-License-Identifier: ISC
 * An append-only file of records, each bound to the one before by its hash: the signer's memory (docs/signer.md). */
#ifndef AUTHORITY_JOURNAL_H
#define AUTHORITY_JOURNAL_H

#include "base/bytes.h"
#include "base/err.h"

enum { JOURNAL_RECORD_MAX = 32 * 1024 * 1024 };

struct journal;
/* Called for each record when a file is opened; false with e set stops the opening. */
typedef bool journal_reader(void *arg, uint8_t type, struct slice body, struct err *e);

/* Opens the file, made when missing (0600), locks it against a second process, and reads all records. A last record that was cut short by a
 * crash is taken off; anything else that does not fit is refused. "journal_locked", "journal_broken", "journal_unreadable", and what the
 * reader says. Free with journal_close. */
struct journal *journal_open(const char *path, journal_reader *reader, void *arg, struct err *e);
void journal_close(struct journal *j);
/* Adds a record; nothing is promised before journal_sync. */
bool journal_add(struct journal *j, uint8_t type, const struct slice *parts, size_t n, struct err *e);
/* Makes everything added so far last (fdatasync). When it fails nothing that was added since the last sync counts: the file is cut back.
 * Where that or the sync itself failed, nothing is written any more until the file is opened again. "journal_unwritable" */
bool journal_sync(struct journal *j, struct err *e);
/* Forgets what was added since the last sync. */
void journal_drop(struct journal *j);

#endif
