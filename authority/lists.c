/* SPDX-License-Identifier: ISC
 * CRLs and revocation lists: made by the signer out of its own state, verified, stored. */
#include <string.h>

#include "authority/acts.h"
#include "authority/charters.h"
#include "authority/signer.h"
#include "authority/store_group.h"
#include "authority/sync.h"
#include "peer/cert.h"
#include "peer/crl.h"
#include "peer/issuance.h"
#include "peer/revocations.h"

/* Is a new list due: none yet, the last one old, or something revoked since? */
static bool due(struct worker *w, int32_t g, const struct charter *c, bool *out, struct err *e)
{
	static const struct statement st = {
		"lists_due",
		"SELECT now_s() >= l.this + $2 OR " STORE_LIST_OVERTAKEN " FROM lists l WHERE l.g = $1 ORDER BY l.number DESC LIMIT 1",
	};
	int64_t wait = c->freshness.update - w->a->list_margin;
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_int8(&a, wait < 1 ? 1 : wait);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*out = PQntuples(r) == 0 || res_bool(r, 0, 0);
	PQclear(r);
	return true;
}

static bool crl_holds(struct worker *w, const struct group *g, struct slice der, const struct revocations *list, struct err *e)
{
	struct buf authority[8] = { 0 };
	struct ca_cert ca;
	struct crl crl;
	bool ok = crl_parse(der, &crl, e), found = false;
	size_t n = 0;

	if (ok &&
		(crl.number != list->number || crl.this_update != list->this_update || crl.next_update != list->next_update ||
			digest_compare(&crl.genesis, &g->genesis) != 0))
		ok = err_set(e, "bad_crl", "the signer gave a CRL that does not go with its list");
	ok = ok && signer_authority(w->signer, &g->genesis, authority, &n, e);
	for (size_t i = 0; ok && i < n && !found; i++) {
		found = cert_parse_ca(buf_slice(&authority[i]), &ca) == CERT_OK && memcmp(ca.ski, crl.aki, sizeof(ca.ski)) == 0;
		ok = !found || crl_verify(w->crypto, &crl, &ca.key, e);
	}
	for (size_t i = 0; i < 8; i++)
		buf_free(&authority[i]);
	return ok && (found || err_set(e, "bad_crl", "the signer signed a CRL by a key without a CA certificate"));
}

/* There is no CRL where the members hold the issuing key, or have not made it: they sign it themselves. */
static bool members_sign(const struct charter *c, int64_t time, struct err *e)
{
	const struct charter_issuer *by = issuance_issuer(c, time);

	return (by == NULL ? c->voting.scheme == SCHEME_THRESHOLD : by->by_members) ||
		err_set(e, "bad_crl", "the signer gave a list without the CRL that goes with it");
}

static bool list_holds(struct worker *w, const struct group *g, const struct charter *c, const struct jws *j,
	const struct revocations *list, struct err *e)
{
	const struct charter_key *k = j->n == 1 ? charter_revocation_key(c, &j->sigs[0].kid, list->this_update) : NULL;

	if (k == NULL || digest_compare(&list->genesis, &g->genesis) != 0)
		return err_set(e, "bad_list", "the signer gave a list of another group, or by a key that the charter does not name");
	return jws_verify(w->crypto, j, 0, &k->key, e);
}

static void arg_some(struct db_args *a, const struct buf *b)
{
	if (b->n == 0)
		arg_null(a);
	else
		arg_bytes(a, b->p, b->n);
}

static bool store(struct worker *w, const struct group *g, const struct signer_list *made, const struct revocations *list, struct err *e)
{
	static const struct statement st = {
		"lists_insert",
		"INSERT INTO lists (g, number, log_size, this, next, crl, doc, tbs, members_key)"
		" VALUES ($1, $2, $3, $4, $5, $6, convert_from($7, 'UTF8'), $8, $9) ON CONFLICT DO NOTHING",
	};
	struct db_args a = { 0 };

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)list->number);
	arg_int8(&a, (int64_t)list->log_size);
	arg_int8(&a, list->this_update);
	arg_int8(&a, list->next_update);
	arg_some(&a, &made->crl);
	arg_bytes(&a, made->revocations.p, made->revocations.n);
	arg_some(&a, &made->tbs);
	if (made->tbs.n == 0)
		arg_null(&a);
	else
		arg_digest(&a, &made->issuing);
	return db_run(w->db, &st, &a, NULL, e);
}

static bool keep(struct worker *w, const struct group *g, const struct charter *c, const struct signer_list *made, struct err *e)
{
	struct revocations list = { 0 };
	struct jws j;
	bool ok;

	if (!jws_parse(buf_slice(&made->revocations), REVOCATIONS_MAX, &j, e))
		return false;
	ok = revocations_parse(&j, &list, e) && list_holds(w, g, c, &j, &list, e) &&
		(made->crl.n > 0 ? crl_holds(w, g, buf_slice(&made->crl), &list, e) : members_sign(c, list.this_update, e)) &&
		store(w, g, made, &list, e);
	revocations_free(&list);
	jws_free(&j);
	return ok;
}

static bool make(struct worker *w, const struct group *g, const struct charter *c, struct err *e)
{
	struct signer_list made;
	bool ok;

	if (!signer_lists(w->signer, &g->genesis, &made, e))
		return false;
	ok = keep(w, g, c, &made, e);
	signer_list_free(&made);
	return ok;
}

bool act_lists(struct worker *w, int32_t g, bool now, struct err *e)
{
	const struct charter *c;
	struct group group;
	uint32_t version;
	int64_t time;
	bool needed = now;

	if (!db_now(w->db, &time, e) || !charters_in_force(w, g, time, &version, e) || !charters_by_version(w, g, version, &c, e))
		return false;
	if (!now && !due(w, g, c, &needed, e))
		return false;
	if (!needed)
		return true;
	if (sync_signer(w, g, &group, e) && make(w, &group, c, e))
		return true;
	if (err_is(e, "signer_unavailable"))
		worker_signer_lost(w);
	return false;
}
