/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "peer/link.h"

#define GENESIS "sha256:3f9a000000000000000000000000000000000000000000000000000000000001"

static void takes(const char *text, const char *server, const char *group)
{
	struct err e = { 0 };
	struct join_link l;
	char again[LINK_TEXT_MAX];

	if (!join_link_parse(text, &l, &e))
		fail_msg("%s: %s", text, e.text);
	assert_string_equal(l.server, server);
	assert_string_equal(l.group, group);
	assert_int_equal(l.genesis.b[0], 0x3f);
	assert_int_equal(l.genesis.b[31], 0x01);
	join_link_print(&l, again);
	assert_string_equal(again, text);
}

static void links(void **state)
{
	(void)state;
	takes("http://127.0.0.1:8080/g/demo#" GENESIS, "http://127.0.0.1:8080", "demo");
	takes("https://host.example/g/a#" GENESIS, "https://host.example", "a");
	takes("https://host.example/behind/proxy/g/a-1#" GENESIS, "https://host.example/behind/proxy", "a-1");
	takes("https://host.example/g/g/a#" GENESIS, "https://host.example/g", "a");
	takes("http://[::1]:80/g/demo#" GENESIS, "http://[::1]:80", "demo");
}

static void refuses(const char *text)
{
	struct err e = { 0 };
	struct join_link l;

	memset(&l, 0x5a, sizeof(l));
	if (join_link_parse(text, &l, &e))
		fail_msg("taken: %s", text);
	assert_string_equal(e.name, "bad_link");
	assert_int_equal(l.group[0], 0x5a); /* untouched */
}

static void no_links(void **state)
{
	(void)state;
	refuses("");
	refuses("https://host/g/demo");
	refuses("https://host/g/demo#");
	refuses("https://host/g/demo#sha256:3f9a");
	refuses("https://host/g/demo#" GENESIS "0");
	refuses("https://host/g/demo#SHA256:3f9a000000000000000000000000000000000000000000000000000000000001");
	refuses("https://host/demo#" GENESIS);
	refuses("https://host/g/#" GENESIS);
	refuses("https://host/g/Demo#" GENESIS);
	refuses("https://host/g/-demo#" GENESIS);
	refuses("https://host/g/demo/more#" GENESIS);
	refuses("https://host/g/demo?x=1#" GENESIS);
	refuses("/g/demo#" GENESIS);
	refuses("g/demo#" GENESIS);
}

static void no_servers(void **state)
{
	static const char *const bad[] = { "ftp://host", "file:///etc", "HTTP://host", "http://", "http:///x", "http://user@host",
		"http://user:pw@host", "http://host:", "http://host:0", "http://host:65536", "http://host:80x", "http://ho st",
		"http://host\n", "http://-host", "http://.host", "http://[::1", "http://[]", "http://host/", "http://host/a/",
		"http://host/../etc", "http://host/%2e", "http://host?x", "http://host\\x" };
	char longest[LINK_SERVER_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (join_link_server(bad[i]))
			fail_msg("taken: %s", bad[i]);
	memset(longest, 'a', sizeof(longest));
	memcpy(longest, "http://", 7);
	longest[LINK_SERVER_MAX] = '\0';
	assert_false(join_link_server(longest));
	longest[LINK_SERVER_MAX - 1] = '\0';
	assert_true(join_link_server(longest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links),
		cmocka_unit_test(no_links),
		cmocka_unit_test(no_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
