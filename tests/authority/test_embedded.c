/* SPDX-License-Identifier: ISC
 * timeout: 180 */
#include "authority/embedded.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "authority/command.h"
#include "authority/supervisor.h"
#include "tests/authority/scratch.h"

/* A directory with a copy of this program and scripts that stand for gauthd and gauth-signer, so that they lie beside it.
 * As root it is closed to everybody else, as a clone under root's home is. */
struct setting {
	char top[SCRATCH_MAX], home[SCRATCH_MAX], out[SCRATCH_MAX], state[SCRATCH_MAX], system[SCRATCH_MAX], runtime[SCRATCH_MAX];
};

enum { SOON_MS = 30000 };

static const char signer_script[] = "echo signer $(id -un) $* >>$OUT; exec sleep 600\n";
static const char daemon_script[] = "echo daemon $(id -un) role $(psql \"$1\" -Atc 'SELECT current_user') >>$OUT\n"
				    "cat $2/* 2>/dev/null | head -c 1 >>$OUT; touch $2/x 2>/dev/null && echo LEAK >>$OUT\n"
				    "echo up >>$OUT; read x <&3\n";

static void put_program(const char *dir, const char *name, const char *text, const char *out)
{
	char path[SCRATCH_MAX];
	FILE *f;

	scratch_path(dir, name, path);
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nOUT=%s\n%s", out, text);
	fclose(f);
	assert_int_equal(chmod(path, 0755), 0);
}

static int set_up(void **state)
{
	struct setting *s = calloc(1, sizeof(*s));
	FILE *f;

	scratch_make(s->top);
	scratch_path(s->top, "home", s->home);
	scratch_path(s->top, "out", s->out);
	scratch_path(s->top, "system", s->system);
	scratch_path(s->top, "r", s->runtime);
	scratch_path(s->home, "var", s->state);
	assert_int_equal(mkdir(s->home, 0755), 0);
	f = fopen(s->out, "we");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(chmod(s->out, 0666), 0);
	put_program(s->home, "gauth-signer", signer_script, s->out);
	put_program(s->home, "gauthd", daemon_script, s->out);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setting *s = *state;

	scratch_remove(s->top);
	free(s);
	return 0;
}

/* This program again, from the other directory, as a supervisor: `test_embedded run STATE SYSTEM RUNTIME LOG`. */
static struct process supervisor_spawn(const struct setting *s)
{
	char path[SCRATCH_MAX], log[SCRATCH_MAX], command[3 * SCRATCH_MAX];
	const char *const copy[] = { "-c", command, NULL };
	const char *const args[] = { "run", s->state, s->system, s->runtime, log, NULL };
	const struct process_options sh = { .name = "sh", .path = "/bin/sh", .args = copy };
	const struct process_options o = { .name = "supervisor", .path = path, .args = args };
	struct process p = { 0 };
	struct err e = { 0 };

	scratch_path(s->top, "log", log);
	scratch_path(s->home, "supervisor", path);
	snprintf(command, sizeof(command), "cp /proc/%d/exe %s", (int)getpid(), path);
	if ((access(path, F_OK) != 0 && !command_run(&sh, SOON_MS, NULL, &e)) || !process_spawn(&o, &p, &e))
		fail_msg("%s", e.text);
	return p;
}

static bool database_up(void *ctx, struct err *e)
{
	(void)e;
	log_event(ctx, LOG_INFO, "prepared", NULL);
	return true;
}

static int run(char **argv)
{
	struct log log = { .to = fopen(argv[5], "ae"), .program = "gauthd", .level = LOG_DEBUG };
	const struct embedded_options o = { .state = argv[2], .log = &log, .system = argv[3], .runtime = argv[4] };
	char conninfo[CLUSTER_CONNINFO_MAX];
	struct err e = { 0 };
	struct embedded *m = embedded_open(&o, &e);
	bool rc = false;

	if (m != NULL) {
		const char *const signer_args[] = { "--signer", NULL };
		const char *const daemon_args[] = { conninfo, embedded_signer_dir(m), NULL };
		const struct embedded_children c = {
			.signer_args = signer_args, .daemon_args = daemon_args, .database_up = database_up, .ctx = &log
		};

		cluster_conninfo(embedded_place(m), cluster_daemon, conninfo);
		rc = embedded_run(m, &c, &e);
	}
	if (!rc)
		log_error(&log, LOG_ERROR, "ended", &e, NULL);
	embedded_free(m);
	fclose(log.to);
	return rc ? 0 : 1;
}

static bool wait_long(const struct setting *s, const char *name, const char *text)
{
	for (int i = 0; i < 6; i++)
		if (scratch_wait(s->top, name, text))
			return true;
	return false;
}

static void wants(const struct setting *s, const char *name, const char *text)
{
	char now[4096];

	if (wait_long(s, name, text))
		return;
	scratch_read(s->top, name, now, sizeof(now));
	fail_msg("no '%s' in %s:\n%s", text, name, now);
}

static void forget_output(const struct setting *s, const char *name)
{
	char path[SCRATCH_MAX];

	scratch_path(s->top, name, path);
	assert_int_equal(truncate(path, 0), 0);
}

/* Life, death by SIGKILL, and a second life; then an end in order. */
static void three_children(struct setting *s, const char *signer, const char *daemon)
{
	struct process p = supervisor_spawn(s), q;
	int status = -1;
	char text[4096];

	wants(s, "out", "up");
	wants(s, "out", signer);
	wants(s, "out", daemon);
	q = supervisor_spawn(s);
	assert_true(process_wait(&q, SOON_MS, &status));
	assert_int_equal(WEXITSTATUS(status), 1);
	wants(s, "log", "state_busy");
	process_signal(&p, SIGKILL);
	assert_true(process_wait(&p, SOON_MS, NULL));
	forget_output(s, "out");
	forget_output(s, "log");
	p = supervisor_spawn(s);
	wants(s, "out", "up");
	wants(s, "log", "child_adopted child=postgres");
	scratch_read(s->top, "out", text, sizeof(text));
	if (geteuid() == 0)
		assert_null(strstr(text, "LEAK"));
	process_stop(&p, SIGTERM, SOON_MS, &status);
	assert_int_equal(status, 0);
	scratch_read(s->top, "log", text, sizeof(text));
	assert_non_null(strstr(text, "child_stopped child=gauthd"));
	assert_non_null(strstr(strstr(text, "child_stopped child=gauthd"), "child_stopped child=postgres"));
}

static void one_user_runs_all(void **state)
{
	struct setting *s = *state;
	char signer[128], daemon[128];
	struct user self;

	if (geteuid() == 0)
		skip();
	user_self(&self);
	snprintf(signer, sizeof(signer), "signer %s --signer", self.name);
	snprintf(daemon, sizeof(daemon), "daemon %s role gauthd", self.name);
	three_children(s, signer, daemon);
	wants(s, "log", "one_user");
}

static void each_part_is_a_user_of_its_own(void **state)
{
	struct setting *s = *state;

	if (geteuid() != 0)
		skip();
	three_children(s, "signer gauth-signer --signer", "daemon gauthd role gauthd");
}

/* Scripts are read by the shell, which must reach them; programs need not be reached (test_process.c). */
static void unreachable_directory_is_named(void **state)
{
	struct setting *s = *state;
	struct process p;
	struct stat st;
	int status = -1;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(s->home, 0700), 0);
	p = supervisor_spawn(s);
	wants(s, "log", "state_elsewhere");
	wants(s, "log", "prepared");
	assert_int_equal(stat(s->system, &st), 0);
	process_stop(&p, SIGTERM, SOON_MS, &status);
	assert_int_equal(status, 0);
}

static int embedded_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_user_runs_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_part_is_a_user_of_its_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(unreachable_directory_is_named, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

static bool tests_as_somebody(const void *dir)
{
	setenv("TMPDIR", dir, 1);
	/* After the change of user without an exec, /proc would show us to root alone. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return chdir("/") == 0 && embedded_tests() == 0;
}

int main(int argc, char **argv)
{
	char dir[SCRATCH_MAX];
	struct user nobody;
	int failed;

	if (argc == 6)
		return run(argv);
	failed = embedded_tests();
	if (geteuid() != 0)
		return failed;
	scratch_make(dir);
	if (!user_find("nobody", &nobody, NULL) || chown(dir, nobody.uid, nobody.gid) != 0 || !process_as(&nobody, tests_as_somebody, dir))
		failed++;
	scratch_remove(dir);
	return failed;
}
