/* SPDX-License-Identifier: ISC */
#include "voting/signing_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

static size_t items(const struct signing *s)
{
	return s->ceremony->items_n;
}

/* ---- who is asked */

bool signing_waits(const struct signing *s, size_t place)
{
	const struct cosigner *of = &s->of[place];

	return !s->done && !s->failed && of->fault == NULL && (of->package >= 0 || of->free == NULL);
}

enum phase signing_wants(const struct signing *s, size_t place, uint32_t *turn)
{
	const struct cosigner *of = &s->of[place];

	*turn = of->package >= 0 ? (uint32_t)of->package : of->turns;
	return of->package >= 0 ? PHASE_SIGN : PHASE_COMMIT;
}

enum phase signing_phase(const struct signing *s)
{
	if (s->done || s->failed)
		return PHASE_END;
	return s->packages_n == 0 ? PHASE_COMMIT : PHASE_SIGN;
}

size_t signing_pending(const struct signing *s)
{
	size_t n = 0;

	for (uint32_t k = 0; k < s->packages_n; k++)
		n += !s->packages[k].over && s->packages[k].left > 0;
	return n;
}

/* Too few are left who never answered falsely. */
static void fail_when_few(struct signing *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->ceremony->n; i++)
		n += s->of[i].fault == NULL;
	s->failed = s->failed || n < s->ceremony->t;
}

/* ---- commitments */

/* Others than it has given before: those it gave are worth nothing any more, and a package that rests on them is none. Its other signers
 * are asked anew. */
static void abandon(struct signing *s, uint32_t k)
{
	struct package *p = &s->packages[k];

	p->over = true;
	for (size_t i = 0; i < s->ceremony->t; i++)
		if (s->of[p->places[i]].package == (int32_t)k)
			s->of[p->places[i]].package = -1;
}

static void give(struct signing *s, size_t place, struct round_commitment *list)
{
	struct cosigner *of = &s->of[place];

	free(of->free);
	of->free = list;
	of->turns++;
}

static bool take_commit(struct signing *s, size_t place, const struct post *p, struct err *e)
{
	static const char *const members[] = { "nonces", NULL };
	const struct at at = at_root(p->body, e);
	struct cosigner *of = &s->of[place];
	struct round_commitment *list;

	if (p->turn < of->turns)
		return err_set(e, "already_posted", "number %u has given other commitments in turn %u", p->by, (unsigned)p->turn);
	if (p->turn > of->turns || of->turns == POST_TURNS_MAX)
		return err_set(e, "wrong_phase", "number %u comes to turn %u next", p->by, (unsigned)of->turns);
	if (!at_only(&at, members) || (list = signing_read_commitments(&at, p->by, items(s))) == NULL)
		return false;
	if (!board_add(&s->board, p, e)) {
		free(list);
		return false;
	}
	if (of->package >= 0)
		abandon(s, (uint32_t)of->package);
	give(s, place, list);
	return true;
}

/* ---- packages */

json_t *signing_package(const struct signing *s)
{
	share_id signers[CEREMONY_MEMBERS_MAX];
	json_t *o, *turns = json_array();
	size_t n = 0;

	for (size_t i = 0; i < s->ceremony->n && n < s->ceremony->t; i++) {
		if (s->of[i].free == NULL || s->of[i].fault != NULL)
			continue;
		json_array_append_new(turns, json_integer(s->of[i].turns - 1));
		signers[n++] = s->ceremony->members[i].number;
	}
	if (n < s->ceremony->t) {
		json_decref(turns);
		return NULL;
	}
	o = json_object();
	if (json_object_set_new(o, "turns", turns) == 0 && object_set_share_ids(o, "signers", signers, n))
		return o;
	json_decref(o);
	return NULL;
}

static bool read_signers(const struct signing *s, const struct at *at, size_t *places)
{
	static const char *const members[] = { "signers", "turns", NULL };
	share_id ids[CEREMONY_MEMBERS_MAX];
	struct at turns, one;
	int64_t turn;
	size_t n, m;

	if (!at_only(at, members) || !at_share_ids(at, "signers", s->ceremony->t, s->ceremony->t, ids, &n) ||
		!at_member(at, "turns", &turns) || !at_array(&turns, n, n, &m))
		return false;
	for (size_t i = 0; i < n; i++) {
		const int place = ceremony_place(s->ceremony, ids[i]);

		if (!at_element(&turns, i, &one) || !at_int(&one, NULL, 0, POST_TURNS_MAX, &turn))
			return false;
		if (place < 0 || s->of[place].free == NULL || s->of[place].fault != NULL || (uint32_t)turn + 1 != s->of[place].turns)
			return at_refuse(&one, "bad_package", "number %u has no such commitments free", ids[i]);
		places[i] = (size_t)place;
	}
	return true;
}

static struct package *new_package(struct signing *s, struct err *e)
{
	const size_t n = items(s) * s->ceremony->t;
	struct package *p;

	if (s->packages_n == s->cap) {
		const uint32_t more = s->cap == 0 ? 8 : 2 * s->cap;
		struct package *grown = realloc(s->packages, more * sizeof(*grown));

		if (grown == NULL) {
			err_memory(e);
			return NULL;
		}
		s->packages = grown;
		s->cap = more;
	}
	p = &s->packages[s->packages_n];
	*p = (struct package){ .list = calloc(n, sizeof(*p->list)), .parts = calloc(n, sizeof(*p->parts)), .left = s->ceremony->t };
	if (p->list != NULL && p->parts != NULL)
		return p;
	free(p->list);
	free(p->parts);
	err_memory(e);
	return NULL;
}

static void fill_package(struct signing *s, struct package *p, const size_t *places)
{
	const size_t t = s->ceremony->t;

	p->size = s->board.size;
	for (size_t i = 0; i < t; i++) {
		struct cosigner *of = &s->of[places[i]];

		p->places[i] = places[i];
		for (size_t k = 0; k < items(s); k++)
			p->list[k * t + i] = of->free[k];
		free(of->free);
		of->free = NULL;
		of->package = (int32_t)s->packages_n;
		of->used = of->turns - 1;
	}
	s->packages_n++;
}

static bool take_package(struct signing *s, const struct post *p, struct err *e)
{
	const struct at at = at_root(p->body, e);
	size_t places[CEREMONY_MEMBERS_MAX];
	struct package *package;

	if (p->turn != s->packages_n || s->packages_n == SIGNING_PACKAGES_MAX)
		return err_set(e, "wrong_phase", "package %u comes next", (unsigned)s->packages_n);
	if (!read_signers(s, &at, places) || (package = new_package(s, e)) == NULL)
		return false;
	if (!board_add(&s->board, p, e)) {
		free(package->list);
		free(package->parts);
		return false;
	}
	fill_package(s, package, places);
	return true;
}

/* ---- parts */

static struct frost_package frost_of(const struct signing *s, const struct package *p, size_t item)
{
	return (struct frost_package){ .key = s->transcript->commitment[0],
		.message = s->messages[item],
		.t = s->ceremony->t,
		.list = p->list + item * s->ceremony->t,
		.n = s->ceremony->t };
}

/* Only when the sum is wrong is it worth finding out whose fault that is. */
static bool combine(struct signing *s, const struct package *p, size_t item)
{
	const struct frost_package fp = frost_of(s, p, item);
	const struct round_part *parts = p->parts + item * fp.n;
	struct point shares[CEREMONY_MEMBERS_MAX];
	bool bad[CEREMONY_MEMBERS_MAX];
	bool rc;

	if (round_sum(s->crypto, &fp.key, fp.message, parts, fp.n, round_reported(parts, fp.n), s->signatures[item]))
		return true;
	for (size_t i = 0; i < fp.n; i++)
		transcript_share(s->transcript, fp.list[i].id, &shares[i]);
	rc = frost_combine(s->crypto, &fp, parts, shares, s->signatures[item], bad, NULL);
	for (size_t i = 0; i < fp.n; i++)
		if (bad[i])
			s->of[p->places[i]].fault = rc ? "false_r" : "bad_part";
	return rc;
}

static void add_up(struct signing *s, struct package *p)
{
	bool all = true;

	for (size_t item = 0; item < items(s); item++)
		all = combine(s, p, item) && all;
	p->over = true;
	s->done = all;
	if (!all)
		fail_when_few(s);
}

static size_t index_of(const struct signing *s, const struct package *p, size_t place)
{
	size_t i = 0;

	while (i + 1 < s->ceremony->t && p->places[i] != place)
		i++;
	return i;
}

static void put_parts(struct signing *s, struct package *p, size_t place, const struct round_part *parts)
{
	const size_t t = s->ceremony->t, i = index_of(s, p, place);

	for (size_t k = 0; k < items(s); k++)
		p->parts[k * t + i] = parts[k];
	p->answered[i] = true;
	p->left--;
	s->of[place].package = -1;
	if (p->left == 0)
		add_up(s, p);
}

static bool may_sign(const struct signing *s, size_t place, const struct post *p, struct err *e)
{
	const struct cosigner *of = &s->of[place];

	if (p->turn >= s->packages_n)
		return err_set(e, "wrong_phase", "there is no package %u yet", (unsigned)p->turn);
	if (of->package != (int32_t)p->turn)
		return err_set(e, "not_asked", "package %u wants nothing of number %u", (unsigned)p->turn, p->by);
	return p->seen.size >= s->packages[p->turn].size ||
		err_set(e, "stale_board", "number %u signs without having read the package", p->by);
}

static bool take_sign(struct signing *s, size_t place, const struct post *p, struct err *e)
{
	static const char *const members[] = { "parts", "nonces", NULL };
	const struct at at = at_root(p->body, e);
	struct round_commitment *next = NULL;
	struct round_part *parts = NULL;
	bool rc = may_sign(s, place, p, e) && at_only(&at, members) && (parts = signing_read_parts(&at, p->by, items(s))) != NULL &&
		(next = signing_read_commitments(&at, p->by, items(s))) != NULL && board_add(&s->board, p, e);

	if (rc) {
		give(s, place, next);
		put_parts(s, &s->packages[p->turn], place, parts);
	} else {
		free(next);
	}
	free(parts);
	return rc;
}

/* ---- the board, post by post */

/* The notary's: who was silent for too long. */
static bool take_end(struct signing *s, const struct post *p, struct err *e)
{
	static const char *const members[] = { "silent", NULL };
	const struct at at = at_root(p->body, e);
	share_id silent[CEREMONY_MEMBERS_MAX];
	size_t n;

	if (!at_only(&at, members) || !at_share_ids(&at, "silent", 0, s->ceremony->n, silent, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		const int place = ceremony_place(s->ceremony, silent[i]);

		if (place < 0 || !signing_waits(s, (size_t)place))
			return at_refuse(&at, "bad_value", "nothing is wanted of number %u", silent[i]);
	}
	if (!board_add(&s->board, p, e))
		return false;
	for (size_t i = 0; i < n; i++)
		s->of[ceremony_place(s->ceremony, silent[i])].fault = "silent";
	s->failed = true;
	return true;
}

static bool take_notary(struct signing *s, const struct post *p, struct err *e)
{
	if (p->phase == PHASE_END)
		return take_end(s, p, e);
	return p->phase == PHASE_PACKAGE ? take_package(s, p, e)
					 : err_set(e, "wrong_phase", "the notary opens packages, and ends the ceremony");
}

bool signing_take(struct signing *s, const struct post *p, struct err *e)
{
	const int place = p->by == 0 ? -1 : ceremony_place(s->ceremony, p->by);

	if (!board_fits(&s->board, p, e))
		return false;
	if (s->done || s->failed)
		return err_set(e, "ceremony_over", "this ceremony is over");
	if (p->by == 0)
		return take_notary(s, p, e);
	if (s->of[place].fault != NULL)
		return err_set(e, "not_asked", "number %u is at fault, and asked for nothing more", p->by);
	if (p->phase == PHASE_COMMIT)
		return take_commit(s, (size_t)place, p, e);
	return p->phase == PHASE_SIGN ? take_sign(s, (size_t)place, p, e) : err_set(e, "wrong_phase", "participants commit and sign here");
}

/* ---- beginning and end */

static bool begins(const struct ceremony *c, const struct transcript *t, const struct slice *messages, struct err *e)
{
	struct digest d;

	if (c->purpose != CEREMONY_SIGN || digest_compare(&c->from, &t->digest) != 0 || c->epoch != t->epoch || c->t != t->t)
		return err_set(e, "wrong_context", "this ceremony signs nothing with the key of this transcript");
	for (size_t i = 0; i < c->n; i++) {
		const struct keyholder *h = transcript_holder(t, c->members[i].number);

		if (h == NULL || id16_compare(&h->member, &c->members[i].member) != 0)
			return err_set(e, "not_taking_part", "number %u holds no share of this key", c->members[i].number);
	}
	for (size_t i = 0; i < c->items_n; i++) {
		digest_of("tbs", messages[i], &d);
		if (digest_compare(&d, &c->items[i].bytes) != 0)
			return err_set(e, "tbs_differs", "item %zu of the ceremony is something else than the log gives", i);
	}
	return true;
}

struct signing *signing_new(
	const struct ceremony *c, const struct transcript *t, const struct slice *messages, struct crypto *crypto, struct err *e)
{
	struct signing *s;

	if (!begins(c, t, messages, e))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (s != NULL)
		s->signatures = calloc(c->items_n, sizeof(*s->signatures));
	if (s == NULL || s->signatures == NULL) {
		free(s);
		err_memory(e);
		return NULL;
	}
	s->ceremony = c;
	s->transcript = t;
	s->messages = messages;
	s->crypto = crypto;
	s->board.ceremony = c;
	for (size_t i = 0; i < c->n; i++)
		s->of[i].package = -1;
	return s;
}

void signing_free(struct signing *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->ceremony->n; i++)
		free(s->of[i].free);
	for (uint32_t k = 0; k < s->packages_n; k++) {
		free(s->packages[k].list);
		free(s->packages[k].parts);
	}
	free(s->packages);
	free(s->signatures);
	board_free(&s->board);
	free(s);
}
