/* SPDX-License-Identifier: ISC */
#include "web/guard.h"

#include <string.h>
#include <strings.h>

static bool refuse(struct err *e, const char *what)
{
	return err_set(e, "bad_request", "%s", what);
}

/* tchar, RFC 9110 section 5.6.2 */
static bool is_token(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= 0x20 || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c) != NULL)
			return false;
	}
	return n > 0;
}

/* field-value, RFC 9110 section 5.5: no control byte but the tab. Bytes above 127 are opaque and let through. */
static bool is_value(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool named(const struct guard_header *h, const char *name)
{
	return h->name_n == strlen(name) && strncasecmp(h->name, name, h->name_n) == 0;
}

static bool check_target(const struct guard_head *h, struct err *e)
{
	if (h->target_n > GUARD_TARGET_MAX)
		return refuse(e, "the request target is longer than 2048 bytes");
	if (h->target[0] != '/')
		return refuse(e, "the request target must be a path that begins with '/'");
	for (const char *p = h->target; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\')
			return refuse(e, "the request target holds a byte that must be percent-encoded");
		if (c == '%' && p[1] == '0' && p[2] == '0')
			return refuse(e, "the request target holds %00");
	}
	return true;
}

static bool check_fields(const struct guard_head *h, struct err *e)
{
	for (size_t i = 0; i < h->n; i++) {
		if (!is_token(h->header[i].name, h->header[i].name_n))
			return refuse(e, "a header's name is not a token (RFC 9110 section 5.6.2)");
		if (!is_value(h->header[i].value, h->header[i].value_n))
			return refuse(e, "a header's value holds a control byte");
	}
	return true;
}

/* Content-Length is digits only; 18 of them cannot overflow. */
static bool read_length(const struct guard_header *h, uint64_t *out)
{
	uint64_t v = 0;

	if (h->value_n == 0 || h->value_n > 18)
		return false;
	for (size_t i = 0; i < h->value_n; i++) {
		if (h->value[i] < '0' || h->value[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(h->value[i] - '0');
	}
	*out = v;
	return true;
}

/* RFC 9112 section 6.3, in its strictest reading. */
static bool check_framing(const struct guard_head *h, struct guard_found *out, struct err *e)
{
	size_t hosts = 0, encodings = 0, lengths = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct guard_header *f = &h->header[i];

		hosts += named(f, "Host");
		if (named(f, "Transfer-Encoding")) {
			encodings++;
			if (f->value_n != 7 || strncasecmp(f->value, "chunked", 7) != 0)
				return refuse(e, "only the transfer coding 'chunked' is known here");
		}
		if (named(f, "Content-Length")) {
			lengths++;
			if (!read_length(f, &out->length))
				return refuse(e, "Content-Length is not a number");
		}
	}
	if (hosts != 1)
		return refuse(e, "a request must have exactly one Host header");
	if (encodings + lengths > 1)
		return refuse(e, "the request's length is given more than once; send either one Content-Length or chunks");
	if (encodings > 0 && strcmp(h->version, "HTTP/1.1") != 0)
		return refuse(e, "chunks belong to HTTP/1.1");
	out->chunked = encodings == 1;
	out->sized = lengths == 1;
	return true;
}

/* Only white space lies between a name's colon and its value. */
static bool is_gap(const char *from, const char *to)
{
	if ((uintptr_t)to < (uintptr_t)from || (uintptr_t)to - (uintptr_t)from > GUARD_HEAD_MAX)
		return false;
	for (; from < to; from++)
		if (*from != ' ' && *from != '\t')
			return false;
	return true;
}

bool guard_layout(const struct guard_head *h, struct err *e)
{
	static const char odd[] = "the head's lines must end in CRLF, without NUL, folding or doubled spaces";
	uintptr_t at = (uintptr_t)h->method + strlen(h->method) + 1;
	uintptr_t end = (uintptr_t)h->method + h->size;

	if ((uintptr_t)h->target_at != at)
		return refuse(e, odd);
	at += h->target_n + 1;
	if ((uintptr_t)h->version != at)
		return refuse(e, odd);
	at += strlen(h->version) + 2;
	for (size_t i = 0; i < h->n; i++) {
		const struct guard_header *f = &h->header[i];

		if ((uintptr_t)f->name != at || !is_gap(f->name + f->name_n + 1, f->value))
			return refuse(e, odd);
		at = (uintptr_t)f->value + f->value_n + 2;
	}
	if (at + 2 != end)
		return refuse(e, odd);
	return true;
}

bool guard_check(const struct guard_head *h, struct guard_found *out, struct err *e)
{
	*out = (struct guard_found){ 0 };
	if (h->n > GUARD_HEADERS_MAX)
		return err_set(e, "headers_too_large", "more than %d headers", GUARD_HEADERS_MAX);
	if (h->size > GUARD_HEAD_MAX)
		return err_set(e, "headers_too_large", "the head is longer than %d bytes", GUARD_HEAD_MAX);
	if (!is_token(h->method, strlen(h->method)))
		return refuse(e, "the method is not a token");
	return check_target(h, e) && check_fields(h, e) && check_framing(h, out, e) && (!h->layout || guard_layout(h, e));
}

const struct guard_header *guard_find(const struct guard_head *h, const char *name)
{
	for (size_t i = 0; i < h->n && i < GUARD_HEADERS_MAX; i++)
		if (named(&h->header[i], name))
			return &h->header[i];
	return NULL;
}
