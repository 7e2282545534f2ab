/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"

struct sample {
	char listen[16];
	char empty[8];
	int64_t workers, keep, body;
	bool tls;
};

static const struct conf_key keys[] = {
	{ "http", "listen", CONF_STRING, offsetof(struct sample, listen), sizeof(((struct sample *)0)->listen), 0, 0, "[::]:8080",
		"where to listen" },
	{ "http", "workers", CONF_INT, offsetof(struct sample, workers), 0, -1, 64, "2", "threads" },
	{ "records", "keep", CONF_DURATION, offsetof(struct sample, keep), 0, 60, 864000, "7d", "how long" },
	{ "http", "body", CONF_SIZE, offsetof(struct sample, body), 0, 0, 1 << 20, "64k", "largest body" },
	{ "http", "tls", CONF_BOOL, offsetof(struct sample, tls), 0, 0, 0, "no", "with TLS" },
	{ "records", "empty", CONF_STRING, offsetof(struct sample, empty), sizeof(((struct sample *)0)->empty), 0, 0, "", "nothing" },
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static bool read_bytes(const char *text, size_t n, struct sample *s, struct err *e)
{
	char path[] = "/tmp/test_conf.XXXXXX";
	int fd = mkstemp(path);
	bool ok;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
	memset(s, 0xee, sizeof(*s));
	ok = conf_read(path, keys, KEYS, s, e);
	unlink(path);
	return ok;
}

static bool read_text(const char *text, struct sample *s, struct err *e)
{
	return read_bytes(text, strlen(text), s, e);
}

static void refused(const char *text, const char *name, uint32_t line, const char *says)
{
	struct sample s;
	struct err e = { 0 };

	if (read_text(text, &s, &e))
		fail_msg("accepted: %s", text);
	assert_string_equal(e.name, name);
	if (strstr(e.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", e.text, says);
	assert_int_equal(e.line, line);
	assert_false(read_text(text, &s, NULL));
}

static void fallbacks_alone(void **state)
{
	struct sample s;
	struct err e = { 0 };

	(void)state;
	memset(&s, 0xee, sizeof(s));
	assert_true(conf_read(NULL, keys, KEYS, &s, &e));
	assert_string_equal(s.listen, "[::]:8080");
	assert_string_equal(s.empty, "");
	assert_true(s.workers == 2 && s.keep == 604800 && s.body == 65536 && !s.tls);
}

static void a_file_is_read(void **state)
{
	struct sample s;
	struct err e = { 0 };

	(void)state;
	assert_true(read_text(
		"\xef\xbb\xbf# words\r\n[http]\r\nlisten = :1 ; remark\r\n  workers=-1\n\tbody: 1m\n\n; more\n[records]\nkeep = 90m\nempty =\n"
		"[http]\ntls = yes",
		&s, &e));
	assert_string_equal(s.listen, ":1");
	assert_string_equal(s.empty, "");
	assert_true(s.workers == -1 && s.keep == 5400 && s.body == 1 << 20 && s.tls);
	assert_true(read_text("", &s, &e));
	assert_true(s.keep == 604800);
}

static void unknown_keys_are_refused(void **state)
{
	(void)state;
	refused("[http]\nlisten = x\n\nworker = 3\n", "config_unknown_key", 4, "did you mean 'workers' in [http]?");
	refused("[http]\nlitsen = x\n", "config_unknown_key", 2, "did you mean 'listen' in [http]?");
	refused("[http]\nkeep = 1d\n", "config_unknown_key", 2, "did you mean 'keep' in [records]?");
	refused("[htpp]\nlisten = x\n", "config_unknown_key", 2, "did you mean 'listen' in [http]?");
	refused("listen = x\n", "config_unknown_key", 1, "did you mean 'listen' in [http]?");
	refused("[http]\nsomething-else = x\n", "config_unknown_key", 2, "the sample file");
	refused("[http]\nt = x\n", "config_unknown_key", 2, "the sample file");
	refused("[http]\nListen = x\n", "config_unknown_key", 2, "'listen'");
	refused("[http]\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = x\n", "config_unknown_key", 2,
		"aaaa");
}

static void bad_values_are_refused(void **state)
{
	static const char *const values[] = { "workers = x", "workers =", "workers = -", "workers = 1.5", "workers = 65", "workers = -2",
		"workers = 0x1", "workers = +1", "workers = 1 2", "workers = 99999999999999999999", "keep = 59", "keep = 11d", "keep = 1y",
		"keep =", "keep = -1", "body = 1x", "body = k", "body = 2m", "body = 1kk", "body = -1", "body = 9999999999t",
		"body = 16777216t", "tls = 1", "tls = maybe", "tls = YES", "listen = 0123456789abcdef" };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char text[100];

		snprintf(text, sizeof(text), "[%s]\n%s\n", strncmp(values[i], "keep", 4) == 0 ? "records" : "http", values[i]);
		refused(text, "config_bad_value", 2, "' in [");
	}
}

static void values_are_not_repeated(void **state)
{
	struct sample s;
	struct err e = { 0 };

	(void)state;
	assert_false(read_text("[http]\nworkers = hunter2\n", &s, &e));
	assert_null(strstr(e.text, "hunter"));
}

static void syntax_is_refused(void **state)
{
	char text[300] = "[http]\nlisten = ";

	(void)state;
	refused("[http]\n\nno equals sign\n", "config_syntax", 3, "line 3");
	refused("[http\nlisten = x\n", "config_syntax", 1, "none of");
	refused("[http]\nlisten = x\nlisten = y\n", "config_syntax", 3, "twice");
	refused("[http]\nlisten = x\n  more\n", "config_syntax", 3, "none of");
	refused("[http]\nlisten = \x01\n", "config_syntax", 2, "control");
	memset(text + strlen(text), ' ', 250);
	refused(text, "config_syntax", 2, "too long");
}

static void nul_and_long_files(void **state)
{
	struct sample s;
	struct err e = { 0 };
	char *text = malloc(20001);

	(void)state;
	assert_false(read_bytes("[http]\nlis\0ten = x\n", 19, &s, &e));
	assert_true(err_is(&e, "config_syntax"));
	err_clear(&e);
	memset(text, '\n', 20000);
	assert_true(read_bytes(text, 10000 - 1, &s, &e));
	assert_false(read_bytes(text, 20000, &s, &e));
	assert_true(err_is(&e, "config_syntax"));
	free(text);
}

static void files_that_cannot_be_read(void **state)
{
	struct sample s;
	struct err e = { 0 };

	(void)state;
	assert_false(conf_read("/nonexistent/file", keys, KEYS, &s, &e));
	assert_true(err_is(&e, "config_unreadable"));
	assert_non_null(strstr(e.text, "/nonexistent/file: "));
	assert_int_equal(e.line, 0);
	err_clear(&e);
	assert_false(conf_read("/tmp", keys, KEYS, &s, &e));
	assert_true(err_is(&e, "config_unreadable"));
}

static void a_bad_fallback_is_told(void **state)
{
	static const struct conf_key bad[] = { { "http", "workers", CONF_INT, offsetof(struct sample, workers), 0, 0, 1, "2", "threads" } };
	struct sample s;
	struct err e = { 0 };

	(void)state;
	assert_false(conf_read(NULL, bad, 1, &s, &e));
	assert_true(err_is(&e, "config_bad_value"));
	assert_non_null(strstr(e.text, "fallback"));
}

static void what_is_printed_reads_the_same(void **state)
{
	static const char want[] =
		"[http]\n# where to listen\nlisten = :1\n# threads\nworkers = 0\n# largest body\nbody = 1000\n# with TLS\ntls = yes\n"
		"\n[records]\n# how long\nkeep = 36h\n# nothing\nempty =\n";
	struct sample s, again;
	struct err e = { 0 };
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	memset(&s, 0, sizeof(s));
	assert_true(read_text("[http]\nlisten=:1\nworkers=0\nbody=1000\ntls=true\n[records]\nkeep=36h\n", &s, &e));
	conf_print(f, keys, KEYS, &s);
	fclose(f);
	assert_string_equal(text, want);
	assert_true(read_text(text, &again, &e));
	assert_string_equal(again.listen, s.listen);
	assert_true(again.keep == s.keep && again.body == s.body && again.workers == s.workers && again.tls == s.tls);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fallbacks_alone),
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(unknown_keys_are_refused),
		cmocka_unit_test(bad_values_are_refused),
		cmocka_unit_test(values_are_not_repeated),
		cmocka_unit_test(syntax_is_refused),
		cmocka_unit_test(nul_and_long_files),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(a_bad_fallback_is_told),
		cmocka_unit_test(what_is_printed_reads_the_same),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
