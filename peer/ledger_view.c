/* SPDX-License-Identifier: ISC
 * Looking into a ledger. */
#include "peer/ledger_state.h"

#include <stdlib.h>
#include <string.h>

const struct digest *ledger_genesis(const struct ledger *l)
{
	return &l->genesis;
}

uint64_t ledger_size(const struct ledger *l)
{
	return l->frontier.size;
}

int64_t ledger_time(const struct ledger *l)
{
	return l->time;
}

bool ledger_root(const struct ledger *l, uint64_t size, struct digest *out)
{
	if (size > l->frontier.size)
		return false;
	if (size == 0)
		merkle_root(NULL, 0, out);
	else
		*out = l->roots.v[size - 1];
	return true;
}

const struct digest *ledger_leaf(const struct ledger *l, uint64_t index)
{
	return index < l->frontier.size ? &l->leaves.v[index] : NULL;
}

const struct charter *ledger_charter(const struct ledger *l, uint64_t index, int64_t time)
{
	for (uint32_t i = l->charters.n; i > 0; i--) {
		const struct ledger_charter *lc = &l->charters.v[i - 1];
		const struct charter *c = lc->signed_charter.charter;

		if (lc->index < index && (c->version == 1 || c->effective <= time))
			return c;
	}
	return NULL;
}

const struct charter *ledger_newest(const struct ledger *l)
{
	return l->charters.n == 0 ? NULL : l->charters.v[l->charters.n - 1].signed_charter.charter;
}

const struct charter *ledger_charter_by(const struct ledger *l, const struct digest *charter)
{
	for (uint32_t i = l->charters.n; i > 0; i--) {
		const struct charter *c = l->charters.v[i - 1].signed_charter.charter;

		if (digest_compare(&c->object.digest, charter) == 0)
			return c;
	}
	return NULL;
}

void id16_key(const struct id16 *id, struct digest *out)
{
	digest_sha256(slice_of(id->b, sizeof(id->b)), out);
}

uint32_t ledger_member_find(const struct ledger *l, const struct id16 *member)
{
	struct digest key;

	id16_key(member, &key);
	return map_find(&l->by_member, &key);
}

bool ledger_member_active(const struct ledger *l, uint32_t m)
{
	return m != NONE && l->members.v[m].ended == NEVER;
}

const struct ledger_key *ledger_member_key(const struct ledger *l, uint32_t m, uint64_t index)
{
	uint32_t k = l->members.v[m].key;

	while (l->keys.v[k].from >= index && l->keys.v[k].older != NONE)
		k = l->keys.v[k].older;
	return &l->keys.v[k];
}

/* Where a member stands in the order, or would stand. */
static uint32_t order_find(const struct ledger *l, const struct id16 *member)
{
	uint32_t low = 0, high = l->order.n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (id16_compare(&l->members.v[l->order.v[mid]].member, member) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool ledger_order_add(struct ledger *l)
{
	uint32_t at = order_find(l, &l->members.v[l->members.n - 1].member), *last = ARRAY_ADD(l->order);

	if (last == NULL)
		return false;
	memmove(&l->order.v[at + 1], &l->order.v[at], (l->order.n - 1 - at) * sizeof(*last));
	l->order.v[at] = l->members.n - 1;
	return true;
}

void ledger_order_remove(struct ledger *l, uint32_t member)
{
	uint32_t at = order_find(l, &l->members.v[member].member);

	if (at == l->order.n || l->order.v[at] != member)
		return;
	l->order.n--;
	memmove(&l->order.v[at], &l->order.v[at + 1], (l->order.n - at) * sizeof(l->order.v[0]));
}

bool ledger_member_founder(const struct ledger *l, uint32_t m)
{
	return digest_compare(&l->members.v[m].decision, &l->genesis) == 0;
}

bool ledger_member_elector(const struct ledger *l, uint32_t m, uint64_t index)
{
	return m != NONE && l->members.v[m].joined < index && l->members.v[m].ended >= index;
}

bool ledger_member_voteless(const struct ledger *l, uint32_t m, int64_t opened, int64_t probation)
{
	return probation > 0 && l->members.v[m].since + probation > opened && !ledger_member_founder(l, m);
}

static int64_t probation_at(const struct ledger *l, uint64_t index, int64_t opened)
{
	const struct charter *c = ledger_charter(l, index, opened);

	return c == NULL ? 0 : c->voting.probation;
}

bool ledger_electorate(const struct ledger *l, uint64_t index, int64_t opened, struct electorate *out, struct err *e)
{
	int64_t probation = probation_at(l, index, opened);

	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < l->order.n; i++) {
		uint32_t m = l->order.v[i];
		struct elector one = { .member = l->members.v[m].member };

		if (!ledger_member_elector(l, m, index))
			continue;
		one.key = ledger_member_key(l, m, index)->thumb;
		one.held = !ledger_member_voteless(l, m, opened, probation) && ledger_member_suspended(l, m, index, opened);
		one.weight = one.held || ledger_member_voteless(l, m, opened, probation) ? 0 : 1;
		if (!electorate_add(out, &one, e)) {
			electorate_free(out);
			return false;
		}
	}
	return true;
}

void ledger_electorate_root(const struct ledger *l, uint64_t index, int64_t opened, size_t *n, size_t *without, struct digest *root)
{
	int64_t probation = probation_at(l, index, opened);
	struct merkle_frontier f = { 0 };
	struct digest leaf;

	*without = 0;
	for (uint32_t i = 0; i < l->order.n; i++) {
		uint32_t m = l->order.v[i];
		const struct ledger_key *k;
		bool voteless;

		if (!ledger_member_elector(l, m, index))
			continue;
		k = ledger_member_key(l, m, index);
		leaf = k->leaf;
		voteless = ledger_member_voteless(l, m, opened, probation);
		if (voteless || ledger_member_suspended(l, m, index, opened))
			elector_leaf(&(struct elector){ .member = l->members.v[m].member, .key = k->thumb }, &leaf);
		*without += voteless;
		merkle_append(&f, &leaf);
	}
	*n = (size_t)f.size;
	merkle_frontier_root(&f, root);
}

/* Who has a vote, and where it stands; to be freed. NULL with e set. */
static struct ring_seat *seats_of(const struct ledger *l, const struct charter *c, const struct proposal *p, size_t *n, struct err *e)
{
	struct ring_seat *seats = calloc((size_t)l->order.n + 1, sizeof(*seats));

	*n = 0;
	if (seats == NULL)
		err_memory(e);
	for (uint32_t i = 0; seats != NULL && i < l->order.n; i++) {
		uint32_t m = l->order.v[i];

		if (ledger_member_elector(l, m, p->electorate_size) && !ledger_member_voteless(l, m, p->opened, c->voting.probation) &&
			!ledger_member_suspended(l, m, p->electorate_size, p->opened))
			seats[(*n)++] = (struct ring_seat){ l->members.v[m].member, *ledger_member_node(l, m, p->electorate_size) };
	}
	return seats;
}

bool ledger_ring(const struct ledger *l, const struct charter *c, struct proposal *p, struct err *e)
{
	uint32_t nearest, opposite;
	struct ring_seat *seats;
	struct id16 other;
	size_t n;
	bool ok;

	p->has_ring = p->question == Q_ADMIT && charter_ring(c, &nearest, &opposite);
	if (!p->has_ring)
		return true;
	seats = seats_of(l, c, p, &n, e);
	if (seats == NULL)
		return false;
	ring_opposite(&p->node, &other);
	ok = ring_nearest(seats, n, &p->node, nearest, p->nearest, &p->nearest_n, e) &&
		ring_nearest(seats, n, &other, opposite, p->opposite, &p->opposite_n, e);
	free(seats);
	return ok;
}

bool ledger_proposal_whole(const struct ledger *l, const struct ledger_proposal *lp, struct proposal *out, struct err *e)
{
	*out = (struct proposal){ .digest = lp->p.digest,
		.genesis = l->genesis,
		.charter = lp->p.charter,
		.number = lp->p.number,
		.question = lp->p.question,
		.again = lp->p.again,
		.subject = lp->p.subject,
		.key = lp->p.key,
		.member = lp->p.member,
		.node = lp->p.node,
		.electorate_size = lp->index,
		.electorate_n = lp->p.n,
		.electorate_without = lp->p.without,
		.opened = lp->p.opened,
		.term = lp->p.closes - lp->p.opened };
	return ledger_ring(l, ledger_charter_by(l, &lp->p.charter), out, e);
}
