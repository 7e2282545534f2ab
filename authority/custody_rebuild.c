/* SPDX-License-Identifier: ISC
 * Bringing back a state that was lost. */
#include <string.h>

#include "authority/custody_state.h"

/* Lists of a rebuilt state begin at a number that the lost one cannot have reached: it counted one list a minute at the most. */
enum { REBUILT_STEP = 1000, LIST_SECONDS = 60 };

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
	ledger_root(k->ledger, k->goal.size, &root);
	if (digest_compare(&root, &k->goal.root) != 0)
		return err_set(e, "forked", "this log does not have the head that the administrators signed for the rebuilding");
	if (!by_administrators(k, e))
		return false;
	k->rebuilding = false;
	return true;
}

static bool nothing_yet(void *arg, uint8_t type, struct slice body, struct err *e)
{
	(void)arg;
	(void)type;
	(void)body;
	return err_set(e, "state_stands", "there is a state of this group already; a rebuilding starts without one");
}

bool custody_rebuild(const char *dir, struct slice text, struct keyring *keys, struct err *e)
{
	struct buf number = { 0 };
	struct journal *j = NULL;
	char path[CUSTODY_PATH];
	struct jws jws;
	struct slice body;
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
	custody_path(dir, &h.genesis, path);
	buf_add_u64(&number, (uint64_t)h.time / LIST_SECONDS + REBUILT_STEP);
	body = buf_slice(&number);
	ok = (j = journal_open(path, nothing_yet, NULL, e)) != NULL && journal_add(j, RECORD_REBUILD, &text, 1, e) &&
		journal_add(j, RECORD_LISTS, &body, 1, e) && journal_sync(j, e);
	journal_close(j);
	buf_free(&number);
	return ok;
}
