/* SPDX-License-Identifier: ISC */
#include "authority/verifiers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/map.h"
#include "charter/object.h"
#include "peer/application.h"
#include "peer/evidence.h"

/* In a smaller batch nothing is won by waking anybody. */
enum { THREADS_MAX = 7, BATCH_MIN = 4 };

struct helper {
	struct verifiers *of;
	struct crypto *crypto; /* its own */
	pthread_t thread;
};

struct verifiers {
	struct crypto *crypto; /* the caller's */
	struct sig_memory memory;
	pthread_mutex_t known_lock;
	struct map known;

	struct helper helpers[THREADS_MAX];
	size_t n;
	pthread_mutex_t lock; /* of what follows, but for `next` */
	pthread_cond_t begin, end;
	uint64_t batch; /* number of the last one */
	size_t busy;    /* helpers that are at it */
	bool ending;
	const struct charter *charter;
	const json_t *items;
	atomic_size_t next;
};

/* ---- the memory */

static bool knows(void *arg, const struct digest *signature)
{
	struct verifiers *v = arg;
	bool found;

	pthread_mutex_lock(&v->known_lock);
	found = map_find(&v->known, signature) != MAP_NONE;
	pthread_mutex_unlock(&v->known_lock);
	return found;
}

/* Without memory it is not remembered, and verified again. */
static void learns(void *arg, const struct digest *signature)
{
	struct verifiers *v = arg;

	pthread_mutex_lock(&v->known_lock);
	if (map_find(&v->known, signature) == MAP_NONE)
		(void)map_put(&v->known, signature, 0);
	pthread_mutex_unlock(&v->known_lock);
}

size_t verifiers_known(struct verifiers *v)
{
	size_t n;

	pthread_mutex_lock(&v->known_lock);
	n = v->known.n;
	pthread_mutex_unlock(&v->known_lock);
	return n;
}

void verifiers_forget(struct verifiers *v)
{
	crypto_remember(v->crypto, NULL);
	pthread_mutex_lock(&v->known_lock);
	map_free(&v->known);
	pthread_mutex_unlock(&v->known_lock);
}

/* ---- one item */

/* By one of the notaries, at whatever time: whether it might is the ledger's question. */
static void try_notary(struct crypto *c, const struct charter *ch, const struct jws *j)
{
	for (size_t i = 0; ch != NULL && i < ch->authority.notaries_n; i++)
		if (j->n == 1 && digest_compare(&ch->authority.notaries[i].thumb, &j->sigs[0].kid) == 0)
			(void)jws_verify(c, j, 0, &ch->authority.notaries[i].key, NULL);
}

static void try_object(struct crypto *c, const struct charter *ch, const json_t *item)
{
	struct err ignored = { 0 };
	struct at at = at_root(item, &ignored);
	struct application a;
	struct jws j;

	if (!at_jws(&at, "object", &j))
		return;
	if (jws_is(&j, KIND_APPLICATION, NULL))
		(void)application_verify(c, &j, &a, NULL);
	else
		try_notary(c, ch, &j);
	jws_free(&j);
}

static void try_evidence(struct crypto *c, const json_t *item)
{
	struct err ignored = { 0 };
	struct at at = at_root(item, &ignored), place;
	struct evidence ev;

	if (!at_has(&at, "evidence") || !at_member(&at, "evidence", &place) || !evidence_read(&place, &ev))
		return;
	for (size_t i = 0; i < ev.votes_n; i++)
		(void)jws_verify(c, &ev.votes[i].jws, 0, &ev.votes[i].key, NULL);
	evidence_free(&ev);
}

static void work(struct verifiers *v, struct crypto *c, const struct charter *ch, const json_t *items)
{
	for (size_t i; (i = atomic_fetch_add(&v->next, 1)) < json_array_size(items);) {
		const json_t *item = json_array_get(items, i);

		try_object(c, ch, item);
		try_evidence(c, item);
	}
}

/* ---- the threads */

static void *help(void *arg)
{
	struct helper *h = arg;
	struct verifiers *v = h->of;
	uint64_t done = 0;

	pthread_mutex_lock(&v->lock);
	for (;;) {
		while (!v->ending && v->batch == done)
			pthread_cond_wait(&v->begin, &v->lock);
		if (v->ending)
			break;
		done = v->batch;
		pthread_mutex_unlock(&v->lock);
		work(v, h->crypto, v->charter, v->items);
		pthread_mutex_lock(&v->lock);
		if (--v->busy == 0)
			pthread_cond_signal(&v->end);
	}
	pthread_mutex_unlock(&v->lock);
	return NULL;
}

void verifiers_run(struct verifiers *v, const struct charter *ch, const json_t *items, size_t first)
{
	if (v->n == 0 || json_array_size(items) < first + BATCH_MIN)
		return;
	crypto_remember(v->crypto, &v->memory);
	pthread_mutex_lock(&v->lock);
	v->charter = ch;
	v->items = items;
	atomic_store(&v->next, first);
	v->busy = v->n;
	v->batch++;
	pthread_cond_broadcast(&v->begin);
	pthread_mutex_unlock(&v->lock);
	work(v, v->crypto, ch, items);
	pthread_mutex_lock(&v->lock);
	while (v->busy > 0)
		pthread_cond_wait(&v->end, &v->lock);
	pthread_mutex_unlock(&v->lock);
}

size_t verifiers_fit(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n <= 1 ? 0 : n > THREADS_MAX ? THREADS_MAX : (size_t)n - 1;
}

static bool start(struct verifiers *v)
{
	struct helper *h = &v->helpers[v->n];

	h->of = v;
	h->crypto = crypto_new(NULL);
	if (h->crypto == NULL)
		return false;
	crypto_remember(h->crypto, &v->memory);
	if (pthread_create(&h->thread, NULL, help, h) != 0) {
		crypto_free(h->crypto);
		return false;
	}
	v->n++;
	return true;
}

struct verifiers *verifiers_new(struct crypto *c, size_t threads, struct err *e)
{
	struct verifiers *v = calloc(1, sizeof(*v));

	if (v == NULL) {
		err_memory(e);
		return NULL;
	}
	/* with default attributes these cannot fail */
	(void)pthread_mutex_init(&v->known_lock, NULL);
	(void)pthread_mutex_init(&v->lock, NULL);
	(void)pthread_cond_init(&v->begin, NULL);
	(void)pthread_cond_init(&v->end, NULL);
	v->crypto = c;
	v->memory = (struct sig_memory){ .knows = knows, .learns = learns, .arg = v };
	/* Fewer threads than asked for are slower, and nothing else. */
	while (v->n < threads && v->n < THREADS_MAX && start(v))
		continue;
	return v;
}

void verifiers_free(struct verifiers *v)
{
	if (v == NULL)
		return;
	pthread_mutex_lock(&v->lock);
	v->ending = true;
	pthread_cond_broadcast(&v->begin);
	pthread_mutex_unlock(&v->lock);
	for (size_t i = 0; i < v->n; i++) {
		(void)pthread_join(v->helpers[i].thread, NULL);
		crypto_free(v->helpers[i].crypto);
	}
	(void)pthread_cond_destroy(&v->end);
	(void)pthread_cond_destroy(&v->begin);
	(void)pthread_mutex_destroy(&v->lock);
	(void)pthread_mutex_destroy(&v->known_lock);
	map_free(&v->known);
	free(v);
}
