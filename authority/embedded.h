/* SPDX-License-Identifier: ISC
 * The embedded default: one small parent runs PostgreSQL, gauth-signer and gauthd on one state directory.
 *
 * Started as root, the parent keeps root, does no networking, and each child is a user of its own: Debian's postgres, gauth-signer,
 * gauthd (made when missing). Started by anybody else, that user runs all, and nothing keeps one part's files from another.
 *
 *     BASE/postgres  BASE/postgres.log  BASE/gauthd  BASE/signer  BASE/lock  BASE/run -> RUN
 *     RUN/pg  RUN/signer  RUN/pg_hba.conf  RUN/pg_ident.conf */
#ifndef AUTHORITY_EMBEDDED_H
#define AUTHORITY_EMBEDDED_H

#include "authority/cluster.h"
#include "base/log.h"

struct embedded_options {
	const char *state; /* --state */
	struct log *log;
	const char *system; /* as in struct place_options */
	const char *runtime;
};

/* Makes users, directories and cluster as far as they are missing, and takes the lock. Starts nothing.
 * What place_open, user_ensure and cluster_open say. Result must be passed to embedded_free. */
struct embedded *embedded_open(const struct embedded_options *o, struct err *e);
/* Gives the lock back. */
void embedded_free(struct embedded *m);

const struct place *embedded_place(const struct embedded *m);
struct cluster *embedded_cluster(struct embedded *m);
/* True when each part is a user of its own. */
bool embedded_is_separate(const struct embedded *m);
/* Directories of the parts, below base and below run; the daemon's and the signer's are for their users alone (0700). */
const char *embedded_daemon_dir(const struct embedded *m);
const char *embedded_signer_dir(const struct embedded *m);
const char *embedded_signer_run(const struct embedded *m);
const struct user *embedded_daemon_user(const struct embedded *m);
const struct user *embedded_signer_user(const struct embedded *m);

/* What to run; programs lie beside ours. Arguments behind argv[0], NULL-terminated. */
struct embedded_children {
	const char *const *signer_args; /* NULL: the signer is a unit of its own */
	const char *const *daemon_args;
	int daemon_in;                                 /* what gauthd reads as its standard input; 0: nothing */
	bool (*database_up)(void *ctx, struct err *e); /* once PostgreSQL takes connections, before the others start; may be NULL */
	void *ctx;
};
/* As supervisor_run. "no_program" */
bool embedded_run(struct embedded *m, const struct embedded_children *children, struct err *e);

#endif
