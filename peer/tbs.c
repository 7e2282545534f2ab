/* SPDX-License-Identifier: ISC
 * The builders of peer/profile.h: what is signed in a member's and in a CA's certificate. */
#include "peer/der.h"
#include "peer/profile.h"

#include "base/digest.h"

/* Up to the subject. */
static void put_head(struct buf *b, const struct id16 *serial, enum sig_alg alg, const struct digest *genesis, int64_t from, int64_t until)
{
	size_t validity;

	buf_add_slice(b, PROFILE_V3);
	der_put_positive(b, slice_of(serial->b, sizeof(serial->b)));
	profile_put_alg(b, alg);
	profile_put_group(b, genesis);
	validity = der_open(b, DER_SEQUENCE);
	der_put_time(b, from);
	der_put_time(b, until);
	der_close(b, validity);
}

/* RFC 6940 14.15: the URI's host part is the destination list with one entry of type node (1), its length (16) and the Node-ID. */
static void put_san(struct buf *b, const struct gmc_fields *f, const char *name)
{
	size_t ext = der_open(b, DER_SEQUENCE), octets, names, uri, mail;
	char node[ID16_TEXT];

	der_put_oid(b, OID_SAN);
	/* RFC 5280 4.1.2.6: critical where the subject says nothing */
	if (name == NULL)
		der_put_bool(b, true);
	octets = der_open(b, DER_OCTET_STRING);
	names = der_open(b, DER_SEQUENCE);
	uri = der_open(b, PROFILE_URI);
	id16_text(&f->node, node);
	buf_add_str(b, PROFILE_NODE_HEAD);
	buf_add_str(b, node);
	buf_add_str(b, "@");
	buf_add_str(b, f->overlay);
	der_close(b, uri);
	if (f->reload && name != NULL) {
		mail = der_open(b, PROFILE_MAIL);
		buf_add_str(b, name);
		buf_add_str(b, "@");
		buf_add_str(b, f->overlay);
		der_close(b, mail);
	}
	der_close(b, names);
	der_close(b, octets);
	der_close(b, ext);
}

static void put_membership(struct buf *b, const struct gmc_fields *f)
{
	size_t ext = der_open(b, DER_SEQUENCE), octets, says;
	uint8_t origin = (uint8_t)f->origin;

	der_put_oid(b, OID_MEMBERSHIP);
	octets = der_open(b, DER_OCTET_STRING);
	says = der_open(b, DER_SEQUENCE);
	der_put_uint(b, PROFILE_MEMBERSHIP);
	der_put(b, DER_ENUMERATED, slice_of(&origin, 1));
	der_put(b, DER_OCTET_STRING, slice_of(f->genesis.b, sizeof(f->genesis.b)));
	der_put(b, DER_OCTET_STRING, slice_of(f->charter.b, sizeof(f->charter.b)));
	der_put(b, DER_OCTET_STRING, slice_of(f->decision.b, sizeof(f->decision.b)));
	der_put(b, DER_OCTET_STRING, slice_of(f->member.b, sizeof(f->member.b)));
	der_close(b, says);
	der_close(b, octets);
	der_close(b, ext);
}

bool profile_gmc(const struct gmc_fields *f, struct buf *out)
{
	size_t tbs = der_open(out, DER_SEQUENCE), tagged, list;
	char key[PROFILE_KEY_NAME];
	const char *name = f->name;
	uint8_t ski[20];

	if (f->key_name) {
		profile_key_name(&f->key, key);
		name = key;
	}
	put_head(out, &f->serial, f->issuer_alg, &f->genesis, f->not_before, f->not_after);
	profile_put_name(out, name);
	profile_spki(&f->key, out);
	tagged = der_open(out, PROFILE_EXTENSIONS);
	list = der_open(out, DER_SEQUENCE);
	put_san(out, f, name);
	buf_add_slice(out, PROFILE_LEAF_BASIC);
	buf_add_slice(out, PROFILE_LEAF_USAGE);
	buf_add_slice(out, PROFILE_LEAF_PURPOSE);
	profile_ski(&f->key, ski);
	profile_put_key_id(out, PROFILE_SKI_HEAD, ski);
	profile_put_key_id(out, PROFILE_AKI_HEAD, f->issuer_ski);
	put_membership(out, f);
	der_close(out, list);
	der_close(out, tagged);
	der_close(out, tbs);
	return !out->failed;
}

void profile_ca_cause(const struct digest *genesis, const struct digest *spki, struct digest *out)
{
	struct slice parts[] = { slice_of(genesis->b, sizeof(genesis->b)), slice_of(spki->b, sizeof(spki->b)) };

	digest_labelled("gmc-ca/1", parts, 2, out);
}

void profile_ca_serial(const struct digest *genesis, const struct digest *spki, struct id16 *out)
{
	struct digest cause;

	profile_ca_cause(genesis, spki, &cause);
	profile_serial(&cause, out);
}

bool profile_ca(const struct digest *genesis, const struct sig_pub *key, int64_t not_before, int64_t not_after, struct buf *out)
{
	size_t tbs, tagged, list;
	struct digest spki;
	struct id16 serial;
	uint8_t ski[20];

	if (!profile_spki_digest(key, &spki)) {
		out->failed = true;
		return false;
	}
	profile_ca_serial(genesis, &spki, &serial);
	profile_ski(key, ski);
	tbs = der_open(out, DER_SEQUENCE);
	put_head(out, &serial, key->alg, genesis, not_before, not_after);
	profile_put_group(out, genesis);
	profile_spki(key, out);
	tagged = der_open(out, PROFILE_EXTENSIONS);
	list = der_open(out, DER_SEQUENCE);
	buf_add_slice(out, PROFILE_CA_BASIC);
	buf_add_slice(out, PROFILE_CA_USAGE);
	profile_put_key_id(out, PROFILE_SKI_HEAD, ski);
	profile_put_key_id(out, PROFILE_AKI_HEAD, ski);
	der_close(out, list);
	der_close(out, tagged);
	der_close(out, tbs);
	return !out->failed;
}
