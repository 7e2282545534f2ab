/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <string.h>

#include "authority/reach.h"

static enum reach reach_text(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return reach_of((const struct sockaddr *)&in);
	assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return reach_of((const struct sockaddr *)&in6);
}

static void expect(const char *const *texts, size_t n, enum reach reach)
{
	for (size_t i = 0; i < n; i++)
		if (reach_text(texts[i]) != reach)
			fail_msg("%s is not as it should be", texts[i]);
}

#define EXPECT(texts, reach) expect(texts, sizeof(texts) / sizeof((texts)[0]), reach)

/* Each block from its first to its last address, and what lies beside it. */
static void test_blocks(void **state)
{
	static const char *const public[] = { "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
		"128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
		"198.20.0.0", "223.255.255.255", "2606:4700::1", "2a00::1", "2001:200::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8" };
	static const char *const loopback[] = { "127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1" };
	static const char *const special[] = { "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
		"169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.0.0",
		"192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "240.0.0.1",
		"255.255.255.255", "::", "::8.8.8.8", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "fc00::1", "fdff::1",
		"fe80::1", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "100::1" };

	(void)state;
	EXPECT(public, REACH_PUBLIC);
	EXPECT(loopback, REACH_LOOPBACK);
	EXPECT(special, REACH_SPECIAL);
}

static void test_other_families(void **state)
{
	const struct sockaddr a = { .sa_family = AF_UNIX };

	(void)state;
	assert_int_equal(reach_of(&a), REACH_SPECIAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_blocks), cmocka_unit_test(test_other_families) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
