/* SPDX-License-Identifier: ISC
 * Appending to a group's log, under its lock. */
#include "authority/charters.h"
#include "base/merkle.h"
#include "peer/head.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading the group's row */

static bool read_peaks(struct log_writer *lw, struct slice peaks, struct err *e)
{
	struct merkle_frontier *f = lw->frontier;
	size_t n = (size_t)__builtin_popcountll(lw->group.log_size);

	if (peaks.n != n * sizeof(f->peaks[0]))
		return err_set(e, "database_error", "group %s: the peaks of its log do not fit its size", lw->group.name);
	f->size = lw->group.log_size;
	for (size_t i = 0; i < n; i++)
		memcpy(f->peaks[i].b, peaks.p + 32 * i, 32);
	return true;
}

static bool read_row(struct log_writer *lw, const PGresult *r, bool draft, struct err *e)
{
	const char *state;

	if (PQntuples(r) != 1)
		return err_set(e, "not_found", "there is no such group here");
	state = res_text(r, 0, 1);
	snprintf(lw->group.name, sizeof(lw->group.name), "%s", res_text(r, 0, 0));
	lw->group.open = strcmp(state, "draft") != 0;
	lw->group.stopped = strcmp(state, "stopped") == 0;
	lw->group.log_size = (uint64_t)res_int(r, 0, 3);
	lw->group.log_time = res_int(r, 0, 4);
	lw->applications = (uint64_t)res_int(r, 0, 6);
	lw->proposals = (uint64_t)res_int(r, 0, 7);
	lw->seeds_used = (uint64_t)res_int(r, 0, 8);
	lw->frozen_until = res_int(r, 0, 9);
	if (lw->group.open == draft)
		return err_set(e, "not_found", "group %s is %s", lw->group.name, draft ? "founded already" : "not founded yet");
	return res_digest(r, 0, 2, &lw->group.genesis) && group_may_change(&lw->group, e) && read_peaks(lw, res_bytes(r, 0, 5), e);
}

/* The clock is read by a statement of its own, once the lock is ours: inside the locking one it would be that of before the wait. */
static bool lock_row(struct log_writer *lw, bool draft, struct err *e)
{
	static const struct statement st = { "log_lock",
		"SELECT name, state, genesis, log_size, log_time, log_peaks, applications, proposals, seeds_used, frozen_until FROM groups WHERE"
		" g = $1"
		" FOR NO KEY UPDATE" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, lw->group.g);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	rc = read_row(lw, r, draft, e);
	PQclear(r);
	if (!rc || !db_now(lw->w->db, &lw->now, e))
		return false;
	if (lw->now < lw->group.log_time)
		lw->now = lw->group.log_time;
	return true;
}

static bool names_us(const struct log_writer *lw, const struct charter *c)
{
	return charter_notary(c, &lw->w->a->notary_thumb, lw->now) != NULL;
}

static bool find_charter(struct log_writer *lw, const struct charter *first, const struct charter *successor, struct err *e)
{
	lw->charter = first;
	lw->version = first == NULL ? 0 : first->version;
	if (first == NULL &&
		(!charters_in_force(lw->w, lw->group.g, lw->now, &lw->version, e) ||
			!charters_by_version(lw->w, lw->group.g, lw->version, &lw->charter, e)))
		return false;
	lw->succeeds = !names_us(lw, lw->charter);
	if (lw->succeeds && (successor == NULL || !names_us(lw, successor)))
		return err_set(e, "not_a_notary", "version %u of the charter of %s does not name this authority's notary key for now",
			(unsigned)lw->version, lw->group.name);
	return true;
}

static bool open_any(
	struct worker *w, int32_t g, const struct charter *first, const struct charter *successor, struct log_writer **out, struct err *e)
{
	struct log_writer *lw = calloc(1, sizeof(*lw));

	*out = NULL;
	if (lw != NULL)
		lw->frontier = calloc(1, sizeof(*lw->frontier));
	if (lw == NULL || lw->frontier == NULL) {
		log_close(lw);
		return err_memory(e);
	}
	lw->w = w;
	lw->group.g = g;
	if (!lock_row(lw, first != NULL, e) || !find_charter(lw, first, successor, e)) {
		log_close(lw);
		return false;
	}
	*out = lw;
	return true;
}

bool log_open(struct worker *w, int32_t g, struct log_writer **out, struct err *e)
{
	return open_any(w, g, NULL, NULL, out, e);
}

bool log_found(struct worker *w, int32_t g, const struct charter *first, struct log_writer **out, struct err *e)
{
	return open_any(w, g, first, NULL, out, e);
}

bool log_take_over(struct worker *w, int32_t g, const struct charter *successor, struct log_writer **out, struct err *e)
{
	return open_any(w, g, NULL, successor, out, e);
}

void log_close(struct log_writer *lw)
{
	if (lw == NULL)
		return;
	free(lw->frontier);
	free(lw);
}

/* ---- appending */

static bool insert_entry(struct log_writer *lw, const struct entry *en, struct slice bytes, const struct digest *leaf, struct err *e)
{
	static const struct statement st = { "log_insert",
		"INSERT INTO log (g, idx, time, event, object, payload, leaf) VALUES ($1, $2, $3, $4, $5, $6, $7)" };
	struct db_args a = { 0 };

	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)en->index);
	arg_int8(&a, en->time);
	arg_int2(&a, (int16_t)en->event);
	arg_digest(&a, &en->object);
	arg_bytes(&a, bytes.p, bytes.n);
	arg_digest(&a, leaf);
	return db_run(lw->w->db, &st, &a, NULL, e);
}

bool log_append(struct log_writer *lw, struct entry *en, struct err *e)
{
	struct buf bytes = { 0 };
	struct digest leaf;
	bool rc;

	en->genesis = lw->group.genesis;
	en->index = lw->group.log_size;
	en->time = lw->now;
	rc = entry_print(en, &bytes, e);
	if (rc) {
		merkle_leaf(buf_slice(&bytes), &leaf);
		rc = insert_entry(lw, en, buf_slice(&bytes), &leaf, e);
	}
	buf_free(&bytes);
	if (!rc)
		return false;
	merkle_append(lw->frontier, &leaf);
	lw->group.log_size = lw->frontier->size;
	lw->group.log_time = en->time;
	return true;
}

bool log_had(struct log_writer *lw, uint64_t size, const struct digest *root, struct err *e)
{
	static const struct statement st = { "log_had", "SELECT root FROM heads WHERE g = $1 AND size = $2" };
	struct db_args a = { 0 };
	struct digest ours;
	bool is_signed;
	PGresult *r;

	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)size);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	is_signed = PQntuples(r) == 1 && res_digest(r, 0, 0, &ours);
	PQclear(r);
	if (!is_signed)
		return err_set(e, "forked", "no head of size %llu was ever signed for this log: fetch the newest head, and begin from that",
			(unsigned long long)size);
	return digest_compare(&ours, root) == 0 ||
		err_set(e, "forked", "at size %llu this log has another root: what names it was made for another log, or for a forked one",
			(unsigned long long)size);
}

void log_root(const struct log_writer *lw, struct digest *out)
{
	merkle_frontier_root(lw->frontier, out);
}

/* ---- the end */

static bool write_row(struct log_writer *lw, struct err *e)
{
	static const struct statement st = { "log_write",
		"UPDATE groups SET log_size = $2, log_time = $3, log_peaks = $4, applications = $5, proposals = $6, seeds_used = $7,"
		" frozen_until = $8,"
		" state = CASE state WHEN 'draft' THEN 'open' ELSE state END WHERE g = $1" };
	struct db_args a = { 0 };

	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)lw->frontier->size);
	arg_int8(&a, lw->group.log_time);
	arg_bytes(&a, lw->frontier->peaks, 32 * (size_t)__builtin_popcountll(lw->frontier->size));
	arg_int8(&a, (int64_t)lw->applications);
	arg_int8(&a, (int64_t)lw->proposals);
	arg_int8(&a, (int64_t)lw->seeds_used);
	arg_int8(&a, lw->frozen_until);
	return db_run(lw->w->db, &st, &a, NULL, e);
}

/* A head stands already when nothing was appended. */
static bool write_head(struct log_writer *lw, struct err *e)
{
	static const struct statement st = { "log_head",
		"INSERT INTO heads (g, size, root, time, doc) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING" };
	struct head h = { .genesis = lw->group.genesis, .size = lw->frontier->size, .time = lw->now };
	struct buf doc = { 0 };
	struct db_args a = { 0 };
	bool rc;

	log_root(lw, &h.root);
	if (!notary_sign(lw->w, KIND_HEAD, head_print(&h), &doc, NULL, e)) {
		buf_free(&doc);
		return false;
	}
	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)h.size);
	arg_digest(&a, &h.root);
	arg_int8(&a, h.time);
	arg_text(&a, buf_cstr(&doc));
	rc = doc.failed ? err_memory(e) : db_run(lw->w->db, &st, &a, NULL, e);
	buf_free(&doc);
	return rc;
}

bool log_finish(struct log_writer *lw, struct err *e)
{
	return write_row(lw, e) && write_head(lw, e);
}
