/* SPDX-License-Identifier: ISC
 * Child processes: started as another user, bound to our life, waited for with a deadline. For programs with one thread. */
#ifndef AUTHORITY_PROCESS_H
#define AUTHORITY_PROCESS_H

#include "authority/users.h"
#include "base/bytes.h"
#include "base/err.h"

/* How to start a child. All zero but name and path is a plain child: stdin empty, stdout and stderr ours. */
struct process_options {
	const char *name;        /* for people */
	const char *path;        /* absolute, and argv[0]; opened as ourselves, so that `as` need not reach it */
	const char *const *args; /* behind argv[0], NULL-terminated; NULL: none */
	const char *const *env;  /* "NAME=value", NULL-terminated; NULL: ours */
	const struct user *as;   /* NULL: ourselves. Otherwise we must be root or that user */
	const char *dir;         /* working directory; NULL: "/" for another user, else ours */
	int in, out, err;        /* descriptors of ours; 0: see above */
	bool bound;              /* ends when we end: SIGTERM from the kernel, and a lifeline that reads as closed */
};

/* A process that runs. Descriptors are owned: process_close. All zero is none. */
struct process {
	pid_t pid;
	int pidfd;    /* readable once it has ended */
	int lifeline; /* our end, or -1 */
	bool child;   /* ours to reap; an adopted one is not */
};

/* The child is in a process group of its own, has no descriptor beside 0 to 2 and the lifeline, no signal blocked, no way to gain
 * privileges. Where the change of user or the exec fails, so does this. "spawn_failed", "no_memory" */
bool process_spawn(const struct process_options *o, struct process *out, struct err *e);
/* Watches a process that is not our child. "process_gone" */
bool process_adopt(pid_t pid, struct process *out, struct err *e);
/* True once it has ended, waiting at most ms milliseconds (-1: for ever); then it is closed, and *status is what waitpid says, or -1
 * for an adopted one. status may be NULL. */
bool process_wait(struct process *p, int64_t ms, int *status);
/* Nothing happens when it has ended. */
void process_signal(const struct process *p, int sig);
/* Asks by signal, waits ms milliseconds, then kills it and its process group. It has ended on return. */
void process_stop(struct process *p, int sig, int64_t ms, int *status);
/* Forgets it; it goes on, unless it is bound and heeds its lifeline. */
void process_close(struct process *p);

/* Runs fn in a fork that has become this user; true when it returned true. fn must not allocate or lock. */
bool process_as(const struct user *as, bool (*fn)(const void *arg), const void *arg);

/* In a bound child: the descriptor that becomes readable (end of file) when the parent is gone; -1 when there is none. */
int process_lifeline(void);
/* The absolute path of a program that lies beside the running one. "no_program" */
bool process_sibling(const char *program, char *out, size_t size, struct err *e);
/* "status 1", "signal 9 (Killed)", of what waitpid says. */
enum { PROCESS_WORDS = 64 };
void process_words(int status, char out[static PROCESS_WORDS]);
/* Milliseconds of a clock that only goes forward. */
int64_t process_clock(void);

#endif
