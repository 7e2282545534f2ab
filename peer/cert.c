/* SPDX-License-Identifier: ISC */
#include "peer/cert.h"

#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "peer/der.h"

/* Extensions of later days (a CRL distribution point) may stand before the membership's, if they are not critical. */
enum { EXTRAS_MAX = 4 };

/* 16 bytes that begin with the bits 01. */
static bool read_serial(struct der *d, struct id16 *out)
{
	struct slice c;

	if (!der_positive(d, &c) || c.n != sizeof(out->b) || (c.p[0] & 0xc0) != 0x40)
		return false;
	memcpy(out->b, c.p, sizeof(out->b));
	return true;
}

static bool read_validity(struct der *d, int64_t *from, int64_t *until)
{
	struct der in;

	return der_enter(d, DER_SEQUENCE, &in) && der_time(&in, from) && der_time(&in, until) && der_done(&in) && *from <= *until;
}

/* Up to the subject; issuer: its CN. RFC 5280 4.1.1.2: both places say the same algorithm. */
static bool read_head(struct der *d, enum sig_alg alg, struct id16 *serial, struct slice *issuer, int64_t *from, int64_t *until)
{
	enum sig_alg inner;

	return der_same(d, PROFILE_V3) && read_serial(d, serial) && profile_read_alg(d, &inner) && inner == alg &&
		profile_read_name(d, issuer) && read_validity(d, from, until);
}

/* A host name's characters; what it means is the charter's matter. */
static bool is_host(struct slice s)
{
	if (s.n < 1 || s.n > PROFILE_OVERLAY_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '.')
			return false;
	}
	return true;
}

static bool read_uri(struct slice uri, struct gmc_cert *out)
{
	enum { HEAD = sizeof(PROFILE_NODE_HEAD) - 1, NODE = 2 * sizeof(out->node.b) };

	if (uri.n <= HEAD + NODE + 1 || memcmp(uri.p, PROFILE_NODE_HEAD, HEAD) != 0 || uri.p[HEAD + NODE] != '@' ||
		!hex_decode((const char *)uri.p + HEAD, NODE, out->node.b, sizeof(out->node.b)))
		return false;
	out->overlay = slice_of(uri.p + HEAD + NODE + 1, uri.n - HEAD - NODE - 1);
	return is_host(out->overlay);
}

/* NAME@OVERLAY, of the subject and the URI before, or not there at all. */
static bool read_mail(struct der *d, struct gmc_cert *out)
{
	struct slice mail;

	out->reload = !der_done(d);
	if (!out->reload)
		return true;
	return der_bytes(d, PROFILE_MAIL, &mail) && out->name.n > 0 && mail.n == out->name.n + 1 + out->overlay.n &&
		memcmp(mail.p, out->name.p, out->name.n) == 0 && mail.p[out->name.n] == '@' &&
		memcmp(mail.p + out->name.n + 1, out->overlay.p, out->overlay.n) == 0;
}

/* RFC 5280 4.2.1.6: critical when the subject is empty, and only then. */
static bool read_san(struct der *d, struct gmc_cert *out)
{
	struct der ext, octets, names;
	struct slice uri;
	bool critical;

	if (!der_enter(d, DER_SEQUENCE, &ext) || !der_oid(&ext, OID_SAN))
		return false;
	if (out->name.n == 0 && (!der_bool(&ext, &critical) || !critical))
		return false;
	return der_enter(&ext, DER_OCTET_STRING, &octets) && der_done(&ext) && der_enter(&octets, DER_SEQUENCE, &names) &&
		der_done(&octets) && der_bytes(&names, PROFILE_URI, &uri) && read_uri(uri, out) && read_mail(&names, out) &&
		der_done(&names);
}

static bool read_octets(struct der *d, void *out, size_t n)
{
	struct slice c;

	if (!der_bytes(d, DER_OCTET_STRING, &c) || c.n != n)
		return false;
	memcpy(out, c.p, n);
	return true;
}

/* Founders were decided on by charter 1 itself. */
static bool read_membership(struct der *ext, struct gmc_cert *out)
{
	struct der octets, in;
	struct slice origin;
	uint64_t version;

	if (!der_enter(ext, DER_OCTET_STRING, &octets) || !der_done(ext) || !der_enter(&octets, DER_SEQUENCE, &in) || !der_done(&octets) ||
		!der_uint(&in, &version) || version != PROFILE_MEMBERSHIP || !der_bytes(&in, DER_ENUMERATED, &origin) || origin.n != 1 ||
		origin.p[0] > ORIGIN_RECOVERY)
		return false;
	out->origin = (enum origin)origin.p[0];
	return read_octets(&in, out->genesis.b, sizeof(out->genesis.b)) && read_octets(&in, out->charter.b, sizeof(out->charter.b)) &&
		read_octets(&in, out->decision.b, sizeof(out->decision.b)) && read_octets(&in, out->member.b, sizeof(out->member.b)) &&
		der_done(&in) && (out->origin != ORIGIN_FOUNDING || digest_compare(&out->decision, &out->genesis) == 0);
}

/* RFC 5280 4.2: no extension stands twice. */
static bool is_known(struct slice oid, const struct slice *seen, size_t n)
{
	const struct slice *const own[] = { &OID_SAN, &OID_BASIC, &OID_KEY_USAGE, &OID_EXT_KEY_USAGE, &OID_SKI, &OID_AKI };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (slice_equal(oid, *own[i]))
			return true;
	for (size_t i = 0; i < n; i++)
		if (slice_equal(oid, seen[i]))
			return true;
	return false;
}

/* The rest of the list: the membership comes last. */
static bool read_rest(struct der *list, struct gmc_cert *out)
{
	struct slice seen[EXTRAS_MAX], oid, value;
	struct der ext;

	for (size_t n = 0; der_enter(list, DER_SEQUENCE, &ext); n++) {
		if (der_oid(&ext, OID_MEMBERSHIP))
			return read_membership(&ext, out) && der_done(list);
		if (n == EXTRAS_MAX || !der_bytes(&ext, DER_OID, &oid) || oid.n == 0 || is_known(oid, seen, n) ||
			!der_bytes(&ext, DER_OCTET_STRING, &value) || !der_done(&ext))
			return false;
		seen[n] = oid;
	}
	return false;
}

static bool read_extensions(struct der *d, struct gmc_cert *out)
{
	struct der tagged, list;

	return der_enter(d, PROFILE_EXTENSIONS, &tagged) && der_enter(&tagged, DER_SEQUENCE, &list) && der_done(&tagged) &&
		read_san(&list, out) && der_same(&list, PROFILE_LEAF_BASIC) && der_same(&list, PROFILE_LEAF_USAGE) &&
		der_same(&list, PROFILE_LEAF_PURPOSE) && profile_read_key_id(&list, PROFILE_SKI_HEAD, out->ski) &&
		profile_read_key_id(&list, PROFILE_AKI_HEAD, out->aki) && read_rest(&list, out);
}

static bool read_subject(struct der *d, struct slice *name)
{
	return profile_read_name(d, name) && name->n <= PROFILE_NAME_MAX && (name->n == 0 || text_is_clean(*name));
}

/* The group's CA, and so each GMC's issuer, is named by the genesis. */
static bool is_group(struct slice cn, const struct digest *genesis)
{
	char hex[2 * sizeof(genesis->b) + 1];

	hex_encode(genesis->b, sizeof(genesis->b), hex);
	return slice_equal(cn, slice_of(hex, sizeof(hex) - 1));
}

static bool read_gmc(struct slice der, struct gmc_cert *out)
{
	struct slice issuer;
	struct der d, in;

	out->der = der;
	if (!profile_unseal(der, true, &out->tbs, &out->alg, out->sig))
		return false;
	d = der_of(out->tbs);
	return der_enter(&d, DER_SEQUENCE, &in) && read_head(&in, out->alg, &out->serial, &issuer, &out->not_before, &out->not_after) &&
		read_subject(&in, &out->name) && profile_read_spki(&in, &out->key) && read_extensions(&in, out) && der_done(&in) &&
		is_group(issuer, &out->genesis);
}

/* What follows looks at a certificate that was refused, to say why. */

/* Certificate and TBSCertificate of RFC 5280 4.1 in outline; gives the list of extensions, empty when there is none. */
static bool outline(struct slice der, struct der *list)
{
	struct der d = der_of(der), all, tbs, tagged, in;
	struct slice s;
	uint64_t version;

	if (!der_sound(der) || !der_enter(&d, DER_SEQUENCE, &all) || !der_done(&d) || !der_enter(&all, DER_SEQUENCE, &tbs) ||
		!der_bytes(&all, DER_SEQUENCE, &s) || !der_bytes(&all, DER_BIT_STRING, &s) || !der_done(&all))
		return false;
	if (der_enter(&tbs, 0xa0, &tagged) && (!der_uint(&tagged, &version) || !der_done(&tagged)))
		return false;
	if (!der_bytes(&tbs, DER_INTEGER, &s) || !der_bytes(&tbs, DER_SEQUENCE, &s) || !der_bytes(&tbs, DER_SEQUENCE, &s) ||
		!der_enter(&tbs, DER_SEQUENCE, &in) || !der_bytes(&tbs, DER_SEQUENCE, &s) || !der_bytes(&tbs, DER_SEQUENCE, &s))
		return false;
	/* issuerUniqueID and subjectUniqueID, [1] and [2] */
	(void)der_bytes(&tbs, 0x81, &s);
	(void)der_bytes(&tbs, 0x82, &s);
	*list = der_of(slice_of(NULL, 0));
	if (der_enter(&tbs, PROFILE_EXTENSIONS, &tagged) && (!der_enter(&tagged, DER_SEQUENCE, list) || !der_done(&tagged)))
		return false;
	return der_done(&tbs);
}

/* Does it speak of a membership, and in which version of the profile? 0: it does not. */
static bool membership_version(struct der list, uint64_t *version)
{
	struct der ext, octets, in;
	bool critical;

	*version = 0;
	while (!der_done(&list)) {
		if (!der_enter(&list, DER_SEQUENCE, &ext))
			return false;
		if (!der_oid(&ext, OID_MEMBERSHIP))
			continue;
		(void)der_bool(&ext, &critical);
		return der_enter(&ext, DER_OCTET_STRING, &octets) && der_enter(&octets, DER_SEQUENCE, &in) && der_uint(&in, version) &&
			*version > 0;
	}
	return true;
}

static enum cert_read refused(struct slice der)
{
	struct der list;
	uint64_t version;

	if (!outline(der, &list) || !membership_version(list, &version) || version == PROFILE_MEMBERSHIP)
		return CERT_BROKEN;
	return version == 0 ? CERT_FOREIGN : CERT_VERSION;
}

enum cert_read cert_parse_gmc(struct slice der, struct gmc_cert *out)
{
	if (der.n <= GMC_DER_MAX && read_gmc(der, out))
		return CERT_OK;
	memset(out, 0, sizeof(*out));
	return refused(der);
}

/* Self-signed: subject and issuer, both key identifiers, and the algorithms of key and signature are each other's. */
static bool read_ca(struct slice der, struct ca_cert *out)
{
	struct id16 serial, want;
	struct slice issuer;
	struct der d, in, tagged, list;
	uint8_t aki[20], ski[20];
	enum sig_alg alg;

	out->der = der;
	if (!profile_unseal(der, true, &out->tbs, &alg, out->sig))
		return false;
	d = der_of(out->tbs);
	if (!der_enter(&d, DER_SEQUENCE, &in) || !read_head(&in, alg, &serial, &issuer, &out->not_before, &out->not_after) ||
		!profile_read_group(&in, &out->genesis) || !is_group(issuer, &out->genesis) || !profile_read_spki(&in, &out->key) ||
		out->key.alg != alg)
		return false;
	if (!der_enter(&in, PROFILE_EXTENSIONS, &tagged) || !der_done(&in) || !der_enter(&tagged, DER_SEQUENCE, &list) ||
		!der_done(&tagged) || !der_same(&list, PROFILE_CA_BASIC) || !der_same(&list, PROFILE_CA_USAGE) ||
		!profile_read_key_id(&list, PROFILE_SKI_HEAD, out->ski) || !profile_read_key_id(&list, PROFILE_AKI_HEAD, aki) ||
		!der_done(&list))
		return false;
	profile_ski(&out->key, ski);
	if (memcmp(ski, out->ski, sizeof(ski)) != 0 || memcmp(ski, aki, sizeof(ski)) != 0 || !profile_spki_digest(&out->key, &out->spki))
		return false;
	profile_ca_serial(&out->genesis, &out->spki, &want);
	return id16_compare(&serial, &want) == 0;
}

enum cert_read cert_parse_ca(struct slice der, struct ca_cert *out)
{
	if (der.n <= GMC_DER_MAX && read_ca(der, out))
		return CERT_OK;
	memset(out, 0, sizeof(*out));
	return refused(der);
}

bool cert_verify(struct crypto *c, const struct gmc_cert *cert, const struct ca_cert *ca, struct err *e)
{
	uint8_t ski[20];

	if (cert->alg != ca->key.alg || memcmp(cert->aki, ca->ski, sizeof(ca->ski)) != 0 ||
		digest_compare(&cert->genesis, &ca->genesis) != 0)
		return err_set(
			e, "bad_signature", "the certificate names another issuer than this CA: take the one with its key identifier");
	profile_ski(&cert->key, ski);
	if (memcmp(cert->ski, ski, sizeof(ski)) != 0)
		return err_set(e, "bad_signature", "the certificate's subject key identifier is not its key's");
	return sig_verify(c, &ca->key, cert->tbs, cert->sig, e);
}

bool cert_verify_ca(struct crypto *c, const struct ca_cert *ca, struct err *e)
{
	return sig_verify(c, &ca->key, ca->tbs, ca->sig, e);
}
