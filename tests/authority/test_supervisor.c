/* SPDX-License-Identifier: ISC */
#include "authority/supervisor.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/authority/scratch.h"

enum { STOP_MS = 3000 };

struct script {
	char text[1024];
	const char *args[3];
	struct process_options how;
	char mark[SCRATCH_MAX]; /* ready when this file is there */
};

static bool start_script(void *ctx, struct process *out, struct err *e)
{
	return process_spawn(&((struct script *)ctx)->how, out, e);
}

static bool script_ready(void *ctx)
{
	return access(((struct script *)ctx)->mark, F_OK) == 0;
}

/* A child that writes what happens to it into DIR/events, under its name. */
static void script_make(struct script *s, const char *name, const char *dir, const char *text)
{
	snprintf(s->text, sizeof(s->text), "d=%s; n=%s; say() { echo $n-$1 >>$d/events; }; trap 'say term; exit 0' TERM; %s", dir, name,
		text);
	s->args[0] = "-c";
	s->args[1] = s->text;
	s->args[2] = NULL;
	s->how = (struct process_options){ .name = name, .path = "/bin/sh", .args = s->args, .bound = true };
	scratch_path(dir, name, s->mark);
}

static const char serve[] = "say start; touch $d/$n; while :; do sleep 0.05; done";

/* Runs the supervisor in a process of its own; its end: 0 when it says true, 1 otherwise, and the error's name is in DIR/error. */
static pid_t supervisor_fork(const struct supervised *table, size_t n, const char *dir)
{
	pid_t pid = fork();

	if (pid == 0) {
		char path[SCRATCH_MAX];
		struct err e = { 0 };
		struct log log = { 0 };
		bool rc;
		FILE *f;

		scratch_path(dir, "log", path);
		log = (struct log){ .to = fopen(path, "we"), .program = "test", .level = LOG_DEBUG };
		rc = supervisor_run(table, n, &log, &e);
		scratch_path(dir, "error", path);
		f = fopen(path, "we");
		fprintf(f, "%s: %s\n", e.name, e.text);
		fclose(f);
		_exit(rc ? 0 : 1);
	}
	return pid;
}

static int end_of(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

static void started_in_order_and_stopped_in_reverse(void **state)
{
	char dir[SCRATCH_MAX], events[512];
	struct script a, b;
	const struct supervised table[] = {
		{ "a", start_script, script_ready, NULL, &a, SIGTERM, STOP_MS, 0 },
		{ "b", start_script, script_ready, NULL, &b, SIGTERM, STOP_MS, 0 },
	};
	pid_t pid;

	(void)state;
	scratch_make(dir);
	script_make(&a, "a", dir, "sleep 0.3; say start; touch $d/$n; while :; do sleep 0.05; done");
	script_make(&b, "b", dir, serve);
	pid = supervisor_fork(table, 2, dir);
	assert_true(scratch_wait(dir, "events", "b-start"));
	kill(pid, SIGTERM);
	assert_int_equal(end_of(pid), 0);
	scratch_read(dir, "events", events, sizeof(events));
	assert_string_equal(events, "a-start\nb-start\nb-term\na-term\n");
	scratch_remove(dir);
}

static void what_ends_is_started_again(void **state)
{
	char dir[SCRATCH_MAX], events[512];
	struct script a, b;
	const struct supervised table[] = {
		{ "a", start_script, script_ready, NULL, &a, SIGTERM, STOP_MS, 0 },
		{ "b", start_script, script_ready, NULL, &b, SIGTERM, STOP_MS, 0 },
	};
	pid_t pid;

	(void)state;
	scratch_make(dir);
	script_make(&a, "a", dir, serve);
	script_make(&b, "b", dir,
		"say start; touch $d/$n; [ -f $d/again ] || { touch $d/again; kill -9 $$; }; say second; while :; do sleep 0.05; done");
	pid = supervisor_fork(table, 2, dir);
	assert_true(scratch_wait(dir, "events", "b-second"));
	kill(pid, SIGINT);
	assert_int_equal(end_of(pid), 0);
	scratch_read(dir, "events", events, sizeof(events));
	assert_null(strstr(strstr(events, "a-start") + 1, "a-start")); /* a went on */
	assert_true(scratch_wait(dir, "log", "signal 9"));
	scratch_remove(dir);
}

static void usage_error_ends_all(void **state)
{
	char dir[SCRATCH_MAX];
	struct script a, b;
	const struct supervised table[] = {
		{ "a", start_script, script_ready, NULL, &a, SIGTERM, STOP_MS, 0 },
		{ "b", start_script, script_ready, NULL, &b, SIGTERM, STOP_MS, 0 },
	};
	pid_t pid;

	(void)state;
	scratch_make(dir);
	script_make(&a, "a", dir, serve);
	script_make(&b, "b", dir, "exit 2");
	pid = supervisor_fork(table, 2, dir);
	assert_int_equal(WEXITSTATUS(end_of(pid)), 1);
	assert_true(scratch_wait(dir, "error", "child_failed: b ended with status 2"));
	assert_true(scratch_wait(dir, "events", "a-term"));
	scratch_remove(dir);
}

static void never_ready_is_given_up(void **state)
{
	char dir[SCRATCH_MAX];
	struct script a;
	const struct supervised table[] = { { "a", start_script, script_ready, NULL, &a, SIGTERM, STOP_MS, 3 } };
	pid_t pid;

	(void)state;
	scratch_make(dir);
	script_make(&a, "a", dir, "say start; exit 1");
	pid = supervisor_fork(table, 1, dir);
	assert_int_equal(WEXITSTATUS(end_of(pid)), 1);
	assert_true(scratch_wait(dir, "events", "a-start\na-start\na-start\n"));
	assert_true(scratch_wait(dir, "error", "child_failed: a did not start in 3 tries"));
	scratch_remove(dir);
}

static bool refuse_once(void *ctx, struct err *e)
{
	(void)ctx;
	return err_set(e, "schema_newer", "no");
}

static void failing_preparation_ends_all(void **state)
{
	char dir[SCRATCH_MAX], events[512];
	struct script a, b;
	const struct supervised table[] = {
		{ "a", start_script, script_ready, refuse_once, &a, SIGTERM, STOP_MS, 0 },
		{ "b", start_script, script_ready, NULL, &b, SIGTERM, STOP_MS, 0 },
	};
	pid_t pid;

	(void)state;
	scratch_make(dir);
	script_make(&a, "a", dir, serve);
	script_make(&b, "b", dir, serve);
	pid = supervisor_fork(table, 2, dir);
	assert_int_equal(WEXITSTATUS(end_of(pid)), 1);
	assert_true(scratch_wait(dir, "error", "schema_newer"));
	scratch_read(dir, "events", events, sizeof(events));
	assert_string_equal(events, "a-start\na-term\n");
	scratch_remove(dir);
}

static void second_signal_kills(void **state)
{
	char dir[SCRATCH_MAX];
	struct script a;
	const struct supervised table[] = { { "a", start_script, script_ready, NULL, &a, SIGTERM, 60000, 0 } };
	int64_t start;
	pid_t pid;

	(void)state;
	scratch_make(dir);
	script_make(&a, "a", dir, "trap 'say heard' TERM; say start; touch $d/$n; while :; do sleep 0.05; done");
	pid = supervisor_fork(table, 1, dir);
	assert_true(scratch_wait(dir, "log", "child_ready"));
	start = process_clock();
	kill(pid, SIGTERM);
	assert_true(scratch_wait(dir, "events", "a-heard"));
	kill(pid, SIGTERM);
	assert_int_equal(end_of(pid), 0);
	assert_true(process_clock() - start < 20000);
	scratch_remove(dir);
}

static void hangup_is_passed_on(void **state)
{
	char dir[SCRATCH_MAX];
	struct script a;
	const struct supervised table[] = { { "a", start_script, script_ready, NULL, &a, SIGTERM, STOP_MS, 0 } };
	pid_t pid;

	(void)state;
	scratch_make(dir);
	script_make(&a, "a", dir, "trap 'say reload' HUP; say start; touch $d/$n; while :; do sleep 0.05; done");
	pid = supervisor_fork(table, 1, dir);
	assert_true(scratch_wait(dir, "log", "child_ready"));
	kill(pid, SIGHUP);
	assert_true(scratch_wait(dir, "events", "a-reload"));
	kill(pid, SIGTERM);
	assert_int_equal(end_of(pid), 0);
	scratch_remove(dir);
}

static void waits_grow(void **state)
{
	(void)state;
	assert_int_equal(supervisor_backoff(0), 0);
	for (size_t i = 1; i < 10; i++)
		assert_true(supervisor_backoff(i + 1) > supervisor_backoff(i));
	assert_int_equal(supervisor_backoff(1000), supervisor_backoff(10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(started_in_order_and_stopped_in_reverse),
		cmocka_unit_test(what_ends_is_started_again),
		cmocka_unit_test(usage_error_ends_all),
		cmocka_unit_test(never_ready_is_given_up),
		cmocka_unit_test(failing_preparation_ends_all),
		cmocka_unit_test(second_signal_kills),
		cmocka_unit_test(hangup_is_passed_on),
		cmocka_unit_test(waits_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
