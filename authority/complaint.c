/* SPDX-License-Identifier: ISC
 * A member complains about another one: kept, for motions to rest on. */
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/free_text.h"
#include "authority/store_complaint.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/suspend.h"

/* By one member about another: more would say nothing new. */
enum { COMPLAINTS_MAX = 16 };

struct complaining {
	struct worker *w;
	struct group group;
	struct complaint complaint; /* owned */
	struct digest key;
	const struct free_text *text; /* borrowed, or NULL */
	struct buf doc, receipt;
	bool fresh;
};

/* ---- before the transaction */

static bool key_of(struct complaining *act, const struct digest *key, const struct id16 *member, struct stored_key *k, struct err *e)
{
	bool found;

	if (!store_key_find(act->w, act->group.g, key, &found, k, e))
		return false;
	if (!found)
		return err_set(e, "not_a_member", "a key that signed here is no member's");
	return id16_compare(&k->member, member) == 0 || err_set(e, "wrong_key", "a key that signed here is another member's");
}

static bool proves(struct complaining *act, struct err *e)
{
	const struct complaint *x = &act->complaint;
	const struct charter *c;
	struct stored_key k;

	if (x->about != COMPLAINT_VOTES)
		return true;
	if (!charters_by_digest(act->w, act->group.g, &x->votes[0].vote.charter, &c, e) ||
		!complaint_proves(act->w->crypto, x, c->voting.change, e))
		return false;
	for (size_t i = 0; i < 2; i++)
		if (!key_of(act, &x->votes[i].jws.sigs[0].kid, &x->member, &k, e))
			return false;
	return true;
}

static bool by_member(struct complaining *act, const struct jws *j, struct err *e)
{
	struct stored_key k;

	if (j->n != 1)
		return err_set(e, "bad_jws", "a complaint has one signature, by the key of whoever complains");
	act->key = j->sigs[0].kid;
	return key_of(act, &act->key, &act->complaint.by, &k, e) && jws_verify(act->w->crypto, j, 0, &k.pub, e);
}

static bool check(struct complaining *act, const struct jws *j, const json_t *doc, struct err *e)
{
	const struct complaint *x = &act->complaint;
	const struct charter *c;

	if (digest_compare(&x->genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this complaint is for another group than %s", act->group.name);
	return by_member(act, j, e) && charters_by_digest(act->w, act->group.g, &x->charter, &c, e) && proves(act, e) &&
		free_text_fits(act->text, x->has_text, &x->text, e) && json_write(doc, &act->doc, e);
}

/* ---- in it */

/* Both stand, and the key is the present one. */
static bool parties(struct complaining *act, struct err *e)
{
	const struct complaint *x = &act->complaint;
	const bool order = id16_compare(&x->by, &x->member) < 0;
	struct stored_member by, about;

	if (!store_member_load(act->w, act->group.g, order ? &x->by : &x->member, STORE_SHARE, order ? &by : &about, e) ||
		!store_member_load(act->w, act->group.g, order ? &x->member : &x->by, STORE_SHARE, order ? &about : &by, e) ||
		!store_member_may_act(&by, e))
		return false;
	if (digest_compare(&by.key, &act->key) != 0)
		return err_set(e, "wrong_key", "whoever complains has another key by now");
	return !about.ended || err_set(e, "not_found", "whom this is about is no member any more");
}

static bool put(struct complaining *act, const struct log_writer *lw, struct err *e)
{
	const struct complaint *x = &act->complaint;
	struct complaint_row row = { .complaint = x, .key = &act->key, .text = act->text };
	uint64_t n;

	if (!suspend_refuses(lw, &x->by, "complain", e))
		return false;
	if (lw->charter->expulsion == NULL)
		return err_set(e, "not_allowed", "under this charter nobody is expelled by vote, so complaints serve nothing");
	if (!complaint_fits(x, &act->group.genesis, &x->member, lw->now, e) ||
		!store_complaint_count(act->w, act->group.g, &x->by, &x->member, &n, e))
		return false;
	if (n >= COMPLAINTS_MAX)
		return err_set(
			e, "over_limit", "this member has complained %d times about that one, and no more are taken", COMPLAINTS_MAX);
	if (!notary_receipt(act->w, &act->group.genesis, &x->digest, lw->now, lw->charter->voting.term, &act->receipt, e))
		return false;
	row.doc = buf_cstr(&act->doc);
	row.receipt = buf_cstr(&act->receipt);
	if (!store_complaint_insert(act->w, act->group.g, &row, e))
		return false;
	act->fresh = true;
	return true;
}

/* The same complaint gets the receipt that it got. */
static bool complain(struct db *db, void *arg, struct err *e)
{
	struct complaining *act = arg;
	struct log_writer *lw;
	bool found, rc;

	(void)db;
	act->fresh = false;
	buf_free(&act->receipt);
	if (!store_complaint_find(act->w, act->group.g, &act->complaint.digest, &found, &act->receipt, e))
		return false;
	if (found)
		return true;
	/* Nothing is logged; but behind the log's lock two complaints do not pass the limit together. */
	if (!parties(act, e) || !log_open(act->w, act->group.g, &lw, e))
		return false;
	rc = put(act, lw, e);
	log_close(lw);
	return rc;
}

bool act_complain(struct worker *w, const char *group, const struct jws *j, const json_t *doc, const struct free_text *text,
	struct answer *out, struct err *e)
{
	struct complaining act = { .w = w, .text = text };
	bool rc;

	if (!group_find(w, group, &act.group, e) || !group_may_change(&act.group, e) || !complaint_parse(j, &act.complaint, e))
		return false;
	rc = check(&act, j, doc, e) && db_transaction(w->db, complain, &act, e) &&
		answer_object(out, "complaint", &act.complaint.digest, act.fresh, &act.receipt, e);
	complaint_free(&act.complaint);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
