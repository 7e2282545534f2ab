/* SPDX-License-Identifier: ISC */
#include "authority/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/map.h"

enum { SHARE = 8, COOL_MAX = 10000 };

/* A job that was done may cool: asked for again meanwhile it waits until then, so that many votes make few examinations. */
enum job_state { JOB_WAITING, JOB_WAITING_FOR_SIGNER, JOB_COOLING, JOB_HEAPS, JOB_RUNNING = JOB_HEAPS, JOB_FREE };

struct job {
	struct work_job what;
	struct digest key;
	enum job_state state;
	bool again; /* asked for while it ran */
	uint32_t tries;
	int64_t due, since; /* not before; when it began to run */
	uint32_t place;     /* in the heap of its state; of a free one, the next free one */
};

/* Jobs of one state, a binary heap: the one that is due first on top. */
struct heap {
	uint32_t at[JOBS_MAX], n;
};

struct jobs {
	struct job job[JOBS_MAX];
	struct heap heap[JOB_HEAPS];
	uint32_t free; /* the first of them; JOBS_MAX: there is none */
	struct map by_key;
	uint32_t about[WORK_KINDS]; /* of each kind: waiting, running or cooling */
	struct work_counts counts;
};

static const struct {
	int64_t cool; /* milliseconds */
	bool shares;  /* see cooling */
	enum job_state waits;
} kinds[WORK_KINDS] = {
	[WORK_OPEN] = { 0, false, JOB_WAITING },
	[WORK_DECIDE] = { 100, true, JOB_WAITING },
	[WORK_PUBLISH] = { 20, false, JOB_WAITING_FOR_SIGNER },
	[WORK_LISTS] = { 100, false, JOB_WAITING_FOR_SIGNER },
	[WORK_SEEDS] = { 0, false, JOB_WAITING },
	[WORK_LAPSE] = { 0, false, JOB_WAITING },
	[WORK_DRAW] = { 1000, false, JOB_WAITING },
	[WORK_CEREMONIES] = { 100, false, JOB_WAITING },
};

struct jobs *jobs_new(struct err *e)
{
	struct jobs *j = calloc(1, sizeof(*j));

	if (j == NULL) {
		err_memory(e);
		return NULL;
	}
	for (uint32_t i = 0; i < JOBS_MAX; i++)
		j->job[i] = (struct job){ .state = JOB_FREE, .place = i + 1 };
	return j;
}

void jobs_free(struct jobs *j)
{
	if (j == NULL)
		return;
	map_free(&j->by_key);
	free(j);
}

/* ---- heaps */

static void put(struct jobs *j, struct heap *h, uint32_t place, uint32_t job)
{
	h->at[place] = job;
	j->job[job].place = place;
}

static int64_t due_at(const struct jobs *j, const struct heap *h, uint32_t place)
{
	return j->job[h->at[place]].due;
}

/* The place is empty: finds where a job belongs, from there upwards or downwards. */
static void settle(struct jobs *j, struct heap *h, uint32_t place, uint32_t job)
{
	const int64_t due = j->job[job].due;
	uint32_t child;

	for (; place > 0 && due < due_at(j, h, (place - 1) / 2); place = (place - 1) / 2)
		put(j, h, place, h->at[(place - 1) / 2]);
	for (; (child = 2 * place + 1) < h->n; place = child) {
		if (child + 1 < h->n && due_at(j, h, child + 1) < due_at(j, h, child))
			child++;
		if (due <= due_at(j, h, child))
			break;
		put(j, h, place, h->at[child]);
	}
	put(j, h, place, job);
}

static void enter(struct jobs *j, uint32_t job, enum job_state state)
{
	struct heap *h = &j->heap[state];

	j->job[job].state = state;
	settle(j, h, h->n++, job);
}

static void wait_again(struct jobs *j, uint32_t job)
{
	enter(j, job, kinds[j->job[job].what.kind].waits);
}

static void leave(struct jobs *j, uint32_t job)
{
	struct heap *h = &j->heap[j->job[job].state];
	uint32_t last = h->at[--h->n];

	if (last != job)
		settle(j, h, j->job[job].place, last);
}

/* The top of a heap when it is due, or JOBS_MAX. */
static uint32_t first_due(const struct jobs *j, enum job_state state, int64_t now)
{
	const struct heap *h = &j->heap[state];

	return h->n > 0 && due_at(j, h, 0) <= now ? h->at[0] : JOBS_MAX;
}

/* ---- jobs */

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

/* In no heap any more. */
static void forget(struct jobs *j, uint32_t job)
{
	struct job *s = &j->job[job];

	map_remove(&j->by_key, &s->key);
	j->about[s->what.kind]--;
	s->state = JOB_FREE;
	s->place = j->free;
	j->free = job;
}

static void forget_cooled(struct jobs *j, int64_t now)
{
	uint32_t job;

	while ((job = first_due(j, JOB_COOLING, now)) != JOBS_MAX) {
		leave(j, job);
		forget(j, job);
	}
}

static void add(struct jobs *j, const struct work_job *what, const struct digest *key, int64_t now)
{
	uint32_t job = j->free;

	if (job == JOBS_MAX || !map_put(&j->by_key, key, job)) {
		j->counts.dropped++;
		return;
	}
	j->free = j->job[job].place;
	j->job[job] = (struct job){ .what = *what, .key = *key, .due = now };
	j->about[what->kind]++;
	wait_again(j, job);
}

void jobs_ask(struct jobs *j, const struct work_job *what, int64_t now)
{
	struct digest key;
	uint32_t job;

	forget_cooled(j, now);
	key_of(what, &key);
	job = map_find(&j->by_key, &key);
	if (job == MAP_NONE) {
		add(j, what, &key, now);
	} else if (j->job[job].state == JOB_RUNNING) {
		j->job[job].again = true;
	} else if (j->job[job].state == JOB_COOLING) {
		leave(j, job);
		wait_again(j, job);
	}
}

/* The heap of waiting jobs whose first is due before the other's. */
static enum job_state sooner(const struct jobs *j, bool signer)
{
	const struct heap *one = &j->heap[JOB_WAITING], *other = &j->heap[JOB_WAITING_FOR_SIGNER];

	if (!signer || other->n == 0)
		return JOB_WAITING;
	return one->n == 0 || due_at(j, other, 0) < due_at(j, one, 0) ? JOB_WAITING_FOR_SIGNER : JOB_WAITING;
}

bool jobs_take(struct jobs *j, int64_t now, bool signer, struct work_job *out, uint32_t *ticket, int64_t *due)
{
	const enum job_state from = sooner(j, signer);
	const uint32_t job = first_due(j, from, now);

	forget_cooled(j, now);
	*due = j->heap[from].n == 0 ? INT64_MAX : due_at(j, &j->heap[from], 0);
	if (job == JOBS_MAX)
		return false;
	leave(j, job);
	j->job[job].state = JOB_RUNNING;
	j->job[job].since = now;
	j->counts.running++;
	*out = j->job[job].what;
	*ticket = job;
	return true;
}

/* ---- how long a job waits for its next turn */

/* An examination takes the longer the more votes came, and each vote asks for one. All together they get a SHAREth of one processor: each
 * job cools so many times as long as it took, for every one of its kind that is about. */
static int64_t cooling(const struct jobs *j, const struct job *s, int64_t now)
{
	const int64_t least = kinds[s->what.kind].cool, ms = SHARE * (int64_t)j->about[s->what.kind] * (now - s->since + 1);

	if (!kinds[s->what.kind].shares || ms < least)
		return least;
	return ms < COOL_MAX ? ms : COOL_MAX;
}

static int64_t backoff(const struct err *e, uint32_t tries)
{
	const bool away = err_is(e, "database_unavailable") || err_is(e, "database_retry") || err_is(e, "signer_unavailable") ||
		err_is(e, "term_not_seen");
	const int64_t first = away ? 100 : 1000, most = away ? 2000 : 60000;

	return tries > 10 || first << tries > most ? most : first << tries;
}

void jobs_done(struct jobs *j, uint32_t ticket, int64_t now)
{
	struct job *s = &j->job[ticket];

	j->counts.running--;
	j->counts.done[s->what.kind]++;
	s->tries = 0;
	s->due = now + cooling(j, s, now);
	enter(j, ticket, s->again ? kinds[s->what.kind].waits : JOB_COOLING);
	s->again = false;
}

void jobs_failed(struct jobs *j, uint32_t ticket, const struct err *e, int64_t now)
{
	struct job *s = &j->job[ticket];

	j->counts.running--;
	j->counts.failed[s->what.kind]++;
	if (err_is(e, "not_found")) {
		forget(j, ticket);
		return;
	}
	s->again = false;
	s->due = now + backoff(e, s->tries++);
	wait_again(j, ticket);
}

/* ---- what is about */

static bool is_quiet(const struct jobs *j, const struct heap *h, int64_t now)
{
	for (uint32_t i = 0; i < h->n; i++)
		if (j->job[h->at[i]].tries == 0 && j->job[h->at[i]].due <= now)
			return false;
	return true;
}

bool jobs_idle(const struct jobs *j, int64_t now)
{
	return j->counts.running == 0 && is_quiet(j, &j->heap[JOB_WAITING], now) && is_quiet(j, &j->heap[JOB_WAITING_FOR_SIGNER], now);
}

void jobs_count(const struct jobs *j, struct work_counts *out)
{
	*out = j->counts;
	out->waiting = j->heap[JOB_WAITING].n + j->heap[JOB_WAITING_FOR_SIGNER].n;
}
