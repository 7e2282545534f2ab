/* SPDX-License-Identifier: ISC
 * Certificates under an issuing key that the members hold together: the custody decides and builds, the signature comes from outside. */
#include <string.h>

#include "authority/custody_state.h"
#include "peer/profile.h"

/* What is to be signed for a cause. */
struct seal {
	struct sig_pub issuer;
	struct digest spki;
	bool authority; /* the CA certificate, and not a member's */
	struct buf tbs;
};

const struct charter_issuer *custody_named(const struct custody *k, const struct digest *spki)
{
	const struct charter *c = ledger_newest(k->ledger);

	for (; c != NULL; c = c->version == 1 ? NULL : ledger_charter_by(k->ledger, &c->previous)) {
		const struct charter_issuer *named = charter_issuer(c, spki);

		if (named != NULL)
			return named;
	}
	return NULL;
}

bool custody_by_members(const struct custody *k, const struct digest *spki)
{
	const struct charter_issuer *named = custody_named(k, spki);

	return named != NULL && named->by_members;
}

/* The members' key whose CA certificate has this cause. */
static const struct sig_pub *authority_of(const struct custody *k, const struct digest *cause)
{
	const struct charter *c = ledger_newest(k->ledger);
	struct digest its;

	for (; c != NULL; c = c->version == 1 ? NULL : ledger_charter_by(k->ledger, &c->previous))
		for (size_t i = 0; i < c->authority.issuing_n; i++) {
			profile_ca_cause(&k->genesis, &c->authority.issuing[i].spki, &its);
			if (c->authority.issuing[i].by_members && digest_compare(&its, cause) == 0)
				return ledger_issuer_key(k->ledger, &c->authority.issuing[i].spki);
		}
	return NULL;
}

/* All that certify asks is asked here too. On success s->tbs is to be freed. */
static bool seal_begin(const struct custody *k, const struct digest *cause, struct seal *s, struct err *e)
{
	const struct sig_pub *authority = authority_of(k, cause);
	bool ok;

	memset(s, 0, sizeof(*s));
	s->authority = authority != NULL;
	if (!custody_may_sign(k, e))
		return false;
	if (s->authority) {
		s->issuer = *authority;
		ok = ledger_ca(k->ledger, authority, &s->tbs, e);
	} else {
		ok = ledger_tbs(k->ledger, cause, &s->issuer, &s->tbs, e);
	}
	ok = ok && (profile_spki_digest(&s->issuer, &s->spki) || err_memory(e)) &&
		(custody_by_members(k, &s->spki) ||
			err_set(e, "held_by_signer", "the signer holds this certificate's issuing key itself: ask it to certify"));
	if (!ok)
		buf_free(&s->tbs);
	return ok;
}

bool custody_prepare(struct custody *k, const struct digest *cause, struct digest *spki, struct buf *tbs, struct err *e)
{
	struct seal s;

	if (!seal_begin(k, cause, &s, e))
		return false;
	*spki = s.spki;
	buf_add_slice(tbs, buf_slice(&s.tbs));
	buf_free(&s.tbs);
	return tbs->failed ? err_memory(e) : true;
}

/* Of ECDSA's two signatures peers take the one with the lower s: so does who seals. */
static bool seal_close(struct custody *k, const struct seal *s, const uint8_t sig[static SIG_BYTES], struct buf *der, struct err *e)
{
	uint8_t back[SIG_BYTES];
	enum sig_alg alg;
	struct slice tbs;

	if (!sig_verify(k->crypto, &s->issuer, buf_slice(&s->tbs), sig, e))
		return false;
	if (!profile_seal(buf_slice(&s->tbs), s->issuer.alg, sig, der))
		return err_memory(e);
	return profile_unseal(buf_slice(der), true, &tbs, &alg, back) ||
		err_set(e, "bad_signature", "the signature is the one of two whose s is in the upper half");
}

static bool keep(struct custody *k, const struct digest *cause, const struct seal *s, struct slice der, struct err *e)
{
	return s->authority ? custody_keep_authority(k, &s->spki, der, e) : custody_keep_new(k, cause, der, e);
}

/* What is kept for the cause already; false: nothing. */
static bool kept(const struct custody *k, const struct digest *cause, const struct seal *s, struct buf *out)
{
	uint32_t at = map_find(&k->by_cause, cause);

	if (at != MAP_NONE)
		buf_add_slice(out, buf_slice(&k->certs[at].der));
	for (size_t i = 0; s->authority && i < k->authorities; i++) {
		if (digest_compare(&k->authority_spki[i], &s->spki) != 0)
			continue;
		buf_add_slice(out, buf_slice(&k->authority[i]));
		return true;
	}
	return at != MAP_NONE;
}

bool custody_seal(struct custody *k, const struct digest *cause, const uint8_t sig[static SIG_BYTES], struct buf *out, struct err *e)
{
	struct buf der = { 0 };
	struct seal s;
	bool ok;

	if (!seal_begin(k, cause, &s, e))
		return false;
	ok = seal_close(k, &s, sig, &der, e);
	if (ok && !kept(k, cause, &s, out)) {
		ok = keep(k, cause, &s, buf_slice(&der), e);
		buf_add_slice(out, buf_slice(&der));
	}
	buf_free(&der);
	buf_free(&s.tbs);
	return ok && (!out->failed || err_memory(e));
}
