/* SPDX-License-Identifier: ISC */
#include "charter/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "charter/chain.h"

bool parse_refuse(const struct at *at, const char *name, const char *why)
{
	struct at member = *at;

	if (name != NULL && !at_optional(at, name, &member))
		return false;
	return at_refuse(&member, "bad_charter", "%s", why);
}

bool parse_int(const struct at *at, const char *name, int64_t min, int64_t max, int64_t *out)
{
	return at_has(at, name) ? at_int(at, name, min, max, out) : err_ok(at->e);
}

bool parse_u32(const struct at *at, const char *name, uint32_t min, uint32_t max, uint32_t *out)
{
	int64_t v = *out;

	if (!parse_int(at, name, min, max, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

bool parse_bool(const struct at *at, const char *name, bool *out)
{
	return at_has(at, name) ? at_bool(at, name, out) : err_ok(at->e);
}

bool parse_word(const struct at *at, const char *name, const char *const *words, int *out)
{
	return at_has(at, name) ? at_word(at, name, words, out) : err_ok(at->e);
}

/* RFC 1123 section 2.1: labels of 1 to 63 letters, digits and '-', which stands at no end of one. */
static bool host_is_clean(struct slice host)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	uint8_t before = '.';
	size_t label = 0;

	for (size_t i = 0; i < host.n; i++) {
		uint8_t b = host.p[i];

		if (b == 0 || strchr(allowed, b) == NULL || (b == '.' && before == '-') || ((b == '.' || b == '-') && before == '.'))
			return false;
		label = b == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
		before = b;
	}
	return before != '.' && before != '-';
}

bool parse_host(const struct at *at, const char *name, const char **out)
{
	if (!at_string(at, name, 1, 253, out))
		return false;
	return host_is_clean(slice_str(*out)) || parse_refuse(at, name, "a DNS name in lower case is needed: labels of a-z, 0-9 and '-'");
}

/* ":" and 1 to 5 digits. */
static bool port_is_clean(struct slice port)
{
	if (port.n < 2 || port.n > 6 || port.p[0] != ':')
		return false;
	for (size_t i = 1; i < port.n; i++)
		if (port.p[i] < '0' || port.p[i] > '9')
			return false;
	return true;
}

/* RFC 3986 section 3, without user, IPv6 address, query and fragment: as a browser writes an origin, and a server's base address. */
static bool url_is_clean(const char *s, bool origin)
{
	size_t scheme = strncmp(s, "https://", 8) == 0 ? 8 : strncmp(s, "http://", 7) == 0 ? 7 : 0;
	const char *host = s + scheme;
	size_t n = strcspn(host, ":/"), port = strcspn(host + n, "/");
	const char *path = host + n + port;

	if (scheme == 0 || n == 0 || !host_is_clean(slice_of(host, n)) || (port > 0 && !port_is_clean(slice_of(host + n, port))))
		return false;
	if (origin && *path != '\0')
		return false;
	return strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/") == strlen(path);
}

bool parse_url(const struct at *at, const char *name, bool origin, const char **out)
{
	if (!at_string(at, name, 8, PARSE_URL_MAX, out))
		return false;
	if (url_is_clean(*out, origin))
		return true;
	return parse_refuse(at, name,
		origin ? "an origin is needed: http:// or https://, a host in lower case, and a port where it is not the usual one"
		       : "an address is needed: http:// or https://, a host in lower case, a port and a path if need be");
}

/* What ties a version to those before it: absent in the first, there in all others. */
static bool read_place_in_chain(struct parse *p, const struct at *at)
{
	static const char *const later[] = { "genesis", "previous", "log" };
	struct charter *c = p->c;
	int64_t version;

	if (!at_label(at, "group", &c->group) || !at_int(at, "version", 1, CHAIN_MAX, &version))
		return false;
	c->version = (uint32_t)version;
	for (size_t i = 0; version == 1 && i < sizeof(later) / sizeof(later[0]); i++)
		if (at_has(at, later[i]))
			return parse_refuse(at, later[i], "version 1 begins a group: it follows nothing and continues no log");
	if (version == 1)
		return true;
	if (!at_digest(at, "genesis", &c->object.genesis) || !at_digest(at, "previous", &c->previous))
		return false;
	if ((version == 2) != (digest_compare(&c->previous, &c->object.genesis) == 0))
		return parse_refuse(at, "previous", "the genesis is the digest of version 1, which version 2 alone follows");
	if (!at_tree(at, "log", &c->log_size, &c->log_root))
		return false;
	return c->log_size > 0 || parse_refuse(at, "log", "the log that a later version continues is not empty");
}

static bool read_all(struct parse *p, const struct at *at)
{
	return read_place_in_chain(p, at) && at_int(at, "effective", 0, TIME_MAX, &p->c->effective) &&
		at_text(at, "purpose", 0, 1024, &p->c->purpose) && parse_authority(p, at) && parse_administrators(p, at) &&
		parse_witnesses(p, at) && parse_founders(p, at) && parse_rules(p, at) && parse_tests(p, at);
}

/* A member that is missing has no place: the object that lacks it is shown. */
void parse_locate(struct slice text, struct err *e)
{
	char pointer[ERR_POINTER_MAX];
	char *slash;

	if (e->line > 0)
		return;
	memcpy(pointer, e->pointer, sizeof(pointer));
	while (!json_locate(text, pointer, &e->line, &e->column) && (slash = strrchr(pointer, '/')) != NULL)
		*slash = '\0';
}

static struct charter *read_payload(struct slice payload, struct err *e)
{
	static const char *const members[] = { "group", "version", "previous", "log", "effective", "purpose", "authority", "administrators",
		"witnesses", "founders", "admission", "expulsion", "amendment", "renewal", "readmission", "recovery", "voting", "vouching",
		"membership", "freshness", "records", "expelling", "amending", "inviting", "tests", NULL };
	struct parse p = { .c = calloc(1, sizeof(*p.c)) };
	struct at root;

	if (p.c == NULL) {
		err_memory(e);
		return NULL;
	}
	/* Slices point into `bytes`, so it must not move: base64url is longer than what it stands for. */
	if (payload.n <= CHARTER_MAX && !buf_reserve(&p.c->bytes, payload.n + 1)) {
		err_memory(e);
		goto refused;
	}
	if (!object_read(KIND_CHARTER, payload, members, &p.c->object, &root, e) || !read_all(&p, &root))
		goto refused;
	if (p.c->version == 1)
		p.c->object.genesis = p.c->object.digest;
	buf_add_slice(&p.c->payload, payload);
	if (!p.c->payload.failed)
		return p.c;
	err_memory(e);
refused:
	charter_free(p.c);
	return NULL;
}

struct charter *charter_parse(struct slice payload, struct err *e)
{
	struct err own = { 0 };
	struct charter *c = read_payload(payload, e == NULL ? &own : e);

	if (c == NULL && e != NULL && !err_is(e, "too_large") && !err_is(e, "no_memory"))
		parse_locate(payload, e);
	return c;
}
