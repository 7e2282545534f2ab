/* SPDX-License-Identifier: ISC
 * gmc join: everything between a link and a certificate; run again, it goes on where it stood. */
#include "peer/cmd.h"

#include <string.h>
#include <unistd.h>

#include "charter/explain.h"
#include "peer/csr.h"

enum { CERTIFICATE_SECONDS = 60 };

/* One folder serves one group for ever; its server may move. The link is kept once what it pins was seen and holds. */
bool cmd_pin(struct cli *c, const char *text)
{
	struct join_link link;
	const char *name = cmd_option(c, OPT_NAME);

	if (!cmd_home(c) || !join_link_parse(text, &link, &c->e))
		return false;
	if (c->home.joined && digest_compare(&c->home.link.genesis, &link.genesis) != 0)
		return err_set(&c->e, "wrong_link", "%s belongs to another group, %s", c->home.dir, c->home.link.group);
	if (!c->home.joined) { /* what an attempt that came to nothing left behind pins nothing */
		home_remove(&c->home, HOME_TRUST);
		home_remove(&c->home, HOME_HEAD);
	}
	c->home.link = link;
	c->home.joined = true;
	if (name != NULL && strlen(name) < sizeof(c->home.name))
		memcpy(c->home.name, name, strlen(name) + 1);
	return cmd_refresh(c) && home_save(&c->home, &c->e);
}

bool cmd_home_key(struct cli *c)
{
	const char *given = cmd_option(c, OPT_KEY);
	char key[HOME_PATH_MAX], csr[HOME_PATH_MAX];

	if (given != NULL) {
		char *absolute = realpath(given, NULL);

		if (absolute != NULL)
			snprintf(c->home.key, sizeof(c->home.key), "%s", absolute);
		free(absolute);
	}
	home_key_path(&c->home, key);
	home_path(&c->home, HOME_CSR, csr);
	if (access(key, F_OK) != 0 && given == NULL && !cmd_make_key(c, key, csr, c->home.name[0] != '\0' ? c->home.name : NULL))
		return false;
	return cmd_key(c) && (given == NULL || home_save(&c->home, &c->e));
}

static bool tell_charter(struct cli *c)
{
	const struct charter *newest = trust_newest(c->trust);
	struct buf rule = { 0 };
	char genesis[20];
	bool rc = explain_requirement(newest, newest->admission, 0, &rule) && buf_cstr(&rule) != NULL;

	cmd_short(&c->home.link.genesis, genesis);
	if (rc) {
		term_line(&c->term, "charter", "version %u of %s, every version approved since %s", (unsigned)newest->version,
			newest->group, genesis);
		term_line(&c->term, "rule", "%s", buf_cstr(&rule));
	}
	buf_free(&rule);
	return rc || err_memory(&c->e);
}

/* Founders stand in the first charter, by their requests. */
void cmd_find_founder(struct cli *c)
{
	const struct charter *first = c->trust->charters[0].charter;

	for (size_t i = 0; i < first->founders_n && !c->home.has_member; i++) {
		struct err ignored = { 0 };
		struct sig_pub key;

		if (!csr_verify(c->crypto, first->founders[i].csr, &key, &ignored) || !sig_pub_equal(&key, sig_key_pub(c->key)))
			continue;
		c->home.has_member = true;
		c->home.member = first->founders[i].member;
		if (c->home.name[0] == '\0')
			snprintf(c->home.name, sizeof(c->home.name), "%s", first->founders[i].name);
	}
}

static void tell_member(struct cli *c, const struct gmc_result *gmc)
{
	char until[16], hex[ID16_TEXT], serial[ID16_TEXT];
	json_t *doc;

	cmd_date(gmc->not_after, until);
	id16_text(&c->home.member, hex);
	hex_encode(gmc->serial, sizeof(gmc->serial), serial);
	term_line(&c->term, "member", "you are a member of %s%s%s: %s", c->home.link.group, c->home.name[0] != '\0' ? ", " : "",
		c->home.name, hex);
	term_line(&c->term, "kept", "certificate %.8s..., until %s, in %s", serial, until, c->home.dir);
	if (!c->term.json)
		return;
	doc = json_pack("{s:s, s:s, s:s, s:s, s:I}", "state", "member", "group", c->home.link.group, "member", hex, "serial", serial,
		"until", (json_int_t)gmc->not_after);
	term_json(&c->term, doc);
	json_decref(doc);
}

/* Is it too early, so that the next look may see more? A certificate may be shown a moment before its CA is, or the first list. */
static bool too_early(const struct cli *c, const struct gmc_result *gmc)
{
	return err_is(&c->e, "no_certificate") || err_is(&c->e, "not_found") || gmc->verdict == GMC_CANNOT_TELL ||
		client_is_down(c->client);
}

/* A group that was founded just now has its founders' certificates in a moment. */
static bool await_certificate(struct cli *c, struct gmc_result *out)
{
	int64_t wait = options_given(&c->opt, OPT_NO_WAIT) ? 0 : CERTIFICATE_SECONDS, end;

	if (!cmd_duration(c, OPT_WAIT, &wait))
		return false;
	for (end = c->clock() + wait;; sleep(1)) {
		memset(out, 0, sizeof(*out));
		if (cmd_fetch_certificate(c, &c->home.member, c->key, out) && cmd_write_lists(c))
			return true;
		c->now = c->clock();
		if (c->now >= end || !too_early(c, out))
			return false;
		err_clear(&c->e);
		if (!cmd_refresh(c))
			return false;
	}
}

/* Who is a member already gets the newest certificate and lists. */
static int as_member(struct cli *c)
{
	struct gmc_result gmc;

	if (!home_save(&c->home, &c->e) || !await_certificate(c, &gmc))
		return cmd_fail(c);
	tell_member(c, &gmc);
	return EXIT_DONE;
}

int cmd_join(struct cli *c)
{
	if (!cmd_pin(c, c->opt.args[0]) || !tell_charter(c) || !cmd_home_key(c))
		return cmd_fail(c);
	if (!c->home.has_member)
		cmd_find_founder(c);
	if (c->home.has_member)
		return as_member(c);
	if (!cmd_apply(c))
		return cmd_fail(c);
	return cmd_await(c);
}
