/* SPDX-License-Identifier: ISC
 * gmc charter show and explain: reading a charter. */
#include <stdlib.h>
#include <string.h>

#include "charter/capture.h"
#include "charter/cost.h"
#include "charter/explain.h"
#include "peer/cmd.h"

enum { CHARTER_FILE_MAX = 4 * 1024 * 1024 };

bool cmd_charter_file(struct cli *c, const char *path, struct buf *payload, json_t **signed_doc)
{
	struct buf text = { 0 };
	struct at root;
	bool rc = false;

	*signed_doc = NULL;
	if (!cmd_read_file(c, path, CHARTER_FILE_MAX, &text))
		goto out;
	*signed_doc = json_read(buf_slice(&text), CHARTER_FILE_MAX, &c->e);
	if (*signed_doc == NULL)
		goto out;
	root = at_root(*signed_doc, &c->e);
	if (json_object_get(*signed_doc, "kind") == NULL && json_object_get(*signed_doc, "charter") != NULL) {
		rc = at_base64(&root, "charter", 1, CHARTER_MAX, payload);
		goto out;
	}
	json_decref(*signed_doc);
	*signed_doc = NULL;
	buf_add_slice(payload, buf_slice(&text));
	rc = !payload->failed || err_memory(&c->e);
out:
	if (!rc) {
		json_decref(*signed_doc);
		*signed_doc = NULL;
	}
	buf_free(&text);
	return rc;
}

/* A bare payload becomes a charter without approvals; places in errors are those of the file. */
static bool from_payload(struct cli *c, const struct buf *payload, struct signed_charter *out)
{
	memset(out, 0, sizeof(*out));
	out->charter = charter_parse(buf_slice(payload), &c->e);
	out->approvals = json_array();
	if (out->charter != NULL && out->approvals != NULL)
		return true;
	signed_charter_free(out);
	return err_ok(&c->e) ? err_memory(&c->e) : false;
}

static bool from_doc(struct cli *c, const json_t *doc, struct signed_charter *out)
{
	struct at root = at_root(doc, &c->e);

	return signed_charter_read(&root, NULL, out);
}

static bool from_server(struct cli *c, const char *folder, const char *which, struct signed_charter *out)
{
	char path[CLIENT_PATH_MAX];
	json_t *doc;
	bool rc;

	if (!cmd_client(c))
		return false;
	snprintf(path, sizeof(path), "/%s/%.80s", folder, which);
	doc = client_get_json(c->client, path, CHARTER_FILE_MAX, &c->e);
	rc = doc != NULL && from_doc(c, doc, out);
	json_decref(doc);
	return rc;
}

static bool pinned_version(struct cli *c, size_t version, struct signed_charter *out)
{
	const struct signed_charter *s;
	json_t *doc;
	bool rc;

	if (!cmd_trust(c))
		return false;
	version = version == 0 ? c->trust->charters_n : version;
	if (version > c->trust->charters_n)
		return err_set(&c->e, "unknown_charter", "the newest charter that is pinned here is version %zu", c->trust->charters_n);
	s = &c->trust->charters[version - 1];
	doc = signed_charter_whole(s);
	rc = doc != NULL ? from_doc(c, doc, out) : err_memory(&c->e);
	json_decref(doc);
	return rc;
}

/* A draft is asked for by its digest, so that the server cannot show another one. */
static bool draft(struct cli *c, const struct digest *digest, const char *text, struct signed_charter *out)
{
	if (!from_server(c, "drafts", text, out))
		return false;
	if (digest_compare(&out->charter->object.digest, digest) == 0)
		return true;
	signed_charter_free(out);
	return err_set(&c->e, "wrong_context", "the server shows another draft than the one that was asked for");
}

bool cmd_load_charter(struct cli *c, const char *what, struct signed_charter *out)
{
	struct buf payload = { 0 };
	struct digest digest;
	json_t *doc;
	bool rc;

	if (what == NULL || (what[0] != '\0' && strlen(what) < 6 && strspn(what, "0123456789") == strlen(what)))
		return pinned_version(c, what == NULL ? 0 : strtoul(what, NULL, 10), out);
	if (digest_parse(what, &digest))
		return draft(c, &digest, what, out);
	rc = cmd_charter_file(c, what, &payload, &doc) && (doc != NULL ? from_doc(c, doc, out) : from_payload(c, &payload, out));
	json_decref(doc);
	buf_free(&payload);
	return rc;
}

int cmd_charter_show(struct cli *c)
{
	struct signed_charter s;
	json_t *doc;

	if (!cmd_load_charter(c, c->opt.args[0], &s))
		return cmd_fail(c);
	if (c->term.json) {
		doc = signed_charter_whole(&s);
		term_json(&c->term, doc);
		json_decref(doc);
	} else {
		term_json(&c->term, s.charter->object.doc);
		term_note(&c->term, "%zu approval%s beside it; --json shows the signed charter", json_array_size(s.approvals),
			json_array_size(s.approvals) == 1 ? " stands" : "s stand");
	}
	signed_charter_free(&s);
	return EXIT_DONE;
}

/* How many members examples are worked out for: as asked, else the founders, else none. */
static bool members_of(struct cli *c, const struct charter *charter, uint32_t *n)
{
	*n = (uint32_t)charter->founders_n;
	return cmd_count(c, OPT_MEMBERS, 1000000, n);
}

static json_t *cost_json(const struct capture *k)
{
	if (!k->possible)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:b, s:b, s:b, s:b}", "members", (json_int_t)k->members, "operators", (json_int_t)k->operators,
		"alone", (json_int_t)k->alone, "listed", (int)k->listed, "challenges", (int)k->challenges, "drawn", (int)k->drawn, "exact",
		(int)k->exact);
}

/* {"silent", "against", "block"} of a question; null where there is no rule. */
static json_t *costs_json(const struct charter *charter, enum question q, uint32_t n)
{
	static const char *const names[] = { "silent", "against", "block" };
	const struct requirement *r = charter_requirement(charter, q, false);
	const struct capture_group g = { .members = n };
	json_t *o = r != NULL ? json_object() : json_null();
	struct capture k;

	for (int i = 0; i < 3 && r != NULL; i++)
		if (!capture_find(charter, r, q, (enum capture_goal)i, &g, &k, NULL) ||
			json_object_set_new(o, names[i], cost_json(&k)) != 0) {
			json_decref(o);
			return NULL;
		}
	return o;
}

static bool add_words(json_t *o, const char *name, const char *const *words, uint32_t bits)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (unsigned i = 0; ok && bits >> i != 0; i++)
		if ((bits & 1u << i) != 0)
			ok = json_array_append_new(list, json_string(words[i])) == 0;
	if (ok)
		return json_object_set_new(o, name, list) == 0;
	json_decref(list);
	return false;
}

/* What one more identity costs; null where nobody gets in. */
static json_t *entry_json(const struct charter *charter)
{
	static const char *const puzzles[] = { "graphic", "logic", "audio" }; /* in the order of enum captcha_kind */
	const struct cost k = charter->admission != NULL ? cost_of_entry(charter->admission) : (struct cost){ 0 };
	const char *leaves[REQ_TYPES];
	json_t *o;

	for (int t = 0; t < REQ_TYPES; t++)
		leaves[t] = requirement_name((enum requirement_type)t);
	if (!k.possible)
		return json_null();
	o = json_pack("{s:I, s:I, s:I}", "cpu_ms", (json_int_t)k.cpu_ms, "providers", (json_int_t)k.words, "nano_usd",
		(json_int_t)cost_nano_usd(&k));
	if (o != NULL && add_words(o, "puzzles", puzzles, k.puzzles) && add_words(o, "decisions", leaves, k.by))
		return o;
	json_decref(o);
	return NULL;
}

static bool explain_json(struct cli *c, const struct charter *charter, uint32_t n, const char *text)
{
	json_t *doc = json_pack("{s:s, s:I, s:o}", "text", text, "members", (json_int_t)n, "cost", entry_json(charter)), *costs = NULL;

	if (n > 0)
		costs = json_pack(
			"{s:o, s:o}", "admission", costs_json(charter, Q_ADMIT, n), "expulsion", costs_json(charter, Q_EXPEL, n - 1));
	if (doc == NULL || (n > 0 && json_object_set_new(doc, "capture", costs) != 0)) {
		json_decref(doc);
		return err_memory(&c->e);
	}
	term_json(&c->term, doc);
	json_decref(doc);
	return true;
}

int cmd_charter_explain(struct cli *c)
{
	struct signed_charter s;
	struct buf text = { 0 };
	uint32_t n;
	bool rc;

	if (!cmd_load_charter(c, c->opt.args[0], &s))
		return cmd_fail(c);
	rc = members_of(c, s.charter, &n) && (explain_charter(s.charter, n, &text) || err_memory(&c->e));
	if (rc && c->term.json)
		rc = explain_json(c, s.charter, n, buf_cstr(&text));
	else if (rc)
		term_bytes(&c->term, buf_slice(&text));
	buf_free(&text);
	signed_charter_free(&s);
	return rc ? EXIT_DONE : cmd_fail(c);
}
