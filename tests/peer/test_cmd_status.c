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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(suspended, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
