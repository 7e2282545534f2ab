/* SPDX-License-Identifier: ISC
 * Candidates, and what members measured, as the log brings them. */
#include "peer/ledger_state.h"
#include "voting/candidacy.h"
#include "voting/measurement.h"

/* How often a member measures one candidate, or tells its own load. */
enum { MEASURE_EVERY = 3600 };

uint32_t ledger_candidate_find(const struct ledger *l, const struct digest *candidacy)
{
	return map_find(&l->by_candidacy, candidacy);
}

bool ledger_candidate_live(const struct ledger *l, uint32_t at, const struct charter *c, int64_t time)
{
	return at != NONE && !l->candidates.v[at].used && time < l->candidates.v[at].last + charter_candidacy_life(c);
}

bool ledger_candidate_invited(const struct ledger *l, uint32_t at, int64_t time)
{
	uint32_t i = at == NONE ? NONE : l->candidates.v[at].invitation;

	return i != NONE && !l->invitations.v[i].used && time < l->invitations.v[i].until;
}

/* By a member of a candidate; of itself: NONE. */
static void measured_key(uint32_t member, uint32_t candidate, struct digest *out)
{
	const uint32_t both[] = { member, candidate };

	digest_sha256(slice_of(both, sizeof(both)), out);
}

void ledger_measured_forget(struct ledger *l)
{
	const struct ledger_measured *lm = &l->measured.v[l->measured.n - 1];
	struct digest key;

	measured_key(lm->member, lm->candidate, &key);
	map_remove(&l->by_measured, &key);
	if (lm->older != NONE)
		(void)map_put(&l->by_measured, &key, lm->older); /* there is room: one was just taken out */
}

void ledger_candidate_forget(struct ledger *l)
{
	const struct ledger_candidate *lc = &l->candidates.v[l->candidates.n - 1];

	map_remove(&l->by_candidacy, &lc->digest);
	map_remove(&l->by_candidate, &lc->thumb);
	if (lc->older != NONE)
		(void)map_put(&l->by_candidate, &lc->thumb, lc->older); /* there is room: one was just taken out */
}

bool step_full_member(struct step *s, const struct jws *j, const char *what, uint32_t *m)
{
	const struct ledger *l = s->l;
	uint32_t k = j->n == 1 ? map_find(&l->by_key, &j->sigs[0].kid) : NONE;
	const struct charter *c = s->charter;
	int64_t probation = c->voting.probation > c->vouching.probation ? c->voting.probation : c->vouching.probation;

	if (k == NONE || l->keys.v[k].replaced != NEVER || !ledger_member_active(l, l->keys.v[k].member))
		return err_set(s->e, "not_a_member", "entry %llu: nobody but a member, with its present key, may %s",
			(unsigned long long)s->entry.index, what);
	if (l->keys.v[k].dead != NEVER)
		return err_set(s->e, "key_revoked", "entry %llu: the member's key is revoked", (unsigned long long)s->entry.index);
	*m = l->keys.v[k].member;
	if (!step_not_suspended(s, *m, what))
		return false;
	if (ledger_member_voteless(l, *m, s->entry.time, probation))
		return err_set(
			s->e, "on_probation", "entry %llu: a member on probation may not %s", (unsigned long long)s->entry.index, what);
	return jws_verify(s->c, j, 0, &l->keys.v[k].pub, s->e);
}

/* ---- candidates */

static bool may_stand(struct step *s, const struct candidacy *v)
{
	const struct ledger *l = s->l;
	uint32_t last = map_find(&l->by_candidate, &v->thumb);

	if (digest_compare(&v->thumb, &s->entry.key) != 0)
		return err_set(s->e, "wrong_key", "entry %llu names another key than its candidacy", (unsigned long long)s->entry.index);
	if (!step_context(s, &v->genesis, &v->charter))
		return false;
	if (charter_invitation_rule(s->charter) == NULL)
		return err_set(s->e, "not_allowed", "entry %llu: the charter invites nobody", (unsigned long long)s->entry.index);
	if (map_find(&l->by_key, &v->thumb) != NONE)
		return err_set(s->e, "key_in_use", "the candidate's key is, or was, a member's");
	if (ledger_candidate_find(l, &v->digest) != NONE)
		return err_set(s->e, "replayed", "this candidacy is in the log already");
	return (!ledger_candidate_live(l, last, s->charter, s->entry.time) && !ledger_candidate_invited(l, last, s->entry.time)) ||
		err_set(s->e, "already_candidate", "entry %llu: this key has a candidacy already", (unsigned long long)s->entry.index);
}

static bool add_candidate(struct step *s, const struct candidacy *v)
{
	struct ledger *l = s->l;
	uint32_t older = map_find(&l->by_candidate, &v->thumb);
	struct ledger_candidate *lc = ARRAY_ADD(l->candidates);

	if (lc == NULL)
		return err_memory(s->e);
	*lc = (struct ledger_candidate){
		.digest = v->digest, .thumb = v->thumb, .older = older, .invitation = NONE, .last = s->entry.time
	};
	return (map_put(&l->by_candidacy, &v->digest, l->candidates.n - 1) && map_put(&l->by_candidate, &v->thumb, l->candidates.n - 1)) ||
		err_memory(s->e);
}

bool ledger_on_candidate(struct step *s)
{
	struct candidacy v;
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_CANDIDACY, &j))
		return false;
	ok = candidacy_verify(s->c, &j, &v, s->e) && may_stand(s, &v) && add_candidate(s, &v);
	jws_free(&j);
	return ok;
}

/* ---- measurements */

static bool in_time(struct step *s, uint32_t member, uint32_t candidate)
{
	const struct ledger *l = s->l;
	struct digest key;
	uint32_t last;

	measured_key(member, candidate, &key);
	last = map_find(&l->by_measured, &key);
	return last == NONE || l->measured.v[last].time <= s->entry.time - MEASURE_EVERY ||
		err_set(s->e, "too_soon", "entry %llu: this member measured the same less than an hour ago",
			(unsigned long long)s->entry.index);
}

static bool may_measure(struct step *s, const struct jws *j, const struct measurement *v, uint32_t *m, uint32_t *candidate)
{
	const struct ledger *l = s->l;

	if (!step_context(s, &v->genesis, &v->charter))
		return false;
	if (!s->charter->inviting.present)
		return err_set(s->e, "not_allowed", "entry %llu: the charter has nothing measured", (unsigned long long)s->entry.index);
	if (!step_full_member(s, j, "measure", m))
		return false;
	if (id16_compare(&v->member, &l->members.v[*m].member) != 0)
		return err_set(s->e, "wrong_key", "entry %llu: a measurement by another member's key", (unsigned long long)s->entry.index);
	if (id16_compare(&s->entry.member, &v->member) != 0 || s->entry.has_candidate != v->has_candidate ||
		(v->has_candidate && digest_compare(&s->entry.candidate, &v->candidate) != 0))
		return err_set(s->e, "measure_differs", "entry %llu names another member or candidate than its measurement",
			(unsigned long long)s->entry.index);
	*candidate = v->has_candidate ? ledger_candidate_find(l, &v->candidate) : NONE;
	if (v->has_candidate && !ledger_candidate_live(l, *candidate, s->charter, s->entry.time))
		return err_set(
			s->e, "not_a_candidate", "entry %llu measures nobody who is a candidate now", (unsigned long long)s->entry.index);
	return measurement_in_time(v, s->entry.time, s->e) && in_time(s, *m, *candidate);
}

static bool add_measured(struct step *s, const struct measurement *v, uint32_t m, uint32_t candidate)
{
	struct ledger *l = s->l;
	struct ledger_measured *lm;
	struct digest key;

	if (candidate != NONE && !ledger_keep(l, CHANGED_CANDIDATE, candidate))
		return err_memory(s->e);
	lm = ARRAY_ADD(l->measured);
	if (lm == NULL)
		return err_memory(s->e);
	measured_key(m, candidate, &key);
	*lm = (struct ledger_measured){ .member = m,
		.candidate = candidate,
		.older = map_find(&l->by_measured, &key),
		.index = s->entry.index,
		.time = s->entry.time };
	lm->v[0] = v->has_candidate ? v->uptime : v->clients;
	lm->v[1] = v->has_candidate ? v->activity : v->bandwidth;
	lm->v[2] = v->has_candidate ? v->history : v->memory;
	if (candidate != NONE)
		l->candidates.v[candidate].last = s->entry.time;
	return map_put(&l->by_measured, &key, l->measured.n - 1) || err_memory(s->e);
}

bool ledger_on_measured(struct step *s)
{
	uint32_t m = NONE, candidate = NONE;
	struct measurement v;
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_MEASUREMENT, &j))
		return false;
	ok = measurement_parse(&j, &v, s->e) && may_measure(s, &j, &v, &m, &candidate) && add_measured(s, &v, m, candidate);
	jws_free(&j);
	return ok;
}
