/* SPDX-License-Identifier: ISC */
#include "authority/store_key.h"

#include <string.h>

#include "authority/intend.h"
#include "authority/store_proposal.h"
#include "peer/evidence.h"

/* What struct voter has room for. */
enum { KEYS_MAX = sizeof(((struct voter *)NULL)->keys) / sizeof(struct digest) };

bool store_key_find(struct worker *w, int32_t g, const struct digest *key, bool *found, struct stored_key *out, struct err *e)
{
	static const struct statement st = { "key_find",
		"SELECT member, pub, replaced IS NOT NULL, dead IS NOT NULL FROM member_keys WHERE g = $1 AND key = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc = true;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_digest(&a, key);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found) {
		out->replaced = res_bool(r, 0, 2);
		out->dead = res_bool(r, 0, 3);
		rc = res_id16(r, 0, 0, &out->member) && pub_read(res_bytes(r, 0, 1), &out->pub);
	}
	PQclear(r);
	return rc || err_set(e, "database_error", "a key of the store has a wrong length");
}

bool store_key_free(struct worker *w, int32_t g, const struct digest *key, struct err *e)
{
	struct stored_key k;
	bool found;

	if (!store_key_find(w, g, key, &found, &k, e))
		return false;
	if (found && k.dead)
		return err_set(e, "key_in_use", "this key was a member's, and was revoked in this group; make another one");
	return !found || err_set(e, "key_in_use", "this key is, or was, a member's; every member needs a key of its own");
}

/* Those that it has had since the log was so long, the one that it had then included. */
static bool count(struct worker *w, int32_t g, const struct id16 *member, uint64_t since, uint64_t *n, struct err *e)
{
	static const struct statement st = { "key_count",
		"SELECT count(*) FROM member_keys WHERE g = $1 AND member = $2 AND (replaced IS NULL OR replaced > $3)" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_int8(&a, since > INT64_MAX ? INT64_MAX : (int64_t)since);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*n = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_key_room(struct worker *w, int32_t g, const struct id16 *member, struct err *e)
{
	uint64_t oldest, n;

	return store_proposal_oldest(w, g, &oldest, e) && count(w, g, member, oldest, &n, e) &&
		(n < KEYS_MAX ||
			err_set(e, "too_many", "the key was changed too often while proposals are open; wait until they are decided"));
}

bool store_key_insert(struct worker *w, int32_t g, const struct digest *key, const struct id16 *member, const struct sig_pub *pub,
	uint64_t since, struct err *e)
{
	static const struct statement st = { "key_insert",
		"INSERT INTO member_keys (g, key, member, pub, since) VALUES ($1, $2, $3, $4, $5)" };
	const struct slice bytes = pub_slice(pub);
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, key);
	arg_id16(&a, member);
	arg_bytes(&a, bytes.p, bytes.n);
	arg_int8(&a, (int64_t)since);
	return db_run(w->db, &st, &a, NULL, e);
}

static bool mark_key(struct worker *w, const struct statement *st, int32_t g, const struct digest *key, uint64_t index, struct err *e)
{
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, key);
	arg_int8(&a, (int64_t)index);
	return db_run(w->db, st, &a, NULL, e);
}

bool store_key_replace(struct worker *w, int32_t g, const struct digest *key, uint64_t index, struct err *e)
{
	static const struct statement st = { "key_replace",
		"UPDATE member_keys SET replaced = $3 WHERE g = $1 AND key = $2 AND replaced IS NULL" };

	return mark_key(w, &st, g, key, index, e);
}

bool store_key_kill(struct worker *w, int32_t g, const struct digest *key, uint64_t index, struct err *e)
{
	static const struct statement st = { "key_kill", "UPDATE member_keys SET dead = $3 WHERE g = $1 AND key = $2 AND dead IS NULL" };

	return mark_key(w, &st, g, key, index, e);
}
