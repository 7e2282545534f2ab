/* SPDX-License-Identifier: ISC
 * gauthctl group create: keys from the signer, a charter out of a template, approvals, and the founding. */
#include "authority/ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "authority/signer.h"
#include "authority/template.h"
#include "base/time.h"
#include "charter/lint.h"
#include "peer/csr.h"
#include "peer/file.h"
#include "peer/link.h"
#include "peer/pem.h"

enum { WEEK = 7 * 86400, DAYS_90 = 90 * 86400, CSR_FILE_MAX = 16384, LOOK_MS = 1000 };

struct creation {
	struct ctl *c;
	struct crypto *k;
	struct template_input in;
	char overlay[256], url[SETTING_TEXT], draft[96];
	struct sig_key *approvers[CHARTER_ADMINISTRATORS_MAX];
	size_t approvers_n, warnings;
	enum sig_alg alg;
};

static const char *value(const struct creation *n, enum ctl_option o, const char *fallback)
{
	const char *given = ctl_value(&n->c->line, o, 0);

	return given != NULL ? given : fallback;
}

/* ---- what the command line says */

static bool read_founders(struct creation *n)
{
	struct err *e = &n->c->e;
	const char *given, *path;

	for (size_t i = 0; (given = ctl_value(&n->c->line, CTL_FOUNDER, i)) != NULL; i++) {
		struct template_founder *f = &n->in.founders[i];
		struct buf text = { 0 };
		struct sig_pub key;
		bool rc;

		if (i == CHARTER_FOUNDERS_MAX)
			return err_set(e, "too_many_arguments", "a charter has at most %d founders", CHARTER_FOUNDERS_MAX);
		rc = ctl_named_file(given, f->name, sizeof(f->name), &path, e) && file_read(path, CSR_FILE_MAX, &text, e) &&
			pem_read(buf_slice(&text), "CERTIFICATE REQUEST", &f->csr, e) && csr_verify(n->k, buf_slice(&f->csr), &key, e);
		buf_free(&text);
		n->in.founders_n = i + 1;
		if (!rc) {
			err_prefix(e, "--founder %s: ", given);
			return false;
		}
	}
	return n->in.founders_n > 0 ||
		err_set(e, "missing_argument", "a group has founders: give --founder FILE.csr for each, as `gmc keygen` writes it");
}

static bool read_persons(struct creation *n, enum ctl_option o, struct template_person *out, size_t max, size_t *count)
{
	const char *given, *path;

	for (size_t i = 0; (given = ctl_value(&n->c->line, o, i)) != NULL; i++) {
		if (i == max)
			return err_set(&n->c->e, "too_many_arguments", "--%s at most %zu times", ctl_option_row(o)->name, max);
		if (!ctl_named_file(given, out[i].name, sizeof(out[i].name), &path, &n->c->e) ||
			!ctl_public_key(n->k, path, &out[i].key, &n->c->e))
			return false;
		*count = i + 1;
	}
	return true;
}

static bool read_time(struct creation *n, enum ctl_option o, int64_t fallback, int64_t max, int64_t *out)
{
	const char *given = value(n, o, NULL);

	*out = fallback;
	if (given != NULL && !time_duration_parse(given, out))
		return err_set(
			&n->c->e, "bad_value", "--%s %s: a time is 7d, 12h, 90m, or a number of seconds", ctl_option_row(o)->name, given);
	if (*out > max)
		return err_set(
			&n->c->e, "over_limit", "--%s is above what the settings let groups have ([groups])", ctl_option_row(o)->name);
	return true;
}

static bool read_number(struct creation *n, enum ctl_option o, uint32_t min, uint32_t max, uint32_t *out)
{
	const char *given = value(n, o, NULL);

	if (given == NULL)
		return true;
	*out = (uint32_t)strtoul(given, NULL, 10);
	return (*out >= min && *out <= max && strspn(given, "0123456789") == strlen(given)) ||
		err_set(&n->c->e, "bad_value", "--%s is a number from %u to %u", ctl_option_row(o)->name, (unsigned)min, (unsigned)max);
}

static bool read_words(struct creation *n)
{
	const struct settings *s = &n->c->dir.settings;
	const char *alg = value(n, CTL_ALG, "Ed25519");

	n->in.template = value(n, CTL_TEMPLATE, "vote");
	n->in.group = n->c->args[0];
	n->in.purpose = value(n, CTL_PURPOSE, "");
	n->in.names = value(n, CTL_NAMES, NULL) != NULL;
	snprintf(n->overlay, sizeof(n->overlay), "%s.overlay", n->in.group);
	n->in.overlay = value(n, CTL_OVERLAY, n->overlay);
	snprintf(n->draft, sizeof(n->draft), "%.63s.charter.json", n->in.group);
	settings_url(s, n->url);
	n->in.url = value(n, CTL_URL, n->url);
	n->alg = strcmp(alg, "P-256") == 0 ? SIG_P256 : SIG_ED25519;
	if (strcmp(alg, sig_alg_name(n->alg)) != 0)
		return err_set(&n->c->e, "bad_value", "--alg is Ed25519 or P-256");
	if (!join_link_server(n->in.url))
		return err_set(
			&n->c->e, "bad_value", "--url is http:// or https://, a host, perhaps a port and a path, no slash at its end");
	return read_number(n, CTL_THRESHOLD, 1, CHARTER_ADMINISTRATORS_MAX, &n->in.threshold) &&
		read_number(n, CTL_SIGNERS, CHARTER_SIGNERS_MIN, CHARTER_SIGNERS_MAX, &n->in.signers) &&
		read_time(n, CTL_TERM, WEEK, s->groups.term_max, &n->in.term) &&
		read_time(n, CTL_LIFE, n->in.signers > 0 ? DAYS_90 : WEEK, s->groups.life_max, &n->in.life);
}

/* ---- administrators: those named, or the key that init made */

static bool add_approver(struct creation *n, const char *path)
{
	struct sig_key *k = ctl_key_file(n->c, path);

	if (k == NULL)
		return false;
	n->approvers[n->approvers_n++] = k;
	return true;
}

static bool default_administrator(struct creation *n)
{
	if (!add_approver(n, n->c->dir.admin))
		return false;
	snprintf(n->in.administrators[0].name, sizeof(n->in.administrators[0].name), "admin");
	n->in.administrators[0].key = *sig_key_pub(n->approvers[0]);
	n->in.administrators_n = 1;
	return true;
}

static void warn_of_default(const struct creation *n)
{
	if (value(n, CTL_ADMINISTRATOR, NULL) == NULL)
		term_note(&n->c->term,
			"warning: the one administrator is %s, on this machine: whoever has that file may change the charter; "
			"name people with --administrator",
			n->c->dir.admin);
}

static bool read_administrators(struct creation *n)
{
	const char *path;

	if (!read_persons(n, CTL_ADMINISTRATOR, n->in.administrators, CHARTER_ADMINISTRATORS_MAX, &n->in.administrators_n))
		return false;
	if (n->in.administrators_n == 0)
		return default_administrator(n);
	for (size_t i = 0; (path = ctl_value(&n->c->line, CTL_APPROVE, i)) != NULL; i++) {
		if (i == CHARTER_ADMINISTRATORS_MAX)
			return err_set(&n->c->e, "too_many_arguments", "--approve at most %d times", CHARTER_ADMINISTRATORS_MAX);
		if (!add_approver(n, path))
			return false;
	}
	return true;
}

/* A list that nobody stands in admits nobody, ever; and keys that no list takes are a mistake. */
static bool check_allowed(struct creation *n)
{
	const bool list = strcmp(n->in.template, "list") == 0;

	if (list && n->in.allowed_n == 0)
		return err_set(&n->c->e, "missing_argument", "--template list lets in the keys that --allow names: give one at least");
	return list || n->in.allowed_n == 0 || err_set(&n->c->e, "bad_value", "--allow goes with --template list");
}

static bool read_line(struct creation *n)
{
	return read_words(n) && read_founders(n) && read_administrators(n) &&
		read_persons(n, CTL_OPERATOR, n->in.operators, CHARTER_OPERATORS_MAX, &n->in.operators_n) &&
		read_persons(n, CTL_ALLOW, n->in.allowed, REQ_LIST_MAX, &n->in.allowed_n) && check_allowed(n);
}

/* ---- the charter */

static bool name_is_free(struct creation *n)
{
	struct group g;
	struct err none = { 0 };

	if (!group_any(n->c->w, n->in.group, &g, &none))
		return err_is(&none, "not_found") || err_set(&n->c->e, none.name, "%s", none.text);
	if (!g.open)
		return err_set(&n->c->e, "name_taken",
			"there is a draft of a group %s already: `gauthctl group show %s` says whose approvals are missing, and "
			"`gauthctl group drop %s` takes it back",
			g.name, g.name, g.name);
	return err_set(&n->c->e, "name_taken", "there is a group %s already: `gauthctl group show %s`", g.name, g.name);
}

static struct charter *make_charter(struct creation *n)
{
	struct buf payload = { 0 };
	struct charter *c = NULL;
	json_t *doc = template_charter(&n->in, &n->c->e);

	if (doc != NULL && json_write(doc, &payload, &n->c->e))
		c = charter_parse(buf_slice(&payload), &n->c->e);
	json_decref(doc);
	buf_free(&payload);
	return c;
}

/* {"charter","approvals"} with the approvals of the keys that are at hand. */
static json_t *sign_charter(struct creation *n, const struct charter *charter)
{
	json_t *approvals = json_array(), *doc;

	for (size_t i = 0; i < n->approvers_n; i++)
		if (json_array_append_new(approvals, approval_sign(n->k, charter, n->approvers[i], n->in.now, &n->c->e)) != 0) {
			json_decref(approvals);
			return NULL;
		}
	doc = signed_charter_print(buf_slice(&charter->payload), approvals, NULL);
	json_decref(approvals);
	return doc;
}

/* Where the administrators find it when they have to approve: what --draft names, or a file of the group's name here. */
static bool write_draft(struct creation *n, const json_t *doc)
{
	const char *path = value(n, CTL_DRAFT, n->draft);
	struct buf text = { 0 };
	bool rc;

	if (n->approvers_n > 0 && value(n, CTL_DRAFT, NULL) == NULL && value(n, CTL_ADMINISTRATOR, NULL) == NULL)
		return true;
	rc = json_write_pretty(doc, &text, &n->c->e) && file_write(path, 0644, buf_slice(&text), &n->c->e);
	buf_free(&text);
	return rc;
}

/* What lint calls an error is not signed; of warnings, whoever approves elsewhere is told by `gmc charter approve`. */
static bool weigh(struct creation *n, const struct charter *c)
{
	struct lint found[LINT_MAX];
	size_t count = charter_lint(c, NULL, found);

	for (size_t i = 0; i < count; i++)
		if (found[i].level == LINT_ERROR)
			return err_set(&n->c->e, "charter_unwise", "%s: %s (%s)", found[i].pointer, found[i].text, found[i].name);
	n->warnings = count;
	return true;
}

static void warn_of_rules(const struct creation *n)
{
	if (n->approvers_n > 0 && n->warnings > 0)
		term_note(&n->c->term,
			"warning: lint finds %zu thing%s in this charter: `gmc charter lint`, in a folder that has joined, shows %s",
			n->warnings, n->warnings == 1 ? "" : "s", n->warnings == 1 ? "it" : "them");
}

/* The same with keys that are thrown away: what is wrong with it is found before the signer makes keys that nothing will ever use. */
static bool try_charter(struct creation *n)
{
	struct sig_key *issuing = sig_key_generate(n->alg, &n->c->e), *revocation = sig_key_generate(SIG_ED25519, &n->c->e);
	struct charter *c = NULL;
	bool rc;

	n->in.notary = *sig_key_pub(n->c->notary);
	if (issuing != NULL && revocation != NULL) {
		n->in.issuing = *sig_key_pub(issuing);
		n->in.revocation = *sig_key_pub(revocation);
		c = make_charter(n);
	}
	rc = c != NULL && weigh(n, c);
	charter_free(c);
	sig_key_free(issuing);
	sig_key_free(revocation);
	return rc;
}

/* Founds it, or keeps it as a draft; *told is the answer. */
static bool propose(struct creation *n, json_t **told)
{
	struct ctl *c = n->c;
	struct answer out = { 0 };
	struct charter *charter;
	json_t *doc = NULL;
	bool rc;

	if (!db_now(c->w->db, &n->in.now, &c->e) || !try_charter(n) ||
		!signer_create(c->w->signer, n->alg, &n->in.issuing, &n->in.revocation, &c->e))
		return false;
	charter = make_charter(n);
	if (charter != NULL)
		doc = sign_charter(n, charter);
	charter_free(charter);
	rc = doc != NULL && write_draft(n, doc) &&
		(n->in.signers > 0 || json_object_set_new(doc, "issuing", json_pack("[o]", jwk_print(&n->in.issuing))) == 0 ||
			err_memory(&c->e)) &&
		act_create(c->w, doc, &out, &c->e);
	json_decref(doc);
	*told = rc ? json_read(buf_slice(&out.text), CHARTER_MAX, &c->e) : NULL;
	answer_free(&out);
	return *told != NULL;
}

/* ---- and then */

static void print_missing(struct creation *n, const json_t *told)
{
	char id[TERM_SAFE], safe[TERM_SAFE];
	const json_t *name;
	size_t i;

	term_line(&n->c->term, "charter", "%s: %lld of %lld approvals", term_safe(json_string_value(json_object_get(told, "charter")), id),
		(long long)json_integer_value(json_object_get(told, "approved")),
		(long long)json_integer_value(json_object_get(told, "needed")));
	json_array_foreach(json_object_get(told, "missing"), i, name)
	{
		term_line(&n->c->term, "missing", "%s", term_safe(json_string_value(name), safe));
	}
	term_line(&n->c->term, "approve", "gmc charter approve %s --server %s", value(n, CTL_DRAFT, n->draft), n->in.url);
}

static bool is_founded(struct creation *n, bool *founded)
{
	struct group g;
	struct err e = { 0 };

	*founded = group_find(n->c->w, n->in.group, &g, &e);
	return *founded || err_is(&e, "not_found") || err_is(&e, "database_unavailable") || err_set(&n->c->e, e.name, "%s", e.text);
}

/* Until the last approval has come, or we are asked to end. */
static bool wait_for_approvals(struct creation *n, bool *founded)
{
	if (n->c->embedded != NULL) {
		term_note(&n->c->term, "approvals come through gauthd: start it with `gauthd --state %s`", n->c->state);
		return true;
	}
	term_note(&n->c->term, "waiting for them; Ctrl-C ends the waiting and nothing else");
	while (!*founded) {
		if (!ctl_pause(LOOK_MS))
			return true;
		if (!is_founded(n, founded))
			return false;
	}
	return true;
}

/* The certificates and first lists at once; where that fails, gauthd does it when it can. */
static void publish(struct creation *n, const struct group *g)
{
	struct err e = { 0 };
	size_t published;

	if (!act_publish(n->c->w, g->g, &published, &e) || !act_lists(n->c->w, g->g, true, &e))
		term_note(&n->c->term, "gauthctl: the founders' certificates are not there yet; gauthd goes on with them: %s (%s)", e.text,
			e.name);
}

static int finish(struct creation *n, json_t *told)
{
	struct ctl *c = n->c;
	char link[LINK_TEXT_MAX];
	struct group g;

	if (!group_find(c->w, n->in.group, &g, &c->e) || !ctl_join_link(c, &g, link, sizeof(link))) {
		json_decref(told);
		return ctl_fail(c);
	}
	publish(n, &g);
	json_object_set_new(told, "state", json_string("logged"));
	json_object_set_new(told, "link", json_string(link));
	term_line(&c->term, "group", "%s is founded, with %zu founder%s", g.name, n->in.founders_n, n->in.founders_n == 1 ? "" : "s");
	ctl_print_link(c, &g, true);
	return ctl_document(c, told);
}

static int create(struct creation *n)
{
	struct ctl *c = n->c;
	bool founded;
	json_t *told;

	if (!ctl_open(c, false) || !read_line(n) || !ctl_signer(c))
		return ctl_fail(c);
	c->a.term_max = c->dir.settings.groups.term_max;
	c->a.life_max = c->dir.settings.groups.life_max;
	if (!name_is_free(n) || !propose(n, &told))
		return ctl_fail(c);
	warn_of_default(n);
	warn_of_rules(n);
	founded = strcmp(json_string_value(json_object_get(told, "state")), "logged") == 0;
	if (!founded)
		print_missing(n, told);
	if (!founded && value(n, CTL_DRAFT, NULL) == NULL && value(n, CTL_NO_WAIT, NULL) == NULL && !wait_for_approvals(n, &founded)) {
		json_decref(told);
		return ctl_fail(c);
	}
	return founded ? finish(n, told) : ctl_document(c, told);
}

int ctl_group_create(struct ctl *c)
{
	struct creation *n = calloc(1, sizeof(*n));
	int rc;

	if (n == NULL || (n->k = crypto_new(&c->e)) == NULL) {
		free(n);
		return ctl_fail(c);
	}
	n->c = c;
	rc = create(n);
	for (size_t i = 0; i < n->approvers_n; i++)
		sig_key_free(n->approvers[i]);
	for (size_t i = 0; i < n->in.founders_n; i++)
		buf_free(&n->in.founders[i].csr);
	crypto_free(n->k);
	free(n);
	return rc;
}
