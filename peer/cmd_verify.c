/* SPDX-License-Identifier: ISC
 * gmc verify: may the holder of this certificate take part now? */
#include <string.h>

#include "peer/cmd.h"
#include "peer/pem.h"
#include "peer/verify.h"

/* The trust that --trust names, or the home's. The exit code is "cannot tell" when it is there and does not hold. */
int cmd_load_trust(struct cli *c)
{
	const char *path = cmd_option(c, OPT_TRUST);
	struct buf text = { 0 };
	int rc = EXIT_UNAVAILABLE;

	if (path == NULL) {
		if (cmd_trust(c))
			return EXIT_DONE;
	} else if (cmd_crypto(c) && cmd_read_file(c, path, TRUST_MAX, &text)) {
		rc = GMC_CANNOT_TELL;
		c->trust = trust_parse(c->crypto, buf_slice(&text), NULL, &c->e);
	}
	buf_free(&text);
	if (c->trust != NULL)
		return EXIT_DONE;
	err_prefix(&c->e, "the trust file is of no use: ");
	cmd_fail(c);
	return rc;
}

/* What is no PEM is taken as it came: that it is no certificate is a verdict, not a failure. */
static bool read_certificate(struct cli *c, const char *path, struct buf *der)
{
	struct buf text = { 0 };
	struct err ignored = { 0 };
	bool rc = cmd_read_file(c, path, 1024 * 1024, &text);

	if (rc && !pem_read(buf_slice(&text), "CERTIFICATE", der, &ignored)) {
		der->n = 0;
		buf_add_slice(der, buf_slice(&text));
	}
	rc = rc && (!der->failed || err_memory(&c->e));
	buf_free(&text);
	return rc;
}

static void put_hex(json_t *doc, const char *name, const uint8_t *p, size_t n)
{
	char hex[65];

	hex_encode(p, n, hex);
	object_set_string(doc, name, hex);
}

/* By the newest charter that is pinned, whatever the one under which the member came. */
static bool are_clients(const struct cli *c)
{
	return c->trust != NULL && trust_newest(c->trust)->membership.client;
}

static void print_json(struct cli *c, const struct gmc_result *r)
{
	json_t *doc = json_object();
	char safe[TERM_SAFE];
	struct digest d;

	object_set_string(doc, "verdict", gmc_verdict_text(r->verdict));
	object_set_int(doc, "code", (int64_t)r->verdict);
	object_set_string(doc, "reason", r->reason);
	object_set_string(doc, "text", term_safe(r->text, safe));
	object_set_string(doc, "name", term_safe(r->name, safe));
	put_hex(doc, "member", r->member, sizeof(r->member));
	put_hex(doc, "node", r->node, sizeof(r->node));
	put_hex(doc, "serial", r->serial, sizeof(r->serial));
	memcpy(d.b, r->key, sizeof(d.b));
	object_set_thumb(doc, "key", &d);
	memcpy(d.b, r->charter, sizeof(d.b));
	object_set_digest(doc, "charter", &d);
	memcpy(d.b, r->decision, sizeof(d.b));
	object_set_digest(doc, "decision", &d);
	object_set_int(doc, "not_before", r->not_before);
	object_set_int(doc, "not_after", r->not_after);
	object_set_string(doc, "class", are_clients(c) ? "client" : "peer");
	term_json(&c->term, doc);
	json_decref(doc);
}

static const char *verdict_caps(enum gmc_verdict v)
{
	switch (v) {
	case GMC_MEMBER:
		return "MEMBER";
	case GMC_NOT_MEMBER:
		return "NOT A MEMBER";
	case GMC_EXPIRED:
		return "EXPIRED";
	case GMC_REVOKED:
		return "REVOKED";
	case GMC_CANNOT_TELL:
		return "CANNOT TELL";
	case GMC_FORGED:
		break;
	}
	return "FORGED";
}

static void print_text(struct cli *c, const struct gmc_result *r)
{
	enum paint p = r->verdict == GMC_MEMBER ? PAINT_GOOD : PAINT_BAD;
	char name[TERM_SAFE], text[TERM_SAFE], until[16], hex[ID16_TEXT];
	struct id16 id;

	term_line(&c->term, "verify", "%s%s%s%s%s (%d)", term_safe(r->name, name), r->name[0] != '\0' ? " " : "", term_on(&c->term, p),
		verdict_caps(r->verdict), term_off(&c->term, p), (int)r->verdict);
	if (r->verdict != GMC_MEMBER)
		term_line(&c->term, "reason", "%s: %s", r->reason, term_safe(r->text, text));
	if (r->not_after == 0)
		return;
	memcpy(id.b, r->member, sizeof(id.b));
	id16_text(&id, hex);
	term_line(&c->term, "member", "%s of %s", hex, c->trust->group);
	memcpy(id.b, r->node, sizeof(id.b));
	id16_text(&id, hex);
	term_line(&c->term, "node", "%s", hex);
	if (are_clients(c))
		term_line(&c->term, "class", "client: it uses the overlay; peers do not store with it or route through it");
	cmd_date(r->not_after, until);
	term_line(&c->term, "until", "%s", until);
}

/* How the member came in, out of the record of its admission. */
static bool explain(struct cli *c, const struct gmc_result *r)
{
	const char *path = cmd_option(c, OPT_RECORD);
	struct buf text = { 0 };
	struct audit a = { 0 };
	char when[16], vouches[24] = "";
	bool rc;

	if (path == NULL) {
		const struct charter *issued = trust_charter(c->trust, (const struct digest *)r->charter);

		term_line(&c->term, "charter", "issued under version %u; --record FILE tells how the member came in",
			issued != NULL ? (unsigned)issued->version : 0);
		return true;
	}
	rc = cmd_read_file(c, path, RECORD_MAX, &text) && record_audit(c->crypto, buf_slice(&text), c->trust, &a, &c->e);
	if (rc && memcmp(a.member.b, r->member, sizeof(r->member)) != 0)
		rc = err_set(&c->e, "wrong_context", "the record is about another member");
	if (rc) {
		cmd_date(a.decided, when);
		if (a.vouches > 0)
			snprintf(vouches, sizeof(vouches), "; %u vouched", (unsigned)a.vouches);
		term_line(&c->term, "because", "admitted on %s under charter version %u: %u yes, %u no, %u abstained of %u members%s", when,
			(unsigned)a.version, (unsigned)a.yes, (unsigned)a.no, (unsigned)a.abstain, (unsigned)a.n, vouches);
	}
	audit_free(&a);
	buf_free(&text);
	return rc;
}

int cmd_verify(struct cli *c)
{
	struct gmc_result r = { 0 };
	struct buf der = { 0 };
	int rc = cmd_load_trust(c);

	if (rc != EXIT_DONE)
		return rc;
	if (!read_certificate(c, c->opt.args[0], &der)) {
		cmd_fail(c);
		return EXIT_UNAVAILABLE;
	}
	verify_gmc(c->crypto, c->trust, buf_slice(&der), c->now, &r);
	buf_free(&der);
	if (c->term.json)
		print_json(c, &r);
	else
		print_text(c, &r);
	if (options_given(&c->opt, OPT_EXPLAIN) && !explain(c, &r)) {
		cmd_fail(c);
		return r.verdict == GMC_MEMBER ? GMC_CANNOT_TELL : (int)r.verdict;
	}
	return (int)r.verdict;
}
