/* SPDX-License-Identifier: ISC */
#include "web/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "web/problem.h"

/* What is left to say when memory is out. */
static const char last_words[] = "{\"type\":\"urn:charterhouse:problem:no_memory\",\"title\":\"Out of memory\",\"status\":503}";

void reply_free(struct reply *r)
{
	buf_free(&r->body);
	for (size_t i = 0; i < r->n; i++)
		free(r->header[i].value);
	*r = (struct reply){ 0 };
}

/* Empties the answer, but for the request's id and the wish to close. */
static void start(struct reply *r, unsigned status, const char *type)
{
	struct reply fresh = { .status = status, .type = type, .close = r->close };

	memcpy(fresh.id, r->id, sizeof(fresh.id));
	reply_free(r);
	*r = fresh;
}

static void add_header(struct reply *r, const char *name, const char *fmt, va_list ap)
{
	char *value = NULL;

	if (r->n == REPLY_HEADERS_MAX || vasprintf(&value, fmt, ap) < 0)
		return;
	if (value[strcspn(value, "\r\n")] != '\0') {
		free(value);
		return;
	}
	r->header[r->n].name = name;
	r->header[r->n].value = value;
	r->n++;
}

void reply_header(struct reply *r, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_header(r, name, fmt, ap);
	va_end(ap);
}

bool reply_has_header(const struct reply *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcasecmp(r->header[i].name, name) == 0)
			return true;
	return false;
}

/* Headers that were added before the body was said stay: an answer is often put together in that order. */
static void say(struct reply *r, unsigned status, const char *type)
{
	buf_free(&r->body);
	r->constant = slice_of(NULL, 0);
	r->status = status;
	r->type = type;
}

static void no_memory(struct reply *r)
{
	start(r, 503, "application/problem+json");
	r->constant = slice_str(last_words);
	err_memory(&r->err);
}

void reply_buf(struct reply *r, unsigned status, const char *type, struct buf *b)
{
	say(r, status, type);
	if (b->failed) {
		buf_free(b);
		no_memory(r);
		return;
	}
	r->body = *b;
	*b = (struct buf){ 0 };
}

void reply_json(struct reply *r, unsigned status, json_t *v)
{
	struct buf b = { 0 };

	if (v == NULL || !json_write(v, &b, NULL))
		b.failed = true;
	json_decref(v);
	reply_buf(r, status, "application/json", &b);
}

void reply_bytes(struct reply *r, unsigned status, const char *type, struct slice bytes)
{
	struct buf b = { 0 };

	buf_add_slice(&b, bytes);
	reply_buf(r, status, type, &b);
}

void reply_constant(struct reply *r, const char *type, struct slice bytes)
{
	say(r, 200, type);
	r->constant = bytes;
}

void reply_html(struct reply *r, unsigned status, struct buf *b)
{
	reply_buf(r, status, "text/html; charset=utf-8", b);
}

void reply_empty(struct reply *r, unsigned status)
{
	say(r, status, NULL);
}

void reply_accepted(struct reply *r, json_t *v, unsigned retry_after, const char *fmt, ...)
{
	va_list ap;

	if (v != NULL)
		reply_json(r, 202, v);
	if (v == NULL)
		reply_empty(r, 202);
	reply_header(r, "Retry-After", "%u", retry_after);
	va_start(ap, fmt);
	add_header(r, "Location", fmt, ap);
	va_end(ap);
}

void reply_see_other(struct reply *r, const char *fmt, ...)
{
	va_list ap;

	reply_empty(r, 303);
	va_start(ap, fmt);
	add_header(r, "Location", fmt, ap);
	va_end(ap);
}

/* Sets a member and notes whether all went well so far. */
static void put(json_t *o, const char *name, json_t *v, bool *ok)
{
	if (json_object_set_new(o, name, v) != 0)
		*ok = false;
}

/* Texts are cut to fit, so one may end within a character. */
static json_t *detail(const char *text)
{
	size_t n = strlen(text);
	json_t *v = json_stringn(text, n);

	for (size_t cut = 1; v == NULL && cut < 4 && cut < n; cut++)
		v = json_stringn(text, n - cut);
	return v == NULL ? json_string("") : v;
}

static json_t *problem_json(const struct reply *r, const struct problem *p, const struct err *e, bool known)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	put(o, "type", json_sprintf("urn:charterhouse:problem:%s", p->name), &ok);
	put(o, "title", json_string(p->title), &ok);
	put(o, "status", json_integer(p->status), &ok);
	/* The text of an error that nobody meant for clients may say too much. */
	if (known && !problem_is_private(p) && e->text[0] != '\0')
		put(o, "detail", detail(e->text), &ok);
	if (e->pointer[0] != '\0')
		put(o, "pointer", json_string(e->pointer), &ok);
	if (e->line != 0) {
		put(o, "line", json_integer(e->line), &ok);
		put(o, "column", json_integer(e->column), &ok);
	}
	if (r->id[0] != '\0')
		put(o, "instance", json_sprintf("urn:charterhouse:request:%s", r->id), &ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

void reply_problem(struct reply *r, const struct err *e)
{
	struct err copy = *e; /* e may be the reply's own */
	bool known;
	const struct problem *p = problem_find(copy.name, &known);
	struct buf b = { 0 };
	json_t *o;

	start(r, p->status, NULL);
	o = problem_json(r, p, &copy, known);
	if (o == NULL || !json_write(o, &b, NULL))
		b.failed = true;
	json_decref(o);
	reply_buf(r, p->status, "application/problem+json", &b);
	if (p->retry_after != 0)
		reply_header(r, "Retry-After", "%u", p->retry_after);
	r->err = copy;
}

/* Is the quoted tag in a list of tags, or the list "*"? Weak comparison (RFC 9110 section 8.8.3.2) when `weak`. */
static bool listed(const char *list, const char *tag, bool weak)
{
	size_t n = strlen(tag);

	if (strcmp(list, "*") == 0)
		return true;
	for (const char *p = list; *p != '\0';) {
		bool is_weak;

		p += strspn(p, ", \t");
		is_weak = strncmp(p, "W/", 2) == 0;
		p += is_weak ? 2 : 0;
		if (*p == '"' && strncmp(p + 1, tag, n) == 0 && p[n + 1] == '"' && (weak || !is_weak))
			return true;
		p += *p == '"' ? 1 : 0;
		p += strcspn(p, *p == '\0' ? "" : ",");
	}
	return false;
}

bool reply_etag_is(const struct request *q, struct reply *r, const char *tag)
{
	const char *list = q->header[REQUEST_IF_NONE_MATCH];

	if (!reply_has_header(r, "ETag"))
		reply_header(r, "ETag", "\"%s\"", tag);
	if (list == NULL || !listed(list, tag, true))
		return false;
	reply_empty(r, 304);
	return true;
}

void reply_etag(const struct request *q, struct reply *r)
{
	struct digest d;
	char tag[REPLY_ETAG_TEXT];

	if (r->status != 200)
		return;
	digest_sha256(r->constant.p != NULL ? r->constant : buf_slice(&r->body), &d);
	base64url_encode(d.b, 18, tag);
	reply_etag_is(q, r, tag);
}

bool reply_precondition(const struct request *q, const char *tag, struct err *e)
{
	const char *list = q->header[REQUEST_IF_MATCH];

	if (list == NULL || listed(list, tag, false))
		return true;
	return err_set(e, "precondition_failed", "it has changed since it was read; read it again");
}
