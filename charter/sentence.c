/* SPDX-License-Identifier: ISC
 * A requirement in one sentence. Clauses are parted by semicolons, since commas stand within them; a tree in a tree has parentheses. */
#include "charter/explain.h"
#include "charter/judge.h"

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
	while (b != 0) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* "half", "two thirds", "3/5". */
static void say_fraction(uint32_t p, uint32_t q, struct buf *out)
{
	static const struct {
		uint32_t p, q;
		const char *words;
	} known[] = { { 1, 2, "half" }, { 1, 3, "a third" }, { 2, 3, "two thirds" }, { 1, 4, "a quarter" }, { 3, 4, "three quarters" } };
	uint32_t d = common_divisor(p, q);

	d = d == 0 ? 1 : d;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].p != p / d || known[i].q != q / d)
			continue;
		buf_add_str(out, known[i].words);
		return;
	}
	buf_printf(out, "%u/%u", (unsigned)(p / d), (unsigned)(q / d));
}

static bool by_place(const struct requirement *r)
{
	return r->votes.nearest > 0 || r->votes.opposite > 0;
}

/* "the members", "the 3 named members": behind "of". */
static void say_voters(const struct requirement *r, struct buf *out)
{
	if (by_place(r))
		buf_printf(out, "the %u members nearest to the applicant's place and the %u opposite", (unsigned)r->votes.nearest,
			(unsigned)r->votes.opposite);
	else if (r->votes.of != NULL)
		buf_printf(out, "the %u named member%s", (unsigned)r->votes.of_n, r->votes.of_n == 1 ? "" : "s");
	else
		buf_add_str(out, "the members");
}

static void say_count(const struct requirement *r, struct buf *out)
{
	bool everybody = r->votes.of == NULL && !by_place(r);

	buf_printf(out, "at least %u ", (unsigned)r->votes.count);
	if (everybody)
		buf_add_str(out, r->votes.count == 1 ? "member" : "members");
	else {
		buf_add_str(out, "of ");
		say_voters(r, out);
	}
	buf_add_str(out, r->votes.count == 1 ? " says yes" : " say yes");
}

static void say_share(const struct requirement *r, struct buf *out)
{
	bool whole = r->votes.p == r->votes.q;

	buf_add_str(out, whole ? "all" : "at least ");
	if (!whole)
		say_fraction(r->votes.p, r->votes.q, out);
	buf_add_str(out, " of ");
	if (r->votes.base == VOTES_CAST)
		buf_add_str(out, "the votes cast");
	if (r->votes.base == VOTES_CAST && (r->votes.of != NULL || by_place(r)))
		buf_add_str(out, " by ");
	if (r->votes.base != VOTES_CAST || r->votes.of != NULL || by_place(r))
		say_voters(r, out);
	if (r->votes.base == VOTES_CAST)
		buf_add_str(out, " (abstentions do not count)");
	if (r->votes.minimum > 0)
		buf_printf(out, ", and at least %u,", (unsigned)r->votes.minimum);
	buf_add_str(out, " say yes");
}

/* " (now 2 of 3)" for the voters that there are. */
static void say_example(const struct requirement *r, uint32_t n, struct buf *out)
{
	uint32_t voters = r->votes.of != NULL ? r->votes.of_n : n;
	uint32_t needed = votes_needed(r, voters);

	if (n == 0 || by_place(r))
		return;
	if (needed > voters)
		buf_printf(out, " (now %u of %u, which cannot be reached)", (unsigned)needed, (unsigned)voters);
	else if (r->votes.base == VOTES_CAST && r->votes.count == 0)
		buf_printf(out, " (now %u of %u when all vote)", (unsigned)needed, (unsigned)voters);
	else
		buf_printf(out, " (now %u of %u)", (unsigned)needed, (unsigned)voters);
}

static void say_votes(const struct requirement *r, uint32_t n, struct buf *out)
{
	if (r->votes.count > 0)
		say_count(r, out);
	else
		say_share(r, out);
	say_example(r, n, out);
	if (r->votes.veto == 1)
		buf_add_str(out, ", and no one says no");
	else if (r->votes.veto > 1)
		buf_printf(out, ", and fewer than %u say no", (unsigned)r->votes.veto);
}

static void say_authority(const struct charter *c, const struct requirement *r, struct buf *out)
{
	buf_printf(
		out, "at least %u of the %zu operators %s", (unsigned)r->k, c->authority.operators_n, r->k == 1 ? "approves" : "approve");
}

static void say_other(const struct requirement *r, struct buf *out)
{
	switch (r->type) {
	case REQ_VOUCHES:
		buf_printf(out, "at least %u %s for the applicant", (unsigned)r->vouches.count,
			r->vouches.count == 1 ? "member vouches" : "members vouch");
		break;
	case REQ_CAPTCHA:
		buf_add_str(out, "the applicant solves a puzzle that is hard for robots");
		break;
	case REQ_WORK:
		buf_add_str(out, "the applicant's computer does some work");
		break;
	case REQ_EXTERNAL:
		buf_printf(out, "the service \"%s\" agrees", r->provider);
		break;
	default:
		buf_add_str(out, "the applicant was invited");
	}
}

static void say(const struct charter *c, const struct requirement *r, uint32_t n, bool nested, struct buf *out);

static void say_inner(const struct charter *c, const struct requirement *r, uint32_t n, bool nested, struct buf *out)
{
	const char *between = r->type == REQ_ALL ? "; and " : r->type == REQ_ANY ? "; or " : "; ";
	bool brackets = nested && (r->n > 1 || r->type == REQ_AT_LEAST);

	if (brackets)
		buf_add_str(out, "(");
	if (r->type == REQ_AT_LEAST)
		buf_printf(out, "at least %u of these %u: ", (unsigned)r->k, (unsigned)r->n);
	for (uint32_t i = 0; i < r->n; i++) {
		buf_add_str(out, i > 0 ? between : "");
		say(c, &r->child[i], n, r->n > 1 || r->type == REQ_AT_LEAST || nested, out);
	}
	if (brackets)
		buf_add_str(out, ")");
}

static void say(const struct charter *c, const struct requirement *r, uint32_t n, bool nested, struct buf *out)
{
	if (requirement_is_inner(r))
		say_inner(c, r, n, nested, out);
	else if (r->type == REQ_VOTES)
		say_votes(r, n, out);
	else if (r->type == REQ_AUTHORITY)
		say_authority(c, r, out);
	else if (r->type == REQ_LIST)
		buf_printf(out, "the applicant's key is one of the %u that the charter lists", (unsigned)r->list.n);
	else
		say_other(r, out);
}

bool explain_requirement(const struct charter *c, const struct requirement *r, uint32_t n, struct buf *out)
{
	say(c, r, n, false, out);
	return !out->failed;
}
