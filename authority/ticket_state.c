/* SPDX-License-Identifier: ISC
 * How a ticket stands: which of its challenges are met, what is still wanted, and of that the puzzles that nobody has seen yet. */
#include <string.h>

#include "authority/acts.h"
#include "authority/answer.h"
#include "authority/read.h"
#include "authority/store_puzzle.h"
#include "authority/ticket.h"
#include "charter/explain.h"

_Static_assert((PUZZLE_KINDS - 1) * TICKET_TURNS < PUZZLES_OF_TICKET_MAX, "a ticket's puzzles are all seen at once");

struct standing {
	struct worker *w;
	struct brought b;
	struct purpose p;
	struct ticket_state s;
	struct fact_challenge met[PUZZLE_KINDS];
	size_t met_n;
	bool wanted[PUZZLE_KINDS];
};

static bool find_ticket(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin,
	struct brought *out, struct err *e)
{
	return ticket_brought(w, group, id, terms, origin, out, e) &&
		(out->terms.kind == PUZZLE_TICKET || err_set(e, "not_found", "these are the terms of a challenge, not of its ticket"));
}

static void note_met(struct standing *st)
{
	for (int k = PUZZLE_TICKET + 1; k < PUZZLE_KINDS; k++) {
		const struct puzzle_row *row = puzzle_row((enum puzzle_kind)k);

		if ((st->s.solved >> k & 1) != 0)
			st->met[st->met_n++] = (struct fact_challenge){
				.type = row->type, .captcha = row->captcha, .effort = st->b.terms.effort, .provider = st->b.terms.label
			};
	}
}

/* id NULL: any. Not freed: it holds nothing. */
static bool stand(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, struct standing *st,
	struct err *e)
{
	int64_t effort = 0;

	*st = (struct standing){ .w = w };
	if (!find_ticket(w, group, id, terms, origin, &st->b, e) ||
		!purpose_find(w, &st->b.group, &st->b.terms.subject, &st->b.terms.key, &st->p, e) ||
		!store_puzzle_state(w, st->b.group.g, &st->b.terms.ticket, &st->s, e))
		return false;
	note_met(st);
	if (!st->s.spent)
		puzzles_asked(w->a->puzzles, st->p.asked, st->met, st->met_n, st->wanted, &effort);
	return true;
}

/* ---- in words */

static json_t *names(const bool *kinds, uint32_t bits)
{
	json_t *all = json_array();

	for (int k = PUZZLE_TICKET + 1; k < PUZZLE_KINDS; k++)
		if ((kinds != NULL && kinds[k]) || (bits >> k & 1) != 0)
			json_array_append_new(all, json_string(puzzle_row((enum puzzle_kind)k)->name));
	return all;
}

static json_t *state(const struct standing *st)
{
	return json_pack("{s:I, s:o, s:o, s:b, s:b}", "until", (json_int_t)st->b.terms.until, "solved", names(NULL, st->s.solved), "wanted",
		names(st->wanted, 0), "sponsor", st->s.sponsor, "spent", st->s.spent);
}

bool act_ticket_state(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, struct answer *out,
	struct err *e)
{
	struct standing st;

	return stand(w, group, id, terms, origin, &st, e) && answer_set(out, state(&st), "", true, e);
}

bool act_ticket_sponsor(struct worker *w, const char *group, const char *terms, const char *origin, struct err *e)
{
	struct standing st;
	bool first;

	if (!stand(w, group, NULL, terms, origin, &st, e))
		return false;
	if (!st.p.applicants || !puzzles_way_in(w->a->puzzles, st.p.asked, st.met, st.met_n))
		return err_set(e, "not_allowed", "under this charter nobody's word stands for the challenge");
	return store_puzzle_show(w, st.b.group.g, &st.b.terms, 0, &first, e);
}

/* ---- for a page */

/* TICKET_TURNS: all were seen. */
static uint32_t next_turn(const struct standing *st, enum puzzle_kind kind)
{
	struct id16 id;
	size_t i = 0;

	for (uint32_t turn = 0; turn < TICKET_TURNS; turn++) {
		secret_id(st->b.secret, &st->b.terms.ticket, kind, turn, &id);
		for (i = 0; i < st->s.touched_n && id16_compare(&st->s.touched[i], &id) != 0;)
			i++;
		if (i == st->s.touched_n)
			return turn;
	}
	return TICKET_TURNS;
}

static json_t *challenge(const struct standing *st, enum puzzle_kind kind, int64_t now, struct err *e)
{
	/* Work shows nothing: what was set is good until it is met. */
	const uint32_t turn = kind == PUZZLE_WORK ? 0 : next_turn(st, kind);

	if (turn == TICKET_TURNS)
		return json_pack("{s:s}", "kind", puzzle_row(kind)->name);
	return ticket_challenge(&st->b, kind, turn, now, e);
}

static json_t *asked(const struct standing *st, struct err *e)
{
	struct buf text = { 0 };
	uint32_t members = 0;
	json_t *v = NULL;

	if (!read_members_count(st->w, &st->b.group, &members, e))
		return NULL;
	if (st->p.applicants ? explain_requirement(st->p.charter, st->p.asked, members, &text)
			     : explain_human(st->p.charter, st->p.asked, st->p.vote ? "the voter" : "who vouches", &text))
		v = json_stringn((const char *)text.p, text.n);
	buf_free(&text);
	return v;
}

json_t *read_ticket(struct worker *w, const char *group, const char *text, const char *origin, struct err *e)
{
	json_t *doc = NULL, *all = NULL;
	struct standing st;
	int64_t now;
	bool ok = stand(w, group, NULL, text, origin, &st, e) && db_now(w->db, &now, e) && (doc = state(&st)) != NULL &&
		(all = json_array()) != NULL;

	for (int k = PUZZLE_TICKET + 1; ok && k < PUZZLE_KINDS; k++)
		ok = !st.wanted[k] || json_array_append_new(all, challenge(&st, (enum puzzle_kind)k, now, e)) == 0;
	ok = ok && json_object_set_new(doc, "group", json_string(st.b.group.name)) == 0 &&
		json_object_set_new(doc, "asked", asked(&st, e)) == 0 && json_object_set(doc, "challenges", all) == 0 &&
		json_object_set_new(
			doc, "optional", json_boolean(st.p.applicants && puzzles_way_in(w->a->puzzles, st.p.asked, st.met, st.met_n))) == 0;
	json_decref(all);
	if (ok)
		return doc;
	json_decref(doc);
	if (err_ok(e))
		err_memory(e);
	return NULL;
}
