/* SPDX-License-Identifier: ISC
 * gmc audit --log: the whole log, fetched and followed entry by entry with the rules that the signer keeps. */
#include "peer/cmd.h"

#include <string.h>

#include "peer/entry.h"
#include "peer/ledger.h"

enum { BATCH = 256, BATCH_MAX = 64 * 1024 * 1024 };

/* Issuing keys stand in charters by digest alone; the keys themselves in the CA certificates, which trust_parse has verified. */
static struct ledger *begin(struct cli *c)
{
	struct ledger *l = ledger_new(&c->home.link.genesis, &c->e);

	for (size_t i = 0; l != NULL && i < c->trust->authorities_n; i++) {
		if (ledger_issuer(l, &c->trust->authorities[i].key, &c->e))
			continue;
		ledger_free(l);
		return NULL;
	}
	return l;
}

/* At an element of "entries": {"index", "entry", "object"?, "evidence"?}. */
static bool follow_one(struct cli *c, struct ledger *l, const struct at *at, int64_t now)
{
	struct ledger_item item = { 0 };
	struct buf bytes = { 0 };
	struct at part;
	int64_t index;
	bool rc = at_int(at, "index", 0, JSON_INT_MAX, &index) && at_base64(at, "entry", 1, OBJECT_MAX, &bytes);

	if (rc && (uint64_t)index != ledger_size(l))
		rc = err_set(&c->e, "log_index", "the server shows entry %lld where entry %llu comes", (long long)index,
			(unsigned long long)ledger_size(l));
	item.entry = buf_slice(&bytes);
	rc = rc && at_optional(at, "object", &part);
	item.object = rc ? part.v : NULL;
	rc = rc && at_optional(at, "evidence", &part);
	item.evidence = rc ? part.v : NULL;
	ledger_mark(l);
	rc = rc && ledger_extend(l, c->crypto, &item, now, &c->e);
	if (rc)
		ledger_commit(l);
	else
		ledger_rollback(l);
	buf_free(&bytes);
	return rc;
}

static bool follow_batch(struct cli *c, struct ledger *l, uint64_t size, int64_t now)
{
	char path[CLIENT_PATH_MAX];
	struct at root, list, one;
	bool rc = false;
	json_t *doc;
	size_t n;

	snprintf(path, sizeof(path), "/log/entries?from=%llu&limit=%d", (unsigned long long)ledger_size(l), BATCH);
	doc = client_get_json(c->client, path, BATCH_MAX, &c->e);
	if (doc == NULL)
		return false;
	root = at_root(doc, &c->e);
	if (!at_member(&root, "entries", &list) || !at_array(&list, 1, BATCH, &n))
		goto out;
	for (size_t i = 0; i < n && ledger_size(l) < size; i++) {
		if (at_element(&list, i, &one) && follow_one(c, l, &one, now))
			continue;
		err_prefix(&c->e, "entry %llu: ", (unsigned long long)ledger_size(l));
		goto out;
	}
	rc = true;
out:
	json_decref(doc);
	return rc;
}

/* The head that the server signs now: the log is followed up to it. */
static bool fetch_head(struct cli *c, struct head *out)
{
	json_t *doc = client_get_json(c->client, "/log/head", OBJECT_MAX * 2, &c->e);
	struct jws j;
	bool rc = doc != NULL && cmd_follow_head(c, doc) && cmd_envelope(c, doc, NULL, &j);

	if (rc) {
		rc = head_parse(&j, out, &c->e);
		jws_free(&j);
	}
	json_decref(doc);
	return rc;
}

static bool ends_in(struct cli *c, const struct ledger *l, const struct head *h, const char *which)
{
	struct digest root;

	return (ledger_root(l, h->size, &root) && digest_compare(&root, &h->root) == 0) ||
		err_set(&c->e, "log_forked", "the entries that the server shows are not those of %s head of size %llu", which,
			(unsigned long long)h->size);
}

static bool pinned_agree(struct cli *c, const struct ledger *l)
{
	for (size_t i = 0; i < c->trust->charters_n; i++)
		if (ledger_charter_by(l, &c->trust->charters[i].charter->object.digest) == NULL)
			return err_set(&c->e, "charter_fork", "the log does not have charter version %zu, which is pinned", i + 1);
	return true;
}

static void tell(struct cli *c, const struct ledger *l, const struct head *h)
{
	struct electorate members = { 0 };
	char root[DIGEST_TEXT], when[TIME_TEXT];
	json_t *doc;

	digest_text(&h->root, root);
	time_text(ledger_time(l), when);
	if (!ledger_electorate(l, ledger_size(l), ledger_time(l), &members, NULL))
		members.n = 0;
	term_line(&c->term, "audit", "all %llu entries hold; the last one is of %s", (unsigned long long)ledger_size(l), when);
	term_line(&c->term, "head", "%s", root);
	term_line(&c->term, "members", "%zu, charter version %u", members.n, (unsigned)ledger_newest(l)->version);
	if (c->term.json) {
		doc = json_pack("{s:I, s:s, s:I, s:I, s:I}", "size", (json_int_t)ledger_size(l), "root", root, "time",
			(json_int_t)ledger_time(l), "members", (json_int_t)members.n, "version", (json_int_t)ledger_newest(l)->version);
		term_json(&c->term, doc);
		json_decref(doc);
	}
	electorate_free(&members);
}

/* Refused by the rules: what the log says is then evidence against whoever signed its head. */
static int refused(struct cli *c)
{
	if (c->client == NULL || client_status(c->client) < 200 || client_status(c->client) > 299 || err_is(&c->e, "no_memory"))
		return cmd_fail(c);
	term_line(&c->term, "audit", "%sFORGED%s (%d)", term_on(&c->term, PAINT_BAD), term_off(&c->term, PAINT_BAD), GMC_FORGED);
	term_error(&c->term, &c->e, NULL);
	return GMC_FORGED;
}

bool cmd_log_follow(struct cli *c, struct ledger **l, struct head *h, int64_t now)
{
	bool rc = fetch_head(c, h) && (*l != NULL || (*l = begin(c)) != NULL);

	while (rc && ledger_size(*l) < h->size)
		rc = follow_batch(c, *l, h->size, now);
	return rc && ends_in(c, *l, h, "the server's");
}

int cmd_audit_log(struct cli *c)
{
	struct ledger *l = NULL;
	struct head h = { 0 };
	bool rc;

	if (!cmd_trust(c) || !cmd_client(c))
		return cmd_fail(c);
	rc = cmd_refresh(c) && cmd_log_follow(c, &l, &h, 0);
	rc = rc && (!c->trust->has_head || c->trust->head.size > h.size || ends_in(c, l, &c->trust->head, "the pinned")) &&
		pinned_agree(c, l);
	if (rc)
		tell(c, l, &h);
	ledger_free(l);
	return rc ? EXIT_DONE : refused(c);
}
