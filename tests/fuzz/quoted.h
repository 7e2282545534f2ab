/* SPDX-License-Identifier: ISC
 * A text as the initialiser of a C string, for files that are made. */
#ifndef TESTS_FUZZ_QUOTED_H
#define TESTS_FUZZ_QUOTED_H

#include <stdio.h>

#include "base/bytes.h"

static inline void quoted(FILE *f, const char *name, struct slice text)
{
	fprintf(f, "static const char %s[] __attribute__((unused)) =", name);
	for (size_t i = 0; i < text.n; i++) {
		if (i % 100 == 0)
			fprintf(f, "%s\n\t\"", i == 0 ? "" : "\"");
		if (text.p[i] == '"' || text.p[i] == '\\')
			putc('\\', f);
		putc(text.p[i], f);
	}
	fputs("\";\n", f);
}

#endif
