/* SPDX-License-Identifier: ISC
 * gmc agent: holds a member's share of the group's key, and takes part in what the members do with it. */
#include "peer/cmd_ceremony.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "peer/head.h"

/* Ceremonies that are looked at side by side; pauses between looks, in milliseconds, while something goes on, and while nothing does. */
enum { WATCHED_MAX = 64, BUSY_MS = 200, IDLE_MS = 3000, LISTED = 200 };

struct watched {
	uint64_t number;
	struct part *part; /* owned; NULL: it was refused, which was told once */
	bool on;           /* it runs, as the server listed it last */
};

struct run {
	struct cli *c;
	struct ledger *l; /* owned */
	struct agent a;
	struct watched w[WATCHED_MAX];
	size_t n;
	uint64_t only; /* this ceremony alone; 0: all */
	int64_t every; /* milliseconds; 0: as busy as it is */
	bool moved;    /* something was read, posted or settled in this look */
	int64_t read;  /* when the log was last followed */
	bool behind;   /* it could not be followed to its end: terms are measured by our own clock, and one is not over yet */
};

/* ---- what is on */

static struct watched *watched(struct run *r, uint64_t number)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->w[i].number == number)
			return &r->w[i];
	return NULL;
}

static void forget(struct run *r, struct watched *w)
{
	part_free(w->part);
	*w = r->w[--r->n];
}

/* What was logged before we began is taken without measuring: we were not there. */
static bool follow_log(struct run *r)
{
	struct cli *c = r->c;
	const int64_t now = r->l == NULL ? 0 : c->now;
	struct head h;
	bool rc;

	r->read = c->now;
	rc = cmd_refresh(c) && cmd_log_follow(c, &r->l, &h, now);
	r->a.ledger = r->l;
	r->behind = !rc && now != 0 && err_is(&c->e, "term_not_seen");
	if (!r->behind)
		return rc;
	err_clear(&c->e);
	return true;
}

/* The owner's word: a vote of yes, or the rule that whatever is decided is signed. */
static bool agrees(void *arg, const struct digest *proposal)
{
	const struct run *r = arg;

	return options_given(&r->c->opt, OPT_DECIDED) || cmd_said_yes(r->c, proposal);
}

/* What is refused is told, and looked at no more: it is evidence, or meant for others. What the server does not answer is asked again. */
static bool begin(struct run *r, uint64_t number)
{
	struct cli *c = r->c;
	struct part *p;

	if (r->n == WATCHED_MAX)
		return true;
	if (!follow_log(r))
		return false;
	if (r->behind)
		return true;
	r->a.now = c->now;
	p = ceremony_fetch(c, &r->a, number);
	if (p == NULL && client_is_down(c->client))
		return false;
	r->w[r->n++] = (struct watched){ number, p, true };
	r->moved = true;
	if (p == NULL) {
		term_note(&c->term, "ceremony %llu: no part is taken in it: %s (%s)", (unsigned long long)number, c->e.text, c->e.name);
		err_clear(&c->e);
	} else if (part_ceremony(p)->n > 100) {
		term_note(&c->term, "ceremony %llu: above a hundred holders no proof is known against who corrupts some as they go",
			(unsigned long long)number);
	}
	return true;
}

static bool is_unsettled(const struct run *r, const struct digest *ceremony)
{
	const struct digest *one;

	for (size_t i = 0; (one = vault_ceremony_at(r->a.vault, i)) != NULL; i++)
		if (digest_compare(one, ceremony) == 0)
			return true;
	return false;
}

/* At an element of "ceremonies". A ceremony that ended while nobody looked is still to be settled. */
static bool look_at(struct run *r, const struct at *at)
{
	struct digest ceremony;
	struct watched *w;
	int64_t number;

	if (!at_int(at, "number", 1, JSON_INT_MAX, &number) || !at_digest(at, "ceremony", &ceremony))
		return false;
	if (r->only != 0 && (uint64_t)number != r->only)
		return true;
	w = watched(r, (uint64_t)number);
	if (w != NULL)
		w->on = w->on || !at_has(at, "outcome") || is_unsettled(r, &ceremony);
	return w != NULL || (at_has(at, "outcome") && !is_unsettled(r, &ceremony)) || begin(r, (uint64_t)number);
}

static bool list(struct run *r, bool running)
{
	struct cli *c = r->c;
	char path[CLIENT_PATH_MAX];
	struct at root, all, one;
	size_t n = 0;
	json_t *doc;
	bool rc;

	for (size_t i = 0; i < r->n; i++)
		r->w[i].on = false;
	snprintf(path, sizeof(path), "/ceremonies?limit=%d%s", LISTED, running ? "&running=1" : "");
	doc = client_get_json(c->client, path, CLIENT_SMALL, &c->e);
	if (doc == NULL)
		return false;
	root = at_root(doc, &c->e);
	rc = at_member(&root, "ceremonies", &all) && at_array(&all, 0, LISTED, &n);
	for (size_t i = 0; rc && i < n; i++)
		rc = at_element(&all, i, &one) && look_at(r, &one);
	json_decref(doc);
	return rc;
}

/* ---- one of them */

static bool post(struct run *r, struct watched *w, struct buf *text)
{
	struct cli *c = r->c;
	json_t *envelope = json_read(buf_slice(text), CEREMONY_ANSWER_MAX, &c->e), *body = json_pack("{s:o}", "post", envelope), *answer;
	char path[CLIENT_PATH_MAX];

	snprintf(path, sizeof(path), "/ceremonies/%llu/posts", (unsigned long long)w->number);
	answer = body == NULL ? NULL : client_post(c->client, path, body, &c->e);
	json_decref(body);
	if (answer == NULL)
		return client_is_down(c->client) ? false : (err_clear(&c->e), true);
	json_decref(answer);
	term_line(&c->term, "ceremony", "%llu: %s", (unsigned long long)w->number, phase_name(course_phase(part_course(w->part))));
	r->moved = true;
	return true;
}

static bool settle(struct run *r, struct watched *w)
{
	if (course_phase(part_course(w->part)) != PHASE_END)
		return true;
	if (!part_settle(w->part, &r->c->e))
		return false;
	ceremony_tell_end(r->c, w->part);
	forget(r, w);
	r->moved = true;
	return true;
}

/* Told once; the others go on. */
static bool give_up(struct run *r, struct watched *w, const char *what)
{
	struct cli *c = r->c;

	if (client_is_down(c->client))
		return false;
	term_note(&c->term, "ceremony %llu: %s: %s (%s)", (unsigned long long)w->number, what, c->e.text, c->e.name);
	err_clear(&c->e);
	part_free(w->part);
	w->part = NULL;
	return true;
}

/* What others posted, and what we post then. */
static bool advance(struct run *r, struct watched *w)
{
	struct cli *c = r->c;
	struct buf text = { 0 };
	bool more = false, rc;

	if (!ceremony_follow(c, w->part, &more))
		return give_up(r, w, "its board is followed no further");
	r->moved = r->moved || more;
	if (!part_says(w->part, &text, &c->e)) {
		buf_free(&text);
		return give_up(r, w, "nothing more is said in it");
	}
	rc = text.n == 0 || post(r, w, &text);
	buf_free(&text);
	return rc && settle(r, w);
}

static bool look(struct run *r)
{
	r->c->now = r->c->clock();
	r->moved = false;
	if (r->c->now != r->read && !follow_log(r))
		return false;
	if (!list(r, vault_ceremony_at(r->a.vault, 0) == NULL || r->n > 0))
		return false;
	for (size_t i = r->n; i > 0; i--) {
		struct watched *w = &r->w[i - 1];

		if (w->part == NULL && !w->on)
			forget(r, w);
		else if (w->part != NULL && !advance(r, w))
			return false;
	}
	return true;
}

/* ---- on and on */

static bool is_over(const struct run *r)
{
	return r->moved ? false : options_given(&r->c->opt, OPT_ONCE);
}

static void pause_between(const struct run *r)
{
	const int64_t ms = r->every > 0 ? r->every : r->n > 0 ? BUSY_MS : IDLE_MS;
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	if (!r->moved)
		(void)nanosleep(&t, NULL);
}

static bool watch(struct run *r)
{
	struct cli *c = r->c;
	bool seen = false;

	/* Whoever reads along, in a journal, is told at once. */
	(void)setvbuf(c->term.out, NULL, _IOLBF, 0);
	for (;; pause_between(r)) {
		if (!look(r)) {
			if (options_given(&c->opt, OPT_ONCE) || !client_is_down(c->client))
				return false;
			term_note(&c->term, "%s", c->e.text);
			err_clear(&c->e);
			continue;
		}
		seen = seen || r->n > 0;
		if (is_over(r) || (r->only != 0 && seen && r->n == 0))
			return true;
		if (r->only != 0 && !seen)
			return err_set(&c->e, "ceremony_over", "ceremony %llu is over, or has not begun", (unsigned long long)r->only);
	}
}

/* "200ms", or a duration. */
static bool read_every(struct run *r)
{
	const char *given = cmd_option(r->c, OPT_EVERY);
	int64_t seconds = 0;
	char *end;

	if (given == NULL)
		return true;
	r->every = strtol(given, &end, 10);
	if (end != given && strcmp(end, "ms") == 0 && r->every >= 10 && r->every <= 3600000)
		return true;
	if (!cmd_duration(r->c, OPT_EVERY, &seconds))
		return false;
	r->every = seconds * 1000;
	return (seconds >= 1 && seconds <= 3600) || err_set(&r->c->e, "bad_value", "--every is 10ms to 1h");
}

static bool open_vault(struct run *r)
{
	struct cli *c = r->c;
	char path[HOME_PATH_MAX];

	home_path(&c->home, HOME_VAULT, path);
	r->a = (struct agent){ .crypto = c->crypto, .key = c->key, .agrees = agrees, .arg = r };
	r->a.vault = vault_open(path, c->key, &c->e);
	return r->a.vault != NULL && curve_self_test(&c->e);
}

static int take_part(struct cli *c, uint64_t only)
{
	struct run r = { .c = c, .only = only };
	bool rc = read_every(&r) && cmd_joined(c) && cmd_trust(c) && cmd_client(c) && cmd_key(c) && open_vault(&r);

	if (rc && !c->home.has_member)
		cmd_find_founder(c);
	rc = rc && cmd_member(c, &r.a.member) && follow_log(&r) && watch(&r);
	while (r.n > 0)
		forget(&r, &r.w[0]);
	vault_close(r.a.vault);
	ledger_free(r.l);
	return rc ? EXIT_DONE : cmd_fail(c);
}

int cmd_agent(struct cli *c)
{
	return take_part(c, 0);
}

int cmd_ceremony_join(struct cli *c)
{
	uint64_t number = 0;

	return ceremony_number(c, &number) ? take_part(c, number) : cmd_fail(c);
}
