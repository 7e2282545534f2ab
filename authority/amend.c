/* SPDX-License-Identifier: ISC */
#include "authority/amend.h"
#include "authority/charters.h"
#include "authority/create.h"
#include "authority/drafts.h"
#include "authority/issuers.h"
#include "authority/put.h"
#include "authority/work.h"

#include <string.h>

#include "charter/decide.h"

/* ---- logging */

bool charter_stands(struct log_writer *lw, const struct digest *draft, bool *stands, struct err *e)
{
	const struct charter *newest;
	struct signed_charter sc;
	enum draft_state state;

	*stands = false;
	if (!draft_state(lw->w, lw->group.g, draft, &state, e) || !charters_newest(lw->w, lw->group.g, &newest, e))
		return false;
	if (state != DRAFT_VOTING)
		return true;
	if (!draft_read(lw->w, lw->group.g, draft, &sc, e))
		return false;
	*stands = chain_follows(sc.charter, newest, NULL) && chain_count(lw->w->crypto, &sc, newest, NULL) &&
		chain_announced(&sc, newest, lw->now);
	signed_charter_free(&sc);
	return true;
}

bool charter_log(struct log_writer *lw, const struct digest *draft, const struct digest *decision, struct err *e)
{
	const struct charter *newest;
	struct signed_charter sc;
	bool rc;

	if (!charters_newest(lw->w, lw->group.g, &newest, e) || !draft_load(lw->w, lw->group.g, draft, newest, &sc, e))
		return false;
	rc = chain_approved(lw->w->crypto, &sc, newest, e) && charter_put(lw, &sc, decision, e);
	signed_charter_free(&sc);
	return rc;
}

bool charter_drop(struct log_writer *lw, const struct digest *draft, struct err *e)
{
	return draft_set_state(lw->w, lw->group.g, draft, DRAFT_VOID, e);
}

/* What is logged already, or follows nothing, is told by the transaction. */
static bool may_issue(struct worker *w, int32_t g, const struct charter *next, struct err *e)
{
	const struct charter *newest;

	if (!charters_newest(w, g, &newest, e))
		return false;
	return !chain_follows(next, newest, NULL) || issuers_held(w, next, newest, e);
}

static bool still_held(struct worker *w, int32_t g, const struct digest *draft, bool *held, struct err *e)
{
	struct err why = { 0 };
	struct signed_charter sc;

	if (!draft_read(w, g, draft, &sc, e))
		return false;
	*held = may_issue(w, g, sc.charter, &why);
	signed_charter_free(&sc);
	return *held || err_is(&why, "issuer_unknown") || err_is(&why, "key_bound") || err_set(e, why.name, "%s", why.text);
}

bool charter_held(struct worker *w, int32_t g, uint64_t number, bool *held, struct err *e)
{
	static const struct statement st = { "charter_held",
		"SELECT subject FROM proposals WHERE g = $1 AND number = $2 AND question = 2 AND outcome IS NULL" };
	struct db_args a = { 0 };
	struct digest draft;
	PGresult *r;
	bool asks;

	*held = true;
	if (w->a->signer_path == NULL)
		return true;
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	asks = PQntuples(r) == 1 && res_digest(r, 0, 0, &draft);
	PQclear(r);
	return !asks || still_held(w, g, &draft, held, e);
}

/* ---- proposing a further version */

struct amend {
	struct worker *w;
	struct group group;
	const struct proposed *p;
	struct answer *out;
};

/* A version is logged so long before it takes effect as its predecessor asks; where that wants a vote, the vote comes before. */
static bool announced(const struct log_writer *lw, const struct signed_charter *sc, const struct charter *newest, struct err *e)
{
	const int64_t vote = chain_needs_vote(sc, newest) ? newest->voting.term : 0, notice = chain_notice(sc, newest);

	return chain_announced(sc, newest, lw->now + vote) ||
		err_set(e, "notice_short",
			"version %u asks for a notice of %llds%s before its successor takes effect: let it do so in %llds or later",
			(unsigned)newest->version, (long long)notice, vote > 0 ? " behind the vote on it" : "", (long long)(vote + notice));
}

/* Before an effective time that nobody waits for any more an approval would be void. Who takes over logs what peers may have pinned
 * already, and can not ask for another version of that number: it may come late. */
static bool in_time(const struct log_writer *lw, const struct charter *c, enum draft_state state, struct err *e)
{
	const bool late = lw->now > c->effective && !lw->succeeds;

	if (state == DRAFT_VOID || ((state == DRAFT_OPEN || state == DRAFT_NONE) && late))
		return err_set(e, "draft_void", "this draft can not be approved any more: %s",
			state == DRAFT_VOID ? "the group refused it, or another one took its place"
					    : "its effective time passed before enough administrators approved");
	return true;
}

static bool vote_on(struct log_writer *lw, const struct signed_charter *sc, const struct charter *newest, struct err *e)
{
	struct proposal p = { .question = Q_AMEND, .again = sc->recovery, .subject = sc->charter->object.digest };

	if (lw->succeeds)
		return err_set(e, "not_a_notary",
			"version %u demands a vote on its successor, and names another notary than this authority's to hold it",
			(unsigned)newest->version);
	if (lw->version != newest->version)
		return err_set(e, "charter_not_in_force",
			"version %u demands a vote on its successor and is not in force yet: propose again then",
			(unsigned)newest->version);
	return proposal_put(lw, &p, e) && draft_set_state(lw->w, lw->group.g, &sc->charter->object.digest, DRAFT_VOTING, e);
}

/* An open draft that has enough approvals goes on. */
static bool proceed(
	struct log_writer *lw, const struct signed_charter *sc, const struct charter *newest, enum draft_state *state, struct err *e)
{
	const bool vote = chain_needs_vote(sc, newest);

	if (*state != DRAFT_OPEN || !draft_is_approved(sc, newest))
		return true;
	*state = vote ? DRAFT_VOTING : DRAFT_LOGGED;
	return (vote ? vote_on(lw, sc, newest, e) : charter_put(lw, sc, NULL, e)) && log_finish(lw, e);
}

static bool gather(struct amend *act, struct log_writer *lw, const struct charter *newest, enum draft_state state, struct err *e)
{
	const struct charter *next = act->p->sc.charter;
	struct signed_charter all;
	bool fresh = false, rc;

	if (!chain_follows(next, newest, e) || !log_had(lw, next->log_size, &next->log_root, e) || !in_time(lw, next, state, e) ||
		!issuers_keep(act->w, act->group.g, next, act->p->issuing, e) ||
		!draft_keep(act->w, act->group.g, &act->p->sc, newest, &fresh, e) ||
		!draft_load(act->w, act->group.g, &next->object.digest, newest, &all, e))
		return false;
	if (state == DRAFT_NONE)
		state = DRAFT_OPEN;
	rc = (state != DRAFT_OPEN || announced(lw, &all, newest, e)) && proceed(lw, &all, newest, &state, e) &&
		draft_answer(act->w, act->group.g, &all, newest, state, fresh, act->out, e);
	signed_charter_free(&all);
	return rc;
}

/* It was logged before: the same answer, by the version that it followed. */
static bool answer_logged(struct amend *act, struct err *e)
{
	const struct charter *c = act->p->sc.charter, *previous;
	struct signed_charter all;
	bool rc;

	if (!charters_by_version(act->w, act->group.g, c->version - 1, &previous, e) ||
		!draft_load(act->w, act->group.g, &c->object.digest, previous, &all, e))
		return false;
	rc = draft_answer(act->w, act->group.g, &all, previous, DRAFT_LOGGED, false, act->out, e);
	signed_charter_free(&all);
	return rc;
}

static bool amend(struct db *db, void *arg, struct err *e)
{
	struct amend *act = arg;
	const struct charter *newest;
	enum draft_state state;
	struct log_writer *lw;
	bool rc;

	(void)db;
	if (!log_take_over(act->w, act->group.g, act->p->sc.charter, &lw, e))
		return false;
	rc = draft_state(act->w, act->group.g, &act->p->sc.charter->object.digest, &state, e) &&
		charters_newest(act->w, act->group.g, &newest, e);
	rc = rc && (state == DRAFT_LOGGED ? answer_logged(act, e) : gather(act, lw, newest, state, e));
	log_close(lw);
	return rc;
}

static bool propose(struct worker *w, const char *group, const struct proposed *p, struct answer *out, struct err *e)
{
	const struct charter *c = p->sc.charter;
	struct amend act = { .w = w, .p = p, .out = out };

	if (strcmp(c->group, group) != 0)
		return err_set(e, "wrong_context", "this is a charter of group %s", c->group);
	/* Else anybody could fill the store with drafts. */
	if (json_array_size(p->sc.approvals) == 0)
		return err_set(e, "approvals_missing", "a charter comes with the approval of at least one administrator");
	if (c->version == 1)
		return create_group(w, p, false, out, e);
	if (!charter_served(w->a, c, e) || !group_find(w, group, &act.group, e) || !may_issue(w, act.group.g, c, e) ||
		!db_transaction(w->db, amend, &act, e))
		return false;
	work_post(w->a->work, WORK_PUBLISH, act.group.g, 0);
	work_post(w->a->work, WORK_LISTS, act.group.g, 0);
	return true;
}

bool act_propose_charter(struct worker *w, const char *group, const json_t *doc, struct answer *out, struct err *e)
{
	struct proposed p;
	bool rc;

	if (!proposed_read(doc, &p, e))
		return false;
	rc = propose(w, group, &p, out, e);
	proposed_free(&p);
	return rc;
}
