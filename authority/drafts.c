/* SPDX-License-Identifier: ISC */
#include "authority/drafts.h"

#include <string.h>

/* Drafts that one administrator approved and that wait for others. */
enum { DRAFTS_OPEN_MAX = 16 };

static const char *const states[] = { "open", "voting", "logged", "void", NULL };

/* ---- states */

bool draft_state(struct worker *w, int32_t g, const struct digest *draft, enum draft_state *out, struct err *e)
{
	static const struct statement st = { "draft_state", "SELECT state FROM drafts WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	*out = DRAFT_NONE;
	arg_int4(&a, g);
	arg_digest(&a, draft);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = DRAFT_OPEN; PQntuples(r) == 1 && i < DRAFT_NONE; i++)
		if (strcmp(res_text(r, 0, 0), states[i]) == 0)
			*out = (enum draft_state)i;
	PQclear(r);
	return true;
}

bool draft_set_state(struct worker *w, int32_t g, const struct digest *draft, enum draft_state state, struct err *e)
{
	static const struct statement st = { "draft_set_state", "UPDATE drafts SET state = $3 WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, draft);
	arg_text(&a, states[state]);
	return db_run(w->db, &st, &a, NULL, e);
}

bool draft_void_others(struct worker *w, int32_t g, uint32_t version, const struct digest *but, struct err *e)
{
	static const struct statement st = { "draft_void_others",
		"UPDATE drafts SET state = 'void' WHERE g = $1 AND version <= $2 AND digest <> $3 AND state = 'open'" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int4(&a, (int32_t)version);
	arg_digest(&a, but);
	return db_run(w->db, &st, &a, NULL, e);
}

/* ---- keeping */

/* True when a row was new. */
static bool insert(struct worker *w, const struct statement *st, const struct db_args *a, bool *fresh, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	if (PQntuples(r) > 0)
		*fresh = true;
	PQclear(r);
	return true;
}

static bool keep_draft(struct worker *w, int32_t g, const struct charter *c, bool *fresh, struct err *e)
{
	static const struct statement st = { "draft_insert",
		"INSERT INTO drafts (g, digest, version, payload, effective, state) VALUES ($1, $2, $3, $4, $5, 'open')"
		" ON CONFLICT DO NOTHING RETURNING version" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, &c->object.digest);
	arg_int4(&a, (int32_t)c->version);
	arg_bytes(&a, c->payload.p, c->payload.n);
	arg_int8(&a, c->effective);
	return insert(w, &st, &a, fresh, e);
}

/* One administrator of several does not fill the store, nor hide the others' drafts among its own. */
static bool few_open(struct worker *w, int32_t g, const struct digest *draft, const struct digest *key, struct err *e)
{
	static const struct statement st = { "drafts_open_of",
		"SELECT count(*) FROM approvals a JOIN drafts d ON d.g = a.g AND d.digest = a.draft"
		" WHERE a.g = $1 AND a.key = $2 AND d.digest <> $3 AND d.state = 'open'" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_digest(&a, key);
	arg_digest(&a, draft);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	rc = res_int(r, 0, 0) < DRAFTS_OPEN_MAX;
	PQclear(r);
	return rc ||
		err_set(e, "too_many", "%d drafts that this administrator approved are open already: wait until one is decided or void",
			DRAFTS_OPEN_MAX);
}

static bool keep_approval(struct worker *w, int32_t g, const struct digest *draft, const struct approval *one, bool *fresh, struct err *e)
{
	static const struct statement st = { "draft_approve",
		"INSERT INTO approvals (g, draft, key, digest, doc) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1" };
	struct buf doc = { 0 };
	struct db_args a = { 0 };
	bool rc;

	arg_int4(&a, g);
	arg_digest(&a, draft);
	arg_digest(&a, &one->by);
	arg_digest(&a, &one->digest);
	rc = few_open(w, g, draft, &one->by, e) && json_write(one->doc, &doc, e) && (buf_cstr(&doc) != NULL || err_memory(e));
	arg_text(&a, rc ? (const char *)doc.p : "");
	rc = rc && insert(w, &st, &a, fresh, e);
	buf_free(&doc);
	return rc;
}

bool draft_keep(struct worker *w, int32_t g, const struct signed_charter *sc, const struct charter *by, bool *fresh, struct err *e)
{
	const struct at root = at_root(NULL, e), list = { .v = sc->approvals, .up = &root, .name = "approvals", .e = e };

	if (!keep_draft(w, g, sc->charter, fresh, e))
		return false;
	for (size_t i = 0; i < json_array_size(sc->approvals); i++) {
		struct approval one;
		struct at at;
		bool rc;

		if (!at_element(&list, i, &at) || !approval_verify(w->crypto, &at, sc->charter, by, &one))
			return false;
		rc = keep_approval(w, g, &sc->charter->object.digest, &one, fresh, e);
		approval_free(&one);
		if (!rc)
			return false;
	}
	return true;
}

/* ---- loading */

static bool load_charter(struct worker *w, int32_t g, const struct digest *draft, struct charter **out, struct err *e)
{
	static const struct statement st = { "draft_payload", "SELECT payload FROM drafts WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, draft);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1)
		*out = charter_parse(res_bytes(r, 0, 0), e);
	if (PQntuples(r) != 1)
		err_set(e, "not_found", "there is no draft of this digest");
	PQclear(r);
	return *out != NULL;
}

static bool load_approvals(struct worker *w, int32_t g, const struct digest *draft, json_t *to, struct err *e)
{
	static const struct statement st = { "draft_approvals", "SELECT doc FROM approvals WHERE g = $1 AND draft = $2 ORDER BY key" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc = true;

	arg_int4(&a, g);
	arg_digest(&a, draft);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r) && rc; i++) {
		json_t *one = json_read(res_bytes(r, i, 0), CHARTER_MAX, e);

		rc = one != NULL && (json_array_append_new(to, one) == 0 || err_memory(e));
	}
	PQclear(r);
	return rc;
}

bool draft_read(struct worker *w, int32_t g, const struct digest *draft, struct signed_charter *out, struct err *e)
{
	bool rc;

	*out = (struct signed_charter){ .approvals = json_array() };
	rc = out->approvals != NULL || err_memory(e);
	if (rc && load_charter(w, g, draft, &out->charter, e) && load_approvals(w, g, draft, out->approvals, e))
		return true;
	signed_charter_free(out);
	return false;
}

bool draft_load(
	struct worker *w, int32_t g, const struct digest *draft, const struct charter *by, struct signed_charter *out, struct err *e)
{
	if (!draft_read(w, g, draft, out, e))
		return false;
	if (chain_count(w->crypto, out, out->charter->version == 1 ? NULL : by, e))
		return true;
	signed_charter_free(out);
	return false;
}

bool draft_is_approved(const struct signed_charter *sc, const struct charter *by)
{
	return chain_enough(sc, by, NULL);
}

/* ---- telling */

/* Approvals say whose they are by kid, or by the credential's id; whoever signed is found by verifying, so those who did not are
 * found the same way. */
static bool has_approved(struct crypto *k, const struct signed_charter *sc, const struct charter *by, const struct charter_person *who)
{
	const struct at root = at_root(NULL, NULL), list = { .v = sc->approvals, .up = &root, .name = "approvals" };
	bool found = false;

	for (size_t i = 0; i < json_array_size(sc->approvals) && !found; i++) {
		struct approval one;
		struct at at;

		if (!at_element(&list, i, &at) || !approval_verify(k, &at, sc->charter, by, &one))
			continue;
		found = digest_compare(&one.by, &who->thumb) == 0;
		approval_free(&one);
	}
	return found;
}

static json_t *missing(struct crypto *k, const struct signed_charter *sc, const struct charter *by)
{
	const struct charter_person *all = sc->recovery ? by->recovery.keys : by->administrators.keys;
	const size_t n = sc->recovery ? by->recovery.n : by->administrators.n;
	json_t *names = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct charter_person *who = &all[i];

		if (!has_approved(k, sc, by, who) && json_array_append_new(names, json_string(who->name)) != 0) {
			json_decref(names);
			return NULL;
		}
	}
	return names;
}

static bool proposal_of(struct worker *w, int32_t g, const struct digest *draft, int64_t *number, struct err *e)
{
	static const struct statement st = { "draft_proposal",
		"SELECT coalesce(max(number), 0) FROM proposals WHERE g = $1 AND question = 2 AND subject = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, draft);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*number = res_int(r, 0, 0);
	PQclear(r);
	return true;
}

static json_t *describe(
	struct crypto *k, const struct signed_charter *sc, const struct charter *by, enum draft_state state, int64_t proposal)
{
	const struct charter *c = sc->charter;
	json_t *o = json_object();

	if (object_set_digest(o, "charter", &c->object.digest) && object_set_digest(o, "genesis", &c->object.genesis) &&
		object_set_string(o, "group", c->group) && object_set_int(o, "version", c->version) &&
		object_set_string(o, "state", states[state]) && object_set_int(o, "approved", (int64_t)sc->approved) &&
		object_set_int(o, "needed", sc->recovery ? by->recovery.threshold : by->administrators.threshold) &&
		object_set_int(o, "offline", (int64_t)sc->offline) &&
		object_set_int(o, "offline_needed", sc->recovery ? 0 : by->administrators.offline) &&
		(!sc->recovery || json_object_set_new(o, "recovery", json_true()) == 0) &&
		json_object_set_new(o, "missing", missing(k, sc, by)) == 0 && (proposal == 0 || object_set_int(o, "proposal", proposal)))
		return o;
	json_decref(o);
	return NULL;
}

bool draft_answer(struct worker *w, int32_t g, const struct signed_charter *sc, const struct charter *by, enum draft_state state,
	bool fresh, struct answer *out, struct err *e)
{
	char id[DIGEST_TEXT];
	int64_t proposal;

	digest_text(&sc->charter->object.digest, id);
	return proposal_of(w, g, &sc->charter->object.digest, &proposal, e) &&
		answer_set(out, describe(w->crypto, sc, by, state, proposal), id, fresh, e);
}
