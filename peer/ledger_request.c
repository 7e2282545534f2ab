/* SPDX-License-Identifier: ISC
 * Renewals and recoveries that the group decides: what their proposals ask for, and what a *yes* brings. */
#include "peer/ledger_state.h"
#include "peer/recovery.h"
#include "peer/request.h"

/* A member admitted under an earlier charter meets the present admission once, where the charter says so. */
static bool again(const struct ledger *l, uint32_t m, const struct charter *c)
{
	return c->membership.earlier_again && l->members.v[m].version < c->version;
}

bool ledger_renewal_asked(const struct ledger *l, uint32_t m, const struct charter *c)
{
	return c->renewal != NULL || again(l, m, c);
}

static bool stands(struct step *s, const struct proposal *p, uint32_t m)
{
	const struct ledger *l = s->l;
	uint32_t open;

	if (!ledger_member_active(l, m))
		return err_set(s->e, "not_a_member", "proposal %llu is about nobody in the group", (unsigned long long)p->number);
	if (map_find(&l->by_request, &p->subject) != NONE || map_find(&l->by_cause, &p->subject) != NONE)
		return err_set(s->e, "replayed", "proposal %llu puts a request again that was put, or granted, before",
			(unsigned long long)p->number);
	/* Anybody can ask for a recovery: one that stood in the way of the next would lock the member out. */
	for (open = p->question == Q_RENEW ? l->members.v[m].request : NONE; open != NONE; open = l->requests.v[open].older) {
		const struct ledger_proposal *lp = &l->proposals.v[l->requests.v[open].proposal];

		if (!lp->decided && lp->p.question == Q_RENEW)
			return err_set(s->e, "already_open", "the group is asked to renew this member already");
	}
	return step_not_suspended(s, m, p->question == Q_RENEW ? "renew its certificate" : "have its key replaced");
}

static bool of_member(struct step *s, const struct proposal *p, const struct digest *subject, const struct id16 *member)
{
	return (digest_compare(subject, &p->subject) == 0 && id16_compare(member, &p->member) == 0) ||
		err_set(s->e, "wrong_context", "proposal %llu is about another request, or another member, than the one that came with it",
			(unsigned long long)p->number);
}

static bool renewal_holds(struct step *s, const struct proposal *p, const struct jws *j, uint32_t m, struct ledger_request *out)
{
	const struct ledger_key *k = &s->l->keys.v[s->l->members.v[m].key];
	struct renewal r;

	if (p->again != again(s->l, m, s->charter))
		return err_set(s->e, "again_differs", "proposal %llu asks for another requirement than the charter has for this member",
			(unsigned long long)p->number);
	if (!renewal_parse(j, &r, s->e) || !of_member(s, p, &r.digest, &r.member) || !step_context(s, &r.genesis, &r.charter))
		return false;
	if (j->n != 1)
		return err_set(s->e, "bad_jws", "a renewal has one signature, by its member's key");
	if (k->dead != NEVER)
		return err_set(s->e, "key_revoked", "proposal %llu renews the certificate of a revoked key", (unsigned long long)p->number);
	out->thumb = k->thumb;
	out->key = k->pub;
	return jws_verify(s->c, j, 0, &k->pub, s->e);
}

static bool recovery_holds(struct step *s, const struct proposal *p, const struct jws *j, struct ledger_request *out)
{
	struct recovery r;

	if (!recovery_verify(s->c, j, &r, s->e) || !of_member(s, p, &r.digest, &r.member) || !step_context(s, &r.genesis, &r.charter))
		return false;
	if (digest_compare(&r.thumb, &p->key) != 0)
		return err_set(s->e, "wrong_key", "proposal %llu names another key than its recovery", (unsigned long long)p->number);
	if (map_find(&s->l->by_key, &r.thumb) != NONE)
		return err_set(s->e, "key_in_use", "the new key is, or was, a member's");
	out->thumb = r.thumb;
	out->key = r.key;
	return true;
}

bool ledger_request_add(struct step *s, const struct proposal *p, const struct ledger_request *in)
{
	const uint32_t m = in->member;
	struct ledger *l = s->l;
	struct ledger_request *r;

	if (!ledger_keep(l, CHANGED_MEMBER, m))
		return err_memory(s->e);
	r = ARRAY_ADD(l->requests);
	if (r == NULL || !map_put(&l->by_request, &p->subject, l->requests.n - 1))
		return err_memory(s->e);
	*r = *in;
	r->digest = p->subject;
	r->proposal = l->proposals.n;
	r->held = l->members.v[m].key;
	r->vouch = NONE;
	r->older = l->members.v[m].request;
	l->members.v[m].request = l->requests.n - 1;
	return true;
}

bool ledger_about_request(struct step *s, struct proposal *p, struct ledger_request *out)
{
	const uint32_t m = ledger_member_find(s->l, &p->member);
	struct at at = at_root(s->evidence, s->e);
	struct jws j;
	bool ok;

	if (!stands(s, p, m))
		return false;
	if (s->evidence == NULL)
		return err_set(s->e, "log_unknown", "proposal %llu came without its request", (unsigned long long)p->number);
	if (!at_jws(&at, p->question == Q_RENEW ? "renewal" : "recovery", &j))
		return false;
	out->member = m;
	ok = p->question == Q_RENEW ? renewal_holds(s, p, &j, m, out) : recovery_holds(s, p, &j, out);
	jws_free(&j);
	p->key = out->thumb;
	return ok;
}

const struct ledger_request *ledger_request_granted(const struct ledger *l, const struct digest *cause)
{
	uint32_t at = map_find(&l->by_decision, cause), r;

	if (at != NONE)
		r = map_find(&l->by_request, &l->proposals.v[at].p.subject);
	else
		r = map_find(&l->by_request, cause);
	if (r == NONE || !l->proposals.v[l->requests.v[r].proposal].decided)
		return NULL;
	return l->proposals.v[l->requests.v[r].proposal].d.outcome == OUTCOME_YES ? &l->requests.v[r] : NULL;
}

bool ledger_voted(const struct ledger *l, const struct digest *cause, struct digest *proposal)
{
	const struct ledger_request *granted = ledger_request_granted(l, cause);
	const uint32_t at = granted != NULL ? granted->proposal : map_find(&l->by_decision, cause);

	if (at == NONE)
		return false;
	*proposal = l->proposals.v[at].p.digest;
	return true;
}

bool ledger_request_holds(struct step *s, const struct ledger_request *r)
{
	const struct ledger *l = s->l;
	const struct ledger_proposal *lp = &l->proposals.v[r->proposal];

	if (l->members.v[r->member].key != r->held)
		return err_set(s->e, "wrong_key", "entry %llu grants what proposal %llu asked, and the member has had another key since",
			(unsigned long long)s->entry.index, (unsigned long long)lp->p.number);
	return lp->p.question != Q_RENEW || l->keys.v[r->held].dead == NEVER ||
		err_set(s->e, "key_revoked", "entry %llu renews the certificate of a revoked key", (unsigned long long)s->entry.index);
}
