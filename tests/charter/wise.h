/* SPDX-License-Identifier: ISC
 * A charter in which nothing is found, for the tests of lint to spoil, and a look for one finding. */
#ifndef TESTS_CHARTER_WISE_H
#define TESTS_CHARTER_WISE_H

#include <stdlib.h>
#include <string.h>

#include "charter/lint.h"
#include "tests/charter/trees.h"

enum { DAY = 86400, START = 1800000000 };

/* A charter by hand that is found wise; the rule is the caller's. free() suffices. */
static inline struct charter *make(struct requirement *rule)
{
	struct charter *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->version = 2;
	c->effective = START;
	c->administrators.threshold = 2;
	c->administrators.offline = 1;
	c->administrators.n = 3;
	for (unsigned i = 0; i < 3; i++)
		c->administrators.keys[i].thumb = key_of(200 + i);
	c->authority.notaries_n = c->authority.issuing_n = c->authority.revocation_n = c->authority.addresses_n = 1;
	c->authority.notaries[0].until = c->authority.issuing[0].until = START + 365 * DAY;
	c->authority.revocation[0].until = c->authority.addresses[0].until = START + 365 * DAY;
	c->admission = c->expulsion = c->amendment = rule;
	c->voting.term = DAY;
	c->membership.life = 7 * DAY;
	c->freshness.update = 3600;
	c->tests_n = 1;
	c->tests[0].name = "nobody";
	c->tests[0].closed = true;
	c->tests[0].expect = 2;
	return c;
}

/* The finding of this name, at this place; NULL when there is none. In static memory. */
static inline const struct lint *find_in(const struct charter *c, const struct lint_view *view, const char *name, const char *pointer)
{
	static struct lint all[LINT_MAX];
	size_t found = charter_lint(c, view, all);

	for (size_t i = 0; i < found; i++)
		if (strcmp(all[i].name, name) == 0 && strcmp(all[i].pointer, pointer) == 0)
			return &all[i];
	return NULL;
}

static inline const struct lint *find(const struct charter *c, uint32_t n, const char *name, const char *pointer)
{
	const struct lint_view view = { .members = n };

	return find_in(c, &view, name, pointer);
}

static inline void found_in(
	const struct charter *c, const struct lint_view *view, const char *name, const char *pointer, enum lint_level level)
{
	const struct lint *l = find_in(c, view, name, pointer);

	if (l == NULL)
		print_error("%s at \"%s\" is not found\n", name, pointer);
	assert_non_null(l);
	assert_int_equal(l->level, level);
	assert_true(strlen(l->text) > 20 && strlen(l->text) + 1 < sizeof(l->text));
}

static inline void found(const struct charter *c, uint32_t n, const char *name, const char *pointer, enum lint_level level)
{
	const struct lint_view view = { .members = n };

	found_in(c, &view, name, pointer, level);
}

#endif
