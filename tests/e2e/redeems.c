/* SPDX-License-Identifier: ISC
 * Many clients redeem one solved challenge at once: redeems GROUP ROUNDS NUMBER SECRET SERVER... Number and secret (hex) are those that
 * puzzles follow from, the servers authorities of one group with a puzzle in its charter's admission. In each round somebody solves a
 * puzzle, and CLIENTS applications of the same key, each another one, are sent with its ticket, to all servers in turn. Exactly one must
 * be taken. That one is withdrawn, and another then refused, since the ticket is spent. A server that goes away meanwhile is asked again,
 * with the very same bytes, as a client does that never heard the answer. Prints how often each refusal came. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/puzzles.h"
#include "base/time.h"
#include "peer/application.h"
#include "peer/client.h"
#include "peer/head.h"
#include "voting/ticket.h"

enum { CLIENTS = 64, SERVERS_MAX = 4, PATIENCE = 600, PAUSE_US = 100000, NAMES = 16, PATH = 200 };

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "redeems: %s: %s: %s\n", what, e == NULL ? "" : e->name, e == NULL ? "" : e->text);
	exit(1);
}

/* ---- one who asks, until somebody answers */

struct asker {
	struct client *at[SERVERS_MAX];
	size_t servers, next;
};

static struct asker asker_new(const char *group, char **servers, size_t n, size_t first)
{
	struct asker a = { .servers = n, .next = first };
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++) {
		a.at[i] = client_new(servers[i], group, &e);
		must(a.at[i] != NULL, servers[i], &e);
		client_timeouts(a.at[i], 20, 2);
		client_retries(a.at[i], 0);
	}
	return a;
}

static void asker_free(struct asker *a)
{
	for (size_t i = 0; i < a->servers; i++)
		client_free(a->at[i]);
}

/* NULL body: GET. A refusal that is meant is in e. */
static json_t *ask(struct asker *a, const char *path, const json_t *body, struct err *e)
{
	for (int tries = 0; tries < PATIENCE; tries++) {
		struct client *c = a->at[a->next % a->servers];
		json_t *doc;

		err_clear(e);
		doc = body == NULL ? client_get_json(c, path, CLIENT_SMALL, e) : client_post(c, path, body, e);
		if (doc != NULL || !client_is_down(c))
			return doc;
		a->next++;
		usleep(PAUSE_US);
	}
	return NULL;
}

static const char *member(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	must(s != NULL, name, NULL);
	return s;
}

/* ---- one round */

struct round {
	struct crypto *crypto;
	struct asker asker;
	struct secret secret;
	struct digest genesis, charter;
	struct head head;
	struct sig_key *key;
	char ticket[TERMS_TEXT];
};

static json_t *sign(struct round *r, const char *kind, json_t *payload)
{
	const struct sig_key *key = r->key;
	struct buf text = { 0 };
	struct err e = { 0 };
	json_t *out;

	must(payload != NULL && json_write(payload, &text, &e), kind, &e);
	out = jws_sign(r->crypto, kind, buf_slice(&text), &key, 1, &e);
	must(out != NULL, kind, &e);
	json_decref(payload);
	buf_free(&text);
	return out;
}

static void look_at_group(struct round *r)
{
	struct err e = { 0 };
	json_t *doc = ask(&r->asker, "", NULL, &e);
	struct at at;
	struct jws j;

	must(doc != NULL && digest_parse(member(doc, "genesis"), &r->genesis) &&
			digest_parse(member(json_object_get(doc, "charter"), "digest"), &r->charter),
		"group", &e);
	at = at_root(json_object_get(doc, "head"), &e);
	must(jws_read(&at, &j) && head_parse(&j, &r->head, &e), "head", &e);
	jws_free(&j);
	json_decref(doc);
}

static void solve(struct round *r)
{
	struct ticket t = { .genesis = r->genesis, .charter = r->charter, .key = *sig_key_pub(r->key), .iat = time_now() };
	char answer[PUZZLE_ANSWER], path[PATH];
	uint8_t nonce[TICKET_NONCE];
	struct err e = { 0 };
	struct terms terms;
	json_t *body, *doc, *one;

	bytes_random(nonce, sizeof(nonce));
	body = json_pack("{s:o}", "request", sign(r, KIND_TICKET, ticket_print(&t, nonce)));
	doc = ask(&r->asker, "/challenges", body, &e);
	json_decref(body);
	must(doc != NULL, "ticket", &e);
	snprintf(r->ticket, sizeof(r->ticket), "%s", member(doc, "ticket"));
	one = json_array_get(json_object_get(doc, "challenges"), 0);
	must(terms_read(member(one, "terms"), r->secret.terms, &terms, &e), "terms", &e);
	puzzle_answer(&r->secret, &terms, answer);
	snprintf(path, sizeof(path), "/challenges/%.64s/answer", member(one, "id"));
	body = json_pack("{s:s, s:s}", "terms", member(one, "terms"), "answer", answer);
	json_decref(doc);
	doc = ask(&r->asker, path, body, &e);
	/* It was met already when the first answer was heard and this is the second. */
	must(doc != NULL || err_is(&e, "challenge_met"), "answer", &e);
	json_decref(doc);
	json_decref(body);
}

static json_t *application(struct round *r, size_t i)
{
	struct application a = {
		.genesis = r->genesis, .charter = r->charter, .log_size = r->head.size, .log_root = r->head.root, .iat = time_now()
	};
	struct buf csr = { 0 };
	uint8_t nonce[16];
	struct err e = { 0 };
	json_t *body;

	snprintf(a.name, sizeof(a.name), "client-%zu", i);
	must(csr_make(r->crypto, r->key, a.name, &csr, &e) && csr.n <= sizeof(a.csr), "csr", &e);
	memcpy(a.csr, csr.p, csr.n);
	a.csr_n = csr.n;
	buf_free(&csr);
	bytes_random(nonce, sizeof(nonce));
	body = json_pack("{s:o, s:s}", "application", sign(r, KIND_APPLICATION, application_print(&a, nonce)), "ticket", r->ticket);
	must(body != NULL, "application", NULL);
	return body;
}

/* ---- all at once */

struct client_thread {
	pthread_t thread;
	pthread_barrier_t *barrier;
	struct asker asker;
	json_t *body; /* NULL: it is over */
	bool taken;
	struct err e;
};

static void *redeem(void *arg)
{
	struct client_thread *c = arg;

	for (;;) {
		json_t *receipt;

		pthread_barrier_wait(c->barrier);
		if (c->body == NULL)
			return NULL;
		receipt = ask(&c->asker, "/applications", c->body, &c->e);
		c->taken = receipt != NULL;
		json_decref(receipt);
		pthread_barrier_wait(c->barrier);
	}
}

struct tally {
	const char *name;
	unsigned n;
};

static void count(struct tally tally[static NAMES], const char *name)
{
	size_t i = 0;

	while (i < NAMES - 1 && tally[i].name != NULL && strcmp(tally[i].name, name) != 0)
		i++;
	if (tally[i].name == NULL)
		tally[i].name = strdup(name);
	tally[i].n++;
}

/* Withdraws what was taken; the ticket must serve for nothing more. */
static void try_again(struct round *r, const json_t *taken, struct tally tally[static NAMES])
{
	const json_t *envelope = json_object_get(taken, "application");
	struct withdrawal w = { .genesis = r->genesis, .iat = time_now() };
	char path[PATH], words[DIGEST_TEXT];
	struct err e = { 0 };
	struct at at = at_root(envelope, &e);
	json_t *body, *doc;
	struct jws j;

	must(jws_read(&at, &j), "application", &e);
	jws_digest(&j, KIND_APPLICATION, &w.application);
	jws_free(&j);
	digest_text(&w.application, words);
	snprintf(path, sizeof(path), "/applications/%s/withdrawal", words);
	body = json_pack("{s:o}", "withdrawal", sign(r, KIND_WITHDRAWAL, withdrawal_print(&w)));
	doc = ask(&r->asker, path, body, &e);
	must(doc != NULL, "withdrawal", &e);
	json_decref(doc);
	json_decref(body);
	body = application(r, CLIENTS);
	doc = ask(&r->asker, "/applications", body, &e);
	must(doc == NULL, "a ticket was spent a second time", NULL);
	count(tally, e.name);
	json_decref(body);
}

static void run_round(struct round *r, struct client_thread *clients, pthread_barrier_t *barrier, struct tally tally[static NAMES])
{
	const json_t *taken = NULL;
	struct err e = { 0 };

	r->key = sig_key_generate(SIG_ED25519, &e);
	must(r->key != NULL, "key", &e);
	look_at_group(r);
	solve(r);
	for (size_t i = 0; i < CLIENTS; i++)
		clients[i].body = application(r, i);
	pthread_barrier_wait(barrier);
	pthread_barrier_wait(barrier);
	for (size_t i = 0; i < CLIENTS; i++) {
		must(!clients[i].taken || taken == NULL, "two applications were taken for one ticket", NULL);
		if (clients[i].taken)
			taken = clients[i].body;
		else
			count(tally, clients[i].e.name);
	}
	must(taken != NULL, "none was taken", &clients[0].e);
	try_again(r, taken, tally);
	for (size_t i = 0; i < CLIENTS; i++)
		json_decref(clients[i].body);
	sig_key_free(r->key);
}

int main(int argc, char **argv)
{
	static struct client_thread clients[CLIENTS];
	struct tally tally[NAMES] = { 0 };
	pthread_barrier_t barrier;
	struct round r = { 0 };
	struct err e = { 0 };
	uint8_t secret[32];

	must(argc > 5 && argc <= 5 + SERVERS_MAX && strlen(argv[4]) == 64 && hex_decode(argv[4], 64, secret, sizeof(secret)),
		"usage: redeems GROUP ROUNDS NUMBER SECRET SERVER...", NULL);
	secret_make(&r.secret, (uint32_t)strtoul(argv[3], NULL, 10), secret);
	r.crypto = crypto_new(&e);
	must(r.crypto != NULL, "crypto", &e);
	r.asker = asker_new(argv[1], argv + 5, (size_t)argc - 5, 0);
	pthread_barrier_init(&barrier, NULL, CLIENTS + 1);
	for (size_t i = 0; i < CLIENTS; i++) {
		clients[i].barrier = &barrier;
		clients[i].asker = asker_new(argv[1], argv + 5, (size_t)argc - 5, i);
		must(pthread_create(&clients[i].thread, NULL, redeem, &clients[i]) == 0, "thread", NULL);
	}
	for (unsigned long n = strtoul(argv[2], NULL, 10); n > 0; n--)
		run_round(&r, clients, &barrier, tally);
	for (size_t i = 0; i < CLIENTS; i++)
		clients[i].body = NULL;
	pthread_barrier_wait(&barrier);
	for (size_t i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		asker_free(&clients[i].asker);
	}
	for (size_t i = 0; i < NAMES && tally[i].name != NULL; i++)
		printf("%s %u\n", tally[i].name, tally[i].n);
	asker_free(&r.asker);
	crypto_free(r.crypto);
	return 0;
}
