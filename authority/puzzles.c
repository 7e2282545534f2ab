/* SPDX-License-Identifier: ISC */
#include "authority/puzzles.h"

#include <stdio.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "authority/puzzle/audio.h"
#include "authority/puzzle/graphic.h"
#include "authority/puzzle/logic.h"
#include "authority/providers.h"
#include "authority/work_pool.h"

/* ---- the kinds */

static void graphic_question(struct dice *secret, unsigned part, const char **out)
{
	(void)secret;
	(void)part;
	*out = "Type the six letters and digits of the picture.";
}

static bool graphic_show(struct worker *w, struct dice *secret, unsigned part, struct dice *d, struct buf *out, struct err *e)
{
	char answer[PUZZLE_ANSWER];
	bool rc;

	(void)part;
	if (w->faces == NULL)
		w->faces = typefaces_open(e);
	graphic_answer(secret, answer);
	rc = w->faces != NULL && graphic_draw(w->faces, answer, d, out, e);
	bytes_wipe(answer, sizeof(answer));
	return rc;
}

static void logic_answer(struct dice *secret, char out[static PUZZLE_ANSWER])
{
	struct logic l;

	logic_make(secret, &l);
	memcpy(out, l.answer, sizeof(l.answer));
	bytes_wipe(&l, sizeof(l));
}

static void logic_question(struct dice *secret, unsigned part, const char **out)
{
	struct logic l;

	logic_make(secret, &l);
	*out = tile_question(l.sentence[part]);
	bytes_wipe(&l, sizeof(l));
}

static bool logic_show(struct worker *w, struct dice *secret, unsigned part, struct dice *d, struct buf *out, struct err *e)
{
	struct logic l;
	bool rc;

	(void)w;
	logic_make(secret, &l);
	rc = logic_draw(&l, part, d, out, e);
	bytes_wipe(&l, sizeof(l));
	return rc;
}

static void audio_question(struct dice *secret, unsigned part, const char **out)
{
	(void)secret;
	(void)part;
	*out = "Type the six digits that you hear.";
}

static bool audio_show(struct worker *w, struct dice *secret, unsigned part, struct dice *d, struct buf *out, struct err *e)
{
	const struct puzzles *p = w->a->puzzles;
	char answer[PUZZLE_ANSWER];
	bool rc;

	(void)part;
	audio_answer(secret, answer);
	/* One speaks at a time, and the others wait: not all workers may. */
	if (atomic_fetch_add(p->aloud, 1) >= p->wait_max)
		rc = err_set(e, "busy", "many wait for a clip: try again in a moment");
	else
		rc = audio_speak(p->voices, answer, d, out, e);
	atomic_fetch_sub(p->aloud, 1);
	bytes_wipe(answer, sizeof(answer));
	return rc;
}

enum { HUMAN = 300, WORK = 1800 }; /* seconds */

#define CAPTCHA(kind) CHALLENGE_CAPTCHA, kind, HUMAN
static const struct puzzle_row rows[PUZZLE_KINDS] = {
	[PUZZLE_GRAPHIC] = { "graphic", CAPTCHA(CAPTCHA_GRAPHIC), PUZZLE_IMAGE, 1, graphic_fold, graphic_answer, graphic_question,
		graphic_show },
	[PUZZLE_LOGIC] = { "logic", CAPTCHA(CAPTCHA_LOGIC), PUZZLE_IMAGE, LOGIC_ROUNDS, logic_fold, logic_answer, logic_question,
		logic_show },
	[PUZZLE_AUDIO] = { "audio", CAPTCHA(CAPTCHA_AUDIO), PUZZLE_SOUND, 1, audio_fold, audio_answer, audio_question, audio_show },
	[PUZZLE_WORK] = { .name = "work", .type = CHALLENGE_WORK, .life = WORK },
	[PUZZLE_EXTERNAL] = { .name = "external", .type = CHALLENGE_EXTERNAL, .life = HUMAN },
};

const struct puzzle_row *puzzle_row(enum puzzle_kind kind)
{
	return &rows[kind];
}

enum puzzle_kind puzzle_by_name(const char *name)
{
	for (int k = PUZZLE_TICKET + 1; k < PUZZLE_KINDS; k++)
		if (strcmp(rows[k].name, name) == 0)
			return (enum puzzle_kind)k;
	return PUZZLE_TICKET;
}

/* ---- those that are set */

enum { KEYS_KEPT = 16384, HOUR = 3600 };

static bool add_kind(struct puzzles *p, const char *name, size_t n, struct err *e)
{
	char word[16] = "";
	enum puzzle_kind kind = PUZZLE_TICKET;

	if (n < sizeof(word)) {
		memcpy(word, name, n);
		kind = puzzle_by_name(word);
	}
	if (kind == PUZZLE_TICKET || kind == PUZZLE_EXTERNAL)
		return err_set(e, "config_bad_value", "[challenges] kinds has %.*s: they are graphic, logic, audio and work", (int)n, name);
	p->sets[kind] = true;
	return true;
}

static bool add_kinds(struct puzzles *p, const char *names, struct err *e)
{
	for (const char *at = names + strspn(names, " "); *at != '\0'; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		if (!add_kind(p, at, n, e))
			return false;
		at += n;
	}
	return true;
}

static bool open_voices(struct puzzles *p, struct err *e)
{
	if (!p->sets[PUZZLE_AUDIO])
		return true;
	p->voices = voices_open(e);
	return p->voices != NULL;
}

struct puzzles *puzzles_new(const struct puzzles_options *o, struct err *e)
{
	struct puzzles *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		err_memory(e);
		return NULL;
	}
	p->provider = o->provider;
	p->label = o->provider != NULL ? o->provider->label : "";
	p->sets[PUZZLE_EXTERNAL] = o->provider != NULL;
	p->wait_max = o->wait_max > 0 ? o->wait_max : 1;
	p->outside = calloc(1, sizeof(*p->outside));
	p->aloud = calloc(1, sizeof(*p->aloud));
	p->by_key = limit_new(KEYS_KEPT, (double)o->per_key / HOUR, (double)o->per_key, e);
	p->pool = p->by_key == NULL ? NULL : work_pool_new(WORK_POOL_REST, o->work, e);
	if (p->outside == NULL || p->aloud == NULL)
		err_memory(e);
	else if (p->pool != NULL && add_kinds(p, o->kinds, e) && open_voices(p, e))
		return p;
	puzzles_free(p);
	return NULL;
}

void puzzles_free(struct puzzles *p)
{
	if (p == NULL)
		return;
	free(p->outside);
	free(p->aloud);
	voices_close(p->voices);
	work_pool_free(p->pool);
	limit_free(p->by_key);
	free(p);
}

/* ---- one puzzle */

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void puzzle_terms(const struct secret *s, const struct terms *ticket, enum puzzle_kind kind, uint32_t turn, int64_t now, struct terms *out)
{
	*out = *ticket;
	out->kind = kind;
	out->secret = s->number;
	secret_id(s, &ticket->ticket, kind, turn, &out->id);
	out->iat = now;
	out->until = least(now + rows[kind].life, ticket->until);
	if (kind != PUZZLE_WORK)
		out->effort = 0;
	if (kind != PUZZLE_EXTERNAL)
		out->label[0] = '\0';
}

/* Of all that follows from the puzzle itself; what is drawn has dice of its own, or the answer could be told from them. */
static void secret_of(const struct secret *s, const struct terms *t, struct dice *out)
{
	secret_dice(s, "answer", t, 0, out);
}

void puzzle_answer(const struct secret *s, const struct terms *t, char out[static PUZZLE_ANSWER])
{
	struct dice secret;

	secret_of(s, t, &secret);
	rows[t->kind].answer(&secret, out);
	dice_wipe(&secret);
}

const char *puzzle_question(const struct secret *s, const struct terms *t, unsigned part)
{
	struct dice secret;
	const char *question;

	secret_of(s, t, &secret);
	rows[t->kind].question(&secret, part, &question);
	dice_wipe(&secret);
	return question;
}

bool puzzle_show(struct worker *w, const struct secret *s, const struct terms *t, unsigned part, struct buf *out, struct err *e)
{
	struct dice secret, d;
	bool rc;

	secret_of(s, t, &secret);
	secret_dice(s, "drawing", t, part, &d);
	rc = rows[t->kind].show(w, &secret, part, &d, out, e);
	dice_wipe(&secret);
	dice_wipe(&d);
	return rc;
}

/* ---- what a requirement asks for */

static bool sets_captcha(const struct puzzles *p, uint32_t kinds)
{
	for (int k = PUZZLE_TICKET + 1; k < PUZZLE_KINDS; k++)
		if (p->sets[k] && (rows[k].captcha & kinds) != 0)
			return true;
	return false;
}

static bool leaf_is_met(const struct requirement *r, const struct fact_challenge *met, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fact_challenge_meets(&met[i], r))
			return true;
	return false;
}

static bool sets_leaf(const struct puzzles *p, const struct requirement *r)
{
	if (r->type == REQ_CAPTCHA)
		return sets_captcha(p, r->captcha_kinds);
	if (r->type == REQ_WORK)
		return p->sets[PUZZLE_WORK] && r->effort <= WORK_EFFORT_MAX / 3; /* counters go up to three times as far */
	return r->type == REQ_EXTERNAL && p->sets[PUZZLE_EXTERNAL] && strcmp(p->label, r->provider) == 0;
}

/* more: what we do not set may still come. */
static bool holds(const struct puzzles *p, const struct requirement *r, const struct fact_challenge *met, size_t n, bool more)
{
	uint32_t needed = r->type == REQ_ALL ? r->n : r->type == REQ_ANY ? 1 : r->k, ways = 0;

	if (r->type != REQ_ALL && r->type != REQ_ANY && r->type != REQ_AT_LEAST)
		return (more && !sets_leaf(p, r)) || leaf_is_met(r, met, n);
	for (uint32_t i = 0; i < r->n; i++)
		ways += holds(p, &r->child[i], met, n, more);
	return ways >= needed;
}

bool puzzles_way_in(const struct puzzles *p, const struct requirement *r, const struct fact_challenge *met, size_t n)
{
	return holds(p, r, met, n, true);
}

void puzzles_asked(const struct puzzles *p, const struct requirement *r, const struct fact_challenge *met, size_t n,
	bool kinds[static PUZZLE_KINDS], int64_t *effort)
{
	if (holds(p, r, met, n, false))
		return;
	for (uint32_t i = 0; i < r->n; i++)
		puzzles_asked(p, &r->child[i], met, n, kinds, effort);
	if (!sets_leaf(p, r))
		return;
	for (int k = PUZZLE_TICKET + 1; k < PUZZLE_KINDS; k++)
		if (p->sets[k] && r->type == REQ_CAPTCHA && (rows[k].captcha & r->captcha_kinds) != 0)
			kinds[k] = true;
	if (r->type == REQ_WORK) {
		kinds[PUZZLE_WORK] = true;
		*effort = r->effort > *effort ? r->effort : *effort;
	}
	if (r->type == REQ_EXTERNAL)
		kinds[PUZZLE_EXTERNAL] = true;
}
