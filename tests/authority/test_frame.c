/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "authority/frame.h"

enum { SOON_MS = 5000, SHORT_MS = 50 };

static void pair(int fd[static 2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
}

static void a_frame_comes_as_it_went(void **state)
{
	struct buf in = { 0 };
	int fd[2];

	(void)state;
	pair(fd);
	assert_true(frame_send(fd[0], slice_str("hello"), SOON_MS, NULL));
	assert_true(frame_send(fd[0], slice_str(""), SOON_MS, NULL));
	assert_true(frame_receive(fd[1], &in, SOON_MS, NULL));
	assert_true(slice_equal(buf_slice(&in), slice_str("hello")));
	assert_true(frame_receive(fd[1], &in, SOON_MS, NULL)); /* appended: nothing */
	assert_int_equal(in.n, 5);
	buf_free(&in);
	close(fd[0]);
	close(fd[1]);
}

struct sending {
	int fd;
	struct slice body;
	bool ok;
};

static void *send_it(void *arg)
{
	struct sending *s = arg;

	s->ok = frame_send(s->fd, s->body, SOON_MS, NULL);
	return NULL;
}

/* More than a socket's buffer holds: both sides go on by turns. */
static void a_large_frame_passes(void **state)
{
	struct buf body = { 0 }, in = { 0 };
	struct sending s;
	pthread_t t;
	int fd[2];

	(void)state;
	pair(fd);
	assert_true(buf_reserve(&body, FRAME_MAX));
	memset(body.p, 'x', FRAME_MAX);
	body.n = FRAME_MAX;
	s = (struct sending){ .fd = fd[0], .body = buf_slice(&body) };
	assert_int_equal(pthread_create(&t, NULL, send_it, &s), 0);
	assert_true(frame_receive(fd[1], &in, SOON_MS, NULL));
	pthread_join(t, NULL);
	assert_true(s.ok && slice_equal(buf_slice(&in), buf_slice(&body)));
	buf_free(&in);
	buf_free(&body);
	close(fd[0]);
	close(fd[1]);
}

static void too_large_is_refused_on_both_sides(void **state)
{
	static const uint8_t length[] = { 1, 0, 0, 1 };
	struct buf in = { 0 };
	struct err e = { 0 };
	int fd[2];

	(void)state;
	pair(fd);
	assert_false(frame_send(fd[0], slice_of("", FRAME_MAX + 1), SOON_MS, &e));
	assert_string_equal(e.name, "too_large");
	err_clear(&e);
	assert_int_equal(write(fd[0], length, sizeof(length)), sizeof(length));
	assert_false(frame_receive(fd[1], &in, SOON_MS, &e));
	assert_string_equal(e.name, "too_large");
	assert_int_equal(in.n, 0);
	buf_free(&in);
	close(fd[0]);
	close(fd[1]);
}

static void an_end_between_frames_is_no_error(void **state)
{
	struct buf in = { 0 };
	struct err e = { 0 };
	int fd[2];

	(void)state;
	pair(fd);
	close(fd[0]);
	assert_false(frame_receive(fd[1], &in, SOON_MS, &e));
	assert_true(err_ok(&e));
	close(fd[1]);
}

static void an_end_within_one_is(void **state)
{
	static const uint8_t part[] = { 0, 0, 0, 3, 'a', 'b' };
	int fd[2];

	(void)state;
	for (size_t n = 1; n <= sizeof(part); n++) {
		struct buf in = { 0 };
		struct err e = { 0 };

		pair(fd);
		assert_int_equal(write(fd[0], part, n), n);
		close(fd[0]);
		assert_false(frame_receive(fd[1], &in, SOON_MS, &e));
		assert_string_equal(e.name, "signer_unavailable");
		assert_int_equal(in.n, 0);
		buf_free(&in);
		close(fd[1]);
	}
}

static void who_stalls_is_not_waited_for(void **state)
{
	static const uint8_t part[] = { 0, 0, 0, 3, 'a' };
	struct buf in = { 0 }, body = { 0 };
	struct err e = { 0 };
	int fd[2];

	(void)state;
	pair(fd);
	assert_int_equal(write(fd[0], part, sizeof(part)), sizeof(part));
	assert_false(frame_receive(fd[1], &in, SHORT_MS, &e));
	assert_string_equal(e.name, "signer_unavailable");
	err_clear(&e);
	assert_true(buf_reserve(&body, FRAME_MAX));
	memset(body.p, 0, FRAME_MAX);
	assert_false(frame_send(fd[0], slice_of(body.p, FRAME_MAX), SHORT_MS, &e)); /* nobody reads */
	assert_string_equal(e.name, "signer_unavailable");
	buf_free(&in);
	buf_free(&body);
	close(fd[0]);
	close(fd[1]);
}

static void nobody_is_there(void **state)
{
	struct err e = { 0 };
	int fd[2];

	(void)state;
	pair(fd);
	close(fd[1]);
	assert_false(frame_send(fd[0], slice_str("hello"), SOON_MS, &e));
	assert_string_equal(e.name, "signer_unavailable");
	close(fd[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_comes_as_it_went),
		cmocka_unit_test(a_large_frame_passes),
		cmocka_unit_test(too_large_is_refused_on_both_sides),
		cmocka_unit_test(an_end_between_frames_is_no_error),
		cmocka_unit_test(an_end_within_one_is),
		cmocka_unit_test(who_stalls_is_not_waited_for),
		cmocka_unit_test(nobody_is_there),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
