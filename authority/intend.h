/* SPDX-License-Identifier: ISC
 * Certificates that are intended: logged and stored before anybody signs them. */
#ifndef AUTHORITY_INTEND_H
#define AUTHORITY_INTEND_H

#include "authority/authority.h"
#include "peer/issuance.h"

/* The issuing key of a charter for a time, with its window as the log gives it. "issuer_unknown" (the charter has none for that
 * time, or its public key is not known here), db_run's. */
bool intend_issuer(struct worker *w, int32_t g, const struct charter *c, int64_t time, struct issuer *out, struct err *e);

/* Logs *issued* for a member and its live key and stores the certificate's TBS as intended. The caller has filled all of i but the
 * time, which is the log's. number: of the proposal that admitted the member, 0 for every other origin. The name is borrowed, and
 * stands in the certificate where the charter wants it. The rows of member and key must be there. `under` is the charter that the
 * certificate names and follows: the proposal's for an admission, else the one in force. "issuer_unknown", "database_conflict" (the
 * cause has one already), db_run's. */
bool intend(struct log_writer *lw, const struct charter *under, struct issuance *i, uint64_t number, struct err *e);

/* A public key as the store keeps it: 32 bytes of Ed25519, 64 of P-256. */
struct slice pub_slice(const struct sig_pub *k);
bool pub_read(struct slice bytes, struct sig_pub *out);

#endif
