/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "charter/parse.h"

enum { YEAR = 31536000 };

static bool optional_bool(const struct at *at, const char *name, bool *out)
{
	return at_has(at, name) ? at_bool(at, name, out) : err_ok(at->e);
}

static bool read_readmission(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "wait", "requirement", NULL };
	struct at at;

	if (!at_has(root, "readmission"))
		return err_ok(root->e);
	p->c->readmission.present = true;
	return at_member(root, "readmission", &at) && at_only(&at, members) &&
		at_int(&at, "wait", 0, PARSE_SECONDS_MAX, &p->c->readmission.wait) &&
		parse_requirement(p, &at, "requirement", &p->c->readmission.requirement);
}

static bool read_recovery_administrators(struct parse *p, const struct at *at)
{
	static const char *const members[] = { "threshold", "keys", "notice", "veto", NULL };
	struct charter *c = p->c;
	int64_t threshold, veto;
	struct at inside, keys;

	if (!at_has(at, "administrators"))
		return err_ok(at->e);
	c->recovery.administrators = true;
	if (!at_member(at, "administrators", &inside) || !at_only(&inside, members) || !at_member(&inside, "keys", &keys))
		return false;
	if (!parse_persons(p, &keys, 1, CHARTER_ADMINISTRATORS_MAX, false, c->recovery.keys, &c->recovery.n))
		return false;
	if (!at_int(&inside, "threshold", 1, CHARTER_ADMINISTRATORS_MAX, &threshold))
		return false;
	if ((size_t)threshold > c->recovery.n)
		return parse_refuse(&inside, "threshold", "there are fewer keys: this recovery could never happen");
	c->recovery.threshold = (uint32_t)threshold;
	if (!at_int(&inside, "notice", 0, PARSE_SECONDS_MAX, &c->recovery.notice) || !at_int(&inside, "veto", 0, PARSE_COUNT_MAX, &veto))
		return false;
	c->recovery.veto = (uint32_t)veto;
	return true;
}

static bool read_recovery(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "administrators", "member", NULL };
	struct at at;

	if (!at_has(root, "recovery"))
		return err_ok(root->e);
	p->c->recovery.present = true;
	if (!at_member(root, "recovery", &at) || !at_only(&at, members) || !read_recovery_administrators(p, &at))
		return false;
	if (!at_has(&at, "administrators") && !at_has(&at, "member"))
		return parse_refuse(&at, NULL, "no way of recovery is named; leave the member out instead");
	return parse_requirement(p, &at, "member", &p->c->recovery.member);
}

static bool read_voting(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "scheme", "term", "change", "show", "threshold", "probation", "human", NULL };
	static const char *const schemes[] = { "plain", "threshold", "multisignature", NULL };
	static const char *const shows[] = { "votes", "counts", "nothing", NULL };
	struct charter *c = p->c;
	int scheme, show;
	struct at at;

	if (!at_member(root, "voting", &at) || !at_only(&at, members) || !at_word(&at, "scheme", schemes, &scheme) ||
		!at_int(&at, "term", 60, YEAR, &c->voting.term) || !at_bool(&at, "change", &c->voting.change) ||
		!at_word(&at, "show", shows, &show))
		return false;
	c->voting.scheme = (enum charter_scheme)scheme;
	c->voting.show = (enum charter_show)show;
	if (at_has(&at, "threshold") && scheme != SCHEME_THRESHOLD)
		return parse_refuse(&at, "threshold", "the scheme \"threshold\" alone has one");
	if (!parse_u32(&at, "threshold", 1, PARSE_COUNT_MAX, &c->voting.threshold) ||
		!parse_int(&at, "probation", 0, PARSE_SECONDS_MAX, &c->voting.probation))
		return false;
	if (scheme == SCHEME_PLAIN && c->authority.issuing_n == 0) {
		struct at authority;

		return at_member(root, "authority", &authority) &&
			parse_refuse(&authority, "issuing", "a plain group needs an issuing key");
	}
	return parse_human(p, &at, "human", &c->voting.human);
}

static bool read_vouching(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "probation", "cascade", "human", NULL };
	static const char *const cascades[] = { "none", "flag", "suspend", NULL };
	int cascade = CASCADE_NONE;
	struct at at;

	if (!at_has(root, "vouching"))
		return err_ok(root->e);
	p->c->vouching.present = true;
	if (!at_member(root, "vouching", &at) || !at_only(&at, members) ||
		!at_int(&at, "probation", 0, PARSE_SECONDS_MAX, &p->c->vouching.probation) || !at_word(&at, "cascade", cascades, &cascade))
		return false;
	p->c->vouching.cascade = (enum charter_cascade)cascade;
	return parse_human(p, &at, "human", &p->c->vouching.human);
}

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

static bool read_membership_options(struct parse *p, const struct at *at)
{
	static const char *const nodes[] = { "seed", "key", NULL }, *const classes[] = { "peer", "client", NULL };
	static const char *const removals[] = { "votes", "operators", NULL };
	int by_key = 0, client = 0, operators = 0;
	struct charter *c = p->c;

	if (!parse_word(at, "nodes", nodes, &by_key) || !parse_word(at, "class", classes, &client) ||
		!parse_word(at, "removal", removals, &operators))
		return false;
	c->membership.nodes_by_key = by_key == 1;
	c->membership.client = client == 1;
	c->membership.removal_by_operators = operators == 1;
	c->membership.has_seeder = at_has(at, "seeder");
	if (c->membership.has_seeder && !at_key(at, "seeder", &c->membership.seeder))
		return false;
	return optional_bool(at, "reload", &c->membership.reload) && parse_u32(at, "limit", 1, PARSE_COUNT_MAX, &c->membership.limit) &&
		parse_u32(at, "per_day", 1, PARSE_COUNT_MAX, &c->membership.per_day) &&
		parse_int(at, "rejoin", 1, PARSE_SECONDS_MAX, &c->membership.rejoin);
}

static bool read_membership(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "life", "keys", "names", "overlay", "nodes", "seeder", "reload", "limit", "per_day",
		"rejoin", "class", "removal", NULL };
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
	if (c->membership.limit > 0 && c->membership.limit < c->founders_n)
		return parse_refuse(&at, "limit", "there are more founders than the group may have members");
	return true;
}

static bool read_freshness(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "update", "grace", "unknown", NULL };
	static const char *const words[] = { "refuse", "allow", NULL };
	int unknown;
	struct at at;

	if (!at_member(root, "freshness", &at) || !at_only(&at, members) || !at_word(&at, "unknown", words, &unknown))
		return false;
	p->c->freshness.allow_unknown = unknown == 1;
	return at_int(&at, "update", 60, YEAR, &p->c->freshness.update) && at_int(&at, "grace", 0, YEAR, &p->c->freshness.grace);
}

static bool read_records(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "visible", NULL };
	static const char *const words[] = { "everyone", "members", "parties", NULL };
	int visible;
	struct at at;

	if (!at_member(root, "records", &at) || !at_only(&at, members) || !at_word(&at, "visible", words, &visible))
		return false;
	p->c->visible = (enum charter_visible)visible;
	return true;
}

bool parse_rules(struct parse *p, const struct at *root)
{
	struct charter *c = p->c;
	struct at admission;

	return at_member(root, "admission", &admission) && parse_requirement(p, root, "admission", &c->admission) &&
		parse_requirement(p, root, "expulsion", &c->expulsion) && parse_requirement(p, root, "amendment", &c->amendment) &&
		parse_requirement(p, root, "renewal", &c->renewal) && read_readmission(p, root) && read_recovery(p, root) &&
		read_voting(p, root) && read_vouching(p, root) && read_membership(p, root) && read_freshness(p, root) &&
		read_records(p, root);
}

static bool read_test(struct parse *p, const struct at *at, size_t i)
{
	struct scenario *tests = p->c->tests;
	struct at must;

	if (!scenario_read(at, p->c, &tests[i]))
		return false;
	if (!at_member(at, "name", &must) || !at_member(at, "expect", &must))
		return false;
	for (size_t k = 0; k < i; k++)
		if (strcmp(tests[k].name, tests[i].name) == 0)
			return parse_refuse(at, "name", "two tests have this name");
	return true;
}

bool parse_tests(struct parse *p, const struct at *root)
{
	struct at list, one;
	size_t n;

	if (!at_member(root, "tests", &list) || !at_array(&list, 0, CHARTER_TESTS_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!at_element(&list, i, &one) || !read_test(p, &one, i))
			return false;
	p->c->tests_n = n;
	return true;
}
