/* SPDX-License-Identifier: ISC */
#include "authority/work.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority/work_run.h"

enum { THREADS_MAX = 64, LOOK_MS = 1000, CLOSE_POLL_MS = 10 };

struct work {
	struct authority *a;
	pthread_mutex_t lock;
	pthread_cond_t wake, tick; /* for workers; for everything else */
	struct jobs *jobs;
	bool closed, stop; /* takes no more; ends */
	pthread_t threads[THREADS_MAX + 1];
	size_t n;
};

const char *work_name(enum work_kind kind)
{
	static const char *const names[WORK_KINDS] = { "open", "decide", "publish", "lists", "seeds", "lapse", "draw", "ceremonies" };

	return names[kind];
}

static int64_t clock_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- asking */

static void post(struct work *k, const struct work_job *job)
{
	if (k == NULL)
		return;
	(void)pthread_mutex_lock(&k->lock);
	if (!k->closed)
		jobs_ask(k->jobs, job, clock_ms());
	(void)pthread_cond_broadcast(&k->wake);
	(void)pthread_mutex_unlock(&k->lock);
}

/* Without a signer there is nobody to publish for. */
void work_post(struct work *k, enum work_kind kind, int32_t g, uint64_t number)
{
	if (k != NULL && k->a->signer_path == NULL && (kind == WORK_PUBLISH || kind == WORK_LISTS))
		return;
	post(k, &(struct work_job){ .kind = kind, .g = g, .number = number });
}

void work_open(struct work *k, int32_t g, const struct digest *application)
{
	post(k, &(struct work_job){ .kind = WORK_OPEN, .g = g, .digest = *application });
}

/* ---- threads */

static void wait_until(struct work *k, pthread_cond_t *on, int64_t ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	(void)pthread_cond_timedwait(on, &k->lock, &t);
}

static bool is_stopped(struct work *k)
{
	bool stop;

	(void)pthread_mutex_lock(&k->lock);
	stop = k->stop;
	(void)pthread_mutex_unlock(&k->lock);
	return stop;
}

/* Waits for the database to come. NULL when it is time to end. */
static struct worker *open_worker(struct work *k)
{
	while (!is_stopped(k)) {
		struct err e = { 0 };
		struct worker *w = worker_open(k->a, &e);

		if (w != NULL)
			return w;
		log_error(k->a->log, LOG_WARN, "work_waits", &e, NULL);
		(void)pthread_mutex_lock(&k->lock);
		if (!k->stop)
			wait_until(k, &k->tick, clock_ms() + LOOK_MS);
		(void)pthread_mutex_unlock(&k->lock);
	}
	return NULL;
}

/* The lock is held, but not while the job runs. */
static void do_job(struct work *k, struct worker *w, const struct work_job *job, uint32_t ticket)
{
	struct err e = { 0 };
	char g[16];
	bool done;

	(void)pthread_mutex_unlock(&k->lock);
	done = work_run(w, job, &e);
	if (!done) {
		snprintf(g, sizeof(g), "%d", (int)job->g);
		log_error(k->a->log, LOG_WARN, "work_failed", &e, "job", work_name(job->kind), "group", g, NULL);
	}
	(void)pthread_mutex_lock(&k->lock);
	if (done)
		jobs_done(k->jobs, ticket, clock_ms());
	else
		jobs_failed(k->jobs, ticket, &e, clock_ms());
}

static void serve(struct work *k, bool signer)
{
	struct worker *w = open_worker(k);

	(void)pthread_mutex_lock(&k->lock);
	while (w != NULL && !k->stop) {
		const int64_t now = clock_ms();
		struct work_job job;
		uint32_t ticket;
		int64_t due;

		if (jobs_take(k->jobs, now, signer, &job, &ticket, &due))
			do_job(k, w, &job, ticket);
		else
			wait_until(k, &k->wake, due < now + LOOK_MS ? due : now + LOOK_MS);
	}
	(void)pthread_mutex_unlock(&k->lock);
	worker_close(w);
}

static void *run_any(void *arg)
{
	serve(arg, true);
	return NULL;
}

/* A signer that hangs holds whoever asks it. One thread does not: it goes on to open and to decide. */
static void *run_local(void *arg)
{
	serve(arg, false);
	return NULL;
}

static void *run_timer(void *arg)
{
	struct work *k = arg;
	struct worker *w = open_worker(k);
	int64_t at = clock_ms();
	bool first = true;

	while (w != NULL && !is_stopped(k)) {
		struct err e = { 0 };

		if (work_look(w, first, &e))
			first = false;
		else
			log_error(k->a->log, LOG_WARN, "work_look_failed", &e, NULL);
		at = clock_ms() + LOOK_MS;
		(void)pthread_mutex_lock(&k->lock);
		while (!k->stop && clock_ms() < at)
			wait_until(k, &k->tick, at);
		(void)pthread_mutex_unlock(&k->lock);
	}
	worker_close(w);
	return NULL;
}

/* ---- start and stop */

static bool start_thread(struct work *k, void *(*run)(void *), struct err *e)
{
	int why = pthread_create(&k->threads[k->n], NULL, run, k);

	if (why != 0)
		return err_set(e, "thread_unavailable", "no further thread: %s", strerror(why));
	k->n++;
	return true;
}

struct work *work_start(struct authority *a, size_t threads, struct err *e)
{
	struct work *k = calloc(1, sizeof(*k));
	pthread_condattr_t attr;
	bool rc = true;

	if (k == NULL) {
		err_memory(e);
		return NULL;
	}
	k->a = a;
	k->jobs = jobs_new(e);
	if (k->jobs == NULL) {
		free(k);
		return NULL;
	}
	(void)pthread_mutex_init(&k->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&k->wake, &attr);
	(void)pthread_cond_init(&k->tick, &attr);
	(void)pthread_condattr_destroy(&attr);
	a->work = k;
	for (size_t i = 0; rc && i < threads && i < THREADS_MAX; i++)
		rc = start_thread(k, i == 0 && threads > 1 ? run_local : run_any, e);
	if (rc && start_thread(k, run_timer, e))
		return k;
	work_stop(k, 0);
	return NULL;
}

void work_stop(struct work *k, int64_t ms)
{
	const int64_t until = clock_ms() + ms;

	if (k == NULL)
		return;
	(void)pthread_mutex_lock(&k->lock);
	k->closed = true;
	while (clock_ms() < until && !jobs_idle(k->jobs, clock_ms()))
		wait_until(k, &k->tick, clock_ms() + CLOSE_POLL_MS);
	k->stop = true;
	(void)pthread_cond_broadcast(&k->wake);
	(void)pthread_cond_broadcast(&k->tick);
	(void)pthread_mutex_unlock(&k->lock);
	for (size_t i = 0; i < k->n; i++)
		(void)pthread_join(k->threads[i], NULL);
	k->a->work = NULL;
	(void)pthread_cond_destroy(&k->wake);
	(void)pthread_cond_destroy(&k->tick);
	(void)pthread_mutex_destroy(&k->lock);
	jobs_free(k->jobs);
	free(k);
}

void work_count(struct work *k, struct work_counts *out)
{
	(void)pthread_mutex_lock(&k->lock);
	jobs_count(k->jobs, out);
	(void)pthread_mutex_unlock(&k->lock);
}
