/* SPDX-License-Identifier: ISC */
#include "web/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct lane {
	struct job *head, **tail;
	size_t running;
};

struct queue {
	pthread_mutex_t mutex;
	pthread_cond_t work, idle;
	size_t capacity, batches, batch, lanes;
	size_t taken; /* places: claimed or waiting */
	size_t waiting, running;
	uint64_t arrivals;
	bool closed;
	struct lane lane[]; /* lane 0 and the batch lanes */
};

/* How many jobs of each group a batch has so far: open addressing, never more than half full. */
struct tally {
	struct {
		const char *group;
		size_t n;
	} slot[2 * QUEUE_BATCH_MAX];
};

struct queue *queue_new(size_t capacity, size_t lanes, size_t batches, size_t batch, struct err *e)
{
	struct queue *q = calloc(1, sizeof(*q) + (lanes + 1) * sizeof(q->lane[0]));
	pthread_condattr_t attr;

	if (q == NULL) {
		err_memory(e);
		return NULL;
	}
	q->capacity = capacity;
	q->batches = batches;
	q->batch = batch;
	q->lanes = lanes + 1;
	for (size_t i = 0; i < q->lanes; i++)
		q->lane[i].tail = &q->lane[i].head;
	pthread_mutex_init(&q->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&q->work, &attr);
	pthread_cond_init(&q->idle, &attr);
	pthread_condattr_destroy(&attr);
	return q;
}

void queue_free(struct queue *q)
{
	if (q == NULL)
		return;
	pthread_cond_destroy(&q->idle);
	pthread_cond_destroy(&q->work);
	pthread_mutex_destroy(&q->mutex);
	free(q);
}

bool queue_claim(struct queue *q)
{
	bool ok;

	pthread_mutex_lock(&q->mutex);
	ok = !q->closed && q->taken < q->capacity;
	q->taken += ok;
	pthread_mutex_unlock(&q->mutex);
	return ok;
}

void queue_put(struct queue *q, struct job *j)
{
	struct lane *l = &q->lane[j->lane];

	pthread_mutex_lock(&q->mutex);
	j->next = NULL;
	j->number = q->arrivals++;
	*l->tail = j;
	l->tail = &j->next;
	q->waiting++;
	/* Where as many batches are under way as may be, whoever ends one looks: nobody need be woken for nothing. */
	if (j->lane == 0 || l->running < q->batches)
		pthread_cond_signal(&q->work);
	pthread_mutex_unlock(&q->mutex);
}

/* The lane whose first job has waited longest, among those from which something may be taken now. */
static struct lane *next_lane(struct queue *q)
{
	struct lane *best = NULL;

	for (size_t i = 0; i < q->lanes; i++) {
		struct lane *l = &q->lane[i];

		if (l->head == NULL || (i > 0 && l->running >= q->batches))
			continue;
		if (best == NULL || l->head->number < best->head->number)
			best = l;
	}
	return best;
}

/* Unhooks the job that *at points to. */
static struct job *unhook(struct queue *q, struct lane *l, struct job **at)
{
	struct job *j = *at;

	*at = j->next;
	if (j->next == NULL)
		l->tail = at;
	j->next = NULL;
	q->waiting--;
	q->taken--;
	return j;
}

/* Is one more of this group within its share? */
static bool count_group(struct tally *t, const char *group, size_t share)
{
	size_t i = 5381;

	if (group == NULL)
		return true;
	for (const char *c = group; *c != '\0'; c++)
		i = i * 33 + (unsigned char)*c;
	for (;; i++) {
		i %= 2 * QUEUE_BATCH_MAX;
		if (t->slot[i].group == NULL)
			t->slot[i].group = group;
		if (strcmp(t->slot[i].group, group) == 0)
			return t->slot[i].n++ < share;
	}
}

/* A batch: first everybody within a group's share, then, as far as there is room, what the shares left behind. */
static size_t take_batch(struct queue *q, struct lane *l, struct job **out)
{
	struct tally t = { 0 };
	struct job **at = &l->head;
	const size_t share = (q->batch + QUEUE_SHARE - 1) / QUEUE_SHARE;
	size_t n = 0;

	while (*at != NULL && n < q->batch) {
		if (count_group(&t, (*at)->group, share))
			out[n++] = unhook(q, l, at);
		else
			at = &(*at)->next;
	}
	while (l->head != NULL && n < q->batch)
		out[n++] = unhook(q, l, &l->head);
	return n;
}

size_t queue_take(struct queue *q, struct job *out[static QUEUE_BATCH_MAX])
{
	struct lane *l;
	size_t n = 0;

	pthread_mutex_lock(&q->mutex);
	while ((l = next_lane(q)) == NULL && !(q->closed && q->taken == 0))
		pthread_cond_wait(&q->work, &q->mutex);
	if (l != NULL) {
		if (l == &q->lane[0])
			out[n++] = unhook(q, l, &l->head);
		else
			n = take_batch(q, l, out);
		l->running++;
		q->running++;
	}
	/* The last taker wakes the others, so that each sees that there is nothing more. */
	if (q->closed && q->taken == 0)
		pthread_cond_broadcast(&q->work);
	pthread_mutex_unlock(&q->mutex);
	return n;
}

void queue_done(struct queue *q, size_t lane)
{
	pthread_mutex_lock(&q->mutex);
	q->lane[lane].running--;
	q->running--;
	/* A batch that had to wait for this one is ready now, and nobody was told. */
	if (lane > 0 && q->lane[lane].head != NULL)
		pthread_cond_signal(&q->work);
	if (q->taken == 0 && q->running == 0)
		pthread_cond_broadcast(&q->idle);
	pthread_mutex_unlock(&q->mutex);
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->mutex);
	q->closed = true;
	pthread_cond_broadcast(&q->work);
	pthread_mutex_unlock(&q->mutex);
}

size_t queue_drop(struct queue *q, struct job *out[static QUEUE_BATCH_MAX])
{
	size_t n = 0;

	pthread_mutex_lock(&q->mutex);
	for (size_t i = 0; i < q->lanes; i++)
		while (q->lane[i].head != NULL && n < QUEUE_BATCH_MAX)
			out[n++] = unhook(q, &q->lane[i], &q->lane[i].head);
	if (q->closed && q->taken == 0)
		pthread_cond_broadcast(&q->work);
	if (q->taken == 0 && q->running == 0)
		pthread_cond_broadcast(&q->idle);
	pthread_mutex_unlock(&q->mutex);
	return n;
}

bool queue_wait_idle(struct queue *q, int64_t ms)
{
	struct timespec until;
	int rc = 0;
	bool idle;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&q->mutex);
	while ((q->taken > 0 || q->running > 0) && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&q->idle, &q->mutex, &until);
	idle = q->taken == 0 && q->running == 0;
	pthread_mutex_unlock(&q->mutex);
	return idle;
}

size_t queue_depth(struct queue *q)
{
	size_t n;

	pthread_mutex_lock(&q->mutex);
	n = q->waiting;
	pthread_mutex_unlock(&q->mutex);
	return n;
}
