/* SPDX-License-Identifier: ISC
 * What a command works with: the state, its database, a worker, the signer. While gauthd runs the state, its parts are used;
 * otherwise they are started for the command and ended with it. */
#include "authority/ctl.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "authority/forest.h"
#include "authority/signer.h"
#include "base/jwk.h"
#include "peer/keyfile.h"

enum { READY_MS = 60000, SIGNER_MS = 15000, BUSY_MS = 15000, LOOK_MS = 50, STOP_MS = 15000 };

/* ---- asked to end: only where we wait for people, so that no part of ours outlives us */

static void hold_signals(void)
{
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, SIGINT);
	sigaddset(&s, SIGTERM);
	sigprocmask(SIG_BLOCK, &s, NULL);
}

bool ctl_pause(int64_t ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, SIGINT);
	sigaddset(&s, SIGTERM);
	return sigtimedwait(&s, NULL, &t) < 0;
}

/* ---- the state */

static bool open_embedded(struct ctl *c)
{
	const struct embedded_options o = { .state = c->state, .log = &c->log };
	struct err busy = { 0 };

	c->embedded = embedded_open(&o, &busy);
	if (c->embedded != NULL) {
		c->place = *embedded_place(c->embedded);
		return cluster_up(embedded_cluster(c->embedded), READY_MS, &c->postmaster, &c->e);
	}
	if (!err_is(&busy, "state_busy")) {
		c->e = busy;
		return false;
	}
	return place_find(c->state, &c->place, &c->e);
}

/* A server of the operator's own: only directories are ours. */
static bool open_external(struct ctl *c)
{
	struct user self;
	struct place_options o = { .dir = c->state, .users = &self, .n = 1 };
	char path[PLACE_MAX];

	user_self(&self);
	if (place_find(c->state, &c->place, NULL))
		return true;
	if (!place_open(&o, &c->place, &c->e))
		return false;
	place_close(&c->place);
	return place_join(path, sizeof(path), c->place.base, "gauthd", &c->e) && place_directory(path, &self, 0700, &c->e) &&
		place_join(path, sizeof(path), c->place.base, "signer", &c->e) && place_directory(path, &self, 0700, &c->e) &&
		place_join(path, sizeof(path), c->place.run, "signer", &c->e) && place_directory(path, &self, 0700, &c->e);
}

bool ctl_open(struct ctl *c, bool make)
{
	struct settings s;

	if (c->place.dir[0] != '\0')
		return true;
	hold_signals();
	if (!make && !place_find(c->state, &c->place, &c->e))
		return false;
	if (!state_dir_settings(c->state, &s, &c->e))
		return false;
	if (!(s.database.url[0] == '\0' ? open_embedded(c) : open_external(c)) || !state_dir_name(&c->place, &c->dir, &c->e))
		return false;
	if (c->embedded == NULL) /* a gauthd that runs may have been given another port */
		state_dir_ask_port(&c->place, &c->dir.settings.listen.port);
	return true;
}

/* ---- a worker */

/* gauthd may be starting its PostgreSQL this very moment. */
static bool open_worker(struct ctl *c)
{
	struct err e = { 0 };

	for (int64_t waited = 0;; waited += LOOK_MS) {
		err_clear(&e);
		c->w = worker_open(&c->a, &e);
		if (c->w != NULL)
			return true;
		if (!err_is(&e, "database_unavailable") || waited > BUSY_MS || c->embedded != NULL || !ctl_pause(LOOK_MS))
			break;
	}
	c->e = e;
	return false;
}

bool ctl_worker(struct ctl *c)
{
	if (c->w != NULL)
		return true;
	if (!ctl_open(c, false))
		return false;
	c->notary = keyfile_read(c->dir.notary, NULL, &c->e);
	if (c->notary == NULL)
		return false;
	c->a = (struct authority){ .conninfo = c->dir.conninfo,
		.signer_path = c->dir.socket,
		.notary = c->notary,
		.forest = forest_new(&c->e),
		.log = &c->log,
		.list_margin = c->dir.settings.groups.list_margin };
	jwk_thumbprint(sig_key_pub(c->notary), &c->a.notary_thumb);
	return c->a.forest != NULL && open_worker(c);
}

/* ---- the signer */

/* What it says is kept, to be shown when it does not start. */
static bool start_signer(struct ctl *c)
{
	struct user self, runs, daemon;
	struct signer_args args;
	char path[PLACE_MAX];
	struct process_options o = { .name = "gauth-signer", .path = path, .args = args.args, .as = &runs, .bound = true };

	c->signer_said = memfd_create("gauth-signer", MFD_CLOEXEC);
	if (c->signer_said > 0)
		o.err = c->signer_said;

	user_self(&self);
	runs = c->embedded != NULL ? *embedded_signer_user(c->embedded) : self;
	daemon = c->embedded != NULL ? *embedded_daemon_user(c->embedded) : self;
	state_dir_signer_args(&c->dir, &daemon, &args);
	return process_sibling("gauth-signer", path, sizeof(path), &c->e) && process_spawn(&o, &c->signer, &c->e);
}

static void show_signer(struct ctl *c)
{
	char text[2048], safe[TERM_SAFE];
	ssize_t n = c->signer_said > 0 ? pread(c->signer_said, text, sizeof(text) - 1, 0) : 0;

	text[n > 0 ? n : 0] = '\0';
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		term_note(&c->term, "  %s", term_safe(line, safe));
}

static bool wait_for_signer(struct ctl *c)
{
	struct err e = { 0 };

	for (int64_t waited = 0; waited < SIGNER_MS; waited += LOOK_MS) {
		err_clear(&e);
		if (worker_signer(c->w, &e) != NULL)
			return true;
		if (process_wait(&c->signer, LOOK_MS, NULL)) {
			show_signer(c);
			return err_set(&c->e, "signer_unavailable", "gauth-signer ended while it started; what it said stands above");
		}
	}
	c->e = e;
	return false;
}

bool ctl_signer(struct ctl *c)
{
	struct err e = { 0 };

	if (!ctl_worker(c))
		return false;
	if (worker_signer(c->w, &e) != NULL)
		return true;
	if (c->dir.settings.signer.socket[0] == '\0' && (c->embedded != NULL || !c->dir.embedded))
		return start_signer(c) && wait_for_signer(c);
	c->e = e;
	return false;
}

bool ctl_group(struct ctl *c, bool drafts, struct group *out)
{
	if (!ctl_worker(c))
		return false;
	if (drafts ? group_any(c->w, c->args[0], out, &c->e) : group_find(c->w, c->args[0], out, &c->e))
		return true;
	if (!err_is(&c->e, "not_found") || out->name[0] != '\0')
		return false;
	err_clear(&c->e);
	return err_set(&c->e, "not_found", "there is no group %s here: `gauthctl group list`", c->args[0]);
}

void ctl_close(struct ctl *c)
{
	worker_close(c->w);
	forest_free(c->a.forest);
	sig_key_free(c->notary);
	if (c->signer.pid > 0)
		process_stop(&c->signer, SIGTERM, STOP_MS, NULL);
	if (c->signer_said > 0)
		close(c->signer_said);
	if (c->postmaster.pid > 0)
		cluster_stop(&c->postmaster);
	embedded_free(c->embedded);
}
