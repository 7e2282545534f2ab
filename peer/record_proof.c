/* SPDX-License-Identifier: ISC
 * The entries of a record, and the one proof that all of them stand in the log which its head signs (docs/objects/record.md). */
#include <stdlib.h>

#include "peer/record_state.h"

static size_t lines_in(const struct record *r)
{
	return r->links_n + r->lines_n + r->has_ended;
}

/* In the order of the log: the charters' entries, those from the proposal on, and that which ended a membership. */
static struct record_line *line_at(struct record *r, size_t i)
{
	if (i < r->links_n)
		return &r->links[i].line;
	i -= r->links_n;
	return i < r->lines_n ? &r->lines[i] : &r->ended;
}

static const char *what_is(const struct record *r, size_t i)
{
	if (i < r->links_n)
		return "a charter's entry";
	return i - r->links_n < r->lines_n ? "an entry" : "the entry that ended the membership";
}

static bool parse(struct record *r, struct record_line *line, const char *what)
{
	struct slice bytes = slice_of(r->bytes.p + line->at, line->n);

	if (!entry_parse(bytes, &line->entry, r->e)) {
		err_prefix(r->e, "%s: ", what);
		return false;
	}
	if (digest_compare(&line->entry.genesis, &r->genesis) != 0)
		return err_set(r->e, "record_mixed", "%s is of another group's log", what);
	merkle_leaf(bytes, &line->leaf);
	return true;
}

static bool gather(struct record *r, struct merkle_item *items)
{
	for (size_t i = 0; i < lines_in(r); i++) {
		struct record_line *line = line_at(r, i);

		if (!parse(r, line, what_is(r, i)))
			return false;
		items[i] = (struct merkle_item){ line->entry.index, line->leaf };
		if (i > 0 && items[i].index <= items[i - 1].index)
			return err_set(r->e, "log_order", "%s (number %llu) does not stand behind the one before it", what_is(r, i),
				(unsigned long long)items[i].index);
	}
	return true;
}

bool record_believe_entries(struct record *r)
{
	struct merkle_item *items = calloc(lines_in(r) + 1, sizeof(*items));
	const struct digest *nodes = (const struct digest *)(const void *)r->nodes.p;
	bool rc;

	if (items == NULL)
		return err_memory(r->e);
	rc = gather(r, items) &&
		(merkle_set_verify(items, lines_in(r), r->head.size, nodes, r->nodes.n / sizeof(*nodes), &r->head.root) ||
			err_set(r->e, "bad_proof", "entries and nodes do not make up the log that the head signs"));
	free(items);
	return rc;
}
