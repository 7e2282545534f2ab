/* SPDX-License-Identifier: ISC
 * QR codes for a terminal. */
#ifndef PEER_QR_H
#define PEER_QR_H

#include "base/bytes.h"
#include "base/err.h"

/* Appends the text's QR code (level L) as lines of half blocks, two rows of it in one line, with a border of two. `colour`: black on
 * white by
 * escape sequences, whatever the terminal's own; else light modules are drawn, as a dark terminal needs it.
 * "too_large" (more than a QR code holds), "no_memory". */
bool qr_print(const char *text, bool colour, struct buf *out, struct err *e);

#endif
