/* SPDX-License-Identifier: ISC
 * An error as a value: a stable name, words for a person, and where in the input it lies. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ERR_NAME_MAX = 48, ERR_TEXT_MAX = 512, ERR_POINTER_MAX = 200 };

/* All zero is "no error". The name is part of the interface (problem types, exit codes, tests); the text is not. */
struct err {
	char name[ERR_NAME_MAX];       /* lower_snake, empty while nothing is wrong */
	char text[ERR_TEXT_MAX];       /* what, why, and what to do next; one line, no secret */
	char pointer[ERR_POINTER_MAX]; /* JSON pointer (RFC 6901) into the input, may be empty */
	uint32_t line, column;         /* from 1, 0 when unknown */
};

/* Sets e unless it is set already (the first error wins). e may be NULL. Always returns false, so that a refusal is
 * one statement: `return err_set(e, "wrong_context", "...", ...)`. Name and text are cut to fit; control bytes in the text, and what is no
 * UTF-8, become '?'. */
bool err_set(struct err *e, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same, for running out of memory: name "no_memory". */
bool err_memory(struct err *e);

/* True while nothing has been set. err_ok(NULL) is true. */
bool err_ok(const struct err *e);

/* True when e is set and has this name. */
bool err_is(const struct err *e, const char *name);

/* Makes e empty again. */
void err_clear(struct err *e);

/* Puts words before the text of an error that is set ("vote 3: ..."). Does nothing while e is empty or NULL. */
void err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
