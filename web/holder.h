/* SPDX-License-Identifier: ISC
 * Who holds a TCP port of this machine: for the error that names the program in the way. */
#ifndef WEB_HOLDER_H
#define WEB_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

enum { HOLDER_NAME = 64 };

struct holder {
	pid_t pid;                /* 0: it cannot be seen by us */
	char name[HOLDER_NAME];   /* the program's, as the kernel has it */
	char parent[HOLDER_NAME]; /* that of the process that started it, or took it over */
};

/* False when nobody listens there, as far as /proc tells. */
bool holder_find(unsigned port, struct holder *out);

#endif
