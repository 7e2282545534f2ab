/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/err.h"

static void the_first_error_wins(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_true(err_ok(&e));
	assert_false(err_set(&e, "first", "number %d", 1));
	assert_false(err_set(&e, "second", "number %d", 2));
	assert_true(err_is(&e, "first"));
	assert_false(err_is(&e, "second"));
	assert_false(err_ok(&e));
	assert_string_equal(e.text, "number 1");
}

static void nobody_has_to_listen(void **state)
{
	(void)state;
	assert_false(err_set(NULL, "name", "text"));
	assert_false(err_memory(NULL));
	assert_true(err_ok(NULL));
	assert_false(err_is(NULL, "name"));
	err_clear(NULL);
	err_prefix(NULL, "words");
}

static void memory_has_a_name(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_false(err_memory(&e));
	assert_true(err_is(&e, "no_memory"));
}

static void clearing_makes_room(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_set(&e, "first", "text");
	e.line = 7;
	memcpy(e.pointer, "/a", 3);
	err_clear(&e);
	assert_true(err_ok(&e));
	assert_string_equal(e.text, "");
	assert_string_equal(e.pointer, "");
	assert_int_equal(e.line, 0);
	err_set(&e, "second", "text");
	assert_true(err_is(&e, "second"));
}

static void prefix_goes_before(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_prefix(&e, "vote 3: ");
	assert_string_equal(e.text, "");
	err_set(&e, "bad_vote", "not signed");
	err_prefix(&e, "vote %d: ", 3);
	assert_string_equal(e.text, "vote 3: not signed");
	assert_true(err_is(&e, "bad_vote"));
}

static void what_is_no_utf8_is_tamed(void **state)
{
	char long_text[ERR_TEXT_MAX + 8];
	struct err e = { 0 };

	(void)state;
	err_set(&e, "name", "%s", "\xc3\xa9 \xff \xc3( \xed\xa0\x80 \xf0\x9f\x98\x80 \xe2\x82");
	assert_string_equal(e.text, "\xc3\xa9 ? ?( ??? \xf0\x9f\x98\x80 ??");
	memset(long_text, 'x', sizeof(long_text));
	memcpy(long_text + ERR_TEXT_MAX - 2, "\xc3\xa9", 3); /* cut within a character */
	err_clear(&e);
	err_set(&e, "name", "%s", long_text);
	assert_int_equal(strlen(e.text), ERR_TEXT_MAX - 1);
	assert_int_equal(e.text[ERR_TEXT_MAX - 2], '?');
	memcpy(long_text + 299, "\xc3\xa9", 3);
	err_clear(&e);
	err_set(&e, "name", "%s", long_text);
	err_prefix(&e, "vote 1: ");
	assert_int_equal(e.text[strlen(e.text) - 1], '?');
}

static void control_bytes_are_tamed(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_set(&e, "name", "a%cb%cc%cd", '\n', 0x1b, 0x7f);
	assert_string_equal(e.text, "a?b?c?d");
	err_prefix(&e, "%s", "x\r");
	assert_string_equal(e.text, "x?a?b?c?d");
}

static void long_words_are_cut(void **state)
{
	struct err e = { 0 };
	char words[2 * ERR_TEXT_MAX];

	(void)state;
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	err_set(&e, words, "%s", words);
	assert_int_equal(strlen(e.name), ERR_NAME_MAX - 1);
	assert_int_equal(strlen(e.text), ERR_TEXT_MAX - 1);
	err_prefix(&e, "%s", words);
	assert_true(strlen(e.text) < ERR_TEXT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_error_wins),
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(memory_has_a_name),
		cmocka_unit_test(clearing_makes_room),
		cmocka_unit_test(prefix_goes_before),
		cmocka_unit_test(control_bytes_are_tamed),
		cmocka_unit_test(what_is_no_utf8_is_tamed),
		cmocka_unit_test(long_words_are_cut),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
