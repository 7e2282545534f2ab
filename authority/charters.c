/* SPDX-License-Identifier: ISC */
#include "authority/charters.h"

#include <stdlib.h>
#include <string.h>

struct kept {
	int32_t g;
	struct charter *charter; /* owned; NULL: free */
	uint64_t used;
};

struct charter_cache {
	struct kept kept[CHARTERS_KEPT];
	uint64_t clock;
};

struct charter_cache *charter_cache_new(struct err *e)
{
	struct charter_cache *c = calloc(1, sizeof(*c));

	if (c == NULL)
		err_memory(e);
	return c;
}

void charter_cache_free(struct charter_cache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < CHARTERS_KEPT; i++)
		charter_free(c->kept[i].charter);
	free(c);
}

/* digest NULL: by version. */
static const struct charter *find(struct charter_cache *c, int32_t g, uint32_t version, const struct digest *digest)
{
	for (size_t i = 0; i < CHARTERS_KEPT; i++) {
		struct kept *k = &c->kept[i];

		if (k->charter == NULL || k->g != g)
			continue;
		if (digest == NULL ? k->charter->version != version : digest_compare(&k->charter->object.digest, digest) != 0)
			continue;
		k->used = ++c->clock;
		return k->charter;
	}
	return NULL;
}

/* Takes the place of the one that was not asked for the longest. */
static void keep(struct charter_cache *c, int32_t g, struct charter *charter)
{
	struct kept *oldest = &c->kept[0];

	for (size_t i = 1; i < CHARTERS_KEPT; i++)
		if (c->kept[i].used < oldest->used)
			oldest = &c->kept[i];
	charter_free(oldest->charter);
	*oldest = (struct kept){ .g = g, .charter = charter, .used = ++c->clock };
}

static bool load(
	struct worker *w, int32_t g, const struct statement *st, const struct db_args *a, const struct charter **out, struct err *e)
{
	struct charter *c = NULL;
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	if (PQntuples(r) == 0)
		err_set(e, "not_found", "the group has no such charter");
	if (PQntuples(r) > 0)
		c = charter_parse(res_bytes(r, 0, 0), e);
	PQclear(r);
	if (c == NULL)
		return false;
	*out = find(w->charters, g, c->version, NULL);
	if (*out != NULL) {
		charter_free(c);
		return true;
	}
	keep(w->charters, g, c);
	*out = c;
	return true;
}

bool charters_by_version(struct worker *w, int32_t g, uint32_t version, const struct charter **out, struct err *e)
{
	static const struct statement st = { "charters_by_version", "SELECT payload FROM charters WHERE g = $1 AND version = $2" };
	struct db_args a = { 0 };

	*out = find(w->charters, g, version, NULL);
	if (*out != NULL)
		return true;
	if (version > INT32_MAX)
		return err_set(e, "not_found", "the group has no such charter");
	arg_int4(&a, g);
	arg_int4(&a, (int32_t)version);
	return load(w, g, &st, &a, out, e);
}

bool charters_by_digest(struct worker *w, int32_t g, const struct digest *digest, const struct charter **out, struct err *e)
{
	static const struct statement st = { "charters_by_digest", "SELECT payload FROM charters WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };

	*out = find(w->charters, g, 0, digest);
	if (*out != NULL)
		return true;
	arg_int4(&a, g);
	arg_digest(&a, digest);
	return load(w, g, &st, &a, out, e);
}

static bool version_of(struct worker *w, const struct statement *st, const struct db_args *a, uint32_t *version, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	*version = (uint32_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool charters_newest(struct worker *w, int32_t g, const struct charter **out, struct err *e)
{
	static const struct statement st = { "charters_newest", "SELECT coalesce(max(version), 0) FROM charters WHERE g = $1" };
	struct db_args a = { 0 };
	uint32_t version;

	arg_int4(&a, g);
	return version_of(w, &st, &a, &version, e) && charters_by_version(w, g, version, out, e);
}

bool charters_in_force(struct worker *w, int32_t g, int64_t time, uint32_t *version, struct err *e)
{
	static const struct statement st = { "charters_in_force",
		"SELECT coalesce(max(version), 0) FROM charters WHERE g = $1 AND (version = 1 OR effective <= $2)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, time);
	return version_of(w, &st, &a, version, e);
}
