/* SPDX-License-Identifier: ISC
 * One way to see ceremonies for any purpose: a dealing and a signing show through it what they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/voting/signers.h"
#include "voting/course.h"

static void a_dealing(void **state)
{
	struct circle circle;
	struct course c;
	struct err e = { 0 };
	struct post p;
	uint32_t turn = 7;

	(void)state;
	circle_open(&circle, 2, 3);
	assert_true(course_begin(&c, circle.ceremony, NULL, NULL, circle.crypto, &e));
	assert_int_equal(course_phase(&c), PHASE_JOIN);
	assert_true(course_waits(&c, 2));
	assert_int_equal(course_wants(&c, 2, &turn), PHASE_JOIN);
	assert_int_equal(turn, 0);
	circle_post(&circle, 2, circle_body(&circle, 2), &p);
	assert_true(course_take(&c, &p, &e));
	assert_int_equal(course_board(&c)->size, 1);
	assert_false(course_waits(&c, 2));
	assert_false(course_is_done(&c));
	assert_null(course_fault(&c, 0));
	c.dealing->of[0].fault = "silent";
	assert_string_equal(course_fault(&c, 0), "silent");
	course_lend(&c, NULL);
	assert_null(c.dealing->crypto);
	course_free(&c);
	course_free(&c);
	post_free(&p);
	circle_close(&circle);
}

static void a_signing(void **state)
{
	struct signers s;
	struct course c;
	struct err e = { 0 };
	uint32_t turn = 7;

	(void)state;
	signers_open(&s, 2, 3);
	assert_true(course_begin(&c, s.ceremony, &s.transcript, s.messages, s.circle.crypto, &e));
	assert_int_equal(course_phase(&c), PHASE_COMMIT);
	assert_true(course_waits(&c, 1));
	assert_int_equal(course_wants(&c, 1, &turn), PHASE_COMMIT);
	assert_int_equal(turn, 0);
	assert_int_equal(course_board(&c)->size, 0);
	assert_false(course_is_done(&c));
	c.signing->of[1].fault = "bad_part";
	assert_string_equal(course_fault(&c, 1), "bad_part");
	course_lend(&c, NULL);
	assert_null(c.signing->crypto);
	course_free(&c);
	signers_close(&s);
}

static void what_is_not_served(void **state)
{
	struct signers s;
	struct course c;
	struct err e = { 0 };

	(void)state;
	signers_open(&s, 2, 3);
	s.ceremony->purpose = CEREMONY_SHARE;
	assert_false(course_begin(&c, s.ceremony, &s.transcript, NULL, s.circle.crypto, &e));
	assert_string_equal(e.name, "feature_unsupported");
	s.ceremony->purpose = CEREMONY_SIGN;
	signers_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_dealing), cmocka_unit_test(a_signing),
		cmocka_unit_test(what_is_not_served) };

	return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}
