/* SPDX-License-Identifier: ISC
 * The page at /g/NAME: what a group is, by which rule it admits, how to join, what it votes on. */
#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "charter/explain.h"
#include "web/page_shell.h"

enum { SHOWN = 50 };

/* The fact that members were suspended, and that admissions are stopped, while it is so. */
static void say_passing(struct buf *out, const json_t *group)
{
	char until[TIME_TEXT];

	if (json_object_get(group, "frozen_until") == NULL)
		return;
	time_text(page_int(group, "frozen_until"), until);
	buf_printf(out,
		"<p class=\"stopped\">The administrators have stopped admissions until <time datetime=\"%s\">%.10s %.5s UTC</time>. "
		"Who applies before then is refused; who waits already goes on waiting.</p>\n",
		until, until, until + 11);
}

static void say_top(struct buf *out, const json_t *group)
{
	const char *state = page_string(group, "state");

	page_element(out, "h1", NULL, page_string(group, "group"));
	page_element(out, "p", "lead", page_string(group, "purpose"));
	if (strcmp(state, "draft") == 0)
		page_element(out, "p", "stopped", "This group is not founded yet: approvals of its charter are missing.");
	if (strcmp(state, "stopped") == 0)
		page_element(out, "p", "stopped",
			"This group is stopped until its operator has restored the database. Nothing can change meanwhile.");
	say_passing(out, group);
	buf_add_str(out, "<dl class=\"facts\">\n");
	page_fact(out, "Members", page_int(group, "members"));
	if (page_int(group, "suspended") > 0)
		page_fact(out, "Of these suspended", page_int(group, "suspended"));
	page_fact(out, "Open proposals", page_int(group, "open"));
	page_fact(out, "Charter version", page_int(json_object_get(group, "charter"), "version"));
	buf_add_str(out, "</dl>\n");
}

static void say_rule(struct buf *out, const json_t *group)
{
	char term[TIME_WORDS];

	time_words(page_int(group, "term"), term);
	buf_add_str(out, "<section>\n<h2>Who is admitted</h2>\n<p>An applicant becomes a member when this holds:</p>\n");
	page_element(out, "p", "rule", page_string(group, "rule"));
	buf_add_str(out, "<p class=\"note\">Voting on each application is open for ");
	page_text(out, term);
	buf_add_str(out, "; it ends earlier once nothing can change the outcome.</p>\n");
	if (strcmp(page_string(group, "class"), "client") == 0)
		buf_add_str(out,
			"<p class=\"note\">Members are clients of the overlay: they use it, and do not store or route for others.</p>\n");
	buf_add_str(out, "</section>\n");
}

static void say_join(struct buf *out, const json_t *group, const char *url)
{
	if (strcmp(page_string(group, "state"), "draft") == 0)
		return;
	buf_add_str(out,
		"<section>\n<h2>How to join</h2>\n<p>Type this. It asks your name, makes a key of your own, "
		"checks the charter against the link, and applies:</p>\n"
		"<pre tabindex=\"0\">gmc join '");
	page_text(out, url);
	buf_add_str(out, "/g/");
	page_url(out, page_string(group, "group"));
	buf_add_str(out, "#");
	page_text(out, page_string(group, "genesis"));
	buf_add_str(out,
		"'</pre>\n<p class=\"note\">The part behind # names the group&#39;s first charter. Get the link from somebody whom you trust: "
		"who has the right link cannot be led into another group.</p>\n</section>\n");
}

/* ---- open proposals */

static void say_when(struct buf *out, int64_t closes, int64_t now)
{
	char words[TIME_WORDS], at[TIME_TEXT];

	time_text(closes, at);
	time_words(closes > now ? closes - now : 0, words);
	buf_printf(out, closes > now ? "Open for another %s, until " : "The term is over; it is being decided. It ended ", words);
	buf_printf(out, "<time datetime=\"%s\">%.10s %.5s UTC</time>.", at, at, at + 11);
}

static void say_counts(struct buf *out, const json_t *p)
{
	if (json_object_get(p, "yes") == NULL) {
		buf_add_str(out, "<div class=\"note\">The charter shows no votes before the decision.</div>\n");
		return;
	}
	buf_printf(out,
		"<ul class=\"counts\"><li>yes %" PRId64 "</li><li>no %" PRId64 "</li><li>abstain %" PRId64
		"</li><li class=\"note\">of %" PRId64 " who may vote</li></ul>\n",
		page_int(p, "yes"), page_int(p, "no"), page_int(p, "abstain"), page_int(p, "electors"));
}

static void say_proposal(struct buf *out, const json_t *p, int64_t now)
{
	const char *question = page_string(p, "question"), *name = page_string(p, "name");

	buf_printf(out, "<li><div class=\"title\">%" PRId64 ". ", page_int(p, "number"));
	if (strcmp(question, "amend") == 0)
		buf_add_str(out, "Amend the charter");
	else
		buf_add_str(out, strcmp(question, "admit") == 0 ? "Admit " : "Expel ");
	page_text(out, name);
	buf_add_str(out, "</div>\n");
	say_counts(out, p);
	if (json_object_get(p, "vouched") != NULL) {
		buf_add_str(out, "<div class=\"note\">Vouched for by ");
		page_text(out, page_string(p, "vouched"));
		buf_add_str(out, ".</div>\n");
	}
	buf_add_str(out, "<div class=\"note\">Passes when ");
	page_text(out, page_string(p, "needs"));
	buf_add_str(out, ". ");
	say_when(out, page_int(p, "closes"), now);
	buf_add_str(out, "</div></li>\n");
}

static void say_proposals(struct buf *out, const json_t *proposals, int64_t now)
{
	const json_t *list = json_object_get(proposals, "proposals"), *p;
	size_t i;

	buf_add_str(out, "<section>\n<h2>Open proposals</h2>\n");
	if (json_array_size(list) == 0)
		buf_add_str(out, "<p class=\"note\">Nothing is being voted on.</p>\n");
	buf_add_str(out, "<ul class=\"plain\">\n");
	json_array_foreach(list, i, p) say_proposal(out, p, now);
	buf_add_str(out, "</ul>\n");
	if (json_array_size(list) > 0)
		buf_add_str(out,
			"<p class=\"note\">Members vote with <code>gmc vote NUMBER yes</code>, or <code>no</code>, or <code>abstain</code>.</p>\n");
	if (json_object_get(proposals, "next") != NULL)
		buf_add_str(out, "<p class=\"note\">There are more; <code>gmc proposals</code> lists them all.</p>\n");
	buf_add_str(out, "</section>\n");
}

/* ---- the charter in words */

/* explain_charter gives titles at the margin and sentences indented, wrapped for a terminal: here a section is one paragraph. */
static void say_sections(struct buf *out, const char *text)
{
	bool inside = false;

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		char line[256];

		snprintf(line, sizeof(line), "%.*s", (int)(n < sizeof(line) ? n : sizeof(line) - 1), text);
		text += n + (text[n] == '\n');
		if (line[0] == '\0')
			continue;
		if (line[0] != ' ') {
			buf_add_str(out, inside ? "</p>\n" : "");
			page_element(out, "h3", NULL, line);
			inside = false;
			continue;
		}
		buf_add_str(out, inside ? "\n" : "<p>");
		page_text(out, line + strspn(line, " "));
		inside = true;
	}
	buf_add_str(out, inside ? "</p>\n" : "");
}

static void say_charter(struct buf *out, const struct charter *c, uint32_t members)
{
	struct buf words = { 0 };
	const char *text;

	if (!explain_charter(c, members, &words) || (text = buf_cstr(&words)) == NULL) {
		out->failed = true;
	} else {
		buf_add_str(out, "<section>\n<details>\n<summary>The whole charter in words</summary>\n");
		say_sections(out, text);
		buf_add_str(out, "</details>\n</section>\n");
	}
	buf_free(&words);
}

/* ---- for programs */

static void say_files(struct buf *out, const char *name)
{
	static const struct {
		const char *path, *words;
	} files[] = {
		{ "trust", "trust.json: what a peer pins to verify certificates" },
		{ "charters/current", "the charter, signed" },
		{ "ca", "CA certificates (PEM)" },
		{ "crl?form=pem", "revocation list for X.509 software (PEM)" },
		{ "revocations", "revocation list for libgmc" },
		{ "log/head", "head of the group log, signed" },
	};

	buf_add_str(out, "<section>\n<h2>For peers and auditors</h2>\n<ul>\n");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		buf_add_str(out, "<li><a href=\"/v1/groups/");
		page_url(out, name);
		buf_printf(out, "/%s\">%s</a></li>\n", files[i].path, files[i].words);
	}
	buf_add_str(out, "</ul>\n</section>\n");
}

/* A founded group has more to show than one that is drafted. */
static bool say_founded(struct api *api, struct buf *out, const json_t *doc, const char *name, struct err *e)
{
	const struct page first = { .limit = SHOWN };
	const struct charter *c;
	json_t *proposals;
	struct group g;
	int64_t now;

	if (!group_find(api->w, name, &g, e) || !db_now(api->w->db, &now, e) || !read_charter_now(api->w, &g, &c, e))
		return false;
	proposals = read_proposals(api->w, &g, true, &first, e);
	if (proposals == NULL)
		return false;
	say_proposals(out, proposals, now);
	say_charter(out, c, (uint32_t)page_int(doc, "members"));
	say_files(out, name);
	json_decref(proposals);
	return true;
}

void page_get_group(void *ctx, const struct request *q, struct reply *r)
{
	const char *name = request_arg(q, "g");
	char url[API_URL_MAX];
	struct api *api = ctx;
	struct buf out = { 0 };
	struct err e = { 0 };
	json_t *doc = api_url(api, q, url, &e) ? read_group(api->w, name, &e) : NULL;
	bool ok = doc != NULL;

	if (ok) {
		page_begin(&out, name);
		say_top(&out, doc);
		say_rule(&out, doc);
		say_join(&out, doc, url);
		ok = strcmp(page_string(doc, "state"), "draft") == 0 || say_founded(api, &out, doc, name, &e);
		page_end(&out);
	}
	json_decref(doc);
	if (ok)
		reply_html(r, 200, &out);
	else
		page_problem(r, &e);
	buf_free(&out);
}
