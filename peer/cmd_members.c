/* SPDX-License-Identifier: ISC
 * gmc members: who belongs to the group, as its server says. A certificate is what proves it: gmc verify. */
#include <string.h>

#include "peer/cmd.h"

/* What a server says may be any list. */
enum { TREE_MAX = 1000 };

static bool is_member(const json_t *m)
{
	const char *state = json_string_value(json_object_get(m, "state"));

	return state != NULL && (strcmp(state, "member") == 0 || strcmp(state, "suspended") == 0);
}

/* "suspended until ...", or a member whom somebody vouched in who was expelled since. */
static const char *state_words(struct cli *c, const json_t *m, char out[static TERM_SAFE])
{
	const json_t *until = json_object_get(m, "suspended_until");
	char when[TIME_WORDS + 16];

	term_safe(json_string_value(json_object_get(m, "state")), out);
	if (json_is_integer(until)) {
		cmd_when(json_integer_value(until), c->now, when);
		snprintf(out, TERM_SAFE, "suspended until %s", when);
	}
	if (json_array_size(json_object_get(m, "flagged")) > 0)
		strncat(out, ", voucher expelled", TERM_SAFE - 1 - strlen(out));
	return out;
}

static bool add_row(struct cli *c, struct table *t, const json_t *m)
{
	char name[TERM_SAFE], state[TERM_SAFE], since[TIME_WORDS + 16], id[TERM_SAFE];

	cmd_when(json_integer_value(json_object_get(m, "joined")), c->now, since);
	term_safe(json_string_value(json_object_get(m, "name")), name);
	term_safe(json_string_value(json_object_get(m, "member")), id);
	return table_add(t, (const char *[]){ name, id, state_words(c, m, state), since }) || err_memory(&c->e);
}

/* ---- the tree of vouches */

static const char *id_of(const json_t *m)
{
	return json_string_value(json_object_get(m, "member"));
}

static const char *first_voucher(const json_t *m)
{
	return json_string_value(json_array_get(json_object_get(m, "vouchers"), 0));
}

static const json_t *find(const json_t *list, const char *id)
{
	const json_t *m;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, m)
	{
		if (id != NULL && id_of(m) != NULL && strcmp(id, id_of(m)) == 0)
			return m;
	}
	return NULL;
}

/* "dee - vouched for by ana, bo" */
static void tell_member(struct cli *c, const json_t *list, const json_t *m, unsigned depth)
{
	const json_t *vouchers = json_object_get(m, "vouchers"), *one;
	struct buf line = { 0 };
	char safe[TERM_SAFE];
	size_t i;

	buf_printf(&line, "%*s%s", (int)depth * 2, "", term_safe(json_string_value(json_object_get(m, "name")), safe));
	json_array_foreach((json_t *)(uintptr_t)vouchers, i, one)
	{
		const json_t *by = find(list, json_string_value(one));
		const char *name = json_string_value(by != NULL ? json_object_get(by, "name") : one);

		buf_printf(&line, "%s%s", i == 0 ? " - vouched for by " : ", ", term_safe(name, safe));
	}
	if (buf_cstr(&line) != NULL)
		term_text(&c->term, "%s\n", buf_cstr(&line));
	buf_free(&line);
}

/* Below whoever vouched first: a voucher stands before whom it vouched for, so that the list is gone through from there on. */
static void tell_below(struct cli *c, const json_t *list, const char *id, size_t from, unsigned depth)
{
	for (size_t i = from; i < json_array_size(list); i++) {
		const json_t *m = json_array_get(list, i);
		const char *first = first_voucher(m);

		/* Whose voucher is not listed stands beside the founders. */
		if (id == NULL ? find(list, first) != NULL : first == NULL || strcmp(first, id) != 0)
			continue;
		tell_member(c, list, m, depth);
		if (id_of(m) != NULL && depth < TREE_MAX)
			tell_below(c, list, id_of(m), i + 1, depth + 1);
	}
}

int cmd_members(struct cli *c)
{
	struct table t = { .titles = { "Name", "Member", "State", "Joined" }, .columns = 4 };
	json_t *list = cmd_pages(c, "/members", "members");
	bool rc = list != NULL;

	for (size_t i = json_array_size(list); i > 0 && !options_given(&c->opt, OPT_ALL); i--)
		if (!is_member(json_array_get(list, i - 1)))
			json_array_remove(list, i - 1);
	for (size_t i = 0; rc && i < json_array_size(list); i++)
		rc = add_row(c, &t, json_array_get(list, i));
	if (rc && c->term.json)
		term_json(&c->term, list);
	else if (rc && options_given(&c->opt, OPT_TREE))
		tell_below(c, list, NULL, 0, 0);
	else if (rc)
		table_print(&c->term, &t);
	table_free(&t);
	json_decref(list);
	return rc ? EXIT_DONE : cmd_fail(c);
}
