/* SPDX-License-Identifier: ISC */
#include "authority/work_pool.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "authority/work_load.h"

enum { NICE = 10, AT_ONCE_MS = 1000, NONE = WORK_POOL_EFFORTS };

/* Work of one effort. */
struct shelf {
	uint32_t counter; /* the smallest that is worth it; 0: the shelf is free */
	uint64_t asked;   /* the turn in which it was asked for last */
	size_t n;
	struct work_done work[WORK_POOL_EACH];
};

struct work_pool {
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	bool stop;
	unsigned rest;
	int64_t target;
	struct work_load load;
	int64_t at_once; /* from when on one may be derived for whoever asks, ms */
	uint64_t turn;
	struct shelf shelf[WORK_POOL_EFFORTS];
};

static int64_t clock_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- making work */

/* Of [n, 3n): whoever knows so and begins at n finds it after n tries in the mean, which is the effort. */
static uint32_t draw_counter(uint32_t n)
{
	const uint32_t above = n <= UINT32_MAX / 3 ? 2 * n : UINT32_MAX - n + 1;

	return n + randombytes_uniform(above);
}

static bool make(uint32_t counter, struct work_done *out, struct err *e)
{
	bytes_random(&out->puzzle, sizeof(out->puzzle));
	out->counter = draw_counter(counter);
	return work_derive(&out->puzzle, out->counter, out->key, e);
}

/* ---- shelves; the lock is held */

static size_t find(const struct work_pool *p, uint32_t counter)
{
	size_t i = 0;

	while (i < WORK_POOL_EFFORTS && p->shelf[i].counter != counter)
		i++;
	return i;
}

/* One that is free, or else the one that was asked for longest ago, emptied. */
static struct shelf *clear_one(struct work_pool *p, uint32_t counter)
{
	struct shelf *s = &p->shelf[0];

	for (size_t i = 1; i < WORK_POOL_EFFORTS; i++)
		if (p->shelf[i].asked < s->asked)
			s = &p->shelf[i];
	bytes_wipe(s, sizeof(*s));
	s->counter = counter;
	return s;
}

/* Of those with room the emptiest, so that a new effort does not wait for the others. NONE: all are full. */
static size_t emptiest(const struct work_pool *p)
{
	size_t best = NONE;

	for (size_t i = 0; i < WORK_POOL_EFFORTS; i++)
		if (p->shelf[i].counter != 0 && p->shelf[i].n < WORK_POOL_EACH && (best == NONE || p->shelf[i].n < p->shelf[best].n))
			best = i;
	return best;
}

/* The shelf may have gone meanwhile. */
static void put(struct work_pool *p, uint32_t counter, const struct work_done *made)
{
	const size_t i = find(p, counter);

	if (i != NONE && p->shelf[i].n < WORK_POOL_EACH)
		p->shelf[i].work[p->shelf[i].n++] = *made;
}

static void pick(struct shelf *s, struct work_done *out)
{
	struct work_done *last = &s->work[--s->n];

	*out = *last;
	bytes_wipe(last, sizeof(*last));
}

/* ---- the thread */

static void rest_until(struct work_pool *p, int64_t ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (!p->stop && clock_ms() < ms)
		(void)pthread_cond_timedwait(&p->wake, &p->lock, &t);
}

/* The lock is held, but not while it derives. A failure rests longer: memory is out. */
static void fill_one(struct work_pool *p, uint32_t counter)
{
	const int64_t began = clock_ms();
	struct work_done made;
	int64_t ended;
	bool rc;

	(void)pthread_mutex_unlock(&p->lock);
	rc = make(counter, &made, NULL);
	ended = clock_ms();
	(void)pthread_mutex_lock(&p->lock);
	if (rc)
		put(p, counter, &made);
	bytes_wipe(&made, sizeof(made));
	/* A clock of milliseconds cuts off up to one. */
	if (p->rest > 0)
		rest_until(p, ended + (rc ? (ended - began + 1) * p->rest : AT_ONCE_MS));
}

static void *fill(void *arg)
{
	struct work_pool *p = arg;
	size_t i;

	/* On Linux this is the thread's alone. Without it all works as well. */
	(void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
	(void)pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		i = emptiest(p);
		if (i == NONE)
			(void)pthread_cond_wait(&p->wake, &p->lock);
		else
			fill_one(p, p->shelf[i].counter);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* ---- start and stop */

struct work_pool *work_pool_new(unsigned rest, int64_t target, struct err *e)
{
	struct work_pool *p = calloc(1, sizeof(*p));
	pthread_condattr_t attr;
	int why;

	if (p == NULL) {
		err_memory(e);
		return NULL;
	}
	p->rest = rest;
	p->target = target;
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&p->wake, &attr);
	(void)pthread_condattr_destroy(&attr);
	why = pthread_create(&p->thread, NULL, fill, p);
	if (why == 0)
		return p;
	err_set(e, "thread_unavailable", "no further thread: %s", strerror(why));
	(void)pthread_cond_destroy(&p->wake);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
	return NULL;
}

void work_pool_free(struct work_pool *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	(void)pthread_cond_broadcast(&p->wake);
	(void)pthread_mutex_unlock(&p->lock);
	(void)pthread_join(p->thread, NULL);
	(void)pthread_cond_destroy(&p->wake);
	(void)pthread_mutex_destroy(&p->lock);
	bytes_wipe(p, sizeof(*p));
	free(p);
}

/* ---- taking */

int64_t work_pool_effort(struct work_pool *p, int64_t effort)
{
	int64_t raised;

	(void)pthread_mutex_lock(&p->lock);
	work_load_pass(&p->load, p->target, clock_ms() / 1000);
	raised = work_load_effort(&p->load, effort);
	(void)pthread_mutex_unlock(&p->lock);
	return raised;
}

void work_pool_done(struct work_pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	work_load_pass(&p->load, p->target, clock_ms() / 1000);
	p->load.done++;
	(void)pthread_mutex_unlock(&p->lock);
}

enum taken { TAKEN, TO_DERIVE, EMPTY };

/* The lock is held. */
static enum taken take(struct work_pool *p, uint32_t counter, struct work_done *out)
{
	const size_t i = find(p, counter);
	const int64_t now = clock_ms();
	struct shelf *s;

	/* A shelf is cleared for another effort once a second at most, or whoever asks for many would keep all of them empty. */
	if (i == NONE && now < p->at_once)
		return EMPTY;
	s = i != NONE ? &p->shelf[i] : clear_one(p, counter);
	s->asked = ++p->turn;
	(void)pthread_cond_signal(&p->wake);
	if (s->n > 0) {
		pick(s, out);
		return TAKEN;
	}
	if (i != NONE)
		return EMPTY;
	p->at_once = now + AT_ONCE_MS;
	return TO_DERIVE;
}

void work_pool_return(struct work_pool *p, int64_t effort, struct work_done *taken)
{
	(void)pthread_mutex_lock(&p->lock);
	put(p, work_counter(effort), taken);
	(void)pthread_mutex_unlock(&p->lock);
	bytes_wipe(taken, sizeof(*taken));
}

bool work_pool_take(struct work_pool *p, int64_t effort, struct work_done *out, struct err *e)
{
	const uint32_t counter = work_counter(effort);
	enum taken how;

	(void)pthread_mutex_lock(&p->lock);
	how = take(p, counter, out);
	(void)pthread_mutex_unlock(&p->lock);
	if (how == EMPTY)
		return err_set(e, "pool_empty", "all work that was made ahead is given out: ask again in a moment");
	return how == TAKEN || make(counter, out, e);
}
