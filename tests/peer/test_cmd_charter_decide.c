/* SPDX-License-Identifier: ISC
 * gmc charter decide: what it says, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/charters.h"
#include "tests/peer/counter.h"

static struct counter *c;
static char draft[HOME_PATH_MAX], story[HOME_PATH_MAX];

/* The draft is the charter of the group. */
static int up(void **state)
{
	(void)state;
	c = counter_open(NULL);
	snprintf(draft, sizeof(draft), "%s/draft.json", c->dir);
	snprintf(story, sizeof(story), "%s/story.json", c->dir);
	return file_write(draft, 0644, buf_slice(&c->w->charter->payload), NULL) ? 0 : -1;
}

static int down(void **state)
{
	(void)state;
	counter_close(c);
	return 0;
}

static void with_rule(const char *admission)
{
	json_t *doc = json_load_file(draft, 0, NULL);

	assert_non_null(doc);
	charters_set(doc, "/admission", admission);
	assert_int_equal(json_dump_file(doc, draft, JSON_INDENT(2)), 0);
	json_decref(doc);
}

/* Decides a scenario under the draft: the exit code must be this. */
static void ends(int code, const char *options, const char *scenario)
{
	char line[3 * HOME_PATH_MAX];
	int rc;

	assert_true(file_write(story, 0644, slice_str(scenario), NULL));
	snprintf(line, sizeof(line), "charter decide %s %s%s", draft, story, options);
	rc = counter_run(c, "nobody", "", line);
	if (rc != code)
		fail_msg("exit code %d, not %d: %s\n%s%s", rc, code, scenario, c->out, c->err);
}

static void says(const char *text)
{
	if (strstr(c->out, text) == NULL && strstr(c->err, text) == NULL)
		fail_msg("\"%s\" is not said:\n%s%s", text, c->out, c->err);
}

static void every_verdict_has_its_code(void **state)
{
	(void)state;
	with_rule("{\"votes\":{\"count\":2}}");
	ends(0, "", "{\"members\":3,\"yes\":2}");
	says("YES (0)");
	says("change   nothing");
	ends(10, "", "{\"members\":3,\"no\":2}");
	says("NO (10)");
	says("nothing can any more: has 0, needs 2 (votes_missing)");
	ends(13, "", "{\"members\":3,\"yes\":1,\"expect\":\"not yet\"}");
	says("NOT YET (13)");
	says("the term is open");
	says("[/admission/votes: needed 2, seen 1, missing 1]");
	says("change   1 more at /admission/votes: 1 of 2 say yes; 1 more yes is needed");
	ends(10, "", "{\"members\":3,\"yes\":1,\"closed\":true}");
	says("the term is over");
	says("before the close, 1 more at /admission/votes");
	ends(0, "", "{\"members\":3,\"yes\":2,\"closed\":true}");
	says("change   nothing: the term is over");
	ends(0, "", "{\"question\":\"amend\"}");
	says("the charter has no rule for this question");
}

static void what_is_expected_is_compared(void **state)
{
	(void)state;
	with_rule("{\"votes\":{\"count\":2}}");
	ends(1, "", "{\"members\":3,\"yes\":1,\"expect\":\"yes\"}");
	says("NOT YET");
	says("the scenario expects \"yes\", and the charter says \"not yet\"");
	says("(test_failed)");
	ends(0, "", "{\"members\":3,\"yes\":2,\"expect\":\"yes\"}");
	ends(1, "", "{\"members\":3,\"yes\":2,\"expect\":\"no\"}");
}

/* Of alternatives the nearest is named, and all that it takes. */
static void the_nearest_way_is_told(void **state)
{
	static const char rule[] =
		"{\"all\":[{\"any\":[{\"votes\":{\"count\":4}},{\"all\":[{\"authority\":{\"k\":1}},{\"work\":{\"effort\":20}}]}]},"
		"{\"vouches\":{\"count\":3}}]}";

	(void)state;
	with_rule(rule);
	ends(13, "", "{\"members\":9,\"yes\":1,\"vouches\":1}");
	says("change   1 more at /admission/all/0/any/1/all/0/authority");
	says("change   1 more at /admission/all/0/any/1/all/1/work");
	says("change   2 more at /admission/all/1/vouches");
	assert_null(strstr(c->out, "more at /admission/all/0/any/0/votes"));
	ends(13, "", "{\"members\":9,\"yes\":3,\"vouches\":3}");
	says("change   1 more at /admission/all/0/any/0/votes");
	assert_null(strstr(c->out, "more at /admission/all/0/any/1"));
	assert_null(strstr(c->out, "more at /admission/all/1/vouches"));
	ends(10, "", "{\"members\":2,\"yes\":1}");
	assert_null(strstr(c->out, "more at"));
	with_rule("{\"votes\":{\"count\":2,\"veto\":1}}");
	ends(13, "", "{\"members\":3,\"yes\":2}");
	says("could undo it (term_open)");
}

static void the_tree_is_indented(void **state)
{
	(void)state;
	with_rule("{\"any\":[{\"votes\":{\"count\":2,\"veto\":2}},{\"authority\":{\"k\":1}}]}");
	ends(13, "", "{\"members\":4,\"yes\":1,\"no\":1}");
	says("\n         ? 0 of 2 parts are met, 1 is needed [/admission/any: needed 1, seen 0, missing 1]\n           ? 1 of 2");
	says("[/admission/any/0/votes: needed 2, seen 1, missing 1, refused by 1]");
	ends(10, "", "{\"members\":4,\"no\":2,\"approvals\":[{\"by\":1,\"choice\":\"no\"},{\"by\":2,\"choice\":\"no\"}]}");
	says("\n           - ");
	ends(0, "", "{\"members\":4,\"approvals\":1}");
	says("\n           + 1 operator approves");
}

/* An act that counts for nothing is no silent mistake. */
static void later_acts_are_told(void **state)
{
	(void)state;
	with_rule("{\"votes\":{\"count\":2}}");
	ends(13, "", "{\"members\":3,\"yes\":1,\"vouches\":[{\"by\":1,\"at\":7}],\"challenges\":[{\"work\":1,\"at\":8}],\"now\":7}");
	says("unheard  1 act: ");
	ends(13, "", "{\"members\":3,\"yes\":1,\"vouches\":[{\"by\":1,\"at\":7}],\"challenges\":[{\"work\":1,\"at\":8}],\"now\":8}");
	assert_null(strstr(c->out, "unheard"));
	ends(10, "",
		"{\"members\":3,\"votes\":[{\"by\":1,\"choice\":\"yes\",\"at\":604800}],\"approvals\":[{\"by\":1,\"choice\":\"no\",\"at\":604800}],"
		"\"closed\":true}");
	says("unheard  2 acts: ");
}

static void json_says_the_same(void **state)
{
	json_t *doc, *node;

	(void)state;
	with_rule("{\"any\":[{\"votes\":{\"count\":2}},{\"authority\":{\"k\":2}}]}");
	ends(1, " --json", "{\"members\":4,\"yes\":1,\"no\":1,\"now\":5,\"expect\":\"no\"}");
	doc = json_loads(c->out, 0, NULL);
	assert_non_null(doc);
	assert_string_equal(json_string_value(json_object_get(doc, "verdict")), "not yet");
	assert_string_equal(json_string_value(json_object_get(doc, "expect")), "no");
	assert_string_equal(json_string_value(json_object_get(doc, "question")), "admit");
	assert_string_equal(json_string_value(json_object_get(doc, "refusal")), "votes_missing");
	assert_true(json_is_false(json_object_get(doc, "closed")) && json_is_false(json_object_get(doc, "expired")));
	assert_int_equal(json_array_size(json_object_get(doc, "trace")), 3);
	node = json_array_get(json_object_get(doc, "trace"), 1);
	assert_string_equal(json_string_value(json_object_get(node, "pointer")), "/admission/any/0/votes");
	assert_int_equal(json_integer_value(json_object_get(node, "depth")), 1);
	assert_int_equal(json_integer_value(json_object_get(node, "needed")), 2);
	assert_int_equal(json_integer_value(json_object_get(node, "seen")), 1);
	assert_int_equal(json_integer_value(json_object_get(node, "refusing")), 1);
	assert_int_equal(json_array_size(json_object_get(doc, "change")), 1);
	node = json_array_get(json_object_get(doc, "change"), 0);
	assert_string_equal(json_string_value(json_object_get(node, "pointer")), "/admission/any/0/votes");
	assert_int_equal(json_integer_value(json_object_get(node, "missing")), 1);
	json_decref(doc);
}

static void mistakes_have_a_place(void **state)
{
	char line[3 * HOME_PATH_MAX];

	(void)state;
	ends(1, "", "{\n  \"members\": 3,\n  \"votes\": [{\"by\": 4, \"choice\": \"yes\"}]\n}");
	says("story.json: ");
	says("(bad_charter)");
	says("/votes/0/by, line 3, column ");
	ends(1, "", "{\"members\":100001}");
	says("(test_failed)");
	ends(2, " --members 3", "{}");
	snprintf(line, sizeof(line), "charter decide %s", draft);
	assert_int_equal(counter_run(c, "nobody", "", line), 2);
	snprintf(line, sizeof(line), "charter decide %s %s/none", draft, c->dir);
	assert_int_equal(counter_run(c, "nobody", "", line), 5);
}

/* Each question is answered by its own rule. */
static void every_question_has_its_rule(void **state)
{
	json_t *doc = json_load_file(draft, 0, NULL);

	(void)state;
	charters_set(doc, "/renewal", "{\"votes\":{\"count\":2}}");
	charters_set(doc, "/recovery", "{\"member\":{\"vouches\":{\"count\":2}}}");
	assert_int_equal(json_dump_file(doc, draft, JSON_INDENT(2)), 0);
	json_decref(doc);
	ends(13, "", "{\"question\":\"renew\",\"members\":4,\"yes\":1}");
	says("rule     renewal of ");
	says("1 more at /renewal/votes");
	ends(13, "", "{\"question\":\"recover\",\"members\":4,\"vouches\":1}");
	says("rule     recovery/member of ");
	says("1 more at /recovery/member/vouches");
	ends(0, "", "{\"question\":\"recover\",\"members\":3,\"vouches\":2}");
	ends(1, "", "{\"question\":\"recover\",\"members\":3,\"vouches\":[{\"by\":3}]}");
	says("the last member is the one that the question is about");
	ends(0, "", "{\"question\":\"renew\",\"again\":true,\"members\":4,\"yes\":3}");
	says("rule     admission of ");
	doc = json_load_file(draft, 0, NULL);
	charters_set(doc, "/readmission", "{\"wait\":60,\"requirement\":{\"votes\":{\"count\":3}}}");
	assert_int_equal(json_dump_file(doc, draft, JSON_INDENT(2)), 0);
	json_decref(doc);
	ends(13, "", "{\"again\":true,\"members\":4,\"yes\":1}");
	says("[/readmission: needed 2");
	says("1 more at /admission/votes");
	says("2 more at /readmission/requirement/votes");
	ends(0, "", "{\"question\":\"amend\",\"again\":true}");
	says("rule     recovery/administrators/veto of ");
}

/* A signed charter, one that is pinned, and a scenario that is typed. */
static void charters_of_every_kind(void **state)
{
	char line[4 * HOME_PATH_MAX];

	(void)state;
	snprintf(line, sizeof(line), "join %s", c->link);
	assert_int_equal(counter_run(c, "ana", "", line), 0);
	assert_int_equal(counter_run(c, "ana", "{\"members\":3,\"yes\":3}", "charter decide 1 -"), 0);
	assert_int_equal(counter_run(c, "ana", "{\"members\":3}", "charter decide 1 -"), 13);
	assert_int_equal(counter_run(c, "ana", "", "charter show 1 --json"), 0);
	assert_true(file_write(draft, 0644, slice_str(c->out), NULL));
	ends(0, "", "{\"members\":3,\"yes\":3}");
	ends(13, "", "{\"members\":3}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_verdict_has_its_code, up, down),
		cmocka_unit_test_setup_teardown(what_is_expected_is_compared, up, down),
		cmocka_unit_test_setup_teardown(the_nearest_way_is_told, up, down),
		cmocka_unit_test_setup_teardown(the_tree_is_indented, up, down),
		cmocka_unit_test_setup_teardown(later_acts_are_told, up, down),
		cmocka_unit_test_setup_teardown(json_says_the_same, up, down),
		cmocka_unit_test_setup_teardown(every_question_has_its_rule, up, down),
		cmocka_unit_test_setup_teardown(mistakes_have_a_place, up, down),
		cmocka_unit_test_setup_teardown(charters_of_every_kind, up, down),
	};

	return cmocka_run_group_tests_name("cmd_charter_decide", tests, NULL, NULL);
}
