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

bool ledger_electorate(const struct ledger *l, uint64_t index, struct electorate *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < l->members.n; i++) {
		const struct ledger_member *m = &l->members.v[i];
		struct elector one = { .member = m->member, .weight = 1 };

		if (m->joined >= index || m->ended < index)
			continue;
		one.key = ledger_member_key(l, i, index)->thumb;
		if (!electorate_add(out, &one, e)) {
			electorate_free(out);
			return false;
		}
	}
	electorate_sort(out);
	return true;
}
