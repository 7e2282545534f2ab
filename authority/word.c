/* SPDX-License-Identifier: ISC
 * An operator approves or refuses what a proposal is about. */
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/in_force.h"
#include "authority/objects.h"
#include "authority/store_application.h"
#include "authority/store_proposal.h"
#include "authority/store_word.h"
#include "authority/work.h"

struct saying {
	struct worker *w;
	struct group group;
	struct operator_word word;
	struct digest key, stored; /* of the operator; whose receipt it is */
	uint64_t number;           /* of the proposal */
	int64_t term;
	struct buf doc, receipt;
	bool fresh, contradicts;
};

/* A word counts under the charter of its proposal alone, so it waits for one. */
static bool find_proposal(struct saying *act, struct stored_proposal *p, struct err *e)
{
	const struct digest *subject = &act->word.subject;
	struct stored_application a;

	if (!store_proposal_about(act->w, act->group.g, subject, &act->number, e))
		return false;
	if (act->number == 0) {
		if (!store_application_load(act->w, act->group.g, subject, STORE_READ, &a, e) ||
			!act_open(act->w, act->group.g, subject, e) ||
			!store_proposal_about(act->w, act->group.g, subject, &act->number, e))
			return false;
	}
	return store_proposal_load(act->w, act->group.g, act->number, STORE_READ, p, e);
}

static bool by_operator(struct saying *act, const struct jws *j, const struct stored_proposal *p, struct err *e)
{
	const struct charter_person *by;
	const struct charter *c;

	if (digest_compare(&act->word.charter, &p->p.charter) != 0)
		return err_set(e, "wrong_context", "the word names another charter than the proposal's");
	if (!charters_by_version(act->w, act->group.g, p->version, &c, e))
		return false;
	by = j->n == 1 ? charter_operator(c, &j->sigs[0].kid) : NULL;
	if (by == NULL)
		return err_set(e, "not_an_operator", "the charter names no operator with the key that signed this");
	act->key = by->thumb;
	act->term = c->voting.term;
	return jws_verify(act->w->crypto, j, 0, &by->key, e);
}

/* What an operator said before stands. The same verdict again gets the first one's receipt; the other verdict is kept as evidence. */
static bool said_before(struct saying *act, bool *before, struct err *e)
{
	bool approve = false;

	buf_free(&act->receipt);
	if (!store_word_find(act->w, act->group.g, &act->word.subject, &act->key, before, &approve, &act->stored, &act->receipt, e))
		return false;
	act->contradicts = *before && approve != act->word.approve;
	return !act->contradicts ||
		object_contradicts(act->w, act->group.g, &act->word.subject, slice_of(act->key.b, sizeof(act->key.b)), &act->word.digest,
			buf_cstr(&act->doc), e);
}

static bool say(struct db *db, void *arg, struct err *e)
{
	struct saying *act = arg;
	struct word_row row = { .word = &act->word, .key = &act->key };
	struct stored_proposal p;
	bool before;

	act->fresh = act->contradicts = false;
	if (!store_proposal_load(act->w, act->group.g, act->number, STORE_SHARE, &p, e) || !said_before(act, &before, e))
		return false;
	if (before)
		return true;
	act->stored = act->word.digest;
	if (!db_now(db, &row.stored, e))
		return false;
	if (p.decided || row.stored >= p.closes)
		return err_set(e, "closed", "proposal %llu is decided, or past its term", (unsigned long long)act->number);
	if (!in_force_at(act->w, act->group.g, row.stored, NULL, e) ||
		!notary_receipt(act->w, &act->group.genesis, &act->word.digest, row.stored, act->term, &act->receipt, e))
		return false;
	row.doc = buf_cstr(&act->doc);
	row.receipt = buf_cstr(&act->receipt);
	if (row.doc == NULL || row.receipt == NULL)
		return err_memory(e);
	if (!store_word_insert(act->w, act->group.g, &row, &act->fresh, e))
		return false;
	/* Another word of this operator came at the same moment: what it says is seen when this is done again. */
	return act->fresh || err_set(e, "database_retry", "two words of one operator met");
}

static bool check(struct saying *act, const char *group, const struct jws *j, const json_t *doc, struct err *e)
{
	struct stored_proposal p;

	if (!group_find(act->w, group, &act->group, e) || !group_may_change(&act->group, e) || !operator_parse(j, &act->word, e))
		return false;
	if (digest_compare(&act->word.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this word is for another group than %s", act->group.name);
	return find_proposal(act, &p, e) && by_operator(act, j, &p, e) && json_write(doc, &act->doc, e);
}

bool act_word(struct worker *w, const char *group, const struct jws *word, const json_t *doc, struct answer *out, struct err *e)
{
	struct saying act = { .w = w };
	bool rc = check(&act, group, word, doc, e) && db_transaction(w->db, say, &act, e);

	if (rc && act.contradicts)
		rc = err_set(e, "equivocation", "this operator has given the other verdict before; both are kept");
	rc = rc && answer_object(out, "word", &act.stored, act.fresh, &act.receipt, e);
	if (rc && act.fresh)
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.number);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
