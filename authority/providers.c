/* SPDX-License-Identifier: ISC */
#include "authority/providers.h"

#include <stdlib.h>
#include <string.h>

#include "peer/keyfile.h"

/* One question, from the name's lookup to the last byte of the answer: an applicant and a worker wait. */
enum { PROVIDER_MILLISECONDS = 3000 };

static const struct provider_row rows[] = {
	{ "hcaptcha", "https://api.hcaptcha.com/siteverify", false },
	{ "turnstile", "https://challenges.cloudflare.com/turnstile/v0/siteverify", true },
	{ "recaptcha", "https://www.google.com/recaptcha/api/siteverify", false },
	{ "custom", NULL, false },
};

const struct provider_row *provider_row(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

/* As at_label of base/at.h has it. */
static bool is_label(const char *s)
{
	const size_t n = strlen(s);

	return n >= 1 && n < PROVIDER_LABEL && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n && s[0] != '-' && s[n - 1] != '-';
}

/* Behind the scheme. NULL: neither http nor https. */
static const char *after_scheme(const char *url)
{
	if (strncmp(url, "https://", 8) == 0)
		return url + 8;
	return strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;
}

/* A host, perhaps a port, perhaps a path: no user, no query and no fragment, so that nobody wonders what is asked. */
static bool is_url(const char *url)
{
	const char *s = after_scheme(url);
	size_t host = s == NULL ? 0 : strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]");

	if (host == 0)
		return false;
	s += host;
	return *s == '\0' || (*s == '/' && s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.-_~")] == '\0');
}

/* The host of an address, without its port. */
static void host_of(const char *url, char out[static SETTING_TEXT])
{
	const char *s = after_scheme(url);
	size_t n = 0;

	if (s != NULL)
		n = s[0] == '[' ? strcspn(s, "]") + 1 : strcspn(s, ":/");
	snprintf(out, SETTING_TEXT, "%.*s", (int)n, s == NULL ? "" : s);
}

bool provider_check(const struct settings *s, struct err *e)
{
	const struct provider_row *row = provider_row(s->external.provider);

	if (s->external.provider[0] == '\0')
		return true;
	if (row == NULL)
		return err_set(e, "config_bad_value", "[external] provider is hcaptcha, turnstile, recaptcha or custom");
	if (s->external.label[0] != '\0' && !is_label(s->external.label))
		return err_set(e, "config_bad_value", "[external] label is 1 to 63 of a-z, 0-9 and '-', with no '-' at its ends");
	if ((row->url == NULL) != (s->external.url[0] != '\0'))
		return err_set(e, "config_bad_value", "[external] url goes with provider custom, and with no other");
	if (row->url == NULL && !is_url(s->external.url))
		return err_set(e, "config_bad_value", "[external] url is https://, a host, perhaps a port and a path");
	if (row->url == NULL && strncmp(s->external.url, "http://", 7) == 0 && !s->external.allow_private)
		return err_set(e, "config_bad_value", "[external] url: plain http:// is for this host itself, with allow_private");
	if (s->external.secret[0] == '\0')
		return err_set(e, "config_bad_value", "[external] a provider needs its secret");
	return true;
}

static bool fill(const struct settings *s, struct provider *p, struct err *e)
{
	char url[SETTING_TEXT];

	p->row = provider_row(s->external.provider);
	p->allow_private = s->external.allow_private;
	p->timeout = PROVIDER_MILLISECONDS;
	snprintf(p->label, sizeof(p->label), "%s", s->external.label[0] != '\0' ? s->external.label : p->row->name);
	snprintf(p->url, sizeof(p->url), "%s", p->row->url == NULL ? s->external.url : p->row->url);
	snprintf(p->action, sizeof(p->action), "%s", s->external.action);
	settings_url(s, url);
	if (s->external.hostname[0] != '\0')
		snprintf(p->hostname, sizeof(p->hostname), "%s", s->external.hostname);
	else
		host_of(url, p->hostname);
	if (!keyfile_passphrase(s->external.secret, p->secret, sizeof(p->secret), e)) {
		err_prefix(e, "[external] secret: ");
		return false;
	}
	return true;
}

bool provider_open(const struct settings *s, struct provider **out, struct err *e)
{
	struct provider *p;

	*out = NULL;
	if (!provider_check(s, e))
		return false;
	if (s->external.provider[0] == '\0')
		return true;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return err_memory(e);
	if (!fill(s, p, e)) {
		provider_free(p);
		return false;
	}
	*out = p;
	return true;
}

void provider_free(struct provider *p)
{
	if (p == NULL)
		return;
	bytes_wipe(p->secret, sizeof(p->secret));
	free(p);
}

bool provider_is(const struct provider *p, const char *label, struct err *e)
{
	if (p == NULL || strcmp(p->label, label) != 0)
		return err_set(e, "provider_unknown",
			"this service asks no provider that the charter could mean: meet its requirement in another way, or ask the operator");
	return true;
}
