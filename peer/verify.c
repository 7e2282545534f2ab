/* SPDX-License-Identifier: ISC */
#include "peer/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"

/* One certificate while it is judged. */
struct check {
	struct crypto *c;
	const struct trust *t;
	int64_t now;
	struct gmc_cert cert;
	struct digest key; /* thumbprint of the holder's */
	const struct ca_cert *ca;
	struct gmc_result *out;
};

static bool say(struct check *k, enum gmc_verdict verdict, const char *reason, const char *text)
{
	k->out->verdict = verdict;
	snprintf(k->out->reason, sizeof(k->out->reason), "%s", reason);
	snprintf(k->out->text, sizeof(k->out->text), "%s", text);
	return false;
}

static void fill(struct check *k)
{
	const struct gmc_cert *cert = &k->cert;
	struct gmc_result *out = k->out;

	jwk_thumbprint(&cert->key, &k->key);
	memcpy(out->member, cert->member.b, sizeof(out->member));
	memcpy(out->node, cert->node.b, sizeof(out->node));
	memcpy(out->serial, cert->serial.b, sizeof(out->serial));
	memcpy(out->charter, cert->charter.b, sizeof(out->charter));
	memcpy(out->decision, cert->decision.b, sizeof(out->decision));
	memcpy(out->key, k->key.b, sizeof(out->key));
	out->not_before = cert->not_before;
	out->not_after = cert->not_after;
	/* the reader takes at most PROFILE_NAME_MAX bytes, and no NUL */
	memcpy(out->name, cert->name.p != NULL ? cert->name.p : (const uint8_t *)"", cert->name.n);
}

static bool form(struct check *k, struct slice der)
{
	switch (cert_parse_gmc(der, &k->cert)) {
	case CERT_OK:
		fill(k);
		return true;
	case CERT_FOREIGN:
		return say(k, GMC_NOT_MEMBER, "foreign", "this certificate says nothing of a membership");
	case CERT_VERSION:
		return say(k, GMC_CANNOT_TELL, "newer_profile", "this certificate is of a later profile: use a newer program");
	case CERT_BROKEN:
		break;
	}
	return say(k, GMC_FORGED, "malformed", "these bytes are no certificate as a group authority makes them");
}

static bool group(struct check *k)
{
	if (digest_compare(&k->cert.genesis, &k->t->genesis) == 0)
		return true;
	return say(k, GMC_NOT_MEMBER, "wrong_group", "this certificate is of another group");
}

static bool signature(struct check *k)
{
	k->ca = trust_authority(k->t, k->cert.aki);
	if (k->ca == NULL)
		return say(k, GMC_CANNOT_TELL, "unknown_ca", "its issuing key is none that is known here: fetch a newer trust file");
	if (!cert_verify(k->c, &k->cert, k->ca, NULL))
		return say(k, GMC_FORGED, "bad_signature", "the issuing key that it names did not sign this certificate");
	return true;
}

/* The charter has no names in certificates, or those of the members, or their keys'. */
static bool named_as_chartered(const struct charter *c, const struct gmc_cert *cert)
{
	char key[PROFILE_KEY_NAME];

	if (c->membership.names != NAMES_KEY)
		return (c->membership.names == NAMES_NAME) == (cert->name.n > 0);
	profile_key_name(&cert->key, key);
	return slice_equal(cert->name, slice_str(key));
}

/* What its charter says of any certificate: key, window, life, name, overlay (docs/certificate.md). */
static bool as_chartered(const struct charter *c, const struct gmc_cert *cert, const struct ca_cert *ca)
{
	const struct charter_issuer *by = charter_issuer(c, &ca->spki);
	int64_t issued = cert->not_before + PROFILE_BACKDATE;

	return by != NULL && by->from <= issued && issued < by->until && cert->not_before >= ca->not_before &&
		cert->not_after <= ca->not_after && cert->not_after <= issued + c->membership.life &&
		(cert->key.alg == SIG_P256 ? c->membership.p256 : c->membership.ed25519) && named_as_chartered(c, cert) &&
		slice_equal(cert->overlay, slice_str(c->membership.overlay));
}

static bool charter(struct check *k)
{
	const struct charter *c = trust_charter(k->t, &k->cert.charter);

	if (c == NULL)
		return say(k, GMC_CANNOT_TELL, "unknown_charter", "its charter is none that is known here: fetch a newer trust file");
	if (!as_chartered(c, &k->cert, k->ca))
		return say(k, GMC_FORGED, "not_as_chartered", "its charter lets nobody issue a certificate like this");
	return true;
}

static bool say_when(struct check *k, enum gmc_verdict verdict, const char *reason, const char *text, int64_t when)
{
	char words[TIME_TEXT], line[128];

	time_text(when < 0 ? 0 : when, words);
	snprintf(line, sizeof(line), "%s %s", text, words);
	return say(k, verdict, reason, line);
}

static bool validity(struct check *k)
{
	if (k->now < k->cert.not_before)
		return say_when(k, GMC_EXPIRED, "not_yet_valid", "this certificate is not valid before", k->cert.not_before);
	if (k->now > k->cert.not_after)
		return say_when(k, GMC_EXPIRED, "expired", "this certificate ended at", k->cert.not_after);
	return true;
}

static bool revocation(struct check *k)
{
	const struct revoked *r = NULL;

	if (k->t->has_revocations)
		r = revocations_find(&k->t->revocations, &k->cert.member, &k->key, &k->cert.serial);
	if (r != NULL && r->cause == CAUSE_HOLD)
		return say_when(k, GMC_REVOKED, "suspended", "the member is suspended since", r->from);
	return r == NULL || say_when(k, GMC_REVOKED, "revoked", "member, key or certificate was revoked at", r->from);
}

static bool freshness(struct check *k)
{
	if (!k->t->has_revocations)
		return say(k, GMC_CANNOT_TELL, "no_list", "there is no revocation list here: fetch a newer trust file");
	if (k->now > k->t->fresh_until)
		return say_when(k, GMC_CANNOT_TELL, "stale", "fetch a newer revocation list: this one was good until", k->t->fresh_until);
	return true;
}

enum gmc_verdict verify_gmc(struct crypto *c, const struct trust *t, struct slice der, int64_t now, struct gmc_result *out)
{
	struct check k = { .c = c, .t = t, .now = now, .out = out };

	memset(out, 0, sizeof(*out));
	if (form(&k, der) && group(&k) && signature(&k) && charter(&k) && validity(&k) && revocation(&k) && freshness(&k))
		say(&k, GMC_MEMBER, "ok", "member of the group");
	return out->verdict;
}
