/* SPDX-License-Identifier: ISC */
#include "web/send.h"

#include <stdlib.h>
#include <string.h>

/* Pages load nothing but what this server sends, and run no inline script; data loads nothing at all. */
static const char csp_page[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' data:; "
			       "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
static const char csp_data[] = "default-src 'none'; frame-ancestors 'none'";

static struct MHD_Response *make_response(struct reply *r, size_t *bytes)
{
	struct MHD_Response *out;

	if (r->constant.p != NULL || r->body.n == 0) {
		*bytes = r->constant.n;
		/* The library does not write to a persistent buffer. */
		return MHD_create_response_from_buffer(r->constant.n, (void *)(uintptr_t)r->constant.p, MHD_RESPMEM_PERSISTENT);
	}
	*bytes = r->body.n;
	out = MHD_create_response_from_buffer_with_free_callback(r->body.n, r->body.p, free);
	if (out != NULL)
		r->body = (struct buf){ 0 };
	return out;
}

static void add(struct MHD_Response *m, const char *name, const char *value, bool *ok)
{
	if (MHD_add_response_header(m, name, value) != MHD_YES)
		*ok = false;
}

static bool is_page(const struct reply *r)
{
	return r->type != NULL && strncmp(r->type, "text/html", 9) == 0;
}

/* A reader may keep what carries a tag, but asks before using it again; all else is nobody's to keep. */
static const char *cache_rule(const struct reply *r, const struct request *q)
{
	bool reads = strcmp(q->method, "GET") == 0 || strcmp(q->method, "HEAD") == 0;

	return reads && (r->status == 200 || r->status == 304) && reply_has_header(r, "ETag") ? "no-cache" : "no-store";
}

static bool add_headers(struct MHD_Response *m, const struct reply *r, const struct request *q)
{
	bool ok = true;

	if (r->type != NULL)
		add(m, "Content-Type", r->type, &ok);
	for (size_t i = 0; i < r->n; i++)
		add(m, r->header[i].name, r->header[i].value, &ok);
	add(m, "X-Content-Type-Options", "nosniff", &ok);
	add(m, "Referrer-Policy", "no-referrer", &ok);
	add(m, "X-Request-Id", r->id, &ok);
	if (!reply_has_header(r, "Content-Security-Policy"))
		add(m, "Content-Security-Policy", is_page(r) ? csp_page : csp_data, &ok);
	if (!reply_has_header(r, "Cache-Control"))
		add(m, "Cache-Control", cache_rule(r, q), &ok);
	if (q->tls)
		add(m, "Strict-Transport-Security", "max-age=31536000", &ok);
	if (r->close)
		add(m, "Connection", "close", &ok);
	return ok;
}

bool send_reply(struct MHD_Connection *connection, struct reply *r, const struct request *q, size_t *bytes)
{
	struct MHD_Response *m = make_response(r, bytes);
	bool ok;

	if (m == NULL)
		return false;
	ok = add_headers(m, r, q) && MHD_queue_response(connection, r->status, m) == MHD_YES;
	MHD_destroy_response(m);
	return ok;
}
