/* SPDX-License-Identifier: ISC
 * Draws and invitations as the log brings them, and what they are worth to an application. */
#include "peer/ledger_state.h"
#include "voting/draw.h"
#include "voting/eligible.h"
#include "voting/invitation.h"
#include "voting/tally.h"

#include <stdlib.h>
#include <string.h>

/* ---- who is eligible */

/* The newest come last, so that no more are looked at than the charter's window has. */
static uint32_t window_begin(const struct step *s)
{
	const struct ledger *l = s->l;
	uint32_t at = l->measured.n;

	while (at > 0 && l->measured.v[at - 1].time > s->entry.time - s->charter->inviting.window)
		at--;
	return at;
}

/* Measures by members of now, within the window: of one candidate (NONE: of all). NULL: no memory. */
static struct eligible_measure *measures_of(const struct step *s, uint32_t only, size_t *n)
{
	const struct ledger *l = s->l;
	uint32_t from = window_begin(s);
	struct eligible_measure *out = calloc((size_t)(l->measured.n - from) + 1, sizeof(*out));

	*n = 0;
	for (uint32_t i = from; i < l->measured.n && out != NULL; i++) {
		const struct ledger_measured *lm = &l->measured.v[i];

		if (lm->candidate != NONE && (only == NONE || only == lm->candidate) && ledger_member_active(l, lm->member))
			out[(*n)++] = (struct eligible_measure){ l->candidates.v[lm->candidate].digest, l->members.v[lm->member].member,
				lm->index, lm->v[0], lm->v[1], lm->v[2] };
	}
	return out;
}

static bool load_reached(struct step *s)
{
	const struct ledger *l = s->l;
	uint32_t from = window_begin(s);
	struct eligible_load *v = calloc((size_t)(l->measured.n - from) + 1, sizeof(*v));
	size_t n = 0;
	bool ok;

	if (v == NULL)
		return err_memory(s->e);
	for (uint32_t i = from; i < l->measured.n; i++) {
		const struct ledger_measured *lm = &l->measured.v[i];

		if (lm->candidate == NONE && ledger_member_active(l, lm->member))
			v[n++] = (struct eligible_load){ l->members.v[lm->member].member, lm->index, lm->v[0], lm->v[1], lm->v[2] };
	}
	ok = eligible_loaded(s->charter, v, n);
	free(v);
	return ok || err_set(s->e, "not_due", "entry %llu: too few members told that they are loaded", (unsigned long long)s->entry.index);
}

static bool may_be_invited(const struct step *s, uint32_t at)
{
	const struct ledger *l = s->l;

	return ledger_candidate_live(l, at, s->charter, s->entry.time) && !ledger_candidate_invited(l, at, s->entry.time) &&
		map_find(&l->by_key, &l->candidates.v[at].thumb) == NONE;
}

/* Of one candidate (NONE: of all) those who are eligible, ascending; the caller's. NULL with e set. */
static struct digest *eligible_now(struct step *s, uint32_t only, size_t *n)
{
	const struct ledger *l = s->l;
	struct digest *out = calloc(only == NONE ? (size_t)l->candidates.n + 1 : 1, sizeof(*out));
	size_t measures_n = 0, could = 0;
	struct eligible_measure *measures = measures_of(s, only, &measures_n);

	if (out == NULL || measures == NULL) {
		free(out);
		free(measures);
		err_memory(s->e);
		return NULL;
	}
	for (uint32_t i = only == NONE ? 0 : only; i < (only == NONE ? l->candidates.n : only + 1); i++)
		if (may_be_invited(s, i))
			out[could++] = l->candidates.v[i].digest;
	*n = eligible_keep(s->charter, out, could, measures, measures_n);
	free(measures);
	return out;
}

/* ---- draws */

static bool due(struct step *s, const struct draw *d)
{
	const struct ledger *l = s->l;
	const struct requirement *rule = charter_invitation_rule(s->charter);

	if (rule == NULL || rule->invitation.draw == 0)
		return err_set(s->e, "not_allowed", "entry %llu: the charter draws nobody", (unsigned long long)s->entry.index);
	if (digest_compare(&d->genesis, &l->genesis) != 0 || digest_compare(&d->charter, &s->charter->object.digest) != 0)
		return err_set(s->e, "wrong_context", "entry %llu: a draw of another group, or under another charter than the one in force",
			(unsigned long long)s->entry.index);
	if (d->iat != s->entry.time)
		return err_set(s->e, "log_time", "entry %llu: a draw that was not made with its entry", (unsigned long long)s->entry.index);
	if (l->draws.n > 0 && s->entry.time < l->draws.v[l->draws.n - 1].time + s->charter->inviting.every)
		return err_set(s->e, "not_due", "entry %llu draws sooner after the last draw than the charter lets",
			(unsigned long long)s->entry.index);
	return load_reached(s);
}

/* The numbers of a draw follow from seed and log. */
static bool draws_right(struct step *s, const struct draw *d)
{
	const struct requirement *rule = charter_invitation_rule(s->charter);
	struct digest drawn[REQ_DRAW_MAX], root, *all;
	size_t n = 0, k;
	bool ok;

	if (d->number != s->l->seeds_used)
		return err_set(s->e, "seed_differs", "entry %llu draws with seed %llu where number %u comes next",
			(unsigned long long)s->entry.index, (unsigned long long)d->number, (unsigned)s->l->seeds_used);
	if (!ledger_seed_opens(s, d->number, d->seed, s->entry.index) || (all = eligible_now(s, NONE, &n)) == NULL)
		return false;
	k = eligible_draw(&s->l->genesis, d->seed, all, n, rule->invitation.draw, drawn);
	ok = digests_root(all, n, &root, s->e);
	free(all);
	if (!ok)
		return false;
	return (d->eligible == n && digest_compare(&d->root, &root) == 0 && d->drawn_n == k &&
		       memcmp(d->drawn, drawn, k * sizeof(*drawn)) == 0) ||
		err_set(s->e, "draw_differs", "entry %llu: of %zu who are eligible this seed draws others",
			(unsigned long long)s->entry.index, n);
}

static bool add_draw(struct step *s, const struct draw *d)
{
	struct ledger *l = s->l;
	struct ledger_draw *ld;
	uint32_t first = l->drawn.n;

	for (size_t i = 0; i < d->drawn_n; i++) {
		uint32_t *next = ARRAY_ADD(l->drawn);

		if (next == NULL)
			return err_memory(s->e);
		*next = ledger_candidate_find(l, &d->drawn[i]);
	}
	ld = ARRAY_ADD(l->draws);
	if (ld == NULL)
		return err_memory(s->e);
	*ld = (struct ledger_draw){ .digest = d->digest, .time = s->entry.time };
	(void)ledger_seed_take(l);
	step_expect(s, EVENT_INVITED, &d->digest);
	l->expect.turn = first;
	return true;
}

bool ledger_on_drawn(struct step *s)
{
	struct draw d;
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_DRAW, &j))
		return false;
	ok = draw_parse(&j, &d, s->e) && step_notary(s, &j) && due(s, &d) && draws_right(s, &d) && add_draw(s, &d);
	jws_free(&j);
	return ok;
}

/* ---- invitations */

static bool differs(struct step *s)
{
	return err_set(s->e, "invitation_differs", "entry %llu invites another candidate, or for another time, than its object",
		(unsigned long long)s->entry.index);
}

static bool add_invitation(struct step *s, uint32_t candidate)
{
	struct ledger *l = s->l;
	struct ledger_invitation *li;

	if (!ledger_keep(l, CHANGED_CANDIDATE, candidate))
		return err_memory(s->e);
	li = ARRAY_ADD(l->invitations);
	if (li == NULL)
		return err_memory(s->e);
	*li = (struct ledger_invitation){ .object = s->entry.object, .candidate = candidate, .until = s->entry.until };
	l->candidates.v[candidate].invitation = l->invitations.n - 1;
	return true;
}

static bool names(const struct step *s, uint32_t candidate)
{
	const struct ledger_candidate *lc = &s->l->candidates.v[candidate];

	return digest_compare(&s->entry.candidate, &lc->digest) == 0 && digest_compare(&s->entry.key, &lc->thumb) == 0;
}

/* The next of the last draw, in its order. */
static bool invited_by_draw(struct step *s, uint32_t turn)
{
	struct ledger *l = s->l;
	uint32_t candidate = l->drawn.v[turn];

	if (!names(s, candidate) || s->entry.until != s->entry.time + charter_invitation_rule(s->charter)->invitation.life)
		return differs(s);
	if (!add_invitation(s, candidate))
		return false;
	if (turn + 1 < l->drawn.n) {
		step_expect(s, EVENT_INVITED, &s->entry.object);
		l->expect.turn = turn + 1;
	}
	return true;
}

static bool by_inviter(struct step *s, const struct jws *j, const struct invitation *v)
{
	const struct requirement *rule = charter_invitation_rule(s->charter);
	const struct charter_person *person = j->n == 1 ? charter_operator(s->charter, &j->sigs[0].kid) : NULL;
	uint32_t m;

	if (rule == NULL || rule->invitation.draw > 0)
		return err_set(s->e, "not_allowed", "entry %llu: under this charter nobody invites by a word of his own",
			(unsigned long long)s->entry.index);
	if (rule->invitation.by_operators != !v->has_member)
		return err_set(s->e, "not_allowed", "entry %llu: the charter lets %s invite", (unsigned long long)s->entry.index,
			rule->invitation.by_operators ? "operators" : "members");
	if (!v->has_member)
		return person != NULL ? jws_verify(s->c, j, 0, &person->key, s->e)
				      : err_set(s->e, "not_an_operator", "entry %llu: the charter has no such operator",
						(unsigned long long)s->entry.index);
	if (!step_full_member(s, j, "invite", &m))
		return false;
	return id16_compare(&s->l->members.v[m].member, &v->member) == 0 ||
		err_set(s->e, "wrong_key", "entry %llu: an invitation by another member's key", (unsigned long long)s->entry.index);
}

static bool for_candidate(struct step *s, const struct invitation *v, uint32_t candidate)
{
	const int64_t life = charter_invitation_rule(s->charter)->invitation.life;
	struct digest *list;
	size_t n = 0;

	if (candidate == NONE || !may_be_invited(s, candidate))
		return err_set(
			s->e, "not_a_candidate", "entry %llu invites nobody who may be invited now", (unsigned long long)s->entry.index);
	if (!names(s, candidate) || s->entry.until != v->until)
		return differs(s);
	if (v->until <= s->entry.time || v->until > s->entry.time + life)
		return err_set(s->e, "out_of_range", "entry %llu: an invitation lasts at most %lld seconds here",
			(unsigned long long)s->entry.index, (long long)life);
	list = eligible_now(s, candidate, &n);
	free(list);
	if (list == NULL)
		return false;
	return n == 1 ||
		err_set(s->e, "not_eligible", "entry %llu: too few members have measured the candidate, or too little",
			(unsigned long long)s->entry.index);
}

static bool invited_by_word(struct step *s)
{
	struct invitation v;
	uint32_t candidate;
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_INVITATION, &j))
		return false;
	ok = invitation_parse(&j, &v, s->e) && step_context(s, &v.genesis, &v.charter) && by_inviter(s, &j, &v);
	if (ok) {
		candidate = ledger_candidate_find(s->l, &v.candidate);
		ok = for_candidate(s, &v, candidate) && add_invitation(s, candidate);
	}
	jws_free(&j);
	return ok;
}

bool ledger_on_invited(struct step *s)
{
	return s->expected ? invited_by_draw(s, s->l->expect.turn) : invited_by_word(s);
}

/* ---- applications */

bool step_invitation(struct step *s, const struct digest *thumb, uint32_t *out)
{
	struct ledger *l = s->l;
	uint32_t candidate = map_find(&l->by_candidate, thumb);

	*out = NONE;
	if (charter_invitation_rule(s->charter) == NULL)
		return true;
	if (!ledger_candidate_invited(l, candidate, s->entry.time))
		return !charter_invitation_needed(s->charter) ||
			err_set(s->e, "not_invited", "entry %llu: the group takes those alone whom it invited, and the applicant was not",
				(unsigned long long)s->entry.index);
	*out = l->candidates.v[candidate].invitation;
	if (!ledger_keep(l, CHANGED_CANDIDATE, candidate) || !ledger_keep(l, CHANGED_INVITATION, *out))
		return err_memory(s->e);
	l->candidates.v[candidate].used = l->invitations.v[*out].used = true;
	return true;
}
