/* SPDX-License-Identifier: ISC
 * A port that is taken is named with who has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "web/door.h"
#include "web/holder.h"
#include "web/service.h"

static void a_listener_is_found(void **state)
{
	struct holder h;
	unsigned port;
	int fd = door_listen("127.0.0.1", 0, &port, NULL);

	(void)state;
	assert_true(fd >= 0);
	assert_true(holder_find(port, &h));
	assert_int_equal(h.pid, getpid());
	assert_string_equal(h.name, "test_holder");
	assert_true(h.parent[0] != '\0' && strcmp(h.parent, h.name) != 0);
	close(fd);
	assert_false(holder_find(port, &h));
}

static void a_taken_port_is_refused_by_name(void **state)
{
	struct settings s = { .listen = { .address = "127.0.0.1" } };
	struct err e = { 0 };
	unsigned port;
	int fd = door_listen("127.0.0.1", 0, &port, NULL);

	(void)state;
	s.listen.port = port;
	assert_false(service_port_is_free(&s, &e));
	assert_string_equal(e.name, "address_in_use");
	assert_non_null(strstr(e.text, "test_holder"));
	close(fd);
	assert_true(service_port_is_free(&s, NULL));
	s.listen.port = 0;
	assert_true(service_port_is_free(&s, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listener_is_found),
		cmocka_unit_test(a_taken_port_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
