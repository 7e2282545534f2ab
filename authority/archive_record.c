/* SPDX-License-Identifier: ISC
 * Records out of the store. */
#include <stdlib.h>
#include <string.h>

#include "authority/archive.h"
#include "authority/archive_gmc.h"
#include "authority/archive_motion.h"
#include "authority/archive_request.h"
#include "authority/archive_texts.h"
#include "authority/ballots.h"
#include "authority/forest.h"
#include "authority/intend.h"

/* Everything that a record is made of while it is gathered; owned here. */
struct gather {
	struct worker *w;
	const struct group *g;
	uint64_t number;
	/* of the proposal */
	enum question question;
	enum outcome outcome;
	struct digest subject;
	uint32_t version;
	uint64_t first, last; /* log indices: of its entry and of its last consequence */
	uint64_t size;        /* of its head */
	struct record_parts parts;
	struct archived_motion motion;
	struct archived_request request;
	struct id16 member;
	struct ballots ballots;
	struct record_charter charters[TRUST_CHARTERS_MAX];
	struct slice *entries;
	struct buf nodes;
	PGresult *rows[2]; /* entry bytes are borrowed from these */
	struct archived_gmc gmc;
	struct archived_texts texts;
};

static void release(struct gather *x)
{
	const json_t *docs[] = { x->parts.application, x->parts.motion, x->parts.draft, x->parts.renewal, x->parts.recovery,
		x->parts.proposal, x->parts.decision, x->parts.head };

	for (size_t i = 0; i < sizeof(docs) / sizeof(docs[0]); i++)
		json_decref((json_t *)(uintptr_t)docs[i]);
	for (size_t i = 0; i < x->parts.charters_n; i++)
		json_decref((json_t *)(uintptr_t)x->charters[i].signed_charter);
	ballots_free(&x->ballots);
	free(x->entries);
	buf_free(&x->nodes);
	PQclear(x->rows[0]);
	PQclear(x->rows[1]);
	archived_gmc_free(&x->gmc);
	archived_texts_free(&x->texts);
	archived_motion_free(&x->motion);
	free(x);
}

static void args(const struct gather *x, struct db_args *a, uint64_t second)
{
	memset(a, 0, sizeof(*a));
	arg_int4(a, x->g->g);
	arg_int8(a, (int64_t)second);
}

/* How many entries follow a decision as what it brings. */
static uint64_t consequences(enum question q, enum outcome o)
{
	static const uint64_t N[] = { [Q_ADMIT] = 2, [Q_EXPEL] = 1, [Q_AMEND] = 1, [Q_RENEW] = 1, [Q_RECOVER] = 2 };

	return o == OUTCOME_YES ? N[q] : 0;
}

/* A member whose epoch had ended got another node before its certificate. */
static bool count_moved(struct gather *x, struct err *e)
{
	static const struct statement st = {
		"record_moved",
		"SELECT count(*) FROM log l JOIN certificates c ON c.g = l.g AND c.idx = l.idx + 1 WHERE c.g = $1 AND c.number = $2 AND l.event = 16"
	};
	struct db_args a;
	PGresult *r;

	args(x, &a, x->number);
	if (!db_run(x->w->db, &st, &a, &r, e))
		return false;
	x->last += (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

/* Behind them, what an expulsion that passed or not has done to suspensions. */
static bool count_held(struct gather *x, struct err *e)
{
	static const struct statement st = { "record_held",
		"SELECT count(*) FROM log l JOIN decisions d ON d.g = l.g AND d.digest = l.object WHERE d.g = $1 AND d.number = $2"
		" AND l.event IN (8, 9)" };
	struct db_args a;
	PGresult *r;

	args(x, &a, x->number);
	if (x->question == Q_RENEW || x->question == Q_RECOVER)
		return count_moved(x, e);
	if (x->question != Q_EXPEL)
		return true;
	if (!db_run(x->w->db, &st, &a, &r, e))
		return false;
	x->last += (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

static bool load_decision(struct gather *x, struct err *e)
{
	static const struct statement st = {
		"record_decision",
		"SELECT p.question, p.subject, p.version, p.idx, p.doc, d.outcome, d.idx, d.doc, p.member FROM proposals p LEFT JOIN decisions d"
		" ON d.g = p.g AND d.number = p.number WHERE p.g = $1 AND p.number = $2",
	};
	struct db_args a;
	PGresult *r;
	bool ok;

	args(x, &a, x->number);
	if (!db_run(x->w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) != 1)
		ok = err_set(e, "not_found", "the group has no proposal %llu", (unsigned long long)x->number);
	else if (res_null(r, 0, 5))
		ok = err_set(e, "undecided", "proposal %llu is not decided yet; its record comes with the decision",
			(unsigned long long)x->number);
	else {
		x->question = (enum question)res_int(r, 0, 0);
		x->version = (uint32_t)res_int(r, 0, 2);
		x->first = (uint64_t)res_int(r, 0, 3);
		x->outcome = (enum outcome)res_int(r, 0, 5);
		x->last = (uint64_t)res_int(r, 0, 6) + consequences(x->question, x->outcome);
		x->parts.proposal = archive_document(res_text(r, 0, 4), e);
		x->parts.decision = archive_document(res_text(r, 0, 7), e);
		ok = (res_null(r, 0, 8) || res_id16(r, 0, 8, &x->member)) && res_digest(r, 0, 1, &x->subject) &&
			x->parts.proposal != NULL && x->parts.decision != NULL;
	}
	PQclear(r);
	return ok;
}

/* The first head that covers the last consequence, and what ended the membership. */
static bool load_head(struct gather *x, struct err *e)
{
	static const struct statement st = { "record_head",
		"SELECT size, doc FROM heads WHERE g = $1 AND size > $2 ORDER BY size LIMIT 1" };
	struct db_args a;
	PGresult *r;
	bool ok;

	args(x, &a, x->gmc.ended_index > x->last ? x->gmc.ended_index : x->last);
	if (!db_run(x->w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1 ? true : err_set(e, "database_error", "the log has no head over its last entries");
	if (ok) {
		x->size = (uint64_t)res_int(r, 0, 0);
		x->parts.head = archive_document(res_text(r, 0, 1), e);
		ok = x->parts.head != NULL;
	}
	PQclear(r);
	return ok;
}

static bool load_one(struct gather *x, const struct statement *st, const json_t **out, struct err *e)
{
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, x->g->g);
	arg_digest(&a, &x->subject);
	if (!db_run(x->w->db, st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1)
		*out = archive_document(res_text(r, 0, 0), e);
	else
		err_set(e, "database_error", "the subject of a proposal is not in the store");
	PQclear(r);
	return *out != NULL;
}

/* A draft is {"charter", "approvals"}; the approvals of one that became no charter are bound by nothing, and stay away. */
static bool load_draft(struct gather *x, struct err *e)
{
	static const struct statement st = {
		"record_draft",
		"SELECT d.payload, a.doc FROM drafts d JOIN approvals a ON a.g = d.g AND a.draft = d.digest WHERE d.g = $1 AND d.digest = $2"
		" ORDER BY a.digest",
	};
	struct db_args a = { 0 };
	json_t *approvals = json_array();
	PGresult *r;
	bool ok;

	arg_int4(&a, x->g->g);
	arg_digest(&a, &x->subject);
	if (approvals == NULL || !db_run(x->w->db, &st, &a, &r, e)) {
		json_decref(approvals);
		return err_memory(e);
	}
	ok = PQntuples(r) > 0;
	for (int i = 0; ok && x->outcome == OUTCOME_YES && i < PQntuples(r); i++)
		ok = json_array_append_new(approvals, archive_document(res_text(r, i, 1), e)) == 0;
	if (ok)
		x->parts.draft = signed_charter_print(res_bytes(r, 0, 0), approvals, NULL);
	PQclear(r);
	json_decref(approvals);
	return x->parts.draft != NULL ? true : err_memory(e);
}

static bool load_motion(struct gather *x, struct err *e)
{
	struct record_parts *p = &x->parts;

	if (!archive_motion(x->w, x->g, x->number, &x->subject, p->motion, &x->motion, e))
		return false;
	p->mover_key = x->motion.movers[0].key;
	p->mover = x->motion.movers[0].place;
	p->movers = &x->motion.movers[1];
	p->movers_n = x->motion.movers_n - 1;
	p->complaints = x->motion.complaints;
	p->complaints_n = x->motion.complaints_n;
	return true;
}

static bool load_request(struct gather *x, const struct statement *st, struct err *e)
{
	if (!load_one(x, st, x->question == Q_RENEW ? &x->parts.renewal : &x->parts.recovery, e) ||
		!archive_request(x->w, x->g, x->number, &x->member, &x->request, e))
		return false;
	x->parts.holder = &x->request.holder;
	return true;
}

static bool load_subject(struct gather *x, struct err *e)
{
	static const struct statement application = { "record_application", "SELECT doc FROM applications WHERE g = $1 AND digest = $2" };
	static const struct statement motion = { "record_motion", "SELECT doc FROM objects WHERE g = $1 AND digest = $2" };

	if (x->question == Q_ADMIT)
		return load_one(x, &application, &x->parts.application, e);
	if (x->question == Q_EXPEL)
		return load_one(x, &motion, &x->parts.motion, e) && load_motion(x, e);
	if (x->question == Q_RENEW || x->question == Q_RECOVER)
		return load_request(x, &motion, e);
	return load_draft(x, e);
}

static bool load_charters(struct gather *x, struct err *e)
{
	static const struct statement st = {
		"record_charters",
		"SELECT c.idx, l.payload FROM charters c JOIN log l ON l.g = c.g AND l.idx = c.idx"
		" WHERE c.g = $1 AND c.version <= $2::bigint ORDER BY c.version",
	};
	json_t *list;
	struct db_args a;

	args(x, &a, x->version);
	if (!db_run(x->w->db, &st, &a, &x->rows[0], e))
		return false;
	if (PQntuples(x->rows[0]) > TRUST_CHARTERS_MAX)
		return err_set(e, "too_large", "a record takes at most %d charters", TRUST_CHARTERS_MAX);
	list = archive_charters(x->w, x->g, 1, x->version, e);
	if (list == NULL)
		return false;
	for (int i = 0; i < PQntuples(x->rows[0]); i++) {
		x->charters[i].signed_charter = json_incref(json_array_get(list, (size_t)i));
		x->parts.charters_n++;
		x->charters[i].entry = res_bytes(x->rows[0], i, 1);
	}
	json_decref(list);
	x->parts.charters = x->charters;
	return true;
}

static bool too_large(const struct gather *x, struct err *e)
{
	return err_set(e, "record_too_large",
		"the record of proposal %llu would be larger than %d MiB, which nobody reads: too much happened in its term; gmc audit --log"
		" checks the whole log without it",
		(unsigned long long)x->number, RECORD_MAX / (1024 * 1024));
}

static bool load_entries(struct gather *x, struct err *e)
{
	static const struct statement st = { "record_entries",
		"SELECT payload FROM log WHERE g = $1 AND idx >= $2 AND idx <= $3 ORDER BY idx" };
	struct db_args a;
	size_t bytes = 0;

	if (x->last - x->first >= RECORD_LINES_MAX)
		return too_large(x, e);
	args(x, &a, x->first);
	arg_int8(&a, (int64_t)x->last);
	if (!db_run(x->w->db, &st, &a, &x->rows[1], e))
		return false;
	for (int i = 0; i < PQntuples(x->rows[1]); i++)
		bytes += base64url_length(res_bytes(x->rows[1], i, 0).n);
	if (bytes > RECORD_MAX)
		return too_large(x, e);
	x->parts.entries_n = (size_t)PQntuples(x->rows[1]);
	x->parts.entries = x->entries = calloc(x->parts.entries_n + 1, sizeof(*x->entries));
	if (x->entries == NULL)
		return err_memory(e);
	for (size_t i = 0; i < x->parts.entries_n; i++)
		x->entries[i] = res_bytes(x->rows[1], (int)i, 0);
	return true;
}

/* The record's entries in the order of the log: those of charters, those from the proposal on, that which ended a membership. */
static size_t indices(const struct gather *x, uint64_t *set)
{
	size_t n = 0;

	for (size_t i = 0; i < x->parts.charters_n; i++)
		set[n++] = (uint64_t)res_int(x->rows[0], (int)i, 0);
	for (size_t i = 0; i < x->parts.entries_n; i++)
		set[n++] = x->first + i;
	if (x->parts.ended.n > 0)
		set[n++] = x->gmc.ended_index;
	return n;
}

/* The tree is held for no longer than the proof takes. */
static bool prove(struct gather *x, struct err *e)
{
	uint64_t *set = calloc(x->parts.charters_n + x->parts.entries_n + 1, sizeof(*set));
	const struct merkle_tree *t = NULL;
	bool ok = false;

	if (set == NULL)
		return err_memory(e);
	t = forest_take(x->w, x->g, x->size, e);
	if (t != NULL) {
		ok = merkle_tree_set(t, set, indices(x, set), x->size, &x->nodes, e);
		forest_give(t);
	}
	free(set);
	x->parts.nodes = (const struct digest *)(const void *)x->nodes.p;
	x->parts.nodes_n = x->nodes.n / sizeof(struct digest);
	return ok;
}

/* A certificate, or why there is none. */
static bool load_gmc(struct gather *x, struct err *e)
{
	if (!archive_gmc(x->w, x->g, x->number, x->version, &x->gmc, e))
		return false;
	x->parts.gmc = buf_slice(&x->gmc.gmc);
	x->parts.authority = buf_slice(&x->gmc.authority);
	x->parts.ended = buf_slice(&x->gmc.ended);
	return true;
}

/* Not in the record inside a charter: that stays for ever, and texts may be erased. */
static bool load_texts(struct gather *x, struct err *e)
{
	if (!archive_texts(x->w, x->g, x->number, &x->subject, &x->texts, e))
		return false;
	x->parts.texts = x->texts.list;
	x->parts.texts_n = x->texts.n;
	return true;
}

static bool load(struct gather *x, bool charters, struct err *e)
{
	x->parts.genesis = x->g->genesis;
	if (!load_decision(x, e) || !count_held(x, e) || !load_gmc(x, e) || !load_head(x, e) || !load_subject(x, e) ||
		(charters && (!load_charters(x, e) || !load_texts(x, e))) || !load_entries(x, e) || !prove(x, e) ||
		!ballots_of(x->w, x->g->g, x->number, &x->ballots, e))
		return false;
	x->parts.votes = x->ballots.votes;
	x->parts.votes_n = x->ballots.votes_n;
	x->parts.objects = x->ballots.objects;
	x->parts.objects_n = x->ballots.objects_n;
	return true;
}

static json_t *record(struct worker *w, const struct group *g, uint64_t number, bool charters, struct err *e)
{
	struct gather *x = calloc(1, sizeof(*x));
	json_t *doc = NULL;

	if (x == NULL) {
		err_memory(e);
		return NULL;
	}
	x->w = w;
	x->g = g;
	x->number = number;
	if (load(x, charters, e))
		doc = record_print(&x->parts, e);
	if (doc != NULL && json_dumpb(doc, NULL, 0, JSON_COMPACT) > RECORD_MAX) {
		json_decref(doc);
		doc = NULL;
		too_large(x, e);
	}
	release(x);
	return doc;
}

json_t *archive_record(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	return record(w, g, number, true, e);
}

json_t *archive_amendment(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	return record(w, g, number, false, e);
}
