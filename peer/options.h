/* SPDX-License-Identifier: ISC
 * Options of a command line: one table for all commands, so that an option means the same wherever it is taken, and help and manual page
 * can be
 * held against it. */
#ifndef PEER_OPTIONS_H
#define PEER_OPTIONS_H

#include "base/err.h"

enum option {
	OPT_HELP,
	OPT_JSON,
	OPT_HOME,
	OPT_TYPE,
	OPT_OUT,
	OPT_CSR,
	OPT_NAME,
	OPT_KEY,
	OPT_PASSPHRASE,
	OPT_MEMBER,
	OPT_STATEMENT,
	OPT_PUZZLE,
	OPT_SPONSOR,
	OPT_MESSAGE,
	OPT_WAIT,
	OPT_NO_WAIT,
	OPT_ALL,
	OPT_EFFECTIVE,
	OPT_OFFLINE,
	OPT_MEMBERS,
	OPT_REKEY,
	OPT_CAUSE,
	OPT_SERIAL,
	OPT_THUMBPRINT,
	OPT_OWN_KEY,
	OPT_YES,
	OPT_TRUST,
	OPT_NOW,
	OPT_EXPLAIN,
	OPT_RECORD,
	OPT_LOG,
	OPT_QR,
	OPT_TREE,
	OPT_SERVER,
	OPT_TURNOUT,
	OPT_BECAUSE,
	OPT_COMPLAINT,
	OPT_VOTES,
	OPT_OBSERVED,
	OPT_WHEN,
	OPT_ONCE,
	OPT_EVERY,
	OPT_DECIDED,
	OPTIONS
};
#define OPTION_BIT(o) (UINT64_C(1) << (o))

struct option_row {
	const char *name;  /* without "--" */
	char letter;       /* 0: none */
	const char *value; /* the word for its value in help; NULL: a flag */
	const char *help;  /* one line */
};
/* Row of an option; its index is enum option. */
const struct option_row *option_row(enum option o);

enum { ARGUMENTS_MAX = 1024 };

/* What a command line said. Values and arguments are borrowed from argv; a flag that was given has the value "". */
struct options {
	const char *value[OPTIONS];
	const char *args[ARGUMENTS_MAX];
	size_t n;
};
/* Reads argv[0..argc-1] (without the command's name): "--name value", "--name=value", "-x value", "-xvalue"; "--" ends options, "-" is an
 * argument. `takes` has the OPTION_BIT of what is allowed; at least min and at most max (<= ARGUMENTS_MAX) arguments, unless help is asked
 * for. "unknown_option" (with the nearest one), "option_repeated", "missing_value", "unexpected_value", "missing_argument",
 * "too_many_arguments". */
bool options_parse(int argc, char *const *argv, uint64_t takes, size_t min, size_t max, struct options *out, struct err *e);
bool options_given(const struct options *o, enum option which);

/* Edits (insertions, removals, replacements, neighbours exchanged) between two words of at most 63 bytes; longer ones are far from
 * anything. */
size_t word_distance(const char *a, const char *b);

#endif
