/* SPDX-License-Identifier: ISC
 * A request that the guard let in, as handlers see it. All of it is borrowed: it lasts until the handler returns. */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include "web/form.h"
#include "web/guard.h"

enum { REQUEST_ARGS_MAX = 4, REQUEST_ARG_MAX = 128, REQUEST_ID_TEXT = 17, REQUEST_CLIENT_TEXT = 46 };

/* The headers that handlers may look at. */
enum request_header {
	REQUEST_ACCEPT,
	REQUEST_ACCEPT_LANGUAGE,
	REQUEST_AUTHORIZATION,
	REQUEST_CONTENT_TYPE,
	REQUEST_COOKIE,
	REQUEST_HOST,
	REQUEST_IDEMPOTENCY_KEY,
	REQUEST_IF_MATCH,
	REQUEST_IF_NONE_MATCH,
	REQUEST_ORIGIN,
	REQUEST_PREFER,
	REQUEST_SEC_FETCH_SITE,
	REQUEST_USER_AGENT,
	REQUEST_HEADERS
};

/* What the {name} segments of a route's pattern stood for, decoded. */
struct request_args {
	size_t n;
	struct {
		const char *name; /* in the pattern, ends at '}' */
		char value[REQUEST_ARG_MAX + 1];
	} arg[REQUEST_ARGS_MAX];
};

struct request {
	const char *method; /* as sent; a HEAD is answered by a GET's handler */
	char *path;         /* raw, still percent-encoded, without query */
	struct request_args args;
	struct form query;
	const char *header[REQUEST_HEADERS]; /* NULL: absent */
	struct slice body;
	char client[REQUEST_CLIENT_TEXT]; /* address as text; empty when unknown */
	char id[REQUEST_ID_TEXT];         /* 16 hex digits, also in the answer and the log */
	bool tls;
};

/* Value of {name} in the route's pattern. The name must be one of the pattern's; otherwise NULL. */
const char *request_arg(const struct request *q, const char *name);

/* Picks the known headers out of a head. e: "bad_request" when one of them stands twice. */
bool request_headers(struct request *q, const struct guard_head *h, struct err *e);

/* Does the media type of the body have this essence ("application/json"), or for json a "+json" suffix (RFC 6839)? Parameters other
 * than charset=utf-8 make it false. */
bool request_is_json(const struct request *q);
bool request_is_form(const struct request *q);
/* Does the client prefer HTML: does Accept name text/html? For pages that share an address with data. */
bool request_wants_html(const struct request *q);

/* The body as form; see form_parse. "unsupported_media" when it is none. */
bool request_form(const struct request *q, struct form *f, struct err *e);

#endif
