/* SPDX-License-Identifier: ISC
 * Requirements within a charter: what one of them alone can not be asked. */
#include "charter/parse.h"

/* Looks at one leaf, which stands at a place. */
typedef bool leaf_check(struct parse *p, const struct at *at, const struct requirement *r);

/* A requirement that was read, and the document that it was read from, side by side. */
static bool each_leaf(struct parse *p, const struct at *at, const struct requirement *r, leaf_check *check)
{
	struct at inside, of, place;

	if (!at_member(at, requirement_name(r->type), &inside))
		return false;
	if (r->child == NULL)
		return check(p, &inside, r);
	of = inside;
	if (r->type == REQ_AT_LEAST && !at_member(&inside, "of", &of))
		return false;
	for (uint32_t i = 0; i < r->n; i++)
		if (!at_element(&of, i, &place) || !each_leaf(p, &place, &r->child[i], check))
			return false;
	return true;
}

/* Whoever is invited is so for the group: by one rule, wherever it counts. */
static bool one_invitation(struct parse *p, const struct at *at, const struct requirement *r)
{
	const struct requirement *first = p->invitation;

	if (first == NULL) {
		p->invitation = r;
		return true;
	}
	return (r->invitation.life == first->invitation.life && r->invitation.draw == first->invitation.draw &&
		       r->invitation.observers == first->invitation.observers &&
		       r->invitation.by_operators == first->invitation.by_operators) ||
		parse_refuse(at, NULL, "a charter has one rule for invitations: this differs from the first \"invitation\"");
}

/* A vouch is made for the group, and its age and budget are settled when it is logged: there is one rule for that. */
static bool one_rule(struct parse *p, const struct at *at, const struct requirement *r)
{
	const struct requirement *first = p->vouches;

	if (r->type == REQ_INVITATION)
		return one_invitation(p, at, r);
	if (r->type != REQ_VOUCHES)
		return true;
	if (first == NULL) {
		p->vouches = r;
		return true;
	}
	return (r->vouches.age == first->vouches.age && r->vouches.budget == first->vouches.budget &&
		       r->vouches.window == first->vouches.window && r->vouches.expiry == first->vouches.expiry &&
		       r->vouches.reason == first->vouches.reason) ||
		parse_refuse(
			at, NULL, "a charter has one rule for vouching: all but \"count\" is the same here as in the first \"vouches\"");
}

static bool is_challenge(struct parse *p, const struct at *at, const struct requirement *r)
{
	(void)p;
	return r->type == REQ_CAPTCHA || r->type == REQ_WORK || r->type == REQ_EXTERNAL ||
		parse_refuse(
			at, NULL, "this is asked of who votes or vouches: \"captcha\", \"work\" and \"external\" alone can stand here");
}

static bool read_checked(struct parse *p, const struct at *at, const char *name, struct requirement **out, leaf_check *check)
{
	struct at place;

	if (!at_has(at, name))
		return err_ok(at->e);
	if (!at_member(at, name, &place))
		return false;
	*out = requirement_parse(&place, &p->leaves);
	return *out != NULL && each_leaf(p, &place, *out, check);
}

bool parse_requirement(struct parse *p, const struct at *at, const char *name, struct requirement **out)
{
	return read_checked(p, at, name, out, one_rule);
}

bool parse_human(struct parse *p, const struct at *at, const char *name, struct requirement **out)
{
	return read_checked(p, at, name, out, is_challenge);
}
