/* SPDX-License-Identifier: ISC
 * Keys that members hold together: who holds shares of them, and the transcript that a charter brings with a new one. */
#include "base/jwk.h"
#include "peer/ledger_state.h"
#include "voting/transcript.h"

uint32_t ledger_number(const struct ledger *l, const struct id16 *member)
{
	const uint32_t m = ledger_member_find(l, member);

	return m == NONE ? 0 : m + 1;
}

const struct id16 *ledger_numbered(const struct ledger *l, uint32_t number)
{
	return number == 0 || number > l->members.n ? NULL : &l->members.v[number - 1].member;
}

bool ledger_holder(const struct ledger *l, uint32_t number, const struct id16 *member, const struct digest *key, struct err *e)
{
	const uint32_t m = ledger_member_find(l, member), k = map_find(&l->by_key, key);

	if (m == NONE || !ledger_member_active(l, m))
		return err_set(e, "not_a_member", "number %u is given to nobody in the group", (unsigned)number);
	if (m + 1 != number)
		return err_set(e, "wrong_context", "number %u is given to the member that the log counts as number %u", (unsigned)number,
			(unsigned)m + 1);
	if (k == NONE || l->keys.v[k].member != m || l->keys.v[k].dead != NEVER)
		return err_set(e, "wrong_key", "number %u is given a key that is not its member's", (unsigned)number);
	return true;
}

/* The members' key that this version names and none before did: at most one, because one transcript comes with it. */
static bool new_key(struct step *s, const struct charter *next, const struct charter_issuer **out)
{
	*out = NULL;
	for (size_t i = 0; i < next->authority.issuing_n; i++) {
		const struct charter_issuer *named = &next->authority.issuing[i];
		bool known = !named->by_members;

		for (uint32_t k = 0; k < s->l->charters.n && !known; k++)
			known = charter_issuer(s->l->charters.v[k].signed_charter.charter, &named->spki) != NULL;
		if (known)
			continue;
		if (*out != NULL)
			return err_set(s->e, "transcript_missing", "charter %u names two new keys of the members: one at a time",
				(unsigned)next->version);
		*out = named;
	}
	return true;
}

static bool is_of(struct step *s, const struct transcript *t, const struct charter *next, const struct charter_issuer *named)
{
	struct sig_pub key;
	struct digest spki;

	transcript_key(t, &key);
	if (!profile_spki_digest(&key, &spki))
		return err_memory(s->e);
	if (digest_compare(&spki, &named->spki) != 0 || named->alg != SIG_ED25519)
		return err_set(s->e, "transcript_differs", "charter %u names another key than the one that its transcript is of",
			(unsigned)next->version);
	if (digest_compare(&t->genesis, &s->l->genesis) != 0)
		return err_set(s->e, "wrong_context", "charter %u comes with the transcript of another group", (unsigned)next->version);
	return t->t == next->voting.threshold ||
		err_set(s->e, "transcript_differs", "charter %u wants %u signers, and its transcript says %zu", (unsigned)next->version,
			(unsigned)next->voting.threshold, t->t);
}

static bool holders_stand(struct step *s, const struct transcript *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct keyholder *h = &t->holders[i];
		struct digest thumb;

		jwk_thumbprint(&h->key, &thumb);
		if (!ledger_holder(s->l, h->number, &h->member, &thumb, s->e))
			return false;
	}
	return true;
}

bool step_transcript(struct step *s, const struct signed_charter *sc)
{
	const struct at root = at_root(s->object, s->e);
	const struct charter_issuer *named;
	struct transcript t;
	struct sig_pub key;
	struct at list;

	if (sc->charter->voting.scheme != SCHEME_THRESHOLD)
		return sc->transcript == NULL || err_set(s->e, "transcript_differs", "a charter of this scheme comes with no transcript");
	if (!new_key(s, sc->charter, &named))
		return false;
	if (named == NULL && sc->transcript == NULL)
		return true;
	if (named == NULL)
		return err_set(s->e, "transcript_differs", "charter %u names no new key, and comes with a transcript",
			(unsigned)sc->charter->version);
	if (sc->transcript == NULL)
		return err_set(s->e, "transcript_missing", "charter %u names a key of the members, and comes without their transcript",
			(unsigned)sc->charter->version);
	if (!at_member(&root, "transcript", &list) || !transcript_verify(s->c, &list, &t) || !is_of(s, &t, sc->charter, named) ||
		!holders_stand(s, &t))
		return false;
	transcript_key(&t, &key);
	return ledger_issuer(s->l, &key, s->e);
}
