/* SPDX-License-Identifier: ISC
 * gmc show: any object of the project, readable. Nothing that it prints has been believed. */
#include "peer/cmd.h"

#include <string.h>

#include "base/digest.h"
#include "peer/der.h"
#include "peer/pem.h"

enum { SHOW_MAX = TRUST_MAX, SHOW_ENTRIES = 1000 };

/* {"kind", "digest", "signatures": [{"alg", "kid"}], "payload"} of an envelope, or NULL. */
static json_t *decode(struct cli *c, const json_t *envelope)
{
	json_t *doc = json_object(), *signatures = json_array(), *payload;
	struct jws j;
	struct digest d;
	char kind[JWS_TYP_MAX], thumb[THUMB_TEXT];

	if (!cmd_envelope(c, envelope, NULL, &j)) {
		json_decref(doc);
		json_decref(signatures);
		return NULL;
	}
	memcpy(kind, j.typ, sizeof(kind));
	if (strlen(kind) > 4)
		kind[strlen(kind) - 4] = '\0'; /* "+jws" */
	jws_digest(&j, kind, &d);
	object_set_string(doc, "kind", kind);
	object_set_digest(doc, "digest", &d);
	for (size_t i = 0; i < j.n; i++) {
		thumb_text(&j.sigs[i].kid, thumb);
		json_array_append_new(signatures, json_pack("{s:s, s:s}", "alg", sig_alg_name(j.sigs[i].alg), "kid", thumb));
	}
	json_object_set_new(doc, "signatures", signatures);
	payload = json_read(buf_slice(&j.payload), REVOCATIONS_MAX, &c->e);
	jws_free(&j);
	if (payload != NULL && json_object_set_new(doc, "payload", payload) == 0)
		return doc;
	json_decref(doc);
	return NULL;
}

/* Times are seconds in the objects; people are told when that is. */
static void tell_times(struct cli *c, const json_t *payload)
{
	static const char *const names[] = { "iat", "time", "opened", "decided", "stored", "due", "this", "next", "until", "effective",
		NULL };
	char text[TIME_TEXT];

	for (size_t i = 0; names[i] != NULL; i++) {
		const json_t *v = json_object_get(payload, names[i]);

		if (!json_is_integer(v))
			continue;
		time_text(json_integer_value(v), text);
		term_line(&c->term, names[i], "%s", text);
	}
}

static bool show_envelope(struct cli *c, const json_t *envelope)
{
	json_t *doc = decode(c, envelope), *one;
	size_t i;

	if (doc == NULL)
		return false;
	if (c->term.json) {
		term_json(&c->term, doc);
	} else {
		term_line(&c->term, "kind", "%s", json_string_value(json_object_get(doc, "kind")));
		term_line(&c->term, "digest", "%s", json_string_value(json_object_get(doc, "digest")));
		json_array_foreach(json_object_get(doc, "signatures"), i, one)
		{
			term_line(&c->term, "signed", "%s by %s (not verified)", json_string_value(json_object_get(one, "alg")),
				json_string_value(json_object_get(one, "kid")));
		}
		tell_times(c, json_object_get(doc, "payload"));
		term_json(&c->term, json_object_get(doc, "payload"));
	}
	json_decref(doc);
	return true;
}

static bool show_charter(struct cli *c, const json_t *file)
{
	struct signed_charter s;
	struct at root = at_root(file, &c->e);
	char digest[DIGEST_TEXT];

	if (!signed_charter_read(&root, NULL, &s))
		return false;
	if (c->term.json) {
		term_json(&c->term, s.charter->object.doc);
	} else {
		digest_text(&s.charter->object.digest, digest);
		term_line(&c->term, "charter", "version %u of %s, with %zu approvals (not verified)", (unsigned)s.charter->version,
			s.charter->group, json_array_size(s.approvals));
		term_line(&c->term, "digest", "%s", digest);
		term_json(&c->term, s.charter->object.doc);
		term_note(&c->term, "gmc charter explain says it in words");
	}
	signed_charter_free(&s);
	return true;
}

/* The envelopes of a record's list, decoded. NULL with c->e set. */
static json_t *decode_all(struct cli *c, const json_t *list, const char *name)
{
	json_t *out = json_array(), *element, *one;
	size_t i;

	json_array_foreach(list, i, element)
	{
		one = decode(c, json_object_get(element, name));
		if (one != NULL && json_array_append_new(out, one) == 0)
			continue;
		json_decref(out);
		return NULL;
	}
	return out;
}

/* What stands in a record, each part decoded. */
static bool show_record(struct cli *c, const json_t *file)
{
	static const char *const parts[] = { "application", "motion", "proposal", "decision", "head", NULL };
	static const char *const lists[][2] = { { "votes", "vote" }, { "evidence", "object" } };
	json_t *doc = json_object(), *one;
	bool rc = true;
	size_t i;

	for (i = 0; parts[i] != NULL; i++) {
		const json_t *part = json_object_get(file, parts[i]);

		if (part != NULL && (rc = rc && (one = decode(c, part)) != NULL))
			json_object_set_new(doc, parts[i], one);
	}
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if ((rc = rc && (one = decode_all(c, json_object_get(file, lists[i][0]), lists[i][1])) != NULL))
			json_object_set_new(doc, lists[i][0], one);
	object_set_int(doc, "charters", (int64_t)json_array_size(json_object_get(file, "charters")));
	object_set_int(doc, "entries", (int64_t)json_array_size(json_object_get(file, "entries")));
	if (rc) {
		term_json(&c->term, doc);
		term_note(&c->term, "nothing was verified: gmc audit decides the record again");
	}
	json_decref(doc);
	return rc;
}

static bool show_json(struct cli *c, const json_t *file)
{
	const char *kind = json_string_value(json_object_get(file, "kind"));

	if (json_object_get(file, "payload") != NULL)
		return show_envelope(c, file);
	if (kind != NULL && strcmp(kind, KIND_RECORD) == 0)
		return show_record(c, file);
	if (json_object_get(file, "charter") != NULL && json_object_get(file, "approvals") != NULL)
		return show_charter(c, file);
	if (json_object_get(file, "vote") != NULL)
		return show_envelope(c, json_object_get(file, "vote"));
	if (json_object_get(file, "receipt") != NULL)
		return show_envelope(c, json_object_get(file, "receipt"));
	if (json_object_get(file, "application") != NULL)
		return show_envelope(c, json_object_get(file, "application"));
	term_json(&c->term, file); /* a trust file, a bare payload: it is readable as it stands */
	return true;
}

static json_t *certificate_json(const struct gmc_cert *g)
{
	static const char *const origins[] = { "founding", "admission", "renewal", "rekey", "recovery" };
	json_t *doc = json_object();
	struct digest thumb;
	char text[TIME_TEXT];

	jwk_thumbprint(&g->key, &thumb);
	object_set_string(doc, "kind", "membership certificate");
	object_set_id16(doc, "serial", &g->serial);
	json_object_set_new(doc, "name", json_stringn((const char *)g->name.p, g->name.n));
	object_set_id16(doc, "member", &g->member);
	object_set_id16(doc, "node", &g->node);
	json_object_set_new(doc, "overlay", json_stringn((const char *)g->overlay.p, g->overlay.n));
	object_set_string(doc, "origin", origins[(unsigned)g->origin % 5]);
	object_set_digest(doc, "genesis", &g->genesis);
	object_set_digest(doc, "charter", &g->charter);
	object_set_digest(doc, "decision", &g->decision);
	time_text(g->not_before, text);
	object_set_string(doc, "not_before", text);
	time_text(g->not_after, text);
	object_set_string(doc, "not_after", text);
	object_set_thumb(doc, "key", &thumb);
	object_set_key(doc, "jwk", &g->key);
	return doc;
}

static json_t *ca_json(const struct ca_cert *ca)
{
	json_t *doc = json_object();
	char text[TIME_TEXT];

	object_set_string(doc, "kind", "authority certificate");
	object_set_digest(doc, "genesis", &ca->genesis);
	object_set_digest(doc, "spki", &ca->spki);
	time_text(ca->not_before, text);
	object_set_string(doc, "not_before", text);
	time_text(ca->not_after, text);
	object_set_string(doc, "not_after", text);
	object_set_key(doc, "jwk", &ca->key);
	return doc;
}

static json_t *crl_json(const struct crl *l)
{
	json_t *doc = json_object(), *list = json_array();
	struct der d = der_of(l->entries), in;
	struct slice serial;
	char text[TIME_TEXT], hex[2 * 20 + 1];
	int64_t from;

	object_set_string(doc, "kind", "revocation list");
	object_set_digest(doc, "genesis", &l->genesis);
	object_set_int(doc, "number", (int64_t)l->number);
	time_text(l->this_update, text);
	object_set_string(doc, "this_update", text);
	time_text(l->next_update, text);
	object_set_string(doc, "next_update", text);
	while (json_array_size(list) < SHOW_ENTRIES && der_enter(&d, DER_SEQUENCE, &in) && der_positive(&in, &serial) &&
		der_time(&in, &from)) {
		if (serial.n > 20)
			break;
		hex_encode(serial.p, serial.n, hex);
		time_text(from, text);
		json_array_append_new(list, json_pack("{s:s, s:s}", "serial", hex, "from", text));
	}
	json_object_set_new(doc, "entries", list);
	return doc;
}

/* DER or PEM. */
static bool show_x509(struct cli *c, struct slice text)
{
	struct buf der = { 0 };
	struct gmc_cert g;
	struct ca_cert ca;
	struct crl l;
	json_t *doc = NULL;

	if (pem_read(text, "CERTIFICATE", &der, NULL) && cert_parse_gmc(buf_slice(&der), &g) == CERT_OK)
		doc = certificate_json(&g);
	else if (der.n > 0 && cert_parse_ca(buf_slice(&der), &ca) == CERT_OK)
		doc = ca_json(&ca);
	if (doc == NULL) {
		der.n = 0;
		if (pem_read(text, "X509 CRL", &der, NULL) && crl_parse(buf_slice(&der), &l, NULL))
			doc = crl_json(&l);
	}
	if (doc != NULL)
		term_json(&c->term, doc);
	json_decref(doc);
	buf_free(&der);
	return doc != NULL || err_set(&c->e, "unknown_object", "this is nothing that gmc knows; openssl may: openssl asn1parse -in FILE");
}

int cmd_show(struct cli *c)
{
	struct buf text = { 0 };
	json_t *file;
	bool rc = cmd_read_file(c, c->opt.args[0], SHOW_MAX, &text);

	if (rc && text.n > 0 && (text.p[0] == '{' || text.p[0] == '[')) {
		file = json_read(buf_slice(&text), SHOW_MAX, &c->e);
		rc = file != NULL && show_json(c, file);
		json_decref(file);
	} else if (rc) {
		rc = show_x509(c, buf_slice(&text));
	}
	buf_free(&text);
	return rc ? EXIT_DONE : cmd_fail(c);
}
