/* SPDX-License-Identifier: ISC
 * The option parser, and that every command's help is whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer/cmd.h"

static const uint64_t some =
	OPTION_BIT(OPT_HELP) | OPTION_BIT(OPT_JSON) | OPTION_BIT(OPT_MESSAGE) | OPTION_BIT(OPT_WAIT) | OPTION_BIT(OPT_NO_WAIT);

enum { WORDS = 8 };

/* Parses words up to a NULL, with at least one and at most two arguments. */
static bool parse(const char *const words[WORDS], struct options *o, struct err *e)
{
	char *argv[WORDS];
	int n = 0;

	for (; words[n] != NULL; n++)
		argv[n] = (char *)(uintptr_t)words[n];
	memset(e, 0, sizeof(*e));
	return options_parse(n, argv, some, 1, 2, o, e);
}

static void forms(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_true(parse((const char *[WORDS]){ "17", "--message", "why", "yes", "--json" }, &o, &e));
	assert_int_equal(o.n, 2);
	assert_string_equal(o.args[0], "17");
	assert_string_equal(o.args[1], "yes");
	assert_string_equal(o.value[OPT_MESSAGE], "why");
	assert_true(options_given(&o, OPT_JSON));
	assert_false(options_given(&o, OPT_WAIT));
	assert_true(parse((const char *[WORDS]){ "--message=a=b", "x" }, &o, &e));
	assert_string_equal(o.value[OPT_MESSAGE], "a=b");
	assert_true(parse((const char *[WORDS]){ "-m", "-odd", "x" }, &o, &e));
	assert_string_equal(o.value[OPT_MESSAGE], "-odd");
	assert_true(parse((const char *[WORDS]){ "-mwhy", "x" }, &o, &e));
	assert_string_equal(o.value[OPT_MESSAGE], "why");
	assert_true(parse((const char *[WORDS]){ "--", "--json", "-" }, &o, &e));
	assert_string_equal(o.args[0], "--json");
	assert_string_equal(o.args[1], "-");
	assert_false(options_given(&o, OPT_JSON));
	assert_true(parse((const char *[WORDS]){ "--help" }, &o, &e)); /* without its argument */
}

static void refused(const char *const words[WORDS], const char *name)
{
	struct options o;
	struct err e;

	assert_false(parse(words, &o, &e));
	assert_string_equal(e.name, name);
}

static void refusals(void **state)
{
	(void)state;
	refused((const char *[WORDS]){ NULL }, "missing_argument");
	refused((const char *[WORDS]){ "a", "b", "c" }, "too_many_arguments");
	refused((const char *[WORDS]){ "a", "--nonsense" }, "unknown_option");
	refused((const char *[WORDS]){ "a", "--rekey" }, "unknown_option"); /* another command's */
	refused((const char *[WORDS]){ "a", "-x" }, "unknown_option");
	refused((const char *[WORDS]){ "a", "--message" }, "missing_value");
	refused((const char *[WORDS]){ "a", "-m" }, "missing_value");
	refused((const char *[WORDS]){ "a", "--json=yes" }, "unexpected_value");
	refused((const char *[WORDS]){ "a", "--json", "--json" }, "option_repeated");
	refused((const char *[WORDS]){ "a", "-m", "x", "--message=y" }, "option_repeated");
}

static void suggests(const char *word, const char *said)
{
	struct options o;
	struct err e;

	assert_false(parse((const char *[WORDS]){ "a", word }, &o, &e));
	assert_non_null(strstr(e.text, said));
}

static void suggestions(void **state)
{
	(void)state;
	suggests("--jsn", "--json");
	suggests("--mesage=x", "--message");
	suggests("--wiat", "--wait");
	suggests("--nowait", "--no-wait");
	assert_int_equal(word_distance("vote", "vote"), 0);
	assert_int_equal(word_distance("vtoe", "vote"), 1);
	assert_int_equal(word_distance("", "vote"), 4);
	assert_int_equal(word_distance("kitten", "sitting"), 3);
}

/* Everything that a command says of itself, and the command line that it shows as an example, is real. */
static void help_of(const struct command *k)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	command_help(k, f);
	fclose(f);
	assert_int_equal(strncmp(text, "  $ gmc ", 8), 0);
	assert_non_null(strstr(text, k->help));
	for (int o = 0; o < OPTIONS; o++) {
		char flag[40];
		bool there;

		snprintf(flag, sizeof(flag), "--%s ", option_row((enum option)o)->name);
		there = strstr(text, flag) != NULL;
		if ((k->takes & OPTION_BIT(o)) != 0 && !there)
			fail_msg("%s: help lacks %s", k->name, flag);
	}
	free(text);
}

static void helps(void **state)
{
	const struct command *k;
	uint64_t used = OPTION_BIT(OPT_HELP) | OPTION_BIT(OPT_HOME);

	(void)state;
	for (size_t i = 0; (k = command_at(i)) != NULL; i++) {
		help_of(k);
		used |= k->takes;
		assert_true(k->max <= ARGUMENTS_MAX && k->min <= k->max);
		assert_true((k->max > 0) == (k->arguments[0] != '\0'));
	}
	for (int o = 0; o < OPTIONS; o++) {
		assert_non_null(option_row((enum option)o)->name);
		if ((used & OPTION_BIT(o)) == 0)
			fail_msg("no command takes --%s", option_row((enum option)o)->name);
	}
}

/* The manual page, when it is there, names every command and option. */
static void manual(void **state)
{
	FILE *f = fopen("docs/man/gmc.1", "r");
	static char page[256 * 1024];
	const struct command *k;

	(void)state;
	if (f == NULL)
		skip();
	page[fread(page, 1, sizeof(page) - 1, f)] = '\0';
	fclose(f);
	for (size_t i = 0; (k = command_at(i)) != NULL; i++)
		if (strstr(page, k->name) == NULL)
			fail_msg("docs/man/gmc.1 lacks gmc %s", k->name);
	for (int o = 0; o < OPTIONS; o++) {
		const char *name = option_row((enum option)o)->name;
		char mdoc[64];

		snprintf(mdoc, sizeof(mdoc), "Fl -%s", name);
		if (strstr(page, mdoc) == NULL)
			fail_msg("docs/man/gmc.1 lacks --%s", name);
	}
}

static void finds(const char *first, const char *second, const char *name, int words)
{
	char *argv[] = { (char *)(uintptr_t)first, (char *)(uintptr_t)second };
	int used = -1;
	const struct command *k = command_find(second != NULL ? 2 : 1, argv, &used);

	if (name == NULL) {
		assert_null(k);
		return;
	}
	assert_non_null(k);
	assert_string_equal(k->name, name);
	assert_int_equal(used, words);
}

static void names(void **state)
{
	(void)state;
	finds("vote", "17", "vote", 1);
	finds("charter", "explain", "charter explain", 2);
	finds("charter", NULL, NULL, 0);
	finds("charter", "vote", NULL, 0);
	finds("vot", NULL, NULL, 0);
	finds("votes", NULL, NULL, 0);
	assert_string_equal(command_nearest("vot")->name, "vote");
	assert_string_equal(command_nearest("prposals")->name, "proposals");
	assert_string_equal(command_nearest("charter expalin")->name, "charter explain");
	assert_null(command_nearest("frobnicate"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(refusals),
		cmocka_unit_test(suggestions),
		cmocka_unit_test(helps),
		cmocka_unit_test(manual),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
