/* SPDX-License-Identifier: ISC
 * The store's past, as others may check it: log entries with their objects, and records of decisions. */
#ifndef AUTHORITY_ARCHIVE_H
#define AUTHORITY_ARCHIVE_H

#include <jansson.h>

#include "authority/authority.h"

/* Entries from..from+n-1 of a group's log, as the signer's `extend` takes them: {"entry", "object"?, "evidence"?}; evidence comes with a
 * *yes* where `votes` are wanted. A new array. */
json_t *archive_items(struct worker *w, const struct group *g, uint64_t from, uint32_t n, bool votes, struct err *e);
/* The record of a decided proposal: a new document. "not_found", "undecided", "record_too_large". */
json_t *archive_record(struct worker *w, const struct group *g, uint64_t number, struct err *e);
/* The record that goes inside a voted charter: the same without charters. */
json_t *archive_amendment(struct worker *w, const struct group *g, uint64_t number, struct err *e);
/* Signed charters of versions from..to, each with the record of the vote where there was one. A new array. */
json_t *archive_charters(struct worker *w, const struct group *g, uint32_t from, uint32_t to, struct err *e);
/* The trust file of a group, up to its newest charter, list and head. */
json_t *archive_trust(struct worker *w, const struct group *g, struct err *e);

/* A document of the store as a value; they were read and checked when they came. */
json_t *archive_document(const char *text, struct err *e);

#endif
