/* SPDX-License-Identifier: ISC */
#include "authority/issuers.h"
#include "authority/charters.h"
#include "authority/intend.h"
#include "authority/signer.h"

#include "base/jwk.h"

static bool arg_named(struct db_args *a, struct db_array *named, const struct charter *c, struct err *e)
{
	for (size_t i = 0; i < c->authority.issuing_n; i++)
		array_bytes(named, c->authority.issuing[i].spki.b, sizeof(c->authority.issuing[i].spki.b));
	return arg_array(a, named, e);
}

static bool bound(struct err *e)
{
	return err_set(e, "key_bound", "another group's charter names this issuing key, and it is that group's for ever: name a new key");
}

/* ---- what the signer says, and the store of its charters */

static bool ask(struct worker *w, const struct digest *genesis, const struct digest *spki, size_t n, struct err *e)
{
	if (worker_signer(w, e) == NULL)
		return false;
	if (signer_issuers(w->signer, genesis, spki, n, e))
		return true;
	if (err_is(e, "signer_unavailable"))
		worker_signer_lost(w);
	return false;
}

/* The signer binds a key when it sees the log; until then it is the store that knows. */
static bool free_in_store(struct worker *w, const struct charter *c, struct err *e)
{
	static const struct statement st = { "issuers_elsewhere",
		"SELECT 1 FROM authorities a JOIN groups o ON o.g = a.g WHERE a.spki = ANY ($1::bytea[]) AND a.version IS NOT NULL"
		" AND o.genesis <> $2" };
	struct db_array named = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool rc = arg_named(&a, &named, c, e);

	arg_digest(&a, &c->object.genesis);
	rc = rc && db_run(w->db, &st, &a, &r, e) && (PQntuples(r) == 0 || bound(e));
	PQclear(r);
	array_free(&named);
	return rc;
}

bool issuers_held(struct worker *w, const struct charter *c, const struct charter *before, struct err *e)
{
	struct digest spki[CHARTER_ISSUING_MAX];
	struct err first = { 0 };
	size_t n = 0;

	if (w->a->signer_path != NULL && !free_in_store(w, c, e))
		return false;

	for (size_t i = 0; i < c->authority.issuing_n; i++)
		if (!c->authority.issuing[i].by_members &&
			(before == NULL || charter_issuer(before, &c->authority.issuing[i].spki) == NULL))
			spki[n++] = c->authority.issuing[i].spki;
	if (n == 0 || w->a->signer_path == NULL || ask(w, &c->object.genesis, spki, n, &first))
		return true;
	/* A connection that lay idle while the signer was started again. */
	if (err_is(&first, "signer_unavailable"))
		return ask(w, &c->object.genesis, spki, n, e);
	return err_set(e, first.name, "%s", first.text);
}

/* ---- what came beside the charter */

static bool keep(struct worker *w, int32_t g, const struct digest *spki, const struct sig_pub *key, struct err *e)
{
	static const struct statement st = { "issuer_keep",
		"INSERT INTO authorities (g, spki, pub) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING" };
	const struct slice pub = pub_slice(key);
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, spki);
	arg_bytes(&a, pub.p, pub.n);
	return db_run(w->db, &st, &a, NULL, e);
}

bool issuer_offer(struct worker *w, int32_t g, const struct sig_pub *key, struct digest *spki, struct err *e)
{
	return (profile_spki_digest(key, spki) || err_memory(e)) && keep(w, g, spki, key, e);
}

static bool keep_all(struct worker *w, int32_t g, const struct charter *c, const json_t *issuing, struct err *e)
{
	const struct at root = at_root(NULL, e), list = { .v = issuing, .up = &root, .name = "issuing", .e = e };
	const struct charter_issuer *named;
	struct sig_pub key;
	struct digest spki;
	struct at one;
	size_t n;

	if (!at_array(&list, 0, CHARTER_ISSUING_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&list, i, &one) || !jwk_parse(&one, &key) || !sig_pub_check(w->crypto, &key, e))
			return false;
		if (!profile_spki_digest(&key, &spki))
			return err_memory(e);
		named = charter_issuer(c, &spki);
		if (named == NULL)
			return at_refuse(&one, "bad_value", "the charter does not name this issuing key");
		if (named->alg != key.alg)
			return at_refuse(&one, "bad_value", "the charter names this issuing key with another algorithm");
		if (!keep(w, g, &spki, &key, e))
			return false;
	}
	return true;
}

/* ---- what the log says */

/* A key that an earlier version named and a later one dropped comes back as it was, or not at all. */
static bool unchanged(struct worker *w, int32_t g, const struct charter *c, const PGresult *r, struct err *e)
{
	for (int i = 0; i < PQntuples(r); i++) {
		const struct charter *first;
		const struct charter_issuer *was, *is;
		struct digest spki;

		if (!res_digest(r, i, 0, &spki) || (is = charter_issuer(c, &spki)) == NULL || res_null(r, i, 1))
			continue;
		if (!charters_by_version(w, g, (uint32_t)res_int(r, i, 1), &first, e))
			return false;
		was = charter_issuer(first, &spki);
		if (was == NULL || !charter_issuer_equal(was, is))
			return err_set(e, "issuer_changed",
				"version %u named this issuing key with other times or another algorithm: name a new key",
				(unsigned)first->version);
	}
	return true;
}

bool issuers_keep(struct worker *w, int32_t g, const struct charter *c, const json_t *issuing, struct err *e)
{
	static const struct statement st = {
		"issuers_named",
		"SELECT spki, version, spki = ANY ($2::bytea[]) FROM authorities WHERE g = $1 AND (version IS NOT NULL OR spki = ANY ($2::bytea[]))"
	};
	struct db_array named = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	size_t known = 0;
	bool rc;

	if (issuing != NULL && !keep_all(w, g, c, issuing, e))
		return false;
	arg_int4(&a, g);
	rc = arg_named(&a, &named, c, e) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; rc && i < PQntuples(r); i++)
		known += res_bool(r, i, 2);
	if (rc && known != c->authority.issuing_n)
		rc = err_set(e, "issuer_unknown", "the charter names an issuing key whose public key did not come with it, as \"issuing\"");
	if (rc && PQntuples(r) > CHARTER_ISSUERS_MAX)
		rc = err_set(e, "too_many_issuers", "a group has at most %d issuing keys in its life, and this would be the %dth",
			CHARTER_ISSUERS_MAX, PQntuples(r));
	rc = rc && unchanged(w, g, c, r, e);
	PQclear(r);
	array_free(&named);
	return rc;
}

/* Two groups may name one key in the same moment: one after the other they look, and the first has it. */
static bool first_to_name(struct worker *w, const struct charter *c, struct err *e)
{
	static const struct statement st = { "issuers_lock", "SELECT pg_advisory_xact_lock('authorities'::regclass::oid::bigint)" };

	return w->a->signer_path == NULL || (db_run(w->db, &st, NULL, NULL, e) && free_in_store(w, c, e));
}

bool issuers_logged(struct worker *w, int32_t g, const struct charter *c, struct err *e)
{
	static const struct statement st = { "issuers_logged",
		"UPDATE authorities SET version = $3 WHERE g = $1 AND spki = ANY ($2::bytea[]) AND version IS NULL" };
	struct db_array named = { 0 };
	struct db_args a = { 0 };
	bool rc;

	arg_int4(&a, g);
	rc = arg_named(&a, &named, c, e);
	arg_int4(&a, (int32_t)c->version);
	rc = rc && first_to_name(w, c, e) && db_run(w->db, &st, &a, NULL, e);
	array_free(&named);
	return rc;
}
