/* SPDX-License-Identifier: ISC
 * gmc verify, audit and show: the answers, and the exit codes that keep them apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/pem.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/records.h"
#include "tests/peer/counter.h"

static struct counter *c;

static int run(const char *line)
{
	return counter_run(c, "ana", "", line);
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

static void path_of(const char *file, char out[static HOME_PATH_MAX])
{
	snprintf(out, HOME_PATH_MAX, "%s/ana/%s", c->dir, file);
}

static void save(const char *file, struct slice bytes)
{
	char path[HOME_PATH_MAX];

	path_of(file, path);
	assert_true(file_write(path, 0644, bytes, NULL));
}

static void save_pem(const char *file, struct slice der)
{
	struct buf pem = { 0 };

	assert_true(pem_write("CERTIFICATE", der, &pem));
	save(file, buf_slice(&pem));
	buf_free(&pem);
}

static void save_json(const char *file, json_t *doc)
{
	char path[HOME_PATH_MAX];

	path_of(file, path);
	assert_int_equal(json_dump_file(doc, path, 0), 0);
	json_decref(doc);
}

/* A trust file, a record, and Ned's certificate. */
static int up(void **state)
{
	struct buf der = { 0 };

	(void)state;
	c = counter_open(NULL);
	counter_admit(c);
	save_json("t.json", world_trust(c->w, NULL));
	save_json("record.json", json_incref(c->record));
	world_gmc(c->w, CHARTERS_FOUNDERS, &der);
	save("ned.der", buf_slice(&der));
	save_pem("ned.pem", buf_slice(&der));
	der.p[der.n - 5] ^= 1;
	save("bent.der", buf_slice(&der));
	buf_free(&der);
	return 0;
}

static int down(void **state)
{
	(void)state;
	counter_close(c);
	return 0;
}

/* Runs `verb --trust t.json FILE more`. */
static int judge(const char *verb, const char *trust, const char *file, const char *more)
{
	char line[3 * HOME_PATH_MAX], t[HOME_PATH_MAX], f[HOME_PATH_MAX];

	path_of(trust, t);
	path_of(file, f);
	snprintf(line, sizeof(line), "%s --trust %s %s %s", verb, t, f, more);
	return run(line);
}

static void member(void **state)
{
	(void)state;
	gives(0, judge("verify", "t.json", "ned.pem", ""));
	says("MEMBER (0)");
	gives(0, judge("verify", "t.json", "ned.der", "--json"));
	says("\"verdict\": \"member\"");
	says("\"code\": 0");
}

static void others(void **state)
{
	struct counter *mine = c, *other = counter_open(NULL);
	struct buf der = { 0 };

	(void)state;
	world_gmc(other->w, 0, &der);
	counter_close(other);
	c = mine;
	save("foreign.der", buf_slice(&der));
	buf_free(&der);
	gives(10, judge("verify", "t.json", "foreign.der", ""));
	says("NOT A MEMBER");
	gives(14, judge("verify", "t.json", "bent.der", ""));
	says("FORGED");
	gives(14, judge("verify", "t.json", "bent.der", "--json"));
	says("\"code\": 14");
}

static void times(void **state)
{
	(void)state;
	gives(11, judge("verify", "t.json", "ned.pem", "--now 1"));
	gives(11, judge("verify", "t.json", "ned.pem", "--now 2032-01-01T00:00:00Z"));
	says("EXPIRED");
	gives(2, judge("verify", "t.json", "ned.pem", "--now yesterday"));
}

static void revoked(void **state)
{
	struct revocations l = world_revocations(c->w);
	struct revoked r = { .member = c->w->members[CHARTERS_FOUNDERS].member, .from = c->w->now, .cause = CAUSE_PRIVILEGE };

	(void)state;
	l.r = &r;
	l.n = 1;
	save_json("t.json", world_trust(c->w, world_list(c->w, &l, c->w->keys->revocation)));
	gives(12, judge("verify", "t.json", "ned.pem", ""));
	says("REVOKED");
	/* for a while */
	r.cause = CAUSE_HOLD;
	save_json("t.json", world_trust(c->w, world_list(c->w, &l, c->w->keys->revocation)));
	gives(12, judge("verify", "t.json", "ned.pem", ""));
	says("suspended");
	gives(12, judge("verify", "t.json", "ned.pem", "--json"));
	says("\"reason\": \"suspended\"");
}

static void of_clients(json_t *charter)
{
	charters_set(charter, "/membership/class", "\"client\"");
}

static void classes(void **state)
{
	struct counter *mine = c, *other = counter_open(of_clients);
	struct buf der = { 0 };

	(void)state;
	gives(0, judge("verify", "t.json", "ned.pem", "--json"));
	says("\"class\": \"peer\"");
	c = mine;
	world_gmc(other->w, 0, &der);
	save("client.der", buf_slice(&der));
	save_json("clients.json", world_trust(other->w, NULL));
	counter_close(other);
	buf_free(&der);
	gives(0, judge("verify", "clients.json", "client.der", "--json"));
	says("\"class\": \"client\"");
	gives(0, judge("verify", "clients.json", "client.der", ""));
	says("client: it uses the overlay");
}

static void cannot_tell(void **state)
{
	json_t *doc = world_trust(c->w, NULL);

	(void)state;
	json_object_del(doc, "revocations");
	save_json("t.json", doc);
	gives(13, judge("verify", "t.json", "ned.pem", ""));
	says("CANNOT TELL");
	save("t.json", slice_str("{\"kind\":\"gmc-trust\"}"));
	gives(13, judge("verify", "t.json", "ned.pem", ""));
	says("the trust file is of no use");
}

static void not_there(void **state)
{
	(void)state;
	gives(5, judge("verify", "none.json", "ned.pem", ""));
	gives(5, judge("verify", "t.json", "none.pem", ""));
	gives(5, judge("audit", "t.json", "none.json", ""));
	gives(2, run("verify"));
	gives(2, run("audit"));
}

static void explained(void **state)
{
	char more[HOME_PATH_MAX + 32], record[HOME_PATH_MAX];

	(void)state;
	path_of("record.json", record);
	snprintf(more, sizeof(more), "--explain --record %s", record);
	gives(0, judge("verify", "t.json", "ned.pem", more));
	says("under charter version 1: 2 yes, 0 no, 0 abstained of 3 members");
}

/* A record of somebody else's admission explains nothing. */
static void explained_by_another(void **state)
{
	char more[HOME_PATH_MAX + 32], record[HOME_PATH_MAX];
	struct buf der = { 0 };

	(void)state;
	world_gmc(c->w, 0, &der);
	save("founder.der", buf_slice(&der));
	buf_free(&der);
	path_of("record.json", record);
	snprintf(more, sizeof(more), "--explain --record %s", record);
	gives(13, judge("verify", "t.json", "founder.der", more));
	says("the record is about another member");
}

static void audits(void **state)
{
	json_t *doc;

	(void)state;
	gives(0, judge("audit", "t.json", "record.json", ""));
	says("decided again offline: YES (0)");
	says("2 yes, 0 no, 0 abstained, of 3 members");
	gives(0, judge("audit", "t.json", "record.json", "--json"));
	says("\"outcome\": \"yes\"");
	says("\"trace\"");
	doc = json_deep_copy(c->record);
	json_array_remove(json_object_get(doc, "votes"), 1);
	save_json("record.json", doc);
	gives(14, judge("audit", "t.json", "record.json", ""));
	says("FORGED (14)");
	save("record.json", slice_str("{"));
	gives(14, judge("audit", "t.json", "record.json", "--json"));
	says("\"outcome\": \"forged\"");
}

static void members_vouch(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"all\":[{\"votes\":{\"count\":1}},{\"vouches\":{\"count\":1}},{\"captcha\":{\"kinds\":[\"graphic\"]}}]}");
}

/* Where votes are named, so are vouches and challenges. */
static void vouches_are_named(void **state)
{
	struct hall *h = hall_open(members_vouch);
	char line[HOME_PATH_MAX + 32], path[HOME_PATH_MAX];
	struct buf der = { 0 };

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_vouch(h, 0, 1);
	hall_vouch(h, 1, 1);
	hall_meet(h);
	hall_decide(h, OUTCOME_YES);
	save_json("record.json", hall_record(h, true));
	save_json("t.json", world_trust(h->w, NULL));
	world_gmc(h->w, CHARTERS_FOUNDERS, &der);
	save("ned.der", buf_slice(&der));
	buf_free(&der);
	hall_close(h);
	gives(0, judge("audit", "t.json", "record.json", ""));
	says("1 yes, 0 no, 0 abstained, of 3 members");
	says("0 from operators, 2 vouches, 1 challenges met");
	gives(0, judge("audit", "t.json", "record.json", "--json"));
	says("\"vouches\": 2");
	says("\"challenges\": 1");
	says("\"on_probation\": 0");
	path_of("record.json", path);
	snprintf(line, sizeof(line), "show %s", path);
	gives(0, run(line));
	says("gmc-vouch");
	says("gmc-challenge");
	snprintf(line, sizeof(line), "--explain --record %s", path);
	gives(0, judge("verify", "t.json", "ned.der", line));
	says("1 yes, 0 no, 0 abstained of 3 members; 2 vouched");
}

static void another_groups_record(void **state)
{
	struct counter *mine = c, *other = counter_open(NULL);
	json_t *doc;

	(void)state;
	counter_admit(other);
	doc = json_incref(other->record);
	counter_close(other);
	c = mine;
	save_json("record.json", doc);
	gives(10, judge("audit", "t.json", "record.json", ""));
	says("OF ANOTHER GROUP");
}

static void shown(void **state)
{
	char line[HOME_PATH_MAX + 16], path[HOME_PATH_MAX];
	static const struct {
		const char *file, *says;
	} rows[] = {
		{ "ned.pem", "membership certificate" },
		{ "ned.der", "\"origin\": \"admission\"" },
		{ "record.json", "\"choice\": \"yes\"" },
		{ "t.json", "gmc-trust" },
		{ "head.json", "gmc-head" },
		{ "charter.json", "with 2 approvals" },
		{ "ca.der", "authority certificate" },
	};
	struct buf ca = { 0 };

	(void)state;
	save_json("head.json", world_head(c->w));
	save_json("charter.json", json_incref(c->w->log[0].object));
	world_ca(c->w, &ca);
	save("ca.der", buf_slice(&ca));
	buf_free(&ca);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		path_of(rows[i].file, path);
		snprintf(line, sizeof(line), "show %s", path);
		gives(0, run(line));
		says(rows[i].says);
	}
	save("junk", slice_str("junk"));
	path_of("junk", path);
	snprintf(line, sizeof(line), "show %s", path);
	gives(1, run(line));
	says("(unknown_object)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(member, up, down),
		cmocka_unit_test_setup_teardown(others, up, down),
		cmocka_unit_test_setup_teardown(times, up, down),
		cmocka_unit_test_setup_teardown(revoked, up, down),
		cmocka_unit_test_setup_teardown(classes, up, down),
		cmocka_unit_test_setup_teardown(cannot_tell, up, down),
		cmocka_unit_test_setup_teardown(not_there, up, down),
		cmocka_unit_test_setup_teardown(explained, up, down),
		cmocka_unit_test_setup_teardown(explained_by_another, up, down),
		cmocka_unit_test_setup_teardown(audits, up, down),
		cmocka_unit_test_setup_teardown(vouches_are_named, up, down),
		cmocka_unit_test_setup_teardown(another_groups_record, up, down),
		cmocka_unit_test_setup_teardown(shown, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
