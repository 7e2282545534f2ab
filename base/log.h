/* SPDX-License-Identifier: ISC
 * The log of a program: one event a line, key=value. Knows nothing of configuration; mains say where it goes. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Where lines go and what is left out. Owned by main; passed to whoever logs. May be used by several threads. */
struct log {
	FILE *to;
	const char *program;
	enum log_level level;
};

/* `2026-11-22T12:00:00Z gauthd info vote_stored group=demo proposal=17 ...`. Values come in pairs of name and text, NULL at the end;
 * a value with space, '"', '=' or control bytes is quoted and escaped, and cut at 256 bytes. NULL log: nothing. Never pass a secret. */
void log_event(struct log *l, enum log_level level, const char *event, ...) __attribute__((sentinel));
/* An error as an event: error=name text=..., pointer=... when there is one, and the pairs given. */
void log_error(struct log *l, enum log_level level, const char *event, const struct err *e, ...) __attribute__((sentinel));

#endif
