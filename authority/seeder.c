/* SPDX-License-Identifier: ISC */
#include "authority/seeder.h"

#include <string.h>

#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/intend.h"
#include "authority/objects.h"
#include "authority/store_application.h"
#include "authority/work.h"
#include "base/jwk.h"
#include "peer/head.h"
#include "voting/proposal.h"
#include "voting/seed.h"

/* ---- the store */

static bool use_up(struct log_writer *lw, int64_t number, struct err *e)
{
	static const struct statement st = { "seeder_use", "UPDATE groups SET seeder_used = $2 WHERE g = $1" };
	struct db_args a = { 0 };

	arg_int4(&a, lw->group.g);
	arg_int8(&a, number + 1);
	return db_run(lw->w->db, &st, &a, NULL, e);
}

bool seeder_take(struct log_writer *lw, const struct application *application, int64_t *number, struct err *e)
{
	static const struct statement st = { "seeder_next",
		"SELECT s.number, s.idx FROM seeder_seeds s JOIN groups USING (g)"
		" WHERE s.g = $1 AND s.key = $2 AND s.number >= seeder_used ORDER BY s.number LIMIT 1" };
	struct db_args a = { 0 };
	struct digest thumb;
	uint64_t index = 0;
	PGresult *r;

	*number = SEEDER_NONE;
	if (!lw->charter->membership.has_seeder)
		return true;
	jwk_thumbprint(&lw->charter->membership.seeder, &thumb);
	arg_int4(&a, lw->group.g);
	arg_digest(&a, &thumb);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1) {
		*number = res_int(r, 0, 0);
		index = (uint64_t)res_int(r, 0, 1);
	}
	PQclear(r);
	if (*number == SEEDER_NONE)
		return err_set(e, "seeds_missing", "the group's seeder has committed to no further seed: apply again when it has");
	if (index >= application->log_size)
		return err_set(e, "stale_head",
			"the application names the log at size %llu, the seeder's seed stands at entry %llu: fetch the head and apply again",
			(unsigned long long)application->log_size, (unsigned long long)index);
	return use_up(lw, *number, e);
}

/* A commitment by its number: what it is, and whose. *seed is zero bytes long while it is not revealed. */
struct committed {
	struct digest commitment, key;
	struct sig_pub pub;
	bool revealed;
	uint8_t seed[32];
};

static bool load(struct worker *w, int32_t g, int64_t number, struct committed *out, struct err *e)
{
	static const struct statement st = { "seeder_load",
		"SELECT commitment, key, pub, seed FROM seeder_seeds WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };
	struct digest seed;
	PGresult *r;
	bool rc;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_int8(&a, number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1 && res_digest(r, 0, 0, &out->commitment) && res_digest(r, 0, 1, &out->key) &&
		pub_read(res_bytes(r, 0, 2), &out->pub);
	out->revealed = rc && !res_null(r, 0, 3) && res_digest(r, 0, 3, &seed);
	if (out->revealed)
		memcpy(out->seed, seed.b, sizeof(out->seed));
	PQclear(r);
	return rc || err_set(e, "not_found", "the seeder has committed to no seed number %lld", (long long)number);
}

bool seeder_revealed(struct worker *w, int32_t g, int64_t number, bool *found, uint8_t seed[static 32], struct err *e)
{
	struct committed k;

	if (!load(w, g, number, &k, e))
		return false;
	*found = k.revealed;
	memcpy(seed, k.seed, sizeof(k.seed));
	return true;
}

/* ---- commitments */

struct committing {
	struct worker *w;
	struct group group;
	const struct jws *j;
	struct seeds seeds;
	struct buf doc, receipt;
	bool fresh;
};

static bool by_seeder(const struct committing *act, const struct charter *c, struct err *e)
{
	struct digest thumb;

	if (!c->membership.has_seeder)
		return err_set(e, "not_allowed", "version %u of the charter names no seeder", (unsigned)c->version);
	jwk_thumbprint(&c->membership.seeder, &thumb);
	if (act->j->n != 1 || digest_compare(&thumb, &act->j->sigs[0].kid) != 0)
		return err_set(e, "not_allowed", "these seeds are not signed by the seeder that version %u of the charter names",
			(unsigned)c->version);
	return jws_verify(act->w->crypto, act->j, 0, &c->membership.seeder, e);
}

static bool next(struct committing *act, struct err *e)
{
	static const struct statement st = { "seeder_count",
		"SELECT coalesce(max(s.number) + 1, 0), coalesce(max(s.number) + 1, 0) - max(seeder_used)"
		" FROM groups LEFT JOIN seeder_seeds s USING (g) WHERE g = $1" };
	struct db_args a = { 0 };
	uint64_t first;
	int64_t left;
	PGresult *r;

	arg_int4(&a, act->group.g);
	if (!db_run(act->w->db, &st, &a, &r, e))
		return false;
	first = (uint64_t)res_int(r, 0, 0);
	left = res_int(r, 0, 1);
	PQclear(r);
	if (act->seeds.first != first)
		return err_set(e, "seed_differs", "these seeds begin with number %llu where %llu comes next",
			(unsigned long long)act->seeds.first, (unsigned long long)first);
	return left < SEEDER_AHEAD || err_set(e, "over_limit", "%lld of the seeder's seeds are left, which is enough", (long long)left);
}

static bool insert(struct committing *act, const struct charter *c, uint64_t index, struct err *e)
{
	static const struct statement st = { "seeder_insert",
		"INSERT INTO seeder_seeds (g, number, commitment, key, pub, idx)"
		" SELECT $1, $2::bigint + o - 1, s, $4, $5, $3 FROM unnest($6::bytea[]) WITH ORDINALITY AS t (s, o)" };
	const struct slice pub = pub_slice(&c->membership.seeder);
	struct db_array commitments = { 0 };
	struct db_args a = { 0 };
	bool rc;

	for (size_t i = 0; i < act->seeds.n; i++)
		array_bytes(&commitments, act->seeds.commitments[i].b, 32);
	arg_int4(&a, act->group.g);
	arg_int8(&a, (int64_t)act->seeds.first);
	arg_int8(&a, (int64_t)index);
	arg_digest(&a, &act->j->sigs[0].kid);
	arg_bytes(&a, pub.p, pub.n);
	rc = arg_array(&a, &commitments, e) && db_run(act->w->db, &st, &a, NULL, e);
	array_free(&commitments);
	return rc;
}

static bool put(struct committing *act, struct log_writer *lw, struct err *e)
{
	struct entry en = { .event = EVENT_SEEDS, .object = act->seeds.digest };

	if (!by_seeder(act, lw->charter, e) || !next(act, e) ||
		!notary_receipt(act->w, &act->group.genesis, &en.object, lw->now, lw->charter->voting.term, &act->receipt, e) ||
		!object_keep(act->w, act->group.g, &en.object, KIND_SEEDS, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) ||
		!log_append(lw, &en, e) || !insert(act, lw->charter, en.index, e))
		return false;
	act->fresh = true;
	return log_finish(lw, e);
}

static bool commit(struct db *db, void *arg, struct err *e)
{
	struct committing *act = arg;
	struct log_writer *lw;
	bool found, rc;

	(void)db;
	act->fresh = false;
	buf_free(&act->receipt);
	if (!log_open(act->w, act->group.g, &lw, e))
		return false;
	rc = object_find(act->w, act->group.g, &act->seeds.digest, &found, NULL, &act->receipt, e) && (found || put(act, lw, e));
	log_close(lw);
	return rc;
}

bool act_commit_seeds(struct worker *w, const char *group, const struct jws *seeds, const json_t *doc, struct answer *out, struct err *e)
{
	struct committing act = { .w = w, .j = seeds };
	bool rc = group_find(w, group, &act.group, e) && seeds_parse(seeds, &act.seeds, e) && json_write(doc, &act.doc, e);

	if (rc && digest_compare(&act.seeds.genesis, &act.group.genesis) != 0)
		rc = err_set(e, "wrong_context", "these are seeds for another group than %s", act.group.name);
	rc = rc && db_transaction(w->db, commit, &act, e) && answer_object(out, "seeds", &act.seeds.digest, act.fresh, &act.receipt, e);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}

/* ---- reveals */

struct revealing {
	struct worker *w;
	struct group group;
	const struct jws *j;
	struct seed_reveal seed;
	struct buf doc, receipt;
	bool fresh;
};

static bool store(struct revealing *act, struct err *e)
{
	static const struct statement st = { "seeder_reveal",
		"UPDATE seeder_seeds SET seed = $3 WHERE g = $1 AND number = $2 AND seed IS NULL" };
	struct db_args a = { 0 };

	arg_int4(&a, act->group.g);
	arg_int8(&a, (int64_t)act->seed.number);
	arg_bytes(&a, act->seed.seed, sizeof(act->seed.seed));
	return db_run(act->w->db, &st, &a, NULL, e);
}

/* It opens the commitment whose key signed it, for the application that took it. */
static bool opens(struct revealing *act, const struct stored_application *a, struct err *e)
{
	struct digest commitment;
	struct committed k;

	if (!load(act->w, act->group.g, (int64_t)act->seed.number, &k, e))
		return false;
	if (act->j->n != 1 || digest_compare(&k.key, &act->j->sigs[0].kid) != 0)
		return err_set(e, "not_allowed", "this is not signed by the seeder that committed to the seed");
	if (!jws_verify(act->w->crypto, act->j, 0, &k.pub, e))
		return false;
	proposal_commitment(&act->group.genesis, act->seed.number, act->seed.seed, &commitment);
	if (a->seeder != (int64_t)act->seed.number || digest_compare(&commitment, &k.commitment) != 0)
		return err_set(e, "seed_differs", "this is not the seed that was committed to for this application");
	return a->state == APPLICATION_RECEIVED || err_set(e, "not_open", "the application does not wait for a seed any more");
}

static bool reveal(struct db *db, void *arg, struct err *e)
{
	struct revealing *act = arg;
	struct stored_application a;
	int64_t now;
	bool found;

	(void)db;
	act->fresh = false;
	buf_free(&act->receipt);
	if (!store_application_load(act->w, act->group.g, &act->seed.application, STORE_UPDATE, &a, e) ||
		!object_find(act->w, act->group.g, &act->seed.digest, &found, NULL, &act->receipt, e))
		return false;
	if (found)
		return true;
	if (!group_may_change(&act->group, e) || !opens(act, &a, e) || !db_now(act->w->db, &now, e) ||
		!notary_receipt(act->w, &act->group.genesis, &act->seed.digest, now, 0, &act->receipt, e))
		return false;
	act->fresh = true;
	return object_keep(act->w, act->group.g, &act->seed.digest, KIND_SEED, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) &&
		store(act, e);
}

bool act_reveal(struct worker *w, const char *group, const struct jws *seed, const json_t *doc, struct answer *out, struct err *e)
{
	struct revealing act = { .w = w, .j = seed };
	bool rc = group_find(w, group, &act.group, e) && seed_parse(seed, &act.seed, e) && json_write(doc, &act.doc, e);

	if (rc && digest_compare(&act.seed.genesis, &act.group.genesis) != 0)
		rc = err_set(e, "wrong_context", "this is a seed for another group than %s", act.group.name);
	rc = rc && db_transaction(w->db, reveal, &act, e) && answer_object(out, "seed", &act.seed.digest, act.fresh, &act.receipt, e);
	if (rc && act.fresh)
		work_open(w->a->work, act.group.g, &act.seed.application);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
