/* SPDX-License-Identifier: ISC
 * The embedded PostgreSQL: a private cluster below a place, reached through its Unix socket alone, by peer authentication. */
#ifndef AUTHORITY_CLUSTER_H
#define AUTHORITY_CLUSTER_H

#include "authority/place.h"
#include "authority/process.h"

/* Roles: `charterhouse` owns the database and migrates, and is for who started us; `gauthd` is for the daemon's user alone.
 * The superuser `postgres` is for the user that runs the cluster. */
extern const char cluster_owner[];  /* role, and name of the database */
extern const char cluster_daemon[]; /* role */

struct cluster_options {
	const struct place *place; /* outlives the cluster */
	const struct user *runs;   /* who runs PostgreSQL: never root */
	const struct user *daemon; /* whom the daemon's role is for */
};

struct cluster;

/* Finds PostgreSQL's programs, makes the cluster if there is none (a second or two), and writes who may connect. Starts nothing.
 * "no_postgresql", "cluster_version", "command_failed", "state_not_ours", "state_failed". Result must be passed to cluster_free. */
struct cluster *cluster_open(const struct cluster_options *o, struct err *e);
void cluster_free(struct cluster *c);

/* Adopts the postmaster that runs on this cluster's data, or starts one; does not wait until it is ready. It is not bound to our
 * life, so that our death by SIGKILL leaves the database whole for the next one. One that listens elsewhere is asked to end:
 * "postmaster_elsewhere", and a later try will do. "spawn_failed" */
bool cluster_start(struct cluster *c, struct process *out, struct err *e);
/* Does it take connections? */
bool cluster_ready(const struct cluster *c);
/* Starts or adopts it and waits until it takes connections, for programs that need it for a moment and do not supervise. Tries
 * again while what an earlier one left still ends. "cluster_failed", with where its log is; nothing of ours runs then. */
bool cluster_up(struct cluster *c, int64_t ms, struct process *out, struct err *e);
/* PostgreSQL's fast shutdown; killed after a while. */
enum { CLUSTER_STOP_MS = 30000 };
void cluster_stop(struct process *postmaster);

/* libpq's connection string for a role, for a place that was opened or found. */
enum { CLUSTER_CONNINFO_MAX = 256 };
void cluster_conninfo(const struct place *place, const char *role, char out[static CLUSTER_CONNINFO_MAX]);

#endif
