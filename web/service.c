/* SPDX-License-Identifier: ISC */
#include "web/service.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "authority/boards.h"
#include "authority/forest.h"
#include "authority/process.h"
#include "authority/providers.h"
#include "authority/puzzles.h"
#include "authority/work.h"
#include "peer/keyfile.h"
#include "web/api.h"
#include "web/door.h"
#include "web/exposition.h"
#include "web/holder.h"
#include "web/routes.h"
#include "web/server.h"

enum { TICK_MS = 5000, DRAIN_MS = 8000, WORK_MS = 4000, WAIT_MS = 500, WORK_THREADS = 3, PEM_MAX = 256 * 1024 };

struct service {
	const struct service_options *o;
	struct authority a;
	struct site site;
	struct provider *provider;
	struct puzzles *puzzles;
	struct metrics *metrics;
	struct exposition *exposition;
	struct server *server;
	struct buf certificate, key; /* PEM texts for TLS */
	int signals;                 /* signalfd */
	_Atomic bool counting;       /* a worker has been asked to count */
};

/* ---- workers */

static void *open_context(void *arg, struct err *e)
{
	struct service *s = arg;
	struct api *api = calloc(1, sizeof(*api));

	if (api == NULL) {
		err_memory(e);
		return NULL;
	}
	api->site = &s->site;
	api->w = worker_open(&s->a, e);
	if (api->w != NULL)
		return api;
	free(api);
	return NULL;
}

static void close_context(void *ctx)
{
	struct api *api = ctx;

	worker_close(api->w);
	free(api);
}

/* ---- numbers */

static void count(void *ctx, void *arg)
{
	struct service *s = arg;
	struct api *api = ctx;
	struct read_numbers n;

	if (read_numbers(api->w, &n, NULL)) {
		metrics_set(s->metrics, METRIC_GROUPS, n.groups);
		metrics_set(s->metrics, METRIC_MEMBERS, n.members);
		metrics_set(s->metrics, METRIC_PROPOSALS_OPEN, n.open);
		metrics_set(s->metrics, METRIC_APPLICATIONS_WAITING, n.waiting);
		metrics_set(s->metrics, METRIC_LIST_AGE, n.list_age);
	}
	atomic_store(&s->counting, false);
}

static void count_no_more(void *arg)
{
	atomic_store(&((struct service *)arg)->counting, false);
}

/* Every few seconds, unless the last count still waits. */
static void tick(struct service *s)
{
	struct work_counts w;

	work_count(s->a.work, &w);
	metrics_set(s->metrics, METRIC_WORK_WAITING, (int64_t)(w.waiting + w.running));
	if (!atomic_exchange(&s->counting, true) && !server_post(s->server, count, count_no_more, s))
		atomic_store(&s->counting, false);
}

/* ---- waiting */

/* Waits so long, or until we are asked to end: then true. */
static bool ended(const struct service *s, int ms)
{
	struct pollfd p[] = { { .fd = s->signals, .events = POLLIN }, { .fd = process_lifeline(), .events = POLLIN } };
	struct signalfd_siginfo si;

	if (poll(p, 2, ms) <= 0)
		return false;
	if (p[1].revents != 0)
		return true;
	return read(s->signals, &si, sizeof(si)) == (ssize_t)sizeof(si) && si.ssi_signo != SIGHUP;
}

static bool block_signals(struct service *s, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC);
	return s->signals >= 0 || err_set(e, "cannot_start", "signalfd: %s", strerror(errno));
}

/* The database may still be starting. *stop: we were asked to end meanwhile. */
static bool wait_for_database(struct service *s, bool *stop, struct err *e)
{
	bool told = false;

	*stop = false;
	for (;;) {
		struct err why = { 0 };
		struct db *db = db_open(s->a.conninfo, false, s->a.log, &why);

		if (db != NULL) {
			db_close(db);
			return true;
		}
		if (!err_is(&why, "database_unavailable")) {
			*e = why;
			return false;
		}
		if (!told)
			log_error(s->o->log, LOG_WARN, "database_awaited", &why, NULL);
		told = true;
		*stop = ended(s, WAIT_MS);
		if (*stop)
			return true;
	}
}

/* ---- starting and ending */

static bool read_notary(struct service *s, struct err *e)
{
	s->a.notary = keyfile_read(s->o->notary, NULL, e);
	if (s->a.notary == NULL)
		return false;
	jwk_thumbprint(sig_key_pub(s->a.notary), &s->a.notary_thumb);
	return true;
}

static bool read_pem(const char *path, struct buf *out, struct err *e)
{
	if (!file_read(path, PEM_MAX, out, e))
		return false;
	return buf_cstr(out) != NULL || err_memory(e);
}

static bool read_tls(struct service *s, struct err *e)
{
	const struct settings *set = s->o->settings;

	if (set->listen.tls_key[0] == '\0')
		return true;
	return read_pem(set->listen.tls_certificate, &s->certificate, e) && read_pem(set->listen.tls_key, &s->key, e);
}

static struct server_config configure(struct service *s)
{
	const struct settings *set = s->o->settings;
	struct server_config c = server_defaults();

	c.address = set->listen.address;
	c.port = (unsigned)set->listen.port;
	c.behind_proxy = set->listen.behind_proxy;
	c.network_threads = (unsigned)set->threads.network_threads;
	c.workers = (unsigned)set->threads.workers;
	c.queue = (size_t)set->threads.queue;
	c.batches = (size_t)set->threads.batches;
	c.batch = (size_t)set->threads.batch;
	c.connections = (size_t)set->limits.connections;
	c.per_address = (size_t)set->limits.per_address;
	c.request_seconds = (unsigned)set->limits.request;
	c.answer_seconds = (unsigned)set->limits.answer;
	c.idle_seconds = (unsigned)set->limits.idle;
	c.rate = (double)set->limits.rate / 60;
	c.burst = (double)set->limits.burst;
	if (s->key.n > 0) {
		c.tls_certificate = buf_cstr(&s->certificate);
		c.tls_key = buf_cstr(&s->key);
	}
	c.routes = routes_all(&c.n);
	c.log = s->o->log;
	c.metrics = s->metrics;
	c.worker_open = open_context;
	c.worker_close = close_context;
	c.arg = s;
	return c;
}

static bool taken(const struct settings *s, struct err *e)
{
	const unsigned port = (unsigned)s->listen.port;
	struct holder h;

	err_clear(e);
	if (holder_find(port, &h) && h.pid != 0)
		return err_set(e, "address_in_use", "port %u is held by %s (process %d); end it, or choose another with --port", port,
			h.name, (int)h.pid);
	return err_set(e, "address_in_use", "port %u is held by another program; choose another with --port", port);
}

static bool start_server(struct service *s, struct err *e)
{
	const struct settings *set = s->o->settings;
	struct server_config c = configure(s);

	s->server = server_start(&c, e);
	if (s->server == NULL)
		return err_is(e, "address_in_use") ? taken(set, e) : false;
	if (set->metrics.port == 0)
		return true;
	s->exposition = exposition_start(set->metrics.address, (unsigned)set->metrics.port, s->metrics, e);
	return s->exposition != NULL;
}

static bool start(struct service *s, struct err *e)
{
	size_t n;
	const struct route *routes = routes_all(&n);

	s->metrics = metrics_new(routes, n, e);
	return s->metrics != NULL && work_start(&s->a, WORK_THREADS, e) != NULL && start_server(s, e);
}

static void serve(struct service *s)
{
	char port[8];

	snprintf(port, sizeof(port), "%u", server_port(s->server));
	log_event(s->o->log, LOG_INFO, "serving", "address", s->o->settings->listen.address, "port", port, "version", CHARTERHOUSE_VERSION,
		NULL);
	tick(s);
	while (!ended(s, TICK_MS))
		tick(s);
	log_event(s->o->log, LOG_INFO, "ending", NULL);
}

static void finish(struct service *s)
{
	exposition_stop(s->exposition);
	server_stop(s->server, DRAIN_MS);
	work_stop(s->a.work, WORK_MS);
	metrics_free(s->metrics);
	puzzles_free(s->puzzles);
	provider_free(s->provider);
	forest_free(s->a.forest);
	boards_free(s->a.boards);
	sig_key_free(s->a.notary);
	buf_free(&s->certificate);
	buf_free(&s->key);
	if (s->signals >= 0)
		close(s->signals);
}

/* Where no kind is named, and no provider, the service sets none, and says so to whoever asks. */
static bool set_puzzles(struct service *s, struct err *e)
{
	const struct settings *set = s->o->settings;
	struct puzzles_options o = { .kinds = set->challenges.kinds,
		.per_key = set->challenges.per_key,
		.work = set->challenges.work,
		.wait_max = (int)(set->threads.workers + 1) / 2 };

	if (!provider_open(set, &s->provider, e))
		return false;
	if (set->challenges.kinds[0] == '\0' && s->provider == NULL)
		return true;
	o.provider = s->provider;
	s->puzzles = puzzles_new(&o, e);
	s->a.puzzles = s->puzzles;
	return s->puzzles != NULL;
}

bool service_run(const struct service_options *o, struct err *e)
{
	struct service s = { .o = o, .signals = -1 };
	bool stop = false, rc;

	s.a = (struct authority){ .conninfo = o->conninfo,
		.signer_path = o->signer_socket,
		.log = o->log,
		.list_margin = o->settings->groups.list_margin,
		.ceremony_wait = o->settings->groups.ceremony_wait };
	s.a.forest = forest_new(e);
	s.a.boards = boards_new(e);
	s.site.url = o->settings->listen.public_url[0] == '\0' ? NULL : o->settings->listen.public_url;
	rc = s.a.forest != NULL && s.a.boards != NULL && block_signals(&s, e) && read_notary(&s, e) && read_tls(&s, e) &&
		set_puzzles(&s, e) && wait_for_database(&s, &stop, e);
	if (rc && !stop) {
		rc = start(&s, e);
		if (rc)
			serve(&s);
	}
	finish(&s);
	return rc;
}

bool service_port_is_free(const struct settings *s, struct err *e)
{
	unsigned bound;
	int fd;

	if (s->listen.port == 0)
		return true;
	fd = door_listen(s->listen.address, (unsigned)s->listen.port, &bound, e);
	if (fd < 0)
		return err_is(e, "address_in_use") ? taken(s, e) : false;
	close(fd);
	return true;
}
