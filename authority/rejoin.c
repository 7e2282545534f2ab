/* SPDX-License-Identifier: ISC */
#include "authority/rejoin.h"

#include <string.h>

#include "authority/objects.h"
#include "authority/seeds.h"
#include "authority/work.h"
#include "voting/epoch.h"
#include "voting/rejoin.h"

/* When the member got the node that it has. */
static bool placed(struct log_writer *lw, const struct id16 *member, int64_t *out, struct err *e)
{
	static const struct statement st = { "rejoin_placed",
		"SELECT coalesce(m.placed, l.time) FROM members m JOIN log l ON l.g = m.g AND l.idx = m.joined"
		" WHERE m.g = $1 AND m.member = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, lw->group.g);
	arg_id16(&a, member);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1;
	if (rc)
		*out = res_int(r, 0, 0);
	PQclear(r);
	return rc || err_set(e, "not_a_member", "the group has no such member");
}

static bool store(struct log_writer *lw, const struct rejoin *r, struct err *e)
{
	static const struct statement st = { "rejoin_store", "UPDATE members SET node = $3, placed = $4 WHERE g = $1 AND member = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, lw->group.g);
	arg_id16(&a, &r->member);
	arg_id16(&a, &r->node);
	arg_int8(&a, lw->now);
	return db_run(lw->w->db, &st, &a, NULL, e);
}

static bool put(struct log_writer *lw, const struct rejoin *r, struct err *e)
{
	struct entry en = { .event = EVENT_REJOINED, .member = r->member, .node = r->node };
	struct buf doc = { 0 };
	bool rc = notary_sign(lw->w, KIND_REJOIN, rejoin_print(r), &doc, &en.object, e) &&
		object_keep(lw->w, lw->group.g, &en.object, KIND_REJOIN, buf_cstr(&doc), NULL, e) && log_append(lw, &en, e) &&
		store(lw, r, e);

	buf_free(&doc);
	return rc;
}

static bool move(struct log_writer *lw, struct issuance *i, struct err *e)
{
	struct rejoin r = {
		.genesis = lw->group.genesis, .charter = lw->charter->object.digest, .member = i->member, .cause = i->cause, .iat = lw->now
	};
	struct seed seed;

	if (!seeds_take(lw, &r.number, &seed, e))
		return false;
	memcpy(r.seed, seed.seed, sizeof(r.seed));
	rejoin_node(&r.genesis, &r.cause, r.seed, &r.node);
	if (!put(lw, &r, e))
		return false;
	i->node = r.node;
	return true;
}

bool rejoin_when_due(struct log_writer *lw, const struct charter *under, struct issuance *i, struct err *e)
{
	struct err why = { 0 };
	int64_t since = 0;
	bool rc;

	/* Who joins is put into this very epoch. */
	if (epoch_length(under) == 0 || i->origin == ORIGIN_FOUNDING || i->origin == ORIGIN_ADMISSION)
		return true;
	if (!placed(lw, &i->member, &since, e))
		return false;
	if (lw->now < epoch_end(under, &lw->group.genesis, &i->member, since))
		return true;
	rc = move(lw, i, &why);
	/* It waits for the log's lock, which is ours until the end of this transaction. */
	if (seeds_due(lw) || err_is(&why, "no_seed"))
		work_post(lw->w->a->work, WORK_SEEDS, lw->group.g, 0);
	return rc || err_set(e, why.name, "%s", why.text);
}
