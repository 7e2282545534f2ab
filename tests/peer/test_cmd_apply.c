/* SPDX-License-Identifier: ISC
 * gmc join of somebody who was admitted, where the server gives no record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/records.h"
#include "tests/peer/counter.h"

static struct counter *c;

static int down(void **state)
{
	(void)state;
	counter_close(c);
	return 0;
}

static int join(void)
{
	char line[512];

	snprintf(line, sizeof(line), "join %s --name dee --no-wait", c->link);
	return counter_run(c, "dee", "", line);
}

static void admitted(const char *record_problem)
{
	c = counter_open(NULL);
	counter_key(c, "dee", c->w->applicant);
	c->state = "received";
	assert_int_equal(join(), 0);
	counter_admit(c);
	json_decref(c->record);
	c->record = NULL;
	c->record_problem = record_problem;
	c->state = "member";
	c->show_certificate = true;
}

/* A group where so much happens that the record has no room for it lets members in all the same. */
static void test_no_room_for_the_record(void **state)
{
	(void)state;
	admitted("record_too_large");
	assert_int_equal(join(), 0);
	assert_non_null(strstr(c->err, "does not show the record"));
	assert_null(strstr(c->err, "\xc2\x9b"));
	assert_true(counter_has(c, "dee", "gmc.pem"));
	assert_false(counter_has(c, "dee", "record.json"));
}

static void test_any_other_refusal_is_one(void **state)
{
	(void)state;
	admitted("undecided");
	assert_int_not_equal(join(), 0);
	assert_false(counter_has(c, "dee", "record.json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_no_room_for_the_record, down),
		cmocka_unit_test_teardown(test_any_other_refusal_is_one, down),
	};

	return cmocka_run_group_tests_name("cmd_apply", tests, NULL, NULL);
}
