/* SPDX-License-Identifier: ISC
 * The command line of gauthctl: options may stand anywhere. */
#include "authority/ctl.h"

#include <string.h>

static const struct ctl_option_row rows[CTL_OPTIONS] = {
	[CTL_STATE] = { "state", "DIR", "the state directory (default: $CHARTERHOUSE_STATE, or var)", false },
	[CTL_JSON] = { "json", NULL, "print one JSON document", false },
	[CTL_VERSION] = { "version", NULL, "which version this is", false },
	[CTL_HELP] = { "help", NULL, "what the command does, and its options", false },
	[CTL_TEMPLATE] = { "template", "WORD", "how people are admitted: vote (default), vouch, hybrid, operator, list, open or invitation",
		false },
	[CTL_FOUNDER] = { "founder", "[NAME=]FILE", "a founder's certification request, as `gmc keygen` writes it", true },
	[CTL_ADMINISTRATOR] = { "administrator", "[NAME=]FILE",
		"an administrator's public key (JWK, PEM, or a request); default: the key that init made", true },
	[CTL_OPERATOR] = { "operator", "[NAME=]FILE", "an operator's public key, likewise", true },
	[CTL_ALLOW] = { "allow", "FILE", "template list: a public key that is let in, likewise", true },
	[CTL_THRESHOLD] = { "threshold", "K", "so many administrators approve a charter (default: more than half)", false },
	[CTL_SIGNERS] = { "signers", "T",
		"members hold the issuing key together, and T of them sign (2 to 128); default: this service's signer holds it", false },
	[CTL_LIFE] = { "life", "TIME", "how long certificates live (default: 7d, with --signers 90d)", false },
	[CTL_TERM] = { "term", "TIME", "how long votes are open (default: 7d)", false },
	[CTL_OVERLAY] = { "overlay", "NAME", "DNS name of the overlay in certificates (default: NAME.overlay)", false },
	[CTL_URL] = { "url", "URL", "where the group is served (default: that of the settings)", false },
	[CTL_PURPOSE] = { "purpose", "TEXT", "what the group is for, in a sentence", false },
	[CTL_NAMES] = { "names", NULL, "certificates carry members' names", false },
	[CTL_ALG] = { "alg", "WORD", "of the issuing key: Ed25519 (default) or P-256", false },
	[CTL_APPROVE] = { "approve", "FILE", "an administrator's private key, to approve at once", true },
	[CTL_DRAFT] = { "draft", "FILE", "write the charter for the administrators to approve, and do not wait for them", false },
	[CTL_NO_WAIT] = { "no-wait", NULL, "do not wait for approvals", false },
	[CTL_KEY] = { "key", "FILE", "the operator's or administrator's private key that signs (default: admin.pem of the state)", false },
	[CTL_PASSPHRASE] = { "passphrase", "FILE", "a file whose first line opens the key", false },
	[CTL_CAUSE] = { "cause", "WORD",
		"unspecified (default), key_compromise, affiliation_changed, superseded, cessation, privilege_withdrawn", false },
	[CTL_SERIAL] = { "serial", "HEX", "revoke this certificate alone", false },
	[CTL_THUMBPRINT] = { "thumbprint", "TEXT", "revoke this key alone", false },
	[CTL_STATUS] = { "status", "WORD",
		"those in this state alone: received, proposed, approved, issuing, member, refused, expired, withdrawn", false },
	[CTL_FROM] = { "from", "N", "from this entry on", false },
	[CTL_QR] = { "qr", NULL, "the join link as a QR code as well", false },
};

const struct ctl_option_row *ctl_option_row(enum ctl_option o)
{
	return &rows[o];
}

static bool find(const char *name, size_t n, enum ctl_option *out, struct err *e)
{
	for (int i = 0; i < CTL_OPTIONS; i++)
		if (strlen(rows[i].name) == n && strncmp(rows[i].name, name, n) == 0) {
			*out = (enum ctl_option)i;
			return true;
		}
	return err_set(e, "unknown_option", "there is no option --%.*s", (int)n, name);
}

/* "-h" and the like are words of no command, and no files either: those are named by options. */
static bool is_letter(const char *word)
{
	return word[0] == '-' && word[1] != '\0' && word[1] != '-';
}

static bool add(struct ctl_line *l, enum ctl_option o, const char *value, struct err *e)
{
	if (!rows[o].many && ctl_value(l, o, 0) != NULL)
		return err_set(e, "option_repeated", "--%s was given twice", rows[o].name);
	if (l->values_n == CTL_VALUES)
		return err_set(e, "too_many_arguments", "more than %d options", CTL_VALUES);
	l->values[l->values_n].option = o;
	l->values[l->values_n].value = value;
	l->values_n++;
	return true;
}

/* "--name", "--name=value", "--name value". *used: how many words it took. */
static bool read_option(int argc, char *const *argv, struct ctl_line *l, int *used, struct err *e)
{
	const char *name = argv[0] + 2, *equals = strchr(name, '=');
	enum ctl_option o = CTL_STATE;

	*used = 1;
	if (!find(name, equals == NULL ? strlen(name) : (size_t)(equals - name), &o, e))
		return false;
	if (rows[o].value == NULL)
		return equals == NULL ? add(l, o, "", e) : err_set(e, "unexpected_value", "--%s takes no value", rows[o].name);
	if (equals != NULL)
		return add(l, o, equals + 1, e);
	if (argc < 2)
		return err_set(e, "missing_value", "--%s needs a value: %s", rows[o].name, rows[o].value);
	*used = 2;
	return add(l, o, argv[1], e);
}

bool ctl_line_parse(int argc, char *const *argv, struct ctl_line *out, struct err *e)
{
	int used;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < argc; i += used) {
		used = 1;
		if (strncmp(argv[i], "--", 2) == 0) {
			if (!read_option(argc - i, argv + i, out, &used, e))
				return false;
			continue;
		}
		if (strcmp(argv[i], "-h") == 0) {
			if (!add(out, CTL_HELP, "", e))
				return false;
			continue;
		}
		if (is_letter(argv[i]))
			return err_set(e, "unknown_option", "there is no option %s: options have whole names, like --state", argv[i]);
		if (out->words_n == CTL_ARGS)
			return err_set(e, "too_many_arguments", "%s is one word too many", argv[i]);
		out->words[out->words_n++] = argv[i];
	}
	return true;
}

const char *ctl_value(const struct ctl_line *l, enum ctl_option o, size_t n)
{
	for (size_t i = 0; i < l->values_n; i++)
		if (l->values[i].option == o && n-- == 0)
			return l->values[i].value;
	return NULL;
}
