/* SPDX-License-Identifier: ISC */
#include "peer/crl.h"

#include <stdlib.h>
#include <string.h>

#include "peer/der.h"

enum { CRL_EXTENSIONS = 0xa0, CRL_VERSION = 1 /* v2 */ };

/* RFC 5280 5.3.1, those that the profile has a word for; 0 is written by leaving the extension out. */
static bool is_reason(uint8_t reason)
{
	return reason == 1 || (reason >= 3 && reason <= 6) || reason == 9;
}

static int compare(const void *x, const void *y)
{
	const struct crl_entry *a = x, *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return id16_compare(&a->serial, &b->serial);
}

static void put_reason(struct buf *b, uint8_t reason)
{
	size_t list = der_open(b, DER_SEQUENCE), ext = der_open(b, DER_SEQUENCE), octets;

	der_put_oid(b, OID_REASON);
	octets = der_open(b, DER_OCTET_STRING);
	der_put(b, DER_ENUMERATED, slice_of(&reason, 1));
	der_close(b, octets);
	der_close(b, ext);
	der_close(b, list);
}

static void put_entry(struct buf *b, const struct crl_entry *en)
{
	size_t mark = der_open(b, DER_SEQUENCE);

	der_put_positive(b, slice_of(en->serial.b, sizeof(en->serial.b)));
	der_put_time(b, en->from);
	if (en->reason != 0)
		put_reason(b, en->reason);
	der_close(b, mark);
}

/* RFC 5280 5.1.2.6: where nothing is revoked, the list of entries is absent, not empty. */
static bool put_entries(struct buf *b, const struct crl_entry *entries, size_t n)
{
	size_t mark;

	if (n == 0)
		return true;
	mark = der_open(b, DER_SEQUENCE);
	for (size_t i = 0; i < n; i++) {
		if (entries[i].reason != 0 && !is_reason(entries[i].reason))
			return false;
		put_entry(b, &entries[i]);
	}
	der_close(b, mark);
	return true;
}

static void put_extensions(struct buf *b, uint64_t number, const uint8_t ski[static 20])
{
	size_t tagged = der_open(b, CRL_EXTENSIONS), list = der_open(b, DER_SEQUENCE), ext = der_open(b, DER_SEQUENCE), octets;

	der_put_oid(b, OID_CRL_NUMBER);
	octets = der_open(b, DER_OCTET_STRING);
	der_put_uint(b, number);
	der_close(b, octets);
	der_close(b, ext);
	profile_put_key_id(b, PROFILE_AKI_HEAD, ski);
	der_close(b, list);
	der_close(b, tagged);
}

bool crl_build(const struct digest *genesis, enum sig_alg alg, const uint8_t ski[static 20], uint64_t number, int64_t this_update,
	int64_t next_update, struct crl_entry *entries, size_t n, struct buf *out)
{
	size_t mark = der_open(out, DER_SEQUENCE);

	if (n > 0)
		qsort(entries, n, sizeof(*entries), compare);
	der_put_uint(out, CRL_VERSION);
	profile_put_alg(out, alg);
	profile_put_group(out, genesis);
	der_put_time(out, this_update);
	der_put_time(out, next_update);
	if (!put_entries(out, entries, n))
		return false;
	put_extensions(out, number, ski);
	der_close(out, mark);
	return !out->failed;
}

static bool read_reason(struct der *entry, uint8_t *reason)
{
	struct der list, ext, octets;
	struct slice c;

	if (!der_enter(entry, DER_SEQUENCE, &list) || !der_enter(&list, DER_SEQUENCE, &ext) || !der_done(&list) ||
		!der_oid(&ext, OID_REASON) || !der_enter(&ext, DER_OCTET_STRING, &octets) || !der_done(&ext) ||
		!der_bytes(&octets, DER_ENUMERATED, &c) || !der_done(&octets) || c.n != 1 || !is_reason(c.p[0]))
		return false;
	*reason = c.p[0];
	return true;
}

static bool read_entry(struct der *entries, struct crl_entry *out)
{
	struct slice serial;
	struct der in;

	out->reason = 0;
	if (!der_enter(entries, DER_SEQUENCE, &in) || !der_positive(&in, &serial) || serial.n != sizeof(out->serial.b) ||
		!der_time(&in, &out->from) || (!der_done(&in) && !read_reason(&in, &out->reason)) || !der_done(&in))
		return false;
	memcpy(out->serial.b, serial.p, sizeof(out->serial.b));
	return true;
}

/* Each entry by itself, and their order, in which none stands twice. */
static bool read_entries(struct slice content)
{
	struct crl_entry last = { 0 }, en = { 0 };
	struct der entries = der_of(content);
	bool first = true;

	while (!der_done(&entries)) {
		if (!read_entry(&entries, &en) || (!first && compare(&last, &en) >= 0))
			return false;
		first = false;
		last = en;
	}
	return !first;
}

static bool read_extensions(struct der *d, struct crl *out)
{
	struct der tagged, list, ext, octets;

	return der_enter(d, CRL_EXTENSIONS, &tagged) && der_enter(&tagged, DER_SEQUENCE, &list) && der_done(&tagged) &&
		der_enter(&list, DER_SEQUENCE, &ext) && der_oid(&ext, OID_CRL_NUMBER) && der_enter(&ext, DER_OCTET_STRING, &octets) &&
		der_done(&ext) && der_uint(&octets, &out->number) && der_done(&octets) &&
		profile_read_key_id(&list, PROFILE_AKI_HEAD, out->aki) && der_done(&list);
}

static bool read_crl(struct slice der, struct crl *out)
{
	enum sig_alg inner;
	struct der d, in;
	uint64_t version;

	out->der = der;
	if (!profile_unseal(der, true, &out->tbs, &out->alg, out->sig))
		return false;
	d = der_of(out->tbs);
	if (!der_enter(&d, DER_SEQUENCE, &in) || !der_uint(&in, &version) || version != CRL_VERSION || !profile_read_alg(&in, &inner) ||
		inner != out->alg || !profile_read_group(&in, &out->genesis) || !der_time(&in, &out->this_update) ||
		!der_time(&in, &out->next_update) || out->this_update >= out->next_update)
		return false;
	out->entries = slice_of(NULL, 0);
	if (der_peek(&in, DER_SEQUENCE) && (!der_bytes(&in, DER_SEQUENCE, &out->entries) || !read_entries(out->entries)))
		return false;
	return read_extensions(&in, out) && der_done(&in);
}

bool crl_parse(struct slice der, struct crl *out, struct err *e)
{
	struct crl l = { 0 };

	if (!read_crl(der, &l))
		return err_set(e, "bad_crl", "this is no revocation list of a group: fetch it again");
	*out = l;
	return true;
}

bool crl_verify(struct crypto *c, const struct crl *l, const struct sig_pub *issuer, struct err *e)
{
	uint8_t ski[20];

	profile_ski(issuer, ski);
	if (l->alg != issuer->alg || memcmp(l->aki, ski, sizeof(ski)) != 0)
		return err_set(e, "bad_signature", "the revocation list names another key than this issuer's");
	return sig_verify(c, issuer, l->tbs, l->sig, e);
}

bool crl_find(const struct crl *l, const struct id16 *serial, struct crl_entry *out)
{
	struct der entries = der_of(l->entries);
	struct crl_entry en;

	while (read_entry(&entries, &en)) {
		if (id16_compare(&en.serial, serial) != 0)
			continue;
		*out = en;
		return true;
	}
	return false;
}
