/* SPDX-License-Identifier: ISC
 * gmc members: who belongs to the group, as its server says. A certificate is what proves it: gmc verify. */
#include <string.h>

#include "peer/cmd.h"

static bool is_member(const json_t *m)
{
	const char *state = json_string_value(json_object_get(m, "state"));

	return state != NULL && strcmp(state, "member") == 0;
}

static bool add_row(struct cli *c, struct table *t, const json_t *m)
{
	char name[TERM_SAFE], state[TERM_SAFE], since[TIME_WORDS + 16], id[TERM_SAFE];

	cmd_when(json_integer_value(json_object_get(m, "joined")), c->now, since);
	term_safe(json_string_value(json_object_get(m, "name")), name);
	term_safe(json_string_value(json_object_get(m, "state")), state);
	term_safe(json_string_value(json_object_get(m, "member")), id);
	return table_add(t, (const char *[]){ name, id, state, since }) || err_memory(&c->e);
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
	else if (rc)
		table_print(&c->term, &t);
	table_free(&t);
	json_decref(list);
	return rc ? EXIT_DONE : cmd_fail(c);
}
