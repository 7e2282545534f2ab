/* SPDX-License-Identifier: ISC
 * The examples in charter(5): each is read, linted and decided, and together they show all that the reader knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "charter/story.h"
#include "tests/charter/pages.h"

#define PAGE "docs/man/charter.5"
enum { MEMBERS = 12, OPERATORS = 2 };

typedef void visit(const char *section, json_t *v, void *arg);

/* ---- displays of JSON in the page */

/* The values of one display, which ends where its macro does. */
static size_t each_value(const char *section, const char *text, size_t n, visit *f, void *arg)
{
	json_error_t where;
	size_t count = 0;

	for (size_t done = 0; n - done > 1; done += (size_t)where.position) {
		json_t *v;

		if (text[done] == '\n') {
			where.position = 1;
			continue;
		}
		v = json_loadb(text + done, n - done, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &where);
		if (v == NULL)
			fail_msg("%s, %s: %s in %.60s", PAGE, section, where.text, text + done);
		f(section, v, arg);
		json_decref(v);
		count++;
	}
	return count;
}

/* All of a section, or of the whole page (section NULL), in which commands are displayed too. */
static size_t each_example(const char *only, visit *f, void *arg)
{
	struct buf page = page_read(PAGE);
	char section[80] = "";
	size_t n = 0;

	for (const char *line = (char *)page.p, *next; line != NULL && *line != '\0'; line = next) {
		next = strchr(line, '\n') + 1;
		if (strncmp(line, ".Ss ", 4) == 0 || strncmp(line, ".Sh ", 4) == 0)
			snprintf(section, sizeof(section), "%.*s", (int)(next - line - 5), line + 4);
		if (strncmp(line, ".Bd", 3) != 0)
			continue;
		line = next;
		next = strstr(line, "\n.Ed\n");
		assert_non_null(next);
		if (*line == '{' && (only == NULL || strcmp(only, section) == 0))
			n += each_value(section, line, (size_t)(next + 1 - line), f, arg);
		next += 1;
	}
	buf_free(&page);
	return n;
}

/* ---- charters out of them */

static void keep_whole(const char *section, json_t *v, void *arg)
{
	json_t **out = arg;

	(void)section;
	if (*out == NULL && json_object_get(v, "kind") != NULL)
		*out = json_incref(v);
}

/* The whole one, which the parts change. A new value. */
static json_t *whole(void)
{
	json_t *doc = NULL;

	each_example("EXAMPLES", keep_whole, &doc);
	assert_non_null(doc);
	return doc;
}

/* Takes the document. */
static struct charter *charter_of(json_t *doc, const char *where)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	struct charter *c;

	assert_true(json_write(doc, &text, &e));
	c = charter_parse(buf_slice(&text), &e);
	if (c == NULL)
		fail_msg("%s, %s: %s: %s at %s", PAGE, where, e.name, e.text, e.pointer);
	buf_free(&text);
	json_decref(doc);
	return c;
}

/* Administrators are operators too, so that rules may ask for them. */
static json_t *with_operators(json_t *doc)
{
	json_t *keys = json_object_get(json_object_get(doc, "administrators"), "keys"), *operators = json_array();

	for (size_t i = 0; i < OPERATORS; i++)
		json_array_append(operators, json_array_get(keys, i));
	json_object_set_new(json_object_get(doc, "authority"), "operators", operators);
	/* Where candidates are measured, a charter says how. */
	json_object_set_new(doc, "inviting", json_pack("{s:{},s:i,s:i}", "measures", "window", 86400, "every", 3600));
	return doc;
}

/* ---- requirements: everybody agreeing meets each of them, and silence none */

static json_t *everything(const struct charter *c, const char *provider)
{
	json_t *vouches = json_array();

	for (int i = 1; i <= MEMBERS; i++)
		json_array_append_new(vouches, json_pack("{s:i,s:b}", "by", i, "reason", 1));
	return json_pack("{s:i,s:i,s:i,s:b,s:o,s:[{s:s},{s:I},{s:s}],s:b,s:b}", "members", MEMBERS, "yes", MEMBERS, "approvals",
		(int)c->authority.operators_n, "listed", 1, "vouches", vouches, "challenges", "captcha", "audio", "work",
		(json_int_t)JSON_INT_MAX, "external", provider, "invited", 1, "closed", 1);
}

static enum verdict told(const struct charter *c, json_t *story)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	enum verdict verdict;
	struct scenario s;

	assert_true(json_write(story, &text, &e));
	json_decref(story);
	if (!scenario_parse(buf_slice(&text), c, &s, &e))
		fail_msg("%s: %s: %s at %s", text.p == NULL ? "" : (char *)text.p, e.name, e.text, e.pointer);
	assert_true(story_decide(c, &s, &verdict, NULL, &e));
	scenario_free(&s);
	buf_free(&text);
	return verdict;
}

static void decide_requirement(const char *section, json_t *v, void *arg)
{
	json_t *doc, *external = json_object_get(v, "external");
	struct charter *c;

	(void)arg;
	if (json_object_get(v, "kind") != NULL)
		return;
	doc = with_operators(whole());
	json_object_set(doc, "admission", v);
	json_object_set_new(doc, "tests", json_array());
	c = charter_of(doc, section);
	page_lint(c, MEMBERS, section);
	assert_int_equal(told(c, everything(c, external != NULL ? json_string_value(json_object_get(external, "provider")) : "nobody")),
		VERDICT_YES);
	assert_int_equal(told(c, json_pack("{s:i,s:b}", "members", MEMBERS, "closed", 1)), VERDICT_NO);
	charter_free(c);
}

static void test_each_requirement_is_decided(void **state)
{
	(void)state;
	assert_true(each_example("Requirements", decide_requirement, NULL) > REQ_TYPES);
	assert_true(each_example("EXAMPLES", decide_requirement, NULL) > 1);
}

static void count_leaves(const struct requirement *r, bool *seen)
{
	seen[r->type] = true;
	for (uint32_t i = 0; i < r->n; i++)
		count_leaves(&r->child[i], seen);
}

static void note_leaf(const char *section, json_t *v, void *arg)
{
	json_t *doc = with_operators(whole());
	struct charter *c;

	json_object_set(doc, "admission", v);
	c = charter_of(doc, section);
	count_leaves(c->admission, arg);
	charter_free(c);
}

static void test_each_leaf_has_an_example(void **state)
{
	bool seen[REQ_TYPES] = { false };

	(void)state;
	each_example("Requirements", note_leaf, seen);
	for (int t = 0; t < REQ_TYPES; t++)
		if (!seen[t])
			fail_msg("%s has no example of \"%s\"", PAGE, requirement_name((enum requirement_type)t));
}

/* ---- parts of charters */

static bool is_part(const char *section)
{
	return strcmp(section, "Requirements") != 0 && strcmp(section, "tests") != 0 && strcmp(section, "EXAMPLES") != 0;
}

/* The tests of the whole one speak of its own rules, and the part may have others. */
static void decide_part(const char *section, json_t *v, void *arg)
{
	struct buf text = { 0 };
	struct charter *c;
	json_t *doc;

	if (!is_part(section))
		return;
	doc = whole();
	json_object_update(doc, v);
	if (json_integer_value(json_object_get(doc, "version")) > 1)
		json_object_del(doc, "founders");
	json_object_set_new(doc, "tests", json_array());
	/* The members of a threshold group make its key once they are there. */
	if (json_object_get(json_object_get(doc, "voting"), "threshold") != NULL)
		json_object_set_new(json_object_get(doc, "authority"), "issuing", json_array());
	c = charter_of(doc, section);
	page_lint(c, MEMBERS, section);
	assert_true(explain_charter(c, MEMBERS, &text));
	assert_true(text.n > 400);
	assert_int_equal(told(c, everything(c, "nobody")), VERDICT_YES);
	buf_free(&text);
	charter_free(c);
	++*(size_t *)arg;
}

static void test_each_part_makes_a_charter(void **state)
{
	size_t parts = 0;

	(void)state;
	each_example(NULL, decide_part, &parts);
	assert_true(parts > 10);
}

/* ---- scenarios, under a charter with all that they speak of */

static struct charter *spoken_of(void)
{
	json_t *doc = with_operators(whole());
	json_t *admission = json_pack("{s:[{s:{s:i,s:[s]}},{s:{s:i,s:i,s:i}},{s:{s:i}}]}", "any", "votes", "count", 1, "of",
		"f88525c41f64f0702ddc8d370f9c7369", "votes", "count", 2, "nearest", 3, "opposite", 3, "authority", "k", 2);

	assert_non_null(admission);
	json_object_set_new(doc, "admission", admission);
	json_object_set_new(doc, "tests", json_array());
	return charter_of(doc, "tests");
}

static void decide_scenario(const char *section, json_t *v, void *arg)
{
	const char *expect = json_string_value(json_object_get(v, "expect"));
	enum verdict verdict;

	(void)section;
	verdict = told(arg, json_incref(v));
	if (expect != NULL)
		assert_string_equal(expect, verdict_words[verdict]);
}

static void test_each_scenario_is_decided(void **state)
{
	struct charter *c = spoken_of();

	(void)state;
	assert_true(each_example("tests", decide_scenario, c) > 10);
	charter_free(c);
}

/* ---- all together */

static void note_words(const char *section, json_t *v, void *arg)
{
	(void)section;
	use(arg, "", v);
}

static void test_every_member_and_word_has_an_example(void **state)
{
	json_t *used = json_object();

	(void)state;
	each_example(NULL, note_words, used);
	need_all(used, PAGE);
	json_decref(used);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_requirement_is_decided),
		cmocka_unit_test(test_each_leaf_has_an_example),
		cmocka_unit_test(test_each_part_makes_a_charter),
		cmocka_unit_test(test_each_scenario_is_decided),
		cmocka_unit_test(test_every_member_and_word_has_an_example),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
