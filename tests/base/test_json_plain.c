/* SPDX-License-Identifier: ISC
 * The short way and jansson's agree on whatever both take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_plain.h"

static json_t *plain(const char *text)
{
	return json_plain_read(slice_str(text), JSON_DEPTH_MAX, JSON_INT_MAX);
}

/* It is taken, and both readers and both writers agree. */
static void agrees(const char *text)
{
	json_t *ours = plain(text), *theirs = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	char *want = json_dumps(theirs, JSON_COMPACT);
	struct buf got = { 0 };

	assert_non_null(ours);
	assert_non_null(theirs);
	assert_true(json_equal(ours, theirs));
	assert_true(json_plain_write(ours, &got));
	assert_string_equal(buf_cstr(&got), want);
	buf_free(&got);
	free(want);
	json_decref(ours);
	json_decref(theirs);
}

static void test_takes_what_is_plain(void **state)
{
	static const char *const texts[] = { "{}", "[]", " { } ", "\t[\r\n]\n",
		"{\"a\":1,\"b\":[true,false,null,\"x\",\"\"],\"c\":{\"d\":-7}}", "[0,-1,10,9007199254740991,-9007199254740991]",
		"{ \"a\" : [ 1 , 2 ] , \"\" : { } }", "{\"z\":1,\"a\":2,\"m\":3}", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
		"[\" !#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~\"]" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		agrees(texts[i]);
}

static void test_leaves_the_rest_alone(void **state)
{
	static const char *const texts[] = { "", " ", "1", "\"a\"", "true", "{", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}",
		"{\"a\":1,}", "{,}", "{a:1}", "[] []", "[]x", "[1 2]", "[01]", "[-0]", "[-]", "[--1]", "[+1]", "[1.0]", "[1e2]", "[.5]",
		"[9007199254740992]", "[-9007199254740992]", "[99999999999999999999]", "[tru]", "[truex]", "[nul]", "[\"a]", "[\"\\n\"]",
		"[\"\\u0041\"]", "[\"\x7f\"]", "[\"\x1f\"]", "[\"\xc3\xa4\"]", "{\"a\":1,\"a\":1}", "{\"a\":{\"b\":1,\"b\":2}}",
		"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "[1}", "{\"a\":1]", "\xef\xbb\xbf[]" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *v = plain(texts[i]);

		if (v != NULL)
			fail_msg("taken: %s", texts[i]);
	}
	assert_null(json_plain_read(slice_of("[]\0", 3), JSON_DEPTH_MAX, JSON_INT_MAX));
	assert_null(json_plain_read(slice_of(NULL, 0), JSON_DEPTH_MAX, JSON_INT_MAX));
}

/* cmocka's and nftw's functions take no argument of ours */
static size_t walked, taken_of_walked;

static int one_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
	static uint8_t text[1 << 20];
	json_t *ours, *theirs;
	size_t n;
	FILE *f;

	(void)st;
	(void)where;
	if (type != FTW_F)
		return 0;
	f = fopen(path, "rbe");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	walked++;
	ours = json_plain_read(slice_of(text, n), JSON_DEPTH_MAX, JSON_INT_MAX);
	if (ours == NULL)
		return 0;
	taken_of_walked++;
	theirs = json_loadb((const char *)text, n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_equal(ours, theirs))
		fail_msg("%s: not as jansson has it", path);
	json_decref(ours);
	json_decref(theirs);
	return 0;
}

/* Every text that the tree has: of the parsers' corpora, and of cases. */
static void test_agrees_on_every_text_of_the_tree(void **state)
{
	(void)state;
	assert_int_equal(nftw("tests/fuzz/corpus", one_file, 8, FTW_PHYS), 0);
	assert_int_equal(nftw("tests/cases", one_file, 8, FTW_PHYS), 0);
	assert_true(walked > 300);
	assert_true(taken_of_walked > 100);
}

/* A text with a few bytes changed is taken by neither, or by both with one meaning. */
static void test_never_takes_what_jansson_does_not(void **state)
{
	static const char seed[] = "{\"a\":[1,-20,true,null,\"text\"],\"bb\":{\"c\":false,\"d\":[{},[]]} , \"e\" : 0}";
	static const char bytes[] = "{}[]\":,\\ \n0123456789-+.eEtfnulraxyz\x01\x7f\xc3";
	size_t taken = 0;

	(void)state;
	srandom(7);
	for (int round = 0; round < 200000; round++) {
		char text[sizeof(seed)];
		json_t *ours, *theirs;

		memcpy(text, seed, sizeof(seed));
		for (long n = random() % 4; n >= 0; n--)
			text[(size_t)random() % (sizeof(seed) - 1)] = bytes[(size_t)random() % (sizeof(bytes) - 1)];
		ours = plain(text);
		if (ours == NULL)
			continue;
		theirs = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(theirs);
		assert_true(json_equal(ours, theirs));
		json_decref(ours);
		json_decref(theirs);
		taken++;
	}
	assert_true(taken > 1000);
}

static void test_writes_only_what_is_plain(void **state)
{
	json_t *texts[] = { json_string("\xc3\xa4"), json_string("a\"b"), json_string("a\\b"), json_string("\n"), json_string("\x7f"),
		json_real(1.5), json_pack("{s:s}", "\xc3\xa4", "a"), json_pack("[[[s]]]", "\t") };
	struct buf out = { 0 };
	json_t *deep = json_array();

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(json_plain_write(texts[i], &out));
		json_decref(texts[i]);
	}
	for (int i = 0; i < 40; i++)
		deep = json_pack("[o]", deep);
	assert_false(json_plain_write(deep, &out));
	json_decref(deep);
	buf_free(&out);
}

/* What is not plain goes the long way, and nothing of the short one stays. */
static void test_the_long_way(void **state)
{
	json_t *v = json_pack("{s:s,s:s}", "plain", "text", "other", "\xc3\xa4\n");
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	buf_add_str(&out, ">");
	assert_true(json_write(v, &out, &e));
	assert_string_equal(buf_cstr(&out), ">{\"plain\":\"text\",\"other\":\"\xc3\xa4\\n\"}");
	json_decref(v);
	v = json_read(slice_str("{\"a\":\"\\u00e4\"}"), 100, &e);
	assert_non_null(v);
	json_decref(v);
	buf_free(&out);
}

static void test_numbers_at_the_end(void **state)
{
	json_t *v = json_pack("[I,I]", (json_int_t)INT64_MIN, (json_int_t)INT64_MAX);
	struct buf out = { 0 };

	(void)state;
	assert_true(json_plain_write(v, &out));
	assert_string_equal(buf_cstr(&out), "[-9223372036854775808,9223372036854775807]");
	json_decref(v);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_what_is_plain),
		cmocka_unit_test(test_leaves_the_rest_alone),
		cmocka_unit_test(test_agrees_on_every_text_of_the_tree),
		cmocka_unit_test(test_never_takes_what_jansson_does_not),
		cmocka_unit_test(test_writes_only_what_is_plain),
		cmocka_unit_test(test_the_long_way),
		cmocka_unit_test(test_numbers_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
