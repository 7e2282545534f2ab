/* SPDX-License-Identifier: ISC */
#include "authority/signings.h"

#include <stdlib.h>
#include <string.h>

#include "authority/holders.h"
#include "authority/intend.h"
#include "authority/signer.h"
#include "authority/store_ceremony.h"
#include "authority/store_certificate.h"
#include "authority/sync.h"
#include "peer/cert.h"
#include "peer/crl.h"
#include "peer/profile.h"

/* How many run side by side. */
enum { SIGNINGS_MAX = 32 };

void signing_due_free(struct signing_due *d)
{
	for (size_t i = 0; d->bytes != NULL && i < d->ceremony->items_n; i++)
		buf_free(&d->bytes[i]);
	free(d->bytes);
	ceremony_free(d->ceremony);
	memset(d, 0, sizeof(*d));
}

/* SQL: is something with this subject signed in a ceremony that runs, or signed already? `i` is the item. */
#define BUSY(subject, more) \
	"EXISTS (SELECT FROM ceremony_items i JOIN ceremonies k ON k.g = i.g AND k.number = i.number" \
	" WHERE i.g = $1 AND i.subject = " subject " AND (k.outcome IS NULL OR i.signature IS NOT NULL) " more ")"

/* ---- items of one ceremony */

/* With room for n items; fewer than enough holders: none. */
static bool prepare(struct worker *w, int32_t g, const struct digest *spki, size_t n, struct signing_due *out, struct err *e)
{
	if (!holders_of(w, g, spki, &out->ceremony, e))
		return false;
	if (out->ceremony == NULL)
		return true;
	out->bytes = calloc(n, sizeof(*out->bytes));
	out->ceremony->items = calloc(n, sizeof(*out->ceremony->items));
	if (out->bytes != NULL && out->ceremony->items != NULL)
		return true;
	free(out->bytes);
	out->bytes = NULL;
	return err_memory(e);
}

static bool add(struct signing_due *d, enum signing_what what, const struct digest *subject, struct slice bytes, struct err *e)
{
	struct signing_item *i = &d->ceremony->items[d->ceremony->items_n];
	struct buf *b = &d->bytes[d->ceremony->items_n];

	buf_add_slice(b, bytes);
	if (b->failed)
		return err_memory(e);
	*i = (struct signing_item){ .what = what, .subject = *subject };
	profile_tbs_digest(bytes, &i->bytes);
	d->ceremony->items_n++;
	return true;
}

static bool damaged(struct err *e)
{
	return err_set(e, "database_error", "the store has something to be signed with values of the wrong length");
}

/* ---- CA certificates */

static bool ask_signer(struct worker *w, int32_t g, const struct digest *spki, struct buf *tbs, struct err *e)
{
	struct digest cause;
	struct group group;

	if (!sync_signer(w, g, &group, e))
		return false;
	profile_ca_cause(&group.genesis, spki, &cause);
	return signer_prepare(w->signer, &group.genesis, &cause, tbs, e);
}

static bool due_authority(struct worker *w, int32_t g, struct signing_due *out, struct err *e)
{
	static const struct statement st = { "signings_authority",
		"SELECT a.spki FROM authorities a WHERE a.g = $1 AND a.der IS NULL AND a.version IS NOT NULL"
		" AND EXISTS (SELECT FROM ceremonies m WHERE m.g = a.g AND m.spki = a.spki) AND NOT " BUSY(
			"a.spki", "AND i.what = 0") " LIMIT 1" };
	struct db_args a = { 0 };
	struct digest spki;
	struct buf tbs = { 0 };
	PGresult *r;
	bool rc, found;

	arg_int4(&a, g);
	if (w->a->signer_path == NULL)
		return true;
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	found = PQntuples(r) == 1;
	rc = !found || res_digest(r, 0, 0, &spki) || damaged(e);
	PQclear(r);
	if (rc && found)
		rc = prepare(w, g, &spki, 1, out, e) &&
			(out->ceremony == NULL ||
				(ask_signer(w, g, &spki, &tbs, e) && add(out, SIGNING_AUTHORITY, &spki, buf_slice(&tbs), e)));
	buf_free(&tbs);
	return rc;
}

/* ---- certificates */

static bool add_certificates(struct signing_due *out, const PGresult *r, struct err *e)
{
	const bool alone = res_bool(r, 0, 3);
	struct digest cause, first, spki;

	for (int i = 0; i < PQntuples(r); i++) {
		if (!res_digest(r, i, 0, &cause) || !res_digest(r, 0, 2, &first) || !res_digest(r, i, 2, &spki))
			return damaged(e);
		if (digest_compare(&first, &spki) == 0 && res_bool(r, i, 3) == alone &&
			!add(out, SIGNING_CERTIFICATE, &cause, res_bytes(r, i, 1), e))
			return false;
		if (alone)
			return true;
	}
	return true;
}

/* Those that rest on a vote come first. */
static bool due_certificates(struct worker *w, int32_t g, struct signing_due *out, struct err *e)
{
	static const struct statement st = { "signings_certificates",
		"SELECT c.cause, c.tbs, c.members_key, c.number IS NOT NULL OR c.origin = 4"
		" OR EXISTS (SELECT FROM proposals p WHERE p.g = c.g AND p.subject = c.cause) AS alone FROM certificates c"
		" WHERE c.g = $1 AND c.state = 'intended' AND c.members_key IS NOT NULL"
		" AND EXISTS (SELECT FROM authorities a WHERE a.g = c.g AND a.spki = c.members_key AND a.der IS NOT NULL)"
		" AND NOT " STORE_CERTIFICATE_GONE("c") " AND NOT " BUSY("c.cause", "") " ORDER BY 4 DESC, c.idx LIMIT 256" };
	struct db_args a = { 0 };
	struct digest spki;
	PGresult *r;
	bool rc = true;

	arg_int4(&a, g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) > 0)
		rc = (res_digest(r, 0, 2, &spki) || damaged(e)) && prepare(w, g, &spki, (size_t)PQntuples(r), out, e) &&
			(out->ceremony == NULL || add_certificates(out, r, e));
	PQclear(r);
	return rc;
}

/* ---- the newest CRL */

static bool due_list(struct worker *w, int32_t g, struct signing_due *out, struct err *e)
{
	static const struct statement st = { "signings_list",
		"SELECT l.number, l.this, l.next, l.log_size, l.tbs, l.members_key FROM lists l"
		" JOIN authorities a ON a.g = l.g AND a.spki = l.members_key AND a.der IS NOT NULL"
		" WHERE l.g = $1 AND l.crl IS NULL AND l.number = (SELECT max(number) FROM lists WHERE g = $1)"
		" AND NOT " BUSY("l.members_key", "AND i.what = 2 AND (k.outcome IS NULL OR i.list = l.number)") };
	struct db_args a = { 0 };
	struct digest spki;
	PGresult *r;
	bool rc = true;

	arg_int4(&a, g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1) {
		rc = (res_digest(r, 0, 5, &spki) || damaged(e)) && prepare(w, g, &spki, 1, out, e) &&
			(out->ceremony == NULL || add(out, SIGNING_LIST, &spki, res_bytes(r, 0, 4), e));
		if (rc && out->ceremony != NULL)
			out->ceremony->items[0].list = (struct signing_list){ (uint64_t)res_int(r, 0, 0), (uint64_t)res_int(r, 0, 3),
				res_int(r, 0, 1), res_int(r, 0, 2) };
	}
	PQclear(r);
	return rc;
}

bool signings_due(struct worker *w, int32_t g, struct signing_due *out, struct err *e)
{
	static bool (*const looks[])(
		struct worker *, int32_t, struct signing_due *, struct err *) = { due_authority, due_certificates, due_list };
	uint64_t running;

	memset(out, 0, sizeof(*out));
	if (!store_ceremony_signing(w, g, &running, e))
		return false;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]) && out->ceremony == NULL && running < SIGNINGS_MAX; i++) {
		if (looks[i](w, g, out, e))
			continue;
		signing_due_free(out);
		return false;
	}
	return true;
}

/* ---- what was signed */

static bool take_signature(const PGresult *r, int i, int column, uint8_t out[static SIG_BYTES], struct err *e)
{
	const struct slice bytes = res_bytes(r, i, column);

	if (bytes.n != SIG_BYTES)
		return damaged(e);
	memcpy(out, bytes.p, SIG_BYTES);
	return true;
}

static bool keep_authority(struct worker *w, int32_t g, const struct digest *spki, struct slice der, struct err *e)
{
	static const struct statement st = { "signings_keep_authority",
		"UPDATE authorities SET der = $3 WHERE g = $1 AND spki = $2 AND der IS NULL" };
	struct db_args a = { 0 };
	struct ca_cert ca;

	if (cert_parse_ca(der, &ca) != CERT_OK || digest_compare(&ca.spki, spki) != 0)
		return err_set(e, "bad_certificate", "the signer sealed another CA certificate than the one that the members signed");
	arg_int4(&a, g);
	arg_digest(&a, spki);
	arg_bytes(&a, der.p, der.n);
	return cert_verify_ca(w->crypto, &ca, e) && db_run(w->db, &st, &a, NULL, e);
}

static bool seal_authority(struct worker *w, int32_t g, const PGresult *r, struct err *e)
{
	uint8_t signature[SIG_BYTES];
	struct digest spki, cause;
	struct buf der = { 0 };
	struct group group;
	bool rc = (res_digest(r, 0, 0, &spki) || damaged(e)) && take_signature(r, 0, 1, signature, e) && sync_signer(w, g, &group, e);

	if (rc) {
		profile_ca_cause(&group.genesis, &spki, &cause);
		rc = signer_seal(w->signer, &group.genesis, &cause, signature, &der, e) && keep_authority(w, g, &spki, buf_slice(&der), e);
	}
	buf_free(&der);
	return rc;
}

static bool seal_authorities(struct worker *w, int32_t g, struct err *e)
{
	static const struct statement st = { "signings_sealed_authority",
		"SELECT a.spki, i.signature FROM authorities a JOIN ceremony_items i ON i.g = a.g AND i.subject = a.spki AND i.what = 0"
		" WHERE a.g = $1 AND a.der IS NULL AND i.signature IS NOT NULL LIMIT 1" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	if (w->a->signer_path == NULL)
		return true;
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 0 || seal_authority(w, g, r, e);
	PQclear(r);
	return rc;
}

static bool keep_list(struct worker *w, int32_t g, uint64_t number, struct slice crl, struct err *e)
{
	static const struct statement st = { "signings_keep_list",
		"UPDATE lists SET crl = $3 WHERE g = $1 AND number = $2 AND crl IS NULL" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_bytes(&a, crl.p, crl.n);
	return db_run(w->db, &st, &a, NULL, e);
}

static bool seal_list(struct worker *w, int32_t g, const PGresult *r, int i, struct err *e)
{
	uint8_t signature[SIG_BYTES];
	struct buf der = { 0 };
	struct sig_pub key;
	struct crl crl;
	bool rc = take_signature(r, i, 2, signature, e) && (pub_read(res_bytes(r, i, 3), &key) || damaged(e)) &&
		(profile_seal(res_bytes(r, i, 1), key.alg, signature, &der) || err_memory(e)) && crl_parse(buf_slice(&der), &crl, e) &&
		crl_verify(w->crypto, &crl, &key, e) && keep_list(w, g, (uint64_t)res_int(r, i, 0), buf_slice(&der), e);

	buf_free(&der);
	return rc;
}

static bool seal_lists(struct worker *w, int32_t g, struct err *e)
{
	static const struct statement st = { "signings_sealed_list",
		"SELECT l.number, l.tbs, i.signature, a.pub FROM lists l JOIN ceremony_items i ON i.g = l.g AND i.subject = l.members_key"
		" AND i.what = 2 AND i.list = l.number JOIN authorities a ON a.g = l.g AND a.spki = l.members_key"
		" WHERE l.g = $1 AND l.crl IS NULL AND i.signature IS NOT NULL LIMIT 16" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc = true;

	arg_int4(&a, g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = 0; rc && i < PQntuples(r); i++)
		rc = seal_list(w, g, r, i, e);
	PQclear(r);
	return rc;
}

bool signings_seal(struct worker *w, int32_t g, struct err *e)
{
	if (seal_authorities(w, g, e) && seal_lists(w, g, e))
		return true;
	if (err_is(e, "signer_unavailable"))
		worker_signer_lost(w);
	return false;
}
