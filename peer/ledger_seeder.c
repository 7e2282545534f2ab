/* SPDX-License-Identifier: ISC
 * The seeder's seeds: commitments of its own in the log, one for each application while the charter names it. */
#include "base/jwk.h"
#include "peer/ledger_state.h"
#include "voting/proposal.h"

static struct digest seeder_of(const struct charter *c)
{
	struct digest thumb;

	jwk_thumbprint(&c->membership.seeder, &thumb);
	return thumb;
}

/* The first entry of seeds is the notary's in any case. */
bool ledger_by_seeder(const struct step *s, const struct jws *j)
{
	struct digest thumb;

	if (!s->charter->membership.has_seeder || s->entry.index == 1 || j->n != 1)
		return false;
	thumb = seeder_of(s->charter);
	return digest_compare(&thumb, &j->sigs[0].kid) == 0;
}

bool ledger_seeder_commits(struct step *s, const struct jws *j, const struct seeds *seeds)
{
	struct ledger *l = s->l;

	if (!jws_verify(s->c, j, 0, &s->charter->membership.seeder, s->e))
		return false;
	if (seeds->first != l->seeder_seeds.n)
		return err_set(s->e, "seed_differs", "the seeder's seeds from number %llu where %u comes next",
			(unsigned long long)seeds->first, l->seeder_seeds.n);
	for (size_t i = 0; i < seeds->n; i++) {
		struct ledger_commitment *one = ARRAY_ADD(l->seeder_seeds);

		if (one == NULL)
			return err_memory(s->e);
		*one = (struct ledger_commitment){ seeds->commitments[i], j->sigs[0].kid, s->entry.index };
	}
	return true;
}

/* What a seeder committed to that the charter names no more is passed over. */
bool ledger_seeder_take(struct step *s, const struct application *a, uint32_t *number)
{
	const struct charter *named = ledger_charter_by(s->l, &a->charter);
	const bool seeded = s->charter->membership.has_seeder;
	struct ledger *l = s->l;
	struct digest thumb;
	uint32_t at;

	*number = NONE;
	if (named == NULL || named->membership.has_seeder != seeded)
		return err_set(s->e, "charter_not_in_force",
			"entry %llu: the application names a charter with another mind on seeders than the one in force",
			(unsigned long long)s->entry.index);
	if (!seeded)
		return true;
	thumb = seeder_of(s->charter);
	for (at = l->seeder_used; at < l->seeder_seeds.n && digest_compare(&l->seeder_seeds.v[at].by, &thumb) != 0;)
		at++;
	if (at == l->seeder_seeds.n || l->seeder_seeds.v[at].index >= a->log_size)
		return err_set(s->e, "seeds_missing", "entry %llu: the applicant saw no commitment of the seeder's that is left for it",
			(unsigned long long)s->entry.index);
	l->seeder_used = at + 1;
	*number = at;
	return true;
}

bool ledger_seeder_opens(struct step *s, const struct proposal *p, uint32_t number)
{
	struct digest commitment;

	if (p->has_seeder != (number != NONE))
		return err_set(s->e, "seed_differs",
			"proposal %llu has a seeder's seed and its application took none, or the other way round",
			(unsigned long long)p->number);
	if (!p->has_seeder)
		return true;
	proposal_commitment(&s->l->genesis, p->seeder_number, p->seeder_seed, &commitment);
	return (p->seeder_number == number && digest_compare(&commitment, &s->l->seeder_seeds.v[number].commitment) == 0) ||
		err_set(s->e, "seed_differs", "proposal %llu does not use the seed that the seeder committed to for its application",
			(unsigned long long)p->number);
}

void ledger_seeder(const struct ledger *l, const struct digest *seeder, struct ledger_seeder *out)
{
	*out = (struct ledger_seeder){ .committed = l->seeder_seeds.n, .used = l->seeder_used };
	for (uint32_t i = l->seeder_used; i < l->seeder_seeds.n; i++)
		out->left += digest_compare(&l->seeder_seeds.v[i].by, seeder) == 0;
}

bool ledger_seeder_awaited(
	const struct ledger *l, const struct digest *seeder, uint32_t *from, struct digest *application, uint64_t *number)
{
	for (uint32_t i = *from; i < l->applications.n; i++) {
		const struct ledger_application *a = &l->applications.v[i];

		if (a->seeder == NONE || a->proposal != NONE || digest_compare(&l->seeder_seeds.v[a->seeder].by, seeder) != 0)
			continue;
		*from = i + 1;
		*application = a->digest;
		*number = a->seeder;
		return true;
	}
	return false;
}
