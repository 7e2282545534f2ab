/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/time.h"
#include "charter/parse.h"

static bool read_window(const struct at *at, int64_t *from, int64_t *until)
{
	if (!at_int(at, "from", 0, TIME_MAX, from) || !at_int(at, "until", 0, TIME_MAX, until))
		return false;
	return *from < *until || parse_refuse(at, "until", "the window ends before it begins");
}

static bool read_keys(const struct at *at, const char *name, size_t max, struct charter_key *out, size_t *n)
{
	static const char *const members[] = { "key", "from", "until", NULL };
	struct at list, one;

	if (!at_member(at, name, &list) || !at_array(&list, 1, max, n))
		return false;
	for (size_t i = 0; i < *n; i++) {
		if (!at_element(&list, i, &one) || !at_only(&one, members) || !at_key(&one, "key", &out[i].key))
			return false;
		jwk_thumbprint(&out[i].key, &out[i].thumb);
		for (size_t k = 0; k < i; k++)
			if (digest_compare(&out[k].thumb, &out[i].thumb) == 0)
				return parse_refuse(&one, "key", "this key stands in the list twice; give it one window");
		if (!read_window(&one, &out[i].from, &out[i].until))
			return false;
	}
	return true;
}

static bool read_issuing(struct parse *p, const struct at *at)
{
	static const char *const members[] = { "spki", "alg", "from", "until", "held_by", NULL };
	static const char *const algs[] = { "Ed25519", "P-256", NULL }, *const holders[] = { "signer", "members", NULL };
	struct charter_issuer *out = p->c->authority.issuing;
	struct at list, one;
	int alg = 0, holder;
	size_t n;

	if (!at_member(at, "issuing", &list) || !at_array(&list, 0, CHARTER_ISSUING_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&list, i, &one) || !at_only(&one, members) || !at_digest(&one, "spki", &out[i].spki))
			return false;
		for (size_t k = 0; k < i; k++)
			if (digest_compare(&out[k].spki, &out[i].spki) == 0)
				return parse_refuse(&one, "spki", "this issuing key stands in the list twice; give it one window");
		if (!at_word(&one, "alg", algs, &alg) || !read_window(&one, &out[i].from, &out[i].until))
			return false;
		holder = 0;
		if (!parse_word(&one, "held_by", holders, &holder))
			return false;
		out[i].alg = alg == 0 ? SIG_ED25519 : SIG_P256;
		out[i].by_members = holder == 1;
	}
	p->c->authority.issuing_n = n;
	return true;
}

static bool read_addresses(struct parse *p, const struct at *at)
{
	static const char *const members[] = { "url", "from", "until", NULL };
	struct charter_address *out = p->c->authority.addresses;
	struct at list, one;
	size_t n;

	if (!at_member(at, "addresses", &list) || !at_array(&list, 0, CHARTER_ADDRESSES_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&list, i, &one) || !at_only(&one, members) || !parse_url(&one, "url", false, &out[i].url))
			return false;
		for (size_t k = 0; k < i; k++)
			if (strcmp(out[k].url, out[i].url) == 0)
				return parse_refuse(&one, "url", "this address stands in the list twice; give it one window");
		if (!read_window(&one, &out[i].from, &out[i].until))
			return false;
	}
	p->c->authority.addresses_n = n;
	return true;
}

bool parse_authority(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "notaries", "issuing", "revocation", "addresses", "operators", NULL };
	struct charter *c = p->c;
	struct at at, operators;

	if (!at_member(root, "authority", &at) || !at_only(&at, members))
		return false;
	return read_keys(&at, "notaries", CHARTER_NOTARIES_MAX, c->authority.notaries, &c->authority.notaries_n) && read_issuing(p, &at) &&
		read_keys(&at, "revocation", CHARTER_REVOCATION_MAX, c->authority.revocation, &c->authority.revocation_n) &&
		read_addresses(p, &at) && at_member(&at, "operators", &operators) &&
		parse_persons(p, &operators, 0, CHARTER_OPERATORS_MAX, false, c->authority.operators, &c->authority.operators_n);
}

/* WebAuthn level 2, section 5.1.3 step 7: a browser uses a credential for the host of its RP ID, and hosts below it. */
static bool origin_fits(const char *origin, const char *rp)
{
	const char *host = strstr(origin, "//") + 2;
	size_t n = strcspn(host, ":/"), m = strlen(rp);

	return n >= m && memcmp(host + n - m, rp, m) == 0 && (n == m || host[n - m - 1] == '.');
}

static bool read_origins(const struct at *at, struct charter_person *out)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "origins", &list) || !at_array(&list, 1, CHARTER_ORIGINS_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char **origin = &out->passkey.origins[i];

		if (!at_element(&list, i, &one) || !parse_url(&one, NULL, true, origin))
			return false;
		if (!origin_fits(*origin, out->passkey.rp))
			return parse_refuse(
				&one, NULL, "the origin's host is neither that of \"rp\" nor one below it: no browser would sign there");
		for (size_t k = 0; k < i; k++)
			if (strcmp(out->passkey.origins[k], *origin) == 0)
				return parse_refuse(&one, NULL, "this origin stands in the list twice");
	}
	out->passkey.origins_n = n;
	return true;
}

static bool read_passkey(struct parse *p, const struct at *at, struct charter_person *out)
{
	static const char *const members[] = { "rp", "origins", "id", "key", NULL };
	size_t before = p->c->bytes.n;
	struct at passkey;

	if (!at_member(at, "passkey", &passkey) || !at_only(&passkey, members) || !parse_host(&passkey, "rp", &out->passkey.rp))
		return false;
	/* WebAuthn level 2, section 5.1.3: credential ids have at most 1023 bytes. */
	if (!read_origins(&passkey, out) || !at_base64(&passkey, "id", 1, 1023, &p->c->bytes))
		return false;
	out->passkey.id = slice_of(p->c->bytes.p + before, p->c->bytes.n - before);
	return at_key(&passkey, "key", &out->key);
}

static bool read_person(struct parse *p, const struct at *at, bool passkeys, struct charter_person *out)
{
	static const char *const members[] = { "name", "key", NULL }, *const either[] = { "name", "key", "passkey", NULL };

	if (!at_only(at, passkeys ? either : members) || !at_text(at, "name", 1, CHARTER_NAME_MAX, &out->name))
		return false;
	if (at_has(at, "key") && at_has(at, "passkey"))
		return parse_refuse(at, NULL, "a person has a key or a passkey; list the two as two persons");
	if (at_has(at, "passkey") ? !read_passkey(p, at, out) : !at_key(at, "key", &out->key))
		return false;
	jwk_thumbprint(&out->key, &out->thumb);
	return true;
}

bool parse_persons(struct parse *p, const struct at *list, size_t min, size_t max, bool passkeys, struct charter_person *out, size_t *n)
{
	struct at one;
	size_t count;

	if (!at_array(list, min, max, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!at_element(list, i, &one) || !read_person(p, &one, passkeys, &out[i]))
			return false;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(out[k].name, out[i].name) == 0)
				return parse_refuse(&one, "name", "this name stands in the list twice");
			if (digest_compare(&out[k].thumb, &out[i].thumb) == 0)
				return parse_refuse(&one, at_has(&one, "key") ? "key" : "passkey", "this key stands in the list twice");
			if (out[i].passkey.rp != NULL && out[k].passkey.rp != NULL && slice_equal(out[k].passkey.id, out[i].passkey.id))
				return parse_refuse(&one, "passkey", "this passkey stands in the list twice");
		}
	}
	*n = count;
	return true;
}

bool parse_administrators(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "threshold", "offline", "keys", NULL };
	struct charter *c = p->c;
	struct at at, keys;
	int64_t threshold;
	uint32_t able = 0;

	if (!at_member(root, "administrators", &at) || !at_only(&at, members) || !at_member(&at, "keys", &keys))
		return false;
	if (!parse_persons(p, &keys, 1, CHARTER_ADMINISTRATORS_MAX, true, c->administrators.keys, &c->administrators.n))
		return false;
	if (!at_int(&at, "threshold", 1, CHARTER_ADMINISTRATORS_MAX, &threshold))
		return false;
	if ((size_t)threshold > c->administrators.n)
		return parse_refuse(&at, "threshold", "there are fewer administrators: nobody could ever change this charter");
	c->administrators.threshold = (uint32_t)threshold;
	c->administrators.offline = 1;
	if (!parse_u32(&at, "offline", 0, CHARTER_ADMINISTRATORS_MAX, &c->administrators.offline))
		return false;
	for (size_t i = 0; i < c->administrators.n; i++)
		able += c->administrators.keys[i].passkey.rp == NULL;
	if (c->administrators.offline > c->administrators.threshold)
		return parse_refuse(&at, "offline", "more offline approvals than approvals: raise the threshold, or lower this");
	if (c->administrators.offline > able)
		return parse_refuse(&at, at_has(&at, "offline") ? "offline" : "keys",
			"passkeys approve online: name more keys that are none, or lower \"offline\" (1 when it is left out)");
	return true;
}

bool parse_witnesses(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "threshold", "keys", NULL };
	struct charter *c = p->c;
	int64_t threshold;
	struct at at, keys;

	if (!at_has(root, "witnesses"))
		return err_ok(root->e);
	if (!at_member(root, "witnesses", &at) || !at_only(&at, members) || !at_member(&at, "keys", &keys) ||
		!parse_persons(p, &keys, 1, CHARTER_WITNESSES_MAX, false, c->witnesses.keys, &c->witnesses.n) ||
		!at_int(&at, "threshold", 1, CHARTER_WITNESSES_MAX, &threshold))
		return false;
	if ((size_t)threshold > c->witnesses.n)
		return parse_refuse(&at, "threshold", "there are fewer witnesses: no head could ever have their signatures");
	c->witnesses.threshold = (uint32_t)threshold;
	return true;
}

static bool read_founder(struct parse *p, const struct at *at, struct charter_founder *out)
{
	static const char *const members[] = { "name", "csr", "member", NULL };
	size_t before = p->c->bytes.n;

	if (!at_only(at, members) || !at_text(at, "name", 1, CHARTER_NAME_MAX, &out->name))
		return false;
	if (!at_base64(at, "csr", 1, CHARTER_CSR_MAX, &p->c->bytes))
		return false;
	out->csr = slice_of(p->c->bytes.p + before, p->c->bytes.n - before);
	return at_id16(at, "member", &out->member);
}

bool parse_founders(struct parse *p, const struct at *root)
{
	struct charter_founder *out = p->c->founders;
	struct at list, one;
	size_t n;

	if (p->c->version > 1 && at_has(root, "founders"))
		return parse_refuse(root, "founders", "founders stand in version 1 alone");
	if (p->c->version > 1)
		return true;
	if (!at_member(root, "founders", &list) || !at_array(&list, 1, CHARTER_FOUNDERS_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&list, i, &one) || !read_founder(p, &one, &out[i]))
			return false;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(out[k].name, out[i].name) == 0)
				return parse_refuse(&one, "name", "two founders have this name");
			if (id16_compare(&out[k].member, &out[i].member) == 0)
				return parse_refuse(&one, "member", "two founders have this member number: draw it at random");
			if (slice_equal(out[k].csr, out[i].csr))
				return parse_refuse(&one, "csr", "two founders have this request; everybody makes a key of their own");
		}
	}
	p->c->founders_n = n;
	return true;
}
