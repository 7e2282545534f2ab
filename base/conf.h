/* SPDX-License-Identifier: ISC
 * Configuration: an INI file (libinih) read into a struct by a table of keys. Unknown keys are refused. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdio.h>

#include "base/err.h"

enum conf_type { CONF_STRING, CONF_INT, CONF_BOOL, CONF_DURATION, CONF_SIZE };

/* One key. `offset` is where the value stands in the caller's struct: char[size] for strings, int64_t for numbers, durations
 * (seconds) and sizes (bytes; "64k", "1m"), bool for booleans. `fallback` is written as in a file. The tables are what
 * --check-config, the manual page and the sample file are held against. */
struct conf_key {
	const char *section, *name;
	enum conf_type type;
	size_t offset, size;
	int64_t min, max; /* of numbers */
	const char *fallback;
	const char *help; /* one line */
};

/* Sets every key to its fallback, then reads the file. path NULL: fallbacks alone. After a failure what `into` holds means nothing.
 * A line has at most 198 bytes (libinih); a longer one, a value that does not fit and a key given twice are refused, nothing is cut.
 * A remark may follow a value, behind white space and ';'. Lines are never continued. Booleans are yes, no, true, false.
 * e: "config_unreadable", "config_syntax", "config_unknown_key", "config_bad_value", "no_memory", with line and
 * the nearest known key. No error repeats a value. */
bool conf_read(const char *path, const struct conf_key *keys, size_t n, void *into, struct err *e);
/* Writes every key with its present value, section by section, each behind its help as a comment. */
void conf_print(FILE *to, const struct conf_key *keys, size_t n, const void *from);

#endif
