/* SPDX-License-Identifier: ISC
 * Files of the tree that tests hold the programs to, and what must hold for any charter that is shown to people. */
#ifndef TESTS_CHARTER_PAGES_H
#define TESTS_CHARTER_PAGES_H

#include <stdio.h>
#include <string.h>

#include "charter/explain.h"
#include "charter/lint.h"

enum { PAGE_MAX = 1 << 20 };

/* A whole file, ended by 0; buf_free. */
static inline struct buf page_read(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf out = { 0 };
	char part[4096];
	size_t n;

	if (f == NULL)
		fail_msg("%s: there is no such file (tests run in the root of the tree)", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&out, part, n);
	fclose(f);
	buf_add(&out, "", 1);
	assert_false(out.failed);
	assert_true(out.n > 1 && out.n < PAGE_MAX);
	return out;
}

/* No error but that of a leaf that nobody serves yet; warnings are the author's business. The number of findings. */
static inline size_t page_lint(const struct charter *c, uint32_t members, const char *where)
{
	const struct lint_view view = { .members = members };
	struct lint found[LINT_MAX];
	size_t n = charter_lint(c, &view, found);

	for (size_t i = 0; i < n; i++)
		if (found[i].level == LINT_ERROR &&
			(strcmp(found[i].name, "leaf_unsupported") != 0 || strstr(found[i].pointer, "/invitation") == NULL))
			fail_msg("%s: %s at %s: %s", where, found[i].name, found[i].pointer, found[i].text);
	return n;
}

#endif
