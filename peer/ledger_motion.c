/* SPDX-License-Identifier: ISC
 * Motions to expel, and the complaints that they rest on: the evidence of a proposal as the log brings it. */
#include "peer/ledger_state.h"
#include "voting/complaint.h"

/* A member's present key, and whose it is; NULL: nobody's who may act. */
static const struct ledger_key *present_key(const struct ledger *l, const struct digest *kid)
{
	uint32_t k = map_find(&l->by_key, kid);

	if (k == NONE || l->keys.v[k].dead != NEVER || l->keys.v[k].replaced != NEVER || !ledger_member_active(l, l->keys.v[k].member))
		return NULL;
	return &l->keys.v[k];
}

/* ---- who moves */

static bool put_once(struct step *s, const struct proposal *p)
{
	return map_find(&s->l->by_motion, &p->subject) == NONE ||
		err_set(s->e, "replayed", "proposal %llu puts a motion again that was put before", (unsigned long long)p->number);
}

/* Each mover stands with its present key, so that each is another member. */
static bool moved(struct step *s, const struct proposal *p, const struct jws *j)
{
	const struct ledger *l = s->l;

	for (size_t i = 0; i < j->n; i++) {
		const struct ledger_key *k = present_key(l, &j->sigs[i].kid);

		if (k == NULL)
			return err_set(s->e, "not_a_member", "proposal %llu was moved by nobody who may", (unsigned long long)p->number);
		if (id16_compare(&l->members.v[k->member].member, &p->member) == 0)
			return err_set(s->e, "not_allowed", "proposal %llu was moved by the member that it is about",
				(unsigned long long)p->number);
		if (!step_not_suspended(s, k->member, "move") || !jws_verify(s->c, j, i, &k->pub, s->e))
			return false;
	}
	return true;
}

/* ---- what it rests on */

/* The keys of two votes are the accused's, whenever it had them. */
static bool accused_keys(struct step *s, const struct complaint *x)
{
	const struct ledger *l = s->l;

	for (size_t i = 0; i < 2 && x->about == COMPLAINT_VOTES; i++) {
		uint32_t k = map_find(&l->by_key, &x->votes[i].jws.sigs[0].kid);

		if (k == NONE || id16_compare(&l->members.v[l->keys.v[k].member].member, &x->member) != 0)
			return err_set(s->e, "wrong_key", "a complaint shows a vote by a key that the accused never had");
	}
	return true;
}

static bool proves(struct step *s, const struct complaint *x)
{
	const struct charter *c = x->about == COMPLAINT_VOTES ? ledger_charter_by(s->l, &x->votes[0].vote.charter) : s->charter;

	if (c == NULL)
		return err_set(s->e, "unknown_charter", "a complaint shows votes under a charter that the log does not have");
	return complaint_proves(s->c, x, c->voting.change, s->e) && accused_keys(s, x);
}

/* It stands for as long as whoever complains is a member, with the key that signed it. */
static bool stands(struct step *s, const struct jws *j, const struct complaint *x)
{
	const struct ledger *l = s->l;
	const struct ledger_key *k = j->n == 1 ? present_key(l, &j->sigs[0].kid) : NULL;

	if (k == NULL || id16_compare(&l->members.v[k->member].member, &x->by) != 0)
		return err_set(s->e, "complaint_void", "a complaint is not by a member with its present key");
	return step_not_suspended(s, k->member, "complain") && jws_verify(s->c, j, 0, &k->pub, s->e);
}

static bool one_complaint(struct step *s, const struct proposal *p, const struct at *at, const struct digest *named)
{
	struct complaint x;
	struct jws j;
	bool ok;

	if (!jws_read(at, &j))
		return false;
	ok = complaint_parse(&j, &x, s->e);
	if (ok) {
		ok = (digest_compare(&x.digest, named) == 0 ||
			     err_set(s->e, "complaint_missing", "proposal %llu came with another complaint than its motion names",
				     (unsigned long long)p->number)) &&
			step_context(s, &x.genesis, &x.charter) && complaint_fits(&x, &s->l->genesis, &p->member, s->entry.time, s->e) &&
			stands(s, &j, &x) && proves(s, &x);
		complaint_free(&x);
	}
	jws_free(&j);
	return ok;
}

/* Exactly those that the motion names, in their order. */
static bool complaints(struct step *s, const struct proposal *p, const struct at *at, const struct motion *m)
{
	struct at list = { 0 }, one;
	size_t n = 0;

	if (!at_optional(at, "complaints", &list) || (list.v != NULL && !at_array(&list, 0, MOTION_COMPLAINTS_MAX, &n)))
		return false;
	if (n != m->complaints_n)
		return err_set(s->e, "complaint_missing", "proposal %llu came with %zu complaints, and its motion names %zu",
			(unsigned long long)p->number, n, m->complaints_n);
	for (size_t i = 0; i < n; i++)
		if (!at_element(&list, i, &one) || !one_complaint(s, p, &one, &m->complaints[i]))
			return false;
	return true;
}

/* ---- the motion */

/* A motion is for one proposal, about the member that it names, by members who could move it then. */
static bool holds(struct step *s, const struct proposal *p, const struct at *at, const struct jws *j, const struct motion *m)
{
	if (digest_compare(&m->digest, &p->subject) != 0 || digest_compare(&m->genesis, &s->l->genesis) != 0 || m->question != Q_EXPEL ||
		id16_compare(&m->member, &p->member) != 0)
		return err_set(s->e, "wrong_context",
			"proposal %llu is about another motion, or another member, than the one that came with it",
			(unsigned long long)p->number);
	return put_once(s, p) && motion_complete(m, j, s->charter, s->e) && moved(s, p, j) && complaints(s, p, at, m);
}

bool ledger_about_motion(struct step *s, const struct proposal *p)
{
	struct at at = at_root(s->evidence, s->e);
	struct motion m;
	struct jws j;
	bool ok;

	if (!ledger_member_active(s->l, ledger_member_find(s->l, &p->member)))
		return err_set(s->e, "not_a_member", "proposal %llu is about nobody in the group", (unsigned long long)p->number);
	if (s->evidence == NULL)
		return err_set(s->e, "log_unknown", "proposal %llu came without its motion", (unsigned long long)p->number);
	if (!at_jws(&at, "motion", &j))
		return false;
	ok = motion_parse(&j, &m, s->e) && holds(s, p, &at, &j, &m);
	jws_free(&j);
	return ok;
}
