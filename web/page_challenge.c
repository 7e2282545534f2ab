/* SPDX-License-Identifier: ISC
 * The page at /g/NAME/challenges?ticket=: what somebody with a ticket can do to meet its challenges, side by side. It works without
 * scripts, but for the work. Each time it is loaded it shows puzzles that nobody has seen: to load it again is to ask for others. */
#include <stdlib.h>
#include <string.h>

#include "authority/altcha.h"
#include "authority/external.h"
#include "authority/puzzle/graphic.h"
#include "authority/puzzle/logic.h"
#include "web/asset.h"
#include "web/page_shell.h"

/* ---- pieces */

struct view {
	struct buf *out;
	const char *group, *ticket;
	const json_t *doc;
};

/* The address of a challenge's picture, clip or work. */
static void add_address(const struct view *v, const json_t *c, const char *what)
{
	buf_add_str(v->out, "/v1/groups/");
	page_url(v->out, v->group);
	buf_add_str(v->out, "/challenges/");
	page_url(v->out, page_string(c, "id"));
	buf_printf(v->out, "/%s%sterms=", what, strchr(what, '?') != NULL ? "&amp;" : "?");
	page_url(v->out, page_string(c, "terms"));
}

static void begin_form(const struct view *v, const char *kind)
{
	buf_add_str(v->out, "<form method=\"post\" action=\"/g/");
	page_url(v->out, v->group);
	buf_add_str(v->out, "/challenges\">\n");
	page_hidden(v->out, "ticket", v->ticket);
	page_hidden(v->out, "kind", kind);
}

static void begin_answer(const struct view *v, const json_t *c)
{
	begin_form(v, page_string(c, "kind"));
	page_hidden(v->out, "id", page_string(c, "id"));
	page_hidden(v->out, "terms", page_string(c, "terms"));
}

static void end_form(const struct view *v, const char *button)
{
	buf_printf(v->out, "<p><button>%s</button></p>\n</form>\n", button);
}

static void add_this_page(struct buf *out, const char *group, const char *ticket)
{
	buf_add_str(out, "/g/");
	page_url(out, group);
	buf_add_str(out, "/challenges?ticket=");
	page_url(out, ticket);
}

static void say_other(const struct view *v, const char *words)
{
	buf_add_str(v->out, "<p class=\"note\"><a href=\"");
	add_this_page(v->out, v->group, v->ticket);
	buf_printf(v->out, "\">%s</a></p>\n", words);
}

static const char *question(const json_t *c, size_t i)
{
	const char *s = json_string_value(json_array_get(json_object_get(c, "questions"), i));

	return s == NULL ? "" : s;
}

/* ---- the ways */

static void typed_answer(const struct view *v, const json_t *c, const char *attributes)
{
	const char *kind = page_string(c, "kind");

	buf_printf(v->out, "<p><label for=\"%s\">", kind);
	page_text(v->out, question(c, 0));
	buf_printf(v->out,
		"</label></p>\n<p><input id=\"%s\" name=\"answer\" required maxlength=\"32\" autocomplete=\"off\" spellcheck=\"false\" %s></p>\n",
		kind, attributes);
}

static void show_graphic(const struct view *v, const json_t *c)
{
	begin_answer(v, c);
	buf_printf(v->out, "<p><img class=\"puzzle\" width=\"%d\" height=\"%d\" alt=\"Six bent letters and digits\" src=\"", GRAPHIC_WIDTH,
		GRAPHIC_HEIGHT);
	add_address(v, c, "image?part=0");
	buf_add_str(v->out, "\"></p>\n");
	typed_answer(v, c, "autocapitalize=\"characters\"");
	end_form(v, "That is what I read");
	say_other(v, "I cannot read it: show me another picture");
}

static void show_audio(const struct view *v, const json_t *c)
{
	begin_answer(v, c);
	buf_add_str(v->out, "<p><audio controls preload=\"none\" aria-label=\"Six digits, spoken in a noisy room\" src=\"");
	add_address(v, c, "audio?part=0");
	buf_add_str(v->out, "\"></audio></p>\n");
	typed_answer(v, c, "inputmode=\"numeric\"");
	end_form(v, "That is what I heard");
	say_other(v, "I cannot understand it: say other digits");
}

static void show_round(const struct view *v, const json_t *c, unsigned part)
{
	char what[24];

	snprintf(what, sizeof(what), "image?part=%u", part);
	buf_add_str(v->out, "<fieldset>\n<legend>");
	page_text(v->out, question(c, part));
	buf_printf(v->out,
		"</legend>\n<div class=\"tiles\">\n<img width=\"%d\" height=\"%d\" alt=\"Nine tiles with lines and dots\" src=\"",
		LOGIC_SIDE, LOGIC_SIDE);
	add_address(v, c, what);
	buf_add_str(v->out, "\">\n");
	for (int i = 1; i <= LOGIC_TILES; i++)
		buf_printf(v->out, "<label><input type=\"checkbox\" name=\"round%u\" value=\"%d\"><span>tile %d</span></label>\n", part + 1,
			i, i);
	buf_add_str(v->out, "</div>\n</fieldset>\n");
}

static void show_logic(const struct view *v, const json_t *c)
{
	begin_answer(v, c);
	for (unsigned i = 0; i < LOGIC_ROUNDS; i++)
		show_round(v, c, i);
	end_form(v, "These are the tiles");
	say_other(v, "I cannot tell: show me other tiles");
}

static void show_work(const struct view *v, const json_t *c)
{
	char worker[ASSET_ADDRESS_MAX];

	asset_address("argon2id.js", worker);
	buf_add_str(v->out, "<p>Nobody has to read or to hear anything: your computer is kept busy for a while.</p>\n");
	begin_answer(v, c);
	page_hidden(v->out, "answer", "");
	buf_printf(v->out, "<altcha-widget name=\"widget\" data-worker=\"%s\" configuration=\"", worker);
	page_text(v->out,
		"{\"hideFooter\": true, \"hideLogo\": true, \"humanInteractionSignature\": false, \"minDuration\": 0, \"timeout\": 1800000}");
	buf_add_str(v->out, "\" challenge=\"");
	add_address(v, c, "work");
	buf_add_str(v->out,
		"\"></altcha-widget>\n</form>\n"
		"<noscript><p>Here that takes scripts, which this browser does not run. <code>gmc join</code> does the same work, and "
		"faster, where it is run without <code>--puzzle page</code>.</p></noscript>\n");
}

static void show_external(const struct view *v, const json_t *c)
{
	begin_answer(v, c);
	buf_add_str(v->out, "<p><label for=\"external\">The token that you have from ");
	page_text(v->out, page_string(c, "provider"));
	buf_printf(v->out,
		":</label></p>\n<p><input id=\"external\" name=\"answer\" required maxlength=\"%d\" autocomplete=\"off\" spellcheck=\"false\"></p>\n",
		EXTERNAL_TOKEN_MAX);
	end_form(v, "This is the token");
}

static void show_sponsor(const struct view *v, const json_t *c)
{
	(void)c;
	buf_add_str(v->out,
		"<p>You need not do any of this: a member who knows you may vouch for you instead. Your application goes out without a puzzle, "
		"and you ask the member yourself.</p>\n");
	begin_form(v, "sponsor");
	end_form(v, "I ask a sponsor");
}

/* In the order of the page: what is high comes last, so that columns become even. */
static const struct {
	const char *kind, *title;
	void (*show)(const struct view *v, const json_t *c);
} ways[] = {
	{ "graphic", "Read", show_graphic },
	{ "audio", "Listen", show_audio },
	{ "work", "Let your computer work", show_work },
	{ "external", "Bring somebody else's word", show_external },
	{ "sponsor", "Ask a sponsor", show_sponsor },
	{ "logic", "Choose", show_logic },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* The challenge of a kind; NULL: this is no way here. */
static const json_t *find(const struct view *v, const char *kind)
{
	const json_t *c;
	size_t i;

	if (strcmp(kind, "sponsor") == 0)
		return json_is_true(json_object_get(v->doc, "optional")) ? v->doc : NULL;
	json_array_foreach(json_object_get(v->doc, "challenges"), i, c) if (strcmp(kind, page_string(c, "kind")) == 0) return c;
	return NULL;
}

static void show_ways(const struct view *v)
{
	buf_add_str(v->out, "<div class=\"ways\">\n");
	for (size_t i = 0; i < WAYS; i++) {
		const json_t *c = find(v, ways[i].kind);

		if (c == NULL)
			continue;
		buf_add_str(v->out, "<section>\n");
		page_element(v->out, "h2", NULL, ways[i].title);
		if (c == v->doc || json_object_get(c, "terms") != NULL)
			ways[i].show(v, c);
		else
			buf_add_str(v->out,
				"<p>You have seen all of these that there are for you now. Take another way, or begin again with "
				"<code>gmc join</code>.</p>\n");
		buf_add_str(v->out, "</section>\n");
	}
	buf_add_str(v->out, "</div>\n");
}

/* ---- the page */

static bool is_done(const json_t *doc)
{
	return json_array_size(json_object_get(doc, "wanted")) == 0 || json_is_true(json_object_get(doc, "sponsor"));
}

static void say_top(const struct view *v, const struct err *said)
{
	buf_printf(v->out, is_done(v->doc) ? "<h1>That was all" : "<h1>What ");
	if (!is_done(v->doc)) {
		page_text(v->out, v->group);
		buf_add_str(v->out, " asks of you");
	}
	buf_add_str(v->out, "</h1>\n");
	if (err_ok(said))
		return;
	buf_add_str(v->out, "<p class=\"stopped\" role=\"alert\">");
	page_text(v->out, err_is(said, "answer_wrong") ? "That was not the answer. There are others to try" : said->text);
	buf_add_str(v->out, ".</p>\n");
}

static void say_rest(const struct view *v)
{
	if (is_done(v->doc)) {
		buf_add_str(v->out,
			"<p class=\"lead\">You can close this page: <code>gmc</code> goes on by itself where you started it.</p>\n");
		return;
	}
	page_element(v->out, "p", "rule", page_string(v->doc, "asked"));
	if (json_array_size(json_object_get(v->doc, "solved")) > 0)
		buf_add_str(v->out, "<p>You have met a part of it. This is left:</p>\n");
	else
		buf_add_str(v->out,
			"<p>Take the way that suits you; what is no longer needed goes from this page. "
			"A puzzle waits five minutes for its answer, and there are others.</p>\n");
	show_ways(v);
}

static bool print(struct api *api, const struct request *q, const char *ticket, const struct err *said, struct buf *out, struct err *e)
{
	static const char *const files[] = { "altcha.css", "altcha.js", "work.js", NULL };
	struct view v = { .out = out, .group = request_arg(q, "g"), .ticket = ticket };
	char origin[API_URL_MAX];
	json_t *doc = api_origin(api, q, origin, e) ? read_ticket(api->w, v.group, ticket, origin, e) : NULL;
	bool works;

	if (doc == NULL)
		return false;
	v.doc = doc;
	works = !is_done(doc) && find(&v, "work") != NULL;
	page_begin_with(out, v.group, works ? files : files + 3);
	say_top(&v, said);
	say_rest(&v);
	page_end(out);
	json_decref(doc);
	return true;
}

/* said: what came of an answer, shown above the puzzles that are next, with its status. */
static void answer(struct api *api, const struct request *q, struct reply *r, const char *ticket, const struct err *said)
{
	struct buf out = { 0 };
	struct err e = { 0 };

	if (!err_ok(said))
		reply_problem(r, said);
	if (print(api, q, ticket, said, &out, &e))
		reply_html(r, err_ok(said) ? 200 : r->status, &out);
	else
		page_problem(r, &e);
	buf_free(&out);
}

void page_get_challenges(void *ctx, const struct request *q, struct reply *r)
{
	const char *ticket = form_get(&q->query, "ticket");
	struct err e = { 0 };

	if (ticket != NULL) {
		answer(ctx, q, r, ticket, &e);
		return;
	}
	err_set(&e, "bad_request", "this page belongs to a ticket: gmc join shows its address");
	page_problem(r, &e);
}

/* ---- answers */

/* The tiles that were chosen, as logic_fold reads them. */
static void add_tiles(const struct form *f, char out[static ALTCHA_SOLUTION_MAX])
{
	static const char *const names[LOGIC_ROUNDS] = { "round1", "round2" };
	size_t n = 0;

	for (unsigned part = 0; part < LOGIC_ROUNDS; part++) {
		for (size_t i = 0; i < f->n; i++)
			if (strcmp(f->pair[i].name, names[part]) == 0)
				out[n++] = f->pair[i].value[0];
		out[n++] = '-';
	}
	out[n] = '\0';
}

struct posted {
	const char *ticket, *kind, *terms;
	char text[ALTCHA_SOLUTION_MAX + 1];
	struct id16 id;
	char origin[API_URL_MAX];
};

static bool read_posted(struct api *api, const struct request *q, const struct form *f, struct posted *out, struct err *e)
{
	static const char *const names[] = { "ticket", "kind", "id", "terms", "answer", "round1", "round2", "widget", NULL };
	const char *id = form_get(f, "id"), *text = form_get(f, "answer");

	out->ticket = form_get(f, "ticket");
	out->kind = form_get(f, "kind");
	out->terms = form_get(f, "terms");
	if (!form_only(f, names, e) || !api_origin(api, q, out->origin, e))
		return false;
	if (out->ticket == NULL || out->kind == NULL)
		return err_set(e, "bad_request", "the form lacks its ticket, or does not say what it is about");
	if (strcmp(out->kind, "sponsor") == 0)
		return true;
	if (id == NULL || !id16_parse(id, &out->id) || out->terms == NULL)
		return err_set(e, "bad_request", "the form does not say which challenge it answers");
	if (text != NULL && strlen(text) > ALTCHA_SOLUTION_MAX)
		return err_set(e, "too_large", "no answer is as long as that");
	if (text != NULL)
		snprintf(out->text, sizeof(out->text), "%s", text);
	else
		add_tiles(f, out->text);
	return true;
}

static bool act(struct api *api, const char *group, const struct posted *p, struct err *e)
{
	struct answer_in in = { .group = group, .terms = p->terms, .origin = p->origin, .text = p->text, .id = p->id };
	struct answer out = { 0 };
	bool rc;

	if (strcmp(p->kind, "sponsor") == 0)
		return act_ticket_sponsor(api->w, group, p->ticket, p->origin, e);
	if (strcmp(p->kind, "external") == 0) {
		rc = act_token(api->w, group, &p->id, p->terms, p->origin, p->text, &out, e);
		answer_free(&out);
		return rc;
	}
	act_answer(api->w, &in, 1);
	answer_free(&in.answer);
	return err_ok(&in.e) || err_set(e, in.e.name, "%s", in.e.text);
}

/* To the page again by GET, so that whoever loads it once more sends nothing twice. */
static void go_on(struct reply *r, const char *group, const char *ticket)
{
	struct buf at = { 0 };

	add_this_page(&at, group, ticket);
	if (buf_cstr(&at) != NULL)
		reply_see_other(r, "%s", buf_cstr(&at));
	buf_free(&at);
}

void page_post_challenges(void *ctx, const struct request *q, struct reply *r)
{
	const char *group = request_arg(q, "g");
	struct posted *p = calloc(1, sizeof(*p));
	struct form f = { 0 };
	struct err e = { 0 };

	if (p == NULL)
		err_memory(&e);
	else if (request_form(q, &f, &e) && read_posted(ctx, q, &f, p, &e) && act(ctx, group, p, &e))
		go_on(r, group, p->ticket);
	if (!err_ok(&e)) {
		if (p != NULL && p->ticket != NULL)
			answer(ctx, q, r, p->ticket, &e);
		else
			page_problem(r, &e);
	}
	form_free(&f);
	free(p);
}
