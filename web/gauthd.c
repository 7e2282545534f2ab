/* SPDX-License-Identifier: ISC
 * gauthd: the group authority's service. Started by people it is a parent of its parts; --child is the part that serves. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/state_dir.h"
#include "authority/supervisor.h"
#include "web/parent.h"
#include "web/service.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1 };

struct options {
	const char *state, *config, *port;
	const char *notary, *signer, *database; /* of the child */
	bool child, check;
};

static const char USAGE[] = "usage: gauthd --state DIR [--config FILE] [--port N]\n"
			    "       gauthd --check-config (--config FILE | --state DIR)\n";
static const char HELP[] = "\n"
			   "Serves groups that admit by their own charters: HTTP, with a PostgreSQL and a gauth-signer of its own.\n"
			   "  --state DIR       where everything lies; made when missing\n"
			   "  --config FILE     settings, instead of DIR/gauthd.conf\n"
			   "  --port N          instead of the port that the settings name\n"
			   "  --check-config    read the settings, print them all, and end\n"
			   "  --version         which version this is\n"
			   "  --help            this text\n"
			   "\n"
			   "With [database] url in the settings that server is used, and no PostgreSQL is started.\n"
			   "For a PostgreSQL and a signer under other supervision:\n"
			   "  gauthd --child --config FILE --notary KEY.pem --signer SOCKET [--database CONNINFO]\n";

/* what: NULL when getopt_long has said it. */
static int usage(const char *what)
{
	if (what != NULL)
		fprintf(stderr, "gauthd: %s\n", what);
	fprintf(stderr, "%sgauthd --help tells more.\n", USAGE);
	return SUPERVISED_USAGE;
}

/* -1: go on; otherwise the exit code. */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{ "state", required_argument, NULL, 's' },
		{ "config", required_argument, NULL, 'c' },
		{ "port", required_argument, NULL, 'p' },
		{ "notary", required_argument, NULL, 'n' },
		{ "signer", required_argument, NULL, 'g' },
		{ "database", required_argument, NULL, 'd' },
		{ "check-config", no_argument, NULL, 'k' },
		{ "child", no_argument, NULL, 'l' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (c) {
		case 's':
			o->state = optarg;
			break;
		case 'c':
			o->config = optarg;
			break;
		case 'p':
			o->port = optarg;
			break;
		case 'n':
			o->notary = optarg;
			break;
		case 'g':
			o->signer = optarg;
			break;
		case 'd':
			o->database = optarg;
			break;
		case 'k':
			o->check = true;
			break;
		case 'l':
			o->child = true;
			break;
		case 'v':
			puts("gauthd " CHARTERHOUSE_VERSION);
			return EXIT_DONE;
		case 'h':
			printf("%s%s", USAGE, HELP);
			return EXIT_DONE;
		default:
			return usage(NULL);
		}
	}
	if (optind != argc)
		return usage("there are words that belong to no option");
	if (o->child ? o->config == NULL || o->notary == NULL || o->signer == NULL : o->state == NULL && !(o->check && o->config != NULL))
		return usage(o->child ? "--child needs --config, --notary and --signer" : "--state DIR is needed");
	return -1;
}

static bool read_settings(const struct options *o, struct settings *s, struct err *e)
{
	char *end;

	if (!(o->config != NULL ? settings_read(o->config, s, e) : state_dir_settings(o->state, s, e)))
		return false;
	if (o->port == NULL)
		return true;
	s->listen.port = strtol(o->port, &end, 10);
	return (*o->port != '\0' && *end == '\0' && s->listen.port >= 0 && s->listen.port <= 65535) ||
		err_set(e, "config_bad_value", "--port is a number from 0 to 65535");
}

static enum log_level level_of(const char *word)
{
	static const char *const words[] = { [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug" };

	for (int i = LOG_ERROR; i <= LOG_DEBUG; i++)
		if (strcmp(words[i], word) == 0)
			return (enum log_level)i;
	return LOG_INFO;
}

static bool serve(const struct options *o, const struct settings *s, struct log *log, struct err *e)
{
	const struct service_options so = { .settings = s,
		.conninfo = o->database != NULL ? o->database : s->database.url,
		.notary = o->notary,
		.signer_socket = o->signer,
		.log = log };

	return service_run(&so, e);
}

/* Errors that no restart mends: a supervisor gives up then. */
static bool is_for_people(const struct err *e)
{
	return strncmp(e->name, "config_", 7) == 0 || strncmp(e->name, "schema_", 7) == 0 || strncmp(e->name, "key_", 4) == 0;
}

static int fail(struct log *log, const struct err *e, const struct options *o)
{
	if (o->child)
		log_error(log, LOG_ERROR, "ended", e, NULL);
	else if (e->line > 0)
		fprintf(stderr, "gauthd: %s: line %u: %s\n", e->name, (unsigned)e->line, e->text);
	else
		fprintf(stderr, "gauthd: %s: %s\n", e->name, e->text);
	return is_for_people(e) ? SUPERVISED_CONFIG : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct log log = { .to = stderr, .program = "gauthd", .level = LOG_INFO };
	struct options o = { 0 };
	struct settings s;
	struct err e = { 0 };
	int rc = parse(argc, argv, &o);

	if (rc >= 0)
		return rc;
	if (!read_settings(&o, &s, &e))
		return fail(&log, &e, &o);
	if (o.check) {
		conf_print(stdout, settings_keys, settings_n, &s);
		return EXIT_DONE;
	}
	log.level = level_of(s.log.level);
	const struct parent_options po = { .state = o.state, .settings = &s, .log = &log };
	return (o.child ? serve(&o, &s, &log, &e) : parent_run(&po, &e)) ? EXIT_DONE : fail(&log, &e, &o);
}
