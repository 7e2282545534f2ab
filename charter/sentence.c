/* SPDX-License-Identifier: ISC
 * A requirement in one sentence. Clauses are parted by semicolons, since commas stand within them; a tree in a tree has parentheses. */
#include "base/time.h"
#include "charter/explain.h"
#include "charter/judge.h"

/* What a sentence is said of, and where it goes. */
struct saying {
	const struct charter *c;
	uint32_t n;      /* electors; 0: no example */
	const char *who; /* meets the challenges: "the applicant" */
	struct buf *out;
};

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

static void say_near(const struct requirement *r, struct buf *out)
{
	unsigned nearest = r->votes.nearest, opposite = r->votes.opposite;

	if (nearest == 1)
		buf_add_str(out, "the member nearest to the applicant's place");
	if (nearest > 1)
		buf_printf(out, "the %u members nearest to the applicant's place", nearest);
	if (nearest > 0 && opposite == 1)
		buf_add_str(out, " and the one opposite it");
	else if (nearest > 0 && opposite > 0)
		buf_printf(out, " and the %u opposite it", opposite);
	else if (opposite == 1)
		buf_add_str(out, "the member opposite the applicant's place");
	else if (opposite > 0)
		buf_printf(out, "the %u members opposite the applicant's place", opposite);
}

/* Those who have a vote, where not everybody has; 0: everybody. */
static uint32_t named_voters(const struct requirement *r)
{
	return by_place(r) ? (uint32_t)(r->votes.nearest + r->votes.opposite) : r->votes.of != NULL ? (uint32_t)r->votes.of_n : 0;
}

/* "the members", "the 3 named members": behind "of". */
static void say_voters(const struct requirement *r, struct buf *out)
{
	if (by_place(r))
		say_near(r, out);
	else if (r->votes.of != NULL && r->votes.of_n == 1)
		buf_add_str(out, "the named member");
	else if (r->votes.of != NULL)
		buf_printf(out, "the %u named members", (unsigned)r->votes.of_n);
	else
		buf_add_str(out, "the members");
}

static void say_count(const struct requirement *r, struct buf *out)
{
	const uint32_t voters = named_voters(r);

	if (r->votes.count == voters && (voters == 1 || (r->votes.nearest == 1 && r->votes.opposite == 1))) {
		say_voters(r, out);
	} else if (voters == 0) {
		buf_printf(out, "at least %u %s", (unsigned)r->votes.count, r->votes.count == 1 ? "member" : "members");
	} else {
		buf_printf(out, "at least %u of ", (unsigned)r->votes.count);
		say_voters(r, out);
	}
	buf_add_str(out, r->votes.count == 1 ? " says yes" : " say yes");
}

static void say_share(const struct requirement *r, struct buf *out)
{
	bool whole = r->votes.p == r->votes.q;

	if (named_voters(r) == 1) {
		say_voters(r, out);
		buf_add_str(out, " says yes");
		return;
	}
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

/* In a group smaller than the ring everybody stands in it. */
static uint32_t voters_of(const struct requirement *r, uint32_t n)
{
	uint32_t near = r->votes.nearest + r->votes.opposite;

	if (by_place(r))
		return near < n ? near : n;
	return r->votes.of != NULL ? r->votes.of_n : n;
}

/* " (now 2 of 3)" for the voters that there are. */
static void say_example(const struct requirement *r, uint32_t n, struct buf *out)
{
	uint32_t voters = voters_of(r, n);
	uint32_t needed = votes_needed(r, voters);

	if (n == 0)
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
	if (votes_needed(r, n) == 0) {
		buf_printf(out, "fewer than %u of the members say no until the term ends", (unsigned)r->votes.veto);
		return;
	}
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
	if (r->k == 1 && c->authority.operators_n == 1)
		buf_add_str(out, "the operator approves");
	else
		buf_printf(out, "at least %u of the %zu operators %s", (unsigned)r->k, c->authority.operators_n,
			r->k == 1 ? "approves" : "approve");
}

/* "with at most 5 live vouches within 90 days": live is one that has not expired. */
static void say_budget(const struct requirement *r, struct buf *out)
{
	unsigned budget = r->vouches.budget;
	char words[TIME_WORDS];

	buf_printf(out, "with at most %u %s%s", budget, r->vouches.expiry > 0 ? "live " : "", budget == 1 ? "vouch" : "vouches");
	if (r->vouches.window > 0) {
		time_words(r->vouches.window, words);
		buf_printf(out, " within %s", words);
	}
	buf_add_str(out, ", this one included");
}

/* The last clause has a semicolon before it, so that within a tree it all stands in parentheses. */
static void say_vouches(const struct requirement *r, const char *who, bool nested, struct buf *out)
{
	const bool one = r->vouches.count == 1, brackets = nested && r->vouches.expiry > 0;
	char words[TIME_WORDS];

	buf_printf(out, "%sat least %u %s for %s", brackets ? "(" : "", (unsigned)r->vouches.count,
		one ? "member vouches" : "members vouch", who);
	if (r->vouches.reason)
		buf_add_str(out, one ? " and says why" : " and say why");
	if (r->vouches.age > 0 || r->vouches.budget > 0)
		buf_add_str(out, ", each ");
	if (r->vouches.age > 0) {
		time_words(r->vouches.age, words);
		buf_printf(out, "a member for at least %s%s", words, r->vouches.budget > 0 ? " and " : "");
	}
	if (r->vouches.budget > 0)
		say_budget(r, out);
	if (r->vouches.expiry > 0) {
		time_words(r->vouches.expiry, words);
		buf_printf(out, "; a vouch counts for %s%s", words, brackets ? ")" : "");
	}
}

static void say_captcha(const struct saying *s, const struct requirement *r)
{
	static const char *const kinds[] = { "a graphic", "a logic", "an audio" }; /* in the order of enum captcha_kind */
	bool first = true;

	buf_printf(s->out, "%s solves ", s->who);
	for (unsigned i = 0; i < 3; i++) {
		if (!(r->captcha_kinds & 1u << i))
			continue;
		buf_printf(s->out, "%s%s", first ? "" : " or ", kinds[i]);
		first = false;
	}
	buf_add_str(s->out, " puzzle, which is hard for robots");
}

static void say_invitation(const struct requirement *r, struct buf *out)
{
	char words[TIME_WORDS];

	time_words(r->invitation.life, words);
	buf_printf(out, "the applicant was invited%s at most %s before",
		r->invitation.draw > 0               ? ""
			: r->invitation.by_operators ? " by an operator"
						     : " by a member",
		words);
	if (r->invitation.draw > 0)
		buf_printf(out, ", one of at most %u drawn by lot at a time", (unsigned)r->invitation.draw);
	if (r->invitation.observers > 0)
		buf_printf(out, ", once %u member%s had measured it", (unsigned)r->invitation.observers,
			r->invitation.observers == 1 ? "" : "s");
}

static void say_leaf(const struct saying *s, const struct requirement *r, bool nested)
{
	switch (r->type) {
	case REQ_VOTES:
		say_votes(r, s->n, s->out);
		break;
	case REQ_AUTHORITY:
		say_authority(s->c, r, s->out);
		break;
	case REQ_LIST:
		buf_printf(s->out, "%s's key is one of the %u that the charter lists", s->who, (unsigned)r->list.n);
		break;
	case REQ_VOUCHES:
		say_vouches(r, s->who, nested, s->out);
		break;
	case REQ_CAPTCHA:
		say_captcha(s, r);
		break;
	case REQ_WORK:
		buf_printf(s->out, "%s's computer does work of effort %lld", s->who, (long long)r->effort);
		break;
	case REQ_EXTERNAL:
		buf_printf(s->out, "the service \"%s\" confirms %s", r->provider, s->who);
		break;
	default:
		say_invitation(r, s->out);
	}
}

static void say(const struct saying *s, const struct requirement *r, bool nested);

static void say_inner(const struct saying *s, const struct requirement *r, bool nested)
{
	const char *between = r->type == REQ_ALL ? "; and " : r->type == REQ_ANY ? "; or " : "; ";
	bool brackets = nested && (r->n > 1 || r->type == REQ_AT_LEAST);

	if (brackets)
		buf_add_str(s->out, "(");
	if (r->type == REQ_AT_LEAST)
		buf_printf(s->out, "at least %u of these %u: ", (unsigned)r->k, (unsigned)r->n);
	for (uint32_t i = 0; i < r->n; i++) {
		buf_add_str(s->out, i > 0 ? between : "");
		say(s, &r->child[i], r->n > 1 || r->type == REQ_AT_LEAST || nested);
	}
	if (brackets)
		buf_add_str(s->out, ")");
}

static void say(const struct saying *s, const struct requirement *r, bool nested)
{
	if (requirement_is_inner(r))
		say_inner(s, r, nested);
	else
		say_leaf(s, r, nested);
}

bool explain_requirement(const struct charter *c, const struct requirement *r, uint32_t n, struct buf *out)
{
	const struct saying s = { .c = c, .n = n, .who = "the applicant", .out = out };

	say(&s, r, false);
	return !out->failed;
}

bool explain_of_member(const struct charter *c, const struct requirement *r, uint32_t n, struct buf *out)
{
	const struct saying s = { .c = c, .n = n, .who = "the member", .out = out };

	say(&s, r, false);
	return !out->failed;
}

bool explain_human(const struct charter *c, const struct requirement *r, const char *who, struct buf *out)
{
	const struct saying s = { .c = c, .who = who, .out = out };

	say(&s, r, false);
	return !out->failed;
}
