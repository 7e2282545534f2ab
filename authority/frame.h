/* SPDX-License-Identifier: ISC
 * Frames on the signer's socket: a length (u32, big endian) and so many bytes of JSON (docs/signer.md). */
#ifndef AUTHORITY_FRAME_H
#define AUTHORITY_FRAME_H

#include "base/bytes.h"
#include "base/err.h"

enum { FRAME_MAX = 16 * 1024 * 1024 };

/* Sends one frame, within so many milliseconds. "signer_unavailable". */
bool frame_send(int fd, struct slice body, int timeout_ms, struct err *e);
/* Receives one, appended to out. False without e set when the other side closed between frames; "signer_unavailable", "too_large". */
bool frame_receive(int fd, struct buf *out, int timeout_ms, struct err *e);

#endif
