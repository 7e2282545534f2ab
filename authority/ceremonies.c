/* SPDX-License-Identifier: ISC
 * Ceremonies of the members: what becomes of one behind each post, whom time ends it for, and which is to begin. */
#include "authority/ceremonies.h"
#include "authority/acts.h"
#include "authority/charters.h"
#include "authority/founders.h"
#include "authority/holders.h"
#include "authority/issuers.h"
#include "authority/work.h"

#include <string.h>

enum { LATE_MAX = 64 };

/* ---- behind a post */

static bool set_faults(const struct dealing *d, struct buf *out, struct err *e)
{
	json_t *list = json_array();
	bool rc = list != NULL;

	for (size_t i = 0; rc && i < d->ceremony->n; i++)
		rc = d->of[i].fault == NULL ||
			json_array_append_new(
				list, json_pack("{s:i,s:s}", "number", d->ceremony->members[i].number, "fault", d->of[i].fault)) == 0;
	rc = (rc || err_memory(e)) && json_write(list, out, e);
	json_decref(list);
	return rc;
}

/* A key may be named by a charter from now on. */
static bool set_key(
	struct worker *w, const struct running *r, struct ceremony_end *end, struct buf *text, struct digest *spki, struct err *e)
{
	struct sig_pub key;
	json_t *list;
	bool rc;

	list = dealing_signed(r->dealing, e);
	if (list == NULL)
		return false;
	rc = json_write(list, text, e) && (buf_cstr(text) != NULL || err_memory(e));
	json_decref(list);
	transcript_key(&r->dealing->transcript, &key);
	rc = rc && issuer_offer(w, r->g, &key, spki, e);
	end->spki = spki;
	end->made = &r->dealing->transcript.digest;
	end->transcript = (const char *)text->p;
	return rc;
}

static bool end(struct worker *w, const struct running *r, struct err *e)
{
	const struct dealing *d = r->dealing;
	struct ceremony_end how = { .outcome = d->done ? CEREMONY_DONE : CEREMONY_FAILED, .size = d->board.size };
	struct buf faults = { 0 }, text = { 0 };
	struct digest spki;
	bool rc = set_faults(d, &faults, e) && (!d->done || set_key(w, r, &how, &text, &spki, e));

	how.faults = buf_cstr(&faults);
	rc = rc && (how.faults != NULL || err_memory(e)) && store_ceremony_ends(w, r->g, r->ceremony->number, &how, e);
	buf_free(&faults);
	buf_free(&text);
	return rc;
}

/* A phase that is new has its whole time before it. */
bool ceremony_take(struct worker *w, struct running *r, const struct post *p, const char *doc, struct err *e)
{
	const uint32_t index = r->dealing->board.size;
	const enum phase before = r->dealing->phase;
	int64_t now;

	if (!db_now(w->db, &now, e) || !dealing_take(r->dealing, p, e))
		return false;
	r->last = p->digest;
	if (!store_post_insert(w, r->g, r->ceremony->number, index, p, doc, e))
		return false;
	if (r->dealing->phase == PHASE_END)
		return end(w, r, e);
	return store_ceremony_goes_on(w, r->g, r->ceremony->number, r->dealing->phase,
		r->dealing->phase == before ? 0 : now + r->ceremony->wait, r->dealing->board.size, e);
}

/* ---- who is silent for too long */

struct lapse {
	struct worker *w;
	int32_t g;
	uint64_t number;
	struct running *r;
};

static json_t *silent(const struct dealing *d)
{
	share_id ids[CEREMONY_MEMBERS_MAX];
	json_t *body = json_object();
	size_t n = 0;

	for (size_t i = 0; i < d->ceremony->n; i++)
		if (dealing_waits(d, i))
			ids[n++] = d->ceremony->members[i].number;
	if (object_set_share_ids(body, "silent", ids, n))
		return body;
	json_decref(body);
	return NULL;
}

static bool post_end(struct lapse *x, struct err *e)
{
	const struct dealing *d = x->r->dealing;
	struct post p = { .genesis = x->r->ceremony->genesis,
		.ceremony = x->r->ceremony->digest,
		.phase = PHASE_END,
		.seen = { d->board.size, *board_head(&d->board) },
		.body = silent(d) };
	struct buf doc = { 0 };
	bool rc = (p.body != NULL || err_memory(e)) && notary_sign(x->w, KIND_POST, post_print(&p), &doc, &p.digest, e) &&
		ceremony_take(x->w, x->r, &p, buf_cstr(&doc), e);

	post_free(&p);
	buf_free(&doc);
	return rc;
}

static bool lapse(struct db *db, void *arg, struct err *e)
{
	struct lapse *x = arg;
	struct stored_ceremony row;
	struct buf doc = { 0 };
	int64_t now;
	bool rc;

	(void)db;
	running_free(x->r);
	x->r = NULL;
	if (!store_ceremony_load(x->w, x->g, x->number, STORE_UPDATE, &row, &doc, e) || !db_now(x->w->db, &now, e)) {
		buf_free(&doc);
		return false;
	}
	rc = row.outcome != CEREMONY_RUNS || row.until > now ||
		((x->r = boards_take(x->w, x->g, &row, buf_slice(&doc), e)) != NULL && post_end(x, e));
	buf_free(&doc);
	return rc;
}

static bool lapse_all(struct worker *w, int32_t g, struct err *e)
{
	uint64_t numbers[LATE_MAX];
	size_t n;

	if (!store_ceremony_late(w, g, numbers, LATE_MAX, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct lapse x = { .w = w, .g = g, .number = numbers[i] };
		bool rc = db_transaction(w->db, lapse, &x, e);

		running_free(x.r);
		if (!rc)
			return false;
	}
	return true;
}

/* ---- which is to begin */

struct opening {
	struct worker *w;
	int32_t g;
};

static bool put(struct log_writer *lw, struct ceremony *c, struct err *e)
{
	struct buf doc = { 0 };
	bool rc;

	c->genesis = lw->group.genesis;
	c->charter = lw->charter->object.digest;
	c->opened = lw->now;
	c->wait = lw->w->a->ceremony_wait;
	rc = store_ceremony_next(lw->w, lw->group.g, &c->number, e) &&
		notary_sign(lw->w, KIND_CEREMONY, ceremony_print(c), &doc, &c->digest, e) &&
		store_ceremony_insert(lw->w, lw->group.g, c, c->opened + c->wait, buf_cstr(&doc), e);
	buf_free(&doc);
	return rc;
}

static bool due(struct worker *w, int32_t g, const struct charter *charter, struct ceremony **out, struct err *e)
{
	uint64_t running;

	return store_ceremony_dealing(w, g, &running, e) && (running > 0 || holders_due(w, g, charter, out, e));
}

/* Nothing is logged; but behind the log's lock nobody joins or leaves, and two do not open the same. */
static bool open_due(struct db *db, void *arg, struct err *e)
{
	const struct opening *x = arg;
	struct log_writer *lw;
	struct ceremony *c = NULL;
	bool rc;

	(void)db;
	if (!log_open(x->w, x->g, &lw, e))
		return false;
	rc = due(x->w, x->g, lw->charter, &c, e) && (c == NULL || put(lw, c, e));
	ceremony_free(c);
	log_close(lw);
	return rc;
}

static bool in_force(struct worker *w, int32_t g, const struct charter **out, struct err *e)
{
	uint32_t version;
	int64_t now;

	return db_now(w->db, &now, e) && charters_in_force(w, g, now, &version, e) && charters_by_version(w, g, version, out, e);
}

/* Looked at first without the lock, which whoever votes waits for. */
bool act_ceremonies(struct worker *w, int32_t g, struct err *e)
{
	struct opening x = { .w = w, .g = g };
	const struct charter *charter;
	struct ceremony *c = NULL;
	bool begins;

	if (!lapse_all(w, g, e) || !in_force(w, g, &charter, e) || (charter->authority.issuing_n > 0 && !founders_certify(w, g, e)) ||
		!due(w, g, charter, &c, e))
		return false;
	begins = c != NULL;
	ceremony_free(c);
	return !begins || db_transaction(w->db, open_due, &x, e);
}
