/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include "web/conns.h"

static const struct conns_limits tight = { .total = 3, .per_address = 2, .reading_ms = 30, .answering_ms = 30, .idle_ms = 30 };

struct pair {
	int here, there;
	struct conn *c;
};

static struct sockaddr_storage from(const char *text)
{
	struct sockaddr_storage out = { 0 };

	if (inet_pton(AF_INET, text, &((struct sockaddr_in *)(void *)&out)->sin_addr) == 1)
		out.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)(void *)&out)->sin6_addr) == 1)
		out.ss_family = AF_INET6;
	return out;
}

static struct pair open_pair(struct conns *cs, const char *address)
{
	struct sockaddr_storage a = from(address);
	int fd[2];
	struct pair p;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	p = (struct pair){ .here = fd[0], .there = fd[1] };
	p.c = conns_admit(cs, fd[0], (struct sockaddr *)&a, sizeof(a));
	if (p.c != NULL)
		assert_ptr_equal(conns_start(cs, fd[0]), p.c);
	return p;
}

static void close_pair(struct conns *cs, struct pair *p)
{
	conns_remove(cs, p->c);
	close(p->here);
	close(p->there);
}

static bool is_shut(const struct pair *p)
{
	char c;

	return recv(p->there, &c, 1, MSG_DONTWAIT) == 0;
}

static void addresses_are_counted(void **state)
{
	struct conns_limits roomy = tight;
	struct conns *cs;
	struct pair p[8];

	(void)state;
	roomy.total = 100;
	cs = conns_new(&roomy, NULL, NULL, NULL);
	p[0] = open_pair(cs, "192.0.2.1");
	p[1] = open_pair(cs, "::ffff:192.0.2.1");
	p[2] = open_pair(cs, "192.0.2.1");
	p[3] = open_pair(cs, "192.0.2.2");
	p[4] = open_pair(cs, "2001:db8::1");
	p[5] = open_pair(cs, "2001:db8::2:0:0:1");
	p[6] = open_pair(cs, "2001:db8::3");
	p[7] = open_pair(cs, "2001:db8:0:1::1");
	for (int i = 0; i < 8; i++)
		assert_int_equal(p[i].c == NULL, i == 2 || i == 6);
	assert_int_equal(conns_count(cs), 6);
	for (int i = 0; i < 8; i++)
		close_pair(cs, &p[i]);
	assert_int_equal(conns_count(cs), 0);
	conns_free(cs);
}

static void deadlines_follow_the_phase(void **state)
{
	struct conns *cs = conns_new(&tight, NULL, NULL, NULL);
	struct pair p = open_pair(cs, "192.0.2.1");

	(void)state;
	assert_int_equal(conns_reap(cs), 0);
	conns_enter(cs, p.c, CONN_WORKING, 0);
	raw_sleep_ms(60);
	assert_int_equal(conns_reap(cs), 0);
	conns_enter(cs, p.c, CONN_ANSWERING, CONN_SLOWEST);
	raw_sleep_ms(60);
	assert_int_equal(conns_reap(cs), 0);
	assert_false(is_shut(&p));
	conns_enter(cs, p.c, CONN_ANSWERING, CONN_SLOWEST - 1);
	raw_sleep_ms(60);
	assert_int_equal(conns_reap(cs), 1);
	assert_true(is_shut(&p));
	assert_int_equal(conns_reap(cs), 0);
	close_pair(cs, &p);
	p = open_pair(cs, "192.0.2.1");
	conns_enter(cs, p.c, CONN_IDLE, 0);
	raw_sleep_ms(60);
	assert_int_equal(conns_reap(cs), 0); /* closed, but not blamed */
	assert_true(is_shut(&p));
	close_pair(cs, &p);
	conns_free(cs);
}

static void the_longest_idle_goes_first(void **state)
{
	struct conns *cs = conns_new(&tight, NULL, NULL, NULL);
	struct pair a = open_pair(cs, "192.0.2.1"), b = open_pair(cs, "192.0.2.2"), c = open_pair(cs, "192.0.2.3");

	(void)state;
	assert_true(conns_full(cs));
	conns_enter(cs, b.c, CONN_IDLE, 0);
	raw_sleep_ms(5);
	conns_enter(cs, a.c, CONN_IDLE, 0);
	assert_int_equal(conns_busy(cs), 0);
	conns_shut_idle(cs, 1);
	assert_true(is_shut(&b) && !is_shut(&a) && !is_shut(&c));
	conns_shut_idle(cs, 1); /* not the same again */
	assert_true(is_shut(&a) && !is_shut(&c));
	conns_enter(cs, c.c, CONN_WORKING, 0);
	assert_int_equal(conns_busy(cs), 1);
	conns_shut(cs);
	assert_true(is_shut(&a) && !is_shut(&c));
	close_pair(cs, &a);
	close_pair(cs, &b);
	close_pair(cs, &c);
	conns_free(cs);
}

/* A descriptor that comes again shows that its last owner is gone. */
static void stale_entries_give_way(void **state)
{
	struct conns *cs = conns_new(&tight, NULL, NULL, NULL);
	struct sockaddr_storage a = from("192.0.2.1");

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_non_null(conns_admit(cs, 7, (struct sockaddr *)&a, sizeof(a)));
	assert_int_equal(conns_count(cs), 1);
	assert_null(conns_start(cs, 8));
	conns_remove(cs, NULL);
	conns_enter(cs, NULL, CONN_IDLE, 0);
	conns_free(cs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_counted),
		cmocka_unit_test(deadlines_follow_the_phase),
		cmocka_unit_test(the_longest_idle_goes_first),
		cmocka_unit_test(stale_entries_give_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
