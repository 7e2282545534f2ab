/* SPDX-License-Identifier: ISC
 * What one more identity costs, in sentences. docs/cost.md. */
#include <stdio.h>

#include "charter/cost.h"
#include "charter/explain.h"

enum { WORDS_MAX = 16 };

/* What is to be joined by commas and one "and". */
struct words {
	const char *word[WORDS_MAX];
	size_t n;
};

/* ---- what has a price */

static void add_puzzles(uint32_t kinds, struct words *w)
{
	static const char *const puzzles[] = { "a graphic puzzle", "a logic puzzle",
		"an audio puzzle" }; /* in the order of enum captcha_kind */

	for (unsigned i = 0; i < sizeof(puzzles) / sizeof(puzzles[0]); i++)
		if ((kinds & 1u << i) != 0)
			w->word[w->n++] = puzzles[i];
}

static void add_deciders(uint32_t by, struct words *w)
{
	static const struct {
		enum requirement_type type;
		const char *words;
	} all[] = { { REQ_VOTES, "a vote of members" }, { REQ_VOUCHES, "members who vouch" },
		{ REQ_AUTHORITY, "the approval of operators" }, { REQ_LIST, "a place on the charter's list" },
		{ REQ_INVITATION, "an invitation" } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if ((by & 1u << all[i].type) != 0)
			w->word[w->n++] = all[i].words;
}

static void join(const struct words *w, struct buf *out)
{
	for (size_t i = 0; i < w->n; i++) {
		if (i > 0)
			buf_add_str(out, i + 1 == w->n ? " and " : ", ");
		buf_add_str(out, w->word[i]);
	}
}

static void say_what(const struct cost *c, struct buf *out)
{
	char seconds[64], words[64];
	struct words w = { 0 };

	snprintf(seconds, sizeof(seconds), "%llu.%03u seconds of one processor core", (unsigned long long)(c->cpu_ms / 1000),
		(unsigned)(c->cpu_ms % 1000));
	snprintf(words, sizeof(words), "the word of %llu outside service%s", (unsigned long long)c->words, c->words == 1 ? "" : "s");
	if (c->cpu_ms > 0)
		w.word[w.n++] = seconds;
	add_puzzles(c->puzzles, &w);
	if (c->words > 0)
		w.word[w.n++] = words;
	add_deciders(c->by, &w);
	buf_add_str(out, "One more identity costs an attacker, by the cheapest way in, ");
	if (w.n == 0)
		buf_add_str(out, "nothing");
	join(&w, out);
	buf_add_str(out, ".\n");
}

static void say_price(const struct cost *c, struct buf *out)
{
	const uint64_t cents = cost_nano_usd(c) / 10; /* of a million */

	if (cost_nano_usd(c) == 0)
		return;
	buf_printf(out, "For a million identities that is about USD %llu.%02u%s.\n", (unsigned long long)(cents / 100),
		(unsigned)(cents % 100), c->puzzles != 0 ? ", when hired people solve the puzzles" : "");
	if (c->puzzles != 0)
		buf_add_str(out, "A program that was trained for a puzzle solves it for next to nothing.\n");
}

/* ---- and what has none */

static void say_bounds(const struct cost *c, struct buf *out)
{
	if (c->deciders > 0)
		buf_add_str(out, "What people decide has no price here; it is what bounds the number of identities.\n");
	else
		buf_add_str(out, "Nobody decides on it, so nothing in this rule bounds the number of identities.\n");
	buf_add_str(out, "Puzzles and work bound the rate at which they come; votes, quotas and sponsors bound their count.\n");
}

void explain_cost(const struct charter *c, struct buf *out)
{
	struct cost cost;

	if (c->admission == NULL)
		return;
	cost = cost_of_entry(c->admission);
	if (!cost.possible) {
		buf_add_str(out, "There is no way in: the work that is asked for is more than anybody can do.\n");
		return;
	}
	say_what(&cost, out);
	say_price(&cost, out);
	say_bounds(&cost, out);
}
