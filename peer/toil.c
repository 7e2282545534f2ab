/* SPDX-License-Identifier: ISC */
#include "peer/toil.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- the challenge */

static bool is_ours(const struct at *p)
{
	static const struct {
		const char *name;
		int64_t value;
	} fixed[] = { { "cost", WORK_PASSES }, { "memoryCost", WORK_MEMORY }, { "parallelism", 1 }, { "keyLength", WORK_KEY } };
	const char *algorithm;
	int64_t v;

	if (!at_string(p, "algorithm", 1, 32, &algorithm))
		return false;
	if (strcmp(algorithm, "ARGON2ID") != 0)
		return at_refuse(p, "feature_unsupported", "the work is of a kind that this program cannot do: %s", algorithm);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (!at_int(p, fixed[i].name, 0, INT32_MAX, &v) || v != fixed[i].value)
			return at_refuse(p, "feature_unsupported", "the work is set with another %s than this program does", fixed[i].name);
	return true;
}

static bool read_hex(const struct at *p, const char *name, uint8_t *out, size_t n)
{
	const char *text;

	return at_string(p, name, 2 * n, 2 * n, &text) &&
		(hex_decode(text, 2 * n, out, n) || at_refuse(p, "bad_value", "%s is no hexadecimal number", name));
}

bool toil_read(const json_t *challenge, struct toil *out, struct err *e)
{
	struct at root = at_root(challenge, e), p;

	return at_member(&root, "parameters", &p) && is_ours(&p) && read_hex(&p, "nonce", out->puzzle.nonce, WORK_NONCE) &&
		read_hex(&p, "salt", out->puzzle.salt, WORK_NONCE) && read_hex(&p, "keyPrefix", out->prefix, WORK_PREFIX);
}

/* ---- the search */

struct search {
	const struct toil *t;
	uint64_t limit;
	toil_tell *tell;
	void *arg;
	_Atomic uint64_t next, tried;
	_Atomic bool over;
	pthread_mutex_t mutex; /* of the two below */
	bool found;
	struct work_done work;
	struct err e;
};

static void settle(struct search *s, const struct work_done *w, const struct err *e)
{
	pthread_mutex_lock(&s->mutex);
	if (w != NULL && !s->found) {
		s->found = true;
		s->work = *w;
	}
	if (e != NULL && err_ok(&s->e))
		s->e = *e;
	pthread_mutex_unlock(&s->mutex);
	atomic_store(&s->over, true);
}

/* Takes one counter after the other; false when there is no more to do. */
static bool try_one(struct search *s)
{
	struct work_done w = { .puzzle = s->t->puzzle };
	struct err e = { 0 };
	uint64_t counter;

	if (atomic_load(&s->over) || (counter = atomic_fetch_add(&s->next, 1)) >= s->limit)
		return false;
	w.counter = (uint32_t)counter;
	if (!work_derive(&w.puzzle, w.counter, w.key, &e))
		settle(s, NULL, &e);
	else if (memcmp(w.key, s->t->prefix, WORK_PREFIX) == 0)
		settle(s, &w, NULL);
	atomic_fetch_add(&s->tried, 1);
	return true;
}

static void *hand(void *arg)
{
	while (try_one(arg))
		;
	return NULL;
}

bool toil_find(
	const struct toil *t, uint64_t from, uint64_t limit, size_t hands, toil_tell *tell, void *arg, struct work_done *out, struct err *e)
{
	struct search s = { .t = t, .limit = limit < UINT32_MAX ? limit : UINT32_MAX, .tell = tell, .arg = arg, .next = from };
	pthread_t thread[TOIL_HANDS_MAX];
	size_t n = 0;

	pthread_mutex_init(&s.mutex, NULL);
	/* fewer hands than were asked for do as well, only slower */
	while (n + 1 < hands && n < TOIL_HANDS_MAX && pthread_create(&thread[n], NULL, hand, &s) == 0)
		n++;
	while (try_one(&s))
		if (tell != NULL)
			tell(arg, atomic_load(&s.tried));
	for (size_t i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	pthread_mutex_destroy(&s.mutex);
	if (s.found) {
		*out = s.work;
		return true;
	}
	if (!err_ok(&s.e))
		return err_set(e, s.e.name, "%s", s.e.text);
	return err_set(e, "not_found", "none of %llu tries solved the work: the server set what cannot be done",
		(unsigned long long)(s.limit - from));
}

/* ---- the answer */

bool toil_answer(const json_t *challenge, const struct work_done *found, struct buf *out, struct err *e)
{
	char key[2 * WORK_KEY + 1];
	struct buf text = { 0 };
	char *coded = NULL;
	json_t *doc;
	bool rc;

	hex_encode(found->key, WORK_KEY, key);
	doc = json_pack("{s:O, s:{s:I, s:s, s:i}}", "challenge", challenge, "solution", "counter", (json_int_t)found->counter, "derivedKey",
		key, "time", 0);
	rc = doc != NULL ? json_write(doc, &text, e) : err_memory(e);
	coded = rc ? malloc(base64url_length(text.n) + 1) : NULL;
	if (coded != NULL) {
		base64url_encode(text.p, text.n, coded);
		buf_add_str(out, coded);
	}
	rc = rc && ((coded != NULL && !out->failed) || err_memory(e));
	free(coded);
	buf_free(&text);
	json_decref(doc);
	return rc;
}
