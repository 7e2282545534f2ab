/* SPDX-License-Identifier: ISC
 * Challenges that the authority sets, for the tests of acts: asked for, answered and redeemed by folk. */
#ifndef TESTS_LIB_TICKETS_H
#define TESTS_LIB_TICKETS_H

#include "authority/puzzles.h"
#include "tests/lib/folk_evidence.h"
#include "voting/ticket.h"

/* Where the requests come in. */
#define TICKETS_HERE "groups.example"

/* cmocka's setup and teardown: realm_start's, with an authority that sets graphic puzzles and work, and gives a key three tickets. */
int tickets_start(void **state);
int tickets_stop(void **state);

/* A request as it should be, for an application to come. */
struct ticket tickets_asked(struct folk *f, const struct sig_key *k);
/* The answer to a request, for json_decref; NULL with e. */
json_t *tickets_ask(struct folk *f, const struct ticket *t, const struct sig_key *k, struct err *e);
/* The same, about a subject (NULL: an application to come), or the test fails; it is refused by this name, or the test fails. */
json_t *tickets_for(struct folk *f, const struct sig_key *k, const struct digest *subject);
void tickets_not_asked(struct folk *f, const struct ticket *t, const struct sig_key *k, const char *name);

/* A member that is a string; the ticket's challenge of a kind, borrowed, NULL: it has none; its identifier. */
const char *tickets_member(const json_t *o, const char *name);
const json_t *tickets_of_kind(const json_t *ticket, const char *kind);
struct id16 tickets_id(const json_t *challenge);

/* Names of refusals, "" for none. Static text, but that of tickets_apply, which is e's. */
const char *tickets_show(struct folk *f, const json_t *challenge, const char *origin, size_t *bytes);
const char *tickets_reply(struct folk *f, const json_t *challenge, const char *text);
/* Applies with these terms (NULL: none) by this worker. digest may be NULL. */
const char *tickets_apply(
	struct folk *f, struct worker *w, const struct sig_key *k, const char *terms, struct digest *digest, struct err *e);

/* What the authority alone knows; an answer for act_answer; the right one, given. */
void tickets_right(struct folk *f, const json_t *challenge, char out[static PUZZLE_ANSWER]);
struct answer_in tickets_answer(const struct folk *f, const json_t *challenge, const char *text);
void tickets_solve(struct folk *f, const json_t *challenge);

#endif
