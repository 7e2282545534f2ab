/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/told.h"

static void expired_only_when_it_could_still_have_been(void **state)
{
	const struct requirement r = count(2, 0), impossible = count(4, 0);
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	tell(&t, 3, "y", "");
	t.f.closed = true;
	assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
	assert_true(trace.expired);
	assert_int_equal(trace.nodes[0].missing, 1);
	decision_trace_free(&trace);
	assert_true(charter_decide(group(), &impossible, &t.f, &v, &trace, NULL));
	assert_false(trace.expired);
	assert_int_equal(trace.nodes[0].missing, 0);
	decision_trace_free(&trace);
	tell(&t, 3, "ynn", "");
	t.f.closed = true;
	assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
	assert_int_equal(v, VERDICT_NO);
	assert_false(trace.expired);
	decision_trace_free(&trace);
}

static void the_trace_tells_every_node(void **state)
{
	struct digest keys[] = { key_of(1) };
	struct requirement two[] = { list(keys, 1), authority(2) };
	struct requirement three[] = { count(3, 0), inner(REQ_AT_LEAST, 1, two, 2), inner(REQ_ANY, 0, two, 2) };
	const struct requirement r = inner(REQ_ALL, 0, three, 3);
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	tell(&t, 5, "yyn", "y");
	assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
	assert_int_equal(trace.n, 8);
	assert_string_equal(trace.nodes[0].pointer, "/all");
	assert_string_equal(trace.nodes[1].pointer, "/all/0/votes");
	assert_string_equal(trace.nodes[2].pointer, "/all/1/at_least");
	assert_string_equal(trace.nodes[4].pointer, "/all/1/at_least/of/1/authority");
	assert_string_equal(trace.nodes[6].pointer, "/all/2/any/0/list");
	assert_int_equal(trace.nodes[6].depth, 2);
	assert_int_equal(trace.nodes[6].state, VERDICT_NO);
	assert_int_equal(trace.nodes[0].needed, 3);
	assert_int_equal(trace.nodes[0].seen, 0);
	assert_string_equal(trace.nodes[0].text, "0 of 3 parts are met, 3 are needed");
	assert_int_equal(trace.nodes[1].refusing, 1);
	assert_int_equal(trace.nodes[1].missing, 1);
	assert_string_equal(trace.nodes[1].text, "2 of 3 say yes; 1 more yes is needed");
	assert_string_equal(trace.nodes[4].text, "1 of 2 operators approve; 1 more is needed");
	assert_int_equal(trace.nodes[2].refusing, 1);
	assert_false(trace.nodes[1].met_now);
	decision_trace_free(&trace);
}

/* Of alternatives the nearest is named; of parts that are all needed, the first; when it is lost, what lost it. */
static void the_refusal_names_what_stands_in_the_way(void **state)
{
	struct digest keys[] = { key_of(1) };
	struct requirement parts[] = { list(keys, 1), count(3, 0), authority(1) };
	const struct requirement any = inner(REQ_ANY, 0, parts, 3), all = inner(REQ_ALL, 0, parts + 1, 2);
	const struct requirement lost = inner(REQ_ALL, 0, (struct requirement[]){ authority(1), count(3, 1) }, 2);
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	tell(&t, 5, "y", "");
	assert_true(charter_decide(group(), &any, &t.f, &v, &trace, NULL));
	assert_string_equal(trace.refusal, "approvals_missing");
	assert_string_equal(trace.missing, "has 0, needs 1");
	decision_trace_free(&trace);
	assert_true(charter_decide(group(), &all, &t.f, &v, &trace, NULL));
	assert_string_equal(trace.refusal, "votes_missing");
	assert_string_equal(trace.missing, "has 1, needs 3");
	decision_trace_free(&trace);
	tell(&t, 5, "n", "");
	assert_true(charter_decide(group(), &lost, &t.f, &v, &trace, NULL));
	assert_int_equal(v, VERDICT_NO);
	assert_string_equal(trace.refusal, "veto");
	decision_trace_free(&trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expired_only_when_it_could_still_have_been),
		cmocka_unit_test(the_trace_tells_every_node),
		cmocka_unit_test(the_refusal_names_what_stands_in_the_way),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
