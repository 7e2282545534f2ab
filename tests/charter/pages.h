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

/* No error; warnings are the author's business. The number of findings. */
static inline size_t page_lint(const struct charter *c, uint32_t members, const char *where)
{
	const struct lint_view view = { .members = members };
	struct lint found[LINT_MAX];
	size_t n = charter_lint(c, &view, found);

	for (size_t i = 0; i < n; i++)
		if (found[i].level == LINT_ERROR)
			fail_msg("%s: %s at %s: %s", where, found[i].name, found[i].pointer, found[i].text);
	return n;
}

/* Notes each name and each string of a value, and each name behind the one that it stands below. */
static inline void use(json_t *used, const char *parent, const json_t *v)
{
	const char *key;
	json_t *child;
	size_t i;

	if (json_is_string(v))
		json_object_set_new(used, json_string_value(v), json_true());
	json_array_foreach(v, i, child) use(used, parent, child);
	json_object_foreach((json_t *)(uintptr_t)v, key, child)
	{
		char both[256];

		snprintf(both, sizeof(both), "%s/%s", parent, key);
		json_object_set_new(used, both, json_true());
		json_object_set_new(used, key, json_true());
		use(used, key, child);
	}
}

static inline void need(const json_t *used, const char *word, const char *who, const char *where)
{
	if (json_object_get(used, word) == NULL)
		fail_msg("%s knows \"%s\", and no example of %s has it", who, word, where);
}

/* Reserved, each beside another word of its kind that the examples show. */
static inline bool is_spared(const char *word)
{
	static const char *const spared[] = { "multisignature", "flag", "parties" };

	for (size_t i = 0; i < sizeof(spared) / sizeof(spared[0]); i++)
		if (strcmp(spared[i], word) == 0)
			return true;
	return false;
}

/* The strings of each table `name[] = { "...", ... }`, which is how a reader says what it takes. */
static inline size_t need_tables(const json_t *used, const char *path, const char *where)
{
	struct buf text = page_read(path);
	char *s = (char *)text.p;
	size_t n = 0;

	while ((s = strstr(s, "[] = {")) != NULL) {
		char *end = strchr(s, '}');

		for (char *word = strchr(s, '"'); word != NULL && word < end; word = strchr(word, '"')) {
			char *after = strchr(++word, '"');

			*after = '\0';
			n++;
			if (!is_spared(word))
				need(used, word, path, where);
			word = after + 1;
		}
		s = end;
	}
	buf_free(&text);
	return n;
}

/* Every member of a charter, every leaf and every word. */
static inline void need_all(const json_t *used, const char *where)
{
	static const char *const readers[] = { "charter/parse.c", "charter/parse_authority.c", "charter/parse_rules.c",
		"charter/requirement.c", "charter/scenario.c", "charter/object.c" };

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (need_tables(used, readers[i], where) == 0)
			fail_msg("%s has no table of words that this test can read", readers[i]);
	for (int t = 0; t < REQ_TYPES; t++)
		need(used, requirement_name((enum requirement_type)t), "charter/requirement.c", where);
}

#endif
