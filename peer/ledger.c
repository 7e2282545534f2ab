/* SPDX-License-Identifier: ISC */
#include "peer/ledger_state.h"

#include <stdlib.h>
#include <string.h>

/* How far an entry's time may lie ahead of the follower's clock, in seconds. */
enum { CLOCK_SLACK = 300 };

bool array_room(void **raw, uint32_t n, uint32_t *cap, size_t size)
{
	if (n == *cap) {
		uint32_t more = *cap == 0 ? 16 : *cap * 2;
		void *p = more > *cap ? realloc(*raw, more * size) : NULL;

		if (p == NULL)
			return false;
		*raw = p;
		*cap = more;
	}
	memset((uint8_t *)*raw + n * size, 0, size);
	return true;
}

struct ledger *ledger_new(const struct digest *genesis, struct err *e)
{
	struct ledger *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		err_memory(e);
		return NULL;
	}
	l->genesis = *genesis;
	return l;
}

void ledger_free(struct ledger *l)
{
	if (l == NULL)
		return;
	for (uint32_t i = 0; i < l->charters.n; i++)
		signed_charter_free(&l->charters.v[i].signed_charter);
	free(l->leaves.v);
	free(l->roots.v);
	free(l->charters.v);
	free(l->commitments.v);
	free(l->committed.v);
	free(l->applications.v);
	free(l->proposals.v);
	free(l->requests.v);
	free(l->keys.v);
	free(l->members.v);
	free(l->order.v);
	free(l->certs.v);
	free(l->revocations.v);
	free(l->vouches.v);
	free(l->moves.v);
	free(l->seeder_seeds.v);
	free(l->suspensions.v);
	free(l->candidates.v);
	free(l->measured.v);
	free(l->draws.v);
	free(l->drawn.v);
	free(l->invitations.v);
	free(l->changes.v);
	map_free(&l->by_candidacy);
	map_free(&l->by_candidate);
	map_free(&l->by_request);
	map_free(&l->by_motion);
	map_free(&l->by_measured);
	map_free(&l->by_refused);
	free(l->refused.v);
	free(l->sponsors.v);
	free(l->charges.v);
	map_free(&l->by_application);
	map_free(&l->by_proposal);
	map_free(&l->by_decision);
	map_free(&l->by_key);
	map_free(&l->by_member);
	map_free(&l->by_cause);
	map_free(&l->by_vouch);
	free(l);
}

bool ledger_issuer(struct ledger *l, const struct sig_pub *key, struct err *e)
{
	struct digest spki;

	if (!profile_spki_digest(key, &spki))
		return err_memory(e);
	for (size_t i = 0; i < l->issuers_n; i++)
		if (digest_compare(&l->issuer_spki[i], &spki) == 0)
			return true;
	if (l->issuers_n == ISSUERS_MAX)
		return err_set(e, "too_many_issuers", "a group has at most %d issuing keys", ISSUERS_MAX);
	l->issuers[l->issuers_n] = *key;
	l->issuer_spki[l->issuers_n++] = spki;
	return true;
}

const struct sig_pub *ledger_issuer_key(const struct ledger *l, const struct digest *spki)
{
	for (size_t i = 0; i < l->issuers_n; i++)
		if (digest_compare(&l->issuer_spki[i], spki) == 0)
			return &l->issuers[i];
	return NULL;
}

/* One row for each event that a log may hold in this version. */
static const struct {
	enum event event;
	bool (*on)(struct step *s);
} ON[] = {
	{ EVENT_CHARTER, ledger_on_charter },
	{ EVENT_SEEDS, ledger_on_seeds },
	{ EVENT_APPLICATION, ledger_on_application },
	{ EVENT_PROPOSAL, ledger_on_proposal },
	{ EVENT_DECISION, ledger_on_decision },
	{ EVENT_JOINED, ledger_on_joined },
	{ EVENT_LEFT, ledger_on_ended },
	{ EVENT_EXPELLED, ledger_on_ended },
	{ EVENT_REKEYED, ledger_on_rekeyed },
	{ EVENT_ISSUED, ledger_on_issued },
	{ EVENT_REVOKED, ledger_on_revoked },
	{ EVENT_VOUCHED, ledger_on_vouched },
	{ EVENT_REJOINED, ledger_on_rejoined },
	{ EVENT_SUSPENDED, ledger_on_suspended },
	{ EVENT_RESTORED, ledger_on_restored },
	{ EVENT_LAPSED, ledger_on_lapsed },
	{ EVENT_CANDIDATE, ledger_on_candidate },
	{ EVENT_MEASURED, ledger_on_measured },
	{ EVENT_DRAWN, ledger_on_drawn },
	{ EVENT_INVITED, ledger_on_invited },
	{ EVENT_FROZEN, ledger_on_frozen },
};

/* A certificate that must follow may be preceded by another place for its member. */
static bool moves(const struct ledger *l, const struct entry *en)
{
	return en->event == EVENT_REJOINED && l->expect.event == EVENT_ISSUED && !l->expect.moved;
}

/* Where every entry stands, whatever it says. */
static bool place(const struct step *s)
{
	const struct ledger *l = s->l;
	const struct entry *en = &s->entry;

	if (digest_compare(&en->genesis, &l->genesis) != 0)
		return err_set(s->e, "wrong_context", "entry %llu is of another group", (unsigned long long)en->index);
	if (en->index != l->frontier.size)
		return err_set(s->e, "log_index", "entry %llu where %llu comes next", (unsigned long long)en->index,
			(unsigned long long)l->frontier.size);
	if (en->time < l->time || (s->now != 0 && en->time > s->now + CLOCK_SLACK))
		return err_set(s->e, "log_time", "entry %llu has a time before the last entry's, or ahead of this clock",
			(unsigned long long)en->index);
	if ((en->index == 0) != (en->event == EVENT_CHARTER && en->version == 1) || (en->index == 1 && en->event != EVENT_SEEDS))
		return err_set(s->e, "log_order", "a log begins with charter 1, and only there; then come the first seeds");
	if (l->expect.set && !moves(l, en) && (l->expect.event != en->event || digest_compare(&l->expect.object, &en->object) != 0))
		return err_set(s->e, "log_order", "entry %llu is '%s' where '%s' must follow", (unsigned long long)en->index,
			event_name(en->event), event_name(l->expect.event));
	if (l->expect.set && en->time != l->time)
		return err_set(
			s->e, "log_time", "entry %llu follows at once and has another time all the same", (unsigned long long)en->index);
	return true;
}

static bool append(struct ledger *l, struct slice bytes, int64_t time)
{
	struct digest *leaf = ARRAY_ADD(l->leaves), *root = leaf == NULL ? NULL : ARRAY_ADD(l->roots);

	if (root == NULL)
		return false;
	merkle_leaf(bytes, leaf);
	merkle_append(&l->frontier, leaf);
	merkle_frontier_root(&l->frontier, root);
	l->time = time;
	return true;
}

bool ledger_extend(struct ledger *l, struct crypto *c, const struct ledger_item *item, int64_t now, struct err *e)
{
	struct step s = { .l = l,
		.c = c,
		.object = item->object,
		.evidence = item->evidence,
		.now = now,
		.expected = l->expect.set && !l->expect.unasked,
		.e = e };
	struct ledger_expect before = l->expect;

	if (!entry_parse(item->entry, &s.entry, e) || !place(&s))
		return false;
	s.charter = ledger_charter(l, s.entry.index, s.entry.time);
	for (size_t i = 0; i < sizeof(ON) / sizeof(ON[0]); i++) {
		if (ON[i].event != s.entry.event)
			continue;
		l->expect.set = false;
		if (ON[i].on(&s) && append(l, item->entry, s.entry.time))
			return true;
		l->expect = before;
		return err_ok(e) ? err_memory(e) : false;
	}
	return err_set(
		e, "feature_unsupported", "this program does not follow '%s' entries yet; use a newer one", event_name(s.entry.event));
}

bool ledger_seen(struct ledger *l, int64_t since, struct err *e)
{
	for (uint32_t i = 0; i < l->proposals.n; i++) {
		if (l->proposals.v[i].decided || l->proposals.v[i].seen != 0)
			continue;
		if (!ledger_keep(l, CHANGED_PROPOSAL, i))
			return err_memory(e);
		l->proposals.v[i].seen = since;
	}
	return true;
}

void ledger_mark(struct ledger *l)
{
	l->mark = (struct ledger_mark){
		.set = true,
		.leaves = l->leaves.n,
		.charters = l->charters.n,
		.commitments = l->commitments.n,
		.seeds_used = l->seeds_used,
		.moves = l->moves.n,
		.requests = l->requests.n,
		.seeder_seeds = l->seeder_seeds.n,
		.seeder_used = l->seeder_used,
		.applications = l->applications.n,
		.proposals = l->proposals.n,
		.keys = l->keys.n,
		.members = l->members.n,
		.active = l->active,
		.certs = l->certs.n,
		.revocations = l->revocations.n,
		.vouches = l->vouches.n,
		.suspensions = l->suspensions.n,
		.candidates = l->candidates.n,
		.measured = l->measured.n,
		.draws = l->draws.n,
		.drawn = l->drawn.n,
		.invitations = l->invitations.n,
		.refused = l->refused.n,
		.sponsors = l->sponsors.n,
		.charges = l->charges.n,
		.issuers = l->issuers_n,
		.frontier = l->frontier,
		.time = l->time,
		.frozen_until = l->frozen_until,
		.expect = l->expect,
	};
	l->changes.n = 0;
}

void ledger_commit(struct ledger *l)
{
	l->mark.set = false;
	l->changes.n = 0;
}

bool ledger_keep(struct ledger *l, enum ledger_changed what, uint32_t at)
{
	struct ledger_change *ch;

	if (!l->mark.set)
		return true;
	ch = ARRAY_ADD(l->changes);
	if (ch == NULL)
		return false;
	ch->what = what;
	ch->at = at;
	switch (ch->what) {
	case CHANGED_MEMBER:
		ch->old.member = l->members.v[at];
		break;
	case CHANGED_KEY:
		ch->old.key = l->keys.v[at];
		break;
	case CHANGED_CERT:
		ch->old.cert = l->certs.v[at];
		break;
	case CHANGED_PROPOSAL:
		ch->old.proposal = l->proposals.v[at];
		break;
	case CHANGED_APPLICATION:
		ch->old.application = l->applications.v[at];
		break;
	case CHANGED_REQUEST:
		ch->old.request = l->requests.v[at];
		break;
	case CHANGED_SUSPENSION:
		ch->old.suspension = l->suspensions.v[at];
		break;
	case CHANGED_CANDIDATE:
		ch->old.candidate = l->candidates.v[at];
		break;
	case CHANGED_INVITATION:
		ch->old.invitation = l->invitations.v[at];
		break;
	}
	return true;
}

static void restore(struct ledger *l, const struct ledger_change *ch)
{
	switch (ch->what) {
	case CHANGED_MEMBER:
		l->members.v[ch->at] = ch->old.member;
		break;
	case CHANGED_KEY:
		l->keys.v[ch->at] = ch->old.key;
		break;
	case CHANGED_CERT:
		l->certs.v[ch->at] = ch->old.cert;
		break;
	case CHANGED_PROPOSAL:
		if (l->proposals.v[ch->at].decided)
			map_remove(&l->by_decision, &l->proposals.v[ch->at].d.digest);
		l->proposals.v[ch->at] = ch->old.proposal;
		break;
	case CHANGED_APPLICATION:
		l->applications.v[ch->at] = ch->old.application;
		break;
	case CHANGED_REQUEST:
		l->requests.v[ch->at] = ch->old.request;
		break;
	case CHANGED_CANDIDATE:
		l->candidates.v[ch->at] = ch->old.candidate;
		break;
	case CHANGED_INVITATION:
		l->invitations.v[ch->at] = ch->old.invitation;
		break;
	case CHANGED_SUSPENSION:
		l->suspensions.v[ch->at] = ch->old.suspension;
		break;
	}
}

/* What came after the mark leaves the maps before it leaves the arrays. */
static void forget(struct ledger *l, const struct ledger_mark *m)
{
	struct digest key;

	for (; l->charters.n > m->charters; l->charters.n--)
		signed_charter_free(&l->charters.v[l->charters.n - 1].signed_charter);
	for (; l->applications.n > m->applications; l->applications.n--)
		map_remove(&l->by_application, &l->applications.v[l->applications.n - 1].digest);
	for (; l->proposals.n > m->proposals; l->proposals.n--) {
		struct ledger_proposal *p = &l->proposals.v[l->proposals.n - 1];

		map_remove(&l->by_proposal, &p->p.digest);
		if (p->p.question == Q_EXPEL)
			map_remove(&l->by_motion, &p->p.subject);
		if (p->decided)
			map_remove(&l->by_decision, &p->d.digest);
	}
	for (; l->requests.n > m->requests; l->requests.n--)
		map_remove(&l->by_request, &l->requests.v[l->requests.n - 1].digest);
	for (; l->keys.n > m->keys; l->keys.n--)
		map_remove(&l->by_key, &l->keys.v[l->keys.n - 1].thumb);
	for (; l->members.n > m->members; l->members.n--) {
		ledger_order_remove(l, l->members.n - 1);
		id16_key(&l->members.v[l->members.n - 1].member, &key);
		map_remove(&l->by_member, &key);
	}
	for (; l->certs.n > m->certs; l->certs.n--)
		map_remove(&l->by_cause, &l->certs.v[l->certs.n - 1].issuance.cause);
	for (; l->candidates.n > m->candidates; l->candidates.n--)
		ledger_candidate_forget(l);
	for (; l->measured.n > m->measured; l->measured.n--)
		ledger_measured_forget(l);
	for (; l->refused.n > m->refused; l->refused.n--)
		ledger_refused_forget(l);
	for (; l->vouches.n > m->vouches; l->vouches.n--)
		map_remove(&l->by_vouch, &l->vouches.v[l->vouches.n - 1].digest);
}

void ledger_rollback(struct ledger *l)
{
	const struct ledger_mark *m = &l->mark;

	if (!m->set)
		return;
	for (uint32_t i = l->changes.n; i > 0; i--)
		restore(l, &l->changes.v[i - 1]);
	forget(l, m);
	l->leaves.n = l->roots.n = m->leaves;
	l->commitments.n = l->committed.n = m->commitments;
	l->seeds_used = m->seeds_used;
	l->moves.n = m->moves;
	l->seeder_seeds.n = m->seeder_seeds;
	l->seeder_used = m->seeder_used;
	l->revocations.n = m->revocations;
	l->suspensions.n = m->suspensions;
	l->draws.n = m->draws;
	l->drawn.n = m->drawn;
	l->invitations.n = m->invitations;
	l->sponsors.n = m->sponsors;
	l->charges.n = m->charges;
	l->active = m->active;
	l->issuers_n = m->issuers;
	l->frontier = m->frontier;
	l->time = m->time;
	l->frozen_until = m->frozen_until;
	l->expect = m->expect;
	ledger_commit(l);
}
