/* SPDX-License-Identifier: ISC
 * Meeting challenges: asks for a ticket, does the work, shows the pictures and takes the answers, until the charter's rule has enough. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "charter/decide.h"
#include "peer/cmd.h"
#include "peer/crew.h"
#include "peer/toil.h"
#include "voting/ticket.h"

enum { PICTURE_MAX = 1024 * 1024, ANSWER_MAX = 64, TOKEN_MAX = 2050, MET_MAX = 5, EFFORT_TIMES = 8, LOOK_SECONDS = 2 };

struct meeting {
	struct cli *c;
	const struct charter *charter;
	const struct requirement *asked;
	json_t *ticket; /* as the server gave it; owned */
	struct fact_challenge met[MET_MAX];
	size_t met_n;
	json_t *state; /* of the ticket, as it was last asked for; owned, NULL: never */
};

/* ---- the ticket */

static json_t *request(struct meeting *m, const struct digest *subject)
{
	struct cli *c = m->c;
	struct ticket t = {
		.genesis = c->home.link.genesis, .charter = m->charter->object.digest, .key = *sig_key_pub(c->key), .iat = c->clock()
	};
	uint8_t nonce[TICKET_NONCE];
	json_t *envelope, *body = NULL;

	if (subject != NULL)
		t.subject = *subject;
	bytes_random(nonce, sizeof(nonce));
	envelope = cmd_sign(c, KIND_TICKET, ticket_print(&t, nonce));
	if (envelope != NULL && (body = json_pack("{s:o}", "request", envelope)) == NULL)
		err_memory(&c->e);
	return body;
}

static bool get_ticket(struct meeting *m, const struct digest *subject)
{
	json_t *body = cmd_client(m->c) ? request(m, subject) : NULL;

	m->ticket = body == NULL ? NULL : client_post(m->c->client, "/challenges", body, &m->c->e);
	json_decref(body);
	return m->ticket != NULL && home_write_json(&m->c->home, HOME_TICKET, m->ticket, &m->c->e);
}

static const char *member(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

static bool is_fit(const char *s)
{
	static const char fit[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

	return s[0] != '\0' && s[strspn(s, fit)] == '\0';
}

/* "/challenges/ID/WHAT?terms=..."; WHAT may be empty. False: the server gave neither a fit identifier nor fit terms. */
static bool address(struct meeting *m, const json_t *challenge, const char *what, char path[static CLIENT_PATH_MAX])
{
	const char *id = member(challenge, "id"), *terms = member(challenge, "terms");
	int n = snprintf(path, CLIENT_PATH_MAX, "/challenges/%s%s%s%sterms=%s", id, what[0] != '\0' ? "/" : "", what,
		strchr(what, '?') != NULL ? "&" : "?", terms);

	return (n < CLIENT_PATH_MAX && is_fit(id) && is_fit(terms)) ||
		err_set(&m->c->e, "bad_answer", "the server set a challenge that cannot be addressed");
}

/* ---- answering */

/* The server's word on an answer, or on a provider's token; what it is met for may be there already, then its receipt is kept. */
static bool tell(struct meeting *m, const json_t *challenge, const char *what, const char *text)
{
	struct cli *c = m->c;
	char path[CLIENT_PATH_MAX];
	json_t *body = json_pack("{s:s, s:s}", "terms", member(challenge, "terms"), what, text), *doc = NULL;
	struct digest digest;
	bool rc = false;

	snprintf(path, sizeof(path), "/challenges/%.64s/%s", member(challenge, "id"), what);
	if (body == NULL)
		err_memory(&c->e);
	else
		doc = client_post(c->client, path, body, &c->e);
	if (doc != NULL)
		rc = !digest_parse(member(doc, "challenge"), &digest) || cmd_receipt(c, doc, &digest, body);
	json_decref(doc);
	json_decref(body);
	return rc;
}

static bool answer(struct meeting *m, const json_t *challenge, const char *text)
{
	return tell(m, challenge, "answer", text);
}

/* ---- the page, where the same challenges can be met */

static void tell_page(struct meeting *m)
{
	const struct join_link *l = &m->c->home.link;
	const char *ticket = member(m->ticket, "ticket");

	if (is_fit(ticket))
		term_note(&m->c->term, "%-8s %s/g/%s/challenges?ticket=%s", "page", l->server, l->group, ticket);
}

static bool ask_state(struct meeting *m)
{
	struct cli *c = m->c;
	char path[CLIENT_PATH_MAX];
	json_t *ticket = json_pack("{s:s, s:s}", "id", member(m->ticket, "id"), "terms", member(m->ticket, "ticket")), *state = NULL;

	if (ticket == NULL)
		err_memory(&c->e);
	else if (address(m, ticket, "", path))
		state = client_get_json(c->client, path, CLIENT_SMALL, &c->e);
	json_decref(ticket);
	if (state == NULL)
		return false;
	json_decref(m->state);
	m->state = state;
	return true;
}

/* Nothing is left to be met, or somebody is asked to vouch instead. */
static bool is_over(const struct meeting *m)
{
	return m->state != NULL &&
		(json_array_size(json_object_get(m->state, "wanted")) == 0 || json_is_true(json_object_get(m->state, "sponsor")));
}

static bool is_wanted(const struct meeting *m, const char *kind)
{
	const json_t *one;
	size_t i;

	if (m->state == NULL)
		return true;
	json_array_foreach(json_object_get(m->state, "wanted"), i, one)
	{
		if (json_is_string(one) && strcmp(json_string_value(one), kind) == 0)
			return true;
	}
	return false;
}

/* All of it is met there; the ticket runs out when nobody comes. */
static bool meet_on_page(struct meeting *m)
{
	tell_page(m);
	while (!is_over(m)) {
		if (!ask_state(m))
			return false;
		if (!is_over(m))
			sleep(LOOK_SECONDS);
	}
	term_line(&m->c->term, "page", json_is_true(json_object_get(m->state, "sponsor")) ? "a sponsor is asked" : "all of it is met");
	return true;
}

/* A line that somebody types; false without an error: what it is for was met on the page meanwhile. */
static bool read_answer(struct meeting *m, const char *kind, const char *prompt, char *text, size_t size)
{
	struct cli *c = m->c;
	struct pollfd in = { .fd = fileno(c->in), .events = POLLIN };

	fflush(c->term.out);
	fputs(prompt, c->term.err);
	fflush(c->term.err);
	while (isatty(in.fd) == 1 && poll(&in, 1, LOOK_SECONDS * 1000) == 0)
		if (!ask_state(m) || is_over(m) || !is_wanted(m, kind))
			return false;
	return cmd_line(c, text, size) ||
		err_set(&c->e, "challenge_missing",
			"the charter asks for a person to meet a challenge (%s), and nobody is there: run gmc join at a terminal, or with "
			"--puzzle page",
			kind);
}

/* ---- work */

struct bar {
	struct cli *c;
	uint64_t expected;
	int shown; /* percent */
};

/* Not past 99 of a hundred: how much it takes nobody knows before it is done. */
static void draw_bar(void *arg, uint64_t tried)
{
	struct bar *b = arg;
	int percent = (int)(tried * 100 / (b->expected + 1));

	percent = percent > 99 ? 99 : percent;
	if (percent == b->shown || isatty(fileno(b->c->term.err)) != 1)
		return;
	b->shown = percent;
	fprintf(b->c->term.err, "\rwork     [%-30.*s] %d %%", percent * 30 / 100, "##############################", percent);
	fflush(b->c->term.err);
}

/* An effort far above the charter's would only burn the applicant's time. */
static bool is_fair(struct meeting *m, int64_t effort)
{
	const int64_t asked = requirement_effort(m->asked);

	return (effort > 0 && asked > 0 && effort / EFFORT_TIMES <= asked) ||
		err_set(&m->c->e, "bad_answer", "the server asks for an effort of %lld, where the charter says %lld: not done",
			(long long)effort, (long long)asked);
}

static bool do_work(struct meeting *m, const json_t *challenge)
{
	struct cli *c = m->c;
	const int64_t effort = json_integer_value(json_object_get(challenge, "effort"));
	struct bar bar = { .c = c, .shown = -1 };
	char path[CLIENT_PATH_MAX];
	struct buf text = { 0 };
	struct work_done found;
	json_t *doc = NULL;
	struct toil t;
	bool rc = is_fair(m, effort) && address(m, challenge, "work", path) &&
		(doc = client_get_json(c->client, path, CLIENT_SMALL, &c->e)) != NULL && toil_read(doc, &t, &c->e);

	if (rc) {
		const uint64_t n = work_counter(effort);

		bar.expected = n;
		rc = toil_find(&t, n, 3 * n, crew_hands(), draw_bar, &bar, &found, &c->e);
		if (bar.shown >= 0)
			fputs("\r\033[K", c->term.err);
	}
	rc = rc && toil_answer(doc, &found, &text, &c->e);
	rc = rc && (buf_cstr(&text) != NULL || err_memory(&c->e)) && answer(m, challenge, buf_cstr(&text));
	if (rc)
		term_line(&c->term, "work", "done: %llu tries of 8 MiB",
			(unsigned long long)found.counter + 1 - (unsigned long long)work_counter(effort));
	m->met[m->met_n] = (struct fact_challenge){ .type = CHALLENGE_WORK, .effort = effort };
	buf_free(&text);
	json_decref(doc);
	return rc;
}

/* ---- pictures and sounds */

static bool fetch_part(struct meeting *m, const json_t *challenge, bool sound, size_t part)
{
	struct cli *c = m->c;
	char path[CLIENT_PATH_MAX], what[32], file[40], whole[HOME_PATH_MAX];
	struct buf bytes = { 0 };
	bool rc;

	snprintf(what, sizeof(what), "%s?part=%zu", sound ? "audio" : "image", part);
	snprintf(file, sizeof(file), "challenge-%zu.%s", part + 1, sound ? "wav" : "png");
	rc = address(m, challenge, what, path) && client_get(c->client, path, PICTURE_MAX, &bytes, &c->e) &&
		home_write(&c->home, file, 0600, buf_slice(&bytes), &c->e);
	if (rc) {
		home_path(&c->home, file, whole);
		if (!sound && term_draws(&c->term))
			term_draw(&c->term, buf_slice(&bytes));
		term_note(&c->term, "%-8s %s", "puzzle", whole);
	}
	buf_free(&bytes);
	return rc;
}

static bool show(struct meeting *m, const json_t *challenge)
{
	const json_t *questions = json_object_get(challenge, "questions");
	const bool sound = strcmp(member(challenge, "kind"), "audio") == 0;
	char safe[TERM_SAFE];

	for (size_t i = 0; i < json_array_size(questions) && i < 8; i++) {
		if (!fetch_part(m, challenge, sound, i))
			return false;
		term_note(&m->c->term, "%-8s %s", "", term_safe(json_string_value(json_array_get(questions, i)), safe));
	}
	return true;
}

static bool do_puzzle(struct meeting *m, const json_t *challenge)
{
	struct cli *c = m->c;
	char text[ANSWER_MAX];

	if (!show(m, challenge))
		return false;
	tell_page(m);
	for (;;) {
		if (!read_answer(m, member(challenge, "kind"), "Your answer: ", text, sizeof(text))) {
			putc('\n', c->term.err);
			if (!err_ok(&c->e))
				return false;
			break;
		}
		if (answer(m, challenge, text))
			break;
		if (!err_is(&c->e, "answer_wrong") && !err_is(&c->e, "bad_value"))
			return false;
		term_note(&c->term, "%-8s %s", "puzzle", c->e.text);
		err_clear(&c->e);
	}
	term_line(&c->term, "puzzle", "solved");
	m->met[m->met_n] = (struct fact_challenge){ .type = CHALLENGE_CAPTCHA };
	return true;
}

/* ---- a provider's word */

/* Where its page is and how the token is copied out of it is for the group to say. */
static bool do_external(struct meeting *m, const json_t *challenge)
{
	struct cli *c = m->c;
	char token[TOKEN_MAX], safe[TERM_SAFE];

	term_note(&c->term, "%-8s the charter asks for the word of %s: what it gives whoever passes there", "provider",
		term_safe(member(challenge, "provider"), safe));
	tell_page(m);
	if (!read_answer(m, "external", "Its token: ", token, sizeof(token)))
		putc('\n', c->term.err);
	else
		(void)tell(m, challenge, "token", token);
	if (!err_ok(&c->e))
		return false;
	term_line(&c->term, "provider", "believed");
	m->met[m->met_n] = (struct fact_challenge){ .type = CHALLENGE_EXTERNAL, .provider = member(challenge, "provider") };
	return true;
}

/* ---- enough of them */

static const struct {
	const char *kind;
	enum captcha_kind captcha; /* one of these does */
	bool (*meet)(struct meeting *m, const json_t *challenge);
} kinds[] = {
	{ "work", 0, do_work },
	{ "graphic", CAPTCHA_GRAPHIC, do_puzzle },
	{ "logic", CAPTCHA_LOGIC, do_puzzle },
	{ "audio", CAPTCHA_AUDIO, do_puzzle },
	{ "external", 0, do_external },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* Do the challenges that were met suffice, whatever else may come? */
static bool suffices(struct meeting *m, bool *yes)
{
	const struct facts f = { .question = Q_ADMIT, .challenges = m->met, .challenges_n = m->met_n, .closed = true };
	enum verdict verdict;

	if (!charter_decide(m->charter, m->asked, &f, &verdict, NULL, &m->c->e))
		return false;
	*yes = verdict == VERDICT_YES;
	return true;
}

/* The challenge of this kind, where the server has set one. */
static const json_t *of_kind(const struct meeting *m, const char *kind)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(m->ticket, "challenges"), i, one) if (strcmp(member(one, "kind"), kind) == 0) return one;
	return NULL;
}

/* The first row that is still to be met: the puzzle that was asked for by name, then work, then, unless one was named, any puzzle; one
 * puzzle does. KINDS: there is none. */
static size_t next_kind(const struct meeting *m, const bool *done)
{
	const char *wanted = cmd_option(m->c, OPT_PUZZLE);
	bool solved = false;

	for (size_t k = 0; k < KINDS; k++)
		solved = solved || (done[k] && kinds[k].captcha != 0);
	for (size_t k = 0; k < KINDS && wanted != NULL; k++)
		if (!done[k] && strcmp(kinds[k].kind, wanted) == 0 && of_kind(m, wanted) != NULL)
			return k;
	for (size_t k = 0; k < KINDS; k++)
		if (!done[k] && (kinds[k].captcha == 0 || (wanted == NULL && !solved)) && of_kind(m, kinds[k].kind) != NULL)
			return k;
	return KINDS;
}

/* It stops as soon as the rule has enough. */
static bool meet_all(struct meeting *m)
{
	bool done[KINDS] = { false }, enough = false;
	size_t k;

	while (!enough && !is_over(m) && (k = next_kind(m, done)) < KINDS) {
		if (!kinds[k].meet(m, of_kind(m, kinds[k].kind)))
			return false;
		m->met[m->met_n++].captcha = kinds[k].captcha;
		done[k] = true;
		if (!suffices(m, &enough))
			return false;
	}
	return true;
}

bool cmd_meet(struct cli *c, const struct charter *charter, const struct requirement *asked, const struct digest *subject, json_t **ticket)
{
	struct meeting m = { .c = c, .charter = charter, .asked = asked };
	const char *wanted = cmd_option(c, OPT_PUZZLE);
	const bool page = wanted != NULL && strcmp(wanted, "page") == 0;
	bool rc = get_ticket(&m, subject) && (page ? meet_on_page(&m) : meet_all(&m));

	if (rc && ticket != NULL)
		*ticket = json_incref(json_object_get(m.ticket, "ticket"));
	json_decref(m.ticket);
	json_decref(m.state);
	return rc;
}

json_t *cmd_post_human(
	struct cli *c, const char *path, const json_t *body, const char *name, const char *kind, const struct ballot_paper *p)
{
	const bool vote = strcmp(kind, KIND_VOTE) == 0;
	const struct requirement *human = vote ? p->charter->voting.human : p->charter->vouching.human;
	json_t *object = json_object_get(body, name), *reason = json_object_get(body, "reason");
	json_t *answer = cmd_post_signed(c, path, name, object, kind, "reason", reason);

	if (answer != NULL || human == NULL || !err_is(&c->e, "challenge_missing"))
		return answer;
	err_clear(&c->e);
	if (!cmd_meet(c, p->charter, human, vote ? &p->proposal.digest : &p->proposal.subject, NULL))
		return NULL;
	return cmd_post_signed(c, path, name, object, kind, "reason", reason);
}
