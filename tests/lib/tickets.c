/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/tickets.h"

int tickets_start(void **state)
{
	const struct puzzles_options o = { .kinds = "graphic work", .per_key = 3, .work = 0 };
	int rc = realm_start(state);
	struct realm *r = *state;

	r->a.puzzles = puzzles_new(&o, NULL);
	return rc != 0 || r->a.puzzles == NULL;
}

int tickets_stop(void **state)
{
	struct realm *r = *state;
	struct puzzles *own = (struct puzzles *)(uintptr_t)r->a.puzzles;
	int rc = realm_stop(state);

	puzzles_free(own);
	return rc;
}

/* ---- asking */

struct ticket tickets_asked(struct folk *f, const struct sig_key *k)
{
	struct ticket t = { .genesis = f->g.genesis, .charter = f->charter->object.digest, .key = *sig_key_pub(k) };

	assert_true(db_now(f->r->w->db, &t.iat, NULL));
	return t;
}

json_t *tickets_ask(struct folk *f, const struct ticket *t, const struct sig_key *k, struct err *e)
{
	const uint8_t nonce[TICKET_NONCE] = { 1 };
	struct said s = said_by(f->r->w, KIND_TICKET, ticket_print(t, nonce), &k, 1);
	struct answer out = { 0 };
	json_t *doc = NULL;

	if (act_ticket(f->r->w, f->g.name, &s.j, TICKETS_HERE, &out, e))
		doc = json_read(buf_slice(&out.text), 65536, NULL);
	answer_free(&out);
	said_free(&s);
	return doc;
}

json_t *tickets_for(struct folk *f, const struct sig_key *k, const struct digest *subject)
{
	struct ticket t = tickets_asked(f, k);
	struct err e = { 0 };
	json_t *doc;

	if (subject != NULL)
		t.subject = *subject;
	doc = tickets_ask(f, &t, k, &e);
	assert_string_equal(e.name, "");
	return doc;
}

void tickets_not_asked(struct folk *f, const struct ticket *t, const struct sig_key *k, const char *name)
{
	struct err e = { 0 };

	assert_null(tickets_ask(f, t, k, &e));
	assert_string_equal(e.name, name);
}

const char *tickets_member(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

/* The ticket's challenge of a kind; NULL: it has none. Borrowed. */
const json_t *tickets_of_kind(const json_t *ticket, const char *kind)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(ticket, "challenges"), i, one) if (strcmp(tickets_member(one, "kind"), kind) == 0) return one;
	return NULL;
}

/* ---- showing and answering */

struct id16 tickets_id(const json_t *challenge)
{
	struct id16 id;

	assert_true(id16_parse(tickets_member(challenge, "id"), &id));
	return id;
}

const char *tickets_show(struct folk *f, const json_t *c, const char *origin, size_t *n)
{
	static struct err e;
	struct id16 id = tickets_id(c);
	struct buf png = { 0 };

	err_clear(&e);
	act_give(f->r->w, f->g.name, &id, tickets_member(c, "terms"), origin, false, 0, &png, &e);
	if (n != NULL)
		*n = png.n;
	buf_free(&png);
	return e.name;
}

/* What the authority alone knows. */
void tickets_right(struct folk *f, const json_t *c, char out[static PUZZLE_ANSWER])
{
	const struct secret *s;
	struct terms t;

	assert_true(secrets_terms(f->r->w, tickets_member(c, "terms"), &t, &s, NULL));
	puzzle_answer(s, &t, out);
}

struct answer_in tickets_answer(const struct folk *f, const json_t *c, const char *text)
{
	return (struct answer_in){
		.group = f->g.name, .terms = tickets_member(c, "terms"), .origin = TICKETS_HERE, .text = text, .id = tickets_id(c)
	};
}

const char *tickets_reply(struct folk *f, const json_t *c, const char *text)
{
	static struct err e;
	struct answer_in in = tickets_answer(f, c, text);

	act_answer(f->r->w, &in, 1);
	answer_free(&in.answer);
	e = in.e;
	return e.name;
}

void tickets_solve(struct folk *f, const json_t *c)
{
	char text[PUZZLE_ANSWER];

	tickets_right(f, c, text);
	assert_string_equal(tickets_reply(f, c, text), "");
}

/* ---- applying */

const char *tickets_apply(
	struct folk *f, struct worker *w, const struct sig_key *k, const char *terms, struct digest *digest, struct err *e)
{
	struct application a = folk_application(f, w, k);
	struct said s = folk_sign_application(w, &a, k);
	const struct ticket_in ticket = { terms, TICKETS_HERE };
	struct answer out = { 0 };

	err_clear(e);
	if (act_apply(w, f->g.name, &s.j, s.doc, NULL, terms != NULL ? &ticket : NULL, &out, e) && digest != NULL)
		assert_true(digest_parse(out.id, digest));
	answer_free(&out);
	said_free(&s);
	return e->name;
}
