/* SPDX-License-Identifier: ISC
 * The record of a vote on new administrators is of those whom recovery keys named, and of no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/recorded.h"

static void asking(json_t *charter)
{
	vote_to_amend(charter);
	charters_set(charter, "/recovery", "{\"administrators\":{\"threshold\":1,\"keys\":[{\"name\":\"Eve\"}],\"notice\":0,\"veto\":2}}");
	charters_set(charter, "/recovery/administrators/keys/0/key", "@/authority/notaries/0/key");
}

static void again(const struct world *world, struct proposal *p)
{
	(void)world;
	p->again = true;
}

static void test_of_administrators(void **state)
{
	(void)state;
	open_hall(asking);
	w->twist_proposal = again;
	json_decref(amend(OUTCOME_YES));
	refused(hall_record(h, true), "again_differs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_administrators),
	};

	return cmocka_run_group_tests_name("record_recovery", tests, NULL, NULL);
}
