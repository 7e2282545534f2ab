/* SPDX-License-Identifier: ISC
 * Vouches as the log brings them, and what it says of them afterwards. */
#include "peer/ledger_state.h"
#include "voting/vouch.h"

/* A vouch on its way in, with what it is about. */
struct vouching {
	const struct vouch *v;
	uint32_t application, request, member; /* one of the first two is NONE */
	const struct ledger_proposal *lp;
	const struct requirement *rule;
	int64_t age;
	uint32_t live;
};

/* The proposal about an application or a recovery; NONE: neither is in the log, or it was not put yet. */
static uint32_t find_proposal(const struct ledger *l, struct vouching *x)
{
	x->application = map_find(&l->by_application, &x->v->application);
	x->request = x->application == NONE ? map_find(&l->by_request, &x->v->application) : NONE;
	if (x->application != NONE)
		return l->applications.v[x->application].proposal;
	return x->request == NONE ? NONE : l->requests.v[x->request].proposal;
}

/* For an applicant, or a member's new key, about whom the group is being asked at this very time. */
static bool open(struct step *s, struct vouching *x)
{
	struct ledger *l = s->l;
	uint32_t p;

	if (id16_compare(&s->entry.member, &x->v->member) != 0 || digest_compare(&s->entry.application, &x->v->application) != 0)
		return err_set(s->e, "vouch_differs", "entry %llu names another voucher or application than its vouch",
			(unsigned long long)s->entry.index);
	p = find_proposal(l, x);
	x->lp = p == NONE ? NULL : &l->proposals.v[p];
	if (x->lp == NULL || x->lp->decided || s->entry.time >= x->lp->p.closes)
		return err_set(s->e, "not_open", "entry %llu vouches where no vote is open", (unsigned long long)s->entry.index);
	return true;
}

/* Under the charter of that proposal, which takes vouches. */
static bool allowed(struct step *s, struct vouching *x)
{
	const struct charter *c = ledger_charter_by(s->l, &x->lp->p.charter);
	const struct proposal p = { .genesis = s->l->genesis,
		.charter = x->lp->p.charter,
		.question = x->lp->p.question,
		.subject = x->lp->p.subject,
		.member = x->lp->p.member };

	if (!vouch_fits(x->v, &p, s->e))
		return false;
	x->rule = charter_vouches_on(c, x->lp->p.question);
	return x->rule != NULL || err_set(s->e, "not_allowed", "charter %u asks for no vouches here", c->version);
}

/* By a member then and now, with its present key. */
static bool by_member(struct step *s, const struct jws *j, struct vouching *x)
{
	const struct ledger *l = s->l;
	const struct ledger_key *k;

	x->member = ledger_member_find(l, &x->v->member);
	if (!ledger_member_elector(l, x->member, x->lp->index))
		return err_set(s->e, "not_in_electorate", "entry %llu: the voucher was no member when the proposal opened",
			(unsigned long long)s->entry.index);
	if (!ledger_member_active(l, x->member))
		return err_set(s->e, "not_a_member", "entry %llu: the voucher is no member any more", (unsigned long long)s->entry.index);
	if (!step_not_suspended(s, x->member, "vouch") || !step_not_penalised(s, ledger_charter_by(l, &x->lp->p.charter), x->member))
		return false;
	k = &l->keys.v[l->members.v[x->member].key];
	if (j->n != 1)
		return err_set(s->e, "bad_jws", "a vouch has one signature, by its member's key; this has %zu", j->n);
	if (k->dead != NEVER)
		return err_set(s->e, "key_revoked", "entry %llu: the voucher's key is revoked", (unsigned long long)s->entry.index);
	return jws_verify(s->c, j, 0, &k->pub, s->e);
}

/* An application has no vouch from before its proposal, so none is looked for further back. */
static bool first(struct step *s, const struct vouching *x)
{
	const struct ledger *l = s->l;

	for (uint32_t i = l->members.v[x->member].vouch; i != NONE && l->vouches.v[i].index > x->lp->index; i = l->vouches.v[i].older)
		if (digest_compare(&l->vouches.v[i].application, &x->v->application) == 0)
			return err_set(s->e, "replayed", "this member has vouched for this applicant already");
	return true;
}

/* The voucher's vouches are younger from one to the next: where one has left the window or run out, so have all before it. */
static uint32_t live_with_one_more(const struct step *s, const struct vouching *x)
{
	const struct ledger *l = s->l;
	int64_t window = x->rule->vouches.window, expiry = x->rule->vouches.expiry;
	uint32_t live = 1;

	for (uint32_t i = l->members.v[x->member].vouch; i != NONE; i = l->vouches.v[i].older) {
		int64_t time = l->vouches.v[i].time;

		if ((window > 0 && time <= s->entry.time - window) || (expiry > 0 && time + expiry <= s->entry.time))
			break;
		live++;
	}
	return live;
}

/* The entry says how much the vouch weighs, and it weighs enough. */
static bool weighs(struct step *s, struct vouching *x)
{
	const struct charter *c = ledger_charter_by(s->l, &x->lp->p.charter);
	const struct requirement *rule = x->rule;

	x->age = s->entry.time - s->l->members.v[x->member].since;
	x->live = live_with_one_more(s, x);
	if (s->entry.age != x->age || s->entry.live != x->live)
		return err_set(s->e, "vouch_differs",
			"entry %llu says that the voucher joined %lld seconds ago and has %u live vouches; the log says %lld and %u",
			(unsigned long long)s->entry.index, (long long)s->entry.age, s->entry.live, (long long)x->age, x->live);
	if (x->age < rule->vouches.age || (x->age < c->vouching.probation && !ledger_member_founder(s->l, x->member)))
		return err_set(s->e, "vouch_too_young", "entry %llu: the voucher has not been a member for as long as the charter asks",
			(unsigned long long)s->entry.index);
	if (rule->vouches.budget > 0 && x->live > rule->vouches.budget)
		return err_set(s->e, "budget_spent", "entry %llu: the voucher has %u live vouches and may have %u",
			(unsigned long long)s->entry.index, x->live, rule->vouches.budget);
	if (rule->vouches.reason && !x->v->has_reason)
		return err_set(
			s->e, "reason_missing", "entry %llu: the charter asks vouchers for a reason", (unsigned long long)s->entry.index);
	return vouch_in_time(x->v, x->lp->p.opened, s->entry.time, s->e);
}

static bool add_vouch(struct step *s, const struct vouching *x)
{
	struct ledger *l = s->l;
	struct ledger_vouch *lv;
	uint32_t *newest;

	if (!ledger_keep(l, CHANGED_MEMBER, x->member) ||
		!ledger_keep(
			l, x->request == NONE ? CHANGED_APPLICATION : CHANGED_REQUEST, x->request == NONE ? x->application : x->request))
		return err_memory(s->e);
	newest = x->request == NONE ? &l->applications.v[x->application].vouch : &l->requests.v[x->request].vouch;
	lv = ARRAY_ADD(l->vouches);
	if (lv == NULL || !map_put(&l->by_vouch, &x->v->digest, l->vouches.n - 1))
		return err_memory(s->e);
	*lv = (struct ledger_vouch){ .digest = x->v->digest,
		.application = x->v->application,
		.key = l->keys.v[l->members.v[x->member].key].thumb,
		.member = x->member,
		.older = l->members.v[x->member].vouch,
		.before = *newest,
		.index = s->entry.index,
		.time = s->entry.time,
		.age = x->age,
		.live = x->live };
	l->members.v[x->member].vouch = l->vouches.n - 1;
	*newest = l->vouches.n - 1;
	return true;
}

static bool accept_vouch(struct step *s, const struct jws *j)
{
	struct vouch v;
	struct vouching x = { .v = &v };

	return vouch_parse(j, &v, s->e) && open(s, &x) && allowed(s, &x) && by_member(s, j, &x) && first(s, &x) && weighs(s, &x) &&
		add_vouch(s, &x);
}

bool ledger_on_vouched(struct step *s)
{
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_VOUCH, &j))
		return false;
	ok = accept_vouch(s, &j);
	jws_free(&j);
	return ok;
}

bool ledger_vouch_find(const struct ledger *l, const struct digest *vouch, struct vouched *out)
{
	uint32_t at = map_find(&l->by_vouch, vouch);
	const struct ledger_vouch *lv = at == NONE ? NULL : &l->vouches.v[at];

	if (lv == NULL)
		return false;
	*out = (struct vouched){ .time = lv->time,
		.age = lv->age,
		.live = lv->live,
		.member = l->members.v[lv->member].member,
		.application = lv->application };
	return true;
}

size_t ledger_vouches_standing(const struct ledger *l, const struct digest *application)
{
	uint32_t at = map_find(&l->by_application, application), request = at == NONE ? map_find(&l->by_request, application) : NONE;
	uint32_t newest = at != NONE ? l->applications.v[at].vouch : request != NONE ? l->requests.v[request].vouch : NONE;
	size_t n = 0;

	for (uint32_t i = newest; i != NONE; i = l->vouches.v[i].before) {
		const struct ledger_vouch *lv = &l->vouches.v[i];
		const struct ledger_key *k = &l->keys.v[map_find(&l->by_key, &lv->key)];

		if (ledger_member_active(l, lv->member) && k->dead == NEVER)
			n++;
	}
	return n;
}
