/* SPDX-License-Identifier: ISC
 * What stands in a record for a renewal or recovery stands in no other, and needs its member's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

static json_t *admission(void)
{
	open_hall(NULL);
	admit();
	return hall_record(h, true);
}

static void test_a_holder_beside_an_application(void **state)
{
	json_t *doc = admission();

	(void)state;
	json_object_set_new(doc, "holder", json_object());
	refused(doc, "unknown_member");
}

static void test_two_subjects(void **state)
{
	json_t *doc = admission();

	(void)state;
	json_object_set(doc, "renewal", json_object_get(doc, "application"));
	refused(doc, "bad_record");
}

static void test_a_request_without_its_member(void **state)
{
	json_t *doc = admission();

	(void)state;
	json_object_set(doc, "recovery", json_object_get(doc, "application"));
	json_object_del(doc, "application");
	refused(doc, "missing_member");
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(a_holder_beside_an_application), TEST(two_subjects), TEST(a_request_without_its_member) };

	return cmocka_run_group_tests_name("record_request", tests, NULL, NULL);
}
