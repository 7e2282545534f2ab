/* SPDX-License-Identifier: ISC
 * What it takes to capture a group, in sentences. */
#include "charter/capture.h"
#include "charter/explain.h"

static bool same_cost(const struct capture *a, const struct capture *b)
{
	return a->possible == b->possible && a->members == b->members && a->operators == b->operators && a->alone == b->alone &&
		a->listed == b->listed && a->challenges == b->challenges && a->drawn == b->drawn && a->exact == b->exact;
}

static void say_cost(const char *what, const char *others, const struct capture *k, struct buf *out)
{
	buf_printf(out, "%s%s takes ", what, others);
	capture_say(k, out);
	buf_add_str(out, ".\n");
}

static void say_costs(const struct charter *c, enum question q, uint32_t n, struct buf *out)
{
	const char *what = q == Q_ADMIT ? "Admitting anybody" : "Expelling a member";
	const char *keep = q == Q_ADMIT ? "Keeping everybody out" : "Keeping everybody from being expelled";
	const struct requirement *r = charter_requirement(c, q, false);
	const struct capture_group g = { .members = n };
	struct capture admit, force, block;

	if (r == NULL || n == 0)
		return;
	if (!capture_find(c, r, q, CAPTURE_ADMIT, &g, &admit, NULL) || !capture_find(c, r, q, CAPTURE_FORCE, &g, &force, NULL) ||
		!capture_find(c, r, q, CAPTURE_BLOCK, &g, &block, NULL)) {
		out->failed = true;
		return;
	}
	if (same_cost(&admit, &force)) {
		say_cost(what, ", whatever the others say,", &admit, out);
	} else {
		say_cost(what, ", while all others are silent,", &admit, out);
		say_cost(what, ", though all others say no,", &force, out);
	}
	say_cost(keep, ", though all others say yes,", &block, out);
}

/* Whoever can change the charter can change every other rule. */
static void say_cost_of_change(const struct charter *c, uint32_t n, struct buf *out)
{
	const struct capture_group g = { .members = n };
	const unsigned k = c->administrators.threshold;
	struct capture force;

	buf_printf(out, "Changing these rules takes %u administrator%s", k, k == 1 ? "" : "s");
	if (c->amendment != NULL) {
		out->failed |= !capture_find(c, c->amendment, Q_AMEND, CAPTURE_FORCE, &g, &force, NULL);
		buf_add_str(out, "; and, though all others say no, ");
		capture_say(&force, out);
	}
	buf_add_str(out, ".\n");
}

void explain_capture(const struct charter *c, uint32_t n, struct buf *out)
{
	say_costs(c, Q_ADMIT, n, out);
	if (n > 1 && c->membership.removal == REMOVAL_OPERATORS)
		buf_add_str(out, "Expelling a member, whatever the others say, takes 1 operator or administrator.\n");
	else
		say_costs(c, Q_EXPEL, n - 1, out);
	say_cost_of_change(c, n, out);
}
