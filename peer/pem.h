/* SPDX-License-Identifier: ISC
 * PEM (RFC 7468): DER as text. */
#ifndef PEER_PEM_H
#define PEER_PEM_H

#include "base/bytes.h"
#include "base/err.h"

/* Appends the DER of the one block with this label ("CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST"); takes DER as it is when the bytes
 * are no PEM. Words before and behind the block, and blocks of other labels, are passed over.
 * "bad_pem" (none, several, not strict base64). */
bool pem_read(struct slice text, const char *label, struct buf *der, struct err *e);
/* Appends the block. False when memory is out. */
bool pem_write(const char *label, struct slice der, struct buf *out);
/* Does a line begin a block of this label? */
bool pem_has(struct slice text, const char *label);

#endif
