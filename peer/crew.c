/* SPDX-License-Identifier: ISC */
#include "peer/crew.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TASKS_MAX = 2 * CREW_HANDS_MAX };

/* A record on its way: given by the owner, replayed by a hand, told by the owner. */
struct task {
	struct buf text;
	char what[CREW_NAME_MAX];
	bool done, rc;
	struct replay found;
	struct err e;
};

struct hand {
	struct crew *crew;
	pthread_t thread;
	struct crypto *crypto;
	struct replay_memory memory;
};

/* Tasks are numbered as they are given, and told in that order; number n lies at n % tasks_n. */
struct crew {
	const struct trust *pin;
	const struct charter *draft;
	crew_tell *tell;
	void *arg;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t work, done;
	bool over;
	uint64_t given, taken, told;
	struct task tasks[TASKS_MAX];
	size_t tasks_n, hands_n;
	struct hand hands[CREW_HANDS_MAX];
};

static struct task *task_at(struct crew *w, uint64_t n)
{
	return &w->tasks[n % w->tasks_n];
}

/* The next task that nobody has; NULL when there will be none. */
static struct task *take(struct crew *w)
{
	struct task *t = NULL;

	pthread_mutex_lock(&w->lock);
	while (w->taken == w->given && !w->over)
		pthread_cond_wait(&w->work, &w->lock);
	if (!w->over)
		t = task_at(w, w->taken++);
	pthread_mutex_unlock(&w->lock);
	return t;
}

static void *labour(void *arg)
{
	struct hand *h = arg;
	struct crew *w = h->crew;
	struct task *t;

	while ((t = take(w)) != NULL) {
		t->rc = replay_record(h->crypto, buf_slice(&t->text), w->pin, w->draft, &t->found, &t->e);
		buf_free(&t->text);
		pthread_mutex_lock(&w->lock);
		t->done = true;
		pthread_cond_signal(&w->done);
		pthread_mutex_unlock(&w->lock);
	}
	return NULL;
}

/* Waits for the oldest task that is not told, and tells it. */
static void tell_oldest(struct crew *w)
{
	struct task *t = task_at(w, w->told);

	pthread_mutex_lock(&w->lock);
	while (!t->done)
		pthread_cond_wait(&w->done, &w->lock);
	pthread_mutex_unlock(&w->lock);
	w->tell(w->arg, t->rc ? &t->found : NULL, t->what, &t->e);
	w->told++;
}

void crew_give(struct crew *w, struct buf *text, const char *what)
{
	struct task *t;

	if (w->given - w->told == w->tasks_n)
		tell_oldest(w);
	t = task_at(w, w->given);
	*t = (struct task){ .text = *text };
	*text = (struct buf){ 0 };
	snprintf(t->what, sizeof(t->what), "%s", what);
	pthread_mutex_lock(&w->lock);
	w->given++;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
}

void crew_finish(struct crew *w)
{
	while (w->told < w->given)
		tell_oldest(w);
}

size_t crew_hands(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > CREW_HANDS_MAX ? CREW_HANDS_MAX : (size_t)cores;
}

static bool hire(struct crew *w, struct err *e)
{
	struct hand *h = &w->hands[w->hands_n];

	h->crew = w;
	h->crypto = crypto_new(e);
	if (h->crypto == NULL)
		return false;
	replay_remember(h->crypto, &h->memory);
	if (pthread_create(&h->thread, NULL, labour, h) != 0) {
		crypto_free(h->crypto);
		return err_set(e, "no_thread", "the system gives us no thread; ask for fewer, or end other programs");
	}
	w->hands_n++;
	return true;
}

struct crew *crew_new(size_t hands, const struct trust *pin, const struct charter *draft, crew_tell *tell, void *arg, struct err *e)
{
	struct crew *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		err_memory(e);
		return NULL;
	}
	w->pin = pin;
	w->draft = draft;
	w->tell = tell;
	w->arg = arg;
	w->tasks_n = 2 * hands;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	pthread_cond_init(&w->done, NULL);
	while (w->hands_n < hands)
		if (!hire(w, e)) {
			crew_free(w);
			return NULL;
		}
	return w;
}

void crew_free(struct crew *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->over = true;
	pthread_cond_broadcast(&w->work);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < w->hands_n; i++) {
		pthread_join(w->hands[i].thread, NULL);
		crypto_free(w->hands[i].crypto);
	}
	for (size_t i = 0; i < TASKS_MAX; i++)
		buf_free(&w->tasks[i].text);
	pthread_cond_destroy(&w->work);
	pthread_cond_destroy(&w->done);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
