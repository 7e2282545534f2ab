/* SPDX-License-Identifier: ISC */
#include "tests/lib/serving.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "charter/object.h"
#include "peer/keyfile.h"

#define PASSPHRASE "a passphrase for tests"
enum { READY_MS = 20000, STOP_MS = 20000, POLL_US = 10000, PATH = 512 };

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "tests/lib/serving: %s: %s: %s\n", what, e->name, e->text);
	exit(1);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fchmod(fileno(f), 0600) != 0 || fclose(f) != 0) {
		fprintf(stderr, "tests/lib/serving: cannot write %s\n", path);
		exit(1);
	}
}

static bool answers(int family, const void *address, socklen_t n)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool rc = fd >= 0 && connect(fd, address, n) == 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

static void await(struct serving *s, int family, const void *address, socklen_t n, const char *what)
{
	int64_t until = process_clock() + READY_MS;

	while (!answers(family, address, n)) {
		if (process_clock() > until || process_wait(&s->p, 0, NULL)) {
			fprintf(stderr, "tests/lib/serving: %s does not answer; see the log in %s\n", what, s->dir);
			exit(1);
		}
		usleep(POLL_US);
	}
}

/* A port that was free a moment ago. */
static struct sockaddr_in free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		abort();
	close(fd);
	return a;
}

static void spawn(struct serving *s, const char *program, const char *path, const char *const *args)
{
	struct process_options o = { .name = program, .path = path, .args = args, .bound = true };
	struct err e = { 0 };
	char log[PATH * 2];

	snprintf(log, sizeof(log), "%s/%s.log", s->dir, program);
	o.err = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	o.out = o.err;
	must(o.err > 0 && process_spawn(&o, &s->p, &e), program, &e);
	close(o.err);
}

static void spawn_ours(struct serving *s, const char *program, const char *const *args)
{
	char path[PATH * 2], beside[PATH];
	struct err e = { 0 };

	snprintf(beside, sizeof(beside), "../../%s", program);
	must(process_sibling(beside, path, sizeof(path), &e), program, &e);
	spawn(s, program, path, args);
}

static void begin(struct serving *s, const struct realm *r)
{
	memset(s, 0, sizeof(*s));
	snprintf(s->dir, sizeof(s->dir), "%s", r->pg->dir);
}

void serving_gauthd(struct serving *s, const struct realm *r, const char *socket, const char *settings)
{
	char config[PATH * 2], notary[PATH * 2], text[2048];
	const char *const args[] = { "--child", "--config", config, "--notary", notary, "--signer", socket == NULL ? "/nowhere" : socket,
		"--database", r->pg->daemon, NULL };
	struct sockaddr_in a = free_port();
	struct err e = { 0 };

	begin(s, r);
	s->port = ntohs(a.sin_port);
	snprintf(config, sizeof(config), "%s/gauthd.conf", s->dir);
	snprintf(notary, sizeof(notary), "%s/notary.pem", s->dir);
	snprintf(text, sizeof(text), "[listen]\nport = %u\n[limits]\nper_address = 0\nrate = 0\n%s", s->port, settings);
	write_file(config, text);
	if (access(notary, R_OK) != 0)
		must(keyfile_write(notary, r->keys->notary, NULL, &e), "notary key", &e);
	spawn_ours(s, "gauthd", args);
	await(s, AF_INET, &a, sizeof(a), "gauthd");
}

/* As authority/keyring.c keeps a pair. */
static void give_keys(const struct realm *r, const char *state)
{
	char name[65], path[PATH * 3];
	struct buf text = { 0 };
	struct err e = { 0 };
	json_t *doc = json_object();

	hex_encode(r->keys->issuing_spki.b, sizeof(r->keys->issuing_spki.b), name);
	snprintf(path, sizeof(path), "%s/keys/%s.issuing.pem", state, name);
	must(keyfile_write(path, r->issuing, PASSPHRASE, &e), "issuing key", &e);
	snprintf(path, sizeof(path), "%s/keys/%s.revocation.pem", state, name);
	must(keyfile_write(path, r->keys->revocation, PASSPHRASE, &e), "revocation key", &e);
	must(object_set_key(doc, "issuing", sig_key_pub(r->issuing)) &&
			object_set_key(doc, "revocation", sig_key_pub(r->keys->revocation)) && json_write(doc, &text, &e),
		"public keys", &e);
	snprintf(path, sizeof(path), "%s/keys/%s.public.json", state, name);
	write_file(path, buf_cstr(&text));
	buf_free(&text);
	json_decref(doc);
}

void serving_signer(struct serving *s, struct realm *const *r, size_t n, char socket[static SERVING_SOCKET])
{
	char state[PATH * 2], keys[PATH * 3], passphrase[PATH * 2];
	const char *const args[] = { "--state", state, "--socket", socket, "--passphrase", passphrase, NULL };
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	begin(s, r[0]);
	snprintf(state, sizeof(state), "%s/signer", s->dir);
	snprintf(keys, sizeof(keys), "%s/keys", state);
	snprintf(passphrase, sizeof(passphrase), "%s/passphrase", s->dir);
	snprintf(socket, SERVING_SOCKET, "%.80s/signer.sock", s->dir);
	memcpy(a.sun_path, socket, SERVING_SOCKET);
	write_file(passphrase, PASSPHRASE "\n");
	if (mkdir(state, 0700) != 0 || mkdir(keys, 0700) != 0)
		abort();
	for (size_t i = 0; i < n; i++)
		give_keys(r[i], state);
	spawn_ours(s, "gauth-signer", args);
	await(s, AF_UNIX, &a, sizeof(a), "gauth-signer");
}

void serving_cfssl(struct serving *s, const struct realm *r, const char *ca, const char *key, const char *store)
{
	char port[16];
	const char *const args[] = { "serve", "-address", "127.0.0.1", "-port", port, "-ca", ca, "-ca-key", key, "-db-config", store,
		"-loglevel", "5", NULL };
	struct sockaddr_in a = free_port();

	begin(s, r);
	s->port = ntohs(a.sin_port);
	snprintf(port, sizeof(port), "%u", s->port);
	spawn(s, "cfssl", "/usr/bin/cfssl", args);
	await(s, AF_INET, &a, sizeof(a), "cfssl");
}

void serving_stop(struct serving *s)
{
	process_stop(&s->p, SIGTERM, STOP_MS, NULL);
}
