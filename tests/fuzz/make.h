/* SPDX-License-Identifier: ISC
 * What the makers of corpora share. Whatever cannot be made fails the test that each of them is. */
#ifndef TESTS_FUZZ_MAKE_H
#define TESTS_FUZZ_MAKE_H

#include "tests/lib/worlds.h"

/* One file of a target's corpus. */
void put(const char *target, const char *name, struct slice bytes);
void put_text(const char *target, const char *name, const char *text);
void put_doc(const char *target, const char *name, json_t *doc); /* taken */
/* The payload of an envelope, as its parser gets it; the envelope itself serves the reader of envelopes. */
void put_signed(const char *target, const char *name, const json_t *envelope);

void make_texts(void);
/* Every object with every part that it may have, and with each of them spoilt. */
void make_objects(const struct world *w);
/* Behind the founding: a charter with all that a ledger computes again, an application, its proposal and a vouch. */
void make_vouches(struct world *w);
/* Records of every outcome, with and without their charters, and spoilt ones; a trust file. */
void make_records(void);

#endif
