/* SPDX-License-Identifier: ISC */
#include "authority/process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "authority/command.h"
#include "tests/authority/scratch.h"

enum { SOON_MS = 5000 };

static bool shell(const char *script, struct process_options with, int64_t ms, struct buf *said, struct err *e)
{
	const char *const args[] = { "-c", script, NULL };

	with.name = "sh";
	with.path = "/bin/sh";
	with.args = args;
	return command_run(&with, ms, said, e);
}

static void says(const char *script, struct process_options with, const char *expected)
{
	struct buf said = { 0 };
	struct err e = { 0 };

	if (!shell(script, with, SOON_MS, &said, &e))
		fail_msg("%s: %s", script, e.text);
	assert_string_equal(buf_cstr(&said), expected);
	buf_free(&said);
}

static void output_is_kept(void **state)
{
	(void)state;
	says("echo one; echo two >&2", (struct process_options){ 0 }, "one\ntwo\n");
}

static void failure_says_the_last_line(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_false(shell("echo first; echo 'the disk is full'; exit 3", (struct process_options){ 0 }, SOON_MS, NULL, &e));
	assert_string_equal(e.name, "command_failed");
	assert_non_null(strstr(e.text, "status 3: the disk is full"));
}

static void too_slow_is_killed(void **state)
{
	struct err e = { 0 };
	int64_t start = process_clock();

	(void)state;
	assert_false(shell("trap '' TERM; sleep 60", (struct process_options){ 0 }, 300, NULL, &e));
	assert_string_equal(e.name, "command_failed");
	assert_true(process_clock() - start < SOON_MS);
}

static void missing_program_is_refused(void **state)
{
	struct process p = { 0 };
	struct err e = { 0 };
	const struct process_options o = { .name = "nothing", .path = "/nonexistent/nothing" };

	(void)state;
	assert_false(process_spawn(&o, &p, &e));
	assert_string_equal(e.name, "spawn_failed");
	assert_int_equal(p.pid, 0);
}

static void exec_failure_is_heard(void **state)
{
	struct process p = { 0 };
	struct err e = { 0 };
	const struct process_options o = { .name = "passwd", .path = "/etc/passwd" };

	(void)state;
	assert_false(process_spawn(&o, &p, &e));
	assert_string_equal(e.name, "spawn_failed");
	assert_non_null(strstr(e.text, "exec"));
}

static void environment_is_what_was_given(void **state)
{
	static const char *const env[] = { "ONE=1", NULL };

	(void)state;
	setenv("CH_TEST_SECRET", "x", 1);
	says("echo $ONE-$CH_TEST_SECRET", (struct process_options){ .env = env }, "1-\n");
	says("echo $CH_TEST_SECRET", (struct process_options){ 0 }, "x\n");
}

static void descriptors_stay_here(void **state)
{
	int leak = dup(1); /* without close-on-exec */

	(void)state;
	assert_true(leak > 2);
	says("cd /proc/self/fd && echo *", (struct process_options){ 0 }, "0 1 2 3\n"); /* 3 is the shell's own, reading the directory */
	close(leak);
}

static void signals_are_as_new(void **state)
{
	sigset_t block, before;

	(void)state;
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &before);
	says("grep SigBlk /proc/self/status | cut -f 2", (struct process_options){ 0 }, "0000000000000000\n");
	sigprocmask(SIG_SETMASK, &before, NULL);
	says("grep NoNewPrivs /proc/self/status | cut -f 2", (struct process_options){ 0 }, "1\n");
}

static void another_user(void **state)
{
	struct user nobody;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_true(user_find("nobody", &nobody, NULL));
	says("id -u; id -g; id -G; pwd", (struct process_options){ .as = &nobody }, "65534\n65534\n65534\n/\n");
}

static bool may_read_shadow(const void *arg)
{
	(void)arg;
	return access("/etc/shadow", R_OK) == 0 || setuid(0) == 0;
}

static void as_another_user(void **state)
{
	struct user nobody, self;

	(void)state;
	user_self(&self);
	if (geteuid() != 0)
		skip();
	assert_true(user_find("nobody", &nobody, NULL));
	assert_true(process_as(&self, may_read_shadow, NULL));
	assert_false(process_as(&nobody, may_read_shadow, NULL));
}

/* A program under root's home, say. */
static void program_that_the_user_can_not_reach(void **state)
{
	char dir[SCRATCH_MAX], path[SCRATCH_MAX], command[3 * SCRATCH_MAX];
	struct process_options o = { .name = "id", .path = path };
	const char *const args[] = { "-u", NULL };
	struct buf said = { 0 };
	struct err e = { 0 };
	struct user nobody;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_true(user_find("nobody", &nobody, NULL));
	scratch_make(dir);
	scratch_path(dir, "id", path);
	snprintf(command, sizeof(command), "cp /usr/bin/id %s && chmod 700 %s", path, dir);
	assert_true(shell(command, (struct process_options){ 0 }, SOON_MS, NULL, &e));
	o.args = args;
	o.as = &nobody;
	if (!command_run(&o, SOON_MS, &said, &e) && e.name[0] != '\0')
		fail_msg("%s", e.text);
	/* The copy is mode 0755 itself: only the way to it is closed. */
	assert_string_equal(buf_cstr(&said), "65534\n");
	buf_free(&said);
	scratch_remove(dir);
}

static bool spawn_shell(const char *script, bool bound, struct process *p)
{
	const char *const args[] = { "-c", script, NULL };
	const struct process_options o = { .name = "sh", .path = "/bin/sh", .args = args, .bound = bound };

	return process_spawn(&o, p, NULL);
}

static void stop_kills_what_does_not_heed(void **state)
{
	struct process p = { 0 };
	int status = 0;

	(void)state;
	assert_true(spawn_shell("trap '' TERM; while :; do sleep 0.05; done", false, &p));
	assert_false(process_wait(&p, 200, NULL));
	process_stop(&p, SIGTERM, 200, &status);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(p.pid, 0);
	process_stop(&p, SIGTERM, 200, &status); /* again: nothing happens */
}

static void lifeline_closes_with_us(void **state)
{
	struct process p = { 0 };
	int status = 0;

	(void)state;
	/* `read` ends at the end of the file. */
	assert_true(spawn_shell("[ \"$CHARTERHOUSE_LIFELINE\" = 3 ] || exit 9; read x <&3; exit 7", true, &p));
	assert_false(process_wait(&p, 200, NULL));
	close(p.lifeline);
	p.lifeline = -1;
	assert_true(process_wait(&p, SOON_MS, &status));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

/* Another child of ours must not hold the lifeline open. */
static void lifelines_are_not_shared(void **state)
{
	struct process p = { 0 }, q = { 0 };

	(void)state;
	assert_true(spawn_shell("read x <&3", true, &p));
	assert_true(spawn_shell("exec sleep 60", true, &q));
	close(p.lifeline);
	p.lifeline = -1;
	assert_true(process_wait(&p, SOON_MS, NULL));
	process_stop(&q, SIGTERM, SOON_MS, NULL);
}

static void bound_child_dies_with_a_killed_parent(void **state)
{
	struct process grandchild = { 0 };
	int pair[2];
	pid_t parent, pid = 0;

	(void)state;
	assert_int_equal(pipe(pair), 0);
	parent = fork();
	if (parent == 0) {
		struct process p = { 0 };

		if (!spawn_shell("exec sleep 60", true, &p) || write(pair[1], &p.pid, sizeof(p.pid)) < 0)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(pair[0], &pid, sizeof(pid)), sizeof(pid));
	assert_true(process_adopt(pid, &grandchild, NULL));
	assert_false(process_wait(&grandchild, 100, NULL));
	kill(parent, SIGKILL);
	assert_true(process_wait(&grandchild, SOON_MS, NULL));
	waitpid(parent, NULL, 0);
	close(pair[0]);
	close(pair[1]);
}

static void adopting_nobody_is_refused(void **state)
{
	struct process p = { 0 };
	struct err e = { 0 };
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	assert_false(process_adopt(pid, &p, &e));
	assert_string_equal(e.name, "process_gone");
	assert_false(process_adopt(0, &p, NULL));
	assert_false(process_adopt(-1, &p, NULL));
}

static void sibling_lies_beside_us(void **state)
{
	char path[4096];
	struct err e = { 0 };

	(void)state;
	assert_true(process_sibling("test_process", path, sizeof(path), &e));
	assert_int_equal(path[0], '/');
	assert_int_equal(access(path, X_OK), 0);
	assert_false(process_sibling("nothing-of-this-name", path, sizeof(path), &e));
	assert_string_equal(e.name, "no_program");
}

static void users_are_found(void **state)
{
	struct user u;
	struct err e = { 0 };

	(void)state;
	assert_true(user_find("root", &u, &e));
	assert_int_equal(u.uid, 0);
	assert_false(user_find("no-such-user-here", &u, &e));
	assert_string_equal(e.name, "user_missing");
	user_self(&u);
	assert_int_equal(u.uid, geteuid());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_is_kept),
		cmocka_unit_test(failure_says_the_last_line),
		cmocka_unit_test(too_slow_is_killed),
		cmocka_unit_test(missing_program_is_refused),
		cmocka_unit_test(exec_failure_is_heard),
		cmocka_unit_test(environment_is_what_was_given),
		cmocka_unit_test(descriptors_stay_here),
		cmocka_unit_test(signals_are_as_new),
		cmocka_unit_test(another_user),
		cmocka_unit_test(as_another_user),
		cmocka_unit_test(program_that_the_user_can_not_reach),
		cmocka_unit_test(stop_kills_what_does_not_heed),
		cmocka_unit_test(lifeline_closes_with_us),
		cmocka_unit_test(lifelines_are_not_shared),
		cmocka_unit_test(bound_child_dies_with_a_killed_parent),
		cmocka_unit_test(adopting_nobody_is_refused),
		cmocka_unit_test(sibling_lies_beside_us),
		cmocka_unit_test(users_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
