/* SPDX-License-Identifier: ISC
 * Commands of the system: started, waited for, their output kept. */
#ifndef AUTHORITY_COMMAND_H
#define AUTHORITY_COMMAND_H

#include "authority/process.h"
#include "base/bytes.h"

/* Runs a command to its end. Output (both streams, at most 64 KiB) is appended to `output`, unless NULL. Its last line stands in
 * the text of "command_failed" when it ends other than with 0, or not within ms milliseconds. */
bool command_run(const struct process_options *o, int64_t ms, struct buf *output, struct err *e);
#endif
