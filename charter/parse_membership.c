/* SPDX-License-Identifier: ISC
 * What a charter says of memberships: their life, keys, names, places and numbers. */
#include "charter/parse.h"

enum { YEAR = 31536000 };

static bool read_key_types(struct parse *p, const struct at *at)
{
	static const char *const algs[] = { "Ed25519", "P-256", NULL };
	struct at list, one;
	int alg;
	size_t n;

	if (!at_member(at, "keys", &list) || !at_array(&list, 1, 2, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool *seen;

		if (!at_element(&list, i, &one) || !at_word(&one, NULL, algs, &alg))
			return false;
		seen = alg == 0 ? &p->c->membership.ed25519 : &p->c->membership.p256;
		if (*seen)
			return parse_refuse(&one, NULL, "this kind of key is named twice");
		*seen = true;
	}
	return true;
}

/* How many one member may bring in, by itself or through those whom it vouched for. */
static bool read_sponsor(struct parse *p, const struct at *membership)
{
	static const char *const members[] = { "per", "window", "depth", NULL };
	struct charter *c = p->c;
	int64_t per, depth;
	struct at at;

	if (!at_has(membership, "sponsor"))
		return err_ok(membership->e);
	if (!at_member(membership, "sponsor", &at) || !at_only(&at, members) || !at_int(&at, "per", 1, PARSE_COUNT_MAX, &per) ||
		!at_int(&at, "window", 60, PARSE_SECONDS_MAX, &c->membership.sponsor.window) ||
		!at_int(&at, "depth", 1, CHARTER_SPONSOR_DEPTH, &depth))
		return false;
	c->membership.sponsor.per = (uint32_t)per;
	c->membership.sponsor.depth = (uint32_t)depth;
	return true;
}

static bool read_membership_options(struct parse *p, const struct at *at)
{
	static const char *const nodes[] = { "seed", "key", NULL }, *const classes[] = { "peer", "client", NULL };
	static const char *const removals[] = { "votes", "operators", "emergency", NULL }, *const earlier[] = { "keep", "readmit", NULL };
	int by_key = 0, client = 0, removal = REMOVAL_VOTES, again = 0;
	struct charter *c = p->c;

	if (!parse_word(at, "nodes", nodes, &by_key) || !parse_word(at, "class", classes, &client) ||
		!parse_word(at, "removal", removals, &removal) || !parse_word(at, "earlier", earlier, &again))
		return false;
	c->membership.nodes_by_key = by_key == 1;
	c->membership.client = client == 1;
	c->membership.removal = (enum charter_removal)removal;
	c->membership.earlier_again = again == 1;
	c->membership.has_seeder = at_has(at, "seeder");
	if (c->membership.has_seeder && !at_key(at, "seeder", &c->membership.seeder))
		return false;
	return parse_bool(at, "reload", &c->membership.reload) && parse_u32(at, "limit", 1, PARSE_COUNT_MAX, &c->membership.limit) &&
		parse_u32(at, "per_day", 1, PARSE_COUNT_MAX, &c->membership.per_day) &&
		parse_int(at, "rejoin", 1, PARSE_SECONDS_MAX, &c->membership.rejoin) &&
		parse_int(at, "suspension", 60, YEAR, &c->membership.suspension) && read_sponsor(p, at);
}

bool parse_membership(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "life", "keys", "names", "overlay", "nodes", "seeder", "reload", "limit", "per_day",
		"rejoin", "class", "removal", "suspension", "earlier", "sponsor", NULL };
	static const char *const names[] = { "none", "name", "key", NULL };
	struct charter *c = p->c;
	struct at at;
	int name;

	if (!at_member(root, "membership", &at) || !at_only(&at, members) || !at_int(&at, "life", 60, YEAR, &c->membership.life) ||
		!read_key_types(p, &at) || !at_word(&at, "names", names, &name) || !parse_host(&at, "overlay", &c->membership.overlay))
		return false;
	c->membership.names = (enum charter_names)name;
	if (!read_membership_options(p, &at))
		return false;
	if (c->membership.reload && c->membership.names == NAMES_NONE)
		return parse_refuse(&at, "reload", "RELOAD's certificates name their user: let \"names\" be \"name\" or \"key\"");
	for (size_t i = 0; i < c->founders_n; i++)
		if (!charter_takes_name(c, c->founders[i].name))
			return at_refuse(&at, "name_unfit",
				"with \"reload\" a name is letters, digits and marks of ASCII with single dots between; founder %zu has another",
				i + 1);
	if (c->membership.limit > 0 && c->membership.limit < c->founders_n)
		return parse_refuse(&at, "limit", "there are more founders than the group may have members");
	return true;
}
