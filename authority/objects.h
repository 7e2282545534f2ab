/* SPDX-License-Identifier: ISC
 * Signed objects that have no table of their own. */
#ifndef AUTHORITY_OBJECTS_H
#define AUTHORITY_OBJECTS_H

#include "authority/acts.h"

/* Keeps an object (its envelope as text) under its digest, once. receipt may be NULL. doc NULL: "no_memory". */
bool object_keep(
	struct worker *w, int32_t g, const struct digest *digest, const char *kind, const char *doc, const char *receipt, struct err *e);
/* Keeps what `who` (a voter's member, an operator's key) signed against the vote or word of its own that counts, on a proposal or on what
 * it is about. One proves it: further ones are not kept. doc NULL: "no_memory". */
bool object_contradicts(struct worker *w, int32_t g, const struct digest *subject, struct slice who, const struct digest *digest,
	const char *doc, struct err *e);
/* Keeps the free text that an object names beside it; nothing when text is NULL. */
bool object_keep_reason(struct worker *w, int32_t g, const struct digest *digest, const struct free_text *text, struct err *e);
/* Does the group have it? Appends its envelope and its receipt to doc and receipt, each of which may be NULL. */
bool object_find(
	struct worker *w, int32_t g, const struct digest *digest, bool *found, struct buf *doc, struct buf *receipt, struct err *e);

#endif
