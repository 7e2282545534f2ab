/* SPDX-License-Identifier: ISC */
#include "authority/settings.h"

#include <stddef.h>
#include <string.h>

#include "authority/providers.h"
#include "peer/link.h"

#define SIZE(part, member) sizeof(((struct settings *)0)->part.member)
#define TEXT(part, member, fallback, help) \
	{ \
#part, #member, CONF_STRING, offsetof(struct settings, part.member), SIZE(part, member), 0, 0, fallback, help \
	}
#define NUMBER(part, member, type, min, max, fallback, help) \
	{ \
#part, #member, type, offsetof(struct settings, part.member), sizeof(int64_t), min, max, fallback, help \
	}

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, YEAR = 31536000 };

const struct conf_key settings_keys[] = {
	TEXT(listen, address, "127.0.0.1", "numeric address to serve at; :: is every one, IPv6 and IPv4"),
	NUMBER(listen, port, CONF_INT, 0, 65535, "8080", "port to serve at"),
	TEXT(listen, public_url, "", "what people type: join links begin with it, as https://groups.example; empty: http://address:port"),
	{ "listen", "behind_proxy", CONF_BOOL, offsetof(struct settings, listen.behind_proxy), sizeof(bool), 0, 0, "no",
		"believe the last address of X-Forwarded-For, as a proxy of yours writes it" },
	TEXT(listen, tls_certificate, "", "PEM file with the chain, for TLS without a proxy"),
	TEXT(listen, tls_key, "", "PEM file with its private key"),
	TEXT(metrics, address, "127.0.0.1", "numeric address of the metrics"),
	NUMBER(metrics, port, CONF_INT, 0, 65535, "0", "port of the metrics; 0: none"),
	TEXT(database, url, "", "postgresql://... of a server of your own; empty: a private PostgreSQL in the state directory"),
	TEXT(signer, socket, "", "socket of a gauth-signer that runs as its own unit; empty: gauthd starts one"),
	TEXT(signer, passphrase, "", "file whose first line opens the issuing keys; empty: the one that `gauthctl init` made"),
	NUMBER(threads, workers, CONF_INT, 1, 64, "4", "workers, each with a connection to the database"),
	NUMBER(threads, network_threads, CONF_INT, 1, 64, "2", "threads that read requests and send answers"),
	NUMBER(threads, queue, CONF_INT, 16, 65536, "1024", "requests that may wait for a worker; more are answered with 503"),
	NUMBER(threads, batches, CONF_INT, 1, 64, "1", "batches of votes that are stored at once"),
	NUMBER(threads, batch, CONF_INT, 1, 256, "256", "votes in one batch at most, and so in one commit"),
	NUMBER(limits, connections, CONF_INT, 8, 65536, "1024", "open connections in all"),
	NUMBER(limits, per_address, CONF_INT, 0, 65536, "64", "open connections from one address; 0: no limit, as behind a proxy"),
	NUMBER(limits, request, CONF_DURATION, 1, HOUR, "10", "from the first byte of a request to its last"),
	NUMBER(limits, answer, CONF_DURATION, 1, HOUR, "30", "for a client to read an answer"),
	NUMBER(limits, idle, CONF_DURATION, 1, HOUR, "60", "between two requests on a connection"),
	NUMBER(limits, rate, CONF_INT, 0, 60000, "120", "requests a minute from one network, of those that cost us much; 0: no limit"),
	NUMBER(limits, burst, CONF_INT, 1, 60000, "40", "so many of them at once"),
	NUMBER(groups, term_max, CONF_DURATION, MINUTE, YEAR, "365d", "longest voting term that a charter may have here"),
	NUMBER(groups, life_max, CONF_DURATION, MINUTE, YEAR, "365d", "longest life of a certificate that a charter may have here"),
	NUMBER(groups, list_margin, CONF_DURATION, 1, HOUR, "300", "revocation lists are made again so long before they are due"),
	NUMBER(groups, ceremony_wait, CONF_DURATION, 1, 30 * DAY, "1d", "how long members have for each phase of a ceremony"),
	TEXT(challenges, kinds, "graphic logic audio work", "challenges that this service sets where a charter asks for them; empty: none"),
	NUMBER(challenges, per_key, CONF_INT, 1, 60000, "10", "tickets for challenges that one key gets in an hour"),
	NUMBER(challenges, work, CONF_INT, 0, 60000, "60", "so much work done in a minute before each costs more; 0: it never does"),
	TEXT(external, provider, "",
		"whom to ask about tokens for `external` of charters: hcaptcha, turnstile, recaptcha, custom; empty: nobody"),
	TEXT(external, label, "", "what charters call the provider; empty: its name above"),
	TEXT(external, url, "", "where a custom one verifies tokens"),
	TEXT(external, secret, "", "file whose first line is the secret that the provider gave you"),
	TEXT(external, hostname, "", "host of the page on which tokens are won; empty: that of public_url"),
	TEXT(external, action, "", "what the page has tokens won for; empty: it is not compared"),
	{ "external", "allow_private", CONF_BOOL, offsetof(struct settings, external.allow_private), sizeof(bool), 0, 0, "no",
		"ask at addresses that the public network does not route, and without TLS at this host's own" },
	TEXT(log, level, "info", "error, warn, info or debug"),
};
const size_t settings_n = sizeof(settings_keys) / sizeof(settings_keys[0]);

static bool is_level(const char *s)
{
	return strcmp(s, "error") == 0 || strcmp(s, "warn") == 0 || strcmp(s, "info") == 0 || strcmp(s, "debug") == 0;
}

static bool check(const struct settings *s, struct err *e)
{
	if ((s->listen.tls_certificate[0] == '\0') != (s->listen.tls_key[0] == '\0'))
		return err_set(e, "config_bad_value", "[listen] tls_certificate and tls_key go together");
	if (s->listen.public_url[0] != '\0' && !join_link_server(s->listen.public_url))
		return err_set(e, "config_bad_value",
			"[listen] public_url is http:// or https://, a host, perhaps a port and a path, no slash at its end");
	if (s->database.url[0] != '\0' && strncmp(s->database.url, "postgresql://", 13) != 0 &&
		strncmp(s->database.url, "postgres://", 11) != 0)
		return err_set(e, "config_bad_value", "[database] url begins with postgresql://");
	if (!is_level(s->log.level))
		return err_set(e, "config_bad_value", "[log] level is error, warn, info or debug");
	return provider_check(s, e);
}

bool settings_read(const char *path, struct settings *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	return conf_read(path, settings_keys, settings_n, out, e) && check(out, e);
}

void settings_url(const struct settings *s, char out[static SETTING_TEXT])
{
	const bool six = strchr(s->listen.address, ':') != NULL;

	if (s->listen.public_url[0] != '\0')
		snprintf(out, SETTING_TEXT, "%s", s->listen.public_url);
	else
		snprintf(out, SETTING_TEXT, "%s://%s%s%s:%lld", s->listen.tls_key[0] != '\0' ? "https" : "http", six ? "[" : "",
			s->listen.address, six ? "]" : "", (long long)s->listen.port);
}
