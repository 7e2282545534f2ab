/* SPDX-License-Identifier: ISC
 * Who holds shares of the group's key, and who should: from that follows which ceremony is to begin. */
#ifndef AUTHORITY_HOLDERS_H
#define AUTHORITY_HOLDERS_H

#include "authority/authority.h"
#include "voting/ceremony.h"

/* The ceremony that this charter demands now, new, without what its opening fills in (genesis, charter, number, times); NULL: none. A key
 * where there is none; shares dealt anew where who holds one is gone, or the charter names another number of signers. Whoever was at fault
 * in the ceremonies that failed before is left out, and who was silent in the last; when too few are left, the silent are asked again. */
bool holders_due(struct worker *w, int32_t g, const struct charter *charter, struct ceremony **out, struct err *e);

/* A ceremony in which a key signs, new, as holders_due gives it and without items; NULL: so few who hold shares are members still that they
 * cannot sign. Whoever was at fault in signings with these shares is left out, as long as enough others are left. */
bool holders_of(struct worker *w, int32_t g, const struct digest *spki, struct ceremony **out, struct err *e);

/* Puts the transcript of the key into a signed charter that is to be logged, where that is the first to name a key of the members. The
 * signer, and whoever follows the log, asks then what is asked here. "transcript_missing" (no ceremony made this key),
 * "transcript_differs" (it was made for another number of signers), "not_a_member" (somebody who holds a share is gone: wait until the
 * shares are dealt anew). */
bool holders_sign(struct log_writer *lw, const struct charter *c, json_t *signed_charter, struct err *e);

#endif
