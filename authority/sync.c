/* SPDX-License-Identifier: ISC */
#include "authority/sync.h"

#include "authority/archive.h"
#include "authority/signer.h"

/* Entries in one request: a batch that turns out larger than a frame is sent again in single entries. */
enum { SYNC_BATCH = 128 };

/* The head of the log as the store has it now. */
static bool stored_root(struct worker *w, const struct group *g, struct digest *root, struct err *e)
{
	static const struct statement st = { "sync_root", "SELECT root FROM heads WHERE g = $1 AND size = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)g->log_size);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1 && res_digest(r, 0, 0, root);
	PQclear(r);
	return ok || err_set(e, "database_error", "the log of group %s has no head at its end", g->name);
}

static bool send_some(struct worker *w, const struct group *g, uint64_t *size, uint32_t n, struct err *e)
{
	json_t *items = archive_items(w, g, *size, n, true, e);

	return items != NULL && signer_extend(w->signer, &g->genesis, *size, items, size, e);
}

static bool send_all(struct worker *w, const struct group *g, uint64_t size, struct err *e)
{
	uint32_t n = SYNC_BATCH;

	while (size < g->log_size) {
		uint64_t left = g->log_size - size;
		struct err one = { 0 };

		if (send_some(w, g, &size, left < n ? (uint32_t)left : n, &one))
			continue;
		if (n == 1 || !err_is(&one, "too_large"))
			return err_set(e, one.name, "%s", one.text);
		n = 1;
	}
	return true;
}

static bool stop(struct worker *w, const struct group *g, const char *name, const char *text, struct err *e)
{
	struct err ignored = { 0 };

	group_stop(w, g->g, name, &ignored);
	return err_set(e, name, "group %s: %s", g->name, text);
}

static bool keep_epoch(struct worker *w, const struct group *g, int64_t epoch, struct err *e)
{
	static const struct statement st = { "sync_epoch", "UPDATE groups SET signer_epoch = $2 WHERE g = $1 AND signer_epoch < $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g->g);
	arg_int8(&a, epoch);
	return db_run(w->db, &st, &a, NULL, e);
}

/* A signer whose state was begun before another one's is a machine that somebody forgot: it is told nothing, and nothing is taken from it.
 * The group is not stopped, for the right signer goes on where it was. A signer that has no state yet cannot be old. */
static bool hello(struct worker *w, const struct group *g, struct signer_state *out, struct err *e)
{
	if (!signer_hello(w->signer, &g->genesis, out, e))
		return false;
	if (out->epoch == 0 || out->epoch == g->signer_epoch)
		return true;
	if (out->epoch < g->signer_epoch)
		return err_set(e, "signer_old",
			"group %s: this signer's state is of an earlier time than the one that served it last; switch the old machine off",
			g->name);
	return keep_epoch(w, g, out->epoch, e);
}

static bool same_log(struct worker *w, const struct group *g, struct err *e)
{
	struct signer_state theirs;
	struct digest ours;

	if (!stored_root(w, g, &ours, e) || !hello(w, g, &theirs, e))
		return false;
	if (theirs.size < g->log_size || digest_compare(&ours, &theirs.root) == 0)
		return true;
	/* Somebody else may have brought it further since our read: only an equal size tells. */
	if (theirs.size > g->log_size)
		return true;
	return stop(w, g, "forked", "the signer knows another log of this length; restore the store from a backup that fits", e);
}

static bool sync_now(struct worker *w, int32_t g, struct group *out, struct err *e)
{
	struct signer_state theirs;

	if (worker_signer(w, e) == NULL || !group_by_id(w, g, out, e) || !hello(w, out, &theirs, e))
		return false;
	/* Read again: a log that grew in between is no signer that is ahead. */
	if (theirs.size > out->log_size && !group_by_id(w, g, out, e))
		return false;
	if (theirs.size > out->log_size)
		return stop(
			w, out, "signer_ahead", "the signer knows more of this log than the store; restore the store to its last state", e);
	return send_all(w, out, theirs.size, e) && same_log(w, out, e);
}

bool sync_signer(struct worker *w, int32_t g, struct group *out, struct err *e)
{
	struct err first = { 0 };

	if (sync_now(w, g, out, &first))
		return true;
	if (err_is(&first, "signer_unavailable")) {
		worker_signer_lost(w);
		first = (struct err){ 0 };
		if (sync_now(w, g, out, &first))
			return true;
	}
	/* Another worker was quicker with the same entries. */
	if (err_is(&first, "behind")) {
		first = (struct err){ 0 };
		if (sync_now(w, g, out, &first))
			return true;
	}
	if (err_is(&first, "signer_unavailable"))
		worker_signer_lost(w);
	return err_set(e, first.name, "%s", first.text);
}
