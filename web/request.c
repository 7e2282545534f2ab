/* SPDX-License-Identifier: ISC */
#include "web/request.h"

#include <string.h>
#include <strings.h>

static const char *const header_names[REQUEST_HEADERS] = {
	[REQUEST_ACCEPT] = "Accept",
	[REQUEST_ACCEPT_LANGUAGE] = "Accept-Language",
	[REQUEST_AUTHORIZATION] = "Authorization",
	[REQUEST_CONTENT_TYPE] = "Content-Type",
	[REQUEST_COOKIE] = "Cookie",
	[REQUEST_HOST] = "Host",
	[REQUEST_IDEMPOTENCY_KEY] = "Idempotency-Key",
	[REQUEST_IF_MATCH] = "If-Match",
	[REQUEST_IF_NONE_MATCH] = "If-None-Match",
	[REQUEST_ORIGIN] = "Origin",
	[REQUEST_PREFER] = "Prefer",
	[REQUEST_SEC_FETCH_SITE] = "Sec-Fetch-Site",
	[REQUEST_USER_AGENT] = "User-Agent",
};

const char *request_arg(const struct request *q, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < q->args.n; i++)
		if (strncmp(q->args.arg[i].name, name, n) == 0 && q->args.arg[i].name[n] == '}')
			return q->args.arg[i].value;
	return NULL;
}

/* Lists (Accept, Prefer) may come in several headers; the first is enough here. The others say one thing. */
static bool may_repeat(size_t i)
{
	return i == REQUEST_ACCEPT || i == REQUEST_ACCEPT_LANGUAGE || i == REQUEST_PREFER;
}

static bool take_header(struct request *q, const struct guard_header *f, struct err *e)
{
	for (size_t i = 0; i < REQUEST_HEADERS; i++) {
		if (strlen(header_names[i]) != f->name_n || strncasecmp(header_names[i], f->name, f->name_n) != 0)
			continue;
		if (q->header[i] == NULL)
			q->header[i] = f->value;
		else if (!may_repeat(i))
			return err_set(e, "bad_request", "header %s stands twice", header_names[i]);
	}
	return true;
}

bool request_headers(struct request *q, const struct guard_head *h, struct err *e)
{
	for (size_t i = 0; i < h->n; i++)
		if (!take_header(q, &h->header[i], e))
			return false;
	return true;
}

/* Length of the type without parameters and white space, 0 when a parameter is not to our liking. */
static size_t essence(const char *type)
{
	size_t n = strcspn(type, "; \t");
	const char *rest = type + n;

	rest += strspn(rest, "; \t");
	if (*rest == '\0' || strcasecmp(rest, "charset=utf-8") == 0 || strcasecmp(rest, "charset=\"utf-8\"") == 0)
		return n;
	return 0;
}

bool request_is_json(const struct request *q)
{
	const char *type = q->header[REQUEST_CONTENT_TYPE];
	size_t n = type == NULL ? 0 : essence(type);

	if (n == 16 && strncasecmp(type, "application/json", n) == 0)
		return true;
	return n > 17 && strncasecmp(type, "application/", 12) == 0 && strncasecmp(type + n - 5, "+json", 5) == 0;
}

bool request_is_form(const struct request *q)
{
	static const char form[] = "application/x-www-form-urlencoded";
	const char *type = q->header[REQUEST_CONTENT_TYPE];

	return type != NULL && essence(type) == strlen(form) && strncasecmp(type, form, strlen(form)) == 0;
}

bool request_wants_html(const struct request *q)
{
	return q->header[REQUEST_ACCEPT] != NULL && strstr(q->header[REQUEST_ACCEPT], "text/html") != NULL;
}

bool request_form(const struct request *q, struct form *f, struct err *e)
{
	*f = (struct form){ 0 };
	if (!request_is_form(q))
		return err_set(e, "unsupported_media", "this takes a form (application/x-www-form-urlencoded)");
	return form_parse(q->body, FORM_BODY, f, e);
}
