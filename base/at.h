/* SPDX-License-Identifier: ISC
 * A place in a JSON document: how every parser of the project reads what json_read let in. */
#ifndef BASE_AT_H
#define BASE_AT_H

#include "base/json.h"
#include "base/text.h"

/* A place in a document while it is being read: the value, and the way to it, for the JSON pointer of an error.
 * Places live on the reader's stack; the document outlives them.
 * Every function below sets e with pointer on refusal and returns false; once e is set they all do nothing and return false,
 * so that a parser may call them in a row and look at the result once, at its end. */
struct at {
	const json_t *v;
	const struct at *up;
	const char *name; /* member of up, or NULL when `index` counts */
	size_t index;
	struct err *e;
};

struct at at_root(const json_t *v, struct err *e);
/* Sets e with the pointer of this place (of the nearest place above it when it does not fit). Returns false. */
bool at_refuse(const struct at *at, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The place is an object that has no member beside the names given (NULL-terminated). "wrong_type", "unknown_member". */
bool at_only(const struct at *at, const char *const *names);
/* The place is an object with this member. False once e is set; sets nothing. */
bool at_has(const struct at *at, const char *name);
/* A member that must be there: "missing_member". */
bool at_member(const struct at *at, const char *name, struct at *out);
/* A member that may be there: out->v is NULL when it is absent. An explicit null is "wrong_type" in the reader of the member. */
bool at_optional(const struct at *at, const char *name, struct at *out);
/* Element i of an array. "wrong_type", "out_of_range". */
bool at_element(const struct at *at, size_t i, struct at *out);
/* The place is an array with min to max elements; gives their number. "wrong_type", "out_of_range". */
bool at_array(const struct at *at, size_t min, size_t max, size_t *n);

/* Values of members that must be there; name NULL: the value of the place itself, as for the elements of an array.
 * "missing_member", "wrong_type", "out_of_range", "bad_value". Sizes of strings are bytes. Strings are borrowed from the document. */
bool at_string(const struct at *at, const char *name, size_t min, size_t max, const char **out);
bool at_int(const struct at *at, const char *name, int64_t min, int64_t max, int64_t *out);
bool at_bool(const struct at *at, const char *name, bool *out);
bool at_digest(const struct at *at, const char *name, struct digest *out); /* "sha256:..." */
bool at_id16(const struct at *at, const char *name, struct id16 *out);     /* 32 hex digits */
/* base64url of min to max bytes, appended to out (or nothing is). Also "no_memory". */
bool at_base64(const struct at *at, const char *name, size_t min, size_t max, struct buf *out);
/* base64url of n bytes exactly. */
bool at_base64_exact(const struct at *at, const char *name, void *out, size_t n);
/* One of the words of a table (NULL-terminated): gives its index. */
bool at_word(const struct at *at, const char *name, const char *const *words, int *out);
/* [a-z0-9-], 1 to 63, not beginning or ending with '-'. */
bool at_label(const struct at *at, const char *name, const char **out);
/* Text for people, min to max bytes: what text_is_clean of base/text.h passes. "bad_text" */
bool at_text(const struct at *at, const char *name, size_t min, size_t max, const char **out);

#endif
