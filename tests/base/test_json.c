/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

enum { CASE_MAX = 4096 };

/* A case may be longer than the cap, to see the cap. */
static struct slice load(const char *path, uint8_t *to, size_t size)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		fail_msg("cannot open %s", path);
	n = fread(to, 1, size, f);
	fclose(f);
	return slice_of(to, n);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static void each_case(const char *folder, void (*check)(const char *path, struct slice text), int at_least)
{
	static uint8_t text[2 * CASE_MAX];
	DIR *d = opendir(folder);
	struct dirent *f;
	char path[512];
	int n = 0;

	if (d == NULL)
		fail_msg("cannot open %s: run from the root of the project", folder);
	while ((f = readdir(d)) != NULL) {
		if (!ends_with(f->d_name, ".json"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, f->d_name);
		check(path, load(path, text, sizeof(text)));
		n++;
	}
	closedir(d);
	assert_true(n >= at_least);
}

static void must_pass(const char *path, struct slice text)
{
	struct buf once = { 0 }, twice = { 0 };
	struct err e = { 0 };
	json_t *v = json_read(text, CASE_MAX, &e), *w;

	if (v == NULL)
		fail_msg("%s: %s: %s", path, e.name, e.text);
	assert_true(json_write_pretty(v, &once, &e));
	w = json_read(buf_slice(&once), 4 * CASE_MAX, &e);
	assert_non_null(w);
	assert_true(json_equal(v, w));
	assert_true(json_write(w, &twice, &e));
	json_decref(w);
	w = json_read(buf_slice(&twice), CASE_MAX, &e);
	assert_true(json_equal(v, w));
	json_decref(w);
	json_decref(v);
	buf_free(&once);
	buf_free(&twice);
}

static void must_fail(const char *path, struct slice text)
{
	uint8_t want[ERR_NAME_MAX];
	struct err e = { 0 };
	char name_path[512];
	struct slice name;

	snprintf(name_path, sizeof(name_path), "%.*s.err", (int)(strlen(path) - strlen(".json")), path);
	name = load(name_path, want, sizeof(want));
	if (json_read(text, CASE_MAX, &e) != NULL)
		fail_msg("%s was accepted", path);
	if (!slice_equal(slice_str(e.name), slice_of(name.p, name.n - 1)))
		fail_msg("%s: expected %.*s, got %s: %s", path, (int)name.n - 1, (const char *)name.p, e.name, e.text);
	if (!err_is(&e, "too_large"))
		assert_true(e.line > 0 && e.column > 0);
}

static void valid_cases(void **state)
{
	(void)state;
	each_case("tests/cases/json/valid", must_pass, 12);
}

static void invalid_cases(void **state)
{
	(void)state;
	each_case("tests/cases/json/invalid", must_fail, 50);
}

static void the_cap_is_inclusive(void **state)
{
	struct err e = { 0 };
	json_t *v = json_read(slice_str("[1,2]"), 5, &e);

	(void)state;
	assert_non_null(v);
	json_decref(v);
	assert_null(json_read(slice_str("[1,2]"), 4, &e));
	assert_true(err_is(&e, "too_large"));
	assert_null(json_read(slice_of(NULL, 0), 4, NULL));
}

static void errors_have_a_place(void **state)
{
	static const struct {
		const char *text;
		uint32_t line, column;
	} cases[] = {
		{ "[1,\n  2.5]", 2, 3 },
		{ "{\"\xc3\xa4\": -0}", 1, 7 },
		{ "[\n\n9007199254740992]", 3, 1 },
		{ "[1 2]", 1, 4 },
		{ "{\n\"a\":1,\n\"a\":2}", 3, 3 },
		{ "[[[[[[[[\n[[[[[[[[[", 2, 9 },
		{ "{}x", 1, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = { 0 };

		assert_null(json_read(slice_str(cases[i].text), 100, &e));
		assert_int_equal(e.line, cases[i].line);
		assert_int_equal(e.column, cases[i].column);
	}
}

static void errors_do_not_echo(void **state)
{
	static const char *const texts[] = { "[hunter2]", "{\"hunter2\":1,\"hunter2\":2}", "[\"hunter2\"", "{\"a\":\"hunter2\"}hunter2",
		"[1]\"hunter2\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err e = { 0 };

		assert_null(json_read(slice_str(texts[i]), 100, &e));
		assert_true(err_is(&e, "bad_json"));
		assert_null(strstr(e.text, "hunter"));
	}
}

static void writing_keeps_the_order(void **state)
{
	static const char text[] = "{\"z\":1,\"a\":[true,null,\"\xc3\xa9/\"],\"m\":{}}";
	struct buf b = { 0 };
	struct err e = { 0 };
	json_t *v = json_read(slice_str(text), 100, &e);

	(void)state;
	buf_add_str(&b, "x");
	assert_true(json_write(v, &b, &e));
	assert_string_equal(buf_cstr(&b) + 1, text);
	buf_free(&b);
	json_object_del(v, "a");
	assert_true(json_write_pretty(v, &b, &e));
	assert_string_equal(buf_cstr(&b), "{\n  \"z\": 1,\n  \"m\": {}\n}\n");
	buf_free(&b);
	json_decref(v);
}

static void a_failed_buffer_is_told(void **state)
{
	struct buf b = { .failed = true };
	struct err e = { 0 };
	json_t *v = json_array();

	(void)state;
	assert_false(json_write(v, &b, &e));
	assert_true(err_is(&e, "no_memory"));
	assert_false(json_write_pretty(v, &b, NULL));
	json_decref(v);
}

static const char located[] = " {\"a\": [10, {\"b\": \"x\"},\n"
			      "  [ ], \"]\\\"\"],\n"
			      "\"\xc3\xa9\": -3, \"m~n\": 4, \"m/n\": {\"\": 5},\n"
			      "\"\\u00e9\\ud83d\\ude00\\n\\/\": null, \"01\": true, \"skip\": {\"a\": {\"a\": []}},\n"
			      "\"\": [[[7]]]}\n";

static void pointers_are_found(void **state)
{
	static const struct {
		const char *pointer;
		uint32_t line, column;
	} cases[] = {
		{ "", 1, 2 },
		{ "/a", 1, 8 },
		{ "/a/0", 1, 9 },
		{ "/a/1", 1, 13 },
		{ "/a/1/b", 1, 19 },
		{ "/a/2", 2, 3 },
		{ "/a/3", 2, 8 },
		{ "/\xc3\xa9", 3, 6 },
		{ "/m~0n", 3, 17 },
		{ "/m~1n", 3, 27 },
		{ "/m~1n/", 3, 32 },
		{ "/\xc3\xa9\xf0\x9f\x98\x80\n~1", 4, 27 },
		{ "/01", 4, 39 },
		{ "/skip/a/a", 4, 65 },
		{ "/", 5, 5 },
		{ "//0/0/0", 5, 8 },
	};
	struct err e = { 0 };
	json_t *v = json_read(slice_str(located), 1000, &e);

	(void)state;
	assert_non_null(v);
	json_decref(v);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t line = 0, column = 0;

		if (!json_locate(slice_str(located), cases[i].pointer, &line, &column))
			fail_msg("%s was not found", cases[i].pointer);
		if (line != cases[i].line || column != cases[i].column)
			fail_msg("%s was found at %u:%u", cases[i].pointer, (unsigned)line, (unsigned)column);
	}
}

static void pointers_to_nothing(void **state)
{
	static const char *const cases[] = { "a", "/b", "/a/4", "/a/-1", "/a/00", "/a/01", "/a/", "/a/0/0", "/a/1/b/c", "/m~2n", "/m~",
		"/skip/b", "/m", "/m~0", "/m~0nn", "/a/99999999999999999999", "/01/x", "/a/2/0" };
	uint32_t line, column;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (json_locate(slice_str(located), cases[i], &line, &column))
			fail_msg("%s was found", cases[i]);
	assert_false(json_locate(slice_str(""), "", &line, &column));
}

/* Locating is for accepted texts; on others it may be wrong, but never beyond the end (the sanitizers watch). */
static void locating_stays_inside(void **state)
{
	uint32_t line, column;

	(void)state;
	for (size_t n = 0; n < sizeof(located); n++) {
		char cut[sizeof(located)];

		memcpy(cut, located, n);
		json_locate(slice_of(cut, n), "/nowhere", &line, &column);
		assert_false(json_locate(slice_of(cut, n), "/a/9", &line, &column));
	}
	assert_false(json_locate(slice_str("{\"a\\ud83"), "/b", &line, &column));
	assert_false(json_locate(slice_str("[}}}}"), "/3", &line, &column));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_cases),
		cmocka_unit_test(invalid_cases),
		cmocka_unit_test(the_cap_is_inclusive),
		cmocka_unit_test(errors_have_a_place),
		cmocka_unit_test(errors_do_not_echo),
		cmocka_unit_test(writing_keeps_the_order),
		cmocka_unit_test(a_failed_buffer_is_told),
		cmocka_unit_test(pointers_are_found),
		cmocka_unit_test(pointers_to_nothing),
		cmocka_unit_test(locating_stays_inside),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
