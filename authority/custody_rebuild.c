/* SPDX-License-Identifier: ISC
 * Bringing back a state that was lost. */
#include "authority/custody_state.h"

/* Lists of a rebuilt state begin at a number that no lost one can have reached: each list is synced to disk, and nobody makes so many in a
 * second. */
enum { LISTS_A_SECOND = 1000 };

/* The head was signed by as many administrators as the charter that the log ends with asks for. */
static bool by_administrators(const struct custody *k, struct err *e)
{
	const struct charter *c = ledger_newest(k->ledger);
	uint32_t good = 0;

	for (size_t i = 0; i < k->goal_jws.n; i++) {
		const struct charter_person *a = charter_administrator(c, &k->goal_jws.sigs[i].kid);

		good += a != NULL && jws_verify(k->crypto, &k->goal_jws, i, &a->key, NULL);
	}
	if (good >= c->administrators.threshold)
		return true;
	return err_set(e, "approvals_missing", "the head for the rebuilding is signed by %u administrators and needs %u", good,
		c->administrators.threshold);
}

/* A rebuilding ends where the signed head is reached; a log that does not have it is not this group's. */
bool custody_toward_goal(struct custody *k, struct err *e)
{
	struct digest root;

	if (!k->rebuilding || ledger_size(k->ledger) < k->goal.size)
		return true;
	k->astray = true;
	ledger_root(k->ledger, k->goal.size, &root);
	if (digest_compare(&root, &k->goal.root) != 0)
		return err_set(e, "forked", "this log does not have the head that the administrators signed for the rebuilding");
	if (!by_administrators(k, e) || !ledger_seen(k->ledger, k->goal.time, e))
		return false;
	k->astray = k->rebuilding = false;
	return true;
}

/* The same record as at the beginning: whoever reads it starts with nothing. When it cannot be written all stays as it was. */
void custody_begin_again(struct custody *k)
{
	struct buf text = { 0 };
	struct slice body;
	struct err e = { 0 };

	buf_add_slice(&text, buf_slice(&k->goal_text));
	body = buf_slice(&text);
	if (!text.failed && journal_add(k->journal, RECORD_REBUILD, &body, 1, &e) && journal_sync(k->journal, &e))
		custody_set_goal(k, body, &e);
	buf_free(&text);
}

static bool begin(struct custody *k, struct slice text, int64_t now, struct err *e)
{
	struct buf number = { 0 };
	struct slice body;
	bool ok;

	if (!k->rebuilding && ledger_size(k->ledger) > 0)
		return err_set(e, "state_stands", "there is a state of this group already; a rebuilding starts without one");
	buf_add_u64(&number, (uint64_t)now * LISTS_A_SECOND);
	body = buf_slice(&number);
	ok = journal_add(k->journal, RECORD_REBUILD, &text, 1, e) && journal_add(k->journal, RECORD_LISTS, &body, 1, e) &&
		custody_begin_epoch(k, now, e) && journal_sync(k->journal, e);
	buf_free(&number);
	return ok;
}

bool custody_rebuild(const char *dir, struct slice text, struct keyring *keys, struct crypto *c, int64_t now, struct err *e)
{
	struct custody *k;
	struct jws jws;
	struct head h;
	bool ok;

	if (!jws_parse(text, OBJECT_MAX, &jws, e))
		return false;
	ok = head_parse(&jws, &h, e);
	jws_free(&jws);
	if (!ok)
		return false;
	if (keyring_of(keys, &h.genesis, 0) == NULL)
		return err_set(e, "issuer_unknown", "no key of this signer is bound to that group");
	if (h.size == 0 || h.time > now)
		return err_set(e, "bad_head", "the head for a rebuilding is of an empty log, or from the future");
	k = custody_open_any(dir, &h.genesis, keys, c, e);
	ok = k != NULL && begin(k, text, now, e);
	custody_close(k);
	return ok;
}
