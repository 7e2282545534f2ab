/* SPDX-License-Identifier: ISC */
#include "authority/work.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority/work_run.h"
#include "base/map.h"

enum { JOBS_MAX = 8192, THREADS_MAX = 64, LOOK_MS = 1000, CLOSE_POLL_MS = 10, SHARE = 8, COOL_MAX = 10000 };

/* A job that was done may cool: asked for again meanwhile it waits until then, so that many votes make few examinations. */
enum slot_state { SLOT_FREE, SLOT_WAITING, SLOT_RUNNING, SLOT_COOLING };
struct slot {
	struct work_job job;
	struct digest key;
	enum slot_state state;
	bool again; /* asked for while it ran */
	uint32_t tries;
	int64_t due, since; /* monotonic milliseconds: not before; when it began to run */
};

struct work {
	struct authority *a;
	pthread_mutex_t lock;
	pthread_cond_t wake, tick; /* for workers; for everything else */
	struct slot slots[JOBS_MAX];
	uint32_t used; /* slots beyond were never used */
	struct map by_key;
	bool closed, stop; /* takes no more; ends */
	struct work_counts counts;
	pthread_t threads[THREADS_MAX + 1];
	size_t n;
};

static const struct {
	const char *name;
	int64_t cool; /* milliseconds */
	bool shares;  /* see cooling */
} kinds[WORK_KINDS] = {
	[WORK_OPEN] = { "open", 0, false },
	[WORK_DECIDE] = { "decide", 100, true },
	[WORK_PUBLISH] = { "publish", 20, false },
	[WORK_LISTS] = { "lists", 100, false },
	[WORK_SEEDS] = { "seeds", 0, false },
};

const char *work_name(enum work_kind kind)
{
	return kinds[kind].name;
}

static int64_t clock_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the queue; the lock is held */

static void key_of(const struct work_job *job, struct digest *out)
{
	struct buf b = { 0 };

	buf_add_u8(&b, (uint8_t)job->kind);
	buf_add_u32(&b, (uint32_t)job->g);
	buf_add_u64(&b, job->number);
	buf_add(&b, job->digest.b, sizeof(job->digest.b));
	digest_sha256(buf_slice(&b), out);
	buf_free(&b);
}

static void drop(struct work *k, struct slot *s)
{
	map_remove(&k->by_key, &s->key);
	s->state = SLOT_FREE;
}

static struct slot *free_slot(struct work *k, int64_t now)
{
	if (k->used < JOBS_MAX)
		return &k->slots[k->used++];
	for (size_t i = 0; i < JOBS_MAX; i++) {
		struct slot *s = &k->slots[i];

		if (s->state == SLOT_COOLING && s->due <= now)
			drop(k, s);
		if (s->state == SLOT_FREE)
			return s;
	}
	return NULL;
}

static void add(struct work *k, const struct work_job *job, const struct digest *key, int64_t now)
{
	struct slot *s = free_slot(k, now);

	if (s == NULL || !map_put(&k->by_key, key, (uint32_t)(s - k->slots))) {
		k->counts.dropped++;
		return;
	}
	*s = (struct slot){ .job = *job, .key = *key, .state = SLOT_WAITING, .due = now };
	k->counts.waiting++;
}

static void post(struct work *k, const struct work_job *job)
{
	struct digest key;
	uint32_t at;

	if (k == NULL)
		return;
	key_of(job, &key);
	(void)pthread_mutex_lock(&k->lock);
	at = map_find(&k->by_key, &key);
	if (!k->closed && at == MAP_NONE)
		add(k, job, &key, clock_ms());
	if (!k->closed && at != MAP_NONE && k->slots[at].state == SLOT_RUNNING)
		k->slots[at].again = true;
	if (!k->closed && at != MAP_NONE && k->slots[at].state == SLOT_COOLING) {
		k->slots[at].state = SLOT_WAITING;
		k->counts.waiting++;
	}
	(void)pthread_cond_signal(&k->wake);
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

/* The job that is due longest, or NULL with the time until when nothing is. */
static struct slot *next(struct work *k, int64_t now, int64_t *until)
{
	struct slot *best = NULL;

	*until = now + LOOK_MS;
	for (uint32_t i = 0; i < k->used; i++) {
		struct slot *s = &k->slots[i];

		if (s->state == SLOT_COOLING && s->due <= now)
			drop(k, s);
		if (s->state != SLOT_WAITING)
			continue;
		if (s->due <= now && (best == NULL || s->due < best->due))
			best = s;
		if (s->due > now && s->due < *until)
			*until = s->due;
	}
	while (k->used > 0 && k->slots[k->used - 1].state == SLOT_FREE)
		k->used--;
	return best;
}

static int64_t backoff(const struct err *e, uint32_t tries)
{
	const bool away = err_is(e, "database_unavailable") || err_is(e, "database_retry") || err_is(e, "signer_unavailable") ||
		err_is(e, "term_not_seen");
	const int64_t first = away ? 100 : 1000, most = away ? 2000 : 60000;

	return tries > 10 || first << tries > most ? most : first << tries;
}

/* An examination takes the longer the more votes came, and each vote asks for one. All together they get a SHAREth of one processor: each
 * job cools so many times as long as it took, for every one of its kind that is about. */
static int64_t cooling(const struct work *k, const struct slot *s, int64_t now)
{
	const int64_t least = kinds[s->job.kind].cool;
	int64_t n = 0, ms;

	for (uint32_t i = 0; i < k->used; i++)
		n += k->slots[i].state != SLOT_FREE && k->slots[i].job.kind == s->job.kind;
	ms = SHARE * n * (now - s->since + 1);
	if (!kinds[s->job.kind].shares || ms < least)
		return least;
	return ms < COOL_MAX ? ms : COOL_MAX;
}

/* What is not there is not tried again: the timer finds what comes to be. */
static void finish(struct work *k, struct slot *s, bool done, const struct err *e)
{
	const int64_t now = clock_ms();

	k->counts.running--;
	(done ? k->counts.done : k->counts.failed)[s->job.kind]++;
	s->state = SLOT_WAITING;
	if (!done && err_is(e, "not_found"))
		drop(k, s);
	else if (!done)
		s->due = now + backoff(e, s->tries++);
	else {
		s->tries = 0;
		s->due = now + cooling(k, s, now);
		s->state = s->again ? SLOT_WAITING : SLOT_COOLING;
	}
	s->again = false;
	if (s->state == SLOT_WAITING)
		k->counts.waiting++;
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

static void do_job(struct work *k, struct worker *w, struct slot *s)
{
	const struct work_job job = s->job;
	struct err e = { 0 };
	char g[16];
	bool done;

	s->state = SLOT_RUNNING;
	s->since = clock_ms();
	k->counts.waiting--;
	k->counts.running++;
	(void)pthread_mutex_unlock(&k->lock);
	done = work_run(w, &job, &e);
	if (!done) {
		snprintf(g, sizeof(g), "%d", (int)job.g);
		log_error(k->a->log, LOG_WARN, "work_failed", &e, "job", work_name(job.kind), "group", g, NULL);
	}
	(void)pthread_mutex_lock(&k->lock);
	finish(k, s, done, &e);
}

static void *run_worker(void *arg)
{
	struct work *k = arg;
	struct worker *w = open_worker(k);

	(void)pthread_mutex_lock(&k->lock);
	while (w != NULL && !k->stop) {
		int64_t until;
		struct slot *s = next(k, clock_ms(), &until);

		if (s != NULL)
			do_job(k, w, s);
		else
			wait_until(k, &k->wake, until);
	}
	(void)pthread_mutex_unlock(&k->lock);
	worker_close(w);
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
	(void)pthread_mutex_init(&k->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&k->wake, &attr);
	(void)pthread_cond_init(&k->tick, &attr);
	(void)pthread_condattr_destroy(&attr);
	a->work = k;
	for (size_t i = 0; rc && i < threads && i < THREADS_MAX; i++)
		rc = start_thread(k, run_worker, e);
	if (rc && start_thread(k, run_timer, e))
		return k;
	work_stop(k, 0);
	return NULL;
}

static bool is_idle(const struct work *k, int64_t now)
{
	if (k->counts.running > 0)
		return false;
	for (uint32_t i = 0; i < k->used; i++)
		if (k->slots[i].state == SLOT_WAITING && k->slots[i].tries == 0 && k->slots[i].due <= now)
			return false;
	return true;
}

void work_stop(struct work *k, int64_t ms)
{
	const int64_t until = clock_ms() + ms;

	if (k == NULL)
		return;
	(void)pthread_mutex_lock(&k->lock);
	k->closed = true;
	while (clock_ms() < until && !is_idle(k, clock_ms()))
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
	map_free(&k->by_key);
	free(k);
}

void work_count(struct work *k, struct work_counts *out)
{
	(void)pthread_mutex_lock(&k->lock);
	*out = k->counts;
	(void)pthread_mutex_unlock(&k->lock);
}
