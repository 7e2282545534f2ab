/* SPDX-License-Identifier: ISC
 * The signer's socket: who may connect, and frames that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "authority/frame.h"
#include "base/time.h"
#include "tests/lib/liar.h"

enum { NOBODY = 65534, SOON_MS = 5000, CROWD = 80 };

static int start(void **state)
{
	*state = liar_new();
	return 0;
}

static int end(void **state)
{
	liar_free(*state);
	return 0;
}

static int connected(const struct liar *l)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%.100s", l->socket);
	assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* The other side has closed, without a word. */
static bool closed(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;

	return poll(&p, 1, SOON_MS) == 1 && recv(fd, &c, 1, 0) <= 0;
}

/* A frame is answered by a refusal of this name, and the connection stays. */
static void answered(int fd, const char *text, size_t n, const char *name)
{
	struct buf in = { 0 };
	struct err e = { 0 };
	json_t *doc;

	assert_true(frame_send(fd, slice_of(text, n), SOON_MS, &e));
	assert_true(frame_receive(fd, &in, SOON_MS, &e));
	doc = json_read(buf_slice(&in), FRAME_MAX, &e);
	assert_non_null(doc);
	assert_true(json_is_false(json_object_get(doc, "ok")));
	assert_string_equal(json_string_value(json_object_get(doc, "error")), name);
	assert_true(json_string_length(json_object_get(doc, "text")) > 0);
	json_decref(doc);
	buf_free(&in);
}

static void honest(struct liar *l)
{
	struct digest genesis = { { 1 } };
	struct signer_state state;
	struct err e = { 0 };

	if (!signer_hello(l->link, &genesis, &state, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_int_equal(state.size, 0);
	assert_int_equal(state.epoch, 0);
}

static void what_is_no_request_is_refused_by_name(void **state)
{
	static const struct {
		const char *text, *name;
	} frames[] = {
		{ "", "bad_json" },
		{ "garbage", "bad_json" },
		{ "[]", "wrong_type" },
		{ "{}", "missing_member" },
		{ "{\"op\":1}", "wrong_type" },
		{ "{\"op\":\"sign\"}", "unknown_op" },
		{ "{\"op\":\"hello\"}", "missing_member" },
		{ "{\"op\":\"hello\",\"v\":1,\"genesis\":\"sha256:00\"}", "bad_value" },
		{ "{\"op\":\"hello\",\"v\":2,\"genesis\":\"sha256:00\"}", "wrong_version" },
		{ "{\"op\":\"hello\",\"genesis\":\"sha256:00\"}", "missing_member" },
		{ "{\"op\":\"hello\",\"genesis\":null,\"more\":1}", "unknown_member" },
		{ "{\"op\":\"hello\",\"op\":\"hello\"}", "bad_json" },
		{ "{\"op\":\"create\",\"alg\":\"RSA\"}", "bad_value" },
		{ "{\"op\":\"create\",\"alg\":\"Ed25519\",\"key\":{}}", "unknown_member" },
		{ "{\"op\":\"hello\",\"genesis\":1.5}", "bad_json" },
		{ "{\"op\":\"he\\u0000llo\"}", "bad_json" },
		{ "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", "too_deep" },
		{ "{\"op\":\"hello\",\"genesis\":\"\xff\"}", "bad_json" },
	};
	struct liar *l = *state;
	int fd = connected(l);

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		answered(fd, frames[i].text, strlen(frames[i].text), frames[i].name);
	close(fd);
	honest(l);
}

static void members_of_requests_are_checked(void **state)
{
	struct liar *l = *state;
	char genesis[DIGEST_TEXT], text[512];
	static const struct {
		const char *rest, *name;
	} requests[] = {
		{ "\"op\":\"extend\"", "missing_member" },
		{ "\"op\":\"extend\",\"from\":-1,\"items\":[]", "out_of_range" },
		{ "\"op\":\"extend\",\"from\":0,\"items\":{}", "wrong_type" },
		{ "\"op\":\"extend\",\"from\":1,\"items\":[]", "behind" },
		{ "\"op\":\"extend\",\"from\":0,\"items\":[1]", "wrong_type" },
		{ "\"op\":\"extend\",\"from\":0,\"items\":[{\"entry\":\"\"}]", "out_of_range" },
		{ "\"op\":\"extend\",\"from\":0,\"items\":[{\"entry\":\"e30\"}]", "missing_member" },
		{ "\"op\":\"extend\",\"from\":0,\"items\":[{\"entry\":\"e30\",\"votes\":[]}]", "unknown_member" },
		{ "\"op\":\"certify\",\"causes\":[]", "out_of_range" },
		{ "\"op\":\"certify\",\"causes\":[1]", "wrong_type" },
		{ "\"op\":\"lists\"", "issuer_unknown" },
	};
	int fd = connected(l);

	digest_text(&(struct digest){ { 1 } }, genesis);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		int n = snprintf(text, sizeof(text), "{\"genesis\":\"%s\",%s}", genesis, requests[i].rest);

		answered(fd, text, (size_t)n, requests[i].name);
	}
	close(fd);
	honest(l);
}

static void a_frame_that_is_too_large_ends_the_connection(void **state)
{
	struct liar *l = *state;
	static const uint8_t large[] = { 1, 0, 0, 1 }, huge[] = { 0xff, 0xff, 0xff, 0xff };
	int fd = connected(l);

	assert_int_equal(send(fd, large, sizeof(large), 0), sizeof(large));
	assert_true(closed(fd));
	close(fd);
	fd = connected(l);
	assert_int_equal(send(fd, huge, sizeof(huge), 0), sizeof(huge));
	assert_true(closed(fd));
	close(fd);
	honest(l);
}

static void half_a_frame_harms_nobody(void **state)
{
	struct liar *l = *state;
	static const uint8_t half[] = { 0, 0, 0, 9, '{', '"' };

	for (size_t n = 1; n <= sizeof(half); n++) {
		int fd = connected(l);

		assert_int_equal(send(fd, half, n, 0), n);
		close(fd);
		honest(l);
	}
}

static void a_crowd_of_connections_does_not_keep_others_out_for_ever(void **state)
{
	struct liar *l = *state;
	int fds[CROWD];

	for (size_t i = 0; i < CROWD; i++)
		fds[i] = connected(l);
	honest(l);
	assert_true(closed(fds[CROWD - 1]));
	for (size_t i = 0; i < CROWD; i++)
		close(fds[i]);
	honest(l);
	for (int i = 0; i < 100; i++) {
		int fd = connected(l);

		close(fd);
	}
	honest(l);
}

/* As somebody else: 0 when hello was answered, 1 when the connection was closed. */
static int ask_as_nobody(const struct liar *l)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct digest genesis = { { 1 } };
		struct err e = { 0 };
		struct signer_state state;
		struct signer *s;

		if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
			_exit(2);
		s = signer_open(l->socket, &e);
		if (s == NULL)
			_exit(3);
		_exit(signer_hello(s, &genesis, &state, &e) ? 0 : err_is(&e, "signer_unavailable") ? 1 : 4);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void strangers_are_not_served(void **state)
{
	struct liar *l = *state;

	if (geteuid() != 0)
		skip(); /* to be somebody else takes root */
	assert_int_equal(ask_as_nobody(l), 1);
	honest(l);
}

static void the_user_that_is_allowed_is_served(void **state)
{
	struct liar *l;

	(void)state;
	if (geteuid() != 0)
		skip();
	l = liar_new_for(NOBODY);
	assert_int_equal(ask_as_nobody(l), 0);
	honest(l);
	liar_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_request_is_refused_by_name),
		cmocka_unit_test(members_of_requests_are_checked),
		cmocka_unit_test(a_frame_that_is_too_large_ends_the_connection),
		cmocka_unit_test(half_a_frame_harms_nobody),
		cmocka_unit_test(a_crowd_of_connections_does_not_keep_others_out_for_ever),
		cmocka_unit_test(strangers_are_not_served),
		cmocka_unit_test(the_user_that_is_allowed_is_served),
	};

	return cmocka_run_group_tests_name("liar: link", tests, start, end);
}
