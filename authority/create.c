/* SPDX-License-Identifier: ISC */
#include "authority/create.h"
#include "authority/drafts.h"
#include "authority/holders.h"
#include "authority/intend.h"
#include "authority/issuers.h"
#include "authority/seeds.h"
#include "authority/work.h"

#include <string.h>

#include "charter/decide.h"
#include "peer/csr.h"
#include "peer/ledger.h"
#include "voting/proposal.h"

bool proposed_read(const json_t *doc, struct proposed *out, struct err *e)
{
	const struct at root = at_root(doc, e);
	struct at issuing;

	memset(out, 0, sizeof(*out));
	if (!at_optional(&root, "issuing", &issuing) || !signed_charter_read(&root, "issuing", &out->sc))
		return false;
	out->issuing = issuing.v;
	return true;
}

void proposed_free(struct proposed *p)
{
	signed_charter_free(&p->sc);
	p->issuing = NULL;
}

/* ---- what can be checked before anything is stored */

struct founder {
	struct sig_pub key;
	struct digest thumb;
};

static bool check_founder(struct worker *w, const struct charter *c, size_t i, struct founder *all, struct err *e)
{
	const struct charter_founder *f = &c->founders[i];
	struct founder *one = &all[i];

	if (!csr_verify(w->crypto, f->csr, &one->key, e)) {
		err_prefix(e, "founder %s: ", f->name);
		return false;
	}
	if (one->key.alg == SIG_ED25519 ? !c->membership.ed25519 : !c->membership.p256)
		return err_set(e, "foreign_key", "founder %s has a key of a kind (%s) that the charter does not let members have", f->name,
			sig_alg_name(one->key.alg));
	jwk_thumbprint(&one->key, &one->thumb);
	for (size_t k = 0; k < i; k++)
		if (digest_compare(&all[k].thumb, &one->thumb) == 0)
			return err_set(e, "key_in_use", "founders %s and %s have one key", c->founders[k].name, f->name);
	return true;
}

bool charter_served(const struct authority *a, const struct charter *c, struct err *e)
{
	if (!charter_supported(c, e) || !charter_run_tests(c, e))
		return false;
	if (a->term_max > 0 && c->voting.term > a->term_max)
		return err_set(e, "over_limit", "a voting term of %lld s is longer than the operator lets groups have here (%lld s)",
			(long long)c->voting.term, (long long)a->term_max);
	if (a->life_max > 0 && c->membership.life > a->life_max)
		return err_set(e, "over_limit",
			"certificates that live %lld s live longer than the operator lets groups have here (%lld s)",
			(long long)c->membership.life, (long long)a->life_max);
	return true;
}

static bool check_first(struct worker *w, struct proposed *p, struct founder *founders, struct err *e)
{
	const struct charter *c = p->sc.charter;

	if (!chain_follows(c, NULL, e) || !charter_served(w->a, c, e) || !chain_count(w->crypto, &p->sc, NULL, e))
		return false;
	for (size_t i = 0; i < c->founders_n; i++)
		if (!check_founder(w, c, i, founders, e))
			return false;
	return true;
}

/* ---- founding: charter 1, seeds, then joined and issued for each founder */

bool charter_put(struct log_writer *lw, const struct signed_charter *sc, const struct digest *decision, struct err *e)
{
	static const struct statement st = { "charter_put",
		"INSERT INTO charters (g, version, digest, payload, doc, effective, idx, scheme) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" };
	const struct charter *c = sc->charter;
	struct entry en = { .event = EVENT_CHARTER,
		.object = c->object.digest,
		.version = c->version,
		.approvals = sc->approvals_root,
		.has_decision = decision != NULL };
	json_t *doc = signed_charter_print(buf_slice(&c->payload), sc->approvals, NULL);
	struct buf text = { 0 };
	struct db_args a = { 0 };
	bool rc = doc != NULL ? holders_sign(lw, c, doc, e) && json_write(doc, &text, e) : err_memory(e);

	if (decision != NULL)
		en.decision = *decision;
	json_decref(doc);
	rc = rc && (buf_cstr(&text) != NULL || err_memory(e)) && log_append(lw, &en, e);
	if (rc) {
		arg_int4(&a, lw->group.g);
		arg_int4(&a, (int32_t)c->version);
		arg_digest(&a, &c->object.digest);
		arg_bytes(&a, c->payload.p, c->payload.n);
		arg_text(&a, (const char *)text.p);
		arg_int8(&a, c->effective);
		arg_int8(&a, (int64_t)en.index);
		arg_int2(&a, (int16_t)c->voting.scheme);
		rc = db_run(lw->w->db, &st, &a, NULL, e) && issuers_logged(lw->w, lw->group.g, c, e) &&
			draft_set_state(lw->w, lw->group.g, &c->object.digest, DRAFT_LOGGED, e) &&
			draft_void_others(lw->w, lw->group.g, c->version, &c->object.digest, e);
	}
	buf_free(&text);
	return rc;
}

static bool insert_member(
	struct log_writer *lw, const struct charter_founder *f, const struct entry *joined, const struct founder *who, struct err *e)
{
	static const struct statement member = { "create_member",
		"INSERT INTO members (g, member, name, node, decision, joined) VALUES ($1, $2, $3, $4, $5, $6)" };
	static const struct statement key = { "create_key",
		"INSERT INTO member_keys (g, key, member, pub, since) VALUES ($1, $2, $3, $4, $5)" };
	const struct slice pub = pub_slice(&who->key);
	struct db_args a = { 0 }, b = { 0 };

	arg_int4(&a, lw->group.g);
	arg_id16(&a, &f->member);
	arg_text(&a, f->name);
	arg_id16(&a, &joined->node);
	arg_digest(&a, &lw->group.genesis);
	arg_int8(&a, (int64_t)joined->index);
	arg_int4(&b, lw->group.g);
	arg_digest(&b, &who->thumb);
	arg_id16(&b, &f->member);
	arg_bytes(&b, pub.p, pub.n);
	arg_int8(&b, (int64_t)joined->index);
	return db_run(lw->w->db, &member, &a, NULL, e) && db_run(lw->w->db, &key, &b, NULL, e);
}

static bool join(
	struct log_writer *lw, const struct charter_founder *f, const struct founder *who, const struct digest *list, struct err *e)
{
	struct entry joined = { .event = EVENT_JOINED, .object = lw->group.genesis, .member = f->member, .key = who->thumb };
	struct issuance i = {
		.origin = ORIGIN_FOUNDING, .decision = lw->group.genesis, .member = f->member, .name = f->name, .key = who->key
	};
	struct digest csr;

	csr_digest(f->csr, &csr);
	if (lw->charter->membership.nodes_by_key)
		proposal_key_node(&lw->group.genesis, &who->thumb, &joined.node);
	else
		proposal_node(&lw->group.genesis, &csr, list->b, &joined.node);
	i.node = joined.node;
	profile_founder_cause(&lw->group.genesis, &f->member, &i.cause);
	if (!log_append(lw, &joined, e) || !insert_member(lw, f, &joined, who, e))
		return false;
	/* The members of a threshold group make its key when they are there. */
	return lw->charter->authority.issuing_n == 0 || intend(lw, lw->charter, &i, 0, e);
}

static bool found(struct log_writer *lw, const struct signed_charter *sc, const struct founder *founders, struct err *e)
{
	const struct charter *c = sc->charter;
	struct digest list;

	lw->charter = c;
	ledger_founders(c, &list);
	if (!charter_put(lw, sc, NULL, e) || !seeds_commit(lw, e))
		return false;
	for (size_t i = 0; i < c->founders_n; i++)
		if (!join(lw, &c->founders[i], &founders[i], &list, e))
			return false;
	return log_finish(lw, e);
}

/* ---- the act */

struct create {
	struct worker *w;
	const struct proposed *p;
	bool reserve;
	struct founder founders[CHARTER_FOUNDERS_MAX];
	struct answer *out;
	int32_t g;
	bool founded; /* just now */
};

static bool reserve(struct create *act, const struct charter *c, bool *fresh, struct err *e)
{
	static const struct statement st = { "create_reserve",
		"INSERT INTO groups (name, genesis, state) VALUES ($1, $2, 'draft') ON CONFLICT DO NOTHING RETURNING g" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_text(&a, c->group);
	arg_digest(&a, &c->object.digest);
	if (!db_run(act->w->db, &st, &a, &r, e))
		return false;
	*fresh = PQntuples(r) == 1;
	PQclear(r);
	return true;
}

/* The group's row, locked: nobody else founds it meanwhile. */
static bool lock(struct create *act, const struct charter *c, int32_t *g, bool *draft, struct err *e)
{
	static const struct statement st = { "create_lock", "SELECT g, genesis, state FROM groups WHERE name = $1 FOR NO KEY UPDATE" };
	struct db_args a = { 0 };
	struct digest genesis;
	PGresult *r;
	bool same;

	arg_text(&a, c->group);
	if (!db_run(act->w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) != 1) {
		PQclear(r);
		return err_set(e, "not_found", "there is no group %s here", c->group);
	}
	*g = (int32_t)res_int(r, 0, 0);
	same = res_digest(r, 0, 1, &genesis) && digest_compare(&genesis, &c->object.digest) == 0;
	*draft = strcmp(res_text(r, 0, 2), "draft") == 0;
	PQclear(r);
	return same || err_set(e, "name_taken", "there is a group %s here already, with another genesis: choose another name", c->group);
}

static bool gather(struct create *act, int32_t g, bool *fresh, struct err *e)
{
	const struct charter *c = act->p->sc.charter;
	struct signed_charter all;
	struct log_writer *lw;
	bool enough, rc;

	act->founded = false;
	act->g = g;
	if (!log_found(act->w, g, c, &lw, e))
		return false;
	rc = issuers_keep(act->w, g, c, act->p->issuing, e) && draft_keep(act->w, g, &act->p->sc, c, fresh, e) &&
		draft_load(act->w, g, &c->object.digest, c, &all, e);
	if (rc) {
		enough = draft_is_approved(&all, c);
		rc = (!enough || found(lw, &all, act->founders, e)) &&
			draft_answer(act->w, g, &all, c, enough ? DRAFT_LOGGED : DRAFT_OPEN, *fresh, act->out, e);
		signed_charter_free(&all);
		act->founded = enough;
	}
	log_close(lw);
	return rc;
}

static bool answer_founded(struct create *act, int32_t g, struct err *e)
{
	const struct charter *c = act->p->sc.charter;
	struct signed_charter all;
	bool rc = draft_load(act->w, g, &c->object.digest, c, &all, e);

	rc = rc && draft_answer(act->w, g, &all, c, DRAFT_LOGGED, false, act->out, e);
	if (rc)
		signed_charter_free(&all);
	return rc;
}

static bool create(struct db *db, void *arg, struct err *e)
{
	struct create *act = arg;
	const struct charter *c = act->p->sc.charter;
	bool fresh = false, draft;
	int32_t g;

	(void)db;
	if ((act->reserve && !reserve(act, c, &fresh, e)) || !lock(act, c, &g, &draft, e))
		return false;
	return draft ? gather(act, g, &fresh, e) : answer_founded(act, g, e);
}

/* Who is told anyway that the group is there, or is not, need not wait for the signer. */
static bool may_issue(struct worker *w, const struct charter *c, bool reserve_name, struct err *e)
{
	struct err why = { 0 };
	struct group g;

	if (group_any(w, c->group, &g, &why)) {
		if (g.open || digest_compare(&g.genesis, &c->object.digest) != 0)
			return true;
	} else if (!err_is(&why, "not_found")) {
		return err_set(e, why.name, "%s", why.text);
	} else if (!reserve_name) {
		return true;
	}
	return issuers_held(w, c, NULL, e);
}

bool create_group(struct worker *w, const struct proposed *p, bool reserve_name, struct answer *out, struct err *e)
{
	struct create act = { .w = w, .p = p, .reserve = reserve_name, .out = out };
	struct proposed checked = *p;

	if (!check_first(w, &checked, act.founders, e) || !may_issue(w, p->sc.charter, reserve_name, e) ||
		!db_transaction(w->db, create, &act, e))
		return false;
	if (act.founded) {
		work_post(w->a->work, WORK_PUBLISH, act.g, 0);
		work_post(w->a->work, WORK_LISTS, act.g, 0);
	}
	return true;
}

bool act_create(struct worker *w, const json_t *doc, struct answer *out, struct err *e)
{
	struct proposed p;
	bool rc;

	if (!proposed_read(doc, &p, e))
		return false;
	rc = create_group(w, &p, true, out, e);
	proposed_free(&p);
	return rc;
}
