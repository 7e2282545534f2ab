/* SPDX-License-Identifier: ISC */
#include "peer/options.h"

#include <string.h>

static const struct option_row rows[OPTIONS] = {
	[OPT_HELP] = { "help", 'h', NULL, "show examples and options" },
	[OPT_JSON] = { "json", 0, NULL, "print JSON instead of text" },
	[OPT_HOME] = { "home", 0, "DIR", "use this folder instead of GMC_HOME" },
	[OPT_TYPE] = { "type", 0, "TYPE", "kind of key: ed25519 (default) or p256" },
	[OPT_OUT] = { "out", 'o', "FILE", "write to this file" },
	[OPT_CSR] = { "csr", 0, "FILE", "write the certification request to this file" },
	[OPT_NAME] = { "name", 'n', "NAME", "your name, as others are to see it" },
	[OPT_KEY] = { "key", 'k', "FILE", "sign with the key in this file" },
	[OPT_PASSPHRASE] = { "passphrase-file", 0, "FILE", "the key file's passphrase is the first line of this file" },
	[OPT_MEMBER] = { "member", 0, "HEX", "the member, by its 32 hex digits" },
	[OPT_STATEMENT] = { "statement", 0, "TEXT", "what you tell those who vote on you" },
	[OPT_PUZZLE] = { "puzzle", 0, "KIND", "which puzzle you want: graphic, logic or audio; page: all in a browser" },
	[OPT_SPONSOR] = { "sponsor", 0, NULL, "meet no challenge where a member's word does as well" },
	[OPT_MESSAGE] = { "message", 'm', "REASON", "say why" },
	[OPT_WAIT] = { "wait", 0, "SECONDS", "wait at most so long (also 90s, 10m, 2h, 1d)" },
	[OPT_NO_WAIT] = { "no-wait", 0, NULL, "do not wait for the outcome" },
	[OPT_ALL] = { "all", 'a', NULL, "list what is decided too" },
	[OPT_EFFECTIVE] = { "effective", 0, "TIME",
		"when it comes into force: a time (2026-11-29T12:00:00Z) or a delay (1h, the default)" },
	[OPT_OFFLINE] = { "offline", 0, NULL, "contact no server; write the result to --out, or print it" },
	[OPT_MEMBERS] = { "members", 0, "N", "work the examples out for a group of N members" },
	[OPT_REKEY] = { "rekey", 0, NULL, "change to a new key as well" },
	[OPT_CAUSE] = { "cause", 0, "CAUSE",
		"unspecified, key_compromise, affiliation_changed, superseded, cessation or privilege_withdrawn" },
	[OPT_SERIAL] = { "serial", 0, "HEX", "the certificate, by its serial number" },
	[OPT_THUMBPRINT] = { "thumbprint", 0, "THUMB", "the key, by its thumbprint" },
	[OPT_OWN_KEY] = { "own-key", 0, NULL, "your present key, so that you can come back with another one" },
	[OPT_YES] = { "yes", 'y', NULL, "do not ask" },
	[OPT_TRUST] = { "trust", 't', "FILE", "the trust file (default: the one that join and fetch keep)" },
	[OPT_NOW] = { "now", 0, "TIME", "judge as of this time (2026-11-29T12:00:00Z, or seconds)" },
	[OPT_EXPLAIN] = { "explain", 0, NULL, "tell how the member came in (with --record)" },
	[OPT_RECORD] = { "record", 0, "FILE", "the record of the admission" },
	[OPT_LOG] = { "log", 0, NULL, "fetch the group's whole log and check every entry" },
	[OPT_QR] = { "qr", 0, NULL, "show the join link as a QR code too" },
	[OPT_TREE] = { "tree", 0, NULL, "who vouched for whom, as a tree" },
	[OPT_ONCE] = { "once", 0, NULL, "do what there is to do now, and end" },
	[OPT_DECIDED] = { "decided", 0, NULL, "sign for whoever the group has decided on, also without a vote of yours" },
	[OPT_EVERY] = { "every", 0, "TIME", "look so often: 200ms, 3s, 1m" },
	[OPT_TURNOUT] = { "turnout", 0, "PERCENT", "of a hundred voters, so many have voted of late" },
	[OPT_BECAUSE] = { "because", 0, "TEXT", "why you approve in spite of what lint finds; it is kept in your folder" },
	[OPT_COMPLAINT] = { "complaint", 0, "DIGEST,...",
		"the complaints that the motion rests on, by the beginnings of their digests; or all" },
	[OPT_VOTES] = { "votes", 0, "NUMBER", "the member contradicted itself by two votes on this proposal" },
	[OPT_OBSERVED] = { "observed", 0, "WHAT", "what you saw: unreachable, misrouted, flooded, impersonated or other" },
	[OPT_WHEN] = { "when", 0, "TIME", "when you saw it (default: now)" },
	[OPT_SERVER] = { "server", 0, "URL", "the server of a group that this folder has not joined" },
};

const struct option_row *option_row(enum option o)
{
	return &rows[o];
}

bool options_given(const struct options *o, enum option which)
{
	return o->value[which] != NULL;
}

/* Damerau's distance without moves over edits (optimal string alignment). */
size_t word_distance(const char *a, const char *b)
{
	enum { WORD = 64 };
	size_t d[3][WORD], n = strlen(a), m = strlen(b);

	if (n >= WORD || m >= WORD)
		return WORD;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = d[i % 3], *up = d[(i - 1) % 3], *upper = d[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);

			best = up[j] + 1 < best ? up[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && upper[j - 2] + 1 < best)
				best = upper[j - 2] + 1;
			now[j] = best;
		}
	}
	return d[n % 3][m];
}

static bool unknown(const char *name, size_t len, uint64_t takes, struct err *e)
{
	const char *nearest = NULL;
	size_t best = 4;
	char word[64];

	if (len >= sizeof(word))
		len = sizeof(word) - 1;
	memcpy(word, name, len);
	word[len] = '\0';
	for (size_t i = 0; i < OPTIONS; i++) {
		size_t far = word_distance(word, rows[i].name);

		if ((takes & OPTION_BIT(i)) != 0 && far < best) {
			best = far;
			nearest = rows[i].name;
		}
	}
	if (nearest != NULL)
		return err_set(e, "unknown_option", "there is no option --%s here; did you mean --%s?", word, nearest);
	return err_set(e, "unknown_option", "there is no option --%s here; --help lists those there are", word);
}

static bool find_long(const char *name, size_t len, uint64_t takes, enum option *out, struct err *e)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if ((takes & OPTION_BIT(i)) != 0 && strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0) {
			*out = (enum option)i;
			return true;
		}
	}
	return unknown(name, len, takes, e);
}

static bool find_letter(char letter, uint64_t takes, enum option *out, struct err *e)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if ((takes & OPTION_BIT(i)) != 0 && rows[i].letter == letter) {
			*out = (enum option)i;
			return true;
		}
	}
	return err_set(e, "unknown_option", "there is no option -%c here; --help lists those there are", letter);
}

/* One option at argv[*i]; *i goes on to its value when that is a word of its own. */
static bool take(int argc, char *const *argv, int *i, uint64_t takes, struct options *out, struct err *e)
{
	const char *word = argv[*i], *value = NULL;
	enum option o = OPT_HELP;

	if (word[1] == '-') {
		const char *equals = strchr(word, '=');

		if (!find_long(word + 2, equals != NULL ? (size_t)(equals - word - 2) : strlen(word + 2), takes, &o, e))
			return false;
		value = equals != NULL ? equals + 1 : NULL;
	} else {
		if (!find_letter(word[1], takes, &o, e))
			return false;
		value = word[2] != '\0' ? word + 2 : NULL;
	}
	if (rows[o].value == NULL && value != NULL)
		return err_set(e, "unexpected_value", "--%s takes no value", rows[o].name);
	if (rows[o].value != NULL && value == NULL) {
		if (*i + 1 >= argc)
			return err_set(e, "missing_value", "--%s needs a value: --%s %s", rows[o].name, rows[o].name, rows[o].value);
		value = argv[++*i];
	}
	if (out->value[o] != NULL)
		return err_set(e, "option_repeated", "--%s is given twice", rows[o].name);
	out->value[o] = value != NULL ? value : "";
	return true;
}

bool options_parse(int argc, char *const *argv, uint64_t takes, size_t min, size_t max, struct options *out, struct err *e)
{
	bool ended = false;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < argc; i++) {
		const char *word = argv[i];

		if (!ended && strcmp(word, "--") == 0) {
			ended = true;
		} else if (!ended && word[0] == '-' && word[1] != '\0') {
			if (!take(argc, argv, &i, takes, out, e))
				return false;
		} else if (out->n == max) {
			return err_set(e, "too_many_arguments", "\"%s\" is one argument too many", word);
		} else {
			out->args[out->n++] = word;
		}
	}
	if (out->n < min && !options_given(out, OPT_HELP))
		return err_set(e, "missing_argument", "an argument is missing");
	return true;
}
