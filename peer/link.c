/* SPDX-License-Identifier: ISC */
#include "peer/link.h"

#include <stdio.h>
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* A host name, an IPv4 address, or an IPv6 address in brackets. Gives what follows it, or NULL. */
static const char *skip_host(const char *s)
{
	size_t n;

	if (*s == '[') {
		n = strspn(s + 1, "0123456789abcdefABCDEF:.");
		return n > 1 && s[1 + n] == ']' ? s + n + 2 : NULL;
	}
	for (n = 0; s[n] != '\0' && (strchr(letters, s[n]) != NULL || s[n] == '-' || s[n] == '.');)
		n++;
	return n > 0 && s[0] != '-' && s[0] != '.' ? s + n : NULL;
}

static const char *skip_port(const char *s)
{
	unsigned port = 0;
	size_t n;

	if (*s != ':')
		return s;
	n = strspn(s + 1, "0123456789");
	if (n < 1 || n > 5)
		return NULL;
	for (size_t i = 1; i <= n; i++)
		port = port * 10 + (unsigned)(s[i] - '0');
	return port > 0 && port < 65536 ? s + 1 + n : NULL;
}

bool join_link_server(const char *server)
{
	const char *s = server;
	size_t n = strlen(server);

	if (n >= LINK_SERVER_MAX || server[n > 0 ? n - 1 : 0] == '/')
		return false;
	if (strncmp(s, "http://", 7) == 0)
		s += 7;
	else if (strncmp(s, "https://", 8) == 0)
		s += 8;
	else
		return false;
	s = skip_host(s);
	s = s != NULL ? skip_port(s) : NULL;
	if (s == NULL)
		return false;
	/* a path: no dots, so that nothing in it can climb */
	for (const char *p = s; *p != '\0'; p++)
		if (strchr(letters, *p) == NULL && strchr("/-_~", *p) == NULL)
			return false;
	return *s == '\0' || *s == '/';
}

static bool is_label(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 63 && s[0] != '-' && s[n - 1] != '-' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool refuse(struct err *e, const char *why)
{
	return err_set(
		e, "bad_link", "%s; a join link looks like https://host/g/NAME#sha256:64 hex digits (quote it, '#' begins a comment)", why);
}

/* The last "/g/" before the '#'. */
static const char *find_group(const char *text, const char *hash)
{
	const char *found = NULL;

	for (const char *s = text; s + 3 <= hash; s++)
		if (memcmp(s, "/g/", 3) == 0)
			found = s;
	return found;
}

bool join_link_parse(const char *text, struct join_link *out, struct err *e)
{
	const char *hash = strchr(text, '#'), *g;
	struct join_link l = { 0 };

	if (hash == NULL)
		return refuse(e, "the link ends before the group's digest");
	if (!digest_parse(hash + 1, &l.genesis))
		return refuse(e, "what stands behind '#' is no digest");
	g = find_group(text, hash);
	if (g == NULL)
		return refuse(e, "the link names no group");
	if ((size_t)(g - text) >= sizeof(l.server) || (size_t)(hash - g - 3) >= sizeof(l.group))
		return refuse(e, "the link is too long");
	memcpy(l.server, text, (size_t)(g - text));
	memcpy(l.group, g + 3, (size_t)(hash - g - 3));
	if (!is_label(l.group))
		return refuse(e, "the group's name is not one");
	if (!join_link_server(l.server))
		return refuse(e, "the server's address is not one");
	*out = l;
	return true;
}

void join_link_print(const struct join_link *l, char out[static LINK_TEXT_MAX])
{
	char genesis[DIGEST_TEXT];

	digest_text(&l->genesis, genesis);
	snprintf(out, LINK_TEXT_MAX, "%s/g/%s#%s", l->server, l->group, genesis);
}
