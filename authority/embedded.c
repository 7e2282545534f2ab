/* SPDX-License-Identifier: ISC */
#include "authority/embedded.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/supervisor.h"

enum { DRAIN_MS = 15000 };

struct embedded {
	struct place place;
	struct cluster *cluster;
	struct log *log;
	struct user postgres, signer, daemon;
	char daemon_dir[PLACE_MAX], signer_dir[PLACE_MAX], signer_run[PLACE_MAX];
};

static bool find_users(struct embedded *m, struct err *e)
{
	if (geteuid() != 0) {
		user_self(&m->postgres);
		m->signer = m->daemon = m->postgres;
		return true;
	}
	if (!user_find(user_postgres, &m->postgres, NULL))
		return err_set(e, "no_postgresql",
			"there is no system user postgres: apt-get install postgresql, or name a server by [database] url");
	return user_ensure(user_signer, &m->signer, e) && user_ensure(user_daemon, &m->daemon, e);
}

static bool make_directories(struct embedded *m, struct err *e)
{
	return place_join(m->daemon_dir, sizeof(m->daemon_dir), m->place.base, "gauthd", e) &&
		place_join(m->signer_dir, sizeof(m->signer_dir), m->place.base, "signer", e) &&
		place_join(m->signer_run, sizeof(m->signer_run), m->place.run, "signer", e) &&
		place_directory(m->daemon_dir, &m->daemon, 0700, e) && place_directory(m->signer_dir, &m->signer, 0700, e) &&
		place_directory(m->signer_run, &m->signer, embedded_is_separate(m) ? 0711 : 0700, e);
}

static void say_where(const struct embedded *m)
{
	if (m->place.elsewhere)
		log_event(m->log, LOG_INFO, "state_elsewhere", "named", m->place.dir, "lies", m->place.base, "because",
			"the users that run the parts can not reach the directory named", NULL);
	if (!embedded_is_separate(m))
		log_event(m->log, LOG_WARN, "one_user", "user", m->daemon.name, "means",
			"whoever breaks into gauthd can read the issuing key; started as root, each part is a user of its own", NULL);
}

struct embedded *embedded_open(const struct embedded_options *o, struct err *e)
{
	struct embedded *m = calloc(1, sizeof(*m));
	struct cluster_options c;
	struct user users[3];

	if (m == NULL) {
		err_memory(e);
		return NULL;
	}
	m->place.lock = -1;
	m->log = o->log;
	if (!find_users(m, e))
		goto fail;
	users[0] = m->postgres;
	users[1] = m->signer;
	users[2] = m->daemon;
	const struct place_options p = { .dir = o->state, .users = users, .n = 3, .system = o->system, .runtime = o->runtime };
	if (!place_open(&p, &m->place, e) || !make_directories(m, e))
		goto fail;
	say_where(m);
	c = (struct cluster_options){ .place = &m->place, .runs = &m->postgres, .daemon = &m->daemon };
	m->cluster = cluster_open(&c, e);
	if (m->cluster != NULL)
		return m;
fail:
	embedded_free(m);
	return NULL;
}

void embedded_free(struct embedded *m)
{
	if (m == NULL)
		return;
	cluster_free(m->cluster);
	place_close(&m->place);
	free(m);
}

const struct place *embedded_place(const struct embedded *m)
{
	return &m->place;
}

struct cluster *embedded_cluster(struct embedded *m)
{
	return m->cluster;
}

bool embedded_is_separate(const struct embedded *m)
{
	return m->daemon.uid != m->signer.uid;
}

const char *embedded_daemon_dir(const struct embedded *m)
{
	return m->daemon_dir;
}

const char *embedded_signer_dir(const struct embedded *m)
{
	return m->signer_dir;
}

const char *embedded_signer_run(const struct embedded *m)
{
	return m->signer_run;
}

const struct user *embedded_daemon_user(const struct embedded *m)
{
	return &m->daemon;
}

const struct user *embedded_signer_user(const struct embedded *m)
{
	return &m->signer;
}

/* ---- the table of children */

static bool start_program(void *ctx, struct process *out, struct err *e)
{
	return process_spawn(ctx, out, e);
}

struct database {
	struct cluster *cluster;
	const struct embedded_children *children;
};

static bool start_database(void *ctx, struct process *out, struct err *e)
{
	return cluster_start(((struct database *)ctx)->cluster, out, e);
}

static bool database_ready(void *ctx)
{
	return cluster_ready(((struct database *)ctx)->cluster);
}

static bool database_up(void *ctx, struct err *e)
{
	const struct embedded_children *c = ((struct database *)ctx)->children;

	return c->database_up == NULL || c->database_up(c->ctx, e);
}

bool embedded_run(struct embedded *m, const struct embedded_children *children, struct err *e)
{
	char signer_path[PLACE_MAX], daemon_path[PLACE_MAX];
	struct database database = { .cluster = m->cluster, .children = children };
	struct process_options signer = { .name = "gauth-signer", .path = signer_path, .args = children->signer_args, .as = &m->signer };
	struct process_options daemon = { .name = "gauthd", .path = daemon_path, .args = children->daemon_args, .as = &m->daemon };
	struct supervised table[3] = { { "postgres", start_database, database_ready, database_up, &database, SIGINT, CLUSTER_STOP_MS, 0 } };
	size_t n = 1;

	if (children->signer_args != NULL)
		table[n++] = (struct supervised){ "gauth-signer", start_program, NULL, NULL, &signer, SIGTERM, DRAIN_MS, 0 };
	table[n++] = (struct supervised){ "gauthd", start_program, NULL, NULL, &daemon, SIGTERM, DRAIN_MS, 0 };
	signer.bound = daemon.bound = true;
	daemon.in = children->daemon_in;
	if (!process_sibling("gauth-signer", signer_path, sizeof(signer_path), e) ||
		!process_sibling("gauthd", daemon_path, sizeof(daemon_path), e))
		return false;
	return supervisor_run(table, n, m->log, e);
}
