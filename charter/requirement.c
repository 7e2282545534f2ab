/* SPDX-License-Identifier: ISC */
#include "charter/requirement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = 1000000, SECONDS_MAX = 315360000 /* ten years */ };

static bool refuse(const struct at *at, const char *why)
{
	return at_refuse(at, "bad_requirement", "%s", why);
}

/* A count that must be there. 0 is within the range of the type and still makes no requirement. */
static bool read_count(const struct at *at, const char *name, uint32_t *out)
{
	struct at place;
	int64_t v;

	if (!at_int(at, name, 0, COUNT_MAX, &v) || !at_member(at, name, &place))
		return false;
	if (v == 0)
		return refuse(&place, "a threshold of 0 is always met; leave it out instead");
	*out = (uint32_t)v;
	return true;
}

static bool optional_count(const struct at *at, const char *name, uint32_t *out)
{
	return at_has(at, name) ? read_count(at, name, out) : err_ok(at->e);
}

static bool optional_seconds(const struct at *at, const char *name, int64_t *out)
{
	return at_has(at, name) ? at_int(at, name, 0, SECONDS_MAX, out) : err_ok(at->e);
}

static bool read_children(const struct at *at, struct requirement *r, uint32_t *leaves);

static bool read_k_of(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "k", "of", NULL };
	struct at of, k;

	if (!at_only(at, members) || !read_count(at, "k", &r->k) || !at_member(at, "of", &of) || !read_children(&of, r, leaves))
		return false;
	if (r->k > r->n)
		return at_member(at, "k", &k) && refuse(&k, "more is asked for than stands in \"of\": this can never be met");
	return true;
}

static bool read_list(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "keys", NULL };
	struct at keys, place;
	size_t n;

	(void)leaves;
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
				return refuse(&place, "this key stands in the list twice");
		r->list.n++;
	}
	return true;
}

static bool read_authority(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "k", NULL };

	(void)leaves;
	return at_only(at, members) && read_count(at, "k", &r->k);
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

static bool read_fraction(const struct at *at, struct requirement *r)
{
	uint32_t p, q;
	struct at place;
	const char *s;

	if (!at_string(at, "fraction", 1, 32, &s) || !at_member(at, "fraction", &place))
		return false;
	if (!read_number(&s, &p) || *s++ != '/' || !read_number(&s, &q) || *s != '\0')
		return refuse(&place, "a fraction is written \"p/q\", both at most 1000000");
	if (p == 0 || q == 0 || p > q)
		return refuse(&place, "a fraction lies above 0 and at most at 1");
	r->votes.p = p;
	r->votes.q = q;
	return optional_count(at, "minimum", &r->votes.minimum);
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
				return refuse(&place, "this member stands in the list twice");
		r->votes.of_n++;
	}
	if (r->votes.count > r->votes.of_n || r->votes.minimum > r->votes.of_n || r->votes.veto > r->votes.of_n)
		return refuse(&of, "fewer members are named than must vote: this can never be met");
	return true;
}

static bool read_near(const struct at *at, const char *name, uint32_t *out)
{
	struct at place;

	if (!optional_count(at, name, out))
		return false;
	return *out <= REQ_NEAR_MAX || (at_member(at, name, &place) && refuse(&place, "at most 64 members vote by where they stand"));
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
		return refuse(&place, "members vote because they are named or because of where they stand; leave \"of\" out, or this");
	if (r->votes.count == 0)
		return refuse(&place, "this goes with a \"count\", not with a fraction");
	return (r->votes.count <= voters && r->votes.veto <= voters) ||
		refuse(&place, "fewer members stand there than must vote: this can never be met");
}

static bool read_votes(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "count", "fraction", "minimum", "base", "veto", "of", "nearest", "opposite", NULL };
	static const char *const bases[] = { "members", "cast", NULL };
	int base = VOTES_OF_MEMBERS;
	struct at minimum;

	(void)leaves;
	if (!at_only(at, members))
		return false;
	if (at_has(at, "count") == at_has(at, "fraction"))
		return refuse(at, "votes are counted by exactly one of \"count\" and \"fraction\"");
	if (at_has(at, "count") && at_has(at, "minimum"))
		return at_member(at, "minimum", &minimum) &&
			refuse(&minimum, "a minimum goes with a fraction alone; raise the count instead");
	if (at_has(at, "count") ? !read_count(at, "count", &r->votes.count) : !read_fraction(at, r))
		return false;
	if (at_has(at, "base") && !at_word(at, "base", bases, &base))
		return false;
	r->votes.base = (enum votes_base)base;
	return optional_count(at, "veto", &r->votes.veto) && read_voters(at, r) && read_neighbours(at, r);
}

static bool read_vouches(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "count", "age", "budget", "window", "expiry", "reason", NULL };

	(void)leaves;
	if (!at_only(at, members) || !read_count(at, "count", &r->vouches.count) || !optional_count(at, "budget", &r->vouches.budget))
		return false;
	if (at_has(at, "reason") && !at_bool(at, "reason", &r->vouches.reason))
		return false;
	return optional_seconds(at, "age", &r->vouches.age) && optional_seconds(at, "window", &r->vouches.window) &&
		optional_seconds(at, "expiry", &r->vouches.expiry);
}

static bool read_captcha(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "kinds", NULL };
	static const char *const words[] = { "graphic", "logic", "audio", NULL }; /* in the order of enum captcha_kind */
	struct at kinds, place;
	size_t n;

	(void)leaves;
	if (!at_only(at, members) || !at_member(at, "kinds", &kinds) || !at_array(&kinds, 1, 3, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		int k;

		if (!at_element(&kinds, i, &place) || !at_word(&place, NULL, words, &k))
			return false;
		if (r->captcha_kinds & 1u << k)
			return refuse(&place, "this kind of puzzle is named twice");
		r->captcha_kinds |= 1u << k;
	}
	return true;
}

static bool read_work(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "effort", NULL };

	(void)leaves;
	return at_only(at, members) && at_int(at, "effort", 1, JSON_INT_MAX, &r->effort);
}

static bool read_external(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "provider", NULL };
	const char *provider;

	(void)leaves;
	if (!at_only(at, members) || !at_label(at, "provider", &provider))
		return false;
	snprintf(r->provider, sizeof(r->provider), "%s", provider);
	return true;
}

static bool read_invitation(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "life", "draw", "observers", "inviters", NULL };
	static const char *const inviters[] = { "members", "operators", NULL };
	int who = 0;

	(void)leaves;
	if (!at_only(at, members) || !at_int(at, "life", 60, SECONDS_MAX, &r->invitation.life))
		return false;
	if (at_has(at, "inviters") && !at_word(at, "inviters", inviters, &who))
		return false;
	r->invitation.by_operators = who == 1;
	return optional_count(at, "draw", &r->invitation.draw) && optional_count(at, "observers", &r->invitation.observers);
}

/* All types; adding one is one row here and one reader. In the order of enum requirement_type. */
static const struct {
	const char *name;
	bool (*read)(const struct at *at, struct requirement *r, uint32_t *leaves);
	bool inner, followed;
} types[REQ_TYPES] = {
	{ "all", read_children, true, true },
	{ "any", read_children, true, true },
	{ "at_least", read_k_of, true, true },
	{ "list", read_list, false, true },
	{ "authority", read_authority, false, true },
	{ "votes", read_votes, false, true },
	{ "vouches", read_vouches, false, true },
	{ "captcha", read_captcha, false, true },
	{ "work", read_work, false, true },
	{ "external", read_external, false, true },
	{ "invitation", read_invitation, false, false },
};

static bool read_type(const struct at *at, struct at *inside, enum requirement_type *out)
{
	const char *name;

	if (!json_is_object(at->v))
		return at_refuse(at, "wrong_type", "a requirement is an object with one member, such as {\"votes\": ...}");
	if (json_object_size(at->v) != 1)
		return refuse(at, "a requirement has exactly one member; put several into {\"all\": [...]} or {\"any\": [...]}");
	name = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)at->v));
	if (!at_member(at, name, inside))
		return false;
	for (int t = 0; t < REQ_TYPES; t++) {
		if (strcmp(types[t].name, name) != 0)
			continue;
		*out = (enum requirement_type)t;
		return true;
	}
	return at_refuse(inside, "unknown_leaf", "no requirement has this name; a newer program may know it");
}

/* Never deeper than JSON_DEPTH_MAX lets a document be. */
static bool read_node(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	struct at inside;

	if (!read_type(at, &inside, &r->type))
		return false;
	if (!types[r->type].inner && ++*leaves > REQ_LEAVES_MAX)
		return at_refuse(
			&inside, "too_many_leaves", "a charter has at most %d requirements that are no groups of others", REQ_LEAVES_MAX);
	return types[r->type].read(&inside, r, leaves);
}

static bool read_children(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	size_t n;

	if (!at_array(at, 1, REQ_CHILDREN_MAX, &n))
		return false;
	r->child = calloc(n, sizeof(*r->child));
	if (r->child == NULL)
		return err_memory(at->e);
	r->n = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		struct at place;

		if (!at_element(at, i, &place) || !read_node(&place, &r->child[i], leaves))
			return false;
	}
	return true;
}

struct requirement *requirement_parse(const struct at *at, uint32_t *leaves)
{
	struct requirement *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_memory(at->e);
		return NULL;
	}
	if (read_node(at, r, leaves))
		return r;
	requirement_free(r);
	return NULL;
}

static void release(struct requirement *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		release(&r->child[i]);
	free(r->child);
	free(r->list.keys);
	free(r->votes.of);
}

void requirement_free(struct requirement *r)
{
	if (r == NULL)
		return;
	release(r);
	free(r);
}

const char *requirement_name(enum requirement_type t)
{
	return types[t].name;
}

bool requirement_has(const struct requirement *r, enum requirement_type t)
{
	if (r == NULL)
		return false;
	if (r->type == t)
		return true;
	for (uint32_t i = 0; i < r->n; i++)
		if (requirement_has(&r->child[i], t))
			return true;
	return false;
}

static bool unsupported(const char *where, struct err *e)
{
	if (!err_ok(e))
		return false;
	err_set(e, "leaf_unsupported", "this requirement is read, but nobody follows it yet: no charter with it can take effect here");
	if (e != NULL)
		snprintf(e->pointer, sizeof(e->pointer), "%s", where);
	return false;
}

bool requirement_supported(const struct requirement *r, const char *where, struct err *e)
{
	char here[ERR_POINTER_MAX], below[ERR_POINTER_MAX + 16];

	if (r == NULL)
		return true;
	snprintf(here, sizeof(here), "%s/%s", where, types[r->type].name);
	if (!types[r->type].followed)
		return unsupported(here, e);
	for (uint32_t i = 0; i < r->n; i++) {
		snprintf(below, sizeof(below), "%s%s/%u", here, r->type == REQ_AT_LEAST ? "/of" : "", (unsigned)i);
		if (!requirement_supported(&r->child[i], below, e))
			return false;
	}
	return true;
}
