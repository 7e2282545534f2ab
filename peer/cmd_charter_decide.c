/* SPDX-License-Identifier: ISC
 * gmc charter decide: what a charter says of a scenario, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charter/story.h"
#include "peer/cmd.h"

/* Votes of more members than there can be: a node that nothing meets any more. */
#define COST_NEVER (UINT64_C(1) << 48)

enum { PLACE = sizeof(((struct trace_node *)NULL)->pointer) + 32 };

static const int codes[] = { GMC_CANNOT_TELL, EXIT_DONE, GMC_NOT_MEMBER };       /* in the order of enum verdict */
static const char *const shouts[] = { "NOT YET", "YES", "NO" }, marks[] = "?+-"; /* likewise */

/* What would turn a no, or a wait, into a yes: for each node the fewest acts that meet it, and whether it is on the way. */
struct way {
	uint64_t cost;
	bool taken;
};

/* The nearest child of node i that is neither met nor taken; 0: none. */
static size_t nearest(const struct decision_trace *t, const struct way *w, size_t i)
{
	size_t found = 0;

	for (size_t k = i + 1; k < t->n && t->nodes[k].depth > t->nodes[i].depth; k++) {
		if (t->nodes[k].depth != t->nodes[i].depth + 1 || t->nodes[k].met_now || w[k].taken)
			continue;
		if (found == 0 || w[k].cost < w[found].cost)
			found = k;
	}
	return found;
}

static bool is_leaf(const struct decision_trace *t, size_t i)
{
	return i + 1 == t->n || t->nodes[i + 1].depth <= t->nodes[i].depth;
}

/* Takes the nearest children that a node needs: their costs, added. */
static uint64_t take(const struct decision_trace *t, struct way *w, size_t i)
{
	uint64_t sum = 0;

	for (uint32_t k = 0; k < t->nodes[i].missing; k++) {
		size_t child = nearest(t, w, i);

		if (child == 0)
			return COST_NEVER;
		w[child].taken = true;
		sum += w[child].cost;
	}
	return sum < COST_NEVER ? sum : COST_NEVER;
}

/* Marks the leaves that would have to be met, from the lowest nodes up and down again; NULL: out of memory. */
static struct way *find_way(const struct decision_trace *t)
{
	struct way *w = calloc(t->n + 1, sizeof(*w));

	if (w == NULL)
		return NULL;
	for (size_t i = t->n; i-- > 0;) {
		if (t->nodes[i].met_now)
			continue;
		w[i].cost = t->nodes[i].missing == 0 ? COST_NEVER : is_leaf(t, i) ? t->nodes[i].missing : take(t, w, i);
	}
	w[0].taken = t->n > 0 && !t->nodes[0].met_now && w[0].cost < COST_NEVER;
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = i + 1; k < t->n && !w[i].taken && t->nodes[k].depth > t->nodes[i].depth; k++)
			w[k].taken = false;
	return w;
}

/* What a decision was made of. */
struct told {
	const struct charter *charter;
	struct scenario scenario;
	struct decision_trace trace;
	struct way *way;
	size_t unheard;
};

/* Where the charter has what is asked. */
static const char *rule_of(const struct told *t)
{
	static const char *const rules[] = { "admission", "expulsion", "amendment", "renewal", "recovery/member" };
	const enum question q = (enum question)t->scenario.question;

	if (!t->scenario.again)
		return rules[q];
	if (q == Q_AMEND)
		return "recovery/administrators/veto";
	return q == Q_ADMIT && t->charter->readmission.both != NULL ? "readmission" : "admission";
}

static bool begins(const char *pointer, const char *with)
{
	size_t n = strlen(with);

	return strncmp(pointer, with, n) == 0 && (pointer[n] == '/' || pointer[n] == '\0');
}

/* Where in the charter a node stands. Who comes again meets the rule for everybody and another one: they are parts of no node there. */
static void place_of(const struct told *t, const char *pointer, char out[static PLACE])
{
	const char *rule = rule_of(t), *below = pointer;

	if (strcmp(rule, "readmission") == 0 && begins(pointer, "/all/0")) {
		rule = "admission";
		below += strlen("/all/0");
	} else if (strcmp(rule, "readmission") == 0 && begins(pointer, "/all/1")) {
		rule = "readmission/requirement";
		below += strlen("/all/1");
	} else if (strcmp(rule, "readmission") == 0) {
		below += strlen("/all");
	}
	snprintf(out, PLACE, "/%s%s", rule, below);
}

static bool is_change(const struct told *t, size_t i)
{
	return t->way[i].taken && is_leaf(&t->trace, i);
}

/* Of a group of others the marks below it tell who refuses. */
static void tell_node(struct cli *c, const struct told *d, size_t i)
{
	const struct decision_trace *t = &d->trace;
	const struct trace_node *n = &t->nodes[i];
	enum paint p = n->state == VERDICT_YES ? PAINT_GOOD : n->state == VERDICT_NO ? PAINT_BAD : PAINT_BOLD;
	char refusing[32] = "", missing[32] = "", place[PLACE];

	if (n->refusing > 0 && is_leaf(t, i))
		snprintf(refusing, sizeof(refusing), ", refused by %u", (unsigned)n->refusing);
	if (n->missing > 0)
		snprintf(missing, sizeof(missing), ", missing %u", (unsigned)n->missing);
	place_of(d, n->pointer, place);
	term_text(&c->term, "         %*s%s%c%s %s %s[%s: needed %u, seen %u%s%s]%s", (int)n->depth * 2, "", term_on(&c->term, p),
		marks[n->state], term_off(&c->term, p), n->text, term_on(&c->term, PAINT_DIM), place, (unsigned)n->needed,
		(unsigned)n->seen, missing, refusing, term_off(&c->term, PAINT_DIM));
}

static void tell_change(struct cli *c, const struct told *t)
{
	const struct decision_trace *d = &t->trace;
	bool can = d->n > 0 && t->way[0].taken;
	char place[PLACE];

	if (d->n == 0)
		term_line(&c->term, "change", "nothing: the charter has no rule for this question");
	else if (d->verdict == VERDICT_YES)
		term_line(&c->term, "change", "nothing: %s",
			t->scenario.closed ? "the term is over" : "what is still to come cannot undo it");
	else if (!can)
		term_line(
			&c->term, "change", "%s%s (%s)", d->verdict == VERDICT_NO ? "nothing can any more: " : "", d->missing, d->refusal);
	for (size_t i = 0; can && i < d->n; i++) {
		if (!is_change(t, i))
			continue;
		place_of(t, d->nodes[i].pointer, place);
		term_line(&c->term, "change", "%s%u more at %s: %s", d->expired ? "before the close, " : "", (unsigned)d->nodes[i].missing,
			place, d->nodes[i].text);
	}
}

static void tell(struct cli *c, const struct told *t)
{
	enum verdict v = t->trace.verdict;
	enum paint p = v == VERDICT_YES ? PAINT_GOOD : v == VERDICT_NO ? PAINT_BAD : PAINT_BOLD;

	term_line(&c->term, "verdict", "%s%s%s (%d)", term_on(&c->term, p), shouts[v], term_off(&c->term, p), codes[v]);
	term_line(&c->term, "rule", "%s of %s, version %u; %s", rule_of(t), t->charter->group, (unsigned)t->charter->version,
		t->scenario.closed ? "the term is over" : "the term is open");
	if (t->unheard > 0)
		term_line(&c->term, "unheard", "%zu act%s: what is later than \"now\", or than the close, counts for nothing", t->unheard,
			t->unheard == 1 ? "" : "s");
	for (size_t i = 0; i < t->trace.n; i++)
		tell_node(c, t, i);
	tell_change(c, t);
}

static json_t *node_json(const struct trace_node *n, const char *place)
{
	return json_pack("{s:s, s:I, s:s, s:b, s:I, s:I, s:I, s:I, s:s}", "pointer", place, "depth", (json_int_t)n->depth, "state",
		verdict_name(n->state), "met_now", n->met_now, "needed", (json_int_t)n->needed, "seen", (json_int_t)n->seen, "refusing",
		(json_int_t)n->refusing, "missing", (json_int_t)n->missing, "text", n->text);
}

static void print_json(struct cli *c, const struct told *t)
{
	const struct decision_trace *d = &t->trace;
	json_t *doc = json_object(), *trace = json_array(), *change = json_array();
	char place[PLACE];

	object_set_string(doc, "verdict", verdict_name(d->verdict));
	if (t->scenario.expect != SCENARIO_ANY)
		object_set_string(doc, "expect", verdict_name((enum verdict)t->scenario.expect));
	object_set_string(doc, "question", question_name((enum question)t->scenario.question));
	object_set_string(doc, "group", t->charter->group);
	object_set_int(doc, "version", t->charter->version);
	json_object_set_new(doc, "closed", json_boolean(t->scenario.closed));
	json_object_set_new(doc, "expired", json_boolean(d->expired));
	object_set_int(doc, "unheard", (int64_t)t->unheard);
	if (d->refusal != NULL) {
		object_set_string(doc, "refusal", d->refusal);
		object_set_string(doc, "missing", d->missing);
	}
	for (size_t i = 0; i < d->n; i++) {
		place_of(t, d->nodes[i].pointer, place);
		json_array_append_new(trace, node_json(&d->nodes[i], place));
		if (is_change(t, i))
			json_array_append_new(
				change, json_pack("{s:s, s:I}", "pointer", place, "missing", (json_int_t)d->nodes[i].missing));
	}
	json_object_set_new(doc, "change", change);
	json_object_set_new(doc, "trace", trace);
	term_json(&c->term, doc);
	json_decref(doc);
}

static bool read_scenario(struct cli *c, const char *path, struct told *t)
{
	struct buf text = { 0 };
	bool rc = cmd_read_file(c, path, SCENARIO_MAX, &text) && scenario_parse(buf_slice(&text), t->charter, &t->scenario, &c->e);

	buf_free(&text);
	return rc;
}

static bool decide(struct cli *c, struct told *t)
{
	enum verdict v;

	if (!story_decide(t->charter, &t->scenario, &v, &t->trace, &c->e))
		return false;
	t->unheard = story_unheard(t->charter, &t->scenario);
	t->way = find_way(&t->trace);
	return t->way != NULL || err_memory(&c->e);
}

static int answer(struct cli *c, const struct told *t)
{
	enum verdict v = t->trace.verdict;
	int expect = t->scenario.expect;

	if (c->term.json)
		print_json(c, t);
	else
		tell(c, t);
	if (expect == SCENARIO_ANY || expect == (int)v)
		return codes[v];
	err_set(&c->e, "test_failed", "the scenario expects \"%s\", and the charter says \"%s\"", verdict_name((enum verdict)expect),
		verdict_name(v));
	return cmd_fail(c);
}

int cmd_charter_decide(struct cli *c)
{
	struct signed_charter s;
	struct told t = { 0 };
	int code;

	if (!cmd_load_charter(c, c->opt.args[0], &s))
		return cmd_fail(c);
	t.charter = s.charter;
	code = read_scenario(c, c->opt.args[1], &t) && decide(c, &t) ? answer(c, &t) : cmd_fail(c);
	free(t.way);
	decision_trace_free(&t.trace);
	scenario_free(&t.scenario);
	signed_charter_free(&s);
	return code;
}
