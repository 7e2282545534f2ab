/* SPDX-License-Identifier: ISC
 * Asks for challenges, each time with another key: asks GROUP N PORT, at 127.0.0.1. Prints how many tickets came, and fails where one did
 * not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jws.h"
#include "base/time.h"
#include "peer/client.h"
#include "tests/lib/load.h"
#include "voting/ticket.h"

enum { CONNECTIONS = 64, KEPT = 4096 };

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "asks: %s: %s: %s\n", what, e == NULL ? "" : e->name, e == NULL ? "" : e->text);
	exit(1);
}

struct asks {
	struct crypto *crypto;
	struct digest genesis, charter;
	char path[200];
	struct buf kept[KEPT]; /* requests whose answers have not come, and older ones */
};

static bool read_digest(const json_t *o, const char *name, struct digest *out)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL && digest_parse(s, out);
}

static void look_at_group(struct asks *a, const char *group, const char *port)
{
	char server[64];
	struct err e = { 0 };
	struct client *c;
	json_t *doc;

	snprintf(server, sizeof(server), "http://127.0.0.1:%s", port);
	snprintf(a->path, sizeof(a->path), "/v1/groups/%s/challenges", group);
	c = client_new(server, group, &e);
	doc = c == NULL ? NULL : client_get_json(c, "", CLIENT_SMALL, &e);
	must(doc != NULL && read_digest(doc, "genesis", &a->genesis) && read_digest(json_object_get(doc, "charter"), "digest", &a->charter),
		"group", &e);
	json_decref(doc);
	client_free(c);
}

static struct slice request(void *arg, size_t i)
{
	struct asks *a = arg;
	struct ticket t = { .genesis = a->genesis, .charter = a->charter, .iat = time_now() };
	struct buf *out = &a->kept[i % KEPT], payload = { 0 }, envelope = { 0 }, body = { 0 };
	uint8_t nonce[TICKET_NONCE];
	struct err e = { 0 };
	struct sig_key *k = sig_key_generate(SIG_ED25519, &e);
	json_t *o;

	must(k != NULL, "key", &e);
	t.key = *sig_key_pub(k);
	bytes_random(nonce, sizeof(nonce));
	o = ticket_print(&t, nonce);
	must(o != NULL && json_write(o, &payload, &e) && jws_sign_text(a->crypto, KIND_TICKET, buf_slice(&payload), k, &envelope, &e),
		"request", &e);
	buf_printf(&body, "{\"request\":%.*s}", (int)envelope.n, (const char *)envelope.p);
	buf_free(out);
	load_post(out, a->path, buf_slice(&body));
	json_decref(o);
	sig_key_free(k);
	buf_free(&payload);
	buf_free(&envelope);
	buf_free(&body);
	return buf_slice(out);
}

int main(int argc, char **argv)
{
	static struct asks a;
	struct load l = { .connections = CONNECTIONS, .status = 201, .needle = "\"ticket\"", .request = request, .arg = &a };
	struct err e = { 0 };

	must(argc == 4, "usage: asks GROUP N PORT", NULL);
	a.crypto = crypto_new(&e);
	must(a.crypto != NULL, "crypto", &e);
	look_at_group(&a, argv[1], argv[3]);
	l.n = strtoul(argv[2], NULL, 10);
	l.port = (unsigned)strtoul(argv[3], NULL, 10);
	load_run(&l);
	printf("%zu tickets, %.0f a second\n", l.good, (double)l.good / l.seconds);
	if (l.bad > 0)
		fprintf(stderr, "asks: %zu were refused, the first: %s\n", l.bad, l.why);
	for (size_t i = 0; i < KEPT; i++)
		buf_free(&a.kept[i]);
	crypto_free(a.crypto);
	return l.bad > 0 || l.good != l.n;
}
