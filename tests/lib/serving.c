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

#include "peer/keyfile.h"

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

static void spawn(struct serving *s, const char *program, const char *const *args)
{
	char path[PATH * 2], beside[PATH], log[PATH * 2];
	struct process_options o = { .name = program, .path = path, .args = args, .bound = true };
	struct err e = { 0 };

	snprintf(beside, sizeof(beside), "../../%s", program);
	must(process_sibling(beside, path, sizeof(path), &e), program, &e);
	snprintf(log, sizeof(log), "%s/%s.log", s->dir, program);
	o.err = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	must(o.err > 0 && process_spawn(&o, &s->p, &e), program, &e);
	close(o.err);
}

void serving_gauthd(struct serving *s, const struct realm *r, const char *socket, const char *settings)
{
	char config[PATH * 2], notary[PATH * 2], text[2048];
	const char *const args[] = { "--child", "--config", config, "--notary", notary, "--signer", socket == NULL ? "/nowhere" : socket,
		"--database", r->pg->daemon, NULL };
	struct sockaddr_in a = free_port();
	struct err e = { 0 };

	memset(s, 0, sizeof(*s));
	s->port = ntohs(a.sin_port);
	snprintf(s->dir, sizeof(s->dir), "%s", r->pg->dir);
	snprintf(config, sizeof(config), "%s/gauthd.conf", s->dir);
	snprintf(notary, sizeof(notary), "%s/notary.pem", s->dir);
	snprintf(text, sizeof(text), "[listen]\nport = %u\n[limits]\nper_address = 0\nrate = 0\n%s", s->port, settings);
	write_file(config, text);
	if (access(notary, R_OK) != 0)
		must(keyfile_write(notary, r->keys->notary, NULL, &e), "notary key", &e);
	spawn(s, "gauthd", args);
	await(s, AF_INET, &a, sizeof(a), "gauthd");
}

void serving_signer(struct serving *s, const struct realm *r, char socket[static SERVING_SOCKET])
{
	char state[PATH * 2], passphrase[PATH * 2];
	const char *const args[] = { "--state", state, "--socket", socket, "--passphrase", passphrase, NULL };
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	memset(s, 0, sizeof(*s));
	snprintf(s->dir, sizeof(s->dir), "%s", r->pg->dir);
	snprintf(state, sizeof(state), "%s/signer", s->dir);
	snprintf(passphrase, sizeof(passphrase), "%s/passphrase", s->dir);
	snprintf(socket, SERVING_SOCKET, "%.80s/signer.sock", s->dir);
	memcpy(a.sun_path, socket, SERVING_SOCKET);
	write_file(passphrase, "a passphrase for tests\n");
	spawn(s, "gauth-signer", args);
	await(s, AF_UNIX, &a, sizeof(a), "gauth-signer");
}

void serving_stop(struct serving *s)
{
	process_stop(&s->p, SIGTERM, STOP_MS, NULL);
}
