/* SPDX-License-Identifier: ISC */
#include "base/limit.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum { WAYS = 8 };

struct bucket {
	uint8_t who[LIMIT_WHO];
	int64_t seen_ms; /* when `tokens` was right */
	double tokens;
	bool used;
};

struct limit {
	pthread_mutex_t mutex;
	double rate, burst;
	size_t sets;
	uint8_t key[crypto_shorthash_KEYBYTES]; /* so that nobody can choose who shares a set */
	struct bucket bucket[];
};

void limit_network(const struct sockaddr *a, uint8_t out[static LIMIT_WHO])
{
	const uint8_t *p;

	memset(out, 0, LIMIT_WHO);
	if (a->sa_family == AF_INET) {
		out[0] = 4;
		memcpy(out + 1, &((const struct sockaddr_in *)(const void *)a)->sin_addr, 3);
	}
	if (a->sa_family != AF_INET6)
		return;
	p = ((const struct sockaddr_in6 *)(const void *)a)->sin6_addr.s6_addr;
	if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)p)) {
		out[0] = 4;
		memcpy(out + 1, p + 12, 3);
		return;
	}
	out[0] = 6;
	memcpy(out + 1, p, 6);
}

struct limit *limit_new(size_t slots, double rate, double burst, struct err *e)
{
	size_t sets = (slots + WAYS - 1) / WAYS;
	struct limit *l;

	sets = sets == 0 ? 1 : sets;
	l = calloc(1, sizeof(*l) + sets * WAYS * sizeof(l->bucket[0]));
	if (l == NULL) {
		err_memory(e);
		return NULL;
	}
	pthread_mutex_init(&l->mutex, NULL);
	l->rate = rate;
	l->burst = burst;
	l->sets = sets;
	bytes_random(l->key, sizeof(l->key));
	return l;
}

void limit_free(struct limit *l)
{
	if (l == NULL)
		return;
	pthread_mutex_destroy(&l->mutex);
	free(l);
}

static double refilled(const struct limit *l, const struct bucket *b, int64_t now_ms)
{
	double t = b->tokens + (double)(now_ms - b->seen_ms) / 1000.0 * l->rate;

	return t > l->burst ? l->burst : t;
}

/* Somebody's bucket; a fresh one in place of the fullest where there is none. */
static struct bucket *find(struct limit *l, const uint8_t who[static LIMIT_WHO], int64_t now_ms)
{
	uint8_t hash[crypto_shorthash_BYTES];
	struct bucket *set, *out;

	crypto_shorthash(hash, who, LIMIT_WHO, l->key);
	set = &l->bucket[bytes_u64(hash) % l->sets * WAYS];
	out = set;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].used && memcmp(set[i].who, who, LIMIT_WHO) == 0)
			return &set[i];
		if (out->used && (!set[i].used || refilled(l, &set[i], now_ms) > refilled(l, out, now_ms)))
			out = &set[i];
	}
	memcpy(out->who, who, LIMIT_WHO);
	out->used = true;
	out->tokens = l->burst;
	out->seen_ms = now_ms;
	return out;
}

bool limit_take(struct limit *l, const uint8_t who[static LIMIT_WHO], int64_t now_ms, unsigned *retry_after)
{
	struct bucket *b;
	bool ok;

	pthread_mutex_lock(&l->mutex);
	b = find(l, who, now_ms);
	b->tokens = refilled(l, b, now_ms);
	b->seen_ms = now_ms;
	ok = b->tokens >= 1.0;
	if (ok)
		b->tokens -= 1.0;
	else
		*retry_after = (unsigned)((1.0 - b->tokens) / l->rate) + 1;
	pthread_mutex_unlock(&l->mutex);
	return ok;
}
