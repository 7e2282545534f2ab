/* SPDX-License-Identifier: ISC
 * Answers that carry a receipt. */
#ifndef AUTHORITY_ANSWER_H
#define AUTHORITY_ANSWER_H

#include "authority/acts.h"

/* {MEMBERS, "receipt": RECEIPT}: the receipt is put in as it was signed and stored. fmt: further members as JSON text, each with a comma
 * behind it; or "". */
bool answer_receipt(struct answer *a, const char *id, bool fresh, const struct buf *receipt, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* {NAME: digest, "receipt": RECEIPT}, with the digest as id. */
bool answer_object(struct answer *a, const char *name, const struct digest *digest, bool fresh, const struct buf *receipt, struct err *e);

#endif
