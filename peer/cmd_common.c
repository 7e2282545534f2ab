/* SPDX-License-Identifier: ISC
 * What commands are given: options, key, home, trust, and a way to fail. */
#include "peer/cmd.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/time.h"

static const struct {
	const char *name, *hint;
} hints[] = {
	{ "not_joined",
		"gmc join LINK asks to be admitted, gmc fetch LINK only looks; or set GMC_HOME to the folder of a group that you joined" },
	{ "no_key", "gmc keygen makes one, and so does gmc join" },
	{ "no_trust", "gmc fetch gets it, or name one with --trust" },
	{ "not_a_member", "gmc status says how it stands; gmc join LINK asks to be admitted" },
	{ "key_exposed", "chmod 600 the key; if others may have read it, gmc renew --rekey" },
	{ "key_encrypted", "--passphrase-file FILE" },
	{ "server_unreachable", "is the address right, and is the server running? Nothing is lost: run the same command again" },
	{ "server_timeout", "run the same command again: what was received is not done twice" },
	{ "too_many", "wait a little, then run the same command again" },
	{ "busy", "run the same command again" },
	{ "database_unavailable", "the server comes back by itself; run the same command again" },
	{ "signer_unavailable", "the server comes back by itself; run the same command again" },
	{ "wrong_link", "use another folder for another group: GMC_HOME=DIR gmc join LINK" },
	{ "log_forked", "the server shows you another history than before: keep the files, and ask the other members what they see" },
	{ "charter_fork", "two charters of one number: keep the files, and ask the other members which one they have" },
	{ "charter_rollback", "the server shows an older charter than you have seen: ask the other members" },
	{ "unknown_charter", "gmc fetch gets newer charters" },
	{ "closed", "gmc proposals --all shows how it ended" },
	{ "equivocation", "a vote stands; the charter says whether it may be changed: gmc charter explain" },
	{ "stale_head", "run gmc join again: it reads the log's head anew" },
	{ "expired", "gmc renew gets a new certificate" },
	{ "approvals_missing", "other administrators approve it with: gmc charter approve DIGEST" },
	{ "not_confirmed", "--yes answers beforehand" },
};

int cmd_fail(struct cli *c)
{
	static const char *const usage[] = { "unknown_option", "option_repeated", "missing_value", "unexpected_value", "missing_argument",
		"too_many_arguments", "unknown_command", "bad_argument", "bad_link", "not_confirmed" };
	static const char *const away[] = { "file_unreadable", "key_unreadable" };
	const char *hint = NULL;

	if (c->e.line > 0 && c->file != NULL)
		err_prefix(&c->e, "%s: ", c->file);
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (err_is(&c->e, hints[i].name))
			hint = hints[i].hint;
	term_error(&c->term, &c->e, hint);
	for (size_t i = 0; i < sizeof(usage) / sizeof(usage[0]); i++) {
		if (err_is(&c->e, usage[i])) {
			if (c->command != NULL)
				term_note(&c->term, "usage: gmc %s%s%s   (gmc %s --help)", c->command->name,
					c->command->arguments[0] != '\0' ? " " : "", c->command->arguments, c->command->name);
			return EXIT_USAGE;
		}
	}
	for (size_t i = 0; i < sizeof(away) / sizeof(away[0]); i++)
		if (err_is(&c->e, away[i]))
			return EXIT_UNAVAILABLE;
	if (strncmp(c->e.name, "server_", 7) == 0)
		return EXIT_UNAVAILABLE;
	if (c->client == NULL || client_status(c->client) < 400)
		return EXIT_FAILED;
	return client_is_down(c->client) ? EXIT_UNAVAILABLE : EXIT_REFUSED;
}

const char *cmd_option(const struct cli *c, enum option o)
{
	return c->opt.value[o];
}

bool cmd_crypto(struct cli *c)
{
	if (c->crypto == NULL)
		c->crypto = crypto_new(&c->e);
	return c->crypto != NULL;
}

bool cmd_home(struct cli *c)
{
	char dir[HOME_DIR_MAX];

	if (!c->has_home)
		c->has_home = home_directory(
				      cmd_option(c, OPT_HOME), getenv("GMC_HOME"), getenv("XDG_CONFIG_HOME"), getenv("HOME"), dir, &c->e) &&
			home_open(dir, &c->home, &c->e);
	return c->has_home;
}

bool cmd_joined(struct cli *c)
{
	if (!cmd_home(c))
		return false;
	return c->home.joined || err_set(&c->e, "not_joined", "%s holds no group", c->home.dir);
}

bool cmd_client(struct cli *c)
{
	if (c->client == NULL && cmd_joined(c))
		c->client = client_new(c->home.link.server, c->home.link.group, &c->e);
	return c->client != NULL;
}

/* The terminal does not show what is typed. */
static bool ask_passphrase(struct cli *c, const char *path, char *out, size_t size)
{
	int fd = fileno(c->in);
	struct termios was, quiet;
	bool rc;

	if (tcgetattr(fd, &was) != 0)
		return false;
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	fprintf(c->term.err, "passphrase of %s: ", path);
	fflush(c->term.err);
	tcsetattr(fd, TCSAFLUSH, &quiet);
	rc = cmd_line(c, out, size);
	tcsetattr(fd, TCSAFLUSH, &was);
	putc('\n', c->term.err);
	return rc;
}

struct sig_key *cmd_read_key(struct cli *c, const char *path)
{
	const char *file = cmd_option(c, OPT_PASSPHRASE);
	struct sig_key *k = NULL;
	struct err why = { 0 };
	char passphrase[1024];

	if (file != NULL) {
		if (keyfile_passphrase(file, passphrase, sizeof(passphrase), &c->e))
			k = keyfile_read(path, passphrase, &c->e);
		bytes_wipe(passphrase, sizeof(passphrase));
		return k;
	}
	k = keyfile_read(path, NULL, &why);
	if (k == NULL && err_is(&why, "key_encrypted") && ask_passphrase(c, path, passphrase, sizeof(passphrase))) {
		k = keyfile_read(path, passphrase, &c->e);
		bytes_wipe(passphrase, sizeof(passphrase));
		return k;
	}
	if (k == NULL)
		err_set(&c->e, why.name, "%s", why.text);
	return k;
}

bool cmd_key(struct cli *c)
{
	const char *given = cmd_option(c, OPT_KEY);
	char path[HOME_PATH_MAX];

	if (c->key != NULL)
		return true;
	if (given == NULL) {
		if (!cmd_home(c))
			return false;
		home_key_path(&c->home, path);
		if (access(path, F_OK) != 0)
			return err_set(&c->e, "no_key", "there is no key at %s", path);
		given = path;
	}
	c->key = cmd_read_key(c, given);
	return c->key != NULL;
}

bool cmd_trust(struct cli *c)
{
	struct buf text = { 0 };

	if (c->trust != NULL)
		return true;
	if (!cmd_joined(c) || !cmd_crypto(c))
		return false;
	if (!home_has(&c->home, HOME_TRUST))
		return err_set(&c->e, "no_trust", "%s has no trust file yet", c->home.dir);
	if (home_read(&c->home, HOME_TRUST, TRUST_MAX, &text, &c->e))
		c->trust = trust_parse(c->crypto, buf_slice(&text), &c->home.link.genesis, &c->e);
	buf_free(&text);
	return c->trust != NULL;
}

bool cmd_member(struct cli *c, struct id16 *out)
{
	const char *given = cmd_option(c, OPT_MEMBER);

	if (given != NULL)
		return id16_parse(given, out) || err_set(&c->e, "bad_argument", "--member takes 32 hex digits");
	if (!cmd_home(c))
		return false;
	*out = c->home.member;
	return c->home.has_member || err_set(&c->e, "not_a_member", "%s holds no member of the group", c->home.dir);
}

bool cmd_time(struct cli *c, enum option o, int64_t *out)
{
	const char *s = cmd_option(c, o);

	if (s == NULL || time_parse(s, out))
		return true;
	if (strspn(s, "0123456789") == strlen(s) && time_duration_parse(s, out))
		return true;
	return err_set(&c->e, "bad_argument", "--%s takes a time like 2026-11-29T12:00:00Z, or seconds since 1970", option_row(o)->name);
}

bool cmd_duration(struct cli *c, enum option o, int64_t *out)
{
	const char *s = cmd_option(c, o);

	return s == NULL || time_duration_parse(s, out) ||
		err_set(&c->e, "bad_argument", "--%s takes a duration like 90s, 10m, 2h or 1d", option_row(o)->name);
}

bool cmd_count(struct cli *c, enum option o, uint32_t max, uint32_t *out)
{
	const char *s = cmd_option(c, o);
	unsigned long v;

	if (s == NULL)
		return true;
	v = strspn(s, "0123456789") == strlen(s) && strlen(s) > 0 && strlen(s) < 10 ? strtoul(s, NULL, 10) : 0;
	if (v < 1 || v > max)
		return err_set(&c->e, "bad_argument", "--%s takes a number from 1 to %u", option_row(o)->name, (unsigned)max);
	*out = (uint32_t)v;
	return true;
}

static bool read_input(struct cli *c, size_t max, struct buf *out)
{
	while (!feof(c->in) && !ferror(c->in)) {
		if (!buf_reserve(out, 65536))
			return err_memory(&c->e);
		out->n += fread(out->p + out->n, 1, 65536, c->in);
		if (out->n > max)
			return err_set(&c->e, "too_large", "the input has more than %zu bytes", max);
	}
	return !ferror(c->in) || err_set(&c->e, "file_unreadable", "standard input cannot be read");
}

bool cmd_read_file(struct cli *c, const char *path, size_t max, struct buf *out)
{
	c->file = strcmp(path, "-") == 0 ? NULL : path;
	return c->file == NULL ? read_input(c, max, out) : file_read(path, max, out, &c->e);
}

bool cmd_write_json(struct cli *c, const json_t *doc)
{
	const char *path = cmd_option(c, OPT_OUT);
	struct buf text = { 0 };
	bool rc;

	if (path == NULL) {
		term_json(&c->term, doc);
		return true;
	}
	rc = json_write_pretty(doc, &text, &c->e) && file_write(path, 0644, buf_slice(&text), &c->e);
	buf_free(&text);
	return rc;
}

bool cmd_line(struct cli *c, char *out, size_t size)
{
	size_t n;

	if (fgets(out, (int)size, c->in) == NULL)
		return false;
	n = strcspn(out, "\r\n");
	out[n] = '\0';
	return true;
}

bool cmd_confirm(struct cli *c, const char *question)
{
	char answer[16];

	if (options_given(&c->opt, OPT_YES))
		return true;
	if (isatty(fileno(c->in)) != 1)
		return err_set(&c->e, "not_confirmed", "%s Nobody is there to answer", question);
	fflush(c->term.out);
	fprintf(c->term.err, "%s [y/N] ", question);
	fflush(c->term.err);
	if (cmd_line(c, answer, sizeof(answer)) && (answer[0] == 'y' || answer[0] == 'Y'))
		return true;
	return err_set(&c->e, "not_confirmed", "nothing was done");
}
