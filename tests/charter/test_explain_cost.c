/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "charter/explain.h"
#include "charter/work.h"
#include "tests/charter/trees.h"

#define BOUNDS "Puzzles and work bound the rate at which they come; votes, quotas and sponsors bound their count.\n"
#define NOBODY "Nobody decides on it, so nothing in this rule bounds the number of identities.\n" BOUNDS
#define PEOPLE "What people decide has no price here; it is what bounds the number of identities.\n" BOUNDS
#define TRAINED "A program that was trained for a puzzle solves it for next to nothing.\n"

static struct requirement captcha(uint32_t kinds)
{
	return (struct requirement){ .type = REQ_CAPTCHA, .captcha_kinds = kinds };
}

static struct requirement work(int64_t effort)
{
	return (struct requirement){ .type = REQ_WORK, .effort = effort };
}

static void must_say(struct requirement *admission, const char *text)
{
	const struct charter c = { .admission = admission };
	struct buf out = { 0 };

	explain_cost(&c, &out);
	assert_string_equal(buf_cstr(&out), text);
	buf_free(&out);
}

static void what_machines_do(void **state)
{
	struct requirement parts[] = { work(1048576), captcha(CAPTCHA_GRAPHIC), { .type = REQ_EXTERNAL, .provider = "gate" } },
			   all = inner(REQ_ALL, 0, parts, 3), little = work(1);

	(void)state;
	must_say(&all,
		"One more identity costs an attacker, by the cheapest way in, 0.512 seconds of one processor core, a graphic puzzle and the word of 1 "
		"outside service.\n"
		"For a million identities that is about USD 4005.63, when hired people solve the puzzles.\n" TRAINED NOBODY);
	must_say(&parts[0],
		"One more identity costs an attacker, by the cheapest way in, 0.512 seconds of one processor core.\n"
		"For a million identities that is about USD 5.63.\n" NOBODY);
	must_say(&little,
		"One more identity costs an attacker, by the cheapest way in, 0.004 seconds of one processor core.\n"
		"For a million identities that is about USD 0.04.\n" NOBODY);
	parts[0] = parts[2];
	parts[1] = captcha(CAPTCHA_LOGIC);
	must_say(&all,
		"One more identity costs an attacker, by the cheapest way in, a logic puzzle and the word of 2 outside services.\n"
		"For a million identities that is about USD 7000.00, when hired people solve the puzzles.\n" TRAINED NOBODY);
}

static void what_people_decide(void **state)
{
	struct digest key = key_of(1);
	struct requirement parts[] = { captcha(CAPTCHA_AUDIO), count(2, 0), { .type = REQ_VOUCHES }, authority(1), list(&key, 1),
		{ .type = REQ_INVITATION } };
	struct requirement all = inner(REQ_ALL, 0, parts, 6);

	(void)state;
	must_say(&all,
		"One more identity costs an attacker, by the cheapest way in, an audio puzzle, a vote of members, members who vouch, the approval of "
		"operators, a place on the charter's list and an invitation.\n"
		"For a million identities that is about USD 1000.00, when hired people solve the puzzles.\n" TRAINED PEOPLE);
	must_say(&parts[1], "One more identity costs an attacker, by the cheapest way in, a vote of members.\n" PEOPLE);
}

static void nobody_gets_in(void **state)
{
	struct requirement never = work(WORK_EFFORT_MAX + 1);

	(void)state;
	must_say(NULL, "");
	must_say(&never, "There is no way in: the work that is asked for is more than anybody can do.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_machines_do),
		cmocka_unit_test(what_people_decide),
		cmocka_unit_test(nobody_gets_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
