/* SPDX-License-Identifier: ISC */
#include "charter/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "charter/lint_rules.h"

enum { HOUR = 3600, DAY = 86400 };

void finding(struct findings *f, enum lint_level level, const char *name, const char *pointer, const char *fmt, ...)
{
	struct lint *l = &f->out[f->n];
	va_list ap;

	if (f->n >= LINT_MAX)
		return;
	*l = (struct lint){ .level = level, .name = name };
	snprintf(l->pointer, sizeof(l->pointer), "%s", pointer);
	va_start(ap, fmt);
	vsnprintf(l->text, sizeof(l->text), fmt, ap);
	va_end(ap);
	if (!json_locate(buf_slice(&f->c->payload), pointer, &l->line, &l->column))
		l->line = l->column = 0;
	f->n++;
}

static void lint_administrators(struct findings *f)
{
	const struct charter *c = f->c;
	bool passkeys = false;

	for (size_t i = 0; i < c->administrators.n; i++)
		passkeys = passkeys || c->administrators.keys[i].passkey.rp != NULL;
	if (c->administrators.n == 1)
		finding(f, LINT_WARNING, "one_administrator", "/administrators/keys",
			"there is one administrator: when its key is lost, this charter can never change, and when it is stolen, the thief owns it");
	else if (c->administrators.threshold == 1)
		finding(f, LINT_WARNING, "one_approval", "/administrators/threshold",
			"any one administrator can change the charter alone; ask for two");
	else if (c->administrators.threshold == c->administrators.n)
		finding(f, LINT_WARNING, "all_administrators", "/administrators/threshold",
			"all administrators are needed: when one key is lost, this charter can never change; name one more");
	if (passkeys && c->administrators.offline == 0)
		finding(f, LINT_WARNING, "no_offline_approval", "/administrators/offline",
			"passkeys alone can approve: a page that lies could get the approvals; ask for one that is made offline");
}

/* One window in a list, "until" of which stands at `pointer`. */
static bool lint_window(struct findings *f, const char *list, size_t i, int64_t from, int64_t until)
{
	int64_t effective = f->c->effective;
	char pointer[64];

	snprintf(pointer, sizeof(pointer), "/authority/%s/%zu/until", list, i);
	if (until - effective < 30 * (int64_t)DAY)
		finding(f, LINT_WARNING, "window_ends_soon", pointer,
			"this ends within 30 days of the day on which the charter takes effect; a new version must come before that");
	return from <= effective && effective < until;
}

static void lint_list_in_force(struct findings *f, const char *list, size_t n, size_t valid)
{
	char pointer[64];

	snprintf(pointer, sizeof(pointer), "/authority/%s", list);
	if (n > 0 && valid == 0)
		finding(f, LINT_ERROR, "none_in_force", pointer,
			"none of these is valid on the day on which the charter takes effect: the group would stand still; begin one earlier");
}

static void lint_authority(struct findings *f)
{
	const struct charter *c = f->c;
	size_t valid = 0;

	for (size_t i = 0; i < c->authority.notaries_n; i++)
		valid += lint_window(f, "notaries", i, c->authority.notaries[i].from, c->authority.notaries[i].until);
	lint_list_in_force(f, "notaries", c->authority.notaries_n, valid);
	valid = 0;
	for (size_t i = 0; i < c->authority.issuing_n; i++)
		valid += lint_window(f, "issuing", i, c->authority.issuing[i].from, c->authority.issuing[i].until);
	lint_list_in_force(f, "issuing", c->authority.issuing_n, valid);
	valid = 0;
	for (size_t i = 0; i < c->authority.revocation_n; i++)
		valid += lint_window(f, "revocation", i, c->authority.revocation[i].from, c->authority.revocation[i].until);
	lint_list_in_force(f, "revocation", c->authority.revocation_n, valid);
	for (size_t i = 0; i < c->authority.addresses_n; i++)
		lint_window(f, "addresses", i, c->authority.addresses[i].from, c->authority.addresses[i].until);
	if (c->authority.addresses_n == 0)
		finding(f, LINT_WARNING, "no_address", "/authority/addresses",
			"the charter says nowhere where the authority is found; members of a lost address cannot find a new one");
}

static void lint_times(struct findings *f)
{
	const struct charter *c = f->c;
	int64_t stale = 2 * c->freshness.update + c->freshness.grace;

	if (c->membership.life > 90 * (int64_t)DAY)
		finding(f, LINT_WARNING, "long_life", "/membership/life",
			"certificates live longer than 90 days: software that reads no list trusts an expelled member for as long; renewing is automatic");
	if (stale > c->membership.life)
		finding(f, LINT_WARNING, "slow_lists", c->freshness.grace > c->freshness.update ? "/freshness/grace" : "/freshness/update",
			"a list of revocations may be trusted for longer than a certificate lives, so it tells nothing in time; make it shorter");
	if (c->voting.term < HOUR)
		finding(f, LINT_WARNING, "short_term", "/voting/term",
			"voters have less than an hour, and few will see a proposal in time; a day is usual");
}

static void lint_tests(struct findings *f)
{
	struct err e = { 0 };

	if (f->c->tests_n == 0)
		finding(f, LINT_WARNING, "no_tests", "/tests",
			"the charter carries no test: write down what you expect of its rules, and it is checked");
	else if (!charter_run_tests(f->c, &e))
		finding(f, LINT_WARNING, e.name[0] == 'n' ? "no_memory" : "test_failed", e.pointer, "%.250s", e.text);
}

size_t charter_lint(const struct charter *c, uint32_t n, struct lint out[static LINT_MAX])
{
	struct findings f = { .c = c, .members = n, .out = out };

	if (n == 0 && c->version == 1)
		f.members = (uint32_t)c->founders_n;
	lint_rules(&f);
	lint_administrators(&f);
	lint_authority(&f);
	lint_times(&f);
	lint_tests(&f);
	return f.n;
}
