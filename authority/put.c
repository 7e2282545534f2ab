/* SPDX-License-Identifier: ISC */
#include "authority/put.h"
#include "authority/electors.h"

#include <string.h>

static bool find_previous(struct log_writer *lw, struct digest *out, struct err *e)
{
	static const struct statement st = { "put_previous", "SELECT digest FROM proposals WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (lw->proposals == 0)
		return true;
	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)lw->proposals);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1 && res_digest(r, 0, 0, out);
	PQclear(r);
	return rc || err_set(e, "database_error", "group %s has no proposal %llu", lw->group.name, (unsigned long long)lw->proposals);
}

static bool fill(struct log_writer *lw, struct proposal *p, struct err *e)
{
	struct electorate who;
	bool rc;

	p->genesis = lw->group.genesis;
	p->charter = lw->charter->object.digest;
	p->number = lw->proposals + 1;
	p->opened = lw->now;
	p->term = lw->charter->voting.term;
	p->electorate_size = lw->group.log_size;
	if (!find_previous(lw, &p->previous, e) ||
		!electors_at(lw->w, lw->group.g, p->electorate_size, p->opened, lw->charter->voting.probation, &who, e))
		return false;
	p->electorate_n = (uint32_t)who.n;
	p->electorate_without = electorate_without(&who, question_of_member(p->question) ? &p->member : NULL);
	rc = electorate_root(&who, &p->electorate_root, e) && electors_ring(lw->w, lw->group.g, lw->charter, &who, p, e);
	electorate_free(&who);
	return rc;
}

static bool insert(struct log_writer *lw, const struct proposal *p, const char *doc, struct err *e)
{
	static const struct statement st = { "put_insert",
		"INSERT INTO proposals (g, number, digest, question, subject, member, version, idx, opened, closes, n, doc, key, again)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING RETURNING number" };
	const bool keyed = p->question == Q_RENEW || p->question == Q_RECOVER;
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)p->number);
	arg_digest(&a, &p->digest);
	arg_int2(&a, (int16_t)p->question);
	arg_digest(&a, &p->subject);
	if (p->question == Q_AMEND)
		arg_null(&a);
	if (p->question != Q_AMEND)
		arg_id16(&a, &p->member);
	arg_int4(&a, (int32_t)lw->version);
	arg_int8(&a, (int64_t)p->electorate_size);
	arg_int8(&a, p->opened);
	arg_int8(&a, proposal_closes(p));
	arg_int4(&a, (int32_t)(p->electorate_n - p->electorate_without));
	arg_text(&a, doc);
	if (keyed)
		arg_digest(&a, &p->key);
	if (!keyed)
		arg_null(&a);
	arg_bool(&a, p->again);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1;
	PQclear(r);
	return rc || err_set(e, "already_open", "this question is before the group already");
}

bool proposal_put(struct log_writer *lw, struct proposal *p, struct err *e)
{
	struct entry en = { .event = EVENT_PROPOSAL };
	struct buf doc = { 0 };
	bool rc;

	if (!fill(lw, p, e))
		return false;
	rc = notary_sign(lw->w, KIND_PROPOSAL, proposal_print(p), &doc, &p->digest, e);
	if (rc && buf_cstr(&doc) == NULL)
		rc = err_memory(e);
	rc = rc && insert(lw, p, buf_cstr(&doc), e);
	buf_free(&doc);
	en.object = p->digest;
	if (!rc || !log_append(lw, &en, e))
		return false;
	lw->proposals++;
	return true;
}
