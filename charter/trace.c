/* SPDX-License-Identifier: ISC
 * The words of a decision: what was needed, what was seen, what is missing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charter/judge.h"

static bool vetoed(const struct judged *j)
{
	return j->r->type == REQ_VOTES && j->r->votes.veto > 0 && j->refusing >= j->r->votes.veto;
}

static const char *plural(uint32_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static void votes_text(const struct judged *j, char *to, size_t size)
{
	unsigned seen = j->seen, needed = j->needed, missing = j->missing, no = j->refusing;

	if (vetoed(j)) {
		int n = snprintf(to, size, "%u %s no, and %u %s", no, plural(no, "says", "say"), (unsigned)j->r->votes.veto,
			plural(j->r->votes.veto, "refuses", "refuse"));

		/* A new yes does not help where enough say no: one of these has to turn. */
		if (j->best && n > 0 && (size_t)n < size)
			snprintf(to + n, size - (size_t)n, "; %u more yes %s needed, first of those who say no", missing,
				plural(missing, "is", "are"));
	} else if (j->now && needed == 0)
		snprintf(to, size, "%u %s no; %u refuse%s%s", no, plural(no, "says", "say"), (unsigned)j->r->votes.veto,
			plural(j->r->votes.veto, "s", ""), j->worst ? "" : "; what is still to come could undo it");
	else if (j->now)
		snprintf(to, size, "%u %s yes, %u %s needed%s", seen, plural(seen, "says", "say"), needed, plural(needed, "is", "are"),
			j->worst ? "" : "; what is still to come could undo it");
	else if (j->best)
		snprintf(to, size, "%u of %u say yes; %u more yes %s needed", seen, needed, missing, plural(missing, "is", "are"));
	else
		snprintf(to, size, "%u of %u say yes; too few can still vote", seen, needed);
}

static void authority_text(const struct judged *j, char *to, size_t size)
{
	unsigned seen = j->seen, needed = j->needed, missing = j->missing;

	if (j->now)
		snprintf(to, size, "%u %s, %u %s needed", seen, plural(seen, "operator approves", "operators approve"), needed,
			plural(needed, "is", "are"));
	else if (j->best)
		snprintf(to, size, "%u of %u operators approve; %u more %s needed", seen, needed, missing, plural(missing, "is", "are"));
	else
		snprintf(to, size, "%u of %u operators approve; too few can still speak", seen, needed);
}

static void vouches_text(const struct judged *j, char *to, size_t size)
{
	unsigned seen = j->seen, needed = j->needed, missing = j->missing;
	char vain[48] = "";

	if (j->vain > 0)
		snprintf(vain, sizeof(vain), " (%u %s not count)", (unsigned)j->vain, plural(j->vain, "vouch does", "vouches do"));
	if (j->now)
		snprintf(to, size, "%u %s%s, %u %s needed", seen, plural(seen, "member vouches", "members vouch"), vain, needed,
			plural(needed, "is", "are"));
	else if (j->best)
		snprintf(to, size, "%u of %u members vouch%s; %u more %s needed", seen, needed, vain, missing,
			plural(missing, "vouch is", "vouches are"));
	else
		snprintf(to, size, "%u of %u members vouch%s; too few can still vouch", seen, needed, vain);
}

static void inner_text(const struct judged *j, char *to, size_t size)
{
	unsigned seen = j->seen, parts = j->r->n, needed = j->needed;

	snprintf(to, size, "%u of %u %s met, %u %s needed", seen, parts, plural(parts, "part is", "parts are"), needed,
		plural(needed, "is", "are"));
}

/* Leaves that are met or not, nothing between. */
static void other_text(const struct judged *j, const char *who, char *to, size_t size)
{
	const bool met = j->now;

	switch (j->r->type) {
	case REQ_LIST:
		snprintf(to, size, "%s's key is %son the list", who, met ? "" : "not ");
		break;
	case REQ_CAPTCHA:
		snprintf(to, size, "%s has %ssolved a puzzle of a kind that counts", who, met ? "" : "not ");
		break;
	case REQ_WORK:
		snprintf(to, size, "%s's computer has %sdone the work that is asked for", who, met ? "" : "not ");
		break;
	case REQ_EXTERNAL:
		snprintf(to, size, "the service \"%s\" has %sconfirmed %s", j->r->provider, met ? "" : "not ", who);
		break;
	default:
		snprintf(to, size, "%s was %sinvited", who, met ? "" : "not ");
	}
}

/* Whom a question is about, where it asks something of somebody. */
static const char *asked(const struct facts *f)
{
	return f->question == Q_RENEW || f->question == Q_RECOVER ? "the member" : "the applicant";
}

static void node_text(const struct judged *j, const char *who, char *to, size_t size)
{
	if (requirement_is_inner(j->r))
		inner_text(j, to, size);
	else if (j->r->type == REQ_VOTES)
		votes_text(j, to, size);
	else if (j->r->type == REQ_AUTHORITY)
		authority_text(j, to, size);
	else if (j->r->type == REQ_VOUCHES)
		vouches_text(j, to, size);
	else
		other_text(j, who, to, size);
}

/* Appends to a pointer; one that is too long is cut. */
static size_t pointer_add(char *pointer, size_t size, size_t at, const char *name)
{
	int n = snprintf(pointer + at, size - at, "/%s", name);

	return n < 0 || (size_t)n >= size - at ? size - 1 : at + (size_t)n;
}

/* Writes the nodes of the subtree at i. `way` is the pointer so far, of length `at`. */
static void trace_fill(
	const struct judged *j, size_t i, const struct facts *f, struct trace_node *nodes, const char *way, size_t at, uint32_t depth)
{
	struct trace_node *t = &nodes[i];
	char name[16];
	uint32_t child = 0;
	size_t base;

	memcpy(t->pointer, way, at);
	base = pointer_add(t->pointer, sizeof(t->pointer), at, requirement_name(j[i].r->type));
	t->depth = depth;
	t->state = judged_state(&j[i], f->closed);
	t->met_now = j[i].now;
	t->needed = j[i].needed;
	t->seen = j[i].seen;
	t->refusing = j[i].refusing;
	t->missing = j[i].missing;
	node_text(&j[i], asked(f), t->text, sizeof(t->text));
	for (size_t c = i + 1; c < j[i].end; c = j[c].end) {
		char below[sizeof(t->pointer)];
		size_t end;

		memcpy(below, t->pointer, sizeof(below));
		snprintf(name, sizeof(name), "%s%u", j[i].r->type == REQ_AT_LEAST ? "of/" : "", (unsigned)child++);
		end = pointer_add(below, sizeof(below), base, name);
		trace_fill(j, c, f, nodes, below, end, depth + 1);
	}
}

enum point { AT_BEST, AT_PRESENT, AT_WORST };

static bool met_at(const struct judged *j, enum point p)
{
	return p == AT_BEST ? j->best : p == AT_PRESENT ? j->now : j->worst;
}

/* Of the children that keep a node from being met: the first; or, of alternatives that are still open, the nearest. */
static size_t culprit_below(const struct judged *j, size_t i, enum point p)
{
	size_t found = 0;

	for (size_t c = i + 1; c < j[i].end; c = j[c].end) {
		if (met_at(&j[c], p))
			continue;
		if (found == 0 || (p == AT_PRESENT && j[i].r->type != REQ_ALL && j[c].cost < j[found].cost))
			found = c;
	}
	return found;
}

/* The leaf that stands in the way of a yes. */
static const struct judged *culprit(const struct judged *j, enum point p)
{
	size_t i = 0;

	while (requirement_is_inner(j[i].r)) {
		size_t below = culprit_below(j, i, p);

		if (below == 0)
			break;
		i = below;
	}
	return &j[i];
}

static const char *refusal_name(const struct judged *j)
{
	/* In the order of enum requirement_type. A group of others is named when it is empty, which no parser lets pass. */
	static const char *const names[REQ_TYPES] = { "votes_missing", "votes_missing", "votes_missing", "not_listed", "approvals_missing",
		"votes_missing", "vouches_missing", "captcha_missing", "work_missing", "external_missing", "not_invited" };

	return vetoed(j) ? "veto" : names[j->r->type];
}

/* Is it more than met or not? */
static bool is_counted(const struct requirement *r)
{
	return r->type == REQ_VOTES || r->type == REQ_AUTHORITY || r->type == REQ_VOUCHES;
}

static void trace_refusal(const struct judged *j, const struct facts *f, struct decision_trace *out)
{
	enum point p = !j->best ? AT_BEST : !j->now ? AT_PRESENT : AT_WORST;
	const struct judged *leaf = culprit(j, p);

	out->refusal = p == AT_WORST ? "term_open" : refusal_name(leaf);
	if (p == AT_WORST)
		snprintf(out->missing, sizeof(out->missing), "nothing is missing, but what is still to come could undo it");
	else if (!vetoed(leaf) && is_counted(leaf->r))
		snprintf(out->missing, sizeof(out->missing), "has %u, needs %u", (unsigned)leaf->seen, (unsigned)leaf->needed);
	else
		node_text(leaf, asked(f), out->missing, sizeof(out->missing));
}

bool trace_make(const struct judged *j, size_t n, const struct facts *f, struct decision_trace *out, struct err *e)
{
	out->nodes = calloc(n, sizeof(*out->nodes));
	if (out->nodes == NULL)
		return err_memory(e);
	out->n = n;
	out->verdict = judged_state(j, f->closed);
	out->expired = out->verdict == VERDICT_NO && f->closed && j->best;
	trace_fill(j, 0, f, out->nodes, "", 0, 0);
	if (out->verdict != VERDICT_YES)
		trace_refusal(j, f, out);
	return true;
}

void decision_trace_free(struct decision_trace *t)
{
	if (t == NULL)
		return;
	free(t->nodes);
	*t = (struct decision_trace){ 0 };
}
