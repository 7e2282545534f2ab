/* SPDX-License-Identifier: ISC
 * Names and values as queries and form bodies carry them (application/x-www-form-urlencoded), read strictly. */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "base/bytes.h"
#include "base/err.h"

enum { FORM_PAIRS_MAX = 32 };
enum form_kind {
	FORM_QUERY, /* no name twice, no control byte */
	FORM_BODY   /* a name may come again (check boxes); tab, CR and LF may stand in values */
};

struct form {
	size_t n;
	struct {
		const char *name, *value;
	} pair[FORM_PAIRS_MAX];
	char *text; /* what the pairs point into */
};

/* Reads name=value&name=value. Empty text: no pairs. e: "bad_request" (bad escape, no UTF-8, control byte, empty or repeated name, too
 * many), "no_memory". On success f must be passed to form_free; after a refusal it is empty. */
bool form_parse(struct slice text, enum form_kind kind, struct form *f, struct err *e);
void form_free(struct form *f);

/* The first value of a name, NULL when there is none. Borrowed from f. */
const char *form_get(const struct form *f, const char *name);
/* A whole number in decimal; `fallback` when absent. e: "bad_value". */
bool form_int(const struct form *f, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *out, struct err *e);
/* Refuses pairs whose name is not in the list (NULL-terminated). "bad_request" */
bool form_only(const struct form *f, const char *const *names, struct err *e);

/* Undoes percent-encoding (RFC 3986 section 2.1), and '+' for a space where `plus` is set. out needs text.n + 1 bytes, and is
 * NUL-terminated. False for a malformed escape, NUL, or what is no UTF-8. */
bool form_unescape(struct slice text, bool plus, char *out);

#endif
