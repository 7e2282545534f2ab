/* SPDX-License-Identifier: ISC */
#include "authority/holders.h"

#include <stdlib.h>
#include <string.h>

#include "authority/intend.h"
#include "authority/store_ceremony.h"
#include "authority/store_member.h"
#include "voting/transcript.h"

/* ---- who is a member, under which number */

struct seat {
	struct participant p;
	bool silent; /* in the ceremony before */
	bool holds;  /* a share of the key that there is */
};

struct seats {
	struct seat v[CEREMONY_MEMBERS_MAX];
	size_t n;
};

static bool read_seats(struct worker *w, int32_t g, struct seats *out, struct err *e)
{
	PGresult *r;
	bool rc = true;

	if (!store_member_numbered(w, g, CEREMONY_MEMBERS_MAX, &r, e))
		return false;
	for (int i = 0; rc && i < PQntuples(r); i++) {
		struct participant *p = &out->v[out->n++].p;

		p->number = (share_id)res_int(r, i, 0);
		rc = (res_id16(r, i, 1, &p->member) && pub_read(res_bytes(r, i, 2), &p->key)) ||
			err_set(e, "database_error", "a member of the store has a name or key of the wrong length");
	}
	PQclear(r);
	return rc;
}

/* ---- who was at fault */

static struct seat *seat_of(struct seats *s, share_id number)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].p.number == number)
			return &s->v[i];
	return NULL;
}

static void leave_out(struct seats *s, const struct seat *one)
{
	const size_t at = (size_t)(one - s->v);

	s->n--;
	memmove(&s->v[at], &s->v[at + 1], (s->n - at) * sizeof(s->v[0]));
}

/* Of one ceremony. */
static void mark(struct seats *s, const json_t *faults, bool last)
{
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)faults, i, one)
	{
		struct seat *who = seat_of(s, (share_id)json_integer_value(json_object_get(one, "number")));
		const char *fault = json_string_value(json_object_get(one, "fault"));

		if (who == NULL || fault == NULL)
			continue;
		if (strcmp(fault, "silent") != 0)
			leave_out(s, who);
		else if (last)
			who->silent = true;
	}
}

static bool mark_all(struct worker *w, int32_t g, struct seats *s, struct err *e)
{
	PGresult *r;
	bool rc = true;

	if (!store_ceremony_faults(w, g, &r, e))
		return false;
	for (int i = 0; rc && i < PQntuples(r); i++) {
		const struct slice text = res_bytes(r, i, 0);
		json_t *faults = json_read(text, text.n, e);

		rc = faults != NULL;
		mark(s, faults, i == 0);
		json_decref(faults);
	}
	PQclear(r);
	return rc;
}

static size_t count(const struct seats *s, bool silent, bool holders)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += (silent || !s->v[i].silent) && (!holders || s->v[i].holds);
	return n;
}

/* ---- what the present key says */

/* The newest transcript of a key (NULL: of any), and what it says. */
static bool read_present(struct worker *w, int32_t g, const struct digest *spki, json_t **list, struct transcript *out, struct err *e)
{
	struct buf text = { 0 };
	struct at root;
	bool found, rc = store_ceremony_of_key(w, g, spki, &found, &text, e);

	*list = NULL;
	if (rc && found) {
		*list = json_read(buf_slice(&text), text.n, e);
		root = at_root(*list, e);
		rc = *list != NULL && transcript_verify(w->crypto, &root, out);
	}
	buf_free(&text);
	return rc;
}

/* Holders who are members still, by their numbers. */
static size_t standing(struct seats *s, const struct transcript *t)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct keyholder *h = transcript_holder(t, s->v[i].p.number);

		s->v[i].holds = h != NULL && id16_compare(&h->member, &s->v[i].p.member) == 0;
		n += s->v[i].holds;
	}
	return n;
}

/* ---- the ceremony */

static struct ceremony *begin(const struct seats *s, enum ceremony_purpose purpose, size_t t, bool silent, struct err *e)
{
	struct ceremony *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	c->purpose = purpose;
	c->t = t;
	c->epoch = 1;
	for (size_t i = 0; i < s->n; i++)
		if (silent || !s->v[i].silent)
			c->members[c->n++] = s->v[i].p;
	for (size_t i = 0; purpose == CEREMONY_KEY && i < c->n; i++)
		c->dealers[c->dealers_n++] = c->members[i].number;
	return c;
}

/* Everybody deals. Fewer than t are waited for: the next look sees who joined. */
static bool make_key(const struct seats *s, size_t t, struct ceremony **out, struct err *e)
{
	const bool silent = count(s, false, false) < t;

	if (count(s, silent, false) < t || count(s, silent, false) < DKG_MIN)
		return true;
	*out = begin(s, CEREMONY_KEY, t, silent, e);
	return *out != NULL;
}

/* As many holders deal as the key needs; all members get a share. */
static bool deal_anew(const struct seats *s, size_t t, const struct transcript *old, struct ceremony **out, struct err *e)
{
	const bool silent = count(s, false, false) < t || count(s, false, true) < old->t;
	struct ceremony *c;

	if (count(s, silent, false) < t || count(s, silent, true) < old->t)
		return true;
	c = begin(s, CEREMONY_RESHARE, t, silent, e);
	if (c == NULL)
		return false;
	c->epoch = old->epoch + 1;
	c->from = old->digest;
	for (size_t i = 0; i < s->n && c->dealers_n < old->t; i++)
		if (s->v[i].holds && (silent || !s->v[i].silent))
			c->dealers[c->dealers_n++] = s->v[i].p.number;
	*out = c;
	return true;
}

/* A key that fewer hold than it needs is lost, and so is one whose charter came never. */
static bool find_due(struct seats *s, const struct charter *charter, const struct transcript *old, struct ceremony **out, struct err *e)
{
	const size_t t = charter->voting.threshold, holders = old == NULL ? 0 : standing(s, old);

	if (old == NULL || holders < old->t)
		return make_key(s, t, out, e);
	if (holders == old->n && old->t == t)
		return true;
	return deal_anew(s, t, old, out, e);
}

bool holders_due(struct worker *w, int32_t g, const struct charter *charter, struct ceremony **out, struct err *e)
{
	struct transcript old;
	struct seats s = { 0 };
	json_t *list = NULL;
	bool rc;

	*out = NULL;
	if (charter->voting.scheme != SCHEME_THRESHOLD)
		return true;
	rc = read_present(w, g, NULL, &list, &old, e) && read_seats(w, g, &s, e) && mark_all(w, g, &s, e) &&
		find_due(&s, charter, list != NULL ? &old : NULL, out, e);
	json_decref(list);
	return rc;
}

/* ---- signing with it */

/* Those who hold a share and were never at fault with it. */
static bool blameless(struct worker *w, int32_t g, const struct transcript *t, struct seats *s, struct err *e)
{
	const struct seats all = *s;
	PGresult *r;
	bool rc = true;

	if (!store_ceremony_faults_of(w, g, &t->digest, &r, e))
		return false;
	for (int i = 0; rc && i < PQntuples(r); i++) {
		const struct slice text = res_bytes(r, i, 0);
		json_t *faults = json_read(text, text.n, e);

		rc = faults != NULL;
		mark(s, faults, false);
		json_decref(faults);
	}
	PQclear(r);
	if (s->n < t->t)
		*s = all;
	return rc;
}

static void leave_holders(struct seats *s, const struct transcript *t)
{
	(void)standing(s, t);
	for (size_t i = s->n; i > 0; i--)
		if (!s->v[i - 1].holds)
			leave_out(s, &s->v[i - 1]);
}

bool holders_of(struct worker *w, int32_t g, const struct digest *spki, struct ceremony **out, struct err *e)
{
	struct transcript t;
	struct seats s = { 0 };
	json_t *list = NULL;
	bool rc = read_present(w, g, spki, &list, &t, e) && (list == NULL || read_seats(w, g, &s, e));

	*out = NULL;
	if (rc && list != NULL) {
		leave_holders(&s, &t);
		rc = blameless(w, g, &t, &s, e);
	}
	if (rc && list != NULL && s.n >= t.t) {
		*out = begin(&s, CEREMONY_SIGN, t.t, true, e);
		rc = *out != NULL;
	}
	if (rc && *out != NULL) {
		(*out)->epoch = t.epoch;
		(*out)->from = t.digest;
	}
	json_decref(list);
	return rc;
}

/* ---- the key's first charter */

/* The key that this version names for the members, and none before it did. */
static bool first_named(struct log_writer *lw, const struct charter *c, const struct charter_issuer **out, struct err *e)
{
	static const struct statement st = { "holders_named", "SELECT version IS NOT NULL FROM authorities WHERE g = $1 AND spki = $2" };

	*out = NULL;
	for (size_t i = 0; c->voting.scheme == SCHEME_THRESHOLD && i < c->authority.issuing_n; i++) {
		const struct charter_issuer *named = &c->authority.issuing[i];
		struct db_args a = { 0 };
		PGresult *r;
		bool known;

		if (!named->by_members)
			continue;
		arg_int4(&a, lw->group.g);
		arg_digest(&a, &named->spki);
		if (!db_run(lw->w->db, &st, &a, &r, e))
			return false;
		known = PQntuples(r) == 1 && res_bool(r, 0, 0);
		PQclear(r);
		if (!known && *out != NULL)
			return err_set(e, "transcript_missing", "the charter names two new keys of the members: one at a time");
		if (!known)
			*out = named;
	}
	return true;
}

static bool fits(struct log_writer *lw, const struct charter *c, const struct transcript *t, struct err *e)
{
	struct seats s = { 0 };

	if (t->t != c->voting.threshold)
		return err_set(e, "transcript_differs", "the charter wants %u signers, and the members made this key for %zu",
			(unsigned)c->voting.threshold, t->t);
	return read_seats(lw->w, lw->group.g, &s, e) &&
		(standing(&s, t) == t->n ||
			err_set(e, "not_a_member", "somebody who holds a share of this key is gone: wait until the shares are dealt anew"));
}

bool holders_sign(struct log_writer *lw, const struct charter *c, json_t *signed_charter, struct err *e)
{
	const struct charter_issuer *named;
	json_t *list = NULL;
	struct transcript t;
	bool rc;

	if (!first_named(lw, c, &named, e))
		return false;
	if (named == NULL)
		return true;
	rc = read_present(lw->w, lw->group.g, &named->spki, &list, &t, e) &&
		(list != NULL ||
			err_set(e, "transcript_missing",
				"the charter names a key of the members that no ceremony here made: gmc ceremony list")) &&
		fits(lw, c, &t, e) && (json_object_set(signed_charter, "transcript", list) == 0 || err_memory(e));
	json_decref(list);
	return rc;
}
