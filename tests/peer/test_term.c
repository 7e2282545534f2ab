/* SPDX-License-Identifier: ISC
 * What is printed: plain to files, never more than text on one line from elsewhere; tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "peer/term.h"

static struct term t;
static char *out, *err;
static size_t out_n, err_n;

static int up(void **state)
{
	(void)state;
	t = term_make(open_memstream(&out, &out_n), open_memstream(&err, &err_n), false, NULL);
	return t.out != NULL && t.err != NULL ? 0 : -1;
}

static int down(void **state)
{
	(void)state;
	fclose(t.out);
	fclose(t.err);
	free(out);
	free(err);
	return 0;
}

static void said(const char *on_out, const char *on_err)
{
	fflush(t.out);
	fflush(t.err);
	assert_string_equal(out, on_out);
	assert_string_equal(err, on_err);
}

static void lines(void **state)
{
	(void)state;
	assert_false(t.colour || t.err_colour); /* no terminal */
	term_line(&t, "vote", "ana: %s (%d of %d), receipt kept", "yes", 1, 2);
	term_line(&t, "proposal", "1");
	term_note(&t, "done");
	said("vote     ana: yes (1 of 2), receipt kept\nproposal 1\n", "done\n");
	assert_string_equal(term_on(&t, PAINT_BAD), "");
}

static void json_alone(void **state)
{
	json_t *doc = json_pack("{s:i}", "a", 1);

	(void)state;
	t.json = true;
	term_line(&t, "vote", "yes");
	term_text(&t, "text");
	term_json(&t, doc);
	said("{\n  \"a\": 1\n}\n", "");
	json_decref(doc);
}

static void errors(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_set(&e, "bad_value", "no good");
	snprintf(e.pointer, sizeof(e.pointer), "/a/b");
	e.line = 3;
	e.column = 7;
	term_error(&t, &e, "mend it");
	said("", "gmc: no good (bad_value)\n  at /a/b, line 3, column 7\n  hint: mend it\n");
}

static void safe(void **state)
{
	char buf[TERM_SAFE], longest[2 * TERM_SAFE];

	(void)state;
	assert_string_equal(term_safe("Zo\u00eb", buf), "Zo\u00eb");
	assert_string_equal(term_safe("\033[31mred\n", buf), "?[31mred?");
	assert_string_equal(term_safe("a\u202eb", buf), "a???b"); /* would turn what follows round */
	assert_string_equal(term_safe(NULL, buf), "");
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(strlen(term_safe(longest, buf)), TERM_SAFE - 1);
}

static void tables(void **state)
{
	struct table table = { .titles = { ">#", "Who", "Needs" }, .columns = 3 };

	(void)state;
	assert_true(table_add(&table, (const char *[]){ "1", "Zo\u00eb", "2 yes" }));
	assert_true(table_add(&table, (const char *[]){ "17", "mallory", "" }));
	table_print(&t, &table);
	said(" #  Who      Needs\n 1  Zo\u00eb      2 yes\n17  mallory  \n", "");
	table_free(&table);
	assert_int_equal(table.rows, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines, up, down),
		cmocka_unit_test_setup_teardown(json_alone, up, down),
		cmocka_unit_test_setup_teardown(errors, up, down),
		cmocka_unit_test_setup_teardown(safe, up, down),
		cmocka_unit_test_setup_teardown(tables, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
