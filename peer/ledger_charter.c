/* SPDX-License-Identifier: ISC
 * Charters and seeds as the log brings them; and what all events share when they open their object. */
#include "peer/head.h"
#include "peer/ledger_state.h"
#include "voting/proposal.h"

#include <string.h>

static bool same_object(struct step *s, const struct digest *got)
{
	if (digest_compare(got, &s->entry.object) == 0)
		return true;
	return err_set(
		s->e, "log_unknown", "entry %llu names another object than the one that came with it", (unsigned long long)s->entry.index);
}

bool step_jws(struct step *s, const char *kind, struct jws *out)
{
	struct at at = at_root(s->object, s->e);
	struct digest d;

	memset(out, 0, sizeof(*out));
	if (s->object == NULL)
		return err_set(s->e, "log_unknown", "entry %llu came without its %s", (unsigned long long)s->entry.index, kind);
	if (!jws_read(&at, out))
		return false;
	jws_digest(out, kind, &d);
	if (jws_is(out, kind, s->e) && same_object(s, &d))
		return true;
	jws_free(out);
	return false;
}

bool step_context(struct step *s, const struct digest *genesis, const struct digest *charter)
{
	if (digest_compare(genesis, &s->l->genesis) == 0 && ledger_charter_by(s->l, charter) != NULL)
		return true;
	return err_set(s->e, "wrong_context", "entry %llu: its object is of another group, or under a charter that this log does not have",
		(unsigned long long)s->entry.index);
}

bool step_notary(struct step *s, const struct jws *j)
{
	const struct charter_key *k = j->n == 1 ? charter_notary(s->charter, &j->sigs[0].kid, s->entry.time) : NULL;

	if (k == NULL)
		return err_set(s->e, "not_a_notary",
			"entry %llu: its object is not signed by a notary that the charter names for that time",
			(unsigned long long)s->entry.index);
	return jws_verify(s->c, j, 0, &k->key, s->e);
}

void step_expect(struct step *s, enum event event, const struct digest *object)
{
	s->l->expect.set = true;
	s->l->expect.unasked = s->l->expect.moved = false;
	s->l->expect.event = event;
	s->l->expect.object = *object;
}

/* A version that was to be voted on stands on a passed proposal about this very charter. */
static bool voted(struct step *s, const struct signed_charter *sc, const struct charter *previous)
{
	const struct charter *next = sc->charter;
	uint32_t at = s->entry.has_decision ? map_find(&s->l->by_decision, &s->entry.decision) : NONE;
	const struct ledger_proposal *p = at == NONE ? NULL : &s->l->proposals.v[at];

	if (!chain_needs_vote(sc, previous))
		return s->entry.has_decision
			? err_set(s->e, "log_order", "charter %u names a decision that its predecessor does not ask for", next->version)
			: true;
	if (p == NULL || p->p.question != Q_AMEND || p->p.again != sc->recovery || p->d.outcome != OUTCOME_YES ||
		digest_compare(&p->p.subject, &next->object.digest) != 0 || digest_compare(&p->p.charter, &previous->object.digest) != 0)
		return err_set(s->e, "votes_missing", "charter %u needs a passed vote under charter %u, and names none",
			(unsigned)next->version, (unsigned)previous->version);
	return true;
}

/* Who lives by a version is told of the next one in time. */
static bool announced(struct step *s, const struct signed_charter *sc, const struct charter *previous)
{
	return chain_announced(sc, previous, s->entry.time) ||
		err_set(s->e, "notice_short", "charter %u takes effect %llds after its entry; charter %u asks for a notice of %llds",
			(unsigned)sc->charter->version, (long long)(sc->charter->effective - s->entry.time), (unsigned)previous->version,
			(long long)chain_notice(sc, previous));
}

/* The log head that a version continues from is one of ours. */
static bool continues(struct step *s, const struct charter *next)
{
	struct digest root;

	if (next->version == 1)
		return true;
	if (!ledger_root(s->l, next->log_size, &root) || digest_compare(&root, &next->log_root) != 0)
		return err_set(s->e, "forked", "charter %u continues from a log head that this log never had", next->version);
	return true;
}

static bool accept_charter(struct step *s, struct signed_charter *sc)
{
	const struct charter *previous = ledger_newest(s->l);
	struct ledger_charter *lc;

	if (!same_object(s, &sc->charter->object.digest))
		return false;
	if (digest_compare(&sc->charter->object.genesis, &s->l->genesis) != 0)
		return err_set(s->e, "wrong_context", "charter of another group");
	if (!charter_followed(sc->charter, s->e) || !chain_approved(s->c, sc, previous, s->e) || !continues(s, sc->charter))
		return false;
	if (sc->charter->version != s->entry.version || digest_compare(&sc->approvals_root, &s->entry.approvals) != 0)
		return err_set(s->e, "approvals_differ", "entry %llu was made for another version or other approvals",
			(unsigned long long)s->entry.index);
	if (previous != NULL && (!voted(s, sc, previous) || !announced(s, sc, previous)))
		return false;
	if (!step_transcript(s, sc))
		return false;
	lc = ARRAY_ADD(s->l->charters);
	if (lc == NULL)
		return err_memory(s->e);
	lc->signed_charter = *sc;
	lc->index = s->entry.index;
	lc->time = s->entry.time;
	return true;
}

bool ledger_on_charter(struct step *s)
{
	struct at at = at_root(s->object, s->e);
	struct signed_charter sc;

	if (s->object == NULL)
		return err_set(s->e, "log_unknown", "entry %llu came without its charter", (unsigned long long)s->entry.index);
	if (!signed_charter_read(&at, NULL, &sc))
		return false;
	if (!accept_charter(s, &sc)) {
		signed_charter_free(&sc);
		return false;
	}
	return true;
}

static bool accept_seeds(struct step *s, const struct jws *j)
{
	struct ledger *l = s->l;
	struct seeds seeds;

	if (!seeds_parse(j, &seeds, s->e))
		return false;
	if (digest_compare(&seeds.genesis, &l->genesis) != 0)
		return err_set(s->e, "wrong_context", "seeds of another group");
	if (ledger_by_seeder(s, j))
		return ledger_seeder_commits(s, j, &seeds);
	if (!step_notary(s, j))
		return false;
	if (seeds.first != l->commitments.n)
		return err_set(s->e, "seed_differs", "seeds from number %llu where %u comes next", (unsigned long long)seeds.first,
			l->commitments.n);
	for (size_t i = 0; i < seeds.n; i++) {
		struct digest *d = ARRAY_ADD(l->commitments);
		uint64_t *at = d == NULL ? NULL : ARRAY_ADD(l->committed);

		if (at == NULL)
			return err_memory(s->e);
		*d = seeds.commitments[i];
		*at = s->entry.index;
	}
	return true;
}

uint32_t ledger_seed_take(struct ledger *l)
{
	return l->seeds_used++;
}

bool ledger_seed_opens(struct step *s, uint64_t number, const uint8_t seed[static 32], uint64_t size)
{
	const struct ledger *l = s->l;
	struct digest commitment;

	proposal_commitment(&l->genesis, number, seed, &commitment);
	return (number < l->commitments.n && l->committed.v[number] < size &&
		       digest_compare(&commitment, &l->commitments.v[number]) == 0) ||
		err_set(s->e, "seed_differs", "entry %llu does not use the seed that was committed to under number %llu",
			(unsigned long long)s->entry.index, (unsigned long long)number);
}

/* At creation the first seeds are followed by the founders, one after the other. */
bool ledger_on_seeds(struct step *s)
{
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_SEEDS, &j))
		return false;
	ok = accept_seeds(s, &j);
	jws_free(&j);
	if (ok && s->l->members.n == 0 && s->charter->founders_n > 0)
		step_expect(s, EVENT_JOINED, &s->l->genesis);
	return ok;
}
