/* SPDX-License-Identifier: ISC
 * The page at /: which groups there are. */
#include "web/page_shell.h"

static void one(struct buf *out, const json_t *group)
{
	const char *name = page_string(group, "group");

	buf_add_str(out, "<li><a class=\"title\" href=\"/g/");
	page_url(out, name);
	buf_add_str(out, "\">");
	page_text(out, name);
	buf_add_str(out, "</a>\n<div class=\"note\">");
	page_count(out, page_int(group, "members"), "member", "members");
	buf_add_str(out, ", ");
	page_count(out, page_int(group, "open"), "open proposal", "open proposals");
	buf_add_str(out, "</div></li>\n");
}

static void list(struct buf *out, const json_t *groups)
{
	const json_t *g;
	size_t i;

	buf_add_str(out, "<section>\n<h2>Groups</h2>\n");
	if (json_array_size(groups) == 0)
		buf_add_str(out,
			"<p>No group has been founded here yet. The operator makes one with <code>gauthctl group create NAME</code>.</p>\n");
	buf_add_str(out, "<ul class=\"plain\">\n");
	json_array_foreach(groups, i, g) one(out, g);
	buf_add_str(out, "</ul>\n</section>\n");
}

void page_get_home(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct buf out = { 0 };
	struct err e = { 0 };
	json_t *doc = read_groups(api->w, &e);

	if (doc == NULL) {
		page_problem(r, &e);
		return;
	}
	page_begin(&out, "Charterhouse");
	buf_add_str(&out,
		"<h1>Groups that admit by their own rules</h1>\n"
		"<p class=\"lead\">Each group wrote down and signed who may join. Its members vote, and everybody can check each decision again.</p>\n");
	list(&out, json_object_get(doc, "groups"));
	page_end(&out);
	json_decref(doc);
	reply_html(r, 200, &out);
	reply_etag(q, r);
}
