/* SPDX-License-Identifier: ISC */
#include "authority/forest.h"

#include <pthread.h>
#include <stdlib.h>

enum { CHUNK = 8192, TRIES = 3 };

/* A group's place; it stays for as long as the forest, so that it may be held without the forest's lock. */
struct grown {
	struct merkle_tree tree; /* first, because it is what is given out */
	int32_t g;
	pthread_rwlock_t lock;
};
struct forest {
	pthread_mutex_t lock; /* of the list alone */
	struct grown **list;  /* sorted by g; owned */
	size_t n, cap;
};

struct forest *forest_new(struct err *e)
{
	struct forest *f = calloc(1, sizeof(*f));

	if (f != NULL && pthread_mutex_init(&f->lock, NULL) == 0)
		return f;
	free(f);
	err_memory(e);
	return NULL;
}

void forest_free(struct forest *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++) {
		merkle_tree_free(&f->list[i]->tree);
		(void)pthread_rwlock_destroy(&f->list[i]->lock);
		free(f->list[i]);
	}
	free(f->list);
	(void)pthread_mutex_destroy(&f->lock);
	free(f);
}

/* Where a group stands in the list, or would stand. */
static size_t place_of(const struct forest *f, int32_t g)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (f->list[mid]->g < g)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct grown *insert(struct forest *f, size_t at, int32_t g)
{
	size_t cap = f->cap == 0 ? 16 : f->cap * 2;
	struct grown **more = f->list, *one;

	if (f->n == f->cap) {
		more = realloc(f->list, cap * sizeof(struct grown *));
		if (more == NULL)
			return NULL;
		f->list = more;
		f->cap = cap;
	}
	one = calloc(1, sizeof(*one));
	if (one == NULL || pthread_rwlock_init(&one->lock, NULL) != 0) {
		free(one);
		return NULL;
	}
	one->g = g;
	for (size_t i = f->n++; i > at; i--)
		f->list[i] = f->list[i - 1];
	f->list[at] = one;
	return one;
}

static struct grown *grown_of(struct forest *f, int32_t g)
{
	struct grown *one;
	size_t at;

	(void)pthread_mutex_lock(&f->lock);
	at = place_of(f, g);
	one = at < f->n && f->list[at]->g == g ? f->list[at] : insert(f, at, g);
	(void)pthread_mutex_unlock(&f->lock);
	return one;
}

static bool head_root(struct worker *w, const struct group *g, uint64_t size, struct digest *out, struct err *e)
{
	static const struct statement st = { "forest_head", "SELECT root FROM heads WHERE g = $1 AND size = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)size);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1 && res_digest(r, 0, 0, out);
	PQclear(r);
	return ok || err_set(e, "database_error", "the log of group %s has no head of size %llu", g->name, (unsigned long long)size);
}

/* The next leaves of the store, so many at most that nobody waits long for the lock. */
static bool read_leaves(struct worker *w, const struct group *g, struct merkle_tree *t, uint64_t size, struct err *e)
{
	static const struct statement st = { "forest_leaves", "SELECT leaf FROM log WHERE g = $1 AND idx >= $2 AND idx < $3 ORDER BY idx" };
	uint64_t n = size - t->size < CHUNK ? size - t->size : CHUNK;
	struct db_args a = { 0 };
	struct digest leaf;
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)t->size);
	arg_int8(&a, (int64_t)(t->size + n));
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = (uint64_t)PQntuples(r) == n || err_set(e, "database_error", "the log of group %s is shorter than its heads", g->name);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = res_digest(r, i, 0, &leaf) && merkle_tree_append(t, &leaf, e);
	PQclear(r);
	return ok;
}

/* Another worker may bring it further between our chunks. */
static bool extend(struct worker *w, const struct group *g, struct grown *one, uint64_t size, struct err *e)
{
	bool ok = true, done = false;

	while (ok && !done) {
		(void)pthread_rwlock_wrlock(&one->lock);
		done = one->tree.size >= size;
		ok = done || read_leaves(w, g, &one->tree, size, e);
		(void)pthread_rwlock_unlock(&one->lock);
	}
	return ok;
}

static bool fits(const struct merkle_tree *t, uint64_t size, const struct digest *root)
{
	struct digest ours;

	if (t->size < size)
		return false;
	merkle_tree_root(t, size, &ours);
	return digest_compare(&ours, root) == 0;
}

/* The store is another one than that which the tree was read from: restored from a backup. */
static void drop(struct grown *one, uint64_t size, const struct digest *root)
{
	(void)pthread_rwlock_wrlock(&one->lock);
	if (!fits(&one->tree, size, root))
		merkle_tree_free(&one->tree);
	(void)pthread_rwlock_unlock(&one->lock);
}

const struct merkle_tree *forest_take(struct worker *w, const struct group *g, uint64_t size, struct err *e)
{
	struct grown *one = grown_of(w->a->forest, g->g);
	struct digest root;

	if (one == NULL) {
		err_memory(e);
		return NULL;
	}
	if (!head_root(w, g, size, &root, e))
		return NULL;
	for (int i = 0; i < TRIES; i++) {
		if (!extend(w, g, one, size, e))
			return NULL;
		(void)pthread_rwlock_rdlock(&one->lock);
		if (fits(&one->tree, size, &root))
			return &one->tree;
		(void)pthread_rwlock_unlock(&one->lock);
		drop(one, size, &root);
	}
	err_set(e, "database_error", "the entries of group %s's log are not those that its head signs", g->name);
	return NULL;
}

void forest_give(const struct merkle_tree *t)
{
	struct grown *one = (struct grown *)(uintptr_t)t;

	(void)pthread_rwlock_unlock(&one->lock);
}
