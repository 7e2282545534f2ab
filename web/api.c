/* SPDX-License-Identifier: ISC */
#include "web/api.h"

#include <string.h>

#include "authority/terms.h"

bool api_group(struct api *api, const struct request *q, struct group *out, struct err *e)
{
	return group_find(api->w, request_arg(q, "g"), out, e);
}

static bool nothing_here(struct err *e)
{
	return err_set(e, "not_found", "there is nothing at this address");
}

bool api_digest(const struct request *q, const char *name, struct digest *out, struct err *e)
{
	return digest_parse(request_arg(q, name), out) || nothing_here(e);
}

bool api_id16(const struct request *q, const char *name, struct id16 *out, struct err *e)
{
	return id16_parse(request_arg(q, name), out) || nothing_here(e);
}

bool api_number(const struct request *q, const char *name, int64_t max, uint64_t *out, struct err *e)
{
	const char *s = request_arg(q, name);
	int64_t v = 0;

	if (*s < '1' || *s > '9')
		return nothing_here(e);
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || v > (max - (*s - '0')) / 10)
			return nothing_here(e);
		v = v * 10 + (*s - '0');
	}
	*out = (uint64_t)v;
	return true;
}

bool api_page(const struct request *q, struct page *out, struct err *e)
{
	int64_t limit;

	if (!form_int(&q->query, "after", 0, JSON_INT_MAX, 0, &out->after, e) ||
		!form_int(&q->query, "limit", 1, READ_PAGE_MAX, READ_PAGE, &limit, e))
		return false;
	out->limit = (int)limit;
	return true;
}

/* RFC 9110 section 7.2: host and port alone. What else a Host may hold does not go into an answer. */
static bool is_host(const char *s)
{
	return s != NULL && *s != '\0' && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:[]") == strlen(s) &&
		strlen(s) < API_URL_MAX - 16;
}

bool api_url(const struct api *api, const struct request *q, char out[static API_URL_MAX], struct err *e)
{
	const char *host = q->header[REQUEST_HOST];

	if (api->site->url == NULL && !is_host(host))
		return err_set(e, "bad_request", "the Host header is no host");
	if (api->site->url != NULL)
		snprintf(out, API_URL_MAX, "%s", api->site->url);
	else
		snprintf(out, API_URL_MAX, "%s://%s", q->tls ? "https" : "http", host);
	return true;
}

bool api_origin(const struct api *api, const struct request *q, char out[static API_URL_MAX], struct err *e)
{
	char url[API_URL_MAX];
	const char *host;

	if (!api_url(api, q, url, e))
		return false;
	host = strstr(url, "://");
	host = host == NULL ? url : host + 3;
	snprintf(out, API_URL_MAX, "%.*s", (int)strcspn(host, "/"), host);
	return true;
}

/* ---- bodies */

static bool read_text(const struct at *root, const char *name, struct signed_body *out)
{
	static const char *const members[] = { "text", "salt", NULL };
	struct at at;

	if (name == NULL || !at_has(root, name))
		return err_ok(root->e);
	if (!at_member(root, name, &at) || !at_only(&at, members))
		return false;
	out->has_text = true;
	return at_string(&at, "text", 1, OBJECT_MAX, &out->text.text) &&
		at_base64_exact(&at, "salt", out->text.salt, sizeof(out->text.salt));
}

static bool take_ticket(const struct at *root, struct signed_body *out)
{
	return !at_has(root, "ticket") ? err_ok(root->e) : at_string(root, "ticket", 1, TERMS_TEXT, &out->ticket);
}

static bool read_body(const struct request *q, const char *name, const char *text_name, bool ticket, struct signed_body *out, struct err *e)
{
	const char *const members[] = { name, text_name, ticket ? "ticket" : NULL, NULL };
	struct at root, at;

	memset(out, 0, sizeof(*out));
	out->doc = json_read(q->body, API_BODY_MAX, e);
	if (out->doc == NULL)
		return false;
	root = at_root(out->doc, e);
	if (at_only(&root, members) && read_text(&root, text_name, out) && (!ticket || take_ticket(&root, out)) &&
		at_member(&root, name, &at) && jws_read(&at, &out->jws)) {
		out->envelope = at.v;
		return true;
	}
	json_decref(out->doc);
	memset(out, 0, sizeof(*out));
	return false;
}

bool signed_body_read(const struct request *q, const char *name, const char *text_name, struct signed_body *out, struct err *e)
{
	return read_body(q, name, text_name, false, out, e);
}

bool signed_body_read_ticketed(const struct request *q, const char *name, const char *text_name, struct signed_body *out, struct err *e)
{
	return read_body(q, name, text_name, true, out, e);
}

void signed_body_free(struct signed_body *b)
{
	if (b->doc != NULL)
		jws_free(&b->jws);
	json_decref(b->doc);
	memset(b, 0, sizeof(*b));
}

const struct free_text *signed_body_text(const struct signed_body *b)
{
	return b->has_text ? &b->text : NULL;
}

/* ---- answers */

void api_give(const struct request *q, struct reply *r, json_t *doc, const struct err *e)
{
	if (doc == NULL) {
		reply_problem(r, e);
		return;
	}
	reply_json(r, 200, doc);
	reply_etag(q, r);
}

void api_give_bytes(const struct request *q, struct reply *r, const char *type, struct buf *b)
{
	reply_buf(r, 200, type, b);
	reply_etag(q, r);
}

void api_accept(struct reply *r, bool ok, struct answer *a, unsigned retry_after, const struct err *e)
{
	if (ok)
		reply_buf(r, 202, "application/json", &a->text);
	else
		reply_problem(r, e);
	if (ok && retry_after > 0)
		reply_header(r, "Retry-After", "%u", retry_after);
	answer_free(a);
}
