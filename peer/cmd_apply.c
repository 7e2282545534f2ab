/* SPDX-License-Identifier: ISC
 * Applying, and waiting for what becomes of it. */
#include "peer/cmd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "charter/decide.h"
#include "peer/application.h"

enum { APPLICATION_FILE_MAX = 64 * 1024, POLL_SECONDS = 2, POLL_SECONDS_MAX = 60 };

static bool fill_application(struct cli *c, struct application *a)
{
	struct buf csr = { 0 };
	bool rc = c->trust->has_head || err_set(&c->e, "no_head", "the server shows no head of the group's log yet: try again in a moment");

	rc = rc && csr_make(c->crypto, c->key, c->home.name, &csr, &c->e);
	rc = rc && (csr.n <= sizeof(a->csr) || err_set(&c->e, "bad_csr", "the certification request became too large"));
	if (rc) {
		memcpy(a->csr, csr.p, csr.n);
		a->csr_n = csr.n;
		a->genesis = c->home.link.genesis;
		a->charter = cmd_in_force(c)->object.digest;
		snprintf(a->name, sizeof(a->name), "%s", c->home.name);
		a->log_size = c->trust->head.size;
		a->log_root = c->trust->head.root;
		a->iat = c->now;
	}
	buf_free(&csr);
	return rc;
}

/* Others are to see a name; at a terminal it is asked for. */
static bool have_name(struct cli *c)
{
	int fd = fileno(c->in);

	if (c->home.name[0] == '\0' && fd >= 0 && isatty(fd) == 1) {
		fflush(c->term.out);
		fputs("Your name, as the group is to see it: ", c->term.err);
		fflush(c->term.err);
		if (!cmd_line(c, c->home.name, sizeof(c->home.name)))
			c->home.name[0] = '\0';
	}
	return c->home.name[0] != '\0' || err_set(&c->e, "bad_argument", "an application needs your name: --name NAME");
}

/* {"application", "statement"?}, kept before it is sent: what is sent again must be the very same. */
static json_t *make_application(struct cli *c)
{
	const char *statement = cmd_option(c, OPT_STATEMENT);
	struct application a = { 0 };
	json_t *body = NULL, *text = NULL, *envelope;
	uint8_t nonce[16];

	if (!have_name(c) || !fill_application(c, &a))
		return NULL;
	a.has_statement = statement != NULL;
	if (statement != NULL && (text = cmd_free_text(c, statement, &a.statement)) == NULL)
		return NULL;
	bytes_random(nonce, sizeof(nonce));
	envelope = cmd_sign(c, KIND_APPLICATION, application_print(&a, nonce));
	if (envelope != NULL)
		body = text != NULL ? json_pack("{s:O, s:O}", "application", envelope, "statement", text)
				    : json_pack("{s:O}", "application", envelope);
	if (body == NULL)
		err_memory(&c->e);
	json_decref(envelope);
	json_decref(text);
	return body;
}

static bool asks_challenges(const struct requirement *r)
{
	return requirement_has(r, REQ_CAPTCHA) || requirement_has(r, REQ_WORK) || requirement_has(r, REQ_EXTERNAL);
}

/* Puts a ticket beside the application, with what was solved by it. Who has a sponsor may do without, and so does everybody where the
 * server sets none. */
static bool add_ticket(struct cli *c, json_t *body)
{
	const struct charter *charter = cmd_in_force(c);
	json_t *ticket = NULL;

	if (!asks_challenges(charter->admission) || options_given(&c->opt, OPT_SPONSOR))
		return true;
	if (!cmd_meet(c, charter, charter_requirement(charter, Q_ADMIT, true), NULL, &ticket)) {
		bool none = err_is(&c->e, "not_found") || err_is(&c->e, "not_allowed");

		err_clear(none ? &c->e : NULL);
		return none;
	}
	return json_object_set_new(body, "ticket", ticket) == 0 || err_memory(&c->e);
}

void cmd_forget_application(struct cli *c)
{
	home_remove(&c->home, HOME_APPLICATION);
	c->home.has_application = false;
	home_save(&c->home, NULL);
}

/* The ticket that was kept with the application serves no more: the next one gets another. */
static bool is_about_challenges(const char *error)
{
	static const char *const names[] = { "challenge_missing", "challenge_expired", "challenge_spent", "challenge_foreign",
		"challenge_forged" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(error, names[i]) == 0)
			return true;
	return false;
}

static bool send_application(struct cli *c, bool *again)
{
	json_t *body, *answer = NULL;
	struct digest digest;
	char words[20];

	if (home_has(&c->home, HOME_APPLICATION))
		body = home_read_json(&c->home, HOME_APPLICATION, APPLICATION_FILE_MAX, &c->e);
	else
		body = make_application(c);
	if (body != NULL && !home_has(&c->home, HOME_APPLICATION) && !add_ticket(c, body)) {
		json_decref(body);
		return false;
	}
	if (body != NULL && cmd_digest(c, KIND_APPLICATION, json_object_get(body, "application"), &digest) &&
		home_write_json(&c->home, HOME_APPLICATION, body, &c->e))
		answer = cmd_post_body(c, "/applications", body, "application", KIND_APPLICATION);
	if (answer != NULL) {
		c->home.has_application = true;
		c->home.application = digest;
		cmd_short(&digest, words);
		term_line(&c->term, "apply", "%s: %s..., receipt kept", c->home.name, words);
	}
	*again = answer == NULL && (err_is(&c->e, "stale_head") || err_is(&c->e, "charter_not_in_force"));
	if (answer == NULL && is_about_challenges(c->e.name))
		cmd_forget_application(c);
	json_decref(answer);
	json_decref(body);
	return answer != NULL && home_save(&c->home, &c->e);
}

bool cmd_apply(struct cli *c)
{
	bool again = false;

	if (c->home.has_application)
		return true;
	if (send_application(c, &again))
		return true;
	if (!again)
		return false;
	/* the log went on, or a charter came into force, since the application was made: one more, with the head of now */
	err_clear(&c->e);
	cmd_forget_application(c);
	return cmd_refresh(c) && send_application(c, &again);
}

/* What the server says of the application, as one line, whenever more than the time has changed; `last` is what changes. */
static void tell_progress(struct cli *c, const json_t *doc, const char *state, char last[static TERM_SAFE])
{
	const json_t *p = json_object_get(doc, "proposal"), *yes = json_object_get(p, "yes");
	int64_t opened = json_integer_value(json_object_get(p, "opened"));
	uint32_t n = (uint32_t)json_integer_value(json_object_get(p, "electors"));
	long long number = (long long)json_integer_value(json_object_get(p, "number")),
		  said = yes != NULL ? (long long)json_integer_value(yes) : -1;
	char key[TERM_SAFE], counts[64] = "", when[TIME_WORDS + 16];

	snprintf(key, sizeof(key), "%.64s %lld %lld", state, number, said);
	if (strcmp(key, last) == 0 || c->term.json)
		return;
	memcpy(last, key, sizeof(key));
	if (p == NULL) {
		term_note(&c->term, "%-8s %s", "wait", state);
		return;
	}
	cmd_when(json_integer_value(json_object_get(p, "closes")), c->now, when);
	if (said >= 0)
		snprintf(counts, sizeof(counts), ", %lld yes (%u needed)", said,
			(unsigned)cmd_votes_needed(cmd_in_force_at(c, opened), Q_ADMIT, n));
	term_note(&c->term, "%-8s %s: proposal %lld%s, closes %s", "wait", state, number, counts, when);
}

bool cmd_take_record(struct cli *c, int64_t proposal, const struct id16 *member)
{
	char path[CLIENT_PATH_MAX], safe[TERM_SAFE];
	struct buf text = { 0 };
	struct audit a = { 0 };
	bool rc;

	snprintf(path, sizeof(path), "/proposals/%lld/record", (long long)proposal);
	if (!client_get(c->client, path, RECORD_MAX, &text, &c->e)) {
		rc = client_status(c->client) == 403 || client_status(c->client) == 404 || err_is(&c->e, "record_too_large");
		if (rc)
			term_note(&c->term, "the server does not show the record: %s", term_safe(c->e.text, safe));
		err_clear(rc ? &c->e : NULL);
		return rc;
	}
	rc = record_audit(c->crypto, buf_slice(&text), c->trust, &a, &c->e);
	if (rc && (a.outcome != OUTCOME_YES || id16_compare(&a.member, member) != 0))
		rc = err_set(&c->e, "wrong_context", "the record is not that of this admission");
	if (rc)
		term_line(&c->term, "record", "decided again: yes, %u yes of %u members", (unsigned)a.yes, (unsigned)a.n);
	rc = rc && home_write(&c->home, HOME_RECORD, 0644, buf_slice(&text), &c->e);
	audit_free(&a);
	buf_free(&text);
	return rc;
}

/* A member by now: certificate, lists and record, each believed for its own signatures alone. */
static int finish(struct cli *c, const json_t *doc)
{
	const char *member = json_string_value(json_object_get(doc, "member"));
	const char *text = json_string_value(json_object_get(doc, "certificate"));
	const json_t *proposal = json_object_get(json_object_get(doc, "proposal"), "number");
	struct buf der = { 0 };
	struct gmc_result gmc = { 0 };
	char until[16], serial[ID16_TEXT];
	bool rc;

	c->now = c->clock();
	if (member == NULL || text == NULL || !id16_parse(member, &c->home.member) || !base64url_decode(slice_str(text), &der)) {
		err_set(&c->e, "bad_answer", "the server says that you are a member, and shows no certificate");
		buf_free(&der);
		return cmd_fail(c);
	}
	rc = cmd_refresh(c) && cmd_take_certificate(c, buf_slice(&der), &c->home.member, c->key, &gmc);
	/* whoever comes back late is a member all the same, and renews */
	c->home.has_member = rc || (err_is(&c->e, "expired") && memcmp(gmc.member, c->home.member.b, sizeof(gmc.member)) == 0);
	if (!rc && c->home.has_member)
		home_save(&c->home, NULL);
	if (rc) {
		hex_encode(gmc.serial, sizeof(gmc.serial), serial);
		cmd_date(gmc.not_after, until);
		term_line(&c->term, "issue", "certificate %.8s..., %zu bytes, until %s", serial, der.n, until);
	}
	/* the member is remembered last: until then the next run begins here again */
	rc = rc && cmd_write_lists(c) && (proposal == NULL || cmd_take_record(c, json_integer_value(proposal), &c->home.member)) &&
		home_save(&c->home, &c->e);
	buf_free(&der);
	if (!rc)
		return cmd_fail(c);
	term_line(&c->term, "member", "%s, %s of %s; all of it is in %s", c->home.name, member, c->home.link.group, c->home.dir);
	if (c->term.json)
		term_json(&c->term, doc);
	return EXIT_DONE;
}

static int refused(struct cli *c, const json_t *doc, const char *state)
{
	char why[TERM_SAFE], what[TERM_SAFE];

	term_line(&c->term, "outcome", "%s%s%s", term_safe(state, what), json_object_get(doc, "why") != NULL ? ": " : "",
		term_safe(json_string_value(json_object_get(doc, "why")), why));
	if (c->term.json)
		term_json(&c->term, doc);
	cmd_forget_application(c);
	term_note(&c->term, "gmc join applies anew");
	return GMC_NOT_MEMBER;
}

static bool is_final(const char *state)
{
	return strcmp(state, "refused") == 0 || strcmp(state, "expired") == 0 || strcmp(state, "withdrawn") == 0;
}

/* How long until the next question: what the server asks for, within reason, and not past the end. */
static unsigned pause_before(const struct cli *c, int64_t end)
{
	long pause = client_retry_after(c->client);
	int64_t left = end - c->clock();

	pause = pause < 0 ? POLL_SECONDS : pause < 1 ? 1 : pause > POLL_SECONDS_MAX ? POLL_SECONDS_MAX : pause;
	return (unsigned)(left < pause ? (left < 1 ? 1 : left) : pause);
}

static int waiting(struct cli *c, const json_t *doc)
{
	if (c->term.json)
		term_json(&c->term, doc);
	term_note(&c->term, "not decided yet: gmc fetch brings the outcome, gmc status says how it stands");
	return options_given(&c->opt, OPT_NO_WAIT) ? EXIT_DONE : EXIT_WAITING;
}

/* One answer of the server, told: -1 while there is more to wait for. */
static int look(struct cli *c, const json_t *doc, char last[static TERM_SAFE])
{
	const char *state = json_string_value(json_object_get(doc, "state"));
	char safe[TERM_SAFE];

	if (state == NULL) {
		err_set(&c->e, "bad_answer", "the server does not say how the application stands");
		return cmd_fail(c);
	}
	if (strcmp(state, "member") == 0 && json_object_get(doc, "certificate") != NULL)
		return finish(c, doc);
	if (is_final(state))
		return refused(c, doc, state);
	tell_progress(c, doc, term_safe(state, safe), last);
	return -1;
}

static json_t *ask(struct cli *c)
{
	char path[CLIENT_PATH_MAX], digest[DIGEST_TEXT];

	digest_text(&c->home.application, digest);
	snprintf(path, sizeof(path), "/applications/%s", digest);
	return client_get_json(c->client, path, CLIENT_SMALL, &c->e);
}

int cmd_collect(struct cli *c)
{
	char last[TERM_SAFE] = "";
	json_t *doc;
	int rc;

	if (!cmd_client(c) || !cmd_key(c) || (doc = ask(c)) == NULL)
		return cmd_fail(c);
	rc = look(c, doc, last);
	json_decref(doc);
	return rc < 0 ? EXIT_DONE : rc;
}

int cmd_await(struct cli *c)
{
	int64_t wait = TIME_MAX / 2, end;
	char last[TERM_SAFE] = "";
	int rc = -1;

	if (!cmd_duration(c, OPT_WAIT, &wait) || !cmd_client(c))
		return cmd_fail(c);
	end = options_given(&c->opt, OPT_NO_WAIT) ? 0 : c->clock() + wait;
	for (;;) {
		json_t *doc = ask(c);

		c->now = c->clock();
		if (doc != NULL)
			rc = look(c, doc, last);
		else if (!client_is_down(c->client) || c->now >= end)
			rc = cmd_fail(c);
		err_clear(rc < 0 ? &c->e : NULL);
		if (rc < 0 && c->now >= end)
			rc = waiting(c, doc);
		json_decref(doc);
		if (rc >= 0)
			return rc;
		sleep(pause_before(c, end));
	}
}
