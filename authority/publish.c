/* SPDX-License-Identifier: ISC
 * Steps 5 and 6 of an admission: have the signer sign what is intended, verify it, publish it. */
#include <stdlib.h>
#include <string.h>

#include "authority/acts.h"
#include "authority/signer.h"
#include "authority/store_certificate.h"
#include "authority/sync.h"
#include "peer/cert.h"

enum { BATCH = 256, AUTHORITIES = 8 };

/* A certificate on its way. */
struct intended {
	struct digest cause;
	struct buf tbs, der;
	struct digest application;
	struct id16 member;
	bool admits; /* the application, that is */
	bool gone;   /* its member or key is: nobody signs it any more, and nobody gets it */
	bool theirs; /* the members hold its issuing key together, and have signed it: */
	uint8_t signature[SIG_BYTES];
};

struct publishing {
	struct worker *w;
	struct group group;
	struct intended *list;
	size_t n;
	struct buf authority[AUTHORITIES];
	struct ca_cert ca[AUTHORITIES];
	size_t cas;
};

static void release(struct publishing *p)
{
	for (size_t i = 0; i < p->n; i++) {
		buf_free(&p->list[i].tbs);
		buf_free(&p->list[i].der);
	}
	for (size_t i = 0; i < AUTHORITIES; i++)
		buf_free(&p->authority[i]);
	free(p->list);
}

static bool read_signature(struct slice bytes, uint8_t out[static SIG_BYTES], struct err *e)
{
	if (bytes.n != SIG_BYTES)
		return err_set(e, "database_error", "a signature of the store has the wrong length");
	memcpy(out, bytes.p, SIG_BYTES);
	return true;
}

/* Whatever the signer signs, what the members have signed, and what nobody will sign any more. */
#define PUBLISH_SQL \
	"SELECT * FROM (SELECT c.cause, c.tbs, (SELECT subject FROM proposals WHERE g = c.g AND number = c.number)," \
	" " STORE_CERTIFICATE_GONE("c") " AS gone, c.member, c.members_key IS NOT NULL AS theirs," \
					" CASE WHEN c.members_key IS NOT NULL THEN " STORE_CERTIFICATE_SIGNED( \
						"c") " END AS signature, c.idx" \
						     " FROM certificates c WHERE c.g = $1 AND c.state = 'intended') i" \
						     " WHERE NOT theirs OR gone OR signature IS NOT NULL ORDER BY idx LIMIT 256"

static bool load(struct publishing *p, int32_t g, struct err *e)
{
	static const struct statement st = {
		"publish_intended",
		PUBLISH_SQL,
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g);
	if (!db_run(p->w->db, &st, &a, &r, e))
		return false;
	p->list = calloc(BATCH, sizeof(*p->list));
	ok = p->list != NULL || err_memory(e);
	for (int i = 0; ok && i < PQntuples(r); i++) {
		struct intended *c = &p->list[p->n++];

		ok = res_digest(r, i, 0, &c->cause) && res_id16(r, i, 4, &c->member);
		buf_add_slice(&c->tbs, res_bytes(r, i, 1));
		c->admits = res_digest(r, i, 2, &c->application);
		c->gone = res_bool(r, i, 3);
		c->theirs = res_bool(r, i, 5);
		ok = ok && (!c->theirs || c->gone || read_signature(res_bytes(r, i, 6), c->signature, e));
	}
	PQclear(r);
	return ok;
}

/* CA certificates come from the signer once, are verified, and stay. */
static bool keep_authority(struct worker *w, int32_t g, const struct ca_cert *ca, struct err *e)
{
	static const struct statement st = { "publish_authority",
		"UPDATE authorities SET der = $3 WHERE g = $1 AND spki = $2 AND der IS NULL" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, &ca->spki);
	arg_bytes(&a, ca->der.p, ca->der.n);
	return db_run(w->db, &st, &a, NULL, e);
}

static bool load_authorities(struct publishing *p, struct err *e)
{
	struct worker *w = p->w;

	if (!signer_authority(w->signer, &p->group.genesis, p->authority, &p->cas, e))
		return false;
	for (size_t i = 0; i < p->cas; i++) {
		struct ca_cert *ca = &p->ca[i];

		if (cert_parse_ca(buf_slice(&p->authority[i]), ca) != CERT_OK || digest_compare(&ca->genesis, &p->group.genesis) != 0)
			return err_set(e, "bad_certificate", "the signer gave a CA certificate that does not fit the profile or the group");
		if (!cert_verify_ca(w->crypto, ca, e) || !keep_authority(w, p->group.g, ca, e))
			return false;
	}
	return true;
}

/* What came back is what was intended, and verifies. */
static bool verified(struct publishing *p, const struct intended *c, struct err *e)
{
	struct gmc_cert cert;

	if (cert_parse_gmc(buf_slice(&c->der), &cert) != CERT_OK || !slice_equal(cert.tbs, buf_slice(&c->tbs)))
		return err_set(e, "bad_certificate", "the signer signed another certificate than the one that was intended");
	for (size_t i = 0; i < p->cas; i++)
		if (memcmp(p->ca[i].ski, cert.aki, sizeof(cert.aki)) == 0)
			return cert_verify(p->w->crypto, &cert, &p->ca[i], e);
	return err_set(e, "bad_certificate", "the signer used an issuing key without a CA certificate");
}

static bool certify(struct publishing *p, size_t first, size_t n, struct err *e)
{
	struct digest causes[BATCH];
	struct buf der[BATCH] = { 0 };
	size_t to[BATCH], m = 0;
	bool ok;

	for (size_t i = first; i < first + n; i++) {
		if (p->list[i].gone || p->list[i].theirs)
			continue;
		to[m] = i;
		causes[m++] = p->list[i].cause;
	}
	if (m == 0)
		return true;
	ok = signer_certify(p->w->signer, &p->group.genesis, causes, m, der, e);
	for (size_t i = 0; i < m; i++) {
		if (ok)
			p->list[to[i]].der = der[i];
		else
			buf_free(&der[i]);
		ok = ok && verified(p, &p->list[to[i]], e);
	}
	return ok;
}

/* What the members signed becomes a certificate in the signer, which decides it again too. */
static bool seal(struct publishing *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		struct intended *c = &p->list[i];
		struct err why = { 0 };

		if (!c->theirs || c->gone ||
			(signer_seal(p->w->signer, &p->group.genesis, &c->cause, c->signature, &c->der, &why) && verified(p, c, e)))
			continue;
		if (!err_ok(e))
			return false;
		if (!err_is(&why, "not_a_member") && !err_is(&why, "key_revoked"))
			return err_set(e, why.name, "%s", why.text);
		c->gone = true;
	}
	return true;
}

/* All in one request; where the signer refuses because of one that is gone since, each on its own. */
static bool certify_all(struct publishing *p, struct err *e)
{
	struct err first = { 0 };

	if (certify(p, 0, p->n, &first))
		return true;
	if (!err_is(&first, "not_a_member") && !err_is(&first, "key_revoked"))
		return err_set(e, first.name, "%s", first.text);
	for (size_t i = 0; i < p->n; i++) {
		struct err one = { 0 };

		if (certify(p, i, 1, &one))
			continue;
		if (!err_is(&one, "not_a_member") && !err_is(&one, "key_revoked"))
			return err_set(e, one.name, "%s", one.text);
		p->list[i].gone = true;
	}
	return true;
}

/* ---- publishing: one transaction that locks, looks again, and writes */

/* Applications, then members: in this order, each by its own statement. Who leaves, or revokes a key, holds the member. */
static bool lock(const struct publishing *p, struct db *db, struct err *e)
{
	static const struct statement applications = { "publish_applications",
		"SELECT 1 FROM applications WHERE g = $1 AND digest = ANY ($2::bytea[]) ORDER BY digest FOR UPDATE" };
	static const struct statement members = { "publish_members",
		"SELECT 1 FROM members WHERE g = $1 AND member = ANY ($2::bytea[]) ORDER BY member FOR SHARE" };
	struct db_array about = { 0 }, of = { 0 };
	struct db_args a = { 0 }, b = { 0 };
	bool rc;

	for (size_t i = 0; i < p->n; i++) {
		if (p->list[i].admits)
			array_bytes(&about, p->list[i].application.b, sizeof(p->list[i].application.b));
		array_bytes(&of, p->list[i].member.b, sizeof(p->list[i].member.b));
	}
	arg_int4(&a, p->group.g);
	arg_int4(&b, p->group.g);
	rc = arg_array(&a, &about, e) && db_run(db, &applications, &a, NULL, e) && arg_array(&b, &of, e) &&
		db_run(db, &members, &b, NULL, e);
	array_free(&about);
	array_free(&of);
	return rc;
}

/* Who went while the signer was at work is seen behind the locks: a certificate was signed for nobody then, and it stays with the
 * signer, whose lists revoke it. */
static bool look_again(struct publishing *p, struct db *db, struct err *e)
{
	static const struct statement st = { "publish_gone",
		"SELECT (SELECT " STORE_CERTIFICATE_GONE("c") " FROM certificates c WHERE c.g = $1 AND c.cause = i.cause)"
							      " FROM unnest($2::bytea[]) WITH ORDINALITY AS i (cause, o) ORDER BY i.o" };
	struct db_array causes = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool rc;

	for (size_t i = 0; i < p->n; i++)
		array_bytes(&causes, p->list[i].cause.b, sizeof(p->list[i].cause.b));
	arg_int4(&a, p->group.g);
	rc = arg_array(&a, &causes, e) && db_run(db, &st, &a, &r, e);
	for (size_t i = 0; rc && i < p->n; i++)
		p->list[i].gone = p->list[i].gone || res_bool(r, (int)i, 0);
	PQclear(r);
	array_free(&causes);
	return rc;
}

/* Certificates, and the applications that they are about; those that nobody gets are kept without bytes. */
#define WRITE_SQL \
	"WITH c AS (UPDATE certificates c SET state = CASE WHEN i.der = '' THEN 'abandoned' ELSE 'published' END, der = nullif(i.der, '')" \
	" FROM unnest($2::bytea[], $3::bytea[]) AS i (cause, der) WHERE c.g = $1 AND c.cause = i.cause AND c.state = 'intended')" \
	" UPDATE applications SET state = CASE WHEN digest = ANY ($5::bytea[]) THEN 'refused' ELSE 'member' END," \
	" why = CASE WHEN digest = ANY ($5::bytea[]) THEN $6 END" \
	" WHERE g = $1 AND digest = ANY ($4::bytea[]) AND state = 'issuing'"

static bool write_down(const struct publishing *p, struct db *db, struct err *e)
{
	static const struct statement st = { "publish_write", WRITE_SQL };
	struct db_array causes = { 0 }, ders = { 0 }, applications = { 0 }, refused = { 0 };
	struct db_args a = { 0 };
	bool rc;

	for (size_t i = 0; i < p->n; i++) {
		const struct intended *c = &p->list[i];

		array_bytes(&causes, c->cause.b, sizeof(c->cause.b));
		array_bytes(&ders, c->der.p, c->gone ? 0 : c->der.n);
		if (c->admits)
			array_bytes(&applications, c->application.b, sizeof(c->application.b));
		if (c->admits && c->gone)
			array_bytes(&refused, c->application.b, sizeof(c->application.b));
	}
	arg_int4(&a, p->group.g);
	rc = arg_array(&a, &causes, e) && arg_array(&a, &ders, e) && arg_array(&a, &applications, e) && arg_array(&a, &refused, e);
	arg_text(&a, "the membership or its key ended before the certificate was published");
	rc = rc && db_run(db, &st, &a, NULL, e);
	array_free(&causes);
	array_free(&ders);
	array_free(&applications);
	array_free(&refused);
	return rc;
}

static bool store(struct db *db, void *arg, struct err *e)
{
	return lock(arg, db, e) && look_again(arg, db, e) && write_down(arg, db, e);
}

/* What is intended is read first: another authority may log more while the signer is told of the log, and is asked for what it was told. */
static bool publish(struct publishing *p, int32_t g, struct err *e)
{
	if (!load(p, g, e) || !sync_signer(p->w, g, &p->group, e))
		return false;
	if (p->n == 0)
		return true;
	return load_authorities(p, e) && certify_all(p, e) && seal(p, e) && db_transaction(p->w->db, store, p, e);
}

bool act_publish(struct worker *w, int32_t g, size_t *published, struct err *e)
{
	struct publishing p = { .w = w };
	bool ok = publish(&p, g, e);

	if (err_is(e, "signer_unavailable"))
		worker_signer_lost(w);
	*published = ok ? p.n : 0;
	release(&p);
	return ok;
}
