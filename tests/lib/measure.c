/* SPDX-License-Identifier: ISC */
#include "tests/lib/measure.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES_MAX = 4096 };

static double seconds(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		return 0;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double measure_wall(void)
{
	return seconds(CLOCK_MONOTONIC);
}

double measure_thread(void)
{
	return seconds(CLOCK_THREAD_CPUTIME_ID);
}

/* What proc_pid_stat(5) says of a process: its parent, and the time of its children that ended. */
struct process_stat {
	pid_t pid, parent;
	double ended;
};

static bool read_stat(const char *name, struct process_stat *out)
{
	char path[64], line[1024];
	unsigned long long user = 0, system = 0;
	const char *rest;
	FILE *f;
	size_t n;
	int parent;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", name);
	f = fopen(path, "r");
	if (f == NULL)
		return false;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	rest = strrchr(line, ')'); /* the command's name before it may hold anything */
	if (rest == NULL || sscanf(rest, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %llu %llu", &parent, &user, &system) != 3)
		return false;
	out->pid = (pid_t)atoi(name);
	out->parent = parent;
	out->ended = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
	return true;
}

static double tree(const struct process_stat *all, size_t n, pid_t pid)
{
	clockid_t clock;
	double t = 0;

	if (clock_getcpuclockid(pid, &clock) == 0)
		t = seconds(clock);
	for (size_t i = 0; i < n; i++) {
		if (all[i].pid == pid)
			t += all[i].ended;
		if (all[i].parent == pid && all[i].pid != pid)
			t += tree(all, n, all[i].pid);
	}
	return t;
}

double measure_tree(pid_t pid)
{
	struct process_stat *all = calloc(PROCESSES_MAX, sizeof(*all));
	DIR *d = opendir("/proc");
	const struct dirent *entry;
	double t = 0;
	size_t n = 0;

	if (all == NULL || d == NULL)
		abort();
	while (n < PROCESSES_MAX && (entry = readdir(d)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && read_stat(entry->d_name, &all[n]))
			n++;
	closedir(d);
	t = tree(all, n, pid);
	free(all);
	return t;
}

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double measure_median(double *values, size_t n)
{
	if (n == 0)
		return 0;
	qsort(values, n, sizeof(*values), ascending);
	return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double turn(const struct contestant *c, size_t times)
{
	double (*clock)(void) = c->threads ? measure_wall : measure_thread, start = clock();

	if (!c->run(c->arg, times)) {
		fprintf(stderr, "bench: %s does not do what it should\n", c->name);
		exit(1);
	}
	return (clock() - start) * 1e6 / (double)times;
}

void measure_turns(const struct contestant *c, size_t n, size_t rounds, size_t times, double *us, double *ratio)
{
	double taken[MEASURE_CONTESTANTS_MAX][MEASURE_ROUNDS_MAX], by[MEASURE_CONTESTANTS_MAX][MEASURE_ROUNDS_MAX];

	if (n == 0 || n > MEASURE_CONTESTANTS_MAX || rounds == 0 || rounds > MEASURE_ROUNDS_MAX)
		abort();
	for (size_t i = 0; i < n; i++)
		(void)turn(&c[i], 1 + times / 10);
	for (size_t r = 0; r < rounds; r++) {
		/* Each begins a round in turn: whoever comes first finds colder caches. */
		for (size_t k = 0; k < n; k++)
			taken[(r + k) % n][r] = turn(&c[(r + k) % n], times);
		for (size_t i = 0; i < n; i++)
			by[i][r] = taken[i][r] / taken[0][r];
	}
	for (size_t i = 0; i < n; i++) {
		us[i] = measure_median(taken[i], rounds);
		ratio[i] = measure_median(by[i], rounds);
	}
}

void measure_print(const char *name, double value, const char *unit, double ratio, const char *base)
{
	printf("{\"name\":\"%s\",\"value\":%.2f,\"unit\":\"%s\"", name, value, unit);
	if (base != NULL)
		printf(",\"ratio\":%.3f,\"base\":\"%s\"", ratio, base);
	printf("}\n");
	fflush(stdout);
}
