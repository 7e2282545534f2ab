/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <stdio.h>

#include "base/limit.h"

static struct sockaddr_storage address(const char *text)
{
	struct sockaddr_storage out = { 0 };

	if (inet_pton(AF_INET, text, &((struct sockaddr_in *)(void *)&out)->sin_addr) == 1)
		out.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)(void *)&out)->sin6_addr) == 1)
		out.ss_family = AF_INET6;
	return out;
}

static bool take(struct limit *l, const char *from, int64_t now)
{
	struct sockaddr_storage a = address(from);
	uint8_t network[LIMIT_WHO];
	unsigned wait = 0;
	bool ok;

	limit_network((struct sockaddr *)&a, network);
	ok = limit_take(l, network, now, &wait);

	assert_true(ok == (wait == 0));
	return ok;
}

static void buckets_empty_and_fill(void **state)
{
	struct limit *l = limit_new(64, 0.5, 3, NULL);
	const uint8_t network[LIMIT_WHO] = { 4, 192, 0, 2 };
	unsigned wait = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(take(l, "192.0.2.1", 1000));
	assert_false(limit_take(l, network, 1000, &wait));
	assert_in_range(wait, 2, 3);
	assert_false(take(l, "192.0.2.1", 2900));
	assert_true(take(l, "192.0.2.1", 3100));
	assert_false(take(l, "192.0.2.1", 3100));
	/* However long nobody asked, the burst is the most. */
	for (int i = 0; i < 3; i++)
		assert_true(take(l, "192.0.2.1", 10000000));
	assert_false(take(l, "192.0.2.1", 10000000));
	limit_free(l);
}

static void networks_count_as_one(void **state)
{
	struct limit *l = limit_new(64, 0.001, 1, NULL);

	(void)state;
	assert_true(take(l, "192.0.2.1", 0));
	assert_false(take(l, "192.0.2.254", 0));
	assert_false(take(l, "::ffff:192.0.2.7", 0));
	assert_true(take(l, "192.0.3.1", 0));
	assert_true(take(l, "2001:db8:1:2::1", 0));
	assert_false(take(l, "2001:db8:1:ffff::9", 0));
	assert_true(take(l, "2001:db8:2::1", 0));
	limit_free(l);
}

/* However many networks come, memory stays and a busy one is not forgotten by being crowded out with idle ones. */
static void crowds_push_out_the_idle(void **state)
{
	struct limit *l = limit_new(8, 0.001, 2, NULL);
	char other[32];

	(void)state;
	assert_true(take(l, "192.0.2.1", 0));
	assert_true(take(l, "192.0.2.1", 0));
	assert_false(take(l, "192.0.2.1", 0));
	for (int i = 0; i < 1000; i++) {
		snprintf(other, sizeof(other), "10.%d.%d.1", i / 250, i % 250);
		assert_true(take(l, other, 0));
	}
	assert_false(take(l, "192.0.2.1", 0));
	limit_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_empty_and_fill),
		cmocka_unit_test(networks_count_as_one),
		cmocka_unit_test(crowds_push_out_the_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
