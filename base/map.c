/* SPDX-License-Identifier: ISC */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

struct map_slot {
	struct digest key;
	uint32_t value; /* MAP_NONE: free */
};

static uint32_t slot_of(const struct map *m, const struct digest *key)
{
	uint32_t i = bytes_u32(key->b) & (m->cap - 1);

	while (m->slots[i].value != MAP_NONE && digest_compare(&m->slots[i].key, key) != 0)
		i = (i + 1) & (m->cap - 1);
	return i;
}

uint32_t map_find(const struct map *m, const struct digest *key)
{
	return m->cap == 0 ? MAP_NONE : m->slots[slot_of(m, key)].value;
}

static bool grow(struct map *m)
{
	struct map bigger = { .cap = m->cap == 0 ? 64 : m->cap * 2 };

	bigger.slots = malloc(sizeof(*bigger.slots) * bigger.cap);
	if (bigger.slots == NULL)
		return false;
	for (uint32_t i = 0; i < bigger.cap; i++)
		bigger.slots[i].value = MAP_NONE;
	for (uint32_t i = 0; i < m->cap; i++)
		if (m->slots[i].value != MAP_NONE)
			bigger.slots[slot_of(&bigger, &m->slots[i].key)] = m->slots[i];
	bigger.n = m->n;
	free(m->slots);
	*m = bigger;
	return true;
}

bool map_put(struct map *m, const struct digest *key, uint32_t value)
{
	uint32_t i;

	if (m->n >= m->cap / 2 && !grow(m))
		return false;
	i = slot_of(m, key);
	m->n += m->slots[i].value == MAP_NONE;
	m->slots[i].key = *key;
	m->slots[i].value = value;
	return true;
}

/* Closes the gap that the key leaves (Knuth, The Art of Computer Programming 6.4, algorithm R), so that no tombstone is needed. */
void map_remove(struct map *m, const struct digest *key)
{
	uint32_t gap, i;

	if (map_find(m, key) == MAP_NONE)
		return;
	gap = i = slot_of(m, key);
	for (;;) {
		uint32_t home;

		i = (i + 1) & (m->cap - 1);
		if (m->slots[i].value == MAP_NONE)
			break;
		home = bytes_u32(m->slots[i].key.b) & (m->cap - 1);
		if (((i - home) & (m->cap - 1)) >= ((i - gap) & (m->cap - 1))) {
			m->slots[gap] = m->slots[i];
			gap = i;
		}
	}
	m->slots[gap].value = MAP_NONE;
	m->n--;
}

void map_free(struct map *m)
{
	free(m->slots);
	memset(m, 0, sizeof(*m));
}
