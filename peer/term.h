/* SPDX-License-Identifier: ISC
 * What a command prints: data on standard output, messages on standard error, colour for people at terminals alone. */
#ifndef PEER_TERM_H
#define PEER_TERM_H

#include <stdio.h>

#include "base/json.h"

enum paint { PAINT_NONE, PAINT_BOLD, PAINT_GOOD, PAINT_BAD, PAINT_DIM };

struct term {
	FILE *out, *err;
	bool json;               /* --json: only term_json writes to out */
	bool colour, err_colour; /* of out and err */
};
/* no_colour: the value of NO_COLOR, may be NULL. */
struct term term_make(FILE *out, FILE *err, bool json, const char *no_colour);

/* "vote     ana: yes (1 of 2), receipt kept" on out: a word, padded to eight, and a line. Text from elsewhere must have passed term_safe.
 * */
void term_line(const struct term *t, const char *word, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A line as it is, on out. */
void term_text(const struct term *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A remark on err. */
void term_note(const struct term *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "gmc: what is wrong (name)" on err, with place and hint where there are any. */
void term_error(const struct term *t, const struct err *e, const char *hint);
/* A document and a newline on out, whether or not --json was given. */
void term_json(const struct term *t, const json_t *doc);
/* Bytes as they are on out. */
void term_bytes(const struct term *t, struct slice bytes);
/* Does the terminal behind err show pictures itself? That is kitty's graphics protocol, which others speak too. */
bool term_draws(const struct term *t);
/* Shows a PNG there. */
void term_draw(const struct term *t, struct slice png);
/* Begins and ends colour on out: "" where there is none. */
const char *term_on(const struct term *t, enum paint p);
const char *term_off(const struct term *t, enum paint p);

/* Text from elsewhere, fit for a terminal: as it is when text_is_clean says so, else with every byte beyond printable ASCII as '?'.
 * NULL is "". Cut to size. Returns out. */
enum { TERM_SAFE = 512 };
const char *term_safe(const char *s, char out[static TERM_SAFE]);

/* A table: cells are copied. Numbers stand to the right where the column's title begins with '>'. */
enum { TABLE_COLUMNS = 8 };
struct table {
	const char *titles[TABLE_COLUMNS];
	size_t columns;
	char **cells; /* owned; rows * columns */
	size_t rows;
};
/* The cells of one more row, `columns` of them. False when memory is out. */
bool table_add(struct table *t, const char *const *cells);
void table_print(const struct term *to, const struct table *t);
void table_free(struct table *t);

#endif
