/* SPDX-License-Identifier: ISC
 * Candidates and measurements in the log: what a ledger takes, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/followers.h"
#include "tests/peer/inviting.h"

static void candidates_stand_once(void **state)
{
	struct world_mark m;

	(void)state;
	begin(asking);
	stand(0);
	follower_accepts(f);
	m = world_mark(w);
	w->now++;
	stand(0);
	follower_refuses_since(f, &m, "already_candidate");
	w->now += WINDOW;
	stand(0); /* the first one's time is over */
	follower_accepts(f);
	end();
	begin(NULL);
	stand(0);
	follower_refuses(f, "not_allowed");
	end();
}

static void members_measure_once_an_hour(void **state)
{
	struct measurement wrong;
	struct world_mark m;

	(void)state;
	begin(asking);
	stand(0);
	measure(0, 0, 70);
	follower_accepts(f);
	m = world_mark(w);
	w->now += 3599;
	measure(0, 0, 80);
	follower_refuses_since(f, &m, "too_soon");
	tell_load(0, 3); /* its own load is another thing */
	follower_accepts(f);
	m = world_mark(w);
	measure(0, 0, 80);
	follower_refuses_since(f, &m, "too_soon");
	/* what went with a refused entry is forgotten with it */
	measure(0, 1, 80);
	measure(0, 1, 80);
	follower_refuses_since(f, &m, "too_soon");
	measure(0, 1, 80);
	follower_accepts(f);
	w->now += 3600;
	measure(0, 0, 80);
	tell_load(0, 3);
	follower_accepts(f);
	m = world_mark(w);
	wrong = seen(0, 1);
	wrong.candidate.b[0] ^= 1;
	log_measure(&wrong, 1);
	follower_refuses_since(f, &m, "not_a_candidate");
	/* what was seen long ago is not seen again by being shown again */
	wrong = seen(0, 1);
	wrong.iat -= MEASUREMENT_SLACK + 1;
	log_measure(&wrong, 1);
	follower_refuses_since(f, &m, "measure_late");
	w->now += WINDOW;
	measure(0, 1, 80);
	follower_refuses_since(f, &m, "not_a_candidate");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(candidates_stand_once),
		cmocka_unit_test(members_measure_once_an_hour),
	};

	return cmocka_run_group_tests_name("ledger_candidate", tests, NULL, NULL);
}
