/* SPDX-License-Identifier: ISC
 * gauthctl: what the operator does with a state. */
#include "authority/ctl.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer/options.h"

#define CREATE_OPTIONS \
	(CTL_BIT(CTL_TEMPLATE) | CTL_BIT(CTL_FOUNDER) | CTL_BIT(CTL_ADMINISTRATOR) | CTL_BIT(CTL_OPERATOR) | CTL_BIT(CTL_ALLOW) | \
		CTL_BIT(CTL_THRESHOLD) | CTL_BIT(CTL_SIGNERS) | CTL_BIT(CTL_LIFE) | CTL_BIT(CTL_TERM) | CTL_BIT(CTL_OVERLAY) | \
		CTL_BIT(CTL_URL) | CTL_BIT(CTL_PURPOSE) | CTL_BIT(CTL_NAMES) | CTL_BIT(CTL_ALG) | CTL_BIT(CTL_APPROVE) | \
		CTL_BIT(CTL_DRAFT) | CTL_BIT(CTL_NO_WAIT) | CTL_BIT(CTL_PASSPHRASE))
#define KEY_OPTIONS (CTL_BIT(CTL_KEY) | CTL_BIT(CTL_PASSPHRASE))

static const struct ctl_command commands[] = {
	{ "init", ctl_init, "", "make the state: settings, keys, database", 0, 0, 0 },
	{ "migrate", ctl_migrate, "", "bring the database to the schema of this program", 0, 0, 0 },
	{ "group create", ctl_group_create, "NAME", "found a group, once its administrators have approved its charter", CREATE_OPTIONS, 1,
		1 },
	{ "group list", ctl_group_list, "", "the groups, drafted ones too", 0, 0, 0 },
	{ "group drop", ctl_group_drop, "NAME", "take back a group that was never founded; its name is free again", 0, 1, 1 },
	{ "group show", ctl_group_show, "NAME", "a group, its rule, and its join link", CTL_BIT(CTL_QR), 1, 1 },
	{ "key new", ctl_key_new, "GROUP", "make a further issuing key, for the next version of a charter to name", CTL_BIT(CTL_ALG), 1,
		1 },
	{ "member list", ctl_member_list, "GROUP", "the members of a group", 0, 1, 1 },
	{ "member show", ctl_member_show, "GROUP MEMBER", "a member and its certificates", 0, 2, 2 },
	{ "member revoke", ctl_member_revoke, "GROUP MEMBER", "revoke a member, or one of its keys or certificates",
		KEY_OPTIONS | CTL_BIT(CTL_CAUSE) | CTL_BIT(CTL_SERIAL) | CTL_BIT(CTL_THUMBPRINT), 2, 2 },
	{ "application list", ctl_application_list, "GROUP", "applications and what became of them", CTL_BIT(CTL_STATUS), 1, 1 },
	{ "application approve", ctl_application_approve, "GROUP DIGEST", "an operator's word for an application", KEY_OPTIONS, 2, 2 },
	{ "application refuse", ctl_application_refuse, "GROUP DIGEST", "an operator's word against an application", KEY_OPTIONS, 2, 2 },
	{ "log", ctl_log, "GROUP", "the entries of the group's log", CTL_BIT(CTL_FROM), 1, 1 },
	{ "doctor", ctl_doctor, "", "what is not as it should be, and what helps", 0, 0, 0 },
};

static const uint64_t common = CTL_BIT(CTL_STATE) | CTL_BIT(CTL_JSON) | CTL_BIT(CTL_HELP);

/* The command that the first one or two words name; *used: how many. */
static const struct ctl_command *find(const struct ctl_line *l, size_t *used)
{
	char two[64];

	for (*used = 2; *used > 0; (*used)--) {
		if (l->words_n < *used)
			continue;
		snprintf(two, sizeof(two), *used == 2 ? "%s %s" : "%s", l->words[0], *used == 2 ? l->words[1] : "");
		for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
			if (strcmp(commands[i].name, two) == 0)
				return &commands[i];
	}
	return NULL;
}

static void print_options(FILE *to, uint64_t takes)
{
	char words[64];

	for (int i = 0; i < CTL_OPTIONS; i++) {
		const struct ctl_option_row *o = ctl_option_row((enum ctl_option)i);

		if ((takes & CTL_BIT(i)) == 0)
			continue;
		snprintf(words, sizeof(words), "--%s %s", o->name, o->value == NULL ? "" : o->value);
		fprintf(to, "  %-30s %s%s\n", words, o->help, o->many ? " (may be repeated)" : "");
	}
}

/* Lists the commands whose names begin with this word; NULL: all. Gives their number. */
static size_t list(FILE *to, const char *family)
{
	size_t n = family != NULL ? strlen(family) : 0, found = 0;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char words[64];

		if (family != NULL && (strncmp(commands[i].name, family, n) != 0 || commands[i].name[n] != ' '))
			continue;
		found++;
		snprintf(words, sizeof(words), "%s %s", commands[i].name, commands[i].arguments);
		fprintf(to, "  %-34s %s\n", words, commands[i].help);
	}
	return found;
}

static int help(FILE *to, const struct ctl_command *k)
{
	if (k != NULL) {
		fprintf(to, "usage: gauthctl %s %s [options]\n\n%s\n\n", k->name, k->arguments, k->help);
		print_options(to, k->takes | common);
		return CTL_DONE;
	}
	fputs("usage: gauthctl [--state DIR] [--json] COMMAND ...\n\n", to);
	list(to, NULL);
	fputs("\n  gauthctl COMMAND --help            its options\n"
	      "  gauthctl --version                 which version this is\n"
	      "\nExit codes: 0 done, 1 failed, 2 usage, 5 unavailable.\n",
		to);
	return CTL_DONE;
}

static bool check(struct ctl *c, const struct ctl_command *k)
{
	for (size_t i = 0; i < c->line.values_n; i++)
		if ((CTL_BIT(c->line.values[i].option) & (k->takes | common)) == 0)
			return err_set(
				&c->e, "unknown_option", "%s takes no --%s", k->name, ctl_option_row(c->line.values[i].option)->name);
	if (c->args_n > k->max)
		return err_set(&c->e, "too_many_arguments", "\"%s\" is one word too many", c->args[k->max]);
	return c->args_n >= k->min || err_set(&c->e, "missing_argument", "an argument is missing");
}

/* The command that somebody who typed one or two words may have meant, or NULL. */
static const char *nearest(const char *words)
{
	const char *best = NULL;
	size_t least = 4, n = strlen(words);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t far = strncmp(words, commands[i].name, n) == 0 ? 1 : word_distance(words, commands[i].name);

		if (far < least && far < strlen(commands[i].name)) {
			least = far;
			best = commands[i].name;
		}
	}
	return best;
}

/* A command line that is none. */
static int refuse(struct ctl *c)
{
	ctl_fail(c);
	if (c->command != NULL)
		term_note(&c->term, "usage: gauthctl %s %s   (gauthctl %s --help)", c->command->name, c->command->arguments,
			c->command->name);
	else
		term_note(&c->term, "gauthctl --help lists commands and options");
	return CTL_USAGE;
}

static int without_command(struct ctl *c)
{
	const struct ctl_line *l = &c->line;
	char words[64], safe[TERM_SAFE];
	const char *near = NULL;

	if (l->words_n == 1 && list(stderr, l->words[0]) > 0)
		return CTL_USAGE;
	if (l->words_n == 0 || strcmp(l->words[0], "help") == 0) {
		help(l->words_n == 0 ? stderr : stdout, NULL);
		return l->words_n == 0 ? CTL_USAGE : CTL_DONE;
	}
	for (size_t n = l->words_n > 1 ? 2 : 1; n > 0 && near == NULL; n--) {
		snprintf(words, sizeof(words), n == 2 ? "%.30s %.30s" : "%.60s", l->words[0], l->words[n - 1]);
		near = nearest(words);
	}
	if (near != NULL)
		err_set(&c->e, "unknown_command", "there is no command \"%s\"; did you mean: gauthctl %s?", term_safe(words, safe), near);
	else
		err_set(&c->e, "unknown_command", "there is no command \"%s\"", term_safe(words, safe));
	return refuse(c);
}

static const char *state_of(const struct ctl *c)
{
	const char *given = ctl_value(&c->line, CTL_STATE, 0), *set = getenv("CHARTERHOUSE_STATE");

	if (given != NULL)
		return given;
	return set != NULL && set[0] != '\0' ? set : "var";
}

static int run(struct ctl *c)
{
	size_t used;
	int rc;

	c->command = find(&c->line, &used);
	if (ctl_value(&c->line, CTL_HELP, 0) != NULL)
		return help(stdout, c->command);
	if (c->command == NULL && ctl_value(&c->line, CTL_VERSION, 0) != NULL) {
		term_text(&c->term, "gauthctl " CHARTERHOUSE_VERSION);
		return CTL_DONE;
	}
	if (c->command == NULL)
		return without_command(c);
	c->args = c->line.words + used;
	c->args_n = c->line.words_n - used;
	if (!check(c, c->command))
		return refuse(c);
	c->state = state_of(c);
	rc = c->command->run(c);
	ctl_close(c);
	return rc;
}

int main(int argc, char **argv)
{
	struct ctl c = { .log = { .to = stderr, .program = "gauthctl", .level = LOG_ERROR } };
	const bool parsed = ctl_line_parse(argc - 1, argv + 1, &c.line, &c.e);

	signal(SIGPIPE, SIG_IGN);
	c.term = term_make(stdout, stderr, ctl_value(&c.line, CTL_JSON, 0) != NULL, getenv("NO_COLOR"));
	if (!parsed)
		return refuse(&c);
	return run(&c);
}
