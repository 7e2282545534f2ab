/* SPDX-License-Identifier: ISC
 * gauth-signer: holds the issuing keys. No network, no database; a socket, its keys and its own state. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "authority/frame.h"
#include "authority/sandbox.h"
#include "authority/signing.h"
#include "peer/keyfile.h"

enum { CONNECTIONS = 64, FIXED = 3, FRAME_MS = 10000, EXIT_USAGE = 2 };

struct options {
	const char *state, *socket, *passphrase, *rebuild;
	uid_t allow; /* who may connect beside root and ourselves */
	bool has_allow;
	int lifeline; /* a pipe that closes when the parent is gone; -1: none */
};

static const char USAGE[] = "usage: gauth-signer --state DIR --socket PATH --passphrase FILE [--allow-uid N] [--lifeline FD]\n"
			    "       gauth-signer --state DIR --passphrase FILE --rebuild HEAD.json\n";
static const char HELP[] = "\n"
			   "Holds the issuing keys of groups and signs what their logs and charters bear out.\n"
			   "  --state DIR        keys and state, made when missing; for this program alone\n"
			   "  --socket PATH      where gauthd connects; at most 107 bytes\n"
			   "  --passphrase FILE  first line opens the keys (or $CREDENTIALS_DIRECTORY/passphrase)\n"
			   "  --allow-uid N      the user that gauthd runs as\n"
			   "  --lifeline FD      ends when this pipe closes\n"
			   "  --rebuild FILE     begin a lost state again, up to a head that the administrators signed\n"
			   "  --version          which version this is\n"
			   "  --help             this text\n";

/* what: NULL when getopt_long has said it. */
static int usage(const char *what)
{
	if (what != NULL)
		fprintf(stderr, "gauth-signer: %s\n", what);
	fprintf(stderr, "%sgauth-signer --help tells more.\n", USAGE);
	return EXIT_USAGE;
}

/* A whole number, and nothing behind it: a user that is misread as 0 would be another one. */
static bool read_number(const char *s, unsigned long max, unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(s, &end, 10);
	return *s >= '0' && *s <= '9' && *end == '\0' && errno == 0 && *out <= max;
}

static int fail(const struct err *e)
{
	fprintf(stderr, "gauth-signer: %s: %s\n", e->name, e->text);
	return 1;
}

static int parse(int argc, char **argv, struct options *o)
{
	static const struct option LONG[] = {
		{ "state", required_argument, NULL, 's' },
		{ "socket", required_argument, NULL, 'l' },
		{ "passphrase", required_argument, NULL, 'p' },
		{ "allow-uid", required_argument, NULL, 'u' },
		{ "lifeline", required_argument, NULL, 'f' },
		{ "rebuild", required_argument, NULL, 'r' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	unsigned long n;
	int c;

	while ((c = getopt_long(argc, argv, "", LONG, NULL)) != -1) {
		switch (c) {
		case 's':
			o->state = optarg;
			break;
		case 'l':
			o->socket = optarg;
			break;
		case 'p':
			o->passphrase = optarg;
			break;
		case 'r':
			o->rebuild = optarg;
			break;
		case 'f':
			if (!read_number(optarg, INT_MAX, &n))
				return usage("--lifeline takes the number of a descriptor");
			o->lifeline = (int)n;
			break;
		case 'u':
			if (!read_number(optarg, UINT32_MAX - 1UL, &n))
				return usage("--allow-uid takes the number of a user");
			o->allow = (uid_t)n;
			o->has_allow = true;
			break;
		case 'v':
			puts("gauth-signer " CHARTERHOUSE_VERSION);
			return 0;
		case 'h':
			printf("%s%s", USAGE, HELP);
			return 0;
		default:
			return usage(NULL);
		}
	}
	if (o->state == NULL || (o->socket == NULL) == (o->rebuild == NULL) || optind != argc)
		return usage("--state and one of --socket and --rebuild are needed");
	return -1;
}

static int listen_at(const char *path, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(a.sun_path) || fd < 0) {
		err_set(e, "bad_socket", "the socket's path is longer than %zu bytes", sizeof(a.sun_path) - 1);
		return -1;
	}
	memcpy(a.sun_path, path, strlen(path) + 1);
	unlink(path);
	/* Who may connect is asked of the kernel for each connection; the folder's mode comes on top of that. */
	if (bind(fd, (const struct sockaddr *)&a, sizeof(a)) != 0 || chmod(path, 0666) != 0 || listen(fd, CONNECTIONS) != 0) {
		err_set(e, "bad_socket", "cannot listen at %s: %s", path, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static bool allowed(int fd, const struct options *o)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0)
		return false;
	return who.uid == 0 || who.uid == geteuid() || (o->has_allow && who.uid == o->allow);
}

/* One frame in, one frame out. False: the connection is to be closed. */
static bool serve_one(struct signing *s, int fd)
{
	struct buf in = { 0 }, out = { 0 };
	struct err e = { 0 };
	bool ok = frame_receive(fd, &in, FRAME_MS, &e) && signing_answer(s, buf_slice(&in), &out) &&
		frame_send(fd, buf_slice(&out), FRAME_MS, &e);

	buf_free(&in);
	buf_free(&out);
	return ok;
}

static void take_in(int listener, const struct options *o, struct pollfd *p, nfds_t *n)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (*n == CONNECTIONS + FIXED || !allowed(fd, o)) {
		close(fd);
		return;
	}
	p[*n] = (struct pollfd){ .fd = fd, .events = POLLIN };
	(*n)++;
}

/* SIGTERM and SIGINT, to be read between two requests; -1 with e set. */
static int hold_signals(struct err *e)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		err_set(e, "cannot_start", "signalfd: %s", strerror(errno));
	return fd;
}

/* Callers are served one after the other, whole request by whole request. Ends when the lifeline closes, or when asked to. */
static void serve(struct signing *s, int listener, int signals, const struct options *o)
{
	struct pollfd p[CONNECTIONS + FIXED] = { { .fd = listener, .events = POLLIN }, { .fd = o->lifeline, .events = POLLIN },
		{ .fd = signals, .events = POLLIN } };
	nfds_t n = FIXED;

	for (;;) {
		if (poll(p, n, -1) < 0 && errno != EINTR)
			return;
		if (p[1].revents != 0 || p[2].revents != 0)
			return;
		for (nfds_t i = FIXED; i < n; i++) {
			if (p[i].revents == 0 || serve_one(s, p[i].fd))
				continue;
			close(p[i].fd);
			p[i--] = p[--n];
		}
		if (p[0].revents != 0)
			take_in(listener, o, p, &n);
	}
}

static bool open_passphrase(const struct options *o, char *out, size_t size, struct err *e)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[4096];

	if (o->passphrase != NULL)
		return keyfile_passphrase(o->passphrase, out, size, e);
	snprintf(path, sizeof(path), "%s/passphrase", dir == NULL ? "" : dir);
	return dir == NULL ? err_set(e, "passphrase_unreadable", "give --passphrase FILE, or start with credentials")
			   : keyfile_passphrase(path, out, size, e);
}

static int run(const struct options *o)
{
	struct log log = { .to = stderr, .program = "gauth-signer", .level = LOG_INFO };
	char passphrase[512];
	struct signing *s = NULL;
	struct err e = { 0 };
	int listener = -1, signals = hold_signals(&e);

	if (signals < 0)
		return fail(&e);
	sandbox_early();
	if (open_passphrase(o, passphrase, sizeof(passphrase), &e))
		s = signing_open(o->state, passphrase, &log, &e);
	bytes_wipe(passphrase, sizeof(passphrase));
	if (s != NULL && o->rebuild != NULL) {
		if (signing_rebuild(s, o->rebuild, &e))
			log_event(&log, LOG_INFO, "rebuilding", "head", o->rebuild, NULL);
	} else if (s != NULL && (listener = listen_at(o->socket, &e)) >= 0 && sandbox_signer(&e)) {
		log_event(&log, LOG_INFO, "started", "socket", o->socket, NULL);
		serve(s, listener, signals, o);
		log_event(&log, LOG_INFO, "ended", NULL);
	}
	signing_close(s);
	return err_ok(&e) ? 0 : fail(&e);
}

int main(int argc, char **argv)
{
	struct options o = { .lifeline = -1 };
	int rc = parse(argc, argv, &o);

	signal(SIGPIPE, SIG_IGN);
	return rc >= 0 ? rc : run(&o);
}
