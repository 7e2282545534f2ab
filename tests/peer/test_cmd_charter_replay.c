/* SPDX-License-Identifier: ISC
 * gmc charter replay: what it lists, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/lib/charters.h"
#include "tests/peer/counter.h"

static struct counter *c;
static char draft[HOME_PATH_MAX];

/* The draft is the charter of the group, and Ana follows it. */
static int up(void **state)
{
	char line[LINK_TEXT_MAX + 16];

	(void)state;
	c = counter_open(NULL);
	snprintf(draft, sizeof(draft), "%s/draft.json", c->dir);
	snprintf(line, sizeof(line), "join %s", c->link);
	assert_int_equal(counter_run(c, "ana", "", line), 0);
	return file_write(draft, 0644, buf_slice(&c->w->charter->payload), NULL) ? 0 : -1;
}

static int down(void **state)
{
	(void)state;
	counter_close(c);
	return 0;
}

static void with(const char *pointer, const char *value)
{
	json_t *doc = json_load_file(draft, 0, NULL);

	assert_non_null(doc);
	charters_set(doc, pointer, value);
	assert_int_equal(json_dump_file(doc, draft, JSON_INDENT(2)), 0);
	json_decref(doc);
}

static void ends_for(const char *who, int code, const char *rest)
{
	char line[4 * HOME_PATH_MAX];
	int rc;

	snprintf(line, sizeof(line), "charter replay %s%s", draft, rest);
	rc = counter_run(c, who, "", line);
	if (rc != code)
		fail_msg("exit code %d, not %d: %s\n%s%s", rc, code, line, c->out, c->err);
}

static void ends(int code, const char *rest)
{
	ends_for("ana", code, rest);
}

static void says(const char *text)
{
	if (strstr(c->out, text) == NULL && strstr(c->err, text) == NULL)
		fail_msg("\"%s\" is not said:\n%s%s", text, c->out, c->err);
}

static void says_not(const char *text)
{
	if (strstr(c->out, text) != NULL || strstr(c->err, text) != NULL)
		fail_msg("\"%s\" is said:\n%s%s", text, c->out, c->err);
}

static void what_the_server_has(void **state)
{
	(void)state;
	ends(0, "");
	says("0 applications under version 1 of");
	counter_admit(c);
	c->outcome = "yes";
	ends(0, "");
	says("1 application under");
	says("1 the same, 0 differ, 0 cannot be told");
	says_not("Ned");
	ends(0, " --all");
	says("1 Ned: admitted -> would be admitted: 2 say yes, 2 are needed");
	with("/admission", "{\"votes\":{\"count\":3}}");
	ends(10, "");
	says("1 Ned: admitted -> would still wait: has 2, needs 3");
	says("0 the same, 1 differs, 0 cannot be told");
	with("/admission", "{\"all\":[{\"votes\":{\"count\":1}},{\"captcha\":{\"kinds\":[\"graphic\"]}}]}");
	ends(10, "");
	says("for which nobody was asked then");
	with("/admission", "{\"votes\":{\"count\":1,\"nearest\":2}}");
	ends(13, "");
	says("1 Ned: admitted -> cannot tell: the proposal does not name all");
	says("0 the same, 0 differ, 1 cannot be told");
}

static void expulsions_are_none(void **state)
{
	(void)state;
	counter_expel(c, 2);
	c->outcome = "yes";
	ends(0, "");
	says("0 applications under");
}

/* The server has the record of every proposal but this one. */
static void a_record_that_is_missing(void **state)
{
	(void)state;
	counter_admit(c);
	c->outcome = "yes";
	json_decref(c->record);
	c->record = NULL;
	c->record_problem = "record_too_large";
	ends(13, "");
	says("proposal 1: cannot tell: ");
	says("(record_too_large)");
	says("1 cannot be told");
	ends(13, " --json");
	says("\"refusal\": \"record_too_large\"");
}

static void show_vote(size_t i, const char *choice)
{
	char member[ID16_TEXT];

	id16_text(&c->w->members[i].member, member);
	json_array_append_new(json_object_get(c->beside, "voters"),
		json_pack("{s:s, s:s, s:I}", "member", member, "choice", choice, "stored", (json_int_t)c->w->now));
}

static void what_is_open(void **state)
{
	(void)state;
	world_apply(c->w);
	world_propose_admission(c->w);
	ends(13, "");
	says("1 Ned: open -> cannot tell: the server does not show who voted");
	c->beside = json_pack("{s:[]}", "voters");
	ends(0, " --all");
	says("1 Ned: open -> would still wait: has 0, needs 2");
	show_vote(0, "yes");
	ends(0, "");
	with("/admission", "{\"votes\":{\"count\":1}}");
	ends(10, "");
	says("1 Ned: open -> would be admitted: 1 says yes");
	with("/admission", "{\"all\":[{\"votes\":{\"count\":1}},{\"authority\":{\"k\":1}}]}");
	ends(13, "");
	says("before the decision the server shows votes alone");
	json_array_append_new(json_object_get(c->beside, "voters"), json_pack("{s:s}", "member", "none"));
	ends(13, "");
	says("proposal 1: cannot tell: ");
}

/* It was decided after the list was made. */
static void decided_meanwhile(void **state)
{
	(void)state;
	counter_admit(c);
	c->beside = json_pack("{s:s}", "outcome", "yes");
	ends(0, " --all");
	says("1 Ned: admitted -> would be admitted");
}

static void put(const char *name, const json_t *doc)
{
	char path[2 * HOME_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", c->dir, name);
	assert_int_equal(json_dump_file(doc, path, 0), 0);
}

static void records_in_files(void **state)
{
	char rest[3 * HOME_PATH_MAX], folder[HOME_PATH_MAX];

	(void)state;
	counter_admit(c);
	snprintf(folder, sizeof(folder), "%s/records", c->dir);
	assert_int_equal(mkdir(folder, 0755), 0);
	put("records/1.json", c->record);
	put("records/notes", c->record);
	with("/admission", "{\"votes\":{\"count\":3}}");
	snprintf(rest, sizeof(rest), " %s/1.json", folder);
	ends(10, rest);
	says("1 Ned: admitted -> would still wait: has 2, needs 3");
	says_not("pinned");
	snprintf(rest, sizeof(rest), " %s", folder);
	ends_for("nobody", 10, rest);
	says("no group is pinned here");
	says("1 application under");
	/* one that was altered stops none of the others */
	json_array_remove(json_object_get(c->record, "votes"), 0);
	put("records/0.json", c->record);
	ends(10, rest);
	says("records/0.json: cannot tell: ");
	says("(votes_differ)");
	says("2 applications under");
	says("1 differs, 1 cannot be told");
	snprintf(rest, sizeof(rest), " %s/0.json", folder);
	ends(13, rest);
	snprintf(rest, sizeof(rest), " %s/none", folder);
	ends(5, rest);
}

static void json_says_the_same(void **state)
{
	json_t *doc, *one;

	(void)state;
	counter_admit(c);
	c->outcome = "yes";
	ends(0, " --json");
	doc = json_loads(c->out, 0, NULL);
	assert_int_equal(json_integer_value(json_object_get(doc, "applications")), 1);
	assert_int_equal(json_array_size(json_object_get(doc, "list")), 0);
	json_decref(doc);
	with("/admission", "{\"votes\":{\"count\":3}}");
	ends(10, " --json");
	doc = json_loads(c->out, 0, NULL);
	assert_int_equal(json_integer_value(json_object_get(doc, "differ")), 1);
	assert_int_equal(json_integer_value(json_object_get(doc, "unknown")), 0);
	one = json_array_get(json_object_get(doc, "list"), 0);
	assert_int_equal(json_integer_value(json_object_get(one, "proposal")), 1);
	assert_string_equal(json_string_value(json_object_get(one, "name")), "Ned");
	assert_string_equal(json_string_value(json_object_get(one, "then")), "admitted");
	assert_string_equal(json_string_value(json_object_get(one, "draft")), "would still wait");
	assert_string_equal(json_string_value(json_object_get(one, "why")), "has 2, needs 3");
	assert_string_equal(json_string_value(json_object_get(one, "refusal")), "votes_missing");
	assert_true(json_is_true(json_object_get(one, "differs")));
	json_decref(doc);
}

/* What is wrong with a draft is said, and it is replayed. */
static void unwise_drafts(void **state)
{
	(void)state;
	counter_admit(c);
	c->outcome = "yes";
	with("/tests", "[{\"name\":\"nobody votes\",\"members\":3,\"expect\":\"yes\"}]");
	ends(0, "");
	says("the draft's own tests fail");
	says("nobody votes");
	says("1 the same");
	with("/tests", "[]");
	ends(0, "");
	says_not("tests fail");
}

static void mistakes(void **state)
{
	(void)state;
	ends(5, " /nowhere.json");
	ends_for("nobody", 1, "");
	says("not_joined");
	ends(2, " --members 3");
	ends(5, " --trust /nowhere.json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_server_has, up, down),
		cmocka_unit_test_setup_teardown(expulsions_are_none, up, down),
		cmocka_unit_test_setup_teardown(a_record_that_is_missing, up, down),
		cmocka_unit_test_setup_teardown(what_is_open, up, down),
		cmocka_unit_test_setup_teardown(decided_meanwhile, up, down),
		cmocka_unit_test_setup_teardown(records_in_files, up, down),
		cmocka_unit_test_setup_teardown(json_says_the_same, up, down),
		cmocka_unit_test_setup_teardown(unwise_drafts, up, down),
		cmocka_unit_test_setup_teardown(mistakes, up, down),
	};

	return cmocka_run_group_tests_name("cmd_charter_replay", tests, NULL, NULL);
}
