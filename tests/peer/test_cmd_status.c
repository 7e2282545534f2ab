/* SPDX-License-Identifier: ISC
 * gmc status: how a member stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/peer/counter.h"

static struct counter *c;

static int up(void **state)
{
	(void)state;
	c = counter_open(NULL);
	return 0;
}

static int down(void **state)
{
	(void)state;
	counter_close(c);
	return 0;
}

static int run(const char *who, const char *line)
{
	return counter_run(c, who, "", line);
}

static void gives(int code, int rc)
{
	if (rc != code)
		fail_msg("exit code %d, not %d:\n%s%s", rc, code, c->out, c->err);
}

static void says(const char *text)
{
	if (strstr(c->out, text) == NULL && strstr(c->err, text) == NULL)
		fail_msg("\"%s\" is not said:\n%s%s", text, c->out, c->err);
}

/* Suspended is not revoked: the member is told which, and by what. */
static void suspended(void **state)
{
	struct revocations l = world_revocations(c->w);
	struct revoked r = { .member = c->w->members[0].member, .from = c->w->now, .cause = CAUSE_HOLD };
	char line[512];

	(void)state;
	snprintf(line, sizeof(line), "join %s", c->link);
	gives(0, run("ana", line));
	l.r = &r;
	l.n = 1;
	c->trust = world_trust(c->w, world_list(c->w, &l, c->w->keys->revocation));
	run("ana", "fetch");
	gives(0, run("ana", "status"));
	says("suspended");
	gives(0, run("ana", "status --json"));
	says("\"state\": \"suspended\"");
	says("\"verdict\": \"revoked\"");
	says("\"class\": \"peer\"");
}

static void of_clients(json_t *charter)
{
	charters_set(charter, "/membership/class", "\"client\"");
}

static void client(void **state)
{
	char line[512];

	(void)state;
	counter_close(c);
	c = counter_open(of_clients);
	snprintf(line, sizeof(line), "join %s", c->link);
	gives(0, run("ana", line));
	gives(0, run("ana", "status"));
	says("client: members use the overlay");
	gives(0, run("ana", "status --json"));
	says("\"class\": \"client\"");
}

/* Who waits is told of the frost for as long as it lasts; an end that has passed is none. */
static void frozen(void **state)
{
	char line[512];

	(void)state;
	c->state = "received";
	snprintf(line, sizeof(line), "join %s --name dee --no-wait", c->link);
	gives(0, run("dee", line));
	c->frozen_until = 4000000000;
	gives(0, run("dee", "status"));
	says("have stopped admissions until");
	gives(0, run("dee", "status --json"));
	says("\"frozen_until\": 4000000000");
	c->frozen_until = 1000;
	gives(0, run("dee", "status --json"));
	assert_null(strstr(c->out, "frozen"));
	gives(0, run("dee", "status"));
	assert_null(strstr(c->out, "stopped admissions"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(suspended, up, down),
		cmocka_unit_test_setup_teardown(client, up, down),
		cmocka_unit_test_setup_teardown(frozen, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
