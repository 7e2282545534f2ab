/* SPDX-License-Identifier: ISC
 * Words of operators in the store. */
#ifndef AUTHORITY_STORE_WORD_H
#define AUTHORITY_STORE_WORD_H

#include "authority/store.h"
#include "peer/evidence.h"

struct word_row {
	const struct operator_word *word;
	const struct digest *key; /* of the operator */
	const char *doc, *receipt;
	int64_t stored;
};
/* *fresh false: there is a word of this operator on this subject already. */
bool store_word_insert(struct worker *w, int32_t g, const struct word_row *row, bool *fresh, struct err *e);
/* The word that an operator has given on a subject: its verdict, digest and receipt (appended). */
bool store_word_find(struct worker *w, int32_t g, const struct digest *subject, const struct digest *key, bool *found, bool *approve,
	struct digest *digest, struct buf *receipt, struct err *e);
/* All words on a subject as evidence, with the operators' keys of the charter. */
bool store_word_evidence(
	struct worker *w, int32_t g, const struct digest *subject, const struct charter *c, struct evidence *out, struct err *e);

#endif
