/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "voting/plain.h"
#include "voting/tally.h"

static void schemes_stand_at_their_place(void **state)
{
	static const char *const names[] = { "plain", "threshold", "multisignature" };

	(void)state;
	for (int id = SCHEME_PLAIN; id <= SCHEME_MULTISIGNATURE; id++) {
		const struct scheme *s = scheme_of((enum charter_scheme)id);

		assert_int_equal(s->id, id);
		assert_string_equal(s->name, names[id - SCHEME_PLAIN]);
		assert_int_equal(s->supported, id != SCHEME_MULTISIGNATURE);
	}
	assert_ptr_equal(scheme_of(SCHEME_PLAIN)->vote_verify, plain_vote_verify);
	assert_ptr_equal(scheme_of(SCHEME_PLAIN)->part_verify, plain_part_verify);
	assert_int_equal(scheme_of(SCHEME_PLAIN)->weight_max, 1);
}

/* Whatever comes: a scheme that is not there yet takes no vote, not even to look at it. */
static void schemes_to_come_refuse_by_name(void **state)
{
	(void)state;
	for (int of = 0; of < 2; of++) {
		const struct scheme *s = scheme_of(SCHEME_MULTISIGNATURE);
		struct err e = { 0 };

		assert_false(of == 0 ? s->vote_verify(NULL, NULL, NULL, NULL, &e) : s->part_verify("record", NULL, &e));
		assert_string_equal(e.name, "feature_unsupported");
		assert_int_equal(s->weight_max, 0);
		assert_false(s->vote_verify(NULL, NULL, NULL, NULL, NULL));
	}
}

/* Who says yes in a threshold group answers for it as anywhere else; the members' key signs afterwards. */
static void votes_of_threshold_groups_are_plain(void **state)
{
	const struct scheme *s = scheme_of(SCHEME_THRESHOLD);

	(void)state;
	assert_ptr_equal(s->vote_verify, plain_vote_verify);
	assert_ptr_equal(s->part_verify, plain_part_verify);
	assert_int_equal(s->weight_max, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schemes_stand_at_their_place),
		cmocka_unit_test(schemes_to_come_refuse_by_name),
		cmocka_unit_test(votes_of_threshold_groups_are_plain),
	};

	return cmocka_run_group_tests_name("scheme", tests, NULL, NULL);
}
