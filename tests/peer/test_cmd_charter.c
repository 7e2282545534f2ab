/* SPDX-License-Identifier: ISC
 * gmc charter: shown, explained, edited, proposed, approved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/envelopes.h"
#include "tests/peer/counter.h"

static struct counter *c;

static int run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *fmt, ...)
{
	char line[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
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

static char edited[HOME_PATH_MAX], out[HOME_PATH_MAX], key[3][HOME_PATH_MAX];

/* ana has joined; Ada's, Ben's and Cyd's keys lie beside; edited is a copy of the charter as it is shown. */
static int up(void **state)
{
	FILE *f;

	(void)state;
	c = counter_open(NULL);
	if (run("join %s", c->link) != 0 || run("charter show") != 0)
		return -1;
	snprintf(edited, sizeof(edited), "%s/edited.json", c->dir);
	snprintf(out, sizeof(out), "%s/out.json", c->dir);
	f = fopen(edited, "w");
	fputs(c->out, f);
	fclose(f);
	for (size_t i = 0; i < 3; i++) {
		snprintf(key[i], sizeof(key[i]), "%s/admin%zu.pem", c->dir, i);
		assert_true(keyfile_write(key[i], c->w->keys->admins[i], NULL, NULL));
	}
	return 0;
}

static int down(void **state)
{
	(void)state;
	counter_close(c);
	return 0;
}

/* Changes the edited file. */
static void edit(const char *pointer, const char *json)
{
	json_t *doc = json_load_file(edited, 0, NULL);

	assert_non_null(doc);
	charters_set(doc, pointer, json);
	assert_int_equal(json_dump_file(doc, edited, JSON_INDENT(2)), 0);
	json_decref(doc);
}

static struct signed_charter draft_at(const char *path)
{
	json_t *doc = json_load_file(path, 0, NULL);
	struct signed_charter s;
	struct err e = { 0 };
	struct at at = at_root(doc, &e);

	assert_non_null(doc);
	if (!signed_charter_read(&at, NULL, &s))
		fail_msg("%s: %s", e.name, e.text);
	json_decref(doc);
	return s;
}

static void reading(void **state)
{
	(void)state;
	gives(0, run("charter explain"));
	says("at least 2");
	gives(0, run("charter explain 1 --members 12"));
	says("Admitting anybody, whatever the others say, takes 2 members");
	gives(0, run("charter explain 1 --members 12 --json"));
	says("\"block\"");
	says("\"cpu_ms\": 0");
	gives(0, run("charter explain %s", edited));
	gives(1, run("charter explain 2"));
	says("(unknown_charter)");
	gives(2, run("charter explain --members none"));
	gives(0, run("charter show --json"));
	says("\"approvals\"");
	gives(5, run("charter explain %s/none", c->dir)); /* unavailable, as a server is */
	says("(file_unreadable)");
}

static void linting(void **state)
{
	(void)state;
	gives(0, run("charter lint %s", edited));
	says("well formed");
	edit("/admission", "{\"votes\":{\"cuont\":2}}");
	gives(1, run("charter lint %s", edited));
	says("/admission/votes");
	says("line ");
	edit("/admission", "{\"invitation\":{\"life\":3600,\"draw\":3}}");
	gives(1, run("charter lint %s", edited));
	says("(inviting_missing)");
	assert_true(file_write(edited, 0644, slice_str("{\n  \"kind\": ,\n}"), NULL));
	gives(1, run("charter lint %s", edited));
	says("edited.json: line 2, column");
}

static void next_version(void **state)
{
	struct signed_charter s;
	struct err e = { 0 };

	(void)state;
	edit("/admission", "{\"votes\":{\"count\":3}}");
	gives(1, run("charter propose %s --offline --key %s --because trial", edited, key[0])); /* its own tests say otherwise */
	says("(test_failed)");
	edit("/tests", "[]");
	gives(0, run("charter propose %s --offline --effective 2h --key %s --out %s --because trial", edited, key[0], out));
	says("admission");
	s = draft_at(out);
	assert_int_equal(s.charter->version, 2);
	assert_int_equal(s.charter->effective, c->w->now + 10 + 7200);
	assert_int_equal(s.charter->founders_n, 0);
	assert_int_equal(s.charter->log_size, c->w->log_n);
	assert_true(chain_follows(s.charter, c->w->charter, &e));
	assert_false(chain_approved(c->w->c, &s, c->w->charter, &e));
	assert_string_equal(e.name, "approvals_missing");
	signed_charter_free(&s);
	/* the same administrator adds nothing; the second one completes it */
	gives(0, run("charter approve %s --offline --key %s --out %s --because trial", out, key[0], out));
	gives(0, run("charter approve %s --offline --key %s --out %s --because trial", out, key[1], out));
	s = draft_at(out);
	err_clear(&e);
	if (!chain_approved(c->w->c, &s, c->w->charter, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_int_equal(s.approved, 2);
	signed_charter_free(&s);
}

/* What lint finds asks for a reason, which is kept; what it calls an error is not approved. */
static void reasons(void **state)
{
	char path[HOME_PATH_MAX + 160], digest[DIGEST_TEXT];
	struct signed_charter s;
	json_t *kept;

	(void)state;
	edit("/tests", "[]");
	gives(1, run("charter propose %s --offline --key %s --out %s", edited, key[0], out));
	says("(reason_missing)");
	says("(no_tests)");
	assert_int_not_equal(access(out, F_OK), 0);
	gives(0, run("charter propose %s --offline --key %s --out %s --because \xc3\xa9prouv\xc3\xa9", edited, key[0], out));
	gives(1, run("charter approve %s --offline --key %s --out %s", out, key[1], out));
	says("(reason_missing)");
	gives(1, run("charter approve %s --offline --key %s --out %s --because=", out, key[1], out));
	gives(0, run("charter approve %s --offline --key %s --out %s --because none-needed", out, key[1], out));
	says("none-needed");
	s = draft_at(out);
	digest_text(&s.charter->object.digest, digest);
	snprintf(path, sizeof(path), "%s/ana/reasons/%s.json", c->dir, digest + strlen("sha256:"));
	kept = json_load_file(path, 0, NULL);
	assert_non_null(kept);
	assert_string_equal(json_string_value(json_object_get(kept, "because")), "none-needed");
	assert_string_equal(json_string_value(json_object_get(kept, "charter")), digest);
	assert_true(json_array_size(json_object_get(kept, "findings")) > 0);
	json_decref(kept);
	signed_charter_free(&s);
	edit("/amendment", "{\"list\":{\"keys\":[]}}");
	gives(1, run("charter propose %s --offline --key %s --because trial", edited, key[0]));
	says("(amendment_unreachable)");
	says("(charter_unwise)");
	gives(0, run("charter propose %s --offline --key %s --because trial --yes", edited, key[0]));
	gives(1, run("charter lint %s", edited));
	says("(charter_unwise)");
}

/* More yes votes than there are members: the server knows how many those are, and so may the administrator. */
static void too_few_members(void **state)
{
	(void)state;
	edit("/tests", "[]");
	edit("/admission", "{\"votes\":{\"count\":4}}");
	gives(0, run("charter propose %s --offline --key %s --because trial", edited, key[0]));
	gives(1, run("charter propose %s --key %s --because trial", edited, key[0]));
	says("(charter_unwise)");
	assert_int_equal(c->posts, 0);
	gives(0, run("charter propose %s --key %s --because trial --members 4", edited, key[0]));
	gives(1, run("charter propose %s --offline --key %s --because trial --members 3", edited, key[0]));
	says("(threshold_unreachable)");
	gives(0, run("charter lint %s --members 9 --turnout 30", edited));
	says("(quorum_above_turnout)");
}

static void posted(void **state)
{
	(void)state;
	edit("/purpose", "\"another one\"");
	gives(0, run("charter propose %s --key %s --because trial", edited, key[0]));
	assert_string_equal(c->posted_to, "/charters");
	assert_int_equal(json_array_size(json_object_get(c->posted, "approvals")), 1);
	says("1 of 2: open");
	assert_non_null(strstr(c->err, "purpose"));
}

static void refusals(void **state)
{
	(void)state;
	gives(1, run("charter propose %s --because trial", edited)); /* ana's own key is no administrator's */
	says("(not_an_administrator)");
	gives(2, run("charter propose %s --effective soon --key %s --because trial", edited, key[0]));
	edit("/voting/term", "1");
	gives(1, run("charter propose %s --key %s --because trial", edited, key[0]));
	says("/voting/term");
	gives(2, run("charter approve sha256:%064d --offline", 1));
	assert_int_equal(c->posts, 0);
}

/* A draft is asked for by its digest; another one in its place is not signed. */
static void drafts(void **state)
{
	struct signed_charter s;
	char digest[DIGEST_TEXT];

	(void)state;
	gives(0, run("charter propose %s --offline --key %s --out %s --because trial", edited, key[0], out));
	c->draft = json_load_file(out, 0, NULL);
	s = draft_at(out);
	digest_text(&s.charter->object.digest, digest);
	signed_charter_free(&s);
	gives(0, run("charter approve %s --key %s --because trial", digest, key[1]));
	assert_int_equal(json_array_size(json_object_get(c->posted, "approvals")), 2);
	edit("/purpose", "\"something else\"");
	gives(0, run("charter propose %s --offline --key %s --out %s --because trial", edited, key[0], out));
	json_decref(c->draft);
	c->draft = json_load_file(out, 0, NULL);
	gives(1, run("charter approve %s --key %s --because trial", digest, key[1]));
	says("(wrong_context)");
	assert_int_equal(c->posts, 1);
}

/* The first charter, by an administrator whose folder belongs to no group yet. */
static void first_charter(void **state)
{
	char line[4 * HOME_PATH_MAX];
	json_t *doc;

	(void)state;
	gives(0, run("charter show 1 --json"));
	doc = json_loads(c->out, 0, NULL);
	json_array_clear(json_object_get(doc, "approvals"));
	assert_int_equal(json_dump_file(doc, out, 0), 0);
	json_decref(doc);
	gives(1, counter_run(c, "bo", "", "status"));
	snprintf(line, sizeof(line), "charter approve %s --key %s --server %s --because trial", out, key[0], served_url(c->served));
	gives(0, counter_run(c, "bo", "", line));
	assert_string_equal(c->posted_to, "/charters");
	assert_int_equal(json_array_size(json_object_get(c->posted, "approvals")), 1);
	/* signed on one computer, sent from another that has not joined */
	snprintf(line, sizeof(line), "charter approve %s --key %s --offline --out %s --because trial", out, key[1], out);
	gives(0, counter_run(c, "bo", "", line));
	snprintf(line, sizeof(line), "submit %s", out);
	gives(1, counter_run(c, "bo", "", line));
	says("(not_joined)");
	snprintf(line, sizeof(line), "submit %s --server %s", out, served_url(c->served));
	gives(0, counter_run(c, "bo", "", line));
	says("approved 1 of 2: open");
	assert_int_equal(c->posts, 2);
}

static void too_late(void **state)
{
	(void)state;
	gives(0, run("charter propose %s --offline --effective 1m --key %s --out %s --because trial", edited, key[0], out));
	c->w->now += 61;
	gives(1, run("charter approve %s --offline --key %s --out %s --because trial", out, key[1], out));
	says("(approval_late)");
}

/* A successor that no server shows: enough administrators make it good. */
static void taking(void **state)
{
	char other[HOME_PATH_MAX], line[2 * HOME_PATH_MAX];

	(void)state;
	snprintf(other, sizeof(other), "%s/other.json", c->dir);
	edit("/tests", "[]");
	gives(0, run("charter propose %s --offline --effective 2h --key %s --out %s --because trial", edited, key[0], other));
	gives(0, run("charter approve %s --offline --key %s --out %s --because trial", other, key[1], other));
	edit("/authority/addresses", "[{\"url\":\"https://next.example\",\"from\":1,\"until\":9999999999}]");
	gives(0, run("charter propose %s --offline --effective 2h --key %s --out %s --because trial", edited, key[0], out));
	gives(1, run("charter take %s", edited));
	says("approvals_missing");
	gives(1, run("charter take %s", out));
	says("approvals_missing");
	gives(0, run("charter approve %s --offline --key %s --out %s --because trial", out, key[1], out));
	gives(0, run("charter take %s", out));
	says("version 2 is pinned");
	says("https://next.example");
	/* the same again is the same, another of its number is not */
	gives(0, run("charter take %s", out));
	gives(1, run("charter take %s", other));
	says("charter_fork");
	gives(0, run("charter show 2"));
	says("next.example");
	/* another takes what ana has pinned */
	snprintf(line, sizeof(line), "fetch %s", c->link);
	gives(0, counter_run(c, "bo", "", line));
	snprintf(line, sizeof(line), "charter take %s/ana/trust.json", c->dir);
	gives(0, counter_run(c, "bo", "", line));
	says("version 2 is pinned");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reading, up, down),
		cmocka_unit_test_setup_teardown(linting, up, down),
		cmocka_unit_test_setup_teardown(next_version, up, down),
		cmocka_unit_test_setup_teardown(reasons, up, down),
		cmocka_unit_test_setup_teardown(too_few_members, up, down),
		cmocka_unit_test_setup_teardown(posted, up, down),
		cmocka_unit_test_setup_teardown(refusals, up, down),
		cmocka_unit_test_setup_teardown(drafts, up, down),
		cmocka_unit_test_setup_teardown(first_charter, up, down),
		cmocka_unit_test_setup_teardown(too_late, up, down),
		cmocka_unit_test_setup_teardown(taking, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
