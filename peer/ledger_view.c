/* SPDX-License-Identifier: ISC
 * Looking into a ledger. */
#include "peer/ledger_state.h"

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

static bool is_elector(const struct ledger_member *m, uint64_t index)
{
	return m->joined < index && m->ended >= index;
}

bool ledger_electorate(const struct ledger *l, uint64_t index, struct electorate *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < l->order.n; i++) {
		const struct ledger_member *m = &l->members.v[l->order.v[i]];
		struct elector one = { .member = m->member, .weight = 1 };

		if (!is_elector(m, index))
			continue;
		one.key = ledger_member_key(l, l->order.v[i], index)->thumb;
		if (!electorate_add(out, &one, e)) {
			electorate_free(out);
			return false;
		}
	}
	return true;
}

void ledger_electorate_root(const struct ledger *l, uint64_t index, size_t *n, struct digest *root)
{
	struct merkle_frontier f = { 0 };

	for (uint32_t i = 0; i < l->order.n; i++)
		if (is_elector(&l->members.v[l->order.v[i]], index))
			merkle_append(&f, &ledger_member_key(l, l->order.v[i], index)->leaf);
	*n = (size_t)f.size;
	merkle_frontier_root(&f, root);
}
