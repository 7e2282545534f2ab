/* SPDX-License-Identifier: ISC
 * Requirements out of text, for tests, and tables of texts that must be refused. */
#ifndef TESTS_CHARTER_DEMANDS_H
#define TESTS_CHARTER_DEMANDS_H

#include <string.h>

#include "charter/requirement.h"

#define KEY_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY_B "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
#define M_A "000102030405060708090a0b0c0d0e0f"
#define M_B "100102030405060708090a0b0c0d0e0f"

static inline struct requirement *parse_with(const char *text, uint32_t *leaves, struct err *e)
{
	struct requirement *r;
	struct at root;
	json_t *doc;

	memset(e, 0, sizeof(*e));
	doc = json_read(slice_str(text), 1000000, e);
	if (doc == NULL)
		fail_msg("%s: %s", e->text, text);
	root = at_root(doc, e);
	r = requirement_parse(&root, leaves);
	if (r == NULL)
		assert_false(err_ok(e));
	json_decref(doc);
	return r;
}

static inline struct requirement *parse(const char *text, struct err *e)
{
	uint32_t leaves = 0;

	return parse_with(text, &leaves, e);
}

static inline struct requirement *must_parse(const char *text)
{
	struct err e;
	struct requirement *r = parse(text, &e);

	if (r == NULL)
		fail_msg("%s at %s: %s", e.name, e.pointer, text);
	return r;
}

struct refusal {
	const char *text, *name, *pointer;
};

static inline void refuse_all(const struct refusal *cases, size_t n)
{
	struct err e;

	for (size_t i = 0; i < n; i++) {
		if (parse(cases[i].text, &e) != NULL)
			fail_msg("passed: %s", cases[i].text);
		if (strcmp(e.name, cases[i].name) != 0 || strcmp(e.pointer, cases[i].pointer) != 0)
			fail_msg("%s at %s: %s", e.name, e.pointer, cases[i].text);
	}
}
#define REFUSE_ALL(cases) refuse_all(cases, sizeof(cases) / sizeof((cases)[0]))

#endif
