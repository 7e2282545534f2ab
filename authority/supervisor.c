/* SPDX-License-Identifier: ISC */
#include "authority/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEADY_MS = 60000, LOOK_MS = 50 };

static const int16_t backoff_ms[] = { 100, 200, 400, 800, 1500, 3000, 6000, 10000, 20000, 30000 };

struct running {
	const struct supervised *what;
	struct process process;
	bool ready, was_ready;
	size_t failures;
	int64_t started, due;
};

struct supervisor {
	struct running children[SUPERVISED_MAX];
	size_t n;
	int signals;
	bool ending;
	struct log *log;
};

int64_t supervisor_backoff(size_t n)
{
	const size_t last = sizeof(backoff_ms) / sizeof(backoff_ms[0]) - 1;

	return n == 0 ? 0 : backoff_ms[n - 1 < last ? n - 1 : last];
}

/* Counts a failure, and says when to try again; false when that has no sense any more. */
static bool child_failed(struct supervisor *s, struct running *c, const struct err *why, struct err *e)
{
	size_t tries = c->what->tries != 0 ? c->what->tries : SUPERVISOR_TRIES;
	char wait[24];

	if (c->ready && process_clock() - c->started >= STEADY_MS)
		c->failures = 0;
	c->ready = false;
	c->failures++;
	c->due = process_clock() + supervisor_backoff(c->failures);
	snprintf(wait, sizeof(wait), "%lld", (long long)supervisor_backoff(c->failures));
	log_error(s->log, LOG_WARN, "child_failed", why, "child", c->what->name, "again_ms", wait, NULL);
	if (c->was_ready || c->failures < tries)
		return true;
	return err_set(e, why->name, "%s did not start in %zu tries: %s", c->what->name, tries, why->text);
}

static bool child_start(struct supervisor *s, struct running *c, struct err *e)
{
	struct err why = { 0 };
	char pid[16];

	c->started = process_clock();
	if (!c->what->start(c->what->ctx, &c->process, &why))
		return child_failed(s, c, &why, e);
	snprintf(pid, sizeof(pid), "%d", (int)c->process.pid);
	log_event(s->log, LOG_INFO, c->process.child ? "child_started" : "child_adopted", "child", c->what->name, "pid", pid, NULL);
	return true;
}

static bool child_ended(struct supervisor *s, struct running *c, int status, struct err *e)
{
	struct err why = { 0 };
	char words[PROCESS_WORDS];

	process_words(status, words);
	err_set(&why, "child_failed", "%s ended with %s", c->what->name, words);
	if (status != -1 && WIFEXITED(status) && (WEXITSTATUS(status) == SUPERVISED_USAGE || WEXITSTATUS(status) == SUPERVISED_CONFIG)) {
		log_error(s->log, LOG_ERROR, "child_gave_up", &why, "child", c->what->name, NULL);
		return err_set(e, why.name, "%s: it says that starting it again does not help; its own message stands above", why.text);
	}
	return child_failed(s, c, &why, e);
}

/* Starts what is due and looks whether it is ready. Later children wait until the earlier ones have been ready once. */
static bool children_step(struct supervisor *s, struct err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		struct running *c = &s->children[i];

		if (c->process.pid == 0 && c->due <= process_clock() && !child_start(s, c, e))
			return false;
		if (c->process.pid != 0 && !c->ready && (c->what->ready == NULL || c->what->ready(c->what->ctx))) {
			c->ready = true;
			log_event(s->log, LOG_INFO, "child_ready", "child", c->what->name, NULL);
			if (!c->was_ready && c->what->once != NULL && !c->what->once(c->what->ctx, e))
				return false;
			c->was_ready = true;
		}
		if (!c->was_ready)
			return true;
	}
	return true;
}

/* Until when nothing is to be done unless something happens; -1 for ever. */
static int children_pause(const struct supervisor *s)
{
	int64_t pause = -1, now = process_clock();

	for (size_t i = 0; i < s->n; i++) {
		const struct running *c = &s->children[i];
		int64_t wait = c->process.pid != 0 ? (c->ready ? -1 : LOOK_MS) : (c->due > now ? c->due - now : 0);

		if (wait >= 0 && (pause < 0 || wait < pause))
			pause = wait;
		if (!c->was_ready)
			break;
	}
	return (int)pause;
}

static void take_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM)
			s->ending = true;
		if (info.ssi_signo == SIGHUP)
			for (size_t i = 0; i < s->n; i++)
				process_signal(&s->children[i].process, SIGHUP);
	}
}

static bool children_wait(struct supervisor *s, struct err *e)
{
	struct pollfd f[SUPERVISED_MAX + 1] = { { .fd = s->signals, .events = POLLIN } };

	for (size_t i = 0; i < s->n; i++)
		f[i + 1] = (struct pollfd){ .fd = s->children[i].process.pid != 0 ? s->children[i].process.pidfd : -1, .events = POLLIN };
	if (poll(f, s->n + 1, children_pause(s)) < 0 && errno != EINTR)
		return err_set(e, "child_failed", "poll: %s", strerror(errno));
	take_signals(s);
	/* Asked to end, a child that ended too (Ctrl-C goes to nobody else, but a service manager may signal all) is no failure. */
	for (size_t i = 0; i < s->n && !s->ending; i++) {
		int status;

		if (s->children[i].process.pid == 0 || !process_wait(&s->children[i].process, 0, &status))
			continue;
		if (!child_ended(s, &s->children[i], status, e))
			return false;
	}
	return true;
}

static void child_stop(struct supervisor *s, struct running *c)
{
	int64_t end = process_clock() + c->what->stop_ms;
	struct pollfd f[2] = { { .fd = c->process.pidfd, .events = POLLIN }, { .fd = s->signals, .events = POLLIN } };
	char words[PROCESS_WORDS];
	int status = -1;

	if (c->process.pid == 0)
		return;
	s->ending = false;
	process_signal(&c->process, c->what->stop_signal);
	while (!s->ending && f[0].revents == 0 && process_clock() < end) {
		(void)poll(f, 2, (int)(end - process_clock() > 0 ? end - process_clock() : 0));
		take_signals(s);
	}
	process_stop(&c->process, f[0].revents != 0 ? c->what->stop_signal : SIGKILL, 0, &status);
	process_words(status, words);
	log_event(s->log, LOG_INFO, "child_stopped", "child", c->what->name, "with", words, NULL);
}

bool supervisor_run(const struct supervised *children, size_t n, struct log *log, struct err *e)
{
	struct supervisor s = { .n = n, .log = log };
	sigset_t ours, before;
	bool rc = true;

	if (n > SUPERVISED_MAX)
		return err_set(e, "child_failed", "more than %d children", SUPERVISED_MAX);
	for (size_t i = 0; i < n; i++)
		s.children[i].what = &children[i];
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGPIPE);
	sigprocmask(SIG_BLOCK, &ours, &before);
	s.signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s.signals < 0)
		rc = err_set(e, "child_failed", "signalfd: %s", strerror(errno));
	while (rc && !s.ending)
		rc = children_step(&s, e) && children_wait(&s, e);
	for (size_t i = n; i > 0; i--)
		child_stop(&s, &s.children[i - 1]);
	if (s.signals >= 0) {
		take_signals(&s);
		close(s.signals);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}
