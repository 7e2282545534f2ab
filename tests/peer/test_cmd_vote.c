/* SPDX-License-Identifier: ISC
 * gmc proposals, vote, submit, expel and revoke: what a member signs, and what it will not sign. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
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

/* ana has joined; Ned has applied. */
static int up(void **state)
{
	char line[512];

	(void)state;
	c = counter_open(NULL);
	world_apply(c->w);
	world_propose_admission(c->w);
	snprintf(line, sizeof(line), "join %s", c->link);
	return run(line);
}

static int down(void **state)
{
	(void)state;
	counter_close(c);
	return 0;
}

static void table(void **state)
{
	(void)state;
	gives(0, run("proposals"));
	says("Ned");
	says("admit");
	says("0 of 2");
	gives(0, run("proposals --json"));
	says("\"number\": 1");
	assert_int_equal(c->out[0], '[');
	gives(0, run("proposals 1"));
	says("admit Ned");
	gives(1, run("proposals 2"));
	gives(2, run("proposals Ned"));
}

/* What was posted is a vote that counts: in the world's own eyes. */
static void posted_vote_is(enum choice choice)
{
	struct at at = at_root(json_object_get(c->posted, "vote"), NULL);
	struct vote v;
	struct jws j;

	assert_string_equal(c->posted_to, "/proposals/1/votes");
	assert_true(jws_read(&at, &j));
	assert_true(vote_parse(&j, &v, NULL));
	assert_true(vote_fits(&v, &c->w->proposal, NULL));
	assert_true(jws_verify(c->w->c, &j, 0, sig_key_pub(c->w->members[0].key), NULL));
	assert_int_equal(v.choice, choice);
	assert_int_equal(id16_compare(&v.member, &c->w->members[0].member), 0);
	jws_free(&j);
}

static void votes(void **state)
{
	json_t *first;

	(void)state;
	c->yes = 1;
	gives(0, run("vote 1 yes"));
	assert_string_equal(c->out, "vote     Fay: yes (1 of 2), receipt kept\n");
	posted_vote_is(CHOICE_YES);
	first = json_incref(c->posted);
	c->w->now += 30;
	gives(0, run("vote 1 yes")); /* the same one once more, not a second one */
	assert_int_equal(c->posts, 2);
	assert_true(json_equal(first, c->posted));
	json_decref(first);
	gives(0, run("vote 1 no -m 'changed my mind'")); /* for the server to judge */
	posted_vote_is(CHOICE_NO);
}

static void refusals(void **state)
{
	(void)state;
	gives(2, run("vote 1"));
	gives(2, run("vote 1 maybe"));
	gives(2, run("vote one yes"));
	gives(2, run("vote 0 yes"));
	assert_int_equal(c->posts, 0);
	gives(1, run("vote 2 yes")); /* there is one proposal, and it is number 1 */
	says("(wrong_context)");
	c->w->now += 604800;
	gives(1, run("vote 1 yes"));
	says("(closed)");
	assert_int_equal(c->posts, 0);
}

static void server_refuses(void **state)
{
	(void)state;
	c->problem = "equivocation";
	gives(4, run("vote 1 yes"));
	says("(equivocation)");
	says("hint:");
	assert_int_equal(c->posts, 1);
	gives(0, run("vote 1 yes")); /* nothing was remembered of it */
}

static void receipts_are_checked(void **state)
{
	struct sig_key *other = envelope_key(SIG_ED25519);

	(void)state;
	c->false_receipt = true;
	gives(1, run("vote 1 yes"));
	says("(bad_receipt)");
	c->false_receipt = false;
	c->receipt_key = other;
	gives(1, run("vote 1 yes"));
	says("(bad_receipt)");
	says("not_a_notary");
	c->receipt_key = NULL;
	c->bent_receipt = true;
	gives(1, run("vote 1 yes"));
	says("bad_signature");
	sig_key_free(other);
}

static void another_notary(void **state)
{
	struct sig_key *other = envelope_key(SIG_ED25519);
	struct jws j = envelope(c->w->c, KIND_PROPOSAL, proposal_print(&c->w->proposal), other);

	(void)state;
	c->proposal = envelope_json(&j);
	gives(1, run("vote 1 yes"));
	says("(not_a_notary)");
	assert_int_equal(c->posts, 0);
	jws_free(&j);
	sig_key_free(other);
}

static void another_group(void **state)
{
	struct proposal p = c->w->proposal;
	struct jws j;

	(void)state;
	p.genesis.b[0] ^= 1;
	j = envelope(c->w->c, KIND_PROPOSAL, proposal_print(&p), c->w->keys->notary);
	c->proposal = envelope_json(&j);
	gives(1, run("vote 1 yes"));
	says("(wrong_context)");
	jws_free(&j);
	/* an expulsion names no application that would tell */
	world_propose_expulsion(c->w, 1);
	p = c->w->proposal;
	p.genesis.b[0] ^= 1;
	j = envelope(c->w->c, KIND_PROPOSAL, proposal_print(&p), c->w->keys->notary);
	json_decref(c->proposal);
	c->proposal = envelope_json(&j);
	gives(1, run("vote 2 yes"));
	says("another proposal than number 2 of this group");
	assert_int_equal(c->posts, 0);
	jws_free(&j);
}

static void unknown_charter(void **state)
{
	struct proposal p = c->w->proposal;
	struct jws j;

	(void)state;
	p.charter.b[0] ^= 1;
	j = envelope(c->w->c, KIND_PROPOSAL, proposal_print(&p), c->w->keys->notary);
	c->proposal = envelope_json(&j);
	gives(1, run("vote 1 yes"));
	says("(unknown_charter)");
	jws_free(&j);
}

/* The server shows another applicant's application beside the proposal. */
static void another_applicant(void **state)
{
	(void)state;
	c->application = json_incref(c->w->application_json);
	sig_key_free(c->w->applicant);
	c->w->applicant = envelope_key(SIG_P256);
	json_decref(c->proposal);
	c->proposal = json_incref(c->w->proposal_json);
	world_apply(c->w);
	json_decref(c->application);
	c->application = json_incref(c->w->application_json);
	gives(1, run("vote 1 yes"));
	says("(wrong_context)");
	assert_int_equal(c->posts, 0);
}

static void by_hand(void **state)
{
	char line[256];
	json_t *doc;

	(void)state;
	snprintf(line, sizeof(line), "vote 1 no --out %s/ana/vote.json", c->dir);
	gives(0, run(line));
	assert_int_equal(c->posts, 0);
	doc = counter_file(c, "ana", "vote.json");
	assert_non_null(json_object_get(doc, "vote"));
	snprintf(line, sizeof(line), "show %s/ana/vote.json", c->dir);
	gives(0, run(line));
	says("gmc-vote");
	says("\"choice\": \"no\"");
	snprintf(line, sizeof(line), "submit %s/ana/vote.json", c->dir);
	gives(0, run(line));
	says("vote received, receipt kept");
	posted_vote_is(CHOICE_NO);
	/* the bare envelope finds its way by its digest */
	snprintf(line, sizeof(line), "%s/ana/vote.json", c->dir);
	assert_int_equal(json_dump_file(json_object_get(doc, "vote"), line, 0), 0);
	json_decref(doc);
	snprintf(line, sizeof(line), "submit %s/ana/vote.json", c->dir);
	gives(0, run(line));
	posted_vote_is(CHOICE_NO);
	assert_int_equal(c->posts, 2);
}

static void stepping(void **state)
{
	(void)state;
	gives(0, counter_run(c, "ana", "?\ns\n", "vote"));
	says("y - yes");
	says("proposal 1: admit Ned");
	assert_int_equal(c->posts, 0);
	gives(0, counter_run(c, "ana", "q\n", "vote"));
	gives(0, counter_run(c, "ana", "", "vote"));
	assert_int_equal(c->posts, 0);
	gives(0, counter_run(c, "ana", "a\n", "vote"));
	posted_vote_is(CHOICE_ABSTAIN);
	gives(0, counter_run(c, "ana", "y\n", "vote")); /* voted on: not asked again */
	assert_int_equal(c->posts, 1);
	says("nothing is open");
}

static void expulsion(void **state)
{
	char line[128], hex[ID16_TEXT];

	(void)state;
	id16_text(&c->w->members[1].member, hex);
	snprintf(line, sizeof(line), "expel %s -m 'sold his key'", hex);
	gives(0, run(line));
	says("proposal 7 is open, receipt kept");
	assert_string_equal(c->posted_to, "/proposals");
	assert_string_equal(json_string_value(json_object_get(json_object_get(c->posted, "reason"), "text")), "sold his key");
	/* on oneself nobody votes */
	world_propose_expulsion(c->w, 0);
	gives(1, run("vote 2 no"));
	says("(not_in_electorate)");
	assert_int_equal(c->posts, 1);
}

static void revocation(void **state)
{
	(void)state;
	gives(2, run("revoke"));
	says("(not_confirmed)");
	gives(2, run("revoke --own-key --serial 00112233445566778899aabbccddeeff --yes"));
	gives(2, run("revoke --own-key --cause nonsense --yes"));
	gives(2, run("renew --type p256")); /* of which key? */
	assert_int_equal(c->posts, 0);
	gives(0, run("revoke --own-key --cause key_compromise --yes"));
	assert_string_equal(c->posted_to, "/revocations");
	gives(0, run("revoke --yes"));
	assert_int_equal(c->posts, 2);
}

static void lacks(const char *text)
{
	if (strstr(c->out, text) != NULL)
		fail_msg("\"%s\" is said:\n%s", text, c->out);
}

static void lists(void **state)
{
	(void)state;
	gives(0, run("members"));
	says("Fay");
	lacks("Lou");
	gives(0, run("members --all"));
	says("Lou");
	gives(0, run("applications"));
	says("Ned");
	lacks("Oz");
	gives(0, run("applications --all --json"));
	says("\"state\": \"refused\"");
}

/* Whom the charter names says it, on what the notary put; nobody else's word is even sent. */
static void words(void **state)
{
	char line[512], digest[DIGEST_TEXT];

	(void)state;
	gives(1, run("word 1 approve"));
	says("(not_an_operator)");
	gives(2, run("word 1 yes"));
	gives(2, run("word Ned approve"));
	assert_int_equal(c->posts, 0);
	snprintf(line, sizeof(line), "fetch %s", c->link);
	counter_key(c, "olga", c->w->keys->operators[0]);
	gives(0, counter_run(c, "olga", "", line)); /* no member, and she applies to nobody */
	gives(0, counter_run(c, "olga", "", "word 1 approve"));
	says("approved, receipt kept");
	digest_text(&c->w->proposal.subject, digest);
	snprintf(line, sizeof(line), "/applications/%s/words", digest);
	assert_string_equal(c->posted_to, line);
	/* by its digest, and the server has another one in its place */
	c->state = "received";
	snprintf(line, sizeof(line), "word %s refuse", digest);
	gives(0, counter_run(c, "olga", "", line));
	c->show_proposal = true;
	gives(0, counter_run(c, "olga", "", line));
	digest[DIGEST_TEXT - 2] = digest[DIGEST_TEXT - 2] == '0' ? '1' : '0';
	snprintf(line, sizeof(line), "word %s refuse", digest);
	gives(1, counter_run(c, "olga", "", line));
	says("(wrong_context)");
	assert_int_equal(c->posts, 3);
}

static void strangers(void **state)
{
	(void)state;
	gives(1, counter_run(c, "eve", "", "vote 1 yes"));
	says("(not_joined)");
	gives(2, counter_run(c, "eve", "", "vtoe"));
	says("did you mean: gmc vote?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(table, up, down),
		cmocka_unit_test_setup_teardown(votes, up, down),
		cmocka_unit_test_setup_teardown(refusals, up, down),
		cmocka_unit_test_setup_teardown(server_refuses, up, down),
		cmocka_unit_test_setup_teardown(receipts_are_checked, up, down),
		cmocka_unit_test_setup_teardown(another_notary, up, down),
		cmocka_unit_test_setup_teardown(another_group, up, down),
		cmocka_unit_test_setup_teardown(unknown_charter, up, down),
		cmocka_unit_test_setup_teardown(another_applicant, up, down),
		cmocka_unit_test_setup_teardown(by_hand, up, down),
		cmocka_unit_test_setup_teardown(stepping, up, down),
		cmocka_unit_test_setup_teardown(expulsion, up, down),
		cmocka_unit_test_setup_teardown(revocation, up, down),
		cmocka_unit_test_setup_teardown(lists, up, down),
		cmocka_unit_test_setup_teardown(words, up, down),
		cmocka_unit_test_setup_teardown(strangers, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
