/* SPDX-License-Identifier: ISC
 * Asking for challenges: a request signed by a key is answered with a ticket and a challenge of each kind that the charter asks for.
 * Nothing is stored: what was set follows from the ticket's terms and the authority's secret. */
#include "authority/ticket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority/acts.h"
#include "authority/answer.h"
#include "authority/store_puzzle.h"
#include "authority/work_pool.h"
#include "voting/ticket.h"

/* ---- what comes back */

static bool sets_any(struct worker *w, struct err *e)
{
	return w->a->puzzles != NULL || err_set(e, "not_found", "this authority sets no challenges; ask its operator who does");
}

static bool find_group(struct worker *w, const char *group, struct moment *m, struct err *e)
{
	if (m->now > 0 && strcmp(m->group.name, group) == 0)
		return true;
	m->now = 0;
	return group_find(w, group, &m->group, e) && db_now(w->db, &m->now, e);
}

bool ticket_brought_at(struct worker *w, struct moment *m, const char *group, const struct id16 *id, const char *text, const char *origin,
	struct brought *out, struct err *e)
{
	if (!sets_any(w, e) || !find_group(w, group, m, e) || !secrets_terms(w, text, &out->terms, &out->secret, e))
		return false;
	out->group = m->group;
	if (digest_compare(&out->terms.genesis, &out->group.genesis) != 0)
		return err_set(e, "challenge_foreign", "this challenge is of another group than %s", out->group.name);
	if (strcmp(out->terms.origin, origin) != 0)
		return err_set(e, "challenge_foreign", "this challenge was set at %s; bring it back there", out->terms.origin);
	if (id != NULL && id16_compare(&out->terms.id, id) != 0)
		return err_set(e, "challenge_foreign", "these terms are of another challenge than the one that the address names");
	return m->now < out->terms.until || err_set(e, "challenge_expired", "this challenge has run out: ask for another one");
}

bool ticket_brought(struct worker *w, const char *group, const struct id16 *id, const char *text, const char *origin, struct brought *out,
	struct err *e)
{
	struct moment m = { 0 };

	return ticket_brought_at(w, &m, group, id, text, origin, out, e);
}

/* ---- setting */

static bool add_questions(json_t *o, const struct secret *s, const struct terms *t)
{
	const struct puzzle_row *row = puzzle_row(t->kind);
	json_t *all;

	if (row->parts == 0)
		return true;
	all = json_array();
	for (unsigned i = 0; i < row->parts; i++)
		if (json_array_append_new(all, json_string(puzzle_question(s, t, i))) != 0) {
			json_decref(all);
			return false;
		}
	return json_object_set_new(o, "questions", all) == 0;
}

static bool add_more(json_t *o, const struct terms *t)
{
	if (t->kind == PUZZLE_WORK)
		return json_object_set_new(o, "effort", json_integer(t->effort)) == 0;
	if (t->kind == PUZZLE_EXTERNAL)
		return json_object_set_new(o, "provider", json_string(t->label)) == 0;
	return true;
}

json_t *ticket_challenge(const struct brought *b, enum puzzle_kind kind, uint32_t turn, int64_t now, struct err *e)
{
	char text[TERMS_TEXT], id[ID16_TEXT];
	struct terms t;
	json_t *o;

	puzzle_terms(b->secret, &b->terms, kind, turn, now, &t);
	terms_write(&t, b->secret->terms, text);
	id16_text(&t.id, id);
	o = json_pack("{s:s, s:s, s:s, s:I}", "id", id, "kind", puzzle_row(kind)->name, "terms", text, "until", (json_int_t)t.until);
	if (o != NULL && add_questions(o, b->secret, &t) && add_more(o, &t))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}

/* ---- the request */

struct asking {
	struct worker *w;
	struct brought b;
	struct ticket request;
	struct purpose purpose;
	bool kinds[PUZZLE_KINDS];
	int64_t now;
};

static bool in_time(const struct asking *act, struct err *e)
{
	const int64_t off = act->request.iat - act->now;

	return (off <= TICKET_SLACK && off >= -TICKET_SLACK) ||
		err_set(e, "wrong_time", "the request for challenges was signed %lld seconds from now: set the clock",
			(long long)(off < 0 ? -off : off));
}

static bool within_limit(const struct asking *act, struct err *e)
{
	struct timespec t;
	unsigned wait;

	clock_gettime(CLOCK_MONOTONIC, &t);
	if (limit_take(act->w->a->puzzles->by_key, act->request.thumb.b, t.tv_sec * 1000 + t.tv_nsec / 1000000, &wait))
		return true;
	return err_set(e, "challenges_many", "this key has asked for many challenges; wait %u seconds", wait);
}

static bool check(struct asking *act, const char *group, const struct jws *j, struct err *e)
{
	const struct digest *genesis = &act->b.group.genesis;

	if (!sets_any(act->w, e) || !group_find(act->w, group, &act->b.group, e) || !ticket_verify(act->w->crypto, j, &act->request, e) ||
		!db_now(act->w->db, &act->now, e) || !in_time(act, e))
		return false;
	if (digest_compare(&act->request.genesis, genesis) != 0)
		return err_set(e, "wrong_context", "this request is to another group than %s", act->b.group.name);
	return within_limit(act, e);
}

/* The terms of the ticket itself. */
static bool fill(struct asking *act, const char *origin, struct err *e)
{
	struct terms *t = &act->b.terms;

	if (!secrets_newest(act->w, &act->b.secret, e))
		return false;
	*t = (struct terms){ .kind = PUZZLE_TICKET,
		.secret = act->b.secret->number,
		.genesis = act->b.group.genesis,
		.charter = act->request.charter,
		.key = act->request.thumb,
		.subject = act->request.subject,
		.iat = act->now,
		.until = act->now + TICKET_LIFE };
	bytes_random(t->ticket.b, sizeof(t->ticket.b));
	t->id = t->ticket;
	return (size_t)snprintf(t->origin, sizeof(t->origin), "%s", origin) < sizeof(t->origin) ||
		err_set(e, "bad_request", "the name that this was sent to is too long");
}

static bool choose(struct asking *act, struct err *e)
{
	struct terms *t = &act->b.terms;

	if (!purpose_find(act->w, &act->b.group, &t->subject, &t->key, &act->purpose, e))
		return false;
	if (digest_compare(&act->purpose.charter->object.digest, &t->charter) != 0)
		return err_set(e, "charter_not_in_force", "the request names another version of the charter than %u, which counts here",
			(unsigned)act->purpose.charter->version);
	puzzles_asked(act->w->a->puzzles, act->purpose.asked, NULL, 0, act->kinds, &t->effort);
	if (t->effort > 0)
		t->effort = work_pool_effort(act->w->a->puzzles->pool, t->effort);
	if (act->kinds[PUZZLE_EXTERNAL])
		snprintf(t->label, sizeof(t->label), "%s", act->w->a->puzzles->label);
	for (int k = PUZZLE_TICKET + 1; k < PUZZLE_KINDS; k++)
		if (act->kinds[k])
			return true;
	return err_set(e, "not_allowed", "what the charter asks for here is set by others than this authority");
}

static json_t *all_challenges(struct asking *act, struct err *e)
{
	json_t *all = json_array();

	for (int k = PUZZLE_TICKET + 1; k < PUZZLE_KINDS && err_ok(e); k++)
		if (act->kinds[k] && json_array_append_new(all, ticket_challenge(&act->b, (enum puzzle_kind)k, 0, act->now, e)) != 0)
			err_memory(e);
	if (err_ok(e))
		return all;
	json_decref(all);
	return NULL;
}

bool act_ticket(struct worker *w, const char *group, const struct jws *request, const char *origin, struct answer *out, struct err *e)
{
	struct asking act = { .w = w };
	struct err why = { 0 };
	char text[TERMS_TEXT], id[ID16_TEXT];
	json_t *all;

	if (!check(&act, group, request, &why) || !fill(&act, origin, &why) || !choose(&act, &why) ||
		(all = all_challenges(&act, &why)) == NULL)
		return err_set(e, why.name, "%s", why.text);
	terms_write(&act.b.terms, act.b.secret->terms, text);
	id16_text(&act.b.terms.id, id);
	return answer_set(out,
		json_pack("{s:s, s:s, s:I, s:o}", "id", id, "ticket", text, "until", (json_int_t)act.b.terms.until, "challenges", all), id,
		true, e);
}
