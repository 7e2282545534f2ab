/* SPDX-License-Identifier: ISC */
#include "authority/intend.h"
#include "authority/charters.h"
#include "authority/rejoin.h"

#include <string.h>

#include "base/jwk.h"

struct slice pub_slice(const struct sig_pub *k)
{
	return slice_of(k->b, k->alg == SIG_P256 ? 64 : 32);
}

bool pub_read(struct slice bytes, struct sig_pub *out)
{
	memset(out, 0, sizeof(*out));
	if (bytes.n != 32 && bytes.n != 64)
		return false;
	out->alg = bytes.n == 64 ? SIG_P256 : SIG_ED25519;
	memcpy(out->b, bytes.p, bytes.n);
	return true;
}

/* The first version that names an issuing key opens its window; versions form one gap-free chain. */
static bool first_naming(
	struct worker *w, int32_t g, const struct charter *last, const struct digest *spki, const struct charter **out, struct err *e)
{
	for (uint32_t v = 1; v < last->version; v++) {
		if (!charters_by_version(w, g, v, out, e))
			return false;
		if (charter_issuer(*out, spki) != NULL)
			return true;
	}
	*out = last;
	return true;
}

bool intend_issuer(struct worker *w, int32_t g, const struct charter *c, int64_t time, struct issuer *out, struct err *e)
{
	static const struct statement st = { "intend_issuer",
		"SELECT a.pub, l.time FROM authorities a JOIN charters c ON c.g = a.g AND c.version = $3"
		" JOIN log l ON l.g = c.g AND l.idx = c.idx WHERE a.g = $1 AND a.spki = $2" };
	const struct charter_issuer *by = issuance_issuer(c, time);
	const struct charter *first;
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	if (by == NULL)
		return err_set(e, "issuer_unknown", "version %u of the charter names no issuing key for now", (unsigned)c->version);
	if (!first_naming(w, g, c, &by->spki, &first, e))
		return false;
	arg_int4(&a, g);
	arg_digest(&a, &by->spki);
	arg_int4(&a, (int32_t)first->version);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1 && pub_read(res_bytes(r, 0, 0), &out->key);
	if (rc) {
		out->not_before = res_int(r, 0, 1) - PROFILE_BACKDATE;
		out->not_after = charter_issuer(first, &by->spki)->until;
	}
	PQclear(r);
	return rc || err_set(e, "issuer_unknown", "the public key of the issuing key that the charter names is not known here");
}

static bool insert(struct log_writer *lw, const struct issuance *i, const struct gmc_fields *f, uint64_t number, const struct entry *en,
	struct slice tbs, const struct charter_issuer *by, struct err *e)
{
	static const struct statement st = { "intend_insert",
		"INSERT INTO certificates (g, cause, serial, member, key, number, origin, tbs, not_before, until, idx, members_key, state)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'intended')" };
	struct db_args a = { 0 };

	arg_int4(&a, lw->group.g);
	arg_digest(&a, &i->cause);
	arg_id16(&a, &f->serial);
	arg_id16(&a, &i->member);
	arg_digest(&a, &en->key);
	if (number == 0)
		arg_null(&a);
	if (number != 0)
		arg_int8(&a, (int64_t)number);
	arg_int2(&a, (int16_t)i->origin);
	arg_bytes(&a, tbs.p, tbs.n);
	arg_int8(&a, f->not_before);
	arg_int8(&a, f->not_after);
	arg_int8(&a, (int64_t)en->index);
	if (by->by_members)
		arg_digest(&a, &by->spki);
	else
		arg_null(&a);
	return db_run(lw->w->db, &st, &a, NULL, e);
}

bool intend(struct log_writer *lw, const struct charter *under, struct issuance *i, uint64_t number, struct err *e)
{
	struct entry en = { .event = EVENT_ISSUED, .object = i->cause, .member = i->member };
	struct buf tbs = { 0 };
	struct gmc_fields f;
	struct issuer by;
	bool rc;

	i->time = lw->now;
	if (!rejoin_when_due(lw, under, i, e) || !intend_issuer(lw->w, lw->group.g, under, lw->now, &by, e))
		return false;
	issuance_fields(under, &by, i, &f);
	jwk_thumbprint(&i->key, &en.key);
	en.serial = f.serial;
	en.until = f.not_after;
	rc = profile_gmc(&f, &tbs) ? true : err_memory(e);
	if (rc) {
		profile_tbs_digest(buf_slice(&tbs), &en.tbs);
		rc = log_append(lw, &en, e) && insert(lw, i, &f, number, &en, buf_slice(&tbs), issuance_issuer(under, lw->now), e);
	}
	buf_free(&tbs);
	return rc;
}
