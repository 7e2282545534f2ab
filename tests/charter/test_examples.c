/* SPDX-License-Identifier: ISC
 * The charters in docs/examples: each is one, keeps its own promises, and together they use all that the reader knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>

#include "tests/charter/pages.h"

enum { EXAMPLES_MIN = 10, EXAMPLES_MAX = 64, GROWN = 40 };
#define EXAMPLES "docs/examples/"

typedef void visit(const char *name, const struct charter *c, void *arg);

static void visit_one(const char *file, visit *f, void *arg)
{
	char path[512];
	struct err e = { 0 };
	struct charter *c;
	struct buf text;

	snprintf(path, sizeof(path), EXAMPLES "%s", file);
	text = page_read(path);
	c = charter_parse(slice_str((char *)text.p), &e);
	if (c == NULL)
		fail_msg("%s: %s: %s at %s, line %u", path, e.name, e.text, e.pointer, (unsigned)e.line);
	f(file, c, arg);
	charter_free(c);
	buf_free(&text);
}

static size_t each(visit *f, void *arg)
{
	DIR *dir = opendir(EXAMPLES);
	struct dirent *d;
	size_t n = 0;

	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL) {
		size_t length = strlen(d->d_name);

		if (length > 5 && strcmp(d->d_name + length - 5, ".json") == 0) {
			visit_one(d->d_name, f, arg);
			n++;
		}
	}
	closedir(dir);
	return n;
}

/* ---- each for itself */

static void keeps_its_promises(const char *name, const struct charter *c, void *arg)
{
	struct err e = { 0 };
	struct buf text = { 0 };

	(void)arg;
	if (c->tests_n < 2 || !charter_run_tests(c, &e))
		fail_msg("%s: %zu tests, %s", name, c->tests_n, e.text);
	page_lint(c, c->version == 1 ? (uint32_t)c->founders_n : GROWN, name);
	page_lint(c, GROWN, name);
	assert_true(explain_charter(c, GROWN, &text));
	assert_true(text.n > 400);
	buf_free(&text);
	/* a group is named like its file, so that nobody takes one for another */
	assert_int_equal(strncmp(c->group, name, strlen(c->group)), 0);
	assert_string_equal(name + strlen(c->group), ".json");
}

static void test_each_is_a_charter_whose_tests_pass(void **state)
{
	(void)state;
	assert_true(each(keeps_its_promises, NULL) >= EXAMPLES_MIN);
}

/* A test of which both outcomes would do tells nothing. */
static void expects(const char *name, const struct charter *c, void *arg)
{
	bool *seen = arg, own[3] = { false };

	for (size_t i = 0; i < c->tests_n; i++)
		seen[c->tests[i].expect] = own[c->tests[i].expect] = true;
	if (own[VERDICT_YES] + own[VERDICT_NO] + own[VERDICT_NOT_YET] < 2 && c->tests_n > 0)
		fail_msg("%s: all of its tests expect the same", name);
}

static void test_each_outcome_is_expected(void **state)
{
	bool seen[3] = { false };

	(void)state;
	each(expects, seen);
	assert_true(seen[VERDICT_YES] && seen[VERDICT_NO] && seen[VERDICT_NOT_YET]);
}

/* ---- all together */

static void use_document(const char *name, const struct charter *c, void *arg)
{
	struct err e = { 0 };
	json_t *doc = json_read(buf_slice(&c->payload), PAGE_MAX, &e);

	(void)name;
	assert_non_null(doc);
	use(arg, "", doc);
	json_decref(doc);
}

static void test_together_they_use_every_member_and_word(void **state)
{
	json_t *used = json_object();

	(void)state;
	each(use_document, used);
	need_all(used, EXAMPLES);
	json_decref(used);
}

/* Names that stand at more than one place. */
static void test_at_each_place_of_a_name(void **state)
{
	static const char *const places[] = { "administrators/threshold", "witnesses/threshold", "voting/threshold", "voting/probation",
		"vouching/probation", "voting/human", "vouching/human", "votes/veto", "administrators/veto", "recovery/administrators",
		"administrators/notice", "recovery/member", "readmission/requirement", "membership/keys", "list/keys", "witnesses/keys",
		"votes/of", "at_least/of", "keys/passkey", "passkey/key", "addresses/url", "membership/nodes", "vouches/age",
		"vouches/reason", "invitation/life", "membership/life", "tests/votes", "tests/vouches", "tests/approvals", "tests/nearest",
		"challenges/at", "votes/at", "vouches/at", "approvals/at" };
	json_t *used = json_object();

	(void)state;
	each(use_document, used);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		need(used, places[i], "the format", EXAMPLES);
	json_decref(used);
}

static void count_leaves(const struct requirement *r, bool *seen)
{
	if (r == NULL)
		return;
	seen[r->type] = true;
	for (uint32_t i = 0; i < r->n; i++)
		count_leaves(&r->child[i], seen);
}

static void count_admission(const char *name, const struct charter *c, void *arg)
{
	(void)name;
	count_leaves(c->admission, arg);
}

static void test_each_leaf_admits_somewhere(void **state)
{
	bool seen[REQ_TYPES] = { false };

	(void)state;
	each(count_admission, seen);
	for (int t = 0; t < REQ_TYPES; t++)
		if (!seen[t])
			fail_msg("no charter in " EXAMPLES " admits by \"%s\"", requirement_name((enum requirement_type)t));
}

static void count_rows(const char *name, const struct charter *c, void *arg)
{
	const char *page = arg;
	char link[160];

	(void)c;
	snprintf(link, sizeof(link), "](%s)", name);
	if (strstr(page, link) == NULL)
		fail_msg(EXAMPLES "README.md does not speak of %s", name);
}

static void test_the_page_speaks_of_each(void **state)
{
	struct buf page = page_read(EXAMPLES "README.md");

	(void)state;
	each(count_rows, page.p);
	buf_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_a_charter_whose_tests_pass),
		cmocka_unit_test(test_each_outcome_is_expected),
		cmocka_unit_test(test_together_they_use_every_member_and_word),
		cmocka_unit_test(test_at_each_place_of_a_name),
		cmocka_unit_test(test_each_leaf_admits_somewhere),
		cmocka_unit_test(test_the_page_speaks_of_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
