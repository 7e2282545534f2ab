/* SPDX-License-Identifier: ISC
 * The guard: what libmicrohttpd lets in and HTTP forbids. Pure; the caller shows it a request's head.
 *
 * A proxy and a server that read one stream of bytes differently can be made to disagree about where a request ends (RFC 9112
 * section 11.2). So a request that can be read in two ways is refused, and its connection closed.
 *
 * libmicrohttpd 0.9.75 gives no raw bytes, and hides four faults: header lines that end in a bare LF, a NUL that cuts a value
 * short, folded lines, and a blank line made of NUL. But it parses in place: method, target, version, names and values are
 * pointers into one buffer that holds the request as it came, with each line's end overwritten by NUL, and it tells how long the
 * whole head was. So the guard walks those pointers and demands that they lie exactly as they must when every line ends in CRLF
 * (`guard_layout`). With another version of the library `layout` must be false, and those four faults stay open.
 *
 * What stays open all the same, and why it does no harm:
 * - NUL directly before a bare LF looks like CRLF. It ends the line in both readings.
 * - Chunks may be framed with bare LF, and chunk extensions and trailers are dropped. The caller closes each connection after
 *   a chunked request (`chunked` below), so that no byte behind it is read as a request.
 * - Empty lines before a request line are skipped, as RFC 9112 section 2.2 allows. */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "base/bytes.h"
#include "base/err.h"

enum { GUARD_HEADERS_MAX = 64, GUARD_HEAD_MAX = 16 * 1024, GUARD_TARGET_MAX = 2048 };

struct guard_header {
	const char *name, *value;
	size_t name_n, value_n;
};

/* A request's head as the library shows it. */
struct guard_head {
	const char *method, *version;
	const char *target;    /* a copy of the target as it came, query included, GUARD_TARGET_MAX + 1 bytes at most */
	const char *target_at; /* where it stood in the library's buffer; only compared */
	size_t target_n;       /* how long it was there */
	size_t size;           /* bytes of the whole head, 0 when unknown */
	bool layout;           /* the library is one whose buffer is laid out as above */
	size_t n;              /* headers; may exceed what `header` holds, then the head is refused */
	struct guard_header header[GUARD_HEADERS_MAX];
};

/* What the guard learned on the way. */
struct guard_found {
	bool chunked;    /* Transfer-Encoding: chunked: close after the answer */
	bool sized;      /* Content-Length was there */
	uint64_t length; /* its value */
};

/* May this head be believed? e: "headers_too_large", "bad_request". */
bool guard_check(const struct guard_head *h, struct guard_found *out, struct err *e);

/* The check of places alone: every line ends in CRLF, nothing is folded, nothing lies between. "bad_request". */
bool guard_layout(const struct guard_head *h, struct err *e);

/* Value of the only header of this name (any case), NULL when there is none. */
const struct guard_header *guard_find(const struct guard_head *h, const char *name);

#endif
