/* SPDX-License-Identifier: ISC
 * Members and their keys as the log brings them. */
#include "peer/ledger_state.h"
#include "peer/request.h"

#include <string.h>

enum { DAY = 86400 };

/* Who joins, with everything that the entry must repeat. */
struct newcomer {
	struct id16 member, node;
	struct sig_pub key;
	struct digest thumb, decision;
	const char *name;
	const struct charter *charter;    /* that it joins under */
	const struct digest *application; /* NULL: a founder has none */
};

static bool founder(struct step *s, struct newcomer *out)
{
	const struct charter *c = s->charter;
	const struct charter_founder *f = s->l->members.n < c->founders_n ? &c->founders[s->l->members.n] : NULL;
	struct digest csr, list;

	if (f == NULL)
		return err_set(s->e, "log_order", "there is no further founder in charter 1");
	if (!csr_verify(s->c, f->csr, &out->key, s->e))
		return false;
	jwk_thumbprint(&out->key, &out->thumb);
	csr_digest(f->csr, &csr);
	ledger_founders(c, &list);
	if (c->membership.nodes_by_key)
		proposal_key_node(&s->l->genesis, &out->thumb, &out->node);
	else
		proposal_node(&s->l->genesis, &csr, list.b, &out->node);
	out->charter = c;
	out->member = f->member;
	out->decision = s->l->genesis;
	out->name = f->name;
	return true;
}

static bool admitted(struct step *s, struct newcomer *out)
{
	uint32_t at = map_find(&s->l->by_decision, &s->entry.object);
	const struct ledger_proposal *p = at == NONE ? NULL : &s->l->proposals.v[at];
	const struct ledger_application *a;

	if (p == NULL || p->p.question != Q_ADMIT || p->d.outcome != OUTCOME_YES)
		return err_set(s->e, "log_unknown", "entry %llu admits somebody without a decision", (unsigned long long)s->entry.index);
	a = &s->l->applications.v[map_find(&s->l->by_application, &p->p.subject)];
	out->member = p->p.member;
	out->node = p->p.node;
	out->key = a->key;
	out->thumb = a->thumb;
	out->decision = p->d.digest;
	out->application = &p->p.subject;
	out->name = a->name;
	out->charter = ledger_charter_by(s->l, &p->p.charter);
	return true;
}

static bool add_key(struct step *s, uint32_t member, const struct sig_pub *pub, const struct digest *thumb)
{
	struct ledger *l = s->l;
	struct ledger_key *k;

	if (map_find(&l->by_key, thumb) != NONE)
		return err_set(s->e, "key_in_use", "the key is, or was, a member's");
	k = ARRAY_ADD(l->keys);
	if (k == NULL || !map_put(&l->by_key, thumb, l->keys.n - 1))
		return err_memory(s->e);
	k->thumb = *thumb;
	k->pub = *pub;
	elector_leaf(&(struct elector){ .member = l->members.v[member].member, .key = *thumb, .weight = 1 }, &k->leaf);
	k->member = member;
	k->older = l->members.v[member].key;
	k->from = s->entry.index;
	k->replaced = k->dead = NEVER;
	l->members.v[member].key = l->keys.n - 1;
	return true;
}

static bool add_member(struct step *s, const struct newcomer *n)
{
	struct ledger *l = s->l;
	struct ledger_member *m;
	struct digest key;

	id16_key(&n->member, &key);
	if (map_find(&l->by_member, &key) != NONE)
		return err_set(s->e, "log_order", "this member joined already");
	m = ARRAY_ADD(l->members);
	if (m == NULL || !map_put(&l->by_member, &key, l->members.n - 1))
		return err_memory(s->e);
	m->member = n->member;
	m->node = n->node;
	m->decision = n->decision;
	m->key = m->cert = m->vouch = m->suspension = m->sponsors = m->charge = NONE;
	m->joined = s->entry.index;
	m->since = m->placed = s->entry.time;
	m->move = m->request = NONE;
	m->version = n->charter->version;
	m->ended = NEVER;
	l->active++;
	strncpy(m->name, n->name, sizeof(m->name) - 1);
	if (!ledger_order_add(l))
		return err_memory(s->e);
	return add_key(s, l->members.n - 1, &n->key, &n->thumb);
}

/* The newest come last, so that no more are looked at than may join in a day. */
static uint32_t joined_within_a_day(const struct ledger *l, int64_t now)
{
	uint32_t n = 0;

	for (uint32_t m = l->members.n; m > 0 && l->members.v[m - 1].since > now - DAY && !ledger_member_founder(l, m - 1); m--)
		n++;
	return n;
}

/* Founders are as many as their charter names. */
static bool has_room(struct step *s, const struct charter *c, bool founding)
{
	if (c->membership.limit > 0 && s->l->active >= c->membership.limit)
		return err_set(s->e, "group_full", "entry %llu: the group has %u members, as many as it may have",
			(unsigned long long)s->entry.index, s->l->active);
	if (!founding && c->membership.per_day > 0 && joined_within_a_day(s->l, s->entry.time) >= c->membership.per_day)
		return err_set(s->e, "day_full", "entry %llu: %u members have joined within a day, as many as may",
			(unsigned long long)s->entry.index, c->membership.per_day);
	return true;
}

bool ledger_on_joined(struct step *s)
{
	bool founding = digest_compare(&s->entry.object, &s->l->genesis) == 0;
	struct newcomer n = { 0 };
	struct digest cause;

	if (!(founding ? founder(s, &n) : admitted(s, &n)))
		return false;
	if (id16_compare(&n.member, &s->entry.member) != 0 || id16_compare(&n.node, &s->entry.node) != 0 ||
		digest_compare(&n.thumb, &s->entry.key) != 0)
		return err_set(s->e, "log_unknown", "entry %llu names another member, node or key than its cause",
			(unsigned long long)s->entry.index);
	if (!has_room(s, n.charter, founding) || !add_member(s, &n))
		return false;
	if (!founding && !step_sponsor(s, n.charter, n.application, s->l->members.n - 1))
		return false;
	if (founding && s->charter->authority.issuing_n == 0) {
		step_next_founder(s);
		return true;
	}
	cause = s->entry.object;
	if (founding)
		profile_founder_cause(&s->l->genesis, &n.member, &cause);
	step_expect(s, EVENT_ISSUED, &cause);
	return true;
}

static bool add_revocation(struct step *s, const struct revoked *r, uint32_t member, uint32_t key, uint32_t cert)
{
	struct ledger_revocation *lr = ARRAY_ADD(s->l->revocations);

	if (lr == NULL)
		return err_memory(s->e);
	lr->r = *r;
	lr->index = s->entry.index;
	lr->member = member;
	lr->key = key;
	lr->cert = cert;
	return true;
}

static bool end_member(struct step *s, uint32_t m)
{
	struct revoked r = { .member = s->entry.member, .from = s->entry.time, .cause = s->entry.cause };

	if (!ledger_member_active(s->l, m))
		return err_set(
			s->e, "not_a_member", "entry %llu ends a membership that does not stand", (unsigned long long)s->entry.index);
	if (!ledger_keep(s->l, CHANGED_MEMBER, m))
		return err_memory(s->e);
	s->l->members.v[m].ended = s->entry.index;
	s->l->active--;
	if (!add_revocation(s, &r, m, NONE, NONE))
		return false;
	if (s->entry.event != EVENT_EXPELLED)
		return true;
	step_cascade(s, m);
	return step_expelled(s, m) && step_blame(s, m);
}

/* Opens a revocation and tells who signed it: the member's own live key, or one whom the charter lets revoke. */
enum revoker { BY_NOBODY, BY_MEMBER, BY_CHARTER };

static enum revoker signer_of(struct step *s, const struct jws *j, uint32_t m)
{
	const struct digest *kid = &j->sigs[0].kid;
	const struct ledger_key *own = m == NONE ? NULL : &s->l->keys.v[s->l->members.v[m].key];
	const struct charter_person *p = charter_operator(s->charter, kid);

	if (own != NULL && own->dead == NEVER && digest_compare(&own->thumb, kid) == 0)
		return jws_verify(s->c, j, 0, &own->pub, s->e) ? BY_MEMBER : BY_NOBODY;
	if (p == NULL)
		p = charter_administrator(s->charter, kid);
	if (p == NULL || p->passkey.rp != NULL) {
		err_set(s->e, "not_allowed", "a revocation by somebody who may not revoke");
		return BY_NOBODY;
	}
	return jws_verify(s->c, j, 0, &p->key, s->e) ? BY_CHARTER : BY_NOBODY;
}

static bool revocation_fits(struct step *s, const struct jws *j, struct revocation *r, uint32_t m, enum revoker *by)
{
	if (!revocation_parse(j, r, s->e))
		return false;
	if (!step_context(s, &r->genesis, &r->charter))
		return false;
	if (j->n != 1)
		return err_set(s->e, "bad_jws", "a revocation has one signature");
	*by = signer_of(s, j, m);
	return *by != BY_NOBODY;
}

bool step_revocation(struct step *s, uint32_t m, struct revocation *r, bool *own)
{
	enum revoker by = BY_NOBODY;
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_REVOCATION, &j))
		return false;
	ok = revocation_fits(s, &j, r, m, &by);
	jws_free(&j);
	*own = ok && by == BY_MEMBER;
	return ok;
}

/* One that ends what it names for good gives its own cause. */
static bool for_good(struct step *s, uint32_t m, struct revocation *r, bool *own)
{
	if (!step_revocation(s, m, r, own))
		return false;
	return r->cause == s->entry.cause ||
		err_set(s->e, "log_unknown", "entry %llu gives another cause than its revocation", (unsigned long long)s->entry.index);
}

/* *left* by one's own word; *expelled* by an operator's where the charter lets operators remove members. */
static bool end_by_word(struct step *s, uint32_t m)
{
	struct revocation r;
	bool own;

	if (!for_good(s, m, &r, &own))
		return false;
	if (r.target != REVOKE_MEMBER || id16_compare(&r.member, &s->entry.member) != 0)
		return err_set(s->e, "log_unknown", "entry %llu ends another membership than its revocation asks",
			(unsigned long long)s->entry.index);
	if (own != (s->entry.event == EVENT_LEFT) || (!own && s->charter->membership.removal != REMOVAL_OPERATORS))
		return err_set(s->e, "not_allowed", "the charter does not let this signer end a membership like that");
	return end_member(s, m);
}

static bool end_by_vote(struct step *s, uint32_t m, const struct ledger_proposal *p)
{
	if (p->p.question != Q_EXPEL || p->d.outcome != OUTCOME_YES || id16_compare(&p->p.member, &s->entry.member) != 0)
		return err_set(
			s->e, "log_unknown", "entry %llu expels somebody else than its decision", (unsigned long long)s->entry.index);
	return end_member(s, m);
}

bool ledger_on_ended(struct step *s)
{
	uint32_t m = ledger_member_find(s->l, &s->entry.member);
	uint32_t at = s->entry.event == EVENT_EXPELLED ? map_find(&s->l->by_decision, &s->entry.object) : NONE;

	return at == NONE ? end_by_word(s, m) : end_by_vote(s, m, &s->l->proposals.v[at]);
}

/* The old key is superseded: whatever stands of it is revoked. */
static bool replace_key(struct step *s, uint32_t m, const struct sig_pub *key, const struct digest *thumb)
{
	struct ledger *l = s->l;
	const uint32_t old = l->members.v[m].key;
	struct revoked r = {
		.member = s->entry.member, .has_key = true, .key = s->entry.old_key, .from = s->entry.time, .cause = CAUSE_SUPERSEDED
	};

	if (!ledger_keep(l, CHANGED_KEY, old) || !ledger_keep(l, CHANGED_MEMBER, m))
		return err_memory(s->e);
	l->keys.v[old].replaced = s->entry.index;
	return add_key(s, m, key, thumb) && (l->keys.v[old].dead != NEVER || add_revocation(s, &r, m, old, NONE));
}

static bool keys_named(struct step *s, uint32_t m, const struct digest *thumb)
{
	const struct ledger *l = s->l;

	return (digest_compare(thumb, &s->entry.key) == 0 &&
		       digest_compare(&l->keys.v[l->members.v[m].key].thumb, &s->entry.old_key) == 0) ||
		err_set(s->e, "wrong_key", "entry %llu names other keys than its cause", (unsigned long long)s->entry.index);
}

static bool accept_rekey(struct step *s, const struct jws *j, uint32_t m)
{
	const struct ledger_key *old = &s->l->keys.v[s->l->members.v[m].key];
	struct rekey rk;

	if (!rekey_verify(s->c, j, &old->pub, &rk, s->e))
		return false;
	if (!step_context(s, &rk.genesis, &rk.charter))
		return false;
	if (id16_compare(&rk.member, &s->entry.member) != 0)
		return err_set(s->e, "wrong_context", "a rekeying of another member");
	if (!keys_named(s, m, &rk.thumb) || !step_not_suspended(s, m, "change its key"))
		return false;
	if (old->dead != NEVER)
		return err_set(s->e, "key_revoked", "a revoked key cannot hand over to another; ask for recovery");
	if (ledger_renewal_asked(s->l, m, s->charter))
		return err_set(s->e, "not_allowed", "entry %llu gives a certificate for another key, and the group decides on renewals",
			(unsigned long long)s->entry.index);
	if (!replace_key(s, m, &rk.key, &rk.thumb))
		return false;
	step_expect(s, EVENT_ISSUED, &rk.digest);
	return true;
}

/* By a decision: the key was lost, and nothing that it signed counts any more. */
static bool recover(struct step *s, uint32_t m, const struct ledger_request *r)
{
	const struct digest cause = s->entry.object;
	const uint32_t old = r->held;

	if (r->member != m)
		return err_set(
			s->e, "log_unknown", "entry %llu rekeys another member than its decision", (unsigned long long)s->entry.index);
	if (!ledger_request_holds(s, r) || !keys_named(s, m, &r->thumb) || !replace_key(s, m, &r->key, &r->thumb))
		return false;
	if (s->l->keys.v[old].dead == NEVER)
		s->l->keys.v[old].dead = s->entry.index;
	step_expect(s, EVENT_ISSUED, &cause);
	return true;
}

bool ledger_on_rekeyed(struct step *s)
{
	uint32_t m = ledger_member_find(s->l, &s->entry.member);
	const struct ledger_request *granted = s->expected ? ledger_request_granted(s->l, &s->entry.object) : NULL;
	struct jws j;
	bool ok;

	if (!ledger_member_active(s->l, m))
		return err_set(s->e, "not_a_member", "entry %llu rekeys nobody in the group", (unsigned long long)s->entry.index);
	if (granted != NULL)
		return recover(s, m, granted);
	if (!step_jws(s, KIND_REKEY, &j))
		return false;
	ok = accept_rekey(s, &j, m);
	jws_free(&j);
	return ok;
}

static bool revoke_key(struct step *s, const struct revocation *r, uint32_t m)
{
	struct ledger *l = s->l;
	struct revoked gone = { .member = s->entry.member, .has_key = true, .key = r->key, .from = s->entry.time, .cause = r->cause };
	uint32_t k = map_find(&l->by_key, &r->key);

	if (k == NONE || l->keys.v[k].member != m || !s->entry.has_key || digest_compare(&s->entry.key, &r->key) != 0)
		return err_set(
			s->e, "log_unknown", "entry %llu revokes a key that is not this member's", (unsigned long long)s->entry.index);
	if (l->keys.v[k].dead != NEVER)
		return err_set(s->e, "replayed", "this key is revoked already");
	if (!ledger_keep(l, CHANGED_KEY, k))
		return err_memory(s->e);
	l->keys.v[k].dead = s->entry.index;
	return add_revocation(s, &gone, m, k, NONE);
}

static bool revoke_serial(struct step *s, const struct revocation *r, uint32_t m)
{
	struct ledger *l = s->l;
	struct revoked gone = {
		.member = s->entry.member, .has_serial = true, .serial = r->serial, .from = s->entry.time, .cause = r->cause
	};
	uint32_t c = l->members.v[m].cert;

	while (c != NONE && id16_compare(&l->certs.v[c].serial, &r->serial) != 0)
		c = l->certs.v[c].older;
	if (c == NONE || !s->entry.has_serial || id16_compare(&s->entry.serial, &r->serial) != 0)
		return err_set(s->e, "log_unknown", "entry %llu revokes a certificate that is not this member's",
			(unsigned long long)s->entry.index);
	if (l->certs.v[c].revoked != NEVER)
		return err_set(s->e, "replayed", "this certificate is revoked already");
	if (!ledger_keep(l, CHANGED_CERT, c))
		return err_memory(s->e);
	l->certs.v[c].revoked = s->entry.index;
	return add_revocation(s, &gone, m, NONE, c);
}

bool ledger_on_revoked(struct step *s)
{
	uint32_t m = ledger_member_find(s->l, &s->entry.member);
	struct revocation r;
	bool own;

	if (m == NONE)
		return err_set(s->e, "not_a_member", "entry %llu revokes something of nobody", (unsigned long long)s->entry.index);
	if (!for_good(s, m, &r, &own))
		return false;
	if (r.target == REVOKE_MEMBER)
		return err_set(s->e, "log_order", "a membership ends by *left* or *expelled*");
	return r.target == REVOKE_KEY ? revoke_key(s, &r, m) : revoke_serial(s, &r, m);
}
