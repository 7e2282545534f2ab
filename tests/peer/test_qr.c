/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/qr.h"

static size_t count(const char *s, const char *word)
{
	size_t n = 0;

	for (; (s = strstr(s, word)) != NULL; s += strlen(word))
		n++;
	return n;
}

/* The lines of a code, and the finder pattern in its upper left corner. */
static void a_code_in_half_blocks(void **state)
{
	struct buf code = { 0 };
	const char *s;

	(void)state;
	assert_true(qr_print("https://host/g/demo", false, &code, NULL));
	s = buf_cstr(&code);
	assert_int_equal(count(s, "\n"), (25 + 4 + 1) / 2); /* version 2 has 25 modules */
	assert_int_equal(count(s, "\033"), 0);
	s = strchr(s, '\n') + 1;
	assert_int_equal(strncmp(s, "\u2588\u2588 \u2584\u2584\u2584\u2584\u2584 \u2588", 2 * 3 + 1 + 5 * 3 + 1 + 3), 0);
	buf_free(&code);
}

/* Colours begin and end on each line, so that a cut line leaves the terminal as it was. */
static void colours_end_with_the_line(void **state)
{
	struct buf code = { 0 };
	const char *s;

	(void)state;
	assert_true(qr_print("x", true, &code, NULL));
	s = buf_cstr(&code);
	assert_int_equal(strncmp(s, "\033[40;97m", 8), 0);
	assert_int_equal(count(s, "\n"), (21 + 4 + 1) / 2);
	assert_int_equal(count(s, "\033[40;97m"), count(s, "\n"));
	assert_int_equal(count(s, "\033[0m\n"), count(s, "\n"));
	buf_free(&code);
}

static void what_was_there_stays(void **state)
{
	struct buf code = { 0 }, alone = { 0 };

	(void)state;
	buf_add_str(&code, "before\n");
	assert_true(qr_print("x", false, &code, NULL));
	assert_true(qr_print("x", false, &alone, NULL));
	assert_int_equal(code.n, alone.n + 7);
	assert_memory_equal(code.p, "before\n", 7);
	assert_memory_equal(code.p + 7, alone.p, alone.n);
	buf_free(&code);
	buf_free(&alone);
}

/* Version 40 at level L holds 2953 bytes. */
static void a_text_too_long(void **state)
{
	struct buf code = { 0 };
	struct err e = { 0 };
	char longest[2955];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[2954] = '\0';
	assert_false(qr_print(longest, false, &code, &e));
	assert_string_equal(e.name, "too_large");
	assert_int_equal(code.n, 0);
	longest[2953] = '\0';
	assert_true(qr_print(longest, false, &code, NULL));
	assert_int_equal(count(buf_cstr(&code), "\n"), (177 + 4 + 1) / 2);
	buf_free(&code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_in_half_blocks),
		cmocka_unit_test(colours_end_with_the_line),
		cmocka_unit_test(what_was_there_stays),
		cmocka_unit_test(a_text_too_long),
	};

	return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
