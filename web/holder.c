/* SPDX-License-Identifier: ISC */
#include "web/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATE_LISTEN = 0x0a, INODES = 16, LINE = 512, PATH_TEXT = 300 };

struct inodes {
	unsigned long i[INODES];
	size_t n;
};

/* proc(5), /proc/net/tcp: sl, local address:port, remote address:port, state, queues, timers, retransmits, uid, timeout, inode. */
static void read_table(const char *path, unsigned port, struct inodes *out)
{
	FILE *f = fopen(path, "re");
	char line[LINE];

	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL && out->n < INODES) {
		unsigned local, state;
		unsigned long inode;

		if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %lu", &local, &state, &inode) !=
			3)
			continue;
		if (local == port && state == STATE_LISTEN)
			out->i[out->n++] = inode;
	}
	fclose(f);
}

static bool holds(const char *pid, const struct inodes *sockets)
{
	char dir[PATH_TEXT], path[2 * PATH_TEXT], target[64];
	struct dirent *d;
	bool found = false;
	DIR *fds;

	snprintf(dir, sizeof(dir), "/proc/%s/fd", pid);
	fds = opendir(dir);
	if (fds == NULL)
		return false;
	while (!found && (d = readdir(fds)) != NULL) {
		unsigned long inode;
		ssize_t n;

		snprintf(path, sizeof(path), "%s/%s", dir, d->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (sscanf(target, "socket:[%lu]", &inode) != 1)
			continue;
		for (size_t i = 0; i < sockets->n; i++)
			found = found || sockets->i[i] == inode;
	}
	closedir(fds);
	return found;
}

static void name_of(const char *pid, char out[static HOLDER_NAME])
{
	char path[PATH_TEXT];
	FILE *f;

	out[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return;
	if (fgets(out, HOLDER_NAME, f) == NULL)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	fclose(f);
}

/* proc(5), /proc/pid/status: the line "PPid:". */
static void name_of_parent(const char *pid, char out[static HOLDER_NAME])
{
	char path[PATH_TEXT], line[LINE], parent[16] = "";
	FILE *f;

	out[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return;
	while (parent[0] == '\0' && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "PPid: %15[0-9]", parent) == 1)
			name_of(parent, out);
	fclose(f);
}

bool holder_find(unsigned port, struct holder *out)
{
	struct inodes sockets = { .n = 0 };
	struct dirent *d;
	DIR *proc;

	memset(out, 0, sizeof(*out));
	read_table("/proc/net/tcp", port, &sockets);
	read_table("/proc/net/tcp6", port, &sockets);
	if (sockets.n == 0)
		return false;
	proc = opendir("/proc");
	if (proc == NULL)
		return true;
	while (out->pid == 0 && (d = readdir(proc)) != NULL) {
		if (!isdigit((unsigned char)d->d_name[0]) || !holds(d->d_name, &sockets))
			continue;
		out->pid = (pid_t)strtol(d->d_name, NULL, 10);
		name_of(d->d_name, out->name);
		name_of_parent(d->d_name, out->parent);
	}
	closedir(proc);
	return true;
}
