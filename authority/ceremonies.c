/* SPDX-License-Identifier: ISC
 * Ceremonies of the members: what becomes of one behind each post, whom time ends it for, and which is to begin. */
#include "authority/ceremonies.h"
#include "authority/acts.h"
#include "authority/charters.h"
#include "authority/founders.h"
#include "authority/holders.h"
#include "authority/issuers.h"
#include "authority/signings.h"
#include "authority/store_item.h"
#include "authority/work.h"

#include <string.h>

/* LATE_MAX: ceremonies that are seen to at once, of each kind. PATIENCE: seconds that who was asked to sign has before others are. */
enum { LATE_MAX = 64, PATIENCE = 2 };

/* ---- behind a post */

static bool set_faults(const struct course *c, struct buf *out, struct err *e)
{
	json_t *list = json_array();
	bool rc = list != NULL;

	for (size_t i = 0; rc && i < c->ceremony->n; i++)
		rc = course_fault(c, i) == NULL ||
			json_array_append_new(
				list, json_pack("{s:i,s:s}", "number", c->ceremony->members[i].number, "fault", course_fault(c, i))) == 0;
	rc = (rc || err_memory(e)) && json_write(list, out, e);
	json_decref(list);
	return rc;
}

/* A key may be named by a charter from now on. */
static bool set_key(
	struct worker *w, const struct running *r, struct ceremony_end *end, struct buf *text, struct digest *spki, struct err *e)
{
	const struct dealing *d = r->course.dealing;
	struct sig_pub key;
	json_t *list;
	bool rc;

	list = dealing_signed(d, e);
	if (list == NULL)
		return false;
	rc = json_write(list, text, e) && (buf_cstr(text) != NULL || err_memory(e));
	json_decref(list);
	transcript_key(&d->transcript, &key);
	rc = rc && issuer_offer(w, r->g, &key, spki, e);
	end->spki = spki;
	end->made = &d->transcript.digest;
	end->transcript = (const char *)text->p;
	return rc;
}

static bool end(struct worker *w, const struct running *r, struct err *e)
{
	const struct course *c = &r->course;
	const bool done = course_is_done(c);
	struct ceremony_end how = { .outcome = done ? CEREMONY_DONE : CEREMONY_FAILED, .size = course_board(c)->size };
	struct buf faults = { 0 }, text = { 0 };
	struct digest spki;
	bool rc = set_faults(c, &faults, e);

	if (rc && done && c->dealing != NULL)
		rc = set_key(w, r, &how, &text, &spki, e);
	if (rc && done && c->signing != NULL)
		rc = store_items_signed(w, r->g, r->ceremony->number, c->signing->signatures, r->ceremony->items_n, e);
	how.faults = buf_cstr(&faults);
	rc = rc && (how.faults != NULL || err_memory(e)) && store_ceremony_ends(w, r->g, r->ceremony->number, &how, e);
	buf_free(&faults);
	buf_free(&text);
	return rc;
}

/* A phase that is new has its whole time before it. */
bool ceremony_take(struct worker *w, struct running *r, const struct post *p, const char *doc, struct err *e)
{
	const uint32_t index = course_board(&r->course)->size;
	const enum phase before = course_phase(&r->course);
	enum phase now_in;
	int64_t now;

	if (!db_now(w->db, &now, e) || !course_take(&r->course, p, e))
		return false;
	r->last = p->digest;
	if (!store_post_insert(w, r->g, r->ceremony->number, index, p, doc, e))
		return false;
	now_in = course_phase(&r->course);
	if (now_in == PHASE_END)
		return end(w, r, e);
	return store_ceremony_goes_on(w, r->g, r->ceremony->number, now_in, now_in == before ? 0 : now + r->ceremony->wait, index + 1, e);
}

/* ---- the notary's own posts */

/* Takes the body. */
static bool say(struct worker *w, struct running *r, enum phase phase, uint32_t turn, json_t *body, struct err *e)
{
	const struct board *b = course_board(&r->course);
	struct post p = { .genesis = r->ceremony->genesis,
		.ceremony = r->ceremony->digest,
		.phase = phase,
		.turn = turn,
		.seen = { b->size, *board_head(b) },
		.body = body };
	struct buf doc = { 0 };
	bool rc = (p.body != NULL || err_memory(e)) && notary_sign(w, KIND_POST, post_print(&p), &doc, &p.digest, e) &&
		ceremony_take(w, r, &p, buf_cstr(&doc), e);

	post_free(&p);
	buf_free(&doc);
	return rc;
}

bool ceremony_package(struct worker *w, struct running *r, bool late, struct err *e)
{
	const struct signing *s = r->course.signing;
	json_t *body;
	int64_t now;

	if (s == NULL || course_phase(&r->course) == PHASE_END || (signing_pending(s) > 0 && !late) ||
		s->packages_n == SIGNING_PACKAGES_MAX)
		return true;
	body = signing_package(s);
	return body == NULL ||
		(say(w, r, PHASE_PACKAGE, s->packages_n, body, e) && db_now(w->db, &now, e) &&
			store_ceremony_again(w, r->g, r->ceremony->number, now + PATIENCE, e));
}

/* ---- what time brings */

struct lapse {
	struct worker *w;
	int32_t g;
	uint64_t number;
	struct running *r;
	bool (*on)(struct lapse *x, const struct stored_ceremony *row, int64_t now, struct err *e);
};

static json_t *silent(const struct course *c, bool named)
{
	share_id ids[CEREMONY_MEMBERS_MAX];
	json_t *body = json_object();
	size_t n = 0;

	for (size_t i = 0; named && i < c->ceremony->n; i++)
		if (course_waits(c, i))
			ids[n++] = c->ceremony->members[i].number;
	if (object_set_share_ids(body, "silent", ids, n))
		return body;
	json_decref(body);
	return NULL;
}

/* Who was silent for too long is named. */
static bool on_late(struct lapse *x, const struct stored_ceremony *row, int64_t now, struct err *e)
{
	return row->until > now || say(x->w, x->r, PHASE_END, 0, silent(&x->r->course, true), e);
}

/* Nobody's fault: what was to be signed is of no use any more, or its shares are gone. */
static bool on_vain(struct lapse *x, const struct stored_ceremony *row, int64_t now, struct err *e)
{
	(void)row;
	(void)now;
	return say(x->w, x->r, PHASE_END, 0, silent(&x->r->course, false), e);
}

static bool on_slow(struct lapse *x, const struct stored_ceremony *row, int64_t now, struct err *e)
{
	(void)row;
	(void)now;
	return ceremony_package(x->w, x->r, true, e);
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
	rc = row.outcome != CEREMONY_RUNS || ((x->r = boards_take(x->w, x->g, &row, buf_slice(&doc), e)) != NULL && x->on(x, &row, now, e));
	buf_free(&doc);
	return rc;
}

static bool lapse_all(struct worker *w, int32_t g, struct err *e)
{
	static const struct {
		bool (*find)(struct worker *w, int32_t g, uint64_t *numbers, size_t max, size_t *n, struct err *e);
		bool (*on)(struct lapse *x, const struct stored_ceremony *row, int64_t now, struct err *e);
	} kinds[] = { { store_ceremony_late, on_late }, { store_ceremony_vain, on_vain }, { store_ceremony_slow, on_slow } };
	uint64_t numbers[LATE_MAX];
	size_t n;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		if (!kinds[k].find(w, g, numbers, LATE_MAX, &n, e))
			return false;
		for (size_t i = 0; i < n; i++) {
			struct lapse x = { .w = w, .g = g, .number = numbers[i], .on = kinds[k].on };

			if (!db_transaction(w->db, lapse, &x, e)) {
				running_free(x.r);
				return false;
			}
			boards_give(w, x.r);
		}
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

/* What is to be signed was found before the lock; another of the authority's may find it too, which costs its signers a moment. */
struct signing_opening {
	struct worker *w;
	int32_t g;
	const struct signing_due *due;
};

static bool open_signing(struct db *db, void *arg, struct err *e)
{
	const struct signing_opening *x = arg;
	struct log_writer *lw;
	bool rc;

	(void)db;
	if (!log_open(x->w, x->g, &lw, e))
		return false;
	rc = put(lw, x->due->ceremony, e) && store_items_insert(x->w, x->g, x->due->ceremony, x->due->bytes, e);
	log_close(lw);
	return rc;
}

static bool open_signings(struct worker *w, int32_t g, struct err *e)
{
	struct signing_due due;
	bool more = true;

	while (more) {
		struct signing_opening x = { .w = w, .g = g, .due = &due };
		bool rc;

		if (!signings_due(w, g, &due, e))
			return false;
		more = due.ceremony != NULL;
		rc = !more || db_transaction(w->db, open_signing, &x, e);
		signing_due_free(&due);
		if (!rc)
			return false;
	}
	return true;
}

static bool in_force(struct worker *w, int32_t g, const struct charter **out, struct err *e)
{
	uint32_t version;
	int64_t now;

	return db_now(w->db, &now, e) && charters_in_force(w, g, now, &version, e) && charters_by_version(w, g, version, out, e);
}

/* Looked at first without the lock, which whoever votes waits for. */
static bool open_dealing(struct worker *w, int32_t g, const struct charter *charter, struct err *e)
{
	struct opening x = { .w = w, .g = g };
	struct ceremony *c = NULL;
	bool begins;

	if (!due(w, g, charter, &c, e))
		return false;
	begins = c != NULL;
	ceremony_free(c);
	return !begins || db_transaction(w->db, open_due, &x, e);
}

bool act_ceremonies(struct worker *w, int32_t g, struct err *e)
{
	const struct charter *charter;
	bool concerns;

	if (!store_ceremony_concerns(w, g, &concerns, e) || !concerns)
		return err_ok(e);
	return lapse_all(w, g, e) && in_force(w, g, &charter, e) &&
		(charter->authority.issuing_n == 0 || charter->voting.scheme != SCHEME_THRESHOLD || founders_certify(w, g, e)) &&
		open_dealing(w, g, charter, e) && signings_seal(w, g, e) && open_signings(w, g, e);
}
