/* SPDX-License-Identifier: ISC
 * gauthctl member list, show, revoke; application list, approve, refuse. */
#include "authority/ctl.h"

#include <string.h>

#include "authority/charters.h"
#include "base/time.h"
#include "peer/request.h"
#include "voting/operator.h"

enum { NEVER_AFTER = -1 };

static const char *text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : s;
}

/* All pages of a list, as one document with one member. */
static json_t *all_pages(struct ctl *c, const struct group *g, const char *member,
	json_t *(*page)(struct ctl *c, const struct group *g, const struct page *p))
{
	struct page p = { .after = NEVER_AFTER, .limit = READ_PAGE_MAX };
	json_t *all = json_array(), *doc;

	for (;;) {
		const json_t *next;

		doc = page(c, g, &p);
		if (doc == NULL || json_array_extend(all, json_object_get(doc, member)) != 0) {
			json_decref(doc);
			json_decref(all);
			return NULL;
		}
		next = json_object_get(doc, "next");
		p.after = json_integer_value(next);
		json_decref(doc);
		if (!json_is_integer(next))
			break;
	}
	return json_pack("{s:o}", member, all);
}

/* ---- members */

static json_t *members_page(struct ctl *c, const struct group *g, const struct page *p)
{
	return read_members(c->w, g, p, &c->e);
}

int ctl_member_list(struct ctl *c)
{
	struct table t = { .titles = { "member", "name", "state", "joined" }, .columns = 4 };
	struct group g;
	json_t *doc, *one;
	size_t i;

	if (!ctl_group(c, false, &g))
		return ctl_fail(c);
	doc = all_pages(c, &g, "members", members_page);
	json_array_foreach(json_object_get(doc, "members"), i, one)
	{
		char joined[TIME_TEXT], safe[TERM_SAFE];
		const char *const cells[] = { text_of(one, "member"), term_safe(text_of(one, "name"), safe), text_of(one, "state"),
			joined };

		time_text(json_integer_value(json_object_get(one, "joined")), joined);
		table_add(&t, cells);
	}
	if (doc != NULL && !c->term.json)
		table_print(&c->term, &t);
	table_free(&t);
	return ctl_document(c, doc);
}

static bool member_argument(struct ctl *c, struct id16 *out)
{
	return id16_parse(c->args[1], out) ||
		err_set(&c->e, "bad_value", "%s: a member is 32 hex digits: `gauthctl member list %s`", c->args[1], c->args[0]);
}

int ctl_member_show(struct ctl *c)
{
	struct id16 member;
	struct group g;
	json_t *doc, *one;
	char safe[TERM_SAFE];
	size_t i;

	if (!member_argument(c, &member) || !ctl_group(c, false, &g))
		return ctl_fail(c);
	doc = read_member(c->w, &g, &member, &c->e);
	if (doc == NULL)
		return ctl_fail(c);
	term_line(&c->term, "member", "%s, %s: %s", text_of(doc, "member"), term_safe(text_of(doc, "name"), safe), text_of(doc, "state"));
	term_line(&c->term, "node", "%s", text_of(doc, "node"));
	term_line(&c->term, "key", "%s", text_of(doc, "key"));
	json_array_foreach(json_object_get(doc, "certificates"), i, one)
	{
		char until[TIME_TEXT];

		time_text(json_integer_value(json_object_get(one, "until")), until);
		term_line(&c->term, "serial", "%s until %s, %s%s", text_of(one, "serial"), until, text_of(one, "state"),
			json_is_true(json_object_get(one, "revoked")) ? ", revoked" : "");
	}
	return ctl_document(c, doc);
}

/* ---- signing for the operator */

/* Signs a payload with --key and has an act do its work; gives the act's answer, and says so in a word. Takes doc. */
static int act_signed(struct ctl *c, const char *kind, json_t *doc, const char *word,
	bool (*act)(struct worker *w, const char *group, const struct jws *j, const json_t *doc, struct answer *out, struct err *e))
{
	struct sig_key *k = ctl_key(c);
	struct answer out = { 0 };
	char until[TIME_TEXT];
	struct jws j = { 0 };
	json_t *envelope = NULL, *receipt = NULL;
	struct at at;
	bool rc = false;

	if (k != NULL)
		envelope = object_sign(c->w->crypto, kind, json_incref(doc), k, &c->e);
	if (envelope != NULL) {
		at = at_root(envelope, &c->e);
		rc = jws_read(&at, &j) && act(c->w, c->args[0], &j, envelope, &out, &c->e);
	}
	receipt = rc ? json_read(buf_slice(&out.text), OBJECT_MAX * 2, &c->e) : NULL;
	jws_free(&j);
	answer_free(&out);
	sig_key_free(k);
	json_decref(envelope);
	json_decref(doc);
	if (json_is_integer(json_object_get(receipt, "suspended_until"))) {
		time_text(json_integer_value(json_object_get(receipt, "suspended_until")), until);
		term_line(&c->term, word, "%s: suspended until %s; only the group can expel it", c->args[1], until);
	} else if (receipt != NULL) {
		term_line(&c->term, word, "%s: stored", c->args[1]);
	}
	return ctl_document(c, receipt);
}

static bool fill_revocation(struct ctl *c, struct revocation *r)
{
	const char *cause = ctl_value(&c->line, CTL_CAUSE, 0), *serial = ctl_value(&c->line, CTL_SERIAL, 0),
		   *key = ctl_value(&c->line, CTL_THUMBPRINT, 0);
	int i = 0;

	while (cause != NULL && cause_words[i] != NULL && strcmp(cause_words[i], cause) != 0)
		i++;
	if (cause != NULL && cause_words[i] == NULL)
		return err_set(&c->e, "bad_value", "--cause %s: there is no such cause", cause);
	r->cause = (enum cause)i;
	if (serial != NULL && key != NULL)
		return err_set(&c->e, "bad_value", "--serial and --thumbprint do not go together");
	if (serial != NULL) {
		r->target = REVOKE_SERIAL;
		return id16_parse(serial, &r->serial) || err_set(&c->e, "bad_value", "--serial is 32 hex digits");
	}
	r->target = key == NULL ? REVOKE_MEMBER : REVOKE_KEY;
	return key == NULL || thumb_parse(key, &r->key) || err_set(&c->e, "bad_value", "--thumbprint is 43 characters of base64url");
}

int ctl_member_revoke(struct ctl *c)
{
	const struct charter *charter;
	struct revocation r = { 0 };
	struct group g;

	if (!member_argument(c, &r.member) || !fill_revocation(c, &r) || !ctl_group(c, false, &g) ||
		!read_charter_now(c->w, &g, &charter, &c->e) || !db_now(c->w->db, &r.iat, &c->e))
		return ctl_fail(c);
	r.genesis = g.genesis;
	r.charter = charter->object.digest;
	return act_signed(c, KIND_REVOCATION, revocation_print(&r), "revoke", act_revoke);
}

/* ---- applications */

static json_t *applications_page(struct ctl *c, const struct group *g, const struct page *p)
{
	return read_applications(c->w, g, ctl_value(&c->line, CTL_STATUS, 0), p, &c->e);
}

int ctl_application_list(struct ctl *c)
{
	struct table t = { .titles = { "application", "name", "state", "stored" }, .columns = 4 };
	struct group g;
	json_t *doc, *one;
	size_t i;

	if (!ctl_group(c, false, &g))
		return ctl_fail(c);
	doc = all_pages(c, &g, "applications", applications_page);
	json_array_foreach(json_object_get(doc, "applications"), i, one)
	{
		char stored[TIME_TEXT], safe[TERM_SAFE];
		const char *const cells[] = { text_of(one, "application"), term_safe(text_of(one, "name"), safe), text_of(one, "state"),
			stored };

		time_text(json_integer_value(json_object_get(one, "stored")), stored);
		table_add(&t, cells);
	}
	if (doc != NULL && !c->term.json)
		table_print(&c->term, &t);
	table_free(&t);
	return ctl_document(c, doc);
}

/* A word counts under the charter of the proposal that it is about, which is that in force while there is none. */
static bool charter_of(struct ctl *c, const struct group *g, const struct digest *application, struct digest *out)
{
	static const struct statement st = { "ctl_charter_of",
		"SELECT version FROM proposals WHERE g = $1 AND question = 0 AND subject = $2" };
	const struct charter *charter;
	struct db_args a = { 0 };
	PGresult *r;
	uint32_t version;
	bool rc;

	arg_int4(&a, g->g);
	arg_digest(&a, application);
	if (!db_run(c->w->db, &st, &a, &r, &c->e))
		return false;
	version = PQntuples(r) == 1 ? (uint32_t)res_int(r, 0, 0) : 0;
	PQclear(r);
	rc = version == 0 ? read_charter_now(c->w, g, &charter, &c->e) : charters_by_version(c->w, g->g, version, &charter, &c->e);
	if (rc)
		*out = charter->object.digest;
	return rc;
}

static int say_word(struct ctl *c, bool approve)
{
	struct operator_word word = { .approve = approve };
	struct group g;

	if (!digest_parse(c->args[1], &word.subject)) {
		err_set(&c->e, "bad_value", "%s: an application is sha256: and 64 hex digits: `gauthctl application list %s`", c->args[1],
			c->args[0]);
		return ctl_fail(c);
	}
	if (!ctl_group(c, false, &g) || !charter_of(c, &g, &word.subject, &word.charter) || !db_now(c->w->db, &word.iat, &c->e))
		return ctl_fail(c);
	word.genesis = g.genesis;
	return act_signed(c, KIND_OPERATOR, operator_print(&word), approve ? "approve" : "refuse", act_word);
}

int ctl_application_approve(struct ctl *c)
{
	return say_word(c, true);
}

int ctl_application_refuse(struct ctl *c)
{
	return say_word(c, false);
}
