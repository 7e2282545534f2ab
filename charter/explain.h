/* SPDX-License-Identifier: ISC
 * A charter in plain English sentences, for a terminal or a page. */
#ifndef CHARTER_EXPLAIN_H
#define CHARTER_EXPLAIN_H

#include "charter/decide.h"

/* Appends the rule of a requirement in one sentence, with the worked example for n electors when n > 0:
 * "at least half of the members, and at least 2, say yes (now 2 of 3)". False when out of memory. */
bool explain_requirement(const struct charter *c, const struct requirement *r, uint32_t n, struct buf *out);
/* Appends the challenges that somebody else than the applicant meets, such as "the voter". */
bool explain_human(const struct charter *c, const struct requirement *r, const char *who, struct buf *out);
/* The same as explain_requirement, of a member instead of an applicant: a renewal, or a new key for a lost one. */
bool explain_of_member(const struct charter *c, const struct requirement *r, uint32_t n, struct buf *out);
/* Each appends a paragraph, or nothing: seeds and epochs; renewals that are decided; members' lost keys; keys that replace
 * administrators. n as above; out must be empty, and has `failed` set when out of memory. */
void explain_places(const struct charter *c, uint32_t n, struct buf *out);
void explain_renewal(const struct charter *c, uint32_t n, struct buf *out);
void explain_lost_key(const struct charter *c, uint32_t n, struct buf *out);
void explain_recovery_keys(const struct charter *c, uint32_t n, struct buf *out);
/* Where the authority is found, and until when it has keys. */
void explain_authority(const struct charter *c, uint32_t n, struct buf *out);
/* Appends what it takes to admit anybody, to keep everybody out, to expel and to change the rules, in a group of n > 0 members: a sentence
 * a line; out as above. */
void explain_capture(const struct charter *c, uint32_t n, struct buf *out);
/* Appends what one more identity costs somebody who wants many, by the cheapest way in (charter/cost.h): as above. Nothing where nobody is
 * admitted. */
void explain_cost(const struct charter *c, struct buf *out);
/* Appends the whole charter, section by section, one sentence a line; n as above. Lines wrap at 78 columns. */
bool explain_charter(const struct charter *c, uint32_t n, struct buf *out);

#endif
