/* SPDX-License-Identifier: ISC */
#include "web/parent.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "authority/db.h"
#include "authority/state_dir.h"
#include "authority/supervisor.h"
#include "web/holder.h"
#include "web/service.h"

enum { DRAIN_MS = 15000, LOOK_US = 50000, DAEMON_ARGS = 12 };

struct parent {
	const struct parent_options *o;
	struct state_dir dir;
	struct signer_args signer;
	const char *daemon[DAEMON_ARGS];
	int settings; /* a file in memory that the child reads as its standard input */
};

/* The child may be a user that cannot read the operator's file, and a command line is for everybody to read. */
static bool keep_settings(struct parent *p, struct err *e)
{
	FILE *f;
	int fd;

	p->settings = memfd_create("settings", MFD_CLOEXEC);
	fd = p->settings < 0 ? -1 : dup(p->settings);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL)
		return err_set(e, "cannot_start", "memfd_create: %s", strerror(errno));
	conf_print(f, settings_keys, settings_n, p->o->settings);
	return fclose(f) == 0 || err_memory(e);
}

static void name_daemon_args(struct parent *p)
{
	size_t n = 0;

	p->daemon[n++] = "--child";
	p->daemon[n++] = "--config";
	p->daemon[n++] = "/dev/stdin";
	p->daemon[n++] = "--notary";
	p->daemon[n++] = p->dir.notary;
	p->daemon[n++] = "--signer";
	p->daemon[n++] = p->dir.socket;
	if (p->dir.embedded) {
		p->daemon[n++] = "--database";
		p->daemon[n++] = p->dir.daemon_conninfo;
	}
	p->daemon[n] = NULL;
}

static bool prepare(struct parent *p, const struct place *place, const struct user *daemon, const struct user *signer, struct err *e)
{
	bool made;

	if (!state_dir_name_by(place, p->o->settings, &p->dir, e) || !state_dir_fill(&p->dir, daemon, signer, &made, e) ||
		!state_dir_tell_port(place, p->o->settings->listen.port, e) || !keep_settings(p, e))
		return false;
	if (made)
		log_event(p->o->log, LOG_INFO, "state_made", "settings", p->dir.conf, "administrator", p->dir.admin, NULL);
	state_dir_signer_args(&p->dir, daemon, &p->signer);
	name_daemon_args(p);
	return true;
}

static const char *const *signer_args(const struct parent *p)
{
	return p->dir.settings.signer.socket[0] == '\0' ? p->signer.args : NULL;
}

/* A new database gets its schema here, where the owner's role is; one that has another is left to gauthctl. */
static bool database_up(void *ctx, struct err *e)
{
	struct parent *p = ctx;
	struct db *db = db_open(p->dir.conninfo, true, p->o->log, e);
	int version = -1;
	bool rc = db != NULL && db_schema_found(db, &version, e);

	if (rc && version == 0)
		rc = db_migrate(db, NULL, NULL, e);
	db_close(db);
	if (!rc)
		return false;
	db = db_open(p->dir.conninfo, false, p->o->log, e);
	db_close(db);
	return db != NULL;
}

/* A gauthd that serves is the child of one that supervises, unless that one was killed: then it is about to end. */
static bool is_left_over(const struct settings *s, pid_t *pid)
{
	const pid_t before = *pid;
	struct holder h;

	if (!holder_find((unsigned)s->listen.port, &h) || (h.pid == 0 && before != 0))
		return true; /* it has ended in between, or is just ending */
	*pid = h.pid;
	return strcmp(h.name, "gauthd") == 0 && strcmp(h.parent, "gauthd") != 0;
}

/* The service of a parent that was killed answers what it has under way, and ends: so long we wait, and say so. */
static bool wait_for_port(const struct parent_options *o, struct err *e)
{
	const int64_t end = process_clock() + DRAIN_MS;
	bool told = false;
	pid_t pid = 0;

	for (;;) {
		struct err why = { 0 };
		char port[8], holder[16];

		if (service_port_is_free(o->settings, &why))
			return true;
		if (!err_is(&why, "address_in_use") || !is_left_over(o->settings, &pid) || process_clock() >= end)
			return err_set(e, why.name, "%s", why.text);
		snprintf(port, sizeof(port), "%u", (unsigned)o->settings->listen.port);
		snprintf(holder, sizeof(holder), "%d", (int)pid);
		if (!told)
			log_event(o->log, LOG_WARN, "port_awaited", "port", port, "held_by", holder, "means",
				"a service whose parent was killed is ending", NULL);
		told = true;
		usleep(LOOK_US);
	}
}

static bool run_embedded(struct parent *p, struct err *e)
{
	const struct embedded_options eo = { .state = p->o->state, .log = p->o->log };
	struct embedded *m = embedded_open(&eo, e);
	bool rc;

	if (m == NULL)
		return false;
	rc = wait_for_port(p->o, e) && prepare(p, embedded_place(m), embedded_daemon_user(m), embedded_signer_user(m), e);
	if (rc) {
		const struct embedded_children c = { .signer_args = signer_args(p),
			.daemon_args = p->daemon,
			.daemon_in = p->settings,
			.database_up = database_up,
			.ctx = p };

		rc = embedded_run(m, &c, e);
	}
	state_dir_tell_port(embedded_place(m), 0, NULL);
	embedded_free(m);
	return rc;
}

/* ---- with a PostgreSQL of the operator's own, everything is ourselves */

static bool make_directories(const struct place *place, const struct user *self, struct err *e)
{
	const char *const parts[][2] = { { place->base, "gauthd" }, { place->base, "signer" }, { place->run, "signer" } };
	char path[PLACE_MAX];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!place_join(path, sizeof(path), parts[i][0], parts[i][1], e) || !place_directory(path, self, 0700, e))
			return false;
	return true;
}

static bool start_program(void *ctx, struct process *out, struct err *e)
{
	return process_spawn(ctx, out, e);
}

static bool supervise(struct parent *p, const struct user *self, struct err *e)
{
	char signer_path[PLACE_MAX], daemon_path[PLACE_MAX];
	struct process_options signer = { .name = "gauth-signer", .path = signer_path, .args = p->signer.args, .as = self, .bound = true };
	struct process_options daemon = {
		.name = "gauthd", .path = daemon_path, .args = p->daemon, .as = self, .bound = true, .in = p->settings
	};
	struct supervised table[2];
	size_t n = 0;

	if (!process_sibling("gauth-signer", signer_path, sizeof(signer_path), e) ||
		!process_sibling("gauthd", daemon_path, sizeof(daemon_path), e))
		return false;
	if (signer_args(p) != NULL)
		table[n++] = (struct supervised){ "gauth-signer", start_program, NULL, NULL, &signer, SIGTERM, DRAIN_MS, 0 };
	table[n++] = (struct supervised){ "gauthd", start_program, NULL, NULL, &daemon, SIGTERM, DRAIN_MS, 0 };
	return supervisor_run(table, n, p->o->log, e);
}

static bool run_external(struct parent *p, struct err *e)
{
	struct place place;
	struct user self;
	struct place_options po = { .dir = p->o->state, .users = &self, .n = 1 };
	bool rc;

	user_self(&self);
	if (!place_open(&po, &place, e))
		return false;
	rc = wait_for_port(p->o, e) && make_directories(&place, &self, e) && prepare(p, &place, &self, &self, e) && supervise(p, &self, e);
	state_dir_tell_port(&place, 0, NULL);
	place_close(&place);
	return rc;
}

bool parent_run(const struct parent_options *o, struct err *e)
{
	struct parent p = { .o = o, .settings = -1 };
	bool rc = o->settings->database.url[0] == '\0' ? run_embedded(&p, e) : run_external(&p, e);

	if (p.settings >= 0)
		close(p.settings);
	return rc;
}
