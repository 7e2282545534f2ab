/* SPDX-License-Identifier: ISC */
#include "authority/secrets.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Read again after so many seconds: another daemon may have made a newer one. */
enum { FRESH = 60 };

struct secrets {
	struct secret v[SECRETS_KEPT]; /* the newest first */
	size_t n;
	int64_t age;  /* of the newest when it was read, seconds */
	int64_t read; /* when, by the monotonic clock */
};

static int64_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

void secrets_free(struct secrets *s)
{
	if (s == NULL)
		return;
	bytes_wipe(s, sizeof(*s));
	free(s);
}

/* ---- keys */

/* HMAC-SHA-256 of a label with its NUL and a context, under a key. */
static void derive(const uint8_t key[static 32], const char *label, const void *context, size_t n, uint8_t out[static 32])
{
	crypto_auth_hmacsha256_state h;

	crypto_auth_hmacsha256_init(&h, key, 32);
	crypto_auth_hmacsha256_update(&h, (const uint8_t *)label, strlen(label) + 1);
	crypto_auth_hmacsha256_update(&h, context, n);
	crypto_auth_hmacsha256_final(&h, out);
	bytes_wipe(&h, sizeof(h));
}

void secret_make(struct secret *s, uint32_t number, const uint8_t key[static 32])
{
	s->number = number;
	derive(key, "terms", NULL, 0, s->terms);
	derive(key, "dice", NULL, 0, s->dice);
	derive(key, "altcha-signature", NULL, 0, s->altcha_signature);
	derive(key, "altcha-key", NULL, 0, s->altcha_key);
}

/* For a purpose of one thing, named by 16 bytes, a kind and a number. */
static void derive_for(
	const struct secret *s, const char *purpose, const struct id16 *id, enum puzzle_kind kind, uint32_t number, uint8_t out[static 32])
{
	uint8_t context[sizeof(id->b) + 5], *p = context + sizeof(id->b);

	memcpy(context, id->b, sizeof(id->b));
	*p++ = (uint8_t)kind;
	for (int i = 0; i < 4; i++)
		*p++ = (uint8_t)(number >> (24 - 8 * i));
	derive(s->dice, purpose, context, sizeof(context), out);
}

void secret_dice(const struct secret *s, const char *purpose, const struct terms *t, uint32_t part, struct dice *out)
{
	uint8_t seed[DICE_SEED];

	derive_for(s, purpose, &t->id, t->kind, part, seed);
	dice_init(out, seed);
	bytes_wipe(seed, sizeof(seed));
}

void secret_id(const struct secret *s, const struct id16 *ticket, enum puzzle_kind kind, uint32_t turn, struct id16 *out)
{
	uint8_t whole[32];

	derive_for(s, "id", ticket, kind, turn, whole);
	memcpy(out->b, whole, sizeof(out->b));
}

/* ---- the store */

static bool load(struct worker *w, struct secrets *s, struct err *e)
{
	static const struct statement st = { "secrets_load",
		"SELECT number, secret, now_s() - since FROM puzzle_secrets ORDER BY number DESC LIMIT $1" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int8(&a, SECRETS_KEPT);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	s->n = 0;
	for (int i = 0; i < PQntuples(r) && i < SECRETS_KEPT; i++) {
		struct slice key = res_bytes(r, i, 1);

		if (key.n == 32)
			secret_make(&s->v[s->n++], (uint32_t)res_int(r, i, 0), key.p);
		bytes_wipe((void *)(uintptr_t)PQgetvalue(r, i, 1), (size_t)PQgetlength(r, i, 1));
	}
	s->age = s->n > 0 ? res_int(r, 0, 2) : SECRET_LIFE;
	s->read = monotonic();
	PQclear(r);
	return true;
}

/* Two that find the newest too old at once make one: the second waits for the lock, and finds one that is not. */
static bool renew(struct db *db, void *arg, struct err *e)
{
	static const struct statement lock = { "secrets_lock", "LOCK TABLE puzzle_secrets IN SHARE ROW EXCLUSIVE MODE" };
	static const struct statement make = { "secrets_make",
		"INSERT INTO puzzle_secrets (number, secret, since) SELECT coalesce(max(number), 0) + 1, $1, now_s() FROM puzzle_secrets"
		" HAVING coalesce(max(since), 0) <= now_s() - $2" };
	static const struct statement forget = { "secrets_forget",
		"DELETE FROM puzzle_secrets WHERE number <= (SELECT max(number) FROM puzzle_secrets) - $1" };
	struct db_args a = { 0 }, kept = { 0 };
	uint8_t key[32];
	bool rc;

	(void)arg;
	bytes_random(key, sizeof(key));
	arg_bytes(&a, key, sizeof(key));
	arg_int8(&a, SECRET_LIFE);
	arg_int8(&kept, SECRETS_KEPT);
	rc = db_run(db, &lock, NULL, NULL, e) && db_run(db, &make, &a, NULL, e) && db_run(db, &forget, &kept, NULL, e);
	bytes_wipe(key, sizeof(key));
	return rc;
}

static struct secrets *own(struct worker *w, struct err *e)
{
	if (w->secrets == NULL)
		w->secrets = calloc(1, sizeof(*w->secrets));
	if (w->secrets == NULL)
		err_memory(e);
	return w->secrets;
}

bool secrets_newest(struct worker *w, const struct secret **out, struct err *e)
{
	struct secrets *s = own(w, e);
	int64_t passed;

	if (s == NULL)
		return false;
	passed = monotonic() - s->read;
	if ((s->n == 0 || passed >= FRESH) && !load(w, s, e))
		return false;
	if (s->age >= SECRET_LIFE && !(db_transaction(w->db, renew, NULL, e) && load(w, s, e)))
		return false;
	*out = &s->v[0];
	return s->n > 0 || err_set(e, "database_error", "the secret that puzzles follow from was not kept");
}

static const struct secret *find(const struct secrets *s, uint32_t number)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].number == number)
			return &s->v[i];
	return NULL;
}

bool secrets_find(struct worker *w, uint32_t number, const struct secret **out, struct err *e)
{
	struct secrets *s = own(w, e);

	if (s == NULL)
		return false;
	*out = find(s, number);
	/* One that is not known may be newer than what was read; a flood of made-up numbers reads once a second at most. */
	if (*out == NULL && (s->n == 0 || s->read != monotonic())) {
		if (!load(w, s, e))
			return false;
		*out = find(s, number);
	}
	return *out != NULL || err_set(e, "challenge_expired", "the secret of this challenge is gone: ask for another one");
}

bool secrets_terms(struct worker *w, const char *text, struct terms *out, const struct secret **secret, struct err *e)
{
	const struct secret *s;
	uint32_t number;

	if (!terms_secret(text, &number, e) || !secrets_find(w, number, &s, e) || !terms_read(text, s->terms, out, e))
		return false;
	if (secret != NULL)
		*secret = s;
	return true;
}
