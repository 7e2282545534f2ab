/* SPDX-License-Identifier: ISC
 * What the tests of charter_parse share: a group as their state, and tables of changes that must be refused. */
#ifndef TESTS_CHARTER_FLAWS_H
#define TESTS_CHARTER_FLAWS_H

#include <string.h>

#include "tests/lib/charters.h"

static inline int setup(void **state)
{
	*state = charters_new();
	return 0;
}

static inline int teardown(void **state)
{
	charters_free(*state);
	return 0;
}

static inline struct charter *must_parse(json_t *doc)
{
	struct err e = { 0 };
	struct charter *c = charters_parse(doc, &e);

	if (c == NULL)
		fail_msg("%s at %s: %s", e.name, e.pointer, e.text);
	return c;
}

/* A change of a valid document, and what is then said of it. */
struct flaw {
	const char *at, *json, *name, *pointer;
};

static inline void refuse_all(const struct charters *t, const struct charter *previous, const struct flaw *flaws, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_t *doc = previous == NULL ? charters_first(t) : charters_next(t, previous);
		struct err e = { 0 };

		charters_set(doc, flaws[i].at, flaws[i].json);
		if (charters_parse(doc, &e) != NULL)
			fail_msg("passed: %s = %s", flaws[i].at, flaws[i].json);
		if (strcmp(e.name, flaws[i].name) != 0 || strcmp(e.pointer, flaws[i].pointer) != 0 || e.line != 1 || e.column == 0)
			fail_msg("%s at %s (%u:%u): %s = %s", e.name, e.pointer, (unsigned)e.line, (unsigned)e.column, flaws[i].at,
				flaws[i].json);
	}
}
#define REFUSE_ALL(t, previous, flaws) refuse_all(t, previous, flaws, sizeof(flaws) / sizeof((flaws)[0]))

#endif
