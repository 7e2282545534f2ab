/* SPDX-License-Identifier: ISC */
#include "authority/template.h"

#include <string.h>

#include "base/jwk.h"
#include "peer/profile.h"

enum { YEARS_5 = 5 * 365 * 86400, CLOCKS = 3600, FRESH = 3600 };

/* ---- the templates: what admission takes */

static json_t *admit_vote(const struct template_input *in)
{
	return json_pack("{s:{s:s,s:i}}", "votes", "fraction", "1/2", "minimum", in->founders_n < 2 ? 1 : 2);
}

/* Two at least, so that of two members neither can throw the other out. */
static json_t *expel(void)
{
	return json_pack("{s:{s:s,s:i}}", "votes", "fraction", "2/3", "minimum", 2);
}

static json_t *admit_open(const struct template_input *in)
{
	(void)in;
	return json_pack("{s:{s:i}}", "votes", "count", 1);
}

static json_t *admit_list(const struct template_input *in)
{
	json_t *keys = json_array();
	char text[THUMB_TEXT];
	struct digest thumb;

	for (size_t i = 0; i < in->allowed_n; i++) {
		jwk_thumbprint(&in->allowed[i].key, &thumb);
		thumb_text(&thumb, text);
		if (json_array_append_new(keys, json_string(text)) != 0) {
			json_decref(keys);
			return NULL;
		}
	}
	return json_pack("{s:{s:o}}", "list", "keys", keys);
}

static json_t *admit_operator(const struct template_input *in)
{
	(void)in;
	return json_pack("{s:{s:i}}", "authority", "k", 1);
}

static const struct row {
	struct template t;
	json_t *(*admission)(const struct template_input *in);
	bool operators; /* they approve, and they remove */
} rows[] = {
	{ { "vote", "at least half of the members, and at least 2, say yes" }, admit_vote, false },
	{ { "open", "any one member says yes" }, admit_open, false },
	{ { "list", "the keys that are named are let in (--allow)" }, admit_list, false },
	{ { "operator", "an operator approves, and may remove members" }, admit_operator, true },
};

const struct template *template_at(size_t i)
{
	return i < sizeof(rows) / sizeof(rows[0]) ? &rows[i].t : NULL;
}

static const struct row *find(const char *name)
{
	for (size_t i = 0; template_at(i) != NULL; i++)
		if (strcmp(rows[i].t.name, name) == 0)
			return &rows[i];
	return NULL;
}

/* ---- the parts that all have */

static bool put(json_t *o, const char *name, json_t *v)
{
	return json_object_set_new(o, name, v) == 0;
}

static json_t *key_window(const struct template_input *in, const struct sig_pub *key)
{
	return json_pack(
		"[{s:o,s:I,s:I}]", "key", jwk_print(key), "from", (json_int_t)(in->now - CLOCKS), "until", (json_int_t)(in->now + YEARS_5));
}

static json_t *persons(const struct template_person *list, size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(all, json_pack("{s:s,s:o}", "name", list[i].name, "key", jwk_print(&list[i].key))) != 0) {
			json_decref(all);
			return NULL;
		}
	return all;
}

static json_t *addresses(const struct template_input *in)
{
	if (in->url[0] == '\0')
		return json_array();
	return json_pack(
		"[{s:s,s:I,s:I}]", "url", in->url, "from", (json_int_t)(in->now - CLOCKS), "until", (json_int_t)(in->now + YEARS_5));
}

static json_t *authority(const struct template_input *in, const struct row *row)
{
	const bool lend = row->operators && in->operators_n == 0;
	char text[DIGEST_TEXT];
	struct digest spki;

	if (!profile_spki_digest(&in->issuing, &spki))
		return NULL;
	digest_text(&spki, text);
	return json_pack("{s:o,s:[{s:s,s:s,s:I,s:I}],s:o,s:o,s:o}", "notaries", key_window(in, &in->notary), "issuing", "spki", text, "alg",
		sig_alg_name(in->issuing.alg), "from", (json_int_t)(in->now - CLOCKS), "until", (json_int_t)(in->now + YEARS_5),
		"revocation", key_window(in, &in->revocation), "addresses", addresses(in), "operators",
		lend ? persons(in->administrators,
			       in->administrators_n < CHARTER_OPERATORS_MAX ? in->administrators_n : CHARTER_OPERATORS_MAX)
		     : persons(in->operators, in->operators_n));
}

static json_t *administrators(const struct template_input *in)
{
	const uint32_t half = (uint32_t)in->administrators_n / 2 + 1;

	return json_pack("{s:i,s:o}", "threshold", (int)(in->threshold == 0 ? half : in->threshold), "keys",
		persons(in->administrators, in->administrators_n));
}

static json_t *founders(const struct template_input *in)
{
	json_t *all = json_array();

	for (size_t i = 0; i < in->founders_n; i++) {
		const struct template_founder *f = &in->founders[i];
		json_t *one = json_pack("{s:s}", "name", f->name);
		struct id16 member;

		bytes_random(member.b, sizeof(member.b));
		if (!object_set_base64(one, "csr", buf_slice(&f->csr)) || !object_set_id16(one, "member", &member) ||
			json_array_append(all, one) != 0) {
			json_decref(one);
			json_decref(all);
			return NULL;
		}
		json_decref(one);
	}
	return all;
}

static json_t *membership(const struct template_input *in, const struct row *row)
{
	json_t *o = json_pack("{s:I,s:[s,s],s:s,s:s}", "life", (json_int_t)in->life, "keys", "Ed25519", "P-256", "names",
		in->names ? "name" : "none", "overlay", in->overlay);

	if (o != NULL && row->operators && !object_set_string(o, "removal", "operators")) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* What the rule means, held by the charter itself. */
static json_t *tests(const struct template_input *in, const struct row *row)
{
	if (row->admission != admit_vote || in->founders_n < 2)
		return json_array();
	return json_pack("[{s:s,s:i,s:i,s:s},{s:s,s:i,s:i,s:s}]", "name", "two of three admit", "members", 3, "yes", 2, "expect", "yes",
		"name", "one of three does not", "members", 3, "yes", 1, "expect", "not yet");
}

json_t *template_charter(const struct template_input *in, struct err *e)
{
	const struct row *row = find(in->template);
	json_t *o;

	if (row == NULL) {
		err_set(e, "unknown_template", "there is no template %s: vote, open, list and operator are there", in->template);
		return NULL;
	}
	o = object_begin(KIND_CHARTER, NULL);
	if (object_set_string(o, "group", in->group) && object_set_int(o, "version", 1) && object_set_int(o, "effective", in->now) &&
		object_set_string(o, "purpose", in->purpose) && put(o, "authority", authority(in, row)) &&
		put(o, "administrators", administrators(in)) && put(o, "founders", founders(in)) &&
		put(o, "admission", row->admission(in)) && (row->operators || put(o, "expulsion", expel())) &&
		put(o, "voting",
			json_pack("{s:s,s:I,s:b,s:s}", "scheme", "plain", "term", (json_int_t)in->term, "change", 0, "show", "votes")) &&
		put(o, "membership", membership(in, row)) &&
		put(o, "freshness", json_pack("{s:i,s:i,s:s}", "update", FRESH, "grace", FRESH, "unknown", "refuse")) &&
		put(o, "records", json_pack("{s:s}", "visible", "everyone")) && put(o, "tests", tests(in, row)))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}
