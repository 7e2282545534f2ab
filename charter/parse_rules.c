/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "charter/leaf.h"
#include "charter/parse.h"

enum { YEAR = 31536000 };

/* "all" of admission and readmission; its two children are borrowed. */
static bool join_both(struct parse *p, struct err *e)
{
	struct charter *c = p->c;
	struct requirement *both;

	if (c->readmission.requirement == NULL)
		return true;
	both = calloc(1, sizeof(*both));
	c->readmission.both = both;
	if (both == NULL || (both->child = calloc(2, sizeof(*both->child))) == NULL)
		return err_memory(e);
	both->type = REQ_ALL;
	both->n = 2;
	both->child[0] = *c->admission;
	both->child[1] = *c->readmission.requirement;
	return true;
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
		parse_requirement(p, &at, "requirement", &p->c->readmission.requirement) && join_both(p, root->e);
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
	c->recovery.vetoed = (struct requirement){ .type = REQ_VOTES, .votes = { .veto = c->recovery.veto } };
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

/* Who holds the issuing key. In a threshold group the members make it, so there is none before there are members. */
static bool read_holders(struct parse *p, const struct at *root, const struct at *voting)
{
	struct charter *c = p->c;
	struct at authority;
	int64_t t;

	if (!at_member(root, "authority", &authority))
		return false;
	if (c->voting.scheme != SCHEME_THRESHOLD) {
		if (at_has(voting, "threshold"))
			return parse_refuse(voting, "threshold", "the scheme \"threshold\" alone has one");
		return c->authority.issuing_n > 0 || parse_refuse(&authority, "issuing", "a group of this scheme needs an issuing key");
	}
	if (!at_int(voting, "threshold", CHARTER_SIGNERS_MIN, CHARTER_SIGNERS_MAX, &t))
		return false;
	c->voting.threshold = (uint32_t)t;
	if (c->version > 1)
		return true;
	if (c->authority.issuing_n > 0)
		return parse_refuse(&authority, "issuing", "the members of a threshold group make its key: a later version names it");
	return c->voting.threshold <= c->founders_n ||
		parse_refuse(voting, "threshold", "there are fewer founders: they could never make the key");
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
	return read_holders(p, root, &at) && parse_int(&at, "probation", 0, PARSE_SECONDS_MAX, &c->voting.probation) &&
		parse_human(p, &at, "human", &c->voting.human);
}

static bool read_vouching(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "probation", "cascade", "penalty", "human", NULL };
	static const char *const cascades[] = { "none", "flag", "suspend", NULL };
	int cascade = CASCADE_NONE;
	struct at at;

	if (!at_has(root, "vouching"))
		return err_ok(root->e);
	p->c->vouching.present = true;
	if (!at_member(root, "vouching", &at) || !at_only(&at, members) ||
		!at_int(&at, "probation", 0, PARSE_SECONDS_MAX, &p->c->vouching.probation) ||
		!at_word(&at, "cascade", cascades, &cascade) || !parse_int(&at, "penalty", 0, PARSE_SECONDS_MAX, &p->c->vouching.penalty))
		return false;
	p->c->vouching.cascade = (enum charter_cascade)cascade;
	return parse_human(p, &at, "human", &p->c->vouching.human);
}

static bool read_expelling(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "movers", "complaint", NULL };
	struct at at;

	p->c->expelling.movers = 1;
	if (!at_has(root, "expelling"))
		return err_ok(root->e);
	if (p->c->expulsion == NULL)
		return parse_refuse(root, "expelling", "nobody is expelled by vote here: say in \"expulsion\" what that takes");
	return at_member(root, "expelling", &at) && at_only(&at, members) &&
		parse_u32(&at, "movers", 1, CHARTER_MOVERS_MAX, &p->c->expelling.movers) &&
		parse_bool(&at, "complaint", &p->c->expelling.complaint);
}

static bool read_amending(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "notice", "freeze", NULL };
	struct charter *c = p->c;
	struct at at;

	if (!at_has(root, "amending"))
		return err_ok(root->e);
	if (!at_member(root, "amending", &at) || !at_only(&at, members) || !parse_int(&at, "notice", 0, YEAR, &c->amending.notice) ||
		!parse_u32(&at, "freeze", 1, CHARTER_ADMINISTRATORS_MAX, &c->amending.freeze))
		return false;
	return c->amending.freeze <= c->administrators.n ||
		parse_refuse(&at, "freeze", "there are fewer administrators: nobody could ever freeze admissions");
}

static bool read_load(struct parse *p, const struct at *inviting)
{
	static const char *const members[] = { "clients", "bandwidth", "memory", "share", NULL };
	struct charter *c = p->c;
	struct at at;

	if (!at_has(inviting, "load"))
		return err_ok(inviting->e);
	if (!at_member(inviting, "load", &at) || !at_only(&at, members) ||
		!parse_int(&at, "clients", 1, JSON_INT_MAX, &c->inviting.load.clients) ||
		!parse_int(&at, "bandwidth", 1, JSON_INT_MAX, &c->inviting.load.bandwidth) ||
		!parse_int(&at, "memory", 1, JSON_INT_MAX, &c->inviting.load.memory))
		return false;
	if (c->inviting.load.clients + c->inviting.load.bandwidth + c->inviting.load.memory == 0)
		return parse_refuse(
			&at, NULL, "no load is named: say from how many clients, how much bandwidth or memory on a member is loaded");
	return leaf_fraction(&at, "share", &c->inviting.load.p, &c->inviting.load.q);
}

static bool read_measures(struct parse *p, const struct at *inviting)
{
	static const char *const members[] = { "uptime", "activity", "history", NULL };
	struct charter *c = p->c;
	struct at at;

	return at_member(inviting, "measures", &at) && at_only(&at, members) &&
		parse_int(&at, "uptime", 0, PARSE_SECONDS_MAX, &c->inviting.measures.uptime) &&
		parse_int(&at, "activity", 0, JSON_INT_MAX, &c->inviting.measures.activity) &&
		parse_int(&at, "history", 0, JSON_INT_MAX, &c->inviting.measures.history);
}

static bool read_inviting(struct parse *p, const struct at *root)
{
	static const char *const members[] = { "measures", "window", "every", "load", NULL };
	struct charter *c = p->c;
	struct at at;

	if (!at_has(root, "inviting"))
		return err_ok(root->e);
	c->inviting.present = true;
	return at_member(root, "inviting", &at) && at_only(&at, members) && read_measures(p, &at) &&
		at_int(&at, "window", 60, PARSE_SECONDS_MAX, &c->inviting.window) &&
		at_int(&at, "every", 60, PARSE_SECONDS_MAX, &c->inviting.every) && read_load(p, &at);
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
		read_expelling(p, root) && read_amending(p, root) && read_inviting(p, root) && read_voting(p, root) &&
		read_vouching(p, root) && parse_membership(p, root) && read_freshness(p, root) && read_records(p, root);
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
