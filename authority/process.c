/* SPDX-License-Identifier: ISC */
#include "authority/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	LIFELINE_FD = 3,
	HIGH_FD = 10, /* what the child needs until its exec lies above what it is to have */
	ARGS_MAX = 64,
};

static const char lifeline_name[] = "CHARTERHOUSE_LIFELINE";

/* What the child needs between fork and exec, prepared before: nothing there may allocate. */
struct plan {
	const struct process_options *o;
	char *const *argv, *const *envp;
	int exe, lifeline, report;
	pid_t parent;
};

/* What went wrong in the child, sent through a pipe that a good exec closes. */
struct failure {
	int code;
	char step[32];
};

static _Noreturn void child_fail(int report, const char *step)
{
	struct failure f = { .code = errno };

	strncpy(f.step, step, sizeof(f.step) - 1);
	if (write(report, &f, sizeof(f)) < 0)
		_exit(126);
	_exit(127);
}

static bool become(const struct user *as)
{
	if (geteuid() != 0)
		return geteuid() == as->uid;
	return setgroups(0, NULL) == 0 && setresgid(as->gid, as->gid, as->gid) == 0 && setresuid(as->uid, as->uid, as->uid) == 0 &&
		(as->uid == 0 || setuid(0) != 0);
}

static bool move_fd(int from, int to)
{
	return from < 0 || dup2(from, to) == to;
}

/* Descriptors 0 to 2 as asked for, the lifeline as 3, everything else closed by the exec. */
static bool child_descriptors(const struct plan *p)
{
	const struct process_options *o = p->o;
	int in = o->in > 0 ? fcntl(o->in, F_DUPFD_CLOEXEC, HIGH_FD) : open("/dev/null", O_RDONLY | O_CLOEXEC);
	int out = o->out > 0 ? fcntl(o->out, F_DUPFD_CLOEXEC, HIGH_FD) : -1;
	int err = o->err > 0 ? fcntl(o->err, F_DUPFD_CLOEXEC, HIGH_FD) : -1;

	if (in < 0 || (o->out > 0 && out < 0) || (o->err > 0 && err < 0))
		return false;
	return move_fd(in, 0) && move_fd(out, 1) && move_fd(err, 2) && move_fd(p->lifeline, LIFELINE_FD) &&
		close_range(p->lifeline < 0 ? LIFELINE_FD : LIFELINE_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

static void child_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		(void)signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void child_main(const struct plan *p)
{
	const struct process_options *o = p->o;

	child_signals();
	if (setpgid(0, 0) != 0)
		child_fail(p->report, "process group");
	if (!child_descriptors(p))
		child_fail(p->report, "descriptors");
	if (o->as != NULL && !become(o->as))
		child_fail(p->report, "change of user");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		child_fail(p->report, "no new privileges");
	/* A change of user takes the death signal away (prctl(2)), so it is set behind it; a parent that died before is seen by getppid. */
	if (o->bound && (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 || getppid() != p->parent))
		child_fail(p->report, "bond with its parent");
	if ((o->dir != NULL || o->as != NULL) && chdir(o->dir != NULL ? o->dir : "/") != 0)
		child_fail(p->report, "working directory");
	/* By its path where this user reaches it, so that it has its name in a list of processes. */
	execve(o->path, p->argv, p->envp);
	fexecve(p->exe, p->argv, p->envp);
	child_fail(p->report, "exec");
}

/* argv and environment of the child; *env is to be freed, its strings are borrowed. */
static bool plan_words(const struct process_options *o, char **argv, char ***env, char *lifeline, struct err *e)
{
	const char *const *from = o->env != NULL ? o->env : (const char *const *)environ;
	size_t n = 0, to = 0;

	argv[0] = (char *)(uintptr_t)o->path;
	for (n = 0; o->args != NULL && o->args[n] != NULL; n++) {
		if (n + 2 >= ARGS_MAX)
			return err_set(e, "spawn_failed", "%s: more than %d arguments", o->name, ARGS_MAX - 2);
		argv[n + 1] = (char *)(uintptr_t)o->args[n];
	}
	argv[n + 1] = NULL;
	for (n = 0; from[n] != NULL; n++)
		;
	*env = calloc(n + 2, sizeof(**env));
	if (*env == NULL)
		return err_memory(e);
	for (size_t i = 0; i < n; i++)
		if (strncmp(from[i], lifeline_name, sizeof(lifeline_name) - 1) != 0)
			(*env)[to++] = (char *)(uintptr_t)from[i];
	if (o->bound)
		(*env)[to++] = lifeline;
	return true;
}

/* Forks, and hears through a pipe whether the exec went well; its writing end is closed then. */
static pid_t plan_start(struct plan *p, int report[static 2], struct err *e)
{
	struct failure f = { 0 };
	ssize_t got;
	pid_t pid;

	p->report = report[1];
	pid = fork();
	if (pid < 0) {
		err_set(e, "spawn_failed", "%s: fork: %s", p->o->name, strerror(errno));
		return -1;
	}
	if (pid == 0)
		child_main(p);
	close(report[1]);
	report[1] = -1;
	do
		got = read(report[0], &f, sizeof(f));
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return pid;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	f.step[sizeof(f.step) - 1] = '\0';
	err_set(e, "spawn_failed", "%s (%s): %s: %s", p->o->name, p->o->path, f.step, strerror(f.code));
	return -1;
}

/* What a start needs of descriptors beside those that the caller gives: all above HIGH_FD, closed by the exec. */
struct start_fds {
	int exe, line[2], report[2];
};

/* The same descriptor, high up; closes the low one. */
static int raise_fd(int low)
{
	int high = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, HIGH_FD);

	if (low >= 0)
		close(low);
	return high;
}

static bool high_pipe(int ends[static 2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC) != 0)
		return false;
	ends[0] = raise_fd(low[0]);
	ends[1] = raise_fd(low[1]);
	return ends[0] >= 0 && ends[1] >= 0;
}

/* All of *fds is -1 before, and what was opened is to be closed also when this fails. */
static bool open_fds(const struct process_options *o, struct start_fds *fds, struct err *e)
{
	fds->exe = raise_fd(open(o->path, O_RDONLY | O_CLOEXEC));
	if (fds->exe < 0)
		return err_set(e, "spawn_failed", "%s (%s): %s", o->name, o->path, strerror(errno));
	if (!high_pipe(fds->line) || !high_pipe(fds->report))
		return err_set(e, "spawn_failed", "%s: pipe: %s", o->name, strerror(errno));
	return true;
}

static void close_fds(const struct start_fds *fds)
{
	const int all[] = { fds->exe, fds->line[0], fds->line[1], fds->report[0], fds->report[1] };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] >= 0)
			close(all[i]);
}

/* A child that was just started, as a process: it is killed where that cannot be. */
static bool watch(const struct process_options *o, pid_t pid, struct process *out, struct err *e)
{
	int fd = pidfd_open(pid, 0);

	if (fd < 0) {
		err_set(e, "spawn_failed", "%s: pidfd_open: %s (Linux 5.3 or newer is needed)", o->name, strerror(errno));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return false;
	}
	*out = (struct process){ .pid = pid, .pidfd = fd, .lifeline = -1, .child = true };
	return true;
}

bool process_spawn(const struct process_options *o, struct process *out, struct err *e)
{
	char *argv[ARGS_MAX], **env = NULL, lifeline[sizeof(lifeline_name) + 8];
	struct plan p = { .o = o, .argv = argv, .parent = getpid() };
	struct start_fds fds = { -1, { -1, -1 }, { -1, -1 } };
	bool rc = false;
	pid_t pid;

	snprintf(lifeline, sizeof(lifeline), "%s=%d", lifeline_name, LIFELINE_FD);
	if (!plan_words(o, argv, &env, lifeline, e) || !open_fds(o, &fds, e))
		goto out;
	p.envp = env;
	p.exe = fds.exe;
	p.lifeline = o->bound ? fds.line[0] : -1;
	pid = plan_start(&p, fds.report, e);
	rc = pid >= 0 && watch(o, pid, out, e);
	if (rc && o->bound) {
		out->lifeline = fds.line[1];
		fds.line[1] = -1;
	}
out:
	close_fds(&fds);
	free(env);
	return rc;
}

bool process_adopt(pid_t pid, struct process *out, struct err *e)
{
	int fd = pid > 0 ? pidfd_open(pid, 0) : -1;

	if (fd < 0)
		return err_set(e, "process_gone", "process %d: %s", (int)pid, pid > 0 ? strerror(errno) : "no such number");
	*out = (struct process){ .pid = pid, .pidfd = fd, .lifeline = -1 };
	return true;
}

void process_close(struct process *p)
{
	if (p->pid == 0)
		return;
	close(p->pidfd);
	if (p->lifeline >= 0)
		close(p->lifeline);
	*p = (struct process){ 0 };
}

bool process_wait(struct process *p, int64_t ms, int *status)
{
	struct pollfd f = { .fd = p->pidfd, .events = POLLIN };
	int64_t end = process_clock() + ms;
	int word = -1, n;

	if (p->pid == 0)
		return true;
	do {
		int64_t left = ms < 0 ? -1 : end - process_clock();

		n = poll(&f, 1, ms < 0 ? -1 : (int)(left < 0 ? 0 : left));
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	if (p->child)
		while (waitpid(p->pid, &word, 0) < 0 && errno == EINTR)
			;
	process_close(p);
	if (status != NULL)
		*status = word;
	return true;
}

void process_signal(const struct process *p, int sig)
{
	if (p->pid != 0)
		(void)pidfd_send_signal(p->pidfd, sig, NULL, 0);
}

void process_stop(struct process *p, int sig, int64_t ms, int *status)
{
	process_signal(p, sig);
	if (process_wait(p, ms, status))
		return;
	/* With what it started in its group; it is alive, so the number is still its own. */
	if (p->child)
		(void)kill(-p->pid, SIGKILL);
	process_signal(p, SIGKILL);
	process_wait(p, -1, status);
}

bool process_as(const struct user *as, bool (*fn)(const void *arg), const void *arg)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(become(as) && fn(arg) ? 0 : 1);
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status == 0;
}

int process_lifeline(void)
{
	const char *word = getenv(lifeline_name);

	return word != NULL && strcmp(word, "3") == 0 && fcntl(LIFELINE_FD, F_GETFD) >= 0 ? LIFELINE_FD : -1;
}

bool process_sibling(const char *program, char *out, size_t size, struct err *e)
{
	char self[4096], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int len;

	if (n <= 0)
		return err_set(e, "no_program", "/proc/self/exe cannot be read: is /proc mounted?");
	self[n] = '\0';
	slash = strrchr(self, '/');
	len = slash == NULL ? -1 : snprintf(out, size, "%.*s/%s", (int)(slash - self), self, program);
	if (len < 0 || (size_t)len >= size || access(out, X_OK) != 0)
		return err_set(e, "no_program", "%s does not lie beside %s", program, self);
	return true;
}

void process_words(int status, char out[static PROCESS_WORDS])
{
	if (status == -1)
		snprintf(out, PROCESS_WORDS, "a status that only its parent knows");
	else if (WIFSIGNALED(status))
		snprintf(out, PROCESS_WORDS, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(out, PROCESS_WORDS, "status %d", WEXITSTATUS(status));
}

int64_t process_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
