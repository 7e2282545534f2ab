/* SPDX-License-Identifier: ISC */
#include "web/page_shell.h"

#include <inttypes.h>
#include <string.h>

#include "web/asset.h"
#include "web/problem.h"

static void add_file(struct buf *out, const char *name)
{
	char at[ASSET_ADDRESS_MAX];

	asset_address(name, at);
	buf_printf(out,
		strcmp(strrchr(name, '.'), ".js") == 0 ? "<script type=\"module\" src=\"%s\"></script>\n"
						       : "<link rel=\"stylesheet\" href=\"%s\">\n",
		at);
}

void page_begin_with(struct buf *out, const char *title, const char *const *files)
{
	buf_add_str(out,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n<title>");
	page_text(out, title);
	buf_add_str(out, "</title>\n");
	for (; *files != NULL; files++)
		add_file(out, *files);
	add_file(out, "style.css");
	buf_add_str(out, "</head>\n<body>\n<header><a href=\"/\">Charterhouse</a></header>\n<main>\n");
}

void page_begin(struct buf *out, const char *title)
{
	page_begin_with(out, title, (const char *const[]){ NULL });
}

void page_end(struct buf *out)
{
	buf_add_str(out,
		"</main>\n<footer>Charterhouse " CHARTERHOUSE_VERSION
		": a group admission authority. Programs read <a href=\"/v1/openapi.json\">the interface</a>.</footer>\n</body>\n</html>\n");
}

void page_problem(struct reply *r, const struct err *e)
{
	struct buf out = { 0 };
	bool known;
	const struct problem *p;

	reply_problem(r, e);
	p = problem_find(r->err.name, &known);
	page_begin(&out, p->title);
	page_element(&out, "h1", NULL, p->title);
	if (known && !problem_is_private(p))
		page_element(&out, "p", "lead", r->err.text);
	page_end(&out);
	reply_html(r, p->status, &out);
}

const char *page_string(const json_t *doc, const char *name)
{
	const char *s = json_string_value(json_object_get(doc, name));

	return s == NULL ? "" : s;
}

int64_t page_int(const json_t *doc, const char *name)
{
	return json_integer_value(json_object_get(doc, name));
}

void page_count(struct buf *out, int64_t n, const char *one, const char *many)
{
	buf_printf(out, "%" PRId64 " %s", n, n == 1 ? one : many);
}

void page_element(struct buf *out, const char *tag, const char *cls, const char *text)
{
	buf_printf(out, "<%s", tag);
	if (cls != NULL)
		buf_printf(out, " class=\"%s\"", cls);
	buf_add_str(out, ">");
	page_text(out, text);
	buf_printf(out, "</%s>\n", tag);
}

void page_fact(struct buf *out, const char *name, int64_t value)
{
	buf_add_str(out, "<div><dt>");
	page_text(out, name);
	buf_printf(out, "</dt><dd>%" PRId64 "</dd></div>\n", value);
}

void page_hidden(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	page_text(out, value);
	buf_add_str(out, "\">\n");
}
