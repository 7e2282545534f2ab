/* SPDX-License-Identifier: ISC
 * gmc fetch and gmc status: what is new, and how things stand. */
#include "peer/cmd.h"

#include <string.h>
#include <unistd.h>

#include "peer/pem.h"
#include "peer/qr.h"
#include "peer/verify.h"

static void tell_trust(struct cli *c)
{
	char until[16], digest[20];

	cmd_short(&c->home.link.genesis, digest);
	term_line(&c->term, "trust", "charter version %u of %s, pinned to %s", (unsigned)trust_newest(c->trust)->version, c->trust->group,
		digest);
	if (c->trust->has_head)
		term_line(&c->term, "log", "%llu entries, which continue what was seen before", (unsigned long long)c->trust->head.size);
	if (c->trust->has_revocations) {
		cmd_date(c->trust->revocations.next_update, until);
		term_line(&c->term, "revoked", "list number %llu with %zu entries, next by %s",
			(unsigned long long)c->trust->revocations.number, c->trust->revocations.n, until);
	}
}

/* A founder who has not joined yet is one by the key. */
static bool is_member(struct cli *c)
{
	char path[HOME_PATH_MAX];

	home_key_path(&c->home, path);
	if (!c->home.has_member && !c->home.has_application && (cmd_option(c, OPT_KEY) != NULL || access(path, F_OK) == 0) && cmd_key(c))
		cmd_find_founder(c);
	return c->home.has_member;
}

/* A link makes the folder the group's, without asking to be admitted: for peers, auditors, administrators and operators. */
int cmd_fetch(struct cli *c)
{
	struct gmc_result gmc = { 0 };
	char until[16];

	if (!(c->opt.n > 0 ? cmd_pin(c, c->opt.args[0]) : cmd_joined(c) && cmd_refresh(c)) || !cmd_write_lists(c))
		return cmd_fail(c);
	tell_trust(c);
	if (!is_member(c) && err_ok(&c->e))
		return c->home.has_application ? cmd_collect(c) : EXIT_DONE;
	if (err_ok(&c->e) && c->trust->authorities_n == 0 && home_save(&c->home, &c->e)) {
		term_line(&c->term, "member", "no certificate yet: the members have to make the group's key first (gmc agent)");
		return EXIT_DONE;
	}
	if (!err_ok(&c->e) || !cmd_key(c) || !cmd_fetch_certificate(c, &c->home.member, c->key, &gmc) || !home_save(&c->home, &c->e))
		return cmd_fail(c);
	cmd_date(gmc.not_after, until);
	term_line(&c->term, "member", "certificate until %s", until);
	return EXIT_DONE;
}

/* The certificate that is kept, judged now. False when there is none that can be read. */
static bool own_certificate(struct cli *c, struct gmc_result *out)
{
	struct buf text = { 0 }, der = { 0 };
	struct err ignored = { 0 };
	bool rc = home_has(&c->home, HOME_GMC) && cmd_trust(c) && home_read(&c->home, HOME_GMC, 65536, &text, &ignored) &&
		pem_read(buf_slice(&text), "CERTIFICATE", &der, &ignored);

	if (rc)
		verify_gmc(c->crypto, c->trust, buf_slice(&der), c->now, out);
	buf_free(&der);
	buf_free(&text);
	return rc;
}

/* The application as the server sees it now; NULL when there is none, or no server. */
static json_t *application_state(struct cli *c)
{
	char path[CLIENT_PATH_MAX], digest[DIGEST_TEXT], safe[TERM_SAFE];
	json_t *doc;

	if (c->home.has_member || !c->home.has_application || !cmd_client(c))
		return NULL;
	digest_text(&c->home.application, digest);
	snprintf(path, sizeof(path), "/applications/%s", digest);
	doc = client_get_json(c->client, path, CLIENT_SMALL, &c->e);
	if (doc == NULL) {
		term_note(&c->term, "the server does not say how the application stands: %s", term_safe(c->e.text, safe));
		err_clear(&c->e);
	}
	return doc;
}

/* Until when nobody is admitted, as the server says to somebody who waits for it; 0: it does not say so. */
static int64_t frozen_until(struct cli *c)
{
	json_t *doc = client_get_json(c->client, "", CLIENT_SMALL, &c->e);
	int64_t until = (int64_t)json_integer_value(json_object_get(doc, "frozen_until"));

	err_clear(&c->e);
	json_decref(doc);
	return until > c->now ? until : 0;
}

static bool are_clients(const struct cli *c)
{
	return c->trust != NULL && trust_newest(c->trust)->membership.client;
}

static const char *state_of(const struct cli *c, const json_t *application, const struct gmc_result *gmc)
{
	const char *state = json_string_value(json_object_get(application, "state"));

	if (c->home.has_member)
		return gmc->verdict != GMC_REVOKED ? "member" : strcmp(gmc->reason, "suspended") == 0 ? "suspended" : "revoked";
	return state != NULL ? state : c->home.has_application ? "applied" : "not_applied";
}

static void print_json(struct cli *c, const char *state, const json_t *application, const struct gmc_result *gmc, bool has_gmc)
{
	json_t *doc = json_object();
	char link[LINK_TEXT_MAX];
	struct id16 serial;
	int64_t frozen;

	join_link_print(&c->home.link, link);
	object_set_string(doc, "state", state);
	object_set_string(doc, "home", c->home.dir);
	object_set_string(doc, "link", link);
	object_set_string(doc, "group", c->home.link.group);
	object_set_digest(doc, "genesis", &c->home.link.genesis);
	if (c->home.name[0] != '\0')
		object_set_string(doc, "name", c->home.name);
	if (c->home.has_member)
		object_set_id16(doc, "member", &c->home.member);
	if (c->trust != NULL)
		object_set_int(doc, "version", trust_newest(c->trust)->version);
	if (c->trust != NULL)
		object_set_string(doc, "class", are_clients(c) ? "client" : "peer");
	if (application != NULL && (frozen = frozen_until(c)) > 0)
		object_set_int(doc, "frozen_until", frozen);
	if (has_gmc) {
		memcpy(serial.b, gmc->serial, sizeof(serial.b));
		object_set_id16(doc, "serial", &serial);
		object_set_int(doc, "until", gmc->not_after);
		object_set_string(doc, "verdict", gmc_verdict_text(gmc->verdict));
	}
	if (application != NULL)
		json_object_set(doc, "application", (json_t *)(uintptr_t)application);
	term_json(&c->term, doc);
	json_decref(doc);
}

void cmd_asks_tell(struct cli *c, const json_t *application)
{
	const json_t *asks = json_object_get(application, "asks"), *one;
	char safe[TERM_SAFE], more[TERM_SAFE];
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)asks, i, one)
	{
		term_line(&c->term, json_is_true(json_object_get(one, "met")) ? "met" : "missing", "%s: %s",
			term_safe(json_string_value(json_object_get(one, "what")), safe),
			term_safe(json_string_value(json_object_get(one, "missing")), more));
	}
}

static void print_text(struct cli *c, const char *state, const json_t *application, const struct gmc_result *gmc, bool has_gmc)
{
	char hex[ID16_TEXT], when[TIME_WORDS + 16], safe[TERM_SAFE], genesis[20];
	int64_t frozen;

	cmd_short(&c->home.link.genesis, genesis);
	term_line(&c->term, "group", "%s at %s, %s", c->home.link.group, c->home.link.server, genesis);
	term_line(&c->term, "home", "%s", c->home.dir);
	if (c->trust != NULL)
		term_line(&c->term, "charter", "version %u", (unsigned)trust_newest(c->trust)->version);
	term_line(&c->term, "state", "%s%s%s", c->home.name, c->home.name[0] != '\0' ? ": " : "", term_safe(state, safe));
	if (c->home.has_member) {
		id16_text(&c->home.member, hex);
		term_line(&c->term, "member", "%s", hex);
	}
	if (are_clients(c))
		term_line(&c->term, "class", "client: members use the overlay, and do not store or route for others");
	if (application != NULL && (frozen = frozen_until(c)) > 0) {
		cmd_when(frozen, c->now, when);
		term_line(&c->term, "frozen", "the administrators have stopped admissions until %s", when);
	}
	if (has_gmc) {
		cmd_when(gmc->not_after, c->now, when);
		term_line(&c->term, "gmc", "%s, ends %s", gmc_verdict_text(gmc->verdict), when);
		if (gmc->verdict == GMC_REVOKED)
			term_line(&c->term, "because", "%s", gmc->text);
		if (gmc->verdict == GMC_CANNOT_TELL)
			term_note(&c->term, "gmc fetch gets a newer list");
		if (gmc->verdict == GMC_EXPIRED)
			term_note(&c->term, "gmc renew gets a new certificate");
	}
	cmd_asks_tell(c, application);
	if (!has_gmc && (strcmp(state, "issuing") == 0 || strcmp(state, "member") == 0))
		term_note(&c->term, "gmc fetch gets the certificate");
}

/* What to show to whoever shall join too. */
static bool print_link(struct cli *c)
{
	char link[LINK_TEXT_MAX];
	struct buf code = { 0 };
	bool rc;

	join_link_print(&c->home.link, link);
	rc = qr_print(link, c->term.colour, &code, &c->e);
	if (rc) {
		term_text(&c->term, "%s", link);
		term_bytes(&c->term, buf_slice(&code));
	}
	buf_free(&code);
	return rc;
}

int cmd_status(struct cli *c)
{
	struct gmc_result gmc = { 0 };
	json_t *application;
	bool has_gmc;

	if (!cmd_joined(c) || (home_has(&c->home, HOME_TRUST) && !cmd_trust(c)))
		return cmd_fail(c);
	has_gmc = own_certificate(c, &gmc);
	application = application_state(c);
	if (c->term.json)
		print_json(c, state_of(c, application, &gmc), application, &gmc, has_gmc);
	else
		print_text(c, state_of(c, application, &gmc), application, &gmc, has_gmc);
	json_decref(application);
	if (options_given(&c->opt, OPT_QR) && !c->term.json && !print_link(c))
		return cmd_fail(c);
	return EXIT_DONE;
}
