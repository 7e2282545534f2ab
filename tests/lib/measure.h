/* SPDX-License-Identifier: ISC
 * Measuring: contestants take turns in one run, each figure is a median, and each is one JSON line. */
#ifndef TESTS_LIB_MEASURE_H
#define TESTS_LIB_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { MEASURE_ROUNDS_MAX = 64, MEASURE_CONTESTANTS_MAX = 8 };

/* Seconds: of the clock on the wall, of this thread's CPU time. */
double measure_wall(void);
double measure_thread(void);
/* Seconds of CPU that a process and all below it have used so far, those that ended and were waited for included. */
double measure_tree(pid_t pid);

/* The middle one of n values, which it sorts; the mean of two for an even n. */
double measure_median(double *values, size_t n);

/* One of those who take turns: does its thing `times` times. False ends the program. */
struct contestant {
	const char *name;
	bool (*run)(void *arg, size_t times);
	void *arg;
	bool threads; /* it has threads of its own: wall time is taken, not the caller's CPU time */
};
/* Lets n contestants run `times` times in each of so many rounds, first once unmeasured. us[i]: median microseconds of thread CPU time
 * (or wall time, see above) of one. ratio[i]: the median over the rounds of contestant i's time by that of contestant 0. */
void measure_turns(const struct contestant *c, size_t n, size_t rounds, size_t times, double *us, double *ratio);

/* {"name", "value", "unit", "ratio", "base"} on stdout; base NULL leaves out ratio and base. */
void measure_print(const char *name, double value, const char *unit, double ratio, const char *base);

#endif
