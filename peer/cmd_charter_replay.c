/* SPDX-License-Identifier: ISC
 * gmc charter replay: past and open applications decided again under a draft. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "charter/lint.h"
#include "peer/cmd.h"
#include "peer/crew.h"

/* How often a server that has enough of us is asked again: it is asked for every record. */
enum { PATIENCE = 20 };

struct rerun {
	struct cli *c;
	const struct charter *draft;
	struct crew *crew; /* replays records */
	bool fatal;        /* memory is out */
	json_t *list;      /* what is told, for --json; NULL otherwise */
	size_t n, same, differ, unknown;
	size_t of; /* how many there are, where it is known: for the progress that is shown */
	bool shown;
};

/* ---- telling */

/* To who sits there; the line is taken away before any other is written. */
static void progress(struct rerun *r, bool on)
{
	FILE *err = r->c->term.err;

	if (isatty(fileno(err)) != 1 || (!on && !r->shown))
		return;
	if (on)
		fprintf(err, "\r%zu of %zu", r->n + 1, r->of);
	else
		fprintf(err, "\r\033[K");
	fflush(err);
	r->shown = on;
}

static void tell_json(struct rerun *r, const struct replay *a, const char *name)
{
	json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:b, s:s, s:s*}", "proposal", (json_int_t)a->number, "name", name, "then",
		replay_then(a->then), "draft", replay_under(a->under), "differs", a->differs, "why", a->why, "refusal", a->refusal);

	json_array_append_new(r->list, o);
}

static void tell(struct rerun *r, const struct replay *a)
{
	const bool unknown = a->under == REPLAY_UNKNOWN;
	struct term *t = &r->c->term;
	enum paint p = unknown ? PAINT_BOLD : !a->differs ? PAINT_DIM : a->under == REPLAY_YES ? PAINT_GOOD : PAINT_BAD;
	char name[TERM_SAFE];

	r->n++;
	r->unknown += unknown;
	r->differ += a->differs;
	r->same += !unknown && !a->differs;
	if (!unknown && !a->differs && !options_given(&r->c->opt, OPT_ALL))
		return;
	progress(r, false);
	term_safe(a->name, name);
	if (r->list != NULL)
		tell_json(r, a, name);
	term_text(t, "%8llu %s: %s -> %s%s%s%s%s", (unsigned long long)a->number, name[0] != '\0' ? name : "?", replay_then(a->then),
		term_on(t, p), replay_under(a->under), term_off(t, p), a->why[0] != '\0' ? ": " : "", a->why);
}

/* One that cannot be replayed stops none of the others. */
static void tell_failed(struct rerun *r, const char *what, struct err *e)
{
	struct cli *c = r->c;
	char safe[TERM_SAFE];

	progress(r, false);
	if (r->list != NULL)
		json_array_append_new(r->list,
			json_pack("{s:s, s:s, s:b, s:s, s:s}", "record", term_safe(what, safe), "draft", replay_under(REPLAY_UNKNOWN),
				"differs", 0, "why", e->text, "refusal", e->name));
	err_prefix(e, "%s: cannot tell: ", what);
	term_error(&c->term, e, NULL);
	*e = (struct err){ 0 };
	r->n++;
	r->unknown++;
}

static bool is_fatal(const struct cli *c)
{
	return err_is(&c->e, "no_memory") || (c->client != NULL && client_is_down(c->client));
}

/* ---- records in files */

/* What the crew has found of a record. */
static void tell_record(void *arg, const struct replay *a, const char *what, struct err *e)
{
	struct rerun *r = arg;

	if (a != NULL) {
		tell(r, a);
	} else if (!err_is(e, "no_memory")) {
		tell_failed(r, what, e);
	} else {
		r->fatal = true;
		err_memory(&r->c->e);
	}
}

static bool rerun_file(struct rerun *r, const char *path)
{
	struct buf text = { 0 };
	bool rc;

	progress(r, true);
	rc = cmd_read_file(r->c, path, RECORD_MAX, &text);
	if (rc)
		crew_give(r->crew, &text, path);
	buf_free(&text);
	return rc && !r->fatal;
}

static int is_record(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0;
}

static bool rerun_folder(struct rerun *r, const char *folder)
{
	char path[HOME_PATH_MAX];
	struct dirent **found = NULL;
	int n = scandir(folder, &found, is_record, alphasort);
	bool rc = n >= 0 || err_set(&r->c->e, "file_unreadable", "%s cannot be read", folder);

	r->of += n > 0 ? (size_t)n - 1 : 0;
	for (int i = 0; i < n; i++) {
		if (rc && snprintf(path, sizeof(path), "%s/%s", folder, found[i]->d_name) >= (int)sizeof(path))
			rc = err_set(&r->c->e, "file_unreadable", "the name of a file in %s is too long", folder);
		rc = rc && rerun_file(r, path);
		free(found[i]);
	}
	free(found);
	return rc;
}

static bool rerun_files(struct rerun *r)
{
	struct cli *c = r->c;
	bool rc = true;

	r->of = c->opt.n - 1;
	for (size_t i = 1; rc && i < c->opt.n; i++) {
		struct stat st;
		bool folder = stat(c->opt.args[i], &st) == 0 && S_ISDIR(st.st_mode);

		rc = folder ? rerun_folder(r, c->opt.args[i]) : rerun_file(r, c->opt.args[i]);
	}
	return rc;
}

/* ---- what the server has */

static bool rerun_decided(struct rerun *r, uint64_t number)
{
	char path[CLIENT_PATH_MAX], what[40];
	struct buf text = { 0 };
	bool rc;

	snprintf(path, sizeof(path), "/proposals/%llu/record", (unsigned long long)number);
	snprintf(what, sizeof(what), "proposal %llu", (unsigned long long)number);
	rc = client_get(r->c->client, path, RECORD_MAX, &text, &r->c->e);
	if (rc)
		crew_give(r->crew, &text, what);
	else if (!is_fatal(r->c)) {
		crew_finish(r->crew);
		tell_failed(r, what, &r->c->e);
		rc = true;
	}
	buf_free(&text);
	return rc && !r->fatal;
}

/* Votes as the server shows them, unsigned: NULL where it shows none, or what is none (with c->e set). */
static struct replay_vote *read_voters(struct cli *c, const json_t *list, size_t *n)
{
	struct replay_vote *votes;
	struct at root = at_root(list, &c->e), one;

	*n = 0;
	if (!json_is_array(list))
		return NULL;
	votes = calloc(json_array_size(list) + 1, sizeof(*votes));
	if (votes == NULL)
		err_memory(&c->e);
	for (size_t i = 0; votes != NULL && i < json_array_size(list); i++) {
		struct replay_vote *v = &votes[i];
		int choice;

		if (!at_element(&root, i, &one) || !at_id16(&one, "member", &v->member) ||
			!at_word(&one, "choice", choice_words, &choice) || !at_int(&one, "stored", 0, TIME_MAX, &v->iat)) {
			free(votes);
			return NULL;
		}
		v->choice = (enum choice)choice;
		(*n)++;
	}
	return votes;
}

static bool rerun_paper(struct rerun *r, const struct ballot_paper *p)
{
	const struct facts none = { 0 };
	struct replay_case k = {
		.charter = p->charter, .proposal = &p->proposal, .then = REPLAY_WAITS, .now = r->c->now, .at = r->c->now, .facts = &none
	};
	struct replay_vote *votes = read_voters(r->c, json_object_get(p->doc, "voters"), &k.votes_n);
	struct replay a = { 0 };
	bool rc;

	k.votes = votes;
	k.votes_shown = votes != NULL;
	snprintf(a.name, sizeof(a.name), "%.64s", p->about);
	rc = err_ok(&r->c->e) && replay_decide(&k, r->draft, &a, &r->c->e);
	free(votes);
	if (rc)
		tell(r, &a);
	return rc;
}

/* It may have been decided since the list was made. */
static bool rerun_open(struct rerun *r, uint64_t number)
{
	struct ballot_paper p;
	char what[40];
	bool rc, decided = false;

	crew_finish(r->crew);
	rc = cmd_ballot_paper(r->c, number, &p);
	if (rc) {
		decided = json_object_get(p.doc, "outcome") != NULL;
		rc = decided || rerun_paper(r, &p);
		cmd_ballot_paper_free(&p);
	}
	if (decided)
		return rerun_decided(r, number);
	if (rc || is_fatal(r->c))
		return rc;
	snprintf(what, sizeof(what), "proposal %llu", (unsigned long long)number);
	tell_failed(r, what, &r->c->e);
	return true;
}

/* Those that ask to admit, in the order of their numbers. */
static json_t *applications(struct cli *c)
{
	json_t *all = cmd_pages(c, "/proposals?state=all", "proposals"), *kept = all != NULL ? json_array() : NULL, *one;
	size_t i;

	json_array_foreach(all, i, one)
	{
		const char *question = json_string_value(json_object_get(one, "question"));

		if (question != NULL && strcmp(question, question_name(Q_ADMIT)) == 0)
			json_array_append(kept, one);
	}
	json_decref(all);
	return kept;
}

static bool rerun_server(struct rerun *r)
{
	json_t *list = applications(r->c), *one;
	bool rc = list != NULL;
	size_t i;

	if (!rc)
		return false;
	client_retries(r->c->client, PATIENCE);
	r->of = json_array_size(list);
	json_array_foreach(list, i, one)
	{
		uint64_t number = (uint64_t)json_integer_value(json_object_get(one, "number"));

		if (!rc)
			break;
		progress(r, true);
		rc = json_object_get(one, "outcome") != NULL ? rerun_decided(r, number) : rerun_open(r, number);
	}
	json_decref(list);
	return rc;
}

/* ---- the command */

/* What is wrong with the draft stops nobody from trying it. */
static void tell_draft(struct cli *c, const struct charter *draft)
{
	struct lint found[LINT_MAX];
	size_t n = charter_lint(draft, NULL, found);
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++)
		if (found[i].level == LINT_ERROR)
			term_note(&c->term, "lint: %s: %s (%s)", found[i].pointer, found[i].text, found[i].name);
	if (!charter_run_tests(draft, &e))
		term_note(&c->term, "the draft's own tests fail, and it cannot be proposed: %s (%s)", e.text, e.name);
	if (n > 0)
		term_note(&c->term, "lint: %zu finding%s; gmc charter lint tells all", n, n == 1 ? "" : "s");
}

/* Without a group's trust a record is held against the genesis that it brings itself. */
static int pin(struct cli *c)
{
	if (options_given(&c->opt, OPT_TRUST))
		return cmd_load_trust(c);
	if (c->opt.n == 1)
		return cmd_trust(c) ? EXIT_DONE : cmd_fail(c);
	if (cmd_home(c) && c->home.joined && home_has(&c->home, HOME_TRUST))
		return cmd_load_trust(c);
	c->e = (struct err){ 0 };
	term_note(&c->term, "no group is pinned here: whose records these are, they say themselves");
	return cmd_crypto(c) ? EXIT_DONE : cmd_fail(c);
}

static int finish(struct rerun *r)
{
	struct cli *c = r->c;
	json_t *doc;

	progress(r, false);
	term_line(&c->term, "replay", "%zu application%s under version %u of %s: %zu the same, %zu differ%s, %zu cannot be told", r->n,
		r->n == 1 ? "" : "s", (unsigned)r->draft->version, r->draft->group, r->same, r->differ, r->differ == 1 ? "s" : "",
		r->unknown);
	if (r->list != NULL) {
		doc = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:O}", "group", r->draft->group, "version", (json_int_t)r->draft->version,
			"applications", (json_int_t)r->n, "same", (json_int_t)r->same, "differ", (json_int_t)r->differ, "unknown",
			(json_int_t)r->unknown, "list", r->list);
		object_set_digest(doc, "digest", &r->draft->object.digest);
		term_json(&c->term, doc);
		json_decref(doc);
	}
	if (r->differ > 0)
		return GMC_NOT_MEMBER;
	return r->unknown > 0 ? GMC_CANNOT_TELL : EXIT_DONE;
}

static bool rerun_all(struct rerun *r)
{
	struct cli *c = r->c;
	bool rc;

	r->crew = crew_new(crew_hands(), c->trust, r->draft, tell_record, r, &c->e);
	if (r->crew == NULL)
		return false;
	rc = c->opt.n > 1 ? rerun_files(r) : rerun_server(r);
	crew_finish(r->crew);
	crew_free(r->crew);
	return rc && !r->fatal;
}

int cmd_charter_replay(struct cli *c)
{
	struct rerun r = { .c = c };
	struct signed_charter s;
	int code;

	if (!cmd_load_charter(c, c->opt.args[0], &s))
		return cmd_fail(c);
	r.draft = s.charter;
	tell_draft(c, s.charter);
	code = pin(c);
	if (code == EXIT_DONE) {
		r.list = c->term.json ? json_array() : NULL;
		code = rerun_all(&r) ? finish(&r) : cmd_fail(c);
	}
	progress(&r, false);
	json_decref(r.list);
	signed_charter_free(&s);
	return code;
}
