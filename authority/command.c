/* SPDX-License-Identifier: ISC */
#include "authority/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT_MAX = 65536 };

/* Reads until the end of the file or the deadline, and throws away what is too much. */
static void read_output(int fd, int64_t end, struct buf *to)
{
	struct pollfd f = { .fd = fd, .events = POLLIN };
	char block[4096];

	for (;;) {
		int64_t left = end - process_clock();
		ssize_t n;

		if (left <= 0 || (poll(&f, 1, (int)left) <= 0 && errno != EINTR))
			return;
		n = read(fd, block, sizeof(block));
		if (n == 0 || (n < 0 && errno != EINTR))
			return;
		if (n > 0 && to->n < OUTPUT_MAX)
			buf_add(to, block, (size_t)n);
	}
}

/* The last line that says something, for an error's text. */
static const char *last_line(struct buf *b)
{
	const char *s = buf_cstr(b);
	size_t n = s == NULL ? 0 : strlen(s);

	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == ' '))
		n--;
	b->n = n;
	s = buf_cstr(b);
	if (s == NULL || n == 0)
		return "it said nothing";
	while (n > 0 && s[n - 1] != '\n')
		n--;
	return s + n;
}

bool command_run(const struct process_options *o, int64_t ms, struct buf *output, struct err *e)
{
	struct process_options with = *o;
	struct process p = { 0 };
	struct buf said = { 0 };
	char words[PROCESS_WORDS];
	int64_t end = process_clock() + ms, left;
	int pair[2], status = -1;
	bool started, timely = false;

	if (pipe2(pair, O_CLOEXEC) != 0)
		return err_set(e, "spawn_failed", "%s: pipe: %s", o->name, strerror(errno));
	with.out = with.err = pair[1];
	started = process_spawn(&with, &p, e);
	close(pair[1]);
	if (started) {
		read_output(pair[0], end, &said);
		left = end - process_clock();
		timely = process_wait(&p, left > 0 ? left : 0, &status);
		process_stop(&p, SIGKILL, 0, NULL);
	}
	close(pair[0]);
	if (output != NULL)
		buf_add_slice(output, buf_slice(&said));
	if (started && !timely)
		err_set(e, "command_failed", "%s did not end within %lld seconds", o->name, (long long)(ms / 1000));
	if (started && timely && status != 0) {
		process_words(status, words);
		err_set(e, "command_failed", "%s ended with %s: %s", o->name, words, last_line(&said));
	}
	buf_free(&said);
	return started && timely && status == 0;
}
