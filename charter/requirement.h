/* SPDX-License-Identifier: ISC
 * A requirement: the tree in which a charter says what admission, expulsion or amendment take. */
#ifndef CHARTER_REQUIREMENT_H
#define CHARTER_REQUIREMENT_H

#include "base/at.h"
#include "base/jwk.h"

enum requirement_type {
	REQ_ALL,
	REQ_ANY,
	REQ_AT_LEAST,
	REQ_LIST,
	REQ_AUTHORITY,
	REQ_VOTES,
	REQ_VOUCHES,
	REQ_CAPTCHA,
	REQ_WORK,
	REQ_EXTERNAL,
	REQ_INVITATION,
	REQ_TYPES
};
enum votes_base { VOTES_OF_MEMBERS, VOTES_CAST };
enum captcha_kind { CAPTCHA_GRAPHIC = 1, CAPTCHA_LOGIC = 2, CAPTCHA_AUDIO = 4 };
enum { REQ_LEAVES_MAX = 512, REQ_CHILDREN_MAX = 64, REQ_LIST_MAX = 512, REQ_NEAR_MAX = 64, REQ_DRAW_MAX = 64 };

struct requirement {
	enum requirement_type type;
	struct requirement *child; /* owned array of n: all, any, at_least */
	uint32_t n;
	uint32_t k;                  /* at_least, authority */
	struct {                     /* list */
		struct digest *keys; /* owned, thumbprints */
		uint32_t n;
	} list;
	struct {
		uint32_t count;   /* static threshold; 0 when a fraction counts */
		uint32_t p, q;    /* fraction p/q of the base, q > 0 when used */
		uint32_t minimum; /* at least so many, with a fraction */
		enum votes_base base;
		uint32_t veto;   /* so many no votes refuse; 0: none do */
		struct id16 *of; /* owned: the named subset; NULL: everybody */
		uint32_t of_n;
		uint32_t nearest, opposite; /* these near the applicant's place, and those opposite it; 0, 0: everybody */
	} votes;
	struct {
		uint32_t count, budget;
		int64_t age, window, expiry;
		bool reason;
	} vouches;
	uint32_t captcha_kinds; /* enum captcha_kind, or-ed */
	int64_t effort;         /* work */
	char provider[64];      /* external */
	struct {
		int64_t life;
		uint32_t draw, observers;
		bool by_operators;
	} invitation;
};

/* Reads a node and all below it. NULL with e set: at_*'s, "bad_requirement" (k above the number of children, a fraction above one, a
 * threshold of 0, ...), "unknown_leaf", "too_many_leaves". `leaves` counts over one charter and begins at 0. Result must be passed to
 * requirement_free. */
struct requirement *requirement_parse(const struct at *at, uint32_t *leaves);
void requirement_free(struct requirement *r);
/* The JSON name of a type ("votes"), as in the table of leaves. */
const char *requirement_name(enum requirement_type t);
/* Does a leaf of this type stand anywhere in the tree? r may be NULL. */
bool requirement_has(const struct requirement *r, enum requirement_type t);

/* The most effort that a leaf `work` in the tree asks for; 0: there is none. */
int64_t requirement_effort(const struct requirement *r);

#endif
