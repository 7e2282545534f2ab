/* SPDX-License-Identifier: ISC
 * gmc join, fetch, status and audit --log, against a server that tells the truth, and one that does not. */
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

static int join(const char *who, const char *more)
{
	char line[512];

	snprintf(line, sizeof(line), "join %s %s", c->link, more);
	return run(who, line);
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

static void founder(void **state)
{
	static const char *const files[] = { "config.json", "trust.json", "head.json", "ca.pem", "crl.pem", "gmc.pem" };

	(void)state;
	gives(0, join("ana", ""));
	says("you are a member of");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!counter_has(c, "ana", files[i]))
			fail_msg("%s is missing", files[i]);
	assert_int_equal(c->posts, 0);
	gives(0, join("ana", "")); /* again */
	says("you are a member of");
	gives(0, run("ana", "status"));
	says("Fay: member");
	gives(0, run("ana", "status --json"));
	says("\"state\": \"member\"");
	gives(0, run("ana", "fetch"));
	says("charter version 1");
}

static void another_group(void **state)
{
	char link[LINK_TEXT_MAX];
	struct join_link l;

	(void)state;
	assert_true(join_link_parse(c->link, &l, NULL));
	l.genesis.b[0] ^= 1;
	join_link_print(&l, link);
	memcpy(c->link, link, sizeof(c->link));
	gives(1, join("dee", "--name dee")); /* the server's group is not the one that the link pins */
	says("(wrong_context)");
	assert_false(counter_has(c, "dee", "config.json"));
	assert_false(counter_has(c, "dee", "trust.json"));
	assert_false(counter_has(c, "dee", "key.pem"));
	l.genesis.b[0] ^= 1;
	join_link_print(&l, c->link);
	gives(0, join("ana", ""));
	memcpy(c->link, link, sizeof(c->link));
	gives(1, join("ana", ""));
	says("(wrong_link)");
}

/* From nothing to a certificate, interrupted wherever one can be. */
static void applicant(void **state)
{
	json_t *sent, *again;

	(void)state;
	gives(2, join("dee", ""));
	says("--name NAME");
	gives(2, run("dee", "--name dee join"));
	says("behind the command");
	assert_int_equal(c->posts, 0);
	c->state = "received";
	gives(0, join("dee", "--name dee --no-wait --statement 'let me in'"));
	says("dee: sha256:");
	says("receipt kept");
	assert_int_equal(c->posts, 1);
	assert_string_equal(c->posted_to, "/applications");
	assert_string_equal(json_string_value(json_object_get(json_object_get(c->posted, "statement"), "text")), "let me in");
	assert_true(counter_has(c, "dee", "key.pem") && counter_has(c, "dee", "application.json") && counter_has(c, "dee", "receipts"));
	sent = json_incref(c->posted);
	gives(15, join("dee", "--wait 0"));
	assert_int_equal(c->posts, 1); /* it goes on; it does not apply twice */
	gives(0, run("dee", "status --json"));
	says("\"state\": \"received\"");
	c->state = "issuing";
	gives(0, run("dee", "status"));
	says("gets the certificate");
	c->state = "received";
	again = counter_file(c, "dee", "application.json");
	assert_true(json_equal(again, sent));
	json_decref(again);
	json_decref(sent);
}

/* A lost answer: the very same application is sent again. */
static void same_application(void **state)
{
	json_t *sent;

	(void)state;
	c->state = "received";
	c->false_receipt = true;
	gives(1, join("dee", "--name dee --no-wait"));
	says("(bad_receipt)");
	sent = json_incref(c->posted);
	c->false_receipt = false;
	gives(0, join("dee", "--no-wait"));
	assert_int_equal(c->posts, 2);
	assert_true(json_equal(sent, c->posted));
	json_decref(sent);
}

static void stale_head(void **state)
{
	(void)state;
	c->state = "received";
	c->problem = "stale_head";
	gives(0, join("dee", "--name dee --no-wait"));
	assert_int_equal(c->posts, 2);
	c->problem = "key_in_use";
	counter_key(c, "eve", c->w->applicant);
	gives(4, join("eve", "--name eve --no-wait"));
	says("(key_in_use)");
}

static void admitted(void **state)
{
	(void)state;
	counter_key(c, "dee", c->w->applicant);
	c->state = "received";
	gives(0, join("dee", "--name dee --no-wait"));
	counter_admit(c);
	c->state = "member";
	c->show_certificate = true;
	gives(0, join("dee", ""));
	says("certificate ");
	says("all of it is in");
	says("decided again: yes, 2 yes of 3 members");
	assert_true(counter_has(c, "dee", "gmc.pem") && counter_has(c, "dee", "record.json"));
	gives(0, join("dee", ""));
	says("you are a member of");
	assert_int_equal(c->posts, 1);
}

static void withdrawn(void **state)
{
	(void)state;
	gives(1, run("dee", "withdraw"));
	says("(not_joined)");
	c->state = "received";
	gives(0, join("dee", "--name dee --no-wait"));
	gives(0, run("dee", "withdraw"));
	says("receipt kept");
	assert_int_equal(c->posts, 2);
	assert_non_null(strstr(c->posted_to, "/withdrawal"));
	assert_false(counter_has(c, "dee", "application.json"));
	gives(1, run("dee", "withdraw"));
	says("holds no application");
	gives(0, join("dee", "--no-wait")); /* a new one */
	assert_int_equal(c->posts, 3);
	gives(0, join("ana", ""));
	gives(1, run("ana", "withdraw"));
	says("gmc revoke");
}

/* Fetching alone brings everything, too. */
static void admitted_and_fetched(void **state)
{
	(void)state;
	counter_key(c, "dee", c->w->applicant);
	c->state = "received";
	gives(0, join("dee", "--name dee --no-wait"));
	gives(0, run("dee", "fetch"));
	says("received");
	assert_false(counter_has(c, "dee", "gmc.pem"));
	counter_admit(c);
	c->state = "member";
	c->show_certificate = true;
	gives(0, run("dee", "fetch"));
	says("decided again: yes, 2 yes of 3 members");
	assert_true(counter_has(c, "dee", "gmc.pem") && counter_has(c, "dee", "record.json"));
	gives(0, run("dee", "fetch"));
	says("certificate until");
	gives(0, run("dee", "audit 1"));
	says("decided again offline: YES");
	gives(4, run("dee", "audit 2"));
	gives(0, run("dee", "status"));
	says("dee: member");
	assert_int_equal(c->posts, 1);
}

/* Who only wants to know pins the group by its link, and applies to nobody. A founder is known by the key. */
static void pinned(void **state)
{
	char line[512];

	(void)state;
	snprintf(line, sizeof(line), "fetch %s", c->link);
	gives(0, run("eve", line));
	assert_true(counter_has(c, "eve", "trust.json") && counter_has(c, "eve", "crl.pem"));
	assert_false(counter_has(c, "eve", "key.pem"));
	gives(0, run("eve", "fetch"));
	gives(0, run("eve", "status"));
	says("not_applied");
	gives(0, run("ana", line));
	assert_true(counter_has(c, "ana", "gmc.pem"));
	gives(0, run("ana", "status"));
	says("Fay: member");
	gives(1, run("bo", "fetch"));
	says("(not_joined)");
	gives(2, run("bo", "fetch nonsense"));
	says("(bad_link)");
	assert_int_equal(c->posts, 0);
}

/* A certificate for another key is not taken, whatever the server calls it. */
static void not_mine(void **state)
{
	(void)state;
	c->state = "received";
	gives(0, join("dee", "--name dee --no-wait")); /* with a key of its own */
	counter_admit(c);
	c->state = "member";
	c->show_certificate = true;
	gives(1, join("dee", ""));
	says("(bad_certificate)");
	assert_false(counter_has(c, "dee", "gmc.pem"));
}

/* A record that was altered is not kept, and the member is told. */
static void false_record(void **state)
{
	(void)state;
	counter_key(c, "dee", c->w->applicant);
	c->state = "received";
	gives(0, join("dee", "--name dee --no-wait"));
	counter_admit(c);
	json_array_remove(json_object_get(c->record, "votes"), 0);
	c->state = "member";
	c->show_certificate = true;
	gives(1, join("dee", ""));
	assert_false(counter_has(c, "dee", "record.json"));
	counter_expel(c, 1); /* a good record, of something else */
	gives(1, join("dee", ""));
	says("not that of this admission");
	json_decref(c->record);
	c->record = NULL; /* a charter that does not show it */
	gives(0, join("dee", ""));
	says("does not show the record");
}

static void refused(void **state)
{
	(void)state;
	c->state = "received";
	gives(0, join("dee", "--name dee --no-wait"));
	c->state = "refused";
	gives(10, join("dee", ""));
	says("refused");
	c->state = "received";
	gives(0, join("dee", "--no-wait"));
	assert_int_equal(c->posts, 2); /* a new one */
}

static void log_forks(void **state)
{
	json_t *doc;

	(void)state;
	gives(0, join("ana", ""));
	world_apply(c->w); /* the log goes on */
	gives(0, run("ana", "fetch"));
	gives(0, run("ana", "audit --log"));
	says("entries hold");
	/* another history of the same length */
	c->w->log[c->w->log_n - 1].leaf.b[0] ^= 1;
	gives(1, run("ana", "fetch"));
	says("(log_forked)");
	assert_true(counter_has(c, "ana", "fork.json"));
	doc = counter_file(c, "ana", "fork.json");
	assert_non_null(json_object_get(doc, "seen"));
	assert_non_null(json_object_get(doc, "shown"));
	json_decref(doc);
	/* a longer one that is not the old one's continuation */
	world_propose_admission(c->w);
	gives(1, run("ana", "fetch"));
	says("(log_forked)");
}

static void log_lies(void **state)
{
	(void)state;
	gives(0, join("ana", ""));
	/* an entry that its own leaf does not hold */
	c->w->log[3].bytes.p[20] ^= 1;
	gives(14, run("ana", "audit --log"));
	says("FORGED");
}

static void log_cannot_hold(void **state)
{
	struct entry en = {
		.event = EVENT_JOINED, .object = digest_fill(9), .member = id16_fill(7), .key = digest_fill(8), .node = id16_fill(6)
	};

	(void)state;
	gives(0, join("ana", ""));
	world_log(c->w, en, NULL); /* signed by the notary's head, and decided by nobody */
	gives(0, run("ana", "fetch"));
	gives(14, run("ana", "audit --log"));
	says("entry 8");
}

/* Entries that hold by themselves, and are not those that the notary signed. */
static void other_entries(void **state)
{
	struct world_entry *last;

	(void)state;
	gives(0, join("ana", ""));
	world_apply(c->w);
	last = &c->w->log[c->w->log_n - 1];
	last->entry.time++;
	buf_free(&last->bytes);
	assert_true(entry_print(&last->entry, &last->bytes, NULL));
	gives(14, run("ana", "audit --log"));
	says("(log_forked)");
}

static void another_purpose(json_t *charter)
{
	charters_set(charter, "/purpose", "\"another one\"");
}

/* The trust file with a second charter. */
static json_t *trust_with(void (*change)(json_t *charter))
{
	json_t *payload = charters_next(c->w->keys, c->w->charter), *doc = world_trust(c->w, NULL);
	struct signed_charter next;

	if (change != NULL)
		change(payload);
	next = charters_signed(c->w->keys, payload, 2);
	json_array_append_new(
		json_object_get(doc, "charters"), signed_charter_print(buf_slice(&next.charter->payload), next.approvals, NULL));
	signed_charter_free(&next);
	return doc;
}

static void charters_fork(void **state)
{
	(void)state;
	c->trust = trust_with(NULL);
	gives(0, join("ana", ""));
	says("version 2");
	json_decref(c->trust);
	c->trust = trust_with(another_purpose);
	gives(1, run("ana", "fetch"));
	says("(charter_fork)");
	json_decref(c->trust);
	c->trust = NULL; /* the first one alone */
	gives(1, run("ana", "fetch"));
	says("(charter_rollback)");
}

static void lists_grow_old(void **state)
{
	struct revocations l = world_revocations(c->w);
	json_t *old;

	(void)state;
	old = world_trust(c->w, NULL);
	l.number = 2;
	c->trust = world_trust(c->w, world_list(c->w, &l, c->w->keys->revocation));
	gives(0, join("ana", ""));
	json_decref(c->trust);
	c->trust = old;
	gives(1, run("ana", "fetch"));
	says("(list_rollback)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(founder, up, down),
		cmocka_unit_test_setup_teardown(another_group, up, down),
		cmocka_unit_test_setup_teardown(applicant, up, down),
		cmocka_unit_test_setup_teardown(same_application, up, down),
		cmocka_unit_test_setup_teardown(stale_head, up, down),
		cmocka_unit_test_setup_teardown(admitted, up, down),
		cmocka_unit_test_setup_teardown(withdrawn, up, down),
		cmocka_unit_test_setup_teardown(admitted_and_fetched, up, down),
		cmocka_unit_test_setup_teardown(pinned, up, down),
		cmocka_unit_test_setup_teardown(not_mine, up, down),
		cmocka_unit_test_setup_teardown(false_record, up, down),
		cmocka_unit_test_setup_teardown(refused, up, down),
		cmocka_unit_test_setup_teardown(log_forks, up, down),
		cmocka_unit_test_setup_teardown(log_lies, up, down),
		cmocka_unit_test_setup_teardown(log_cannot_hold, up, down),
		cmocka_unit_test_setup_teardown(other_entries, up, down),
		cmocka_unit_test_setup_teardown(charters_fork, up, down),
		cmocka_unit_test_setup_teardown(lists_grow_old, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
