/* SPDX-License-Identifier: ISC
 * From words to a command: finding it, its help, its run and its end. */
#include "peer/cmd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"

static const uint64_t everywhere = OPTION_BIT(OPT_HELP) | OPTION_BIT(OPT_HOME);

/* Is the table's name the first word, or the first two? Gives their number. */
static int matches(const char *name, int argc, char *const *argv)
{
	const char *space = strchr(name, ' ');
	size_t n = space != NULL ? (size_t)(space - name) : strlen(name);

	if (argc < 1 || strlen(argv[0]) != n || memcmp(argv[0], name, n) != 0)
		return 0;
	if (space == NULL)
		return 1;
	return argc > 1 && strcmp(argv[1], space + 1) == 0 ? 2 : 0;
}

const struct command *command_find(int argc, char *const *argv, int *used)
{
	const struct command *k;

	for (size_t i = 0; (k = command_at(i)) != NULL; i++) {
		*used = matches(k->name, argc, argv);
		if (*used > 0)
			return k;
	}
	return NULL;
}

/* The beginning of a command's name is near it, however much is missing. */
const struct command *command_nearest(const char *word)
{
	const struct command *k, *best = NULL;
	size_t least = 3, n = strlen(word);

	for (size_t i = 0; n > 0 && (k = command_at(i)) != NULL; i++) {
		size_t far = strncmp(word, k->name, n) == 0 ? 1 : word_distance(word, k->name);

		if (far < least && far < strlen(k->name)) {
			least = far;
			best = k;
		}
	}
	return best;
}

static bool in_family(const char *name, const char *family)
{
	size_t n = strlen(family);

	return strncmp(name, family, n) == 0 && name[n] == ' ';
}

void command_list(FILE *to, const char *family)
{
	const struct command *k;

	if (family == NULL)
		fputs("gmc: join a group, vote in it, and check who belongs to it.\n\n"
		      "  $ gmc join 'https://host/g/NAME#sha256:...'   # ask to be admitted; wait; get the certificate\n"
		      "  $ gmc vote                                    # step through what the group is asked\n"
		      "  $ gmc verify --trust trust.json gmc.pem       # may this peer take part now?\n\n",
			to);
	for (size_t i = 0; (k = command_at(i)) != NULL; i++)
		if (family == NULL || in_family(k->name, family))
			fprintf(to, "  %-16s %s\n", k->name, k->help);
	fputs("\n  gmc COMMAND --help   examples and options\n", to);
	if (family == NULL)
		fputs("  gmc --version        which version this is\n"
		      "  Exit codes: 0 done or member, 1 failed, 2 usage, 4 refused by the server, 5 unavailable, 10 not a member or no,\n"
		      "  11 expired, 12 revoked, 13 cannot tell, 14 forged or altered, 15 still waiting.\n",
			to);
}

void command_help(const struct command *k, FILE *to)
{
	uint64_t takes = k->takes | everywhere;

	for (const char *line = k->examples; *line != '\0';) {
		size_t n = strcspn(line, "\n");

		fprintf(to, "  $ %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
	fprintf(to, "\ngmc %s%s%s: %s\n", k->name, k->arguments[0] != '\0' ? " " : "", k->arguments, k->help);
	if (k->more != NULL)
		fprintf(to, "%s\n", k->more);
	fputc('\n', to);
	for (int o = 0; o < OPTIONS; o++) {
		const struct option_row *row = option_row((enum option)o);
		char text[64];

		if ((takes & OPTION_BIT(o)) == 0)
			continue;
		snprintf(text, sizeof(text), "--%s%s%s", row->name, row->value != NULL ? " " : "", row->value != NULL ? row->value : "");
		if (row->letter != 0)
			fprintf(to, "  -%c, %-22s %s\n", row->letter, text, row->help);
		else
			fprintf(to, "      %-22s %s\n", text, row->help);
	}
}

static bool is_family(const char *word)
{
	const struct command *k;

	for (size_t i = 0; (k = command_at(i)) != NULL; i++)
		if (in_family(k->name, word))
			return true;
	return false;
}

static bool is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* No command: help, the version, or a suggestion. */
static int without_command(struct cli *c, int argc, char *const *argv)
{
	const struct command *near;
	char words[128], safe[TERM_SAFE];
	int used;

	if (argc > 1 && is_help(argv[0])) {
		near = command_find(argc - 1, argv + 1, &used);
		if (near != NULL) {
			command_help(near, c->term.out);
			return EXIT_DONE;
		}
	}
	if (argc == 0 || is_help(argv[0])) {
		command_list(argc == 0 ? c->term.err : c->term.out, NULL);
		return argc == 0 ? EXIT_USAGE : EXIT_DONE;
	}
	if (strcmp(argv[0], "--version") == 0) {
		fprintf(c->term.out, "gmc %s\n", CHARTERHOUSE_VERSION);
		return EXIT_DONE;
	}
	if (is_family(argv[0]) && (argc == 1 || is_help(argv[1]))) {
		command_list(argc == 1 ? c->term.err : c->term.out, argv[0]);
		return argc == 1 ? EXIT_USAGE : EXIT_DONE;
	}
	if (argv[0][0] == '-') {
		err_set(&c->e, "unknown_command", "options stand behind the command: gmc COMMAND %s; gmc help lists the commands",
			term_safe(argv[0], safe));
		return cmd_fail(c);
	}
	near = command_nearest(argv[0]);
	snprintf(words, sizeof(words), "%s", argv[0]);
	if (argc > 1 && argv[1][0] != '-' && (near == NULL || is_family(argv[0]))) {
		snprintf(words, sizeof(words), "%.60s %.60s", argv[0], argv[1]);
		near = command_nearest(words);
	}
	if (near != NULL)
		err_set(&c->e, "unknown_command", "there is no command \"%s\"; did you mean: gmc %s?", term_safe(words, safe), near->name);
	else
		err_set(&c->e, "unknown_command", "there is no command \"%s\"; gmc help lists those there are", term_safe(words, safe));
	return cmd_fail(c);
}

static void cli_free(struct cli *c)
{
	trust_free(c->trust);
	client_free(c->client);
	sig_key_free(c->key);
	crypto_free(c->crypto);
}

int cli_run(int argc, char *const *argv, FILE *in, FILE *out, FILE *err, int64_t (*clock)(void))
{
	struct cli c = { .in = in, .clock = clock, .now = clock() };
	int used = 0, rc;

	c.term = term_make(out, err, false, getenv("NO_COLOR"));
	c.command = command_find(argc, argv, &used);
	if (c.command == NULL)
		return without_command(&c, argc, argv);
	if (!options_parse(argc - used, argv + used, c.command->takes | everywhere, c.command->min, c.command->max, &c.opt, &c.e))
		return cmd_fail(&c);
	if (options_given(&c.opt, OPT_HELP)) {
		command_help(c.command, out);
		return EXIT_DONE;
	}
	c.term.json = options_given(&c.opt, OPT_JSON);
	rc = cmd_time(&c, OPT_NOW, &c.now) ? c.command->run(&c) : cmd_fail(&c);
	cli_free(&c);
	if (fflush(out) != 0 && rc == EXIT_DONE)
		rc = EXIT_FAILED; /* a full disk is no success */
	return rc;
}
