/* SPDX-License-Identifier: ISC
 * A scenario: a small story of a group, and what is expected to come of it. The tests of a charter are such, and so are the documents that
 * `gmc charter decide` reads. Format: docs/objects/charter.md. Who acts is a number, as in cast.h. */
#ifndef CHARTER_SCENARIO_H
#define CHARTER_SCENARIO_H

#include "base/at.h"
#include "charter/requirement.h"

enum {
	SCENARIO_MAX = 256 * 1024,        /* of a document of its own, in bytes */
	SCENARIO_MEMBERS_MAX = 1000000,   /* that can be written down */
	SCENARIO_ACTS_MAX = 1000,         /* votes, vouches, challenges; each */
	SCENARIO_SECONDS_MAX = 315360000, /* ten years */
	SCENARIO_ANY = -1                 /* no verdict is expected */
};

struct charter;
/* Times are seconds since the proposal was opened. */
struct scenario_vote {
	uint32_t by;
	int choice; /* enum choice of decide.h */
	int64_t at;
};
struct scenario_word {
	uint32_t by; /* an operator's number, from 1, in the order of the charter */
	bool approve;
	int64_t at;
};
struct scenario_vouch {
	uint32_t by, live;
	int64_t age, at;
	bool reason;
};
struct scenario_challenge {
	int type; /* enum challenge_type of decide.h */
	enum captcha_kind captcha;
	int64_t effort;
	const char *provider; /* borrowed from the document, as all strings here */
	int64_t at;
};
struct scenario {
	const char *name;                              /* NULL: it has none */
	int question;                                  /* enum question of decide.h */
	uint32_t members, fresh;                       /* fresh: "new"; the last of them are on probation */
	uint32_t yes, no, abstain, approvals, vouches; /* the short forms: the first members or operators act, at second 0 */
	struct scenario_vote *votes;                   /* each list is owned */
	size_t votes_n;
	struct scenario_word *words;
	size_t words_n;
	struct scenario_vouch *vouched;
	size_t vouched_n;
	struct scenario_challenge *challenges;
	size_t challenges_n;
	uint32_t *nearest, *opposite; /* NULL: the first members, and those behind them */
	size_t nearest_n, opposite_n;
	bool listed, invited, closed;
	bool again;  /* who applies was turned away or expelled before; whose certificate is renewed meets the admission anew;
			      * new administrators are named by the recovery keys */
	int64_t now; /* while it is not closed */
	int expect;  /* enum verdict of decide.h, or SCENARIO_ANY */
	json_t *doc; /* owned; of a document of its own */
};

/* Reads a scenario that is a document of its own, in which name and expectation may be absent. at_*'s and json_read's errors, and
 * "bad_charter" for a story that cannot happen under this charter, with pointer, line and column. False with e set; otherwise out must be
 * passed to scenario_free before the charter is freed. */
bool scenario_parse(struct slice text, const struct charter *c, struct scenario *out, struct err *e);
/* The same at a place in a charter's document, once its rules have been read; at->e is not NULL. Whatever comes of it, out must be passed
 * to scenario_free. */
bool scenario_read(const struct at *at, const struct charter *c, struct scenario *out);
void scenario_free(struct scenario *s);
/* How many members the question is not about: all of them, or all but the last. */
uint32_t scenario_others(const struct scenario *s);
/* How many of these have a vote: those with the numbers from 1 on. The new ones are the last. */
uint32_t scenario_voters(const struct scenario *s);

#endif
