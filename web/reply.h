/* SPDX-License-Identifier: ISC
 * The answer to a request: filled by a handler, sent by the server, which adds the headers that every answer carries. */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include <jansson.h>

#include "web/request.h"

enum { REPLY_HEADERS_MAX = 12, REPLY_ETAG_TEXT = 32 };

struct reply_header {
	const char *name; /* a constant */
	char *value;      /* owned */
};

/* All zero is "nothing said yet": sent as 500. */
struct reply {
	unsigned status;
	const char *type; /* a constant; NULL without a body */
	struct buf body;
	struct slice constant; /* instead of body: bytes that outlive the server (static files) */
	size_t n;
	struct reply_header header[REPLY_HEADERS_MAX];
	bool close;     /* the connection ends with this answer */
	struct err err; /* what reply_problem was given, for the log */
	char id[REQUEST_ID_TEXT];
};

void reply_free(struct reply *r);

/* Adds a header. Values with CR or LF are dropped, and so is one header too many. Name: a constant. */
void reply_header(struct reply *r, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Has a header of this name been added? */
bool reply_has_header(const struct reply *r, const char *name);

/* application/json; takes over v. NULL (out of memory when it was built) becomes a problem. */
void reply_json(struct reply *r, unsigned status, json_t *v);
/* Takes over the buffer, which becomes empty. A failed buffer becomes a problem. */
void reply_buf(struct reply *r, unsigned status, const char *type, struct buf *b);
/* Copies. */
void reply_bytes(struct reply *r, unsigned status, const char *type, struct slice bytes);
/* Borrows bytes that outlive the server. */
void reply_constant(struct reply *r, const char *type, struct slice bytes);
/* text/html; takes over the buffer. */
void reply_html(struct reply *r, unsigned status, struct buf *b);
/* No body: 204, 304, or with the header that the status asks for. */
void reply_empty(struct reply *r, unsigned status);
/* 202 with Location and Retry-After (seconds), and a body if v is not NULL; takes over v. */
void reply_accepted(struct reply *r, json_t *v, unsigned retry_after, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* 303 to an address of our own, after a form. */
void reply_see_other(struct reply *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* application/problem+json (RFC 9457) for a refusal; replaces what was said before. The status comes from the error's name; a name
 * that the table does not know becomes "internal", its text goes to the log alone. */
void reply_problem(struct reply *r, const struct err *e);

/* Entity tags (RFC 9110 section 8.8.3). reply_etag tags a 200 by the digest of its body; when If-None-Match names the tag, the answer
 * becomes 304. reply_etag_is does the same with a tag that the caller knows ([!#-~] only), before the body is made: true when
 * the answer is 304 and complete. */
void reply_etag(const struct request *q, struct reply *r);
bool reply_etag_is(const struct request *q, struct reply *r, const char *tag);
/* If-Match must be absent or name this tag: "precondition_failed". */
bool reply_precondition(const struct request *q, const char *tag, struct err *e);

#endif
