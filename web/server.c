/* SPDX-License-Identifier: ISC */
#include "web/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "web/door.h"
#include "web/exchange.h"

enum { LIMIT_SLOTS = 16384, CONNECTION_MEMORY = 32 * 1024, STEP_US = 5000 };

struct worker {
	struct server *server;
	pthread_t thread;
	void *ctx;
	bool opened, running;
};

struct server {
	struct server_config c;
	struct exchange_env env;
	struct MHD_Daemon *daemon;
	struct door *door;
	unsigned port;
	struct worker *workers;
};

struct server_config server_defaults(void)
{
	return (struct server_config){
		.address = "127.0.0.1",
		.network_threads = 2,
		.workers = 4,
		.queue = 1024,
		.batches = 1,
		.batch = QUEUE_BATCH_MAX,
		.connections = 1024,
		.per_address = 64,
		.request_seconds = 10,
		.answer_seconds = 30,
		.idle_seconds = 60,
		.rate = 2,
		.burst = 40,
	};
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct job *jobs[QUEUE_BATCH_MAX];
	size_t n;

	while ((n = queue_take(w->server->env.queue, jobs)) > 0) {
		size_t lane = jobs[0]->lane;

		jobs[0]->run(w->ctx, jobs, n);
		queue_done(w->server->env.queue, lane);
	}
	return NULL;
}

struct posted {
	struct job job;
	void (*fn)(void *ctx, void *arg);
	void (*drop)(void *arg);
	void *arg;
};

static void run_posted(void *ctx, struct job *const *jobs, size_t n)
{
	struct posted *p = (struct posted *)jobs[0];

	(void)n;
	p->fn(ctx, p->arg);
	free(p);
}

static void drop_posted(struct job *j)
{
	struct posted *p = (struct posted *)j;

	if (p->drop != NULL)
		p->drop(p->arg);
	free(p);
}

bool server_post(struct server *s, void (*fn)(void *ctx, void *arg), void (*drop)(void *arg), void *arg)
{
	struct posted *p = calloc(1, sizeof(*p));

	if (p == NULL || !queue_claim(s->env.queue)) {
		free(p);
		return false;
	}
	p->job.run = run_posted;
	p->job.drop = drop_posted;
	p->fn = fn;
	p->drop = drop;
	p->arg = arg;
	queue_put(s->env.queue, &p->job);
	return true;
}

/* Paths are matched raw and decoded by us, once: the library must leave %2F and %00 alone. */
static size_t leave_escapes(void *cls, struct MHD_Connection *connection, char *s)
{
	(void)cls;
	(void)connection;
	return strlen(s);
}

static void notice_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
	struct exchange_env *env = cls;
	const union MHD_ConnectionInfo *i;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		conns_remove(env->conns, *context);
		*context = NULL;
		return;
	}
	i = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (i != NULL)
		*context = conns_start(env->conns, i->connect_fd);
}

static bool give(void *arg, int fd, const struct sockaddr *from, socklen_t n)
{
	struct server *s = arg;

	return MHD_add_connection(s->daemon, fd, from, n) == MHD_YES;
}

static bool start_daemon(struct server *s, struct err *e)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC;
	bool tls = s->c.tls_certificate != NULL;
	struct MHD_OptionItem options[8];
	size_t n = 0;

	/* The door counts connections; the library shares its own limit out among its threads, unevenly used. */
	options[n++] =
		(struct MHD_OptionItem){ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)(s->c.connections * s->c.network_threads + 64), NULL };
	options[n++] = (struct MHD_OptionItem){ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL };
	if (s->c.network_threads > 1)
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)s->c.network_threads, NULL };
	if (tls) {
		flags |= MHD_USE_TLS;
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)s->c.tls_certificate };
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)s->c.tls_key };
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0,
			(void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" };
	}
	options[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_step, &s->env, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, &s->env,
		MHD_OPTION_NOTIFY_CONNECTION, notice_connection, &s->env, MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, &s->env,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, NULL, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	if (s->daemon == NULL)
		return err_set(e, "cannot_start", "libmicrohttpd does not start%s", tls ? "; are TLS certificate and key a pair?" : "");
	return true;
}

/* Gives each route with handle_all a lane. Returns how many there are. */
static size_t assign_lanes(struct exchange_env *env)
{
	size_t lanes = 0;

	for (size_t i = 0; i < env->n; i++)
		env->lane[i] = env->routes[i].handle_all != NULL ? ++lanes : 0;
	return lanes;
}

static bool make_env(struct server *s, struct err *e)
{
	struct exchange_env *env = &s->env;
	const struct server_config *c = &s->c;
	struct conns_limits limits = { .total = c->connections,
		.per_address = c->per_address,
		.reading_ms = (int64_t)c->request_seconds * 1000,
		.answering_ms = (int64_t)c->answer_seconds * 1000,
		.idle_ms = (int64_t)c->idle_seconds * 1000 };

	env->routes = c->routes;
	env->n = c->n;
	env->metrics = c->metrics;
	env->log = c->log;
	env->behind_proxy = c->behind_proxy;
	env->tls = c->tls_certificate != NULL;
	env->layout = strcmp(MHD_get_version(), "0.9.75") == 0;
	bytes_random(&env->salt, sizeof(env->salt));
	if (!env->layout)
		log_event(c->log, LOG_WARN, "guard_without_layout", "libmicrohttpd", MHD_get_version(), NULL);
	env->lane = calloc(c->n + 1, sizeof(env->lane[0]));
	if (env->lane == NULL)
		return err_memory(e);
	env->queue = queue_new(c->queue, assign_lanes(env), c->batches, c->batch, e);
	env->conns = conns_new(&limits, c->metrics, c->log, e);
	if (c->rate > 0)
		env->limit = limit_new(LIMIT_SLOTS, c->rate, c->burst, e);
	return err_ok(e) && env->queue != NULL && env->conns != NULL;
}

static bool start_workers(struct server *s, struct err *e)
{
	s->workers = calloc(s->c.workers, sizeof(s->workers[0]));
	if (s->workers == NULL)
		return err_memory(e);
	for (unsigned i = 0; i < s->c.workers; i++) {
		struct worker *w = &s->workers[i];

		w->server = s;
		if (s->c.worker_open != NULL)
			w->ctx = s->c.worker_open(s->c.arg, e);
		w->opened = s->c.worker_open == NULL || w->ctx != NULL;
		if (!w->opened)
			return err_set(e, "cannot_start", "a worker does not open");
		w->running = pthread_create(&w->thread, NULL, work, w) == 0;
		if (!w->running)
			return err_set(e, "cannot_start", "cannot start a worker thread");
	}
	return true;
}

static bool start_door(struct server *s, struct err *e)
{
	int fd = door_listen(s->c.address, s->c.port, &s->port, e);

	if (fd < 0)
		return false;
	s->door = door_open(fd, s->env.conns, give, s, e);
	return s->door != NULL;
}

struct server *server_start(const struct server_config *c, struct err *e)
{
	struct server *s = calloc(1, sizeof(*s));
	sigset_t all, old;
	bool ok;

	if (s == NULL) {
		err_memory(e);
		return NULL;
	}
	s->c = *c;
	/* Signals are main's: every thread started here inherits this mask. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ok = make_env(s, e) && start_workers(s, e) && start_daemon(s, e) && start_door(s, e);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (ok)
		return s;
	server_stop(s, 0);
	return NULL;
}

unsigned server_port(const struct server *s)
{
	return s->port;
}

/* Ends with no exchange waiting, no worker running, and so no connection suspended. */
static void stop_workers(struct server *s, int64_t drain_ms)
{
	struct job *jobs[QUEUE_BATCH_MAX];
	size_t n;

	if (s->env.queue == NULL)
		return;
	queue_close(s->env.queue);
	if (!queue_wait_idle(s->env.queue, drain_ms))
		while ((n = queue_drop(s->env.queue, jobs)) > 0)
			for (size_t i = 0; i < n; i++)
				jobs[i]->drop(jobs[i]);
	for (unsigned i = 0; s->workers != NULL && i < s->c.workers; i++)
		if (s->workers[i].running)
			pthread_join(s->workers[i].thread, NULL);
}

/* Lets answers that are on their way arrive. */
static void let_go(struct server *s)
{
	int64_t until = conns_clock() + 1000;

	if (s->env.conns == NULL)
		return;
	while (conns_busy(s->env.conns) > 0 && conns_clock() < until) {
		conns_shut_idle(s->env.conns, SIZE_MAX);
		usleep(STEP_US);
	}
	conns_shut(s->env.conns);
}

void server_stop(struct server *s, int64_t drain_ms)
{
	if (s == NULL)
		return;
	atomic_store(&s->env.stopping, true);
	if (s->door != NULL)
		door_quiesce(s->door);
	stop_workers(s, drain_ms);
	let_go(s);
	door_close(s->door);
	/* Nothing is suspended any more: the library would abort. */
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	for (unsigned i = 0; s->workers != NULL && i < s->c.workers; i++)
		if (s->workers[i].opened && s->c.worker_close != NULL)
			s->c.worker_close(s->workers[i].ctx);
	free(s->workers);
	limit_free(s->env.limit);
	conns_free(s->env.conns);
	queue_free(s->env.queue);
	free(s->env.lane);
	free(s);
}
