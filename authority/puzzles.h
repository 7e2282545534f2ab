/* SPDX-License-Identifier: ISC
 * What challenges this authority sets, and the one table of their kinds. */
#ifndef AUTHORITY_PUZZLES_H
#define AUTHORITY_PUZZLES_H

#include "authority/puzzle/puzzle.h"
#include "authority/secrets.h"
#include "base/limit.h"
#include "charter/decide.h"

struct provider;  /* authority/providers.h */
struct voices;    /* authority/puzzle/audio.h */
struct work_pool; /* authority/work_pool.h */

/* Seconds that a ticket is good for; turns of each kind that it gives: who cannot read one picture gets another. */
enum { TICKET_LIFE = 1800, TICKET_TURNS = 10 };

/* Shared by all workers, not changed after start. */
struct puzzles {
	bool sets[PUZZLE_KINDS];
	const struct provider *provider; /* NULL: none */
	const char *label;               /* what charters call it */
	struct voices *voices;
	struct work_pool *pool;
	_Atomic int *outside, *aloud; /* how many wait for the provider, and for a clip, now; owned */
	int wait_max;
	struct limit *by_key; /* tickets */
};

/* What an operator may say of them. */
struct puzzles_options {
	const char *kinds;               /* names with blanks between; "" sets none */
	int64_t per_key;                 /* tickets an hour for one key */
	int64_t work;                    /* so much work in a minute before it costs more; 0: it never does */
	const struct provider *provider; /* whose word counts, for as long as the puzzles live; NULL: nobody's */
	int wait_max;                    /* so many may wait for it at once, and so many for clips */
};
/* NULL with e: "config_bad_value" (no such kind), limit_new's, work_pool_new's, "no_memory". Nothing is set where no kind is named and no
 * provider. */
struct puzzles *puzzles_new(const struct puzzles_options *o, struct err *e);
void puzzles_free(struct puzzles *p);

enum puzzle_medium { PUZZLE_NO_MEDIUM, PUZZLE_IMAGE, PUZZLE_SOUND };

struct puzzle_row {
	const char *name; /* "graphic" */
	enum challenge_type type;
	enum captcha_kind captcha; /* 0: none */
	int64_t life;              /* seconds */
	enum puzzle_medium medium;
	unsigned parts; /* pictures or clips */
	/* What a person typed, in the one form that is compared. NULL: its answers are nothing that people type. */
	bool (*fold)(const char *typed, char out[static PUZZLE_ANSWER]);
	/* Where there is a medium: the answer, what is asked, and a part of it drawn or spoken (appended). `secret` are the dice of its answer,
	 * thrown from their beginning; `d` those of this part. */
	void (*answer)(struct dice *secret, char out[static PUZZLE_ANSWER]);
	void (*question)(struct dice *secret, unsigned part, const char **out);
	bool (*show)(struct worker *w, struct dice *secret, unsigned part, struct dice *d, struct buf *out, struct err *e);
};
/* kind is neither PUZZLE_TICKET nor above. */
const struct puzzle_row *puzzle_row(enum puzzle_kind kind);
/* PUZZLE_TICKET: there is none of this name. */
enum puzzle_kind puzzle_by_name(const char *name);

/* The terms of a ticket's challenge. turn < TICKET_TURNS. */
void puzzle_terms(const struct secret *s, const struct terms *ticket, enum puzzle_kind kind, uint32_t turn, int64_t now, struct terms *out);
/* The answer of a puzzle that people solve, by its own secret. */
void puzzle_answer(const struct secret *s, const struct terms *t, char out[static PUZZLE_ANSWER]);
/* What a person is asked to do in this part, as a sentence. */
const char *puzzle_question(const struct secret *s, const struct terms *t, unsigned part);
/* Draws or speaks a part (appended): the same bytes each time. "fonts_missing", "drawing_failed", "no_memory", ... */
bool puzzle_show(struct worker *w, const struct secret *s, const struct terms *t, unsigned part, struct buf *out, struct err *e);

/* Could the requirement be met by somebody who met these challenges alone of those that we set? What we do not set (another notary's,
 * votes, vouches, ...) may still come. */
bool puzzles_way_in(const struct puzzles *p, const struct requirement *r, const struct fact_challenge *met, size_t n);
/* Which kinds that we set the requirement asks for, and the most effort of work; no more for a part of it that these challenges meet. Sets
 * and raises, but clears nothing. */
void puzzles_asked(const struct puzzles *p, const struct requirement *r, const struct fact_challenge *met, size_t n,
	bool kinds[static PUZZLE_KINDS], int64_t *effort);

#endif
