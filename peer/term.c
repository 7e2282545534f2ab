/* SPDX-License-Identifier: ISC */
#include "peer/term.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static bool wants_colour(FILE *f, const char *no_colour)
{
	return (no_colour == NULL || no_colour[0] == '\0') && isatty(fileno(f)) == 1;
}

struct term term_make(FILE *out, FILE *err, bool json, const char *no_colour)
{
	return (struct term){ out, err, json, wants_colour(out, no_colour), wants_colour(err, no_colour) };
}

static const char *const codes[] = {
	[PAINT_NONE] = "", [PAINT_BOLD] = "\033[1m", [PAINT_GOOD] = "\033[1;32m", [PAINT_BAD] = "\033[1;31m", [PAINT_DIM] = "\033[2m"
};

const char *term_on(const struct term *t, enum paint p)
{
	return t->colour ? codes[p] : "";
}

const char *term_off(const struct term *t, enum paint p)
{
	return t->colour && p != PAINT_NONE ? "\033[0m" : "";
}

void term_line(const struct term *t, const char *word, const char *fmt, ...)
{
	va_list ap;

	if (t->json)
		return;
	fprintf(t->out, "%s%-8s%s ", term_on(t, PAINT_BOLD), word, term_off(t, PAINT_BOLD));
	va_start(ap, fmt);
	vfprintf(t->out, fmt, ap);
	va_end(ap);
	putc('\n', t->out);
}

void term_text(const struct term *t, const char *fmt, ...)
{
	va_list ap;

	if (t->json)
		return;
	va_start(ap, fmt);
	vfprintf(t->out, fmt, ap);
	va_end(ap);
	putc('\n', t->out);
}

void term_note(const struct term *t, const char *fmt, ...)
{
	va_list ap;

	fflush(t->out); /* so that both streams come in order on one screen */
	va_start(ap, fmt);
	vfprintf(t->err, fmt, ap);
	va_end(ap);
	putc('\n', t->err);
}

void term_error(const struct term *t, const struct err *e, const char *hint)
{
	const char *on = t->err_colour ? codes[PAINT_BAD] : "", *off = t->err_colour ? "\033[0m" : "";
	char text[TERM_SAFE];

	fflush(t->out);
	fprintf(t->err, "%sgmc:%s %s (%s)\n", on, off, term_safe(e->text, text), e->name);
	/* Without a pointer the text itself names the line. */
	if (e->pointer[0] != '\0') {
		fprintf(t->err, "  at %s", term_safe(e->pointer, text));
		if (e->line > 0)
			fprintf(t->err, ", line %u, column %u", (unsigned)e->line, (unsigned)e->column);
		putc('\n', t->err);
	}
	if (hint != NULL)
		fprintf(t->err, "  hint: %s\n", hint);
}

void term_bytes(const struct term *t, struct slice bytes)
{
	fwrite(bytes.p, 1, bytes.n, t->out);
}

void term_json(const struct term *t, const json_t *doc)
{
	struct buf text = { 0 };

	if (json_write_pretty(doc, &text, NULL))
		term_bytes(t, buf_slice(&text));
	buf_free(&text);
}

const char *term_safe(const char *s, char out[static TERM_SAFE])
{
	size_t n = s == NULL ? 0 : strnlen(s, TERM_SAFE);
	bool clean = s != NULL && n < TERM_SAFE && text_is_clean(slice_of(s, n));

	if (n >= TERM_SAFE)
		n = TERM_SAFE - 1;
	for (size_t i = 0; i < n; i++)
		out[i] = clean || (s[i] >= 0x20 && s[i] < 0x7f) ? s[i] : '?';
	out[n] = '\0';
	return out;
}

bool table_add(struct table *t, const char *const *cells)
{
	char **more = reallocarray(t->cells, (t->rows + 1) * t->columns, sizeof(*more));
	bool ok = true;

	if (more == NULL)
		return false;
	t->cells = more;
	for (size_t i = 0; i < t->columns; i++) {
		char *copy = strdup(cells[i]);

		ok = ok && copy != NULL;
		more[t->rows * t->columns + i] = copy;
	}
	t->rows++;
	return ok;
}

/* Characters, not bytes: what follows the first byte of one in UTF-8 takes no room of its own. */
static size_t width(const char *s)
{
	size_t n = 0;

	for (; s != NULL && *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static const char *title(const struct table *t, size_t column)
{
	return t->titles[column] + (t->titles[column][0] == '>');
}

static size_t column_width(const struct table *t, size_t column)
{
	size_t max = width(title(t, column));

	for (size_t r = 0; r < t->rows; r++) {
		size_t n = width(t->cells[r * t->columns + column]);

		max = n > max ? n : max;
	}
	return max;
}

static void print_cell(FILE *to, const struct table *t, size_t column, const char *text)
{
	int pad = (int)(column_width(t, column) - width(text));
	bool right = t->titles[column][0] == '>', last = column + 1 == t->columns;

	fprintf(to, "%*s%s%*s%s", right ? pad : 0, "", text, right || last ? 0 : pad, "", last ? "" : "  ");
}

void table_print(const struct term *to, const struct table *t)
{
	fputs(term_on(to, PAINT_BOLD), to->out);
	for (size_t i = 0; i < t->columns; i++)
		print_cell(to->out, t, i, title(t, i));
	fprintf(to->out, "%s\n", term_off(to, PAINT_BOLD));
	for (size_t i = 0; i < t->rows * t->columns; i++) {
		print_cell(to->out, t, i % t->columns, t->cells[i] != NULL ? t->cells[i] : "");
		if (i % t->columns == t->columns - 1)
			putc('\n', to->out);
	}
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->rows * t->columns; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->rows = 0;
}

bool term_draws(const struct term *t)
{
	const char *name = getenv("TERM"), *program = getenv("TERM_PROGRAM");

	return isatty(fileno(t->err)) == 1 &&
		((name != NULL && strstr(name, "kitty") != NULL) ||
			(program != NULL && (strcmp(program, "WezTerm") == 0 || strcmp(program, "ghostty") == 0)));
}

void term_draw(const struct term *t, struct slice png)
{
	enum { CHUNK = 3072 };
	char text[4 * CHUNK / 3 + 4];

	for (size_t at = 0; at < png.n; at += CHUNK) {
		size_t n = png.n - at < CHUNK ? png.n - at : CHUNK;

		base64url_encode(png.p + at, n, text);
		for (char *p = text; *p != '\0'; p++)
			*p = *p == '-' ? '+' : *p == '_' ? '/' : *p;
		fprintf(t->err, "\033_G%sm=%d;%s\033\\", at == 0 ? "a=T,f=100," : "", at + n < png.n, text);
	}
	fputc('\n', t->err);
	fflush(t->err);
}
