/* SPDX-License-Identifier: ISC
 * The log that a record stands in: its head, its entries, and the charters in force. */
#include <stdlib.h>
#include <string.h>

#include "peer/record_state.h"

static const struct digest *path_of(const struct record *r, const struct record_path *p)
{
	return (const struct digest *)(const void *)r->paths.p + p->at;
}

static bool same(const struct digest *a, const struct digest *b)
{
	return digest_compare(a, b) == 0;
}

bool record_suspends(const struct record *r)
{
	for (size_t i = 0; i < r->links_n; i++)
		if (charter_suspends(r->links[i].signed_charter.charter))
			return true;
	return !r->whole;
}

bool record_seat_holds(struct record *r, const struct record_seat *s)
{
	const struct proposal *p = &r->proposal;

	if (s->elector.weight > scheme_of(r->charter->voting.scheme)->weight_max ||
		(s->elector.weight == 0 && r->charter->voting.probation == 0 && !record_suspends(r)))
		return err_set(
			r->e, "scheme_weight", "under the group's charter no elector has the weight %u", (unsigned)s->elector.weight);
	if (elector_verify(&s->elector, s->index, p->electorate_n, path_of(r, &s->path), s->path.n, &p->electorate_root))
		return true;
	return err_set(r->e, "not_in_electorate", "somebody's place in the electorate does not lead to the proposal's root");
}

bool record_believe_head(struct record *r)
{
	const struct head *pinned = r->pin != NULL && r->pin->has_head ? &r->pin->head : NULL;

	if (!head_parse(&r->head_jws, &r->head, r->e))
		return false;
	if (!same(&r->head.genesis, &r->genesis))
		return err_set(r->e, "record_mixed", "the head is that of another group's log");
	if (pinned != NULL && pinned->size == r->head.size && !same(&pinned->root, &r->head.root))
		return err_set(
			r->e, "forked", "the record's head and the trusted one are of two logs of one size: keep both, they are evidence");
	return true;
}

static bool link_holds(struct record *r, size_t i)
{
	struct record_link *l = &r->links[i];
	const struct charter *previous = i == 0 ? NULL : r->links[i - 1].signed_charter.charter, *c = l->signed_charter.charter;
	const struct entry *en = &l->line.entry, *before = i == 0 ? NULL : &r->links[i - 1].line.entry;

	if (!chain_approved(r->c, &l->signed_charter, previous, r->e))
		return false;
	if (en->event != EVENT_CHARTER || !same(&en->object, &c->object.digest) || en->version != c->version)
		return err_set(r->e, "entry_differs", "the entry beside charter %u is another's", (unsigned)c->version);
	if (before == NULL ? en->index != 0 : en->time < before->time || c->log_size > en->index)
		return err_set(r->e, "log_order", "the entry of charter %u stands in the wrong place", (unsigned)c->version);
	if (previous != NULL && !chain_announced(&l->signed_charter, previous, en->time))
		return err_set(r->e, "notice_short", "charter %u was logged later than its predecessor asks for", (unsigned)c->version);
	if (!same(&en->approvals, &l->signed_charter.approvals_root))
		return err_set(r->e, "approvals_differ", "charter %u was logged with other approvals", (unsigned)c->version);
	if (r->pin != NULL && i < r->pin->charters_n && !same(&r->pin->charters[i].charter->object.digest, &c->object.digest))
		return err_set(
			r->e, "charter_fork", "the trusted charter %u is another one: keep both, they are evidence", (unsigned)c->version);
	return true;
}

/* A version that was voted on brings the record of the vote, which knows the version's own entry. */
static bool link_voted(struct record *r, size_t i)
{
	const struct record_link *l = &r->links[i];
	const struct charter *previous = i == 0 ? NULL : r->links[i - 1].signed_charter.charter, *c = l->signed_charter.charter;
	struct record_amendment a;

	if (!chain_needs_vote(&l->signed_charter, previous)) {
		if (l->line.entry.has_decision || l->signed_charter.record != NULL)
			return err_set(r->e, "record_unasked", "charter %u carries a vote that its predecessor does not ask for",
				(unsigned)c->version);
		return true;
	}
	if (l->signed_charter.record == NULL)
		return err_set(r->e, "votes_missing", "charter %u needs a passed vote, and its record is missing", (unsigned)c->version);
	if (!record_amendment(r->c, l->signed_charter.record, c, previous, r->pin, &a, r->e))
		return false;
	if (!same(&a.leaf, &l->line.leaf))
		return err_set(r->e, "entry_differs", "charter %u was logged with another entry than its vote's record says",
			(unsigned)c->version);
	if (a.head.size == r->head.size && !same(&a.head.root, &r->head.root))
		return err_set(r->e, "forked", "two heads of one size have two roots: keep both, they are evidence");
	return true;
}

bool record_believe_charters(struct record *r)
{
	for (size_t i = 0; i < r->links_n; i++)
		if (!link_holds(r, i) || !link_voted(r, i))
			return false;
	if (!r->whole)
		return true;
	r->charter = r->links[r->links_n - 1].signed_charter.charter;
	return same(&r->links[0].signed_charter.charter->object.digest, &r->genesis) ||
		err_set(r->e, "record_mixed", "charter 1 is not the one that the genesis names");
}

size_t record_consequences(const struct record *r)
{
	static const size_t n[] = { [Q_ADMIT] = 2, [Q_EXPEL] = 1, [Q_AMEND] = 1, [Q_RENEW] = 1, [Q_RECOVER] = 2 };

	return (r->decision.outcome == OUTCOME_YES ? n[r->proposal.question] : 0) + record_held(r) + (record_moved(r) != NULL);
}

const struct record_line *record_moved(const struct record *r)
{
	const bool may = r->decision.outcome == OUTCOME_YES && (r->proposal.question == Q_RENEW || r->proposal.question == Q_RECOVER);

	return may && r->lines_n > 1 && r->lines[r->lines_n - 2].entry.event == EVENT_REJOINED ? &r->lines[r->lines_n - 2] : NULL;
}

size_t record_held(const struct record *r)
{
	size_t n = 0;

	for (; n < r->lines_n && r->proposal.question == Q_EXPEL; n++) {
		const struct entry *en = &r->lines[r->lines_n - 1 - n].entry;

		if ((en->event != EVENT_SUSPENDED && en->event != EVENT_RESTORED) || !same(&en->object, &r->decision.digest))
			break;
	}
	return n;
}

const struct record_line *record_decided(const struct record *r)
{
	return &r->lines[r->lines_n - 1 - record_consequences(r)];
}

static bool line_follows(struct record *r, size_t i)
{
	const struct entry *first = &r->lines[0].entry, *before = &r->lines[i == 0 ? 0 : i - 1].entry, *en = &r->lines[i].entry;

	if (en->index != first->index + i || en->time < before->time)
		return err_set(r->e, "log_order", "the record's entries are no row: number %llu is out of its place",
			(unsigned long long)en->index);
	return true;
}

bool record_believe_lines(struct record *r)
{
	size_t n = 2 + record_consequences(r);

	if (r->lines_n < n)
		return err_set(r->e, "entries_missing", "the record has %zu entries of the log and needs at least %zu", r->lines_n, n);
	for (size_t i = 0; i < r->lines_n; i++)
		if (!line_follows(r, i))
			return false;
	if (r->lines[0].entry.event != EVENT_PROPOSAL || !same(&r->lines[0].entry.object, &r->proposal.digest))
		return err_set(r->e, "entry_differs", "the record's entries do not begin with its proposal's");
	if (record_decided(r)->entry.event != EVENT_DECISION || !same(&record_decided(r)->entry.object, &r->decision.digest))
		return err_set(r->e, "entry_differs", "the record's entries do not end with its decision and what follows from it");
	return true;
}

/* A later version that the record's entries name and that is known here: the draft itself, or one of the trusted ones. */
static const struct charter *known(const struct record *r, const struct digest *d)
{
	if (r->has_draft && same(&r->draft.charter->object.digest, d))
		return r->draft.charter;
	return r->pin == NULL ? NULL : trust_charter(r->pin, d);
}

/* The charter in force for an entry, as far as the record can know: the proposal's, or a later one that came in between. */
static const struct charter *in_force(const struct record *r, uint64_t index, int64_t time)
{
	const struct charter *best = r->charter;

	for (size_t i = 0; i < r->lines_n && r->lines[i].entry.index < index; i++) {
		const struct charter *c = r->lines[i].entry.event == EVENT_CHARTER ? known(r, &r->lines[i].entry.object) : NULL;

		if (c != NULL && c->version > best->version && c->effective <= time)
			best = c;
	}
	return best;
}

/* Between the last of a record's entries and that which ended the membership there may be charters that the record does not show: the head
 * above both may be signed by a notary of one of them, if it is trusted. */
static const struct charter_key *later_notary(const struct record *r, const struct digest *kid, int64_t time)
{
	const struct charter_key *k = NULL;

	for (size_t i = 0; r->has_ended && r->pin != NULL && i < r->pin->charters_n && k == NULL; i++) {
		const struct charter *c = r->pin->charters[i].charter;

		if (c->version > r->charter->version && c->effective <= time)
			k = charter_notary(c, kid, time);
	}
	return k;
}

bool record_notary(struct record *r, const struct jws *j, uint64_t index, int64_t time, const char *what)
{
	const struct charter_key *k = j->n == 1 ? charter_notary(in_force(r, index, time), &j->sigs[0].kid, time) : NULL;

	if (k == NULL && j == &r->head_jws && j->n == 1)
		k = later_notary(r, &j->sigs[0].kid, time);
	if (k == NULL)
		return err_set(r->e, "not_a_notary", "the %s is not signed by a notary that the charter in force names for its time", what);
	if (jws_verify(r->c, j, 0, &k->key, r->e))
		return true;
	err_prefix(r->e, "%s: ", what);
	return false;
}
