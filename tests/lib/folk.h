/* SPDX-License-Identifier: ISC
 * What the people of a realm's group send: applications, votes, words, motions, requests. Signed with the handles of the worker
 * that is given, so that threads may send at once. What cannot be made fails the test; what is refused gives its error. */
#ifndef TESTS_LIB_FOLK_H
#define TESTS_LIB_FOLK_H

#include "peer/application.h"
#include "peer/request.h"
#include "tests/lib/realm.h"
#include "voting/motion.h"
#include "voting/operator.h"
#include "voting/vote.h"

struct folk {
	struct realm *r;
	struct group g;
	struct charter *charter; /* version 1 */
};
/* A group founded by realm_first's charter after `change` (may be NULL) had its way with it. */
struct folk folk_new(struct realm *r, const char *name, void (*change)(json_t *charter));
void folk_free(struct folk *f);

/* A signed object with its document, as the web would have read it. */
struct said {
	struct jws j;
	json_t *doc;
};
struct said said_by(struct worker *w, const char *kind, json_t *payload, const struct sig_key *const *keys, size_t n);
void said_free(struct said *s);

/* An application as it should be at this moment; its envelope once it may have been changed. The answer may be NULL. */
struct application folk_application(struct folk *f, struct worker *w, const struct sig_key *k);
struct said folk_sign_application(struct worker *w, const struct application *a, const struct sig_key *k);
bool folk_send_application(
	struct folk *f, struct worker *w, const struct application *a, const struct sig_key *k, struct answer *out, struct err *e);
/* Applies, or fails the test: the application's digest. */
struct digest folk_apply(struct folk *f, struct worker *w, const struct sig_key *k);
/* Applies and opens: the proposal's number. */
uint64_t folk_propose(struct folk *f, struct worker *w, const struct sig_key *k);
/* Proposes, has founders 0 and 1 say yes, decides: the new member. */
struct id16 folk_admit(struct folk *f, struct worker *w, const struct sig_key *k);

/* A vote of a member as it should be. */
struct vote folk_vote(struct folk *f, struct worker *w, uint64_t number, const struct id16 *member, enum choice choice);
bool folk_send_vote(struct folk *f, struct worker *w, uint64_t number, const struct vote *v, const struct sig_key *k, struct answer *out,
	struct err *e);
/* Founder i votes: the name of the refusal, or "". Static text. */
const char *folk_cast(struct folk *f, struct worker *w, uint64_t number, size_t i, enum choice choice);

struct motion folk_motion(struct folk *f, const struct id16 *member);
bool folk_send_motion(struct folk *f, struct worker *w, const struct motion *m, const struct sig_key *k, struct answer *out, struct err *e);
/* Founder i moves to expel a member: the proposal's number. */
uint64_t folk_move(struct folk *f, struct worker *w, size_t i, const struct id16 *member);

struct operator_word folk_word(struct folk *f, const struct digest *subject, bool approve);
bool folk_send_word(
	struct folk *f, struct worker *w, const struct operator_word *word, const struct sig_key *k, struct answer *out, struct err *e);

bool folk_send_withdrawal(struct folk *f, struct worker *w, const struct digest *application, const struct sig_key *k, struct err *e);
struct renewal folk_renewal(struct folk *f, const struct id16 *member);
bool folk_send_renewal(
	struct folk *f, struct worker *w, const struct renewal *x, const struct sig_key *k, struct answer *out, struct err *e);
bool folk_send_rekey(struct folk *f, struct worker *w, const struct id16 *member, const struct sig_key *old, const struct sig_key *key,
	struct answer *out, struct err *e);
struct revocation folk_revocation(struct folk *f, enum revocation_target target);
bool folk_send_revocation(
	struct folk *f, struct worker *w, const struct revocation *x, const struct sig_key *k, struct answer *out, struct err *e);

/* Decides, or fails the test: was it decided? */
bool folk_decide(struct folk *f, struct worker *w, uint64_t number);
/* The same, and the outcome; -1 while there is none. */
int folk_outcome(struct folk *f, uint64_t number);
/* The number that a query gives, with %d for the group. */
int64_t folk_number(struct folk *f, const char *sql);
/* Sets the clock of a proposal back, so that its term is over. */
void folk_let_pass(struct folk *f, uint64_t number);

/* The whole log of the group goes through a ledger of its own, as a signer's would: fails the test when that refuses an entry. */
void folk_follow(struct folk *f);

#endif
