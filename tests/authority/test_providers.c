/* SPDX-License-Identifier: ISC
 * The operator's provider: what may be set, and what comes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "authority/providers.h"
#include "tests/authority/scratch.h"

static int make(void **state)
{
	char path[SCRATCH_MAX];
	FILE *f;

	*state = malloc(SCRATCH_MAX);
	scratch_make(*state);
	scratch_path(*state, "secret", path);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("hush\nand more\n", f);
	fclose(f);
	return chmod(path, 0600);
}

static int unmake(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

/* The settings of a file with these lines in section [external], and a secret. */
static bool read_settings(const char *dir, const char *lines, struct settings *out, struct err *e)
{
	char conf[SCRATCH_MAX], secret[SCRATCH_MAX];
	FILE *f;

	scratch_path(dir, "gauthd.conf", conf);
	scratch_path(dir, "secret", secret);
	f = fopen(conf, "w");
	assert_non_null(f);
	fprintf(f, "[listen]\npublic_url = https://groups.example:8443/at\n[external]\nsecret = %s\n%s", secret, lines);
	fclose(f);
	return settings_read(conf, out, e);
}

static void test_the_table(void **state)
{
	static const char *const names[] = { "hcaptcha", "turnstile", "recaptcha" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct provider_row *row = provider_row(names[i]);

		assert_non_null(row);
		assert_int_equal(strncmp(row->url, "https://", 8), 0);
	}
	assert_null(provider_row("custom")->url);
	assert_null(provider_row("hcaptch"));
	assert_null(provider_row(""));
}

static void test_what_does_not_go_together(void **state)
{
	static const char *const cases[] = { "provider = mycaptcha\n", "provider = turnstile\nlabel = People\n",
		"provider = turnstile\nlabel = -people\n", "provider = turnstile\nurl = https://else.example/\n", "provider = custom\n",
		"provider = custom\nurl = ftp://verify.example/\n", "provider = custom\nurl = verify.example\n",
		"provider = custom\nurl = https://user@verify.example/\n", "provider = custom\nurl = https://verify.example/?a=b\n",
		"provider = custom\nurl = https:///path\n", "provider = custom\nurl = http://127.0.0.1:81/verify\n" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings s;
		struct err e = { 0 };

		assert_false(read_settings(*state, cases[i], &s, &e));
		assert_string_equal(e.name, "config_bad_value");
		assert_non_null(strstr(e.text, "[external]"));
	}
}

static void test_fallbacks(void **state)
{
	struct provider *p;
	struct settings s;
	struct err e = { 0 };

	assert_true(read_settings(*state, "provider = hcaptcha\n", &s, &e));
	assert_true(provider_open(&s, &p, &e));
	assert_string_equal(p->label, "hcaptcha");
	assert_string_equal(p->url, "https://api.hcaptcha.com/siteverify");
	assert_string_equal(p->secret, "hush");
	assert_string_equal(p->hostname, "groups.example");
	assert_string_equal(p->action, "");
	assert_false(p->allow_private);
	assert_int_equal(p->timeout, 3000);
	provider_free(p);
	assert_true(read_settings(*state, "", &s, &e));
	assert_true(provider_open(&s, &p, &e));
	assert_null(p);
}

static void test_all_of_it(void **state)
{
	struct provider *p;
	struct settings s;
	struct err e = { 0 };

	assert_true(read_settings(*state,
		"provider = custom\nlabel = people\nurl = http://[::1]:81/verify.php\nhostname = page.example\naction = join\nallow_private = yes\n",
		&s, &e));
	assert_true(provider_open(&s, &p, &e));
	assert_string_equal(p->label, "people");
	assert_string_equal(p->url, "http://[::1]:81/verify.php");
	assert_string_equal(p->hostname, "page.example");
	assert_string_equal(p->action, "join");
	assert_true(p->allow_private);
	provider_free(p);
}

static void test_secrets_that_others_read(void **state)
{
	struct provider *p;
	struct settings s;
	struct err e = { 0 };
	char secret[SCRATCH_MAX];

	scratch_path(*state, "secret", secret);
	assert_int_equal(chmod(secret, 0644), 0);
	assert_true(read_settings(*state, "provider = hcaptcha\n", &s, &e));
	assert_false(provider_open(&s, &p, &e));
	assert_string_equal(e.name, "passphrase_exposed");
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table),
		cmocka_unit_test_setup_teardown(test_what_does_not_go_together, make, unmake),
		cmocka_unit_test_setup_teardown(test_fallbacks, make, unmake),
		cmocka_unit_test_setup_teardown(test_all_of_it, make, unmake),
		cmocka_unit_test_setup_teardown(test_secrets_that_others_read, make, unmake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
