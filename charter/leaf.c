/* SPDX-License-Identifier: ISC */
#include "charter/leaf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = 1000000, SECONDS_MAX = 315360000 /* ten years */ };

bool leaf_refuse(const struct at *at, const char *why)
{
	return at_refuse(at, "bad_requirement", "%s", why);
}

/* A count that must be there. 0 is within the range of the type and still makes no requirement. */
bool leaf_count(const struct at *at, const char *name, uint32_t *out)
{
	struct at place;
	int64_t v;

	if (!at_int(at, name, 0, COUNT_MAX, &v) || !at_member(at, name, &place))
		return false;
	if (v == 0)
		return leaf_refuse(&place, "a threshold of 0 is always met; leave it out instead");
	*out = (uint32_t)v;
	return true;
}

static bool optional_count(const struct at *at, const char *name, uint32_t *out)
{
	return at_has(at, name) ? leaf_count(at, name, out) : err_ok(at->e);
}

static bool optional_seconds(const struct at *at, const char *name, int64_t *out)
{
	return at_has(at, name) ? at_int(at, name, 0, SECONDS_MAX, out) : err_ok(at->e);
}

bool leaf_list(const struct at *at, struct requirement *r)
{
	static const char *const members[] = { "keys", NULL };
	struct at keys, place;
	size_t n;

	if (!at_only(at, members) || !at_member(at, "keys", &keys) || !at_array(&keys, 0, REQ_LIST_MAX, &n))
		return false;
	r->list.keys = calloc(n > 0 ? n : 1, sizeof(*r->list.keys));
	if (r->list.keys == NULL)
		return err_memory(at->e);
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&keys, i, &place) || !at_thumb(&place, NULL, &r->list.keys[i]))
			return false;
		for (size_t k = 0; k < i; k++)
			if (digest_compare(&r->list.keys[k], &r->list.keys[i]) == 0)
				return leaf_refuse(&place, "this key stands in the list twice");
		r->list.n++;
	}
	return true;
}

bool leaf_authority(const struct at *at, struct requirement *r)
{
	static const char *const members[] = { "k", NULL };

	return at_only(at, members) && leaf_count(at, "k", &r->k);
}

/* Digits without a leading zero; moves *s behind them. */
static bool read_number(const char **s, uint32_t *out)
{
	size_t n = strspn(*s, "0123456789");

	if (n == 0 || n > 7 || (**s == '0' && n > 1))
		return false;
	*out = 0;
	for (; n > 0; n--, (*s)++)
		*out = *out * 10 + (uint32_t)(**s - '0');
	return *out <= COUNT_MAX;
}

bool leaf_fraction(const struct at *at, const char *name, uint32_t *p, uint32_t *q)
{
	struct at place;
	const char *s;

	if (!at_string(at, name, 1, 32, &s) || !at_member(at, name, &place))
		return false;
	if (!read_number(&s, p) || *s++ != '/' || !read_number(&s, q) || *s != '\0')
		return leaf_refuse(&place, "a fraction is written \"p/q\", both at most 1000000");
	if (*p == 0 || *q == 0 || *p > *q)
		return leaf_refuse(&place, "a fraction lies above 0 and at most at 1");
	return true;
}

static bool read_fraction(const struct at *at, struct requirement *r)
{
	return leaf_fraction(at, "fraction", &r->votes.p, &r->votes.q) && optional_count(at, "minimum", &r->votes.minimum);
}

static bool read_voters(const struct at *at, struct requirement *r)
{
	struct at of, place;
	size_t n;

	if (!at_has(at, "of"))
		return err_ok(at->e);
	if (!at_member(at, "of", &of) || !at_array(&of, 1, REQ_LIST_MAX, &n))
		return false;
	r->votes.of = calloc(n, sizeof(*r->votes.of));
	if (r->votes.of == NULL)
		return err_memory(at->e);
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&of, i, &place) || !at_id16(&place, NULL, &r->votes.of[i]))
			return false;
		for (size_t k = 0; k < i; k++)
			if (id16_compare(&r->votes.of[k], &r->votes.of[i]) == 0)
				return leaf_refuse(&place, "this member stands in the list twice");
		r->votes.of_n++;
	}
	if (r->votes.count > r->votes.of_n || r->votes.minimum > r->votes.of_n || r->votes.veto > r->votes.of_n)
		return leaf_refuse(&of, "fewer members are named than must vote: this can never be met");
	return true;
}

static bool read_near(const struct at *at, const char *name, uint32_t *out)
{
	struct at place;

	if (!optional_count(at, name, out))
		return false;
	return *out <= REQ_NEAR_MAX || (at_member(at, name, &place) && leaf_refuse(&place, "at most 64 members vote by where they stand"));
}

/* Who stands near the applicant's place is settled by the proposal; a fraction of them, or of those named, would say nothing clear. */
static bool read_neighbours(const struct at *at, struct requirement *r)
{
	uint32_t voters;
	struct at place;

	if (!read_near(at, "nearest", &r->votes.nearest) || !read_near(at, "opposite", &r->votes.opposite))
		return false;
	voters = r->votes.nearest + r->votes.opposite;
	if (voters == 0)
		return true;
	if (!at_member(at, r->votes.nearest > 0 ? "nearest" : "opposite", &place))
		return false;
	if (r->votes.of != NULL)
		return leaf_refuse(&place, "members vote because they are named or because of where they stand; leave \"of\" out, or this");
	if (r->votes.count == 0)
		return leaf_refuse(&place, "this goes with a \"count\", not with a fraction");
	return (r->votes.count <= voters && r->votes.veto <= voters) ||
		leaf_refuse(&place, "fewer members stand there than must vote: this can never be met");
}

bool leaf_votes(const struct at *at, struct requirement *r)
{
	static const char *const members[] = { "count", "fraction", "minimum", "base", "veto", "of", "nearest", "opposite", NULL };
	static const char *const bases[] = { "members", "cast", NULL };
	int base = VOTES_OF_MEMBERS;
	struct at minimum;

	if (!at_only(at, members))
		return false;
	if (at_has(at, "count") == at_has(at, "fraction"))
		return leaf_refuse(at, "votes are counted by exactly one of \"count\" and \"fraction\"");
	if (at_has(at, "count") && at_has(at, "minimum"))
		return at_member(at, "minimum", &minimum) &&
			leaf_refuse(&minimum, "a minimum goes with a fraction alone; raise the count instead");
	if (at_has(at, "count") ? !leaf_count(at, "count", &r->votes.count) : !read_fraction(at, r))
		return false;
	if (at_has(at, "base") && !at_word(at, "base", bases, &base))
		return false;
	r->votes.base = (enum votes_base)base;
	return optional_count(at, "veto", &r->votes.veto) && read_voters(at, r) && read_neighbours(at, r);
}

bool leaf_vouches(const struct at *at, struct requirement *r)
{
	static const char *const members[] = { "count", "age", "budget", "window", "expiry", "reason", NULL };

	if (!at_only(at, members) || !leaf_count(at, "count", &r->vouches.count) || !optional_count(at, "budget", &r->vouches.budget))
		return false;
	if (at_has(at, "reason") && !at_bool(at, "reason", &r->vouches.reason))
		return false;
	return optional_seconds(at, "age", &r->vouches.age) && optional_seconds(at, "window", &r->vouches.window) &&
		optional_seconds(at, "expiry", &r->vouches.expiry);
}

bool leaf_captcha(const struct at *at, struct requirement *r)
{
	static const char *const members[] = { "kinds", NULL };
	static const char *const words[] = { "graphic", "logic", "audio", NULL }; /* in the order of enum captcha_kind */
	struct at kinds, place;
	size_t n;

	if (!at_only(at, members) || !at_member(at, "kinds", &kinds) || !at_array(&kinds, 1, 3, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		int k;

		if (!at_element(&kinds, i, &place) || !at_word(&place, NULL, words, &k))
			return false;
		if (r->captcha_kinds & 1u << k)
			return leaf_refuse(&place, "this kind of puzzle is named twice");
		r->captcha_kinds |= 1u << k;
	}
	return true;
}

bool leaf_work(const struct at *at, struct requirement *r)
{
	static const char *const members[] = { "effort", NULL };

	return at_only(at, members) && at_int(at, "effort", 1, JSON_INT_MAX, &r->effort);
}

bool leaf_external(const struct at *at, struct requirement *r)
{
	static const char *const members[] = { "provider", NULL };
	const char *provider;

	if (!at_only(at, members) || !at_label(at, "provider", &provider))
		return false;
	snprintf(r->provider, sizeof(r->provider), "%s", provider);
	return true;
}

bool leaf_invitation(const struct at *at, struct requirement *r)
{
	static const char *const members[] = { "life", "draw", "observers", "inviters", NULL };
	static const char *const inviters[] = { "members", "operators", NULL };
	int who = 0;

	if (!at_only(at, members) || !at_int(at, "life", 60, SECONDS_MAX, &r->invitation.life))
		return false;
	if (at_has(at, "inviters") && !at_word(at, "inviters", inviters, &who))
		return false;
	r->invitation.by_operators = who == 1;
	if (!optional_count(at, "draw", &r->invitation.draw) || !optional_count(at, "observers", &r->invitation.observers))
		return false;
	return r->invitation.draw <= REQ_DRAW_MAX || leaf_refuse(at, "one draw invites at most 64 candidates");
}
