/* SPDX-License-Identifier: ISC */
#include "authority/puzzle/graphic.h"

#include <math.h>
#include <string.h>

#include "authority/puzzle/png.h"

enum { MARGIN = 8, CURVES = 2, ARCS = 6, CORNERS = 48, INK = 50, PAPER = 225, GRAIN = 20 };
#define TURN (2 * M_PI)

struct picture {
	struct typefaces *t;
	cairo_t *c;
	struct dice *d;
};

struct range {
	double low, high;
};

/* Where a letter comes, and how: pixels and radians. */
struct letter {
	uint32_t face;
	double size, tilt, lean, gap, middle;
	double width; /* once it is tilted */
};

/* Two waves: rows slide along, columns up and down. */
struct wave {
	double height, often, phase;
};
struct warp {
	struct wave rows, columns;
};

static double between(struct dice *d, struct range r)
{
	return dice_between(d, r.low, r.high);
}

/* One after the other: within one expression C leaves open which comes first. */
static void throw_all(struct dice *d, const struct range *ranges, size_t n, double *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = between(d, ranges[i]);
}

void graphic_answer(struct dice *d, char out[static PUZZLE_ANSWER])
{
	memset(out, 0, PUZZLE_ANSWER);
	for (size_t i = 0; i < GRAPHIC_LETTERS; i++)
		out[i] = GRAPHIC_ALPHABET[dice_below(d, sizeof(GRAPHIC_ALPHABET) - 1)];
}

bool graphic_fold(const char *typed, char out[static PUZZLE_ANSWER])
{
	size_t n = 0;

	memset(out, 0, PUZZLE_ANSWER);
	for (; *typed != '\0'; typed++) {
		const char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;

		if (strchr(" \t-", c) != NULL)
			continue;
		if (n == GRAPHIC_LETTERS || strchr(GRAPHIC_ALPHABET, c) == NULL)
			return false;
		out[n++] = c;
	}
	return n == GRAPHIC_LETTERS;
}

/* ---- letters */

static double wave(const struct wave *w, double at)
{
	return w->height * sin(at * w->often + w->phase);
}

static void bend(const void *how, double *x, double *y)
{
	const struct warp *w = how;
	const double across = wave(&w->rows, *y), down = wave(&w->columns, *x);

	*x += across;
	*y += down;
}

static cairo_matrix_t matrix(const struct letter *l, double x)
{
	cairo_matrix_t m, lean = { 1, 0, l->lean, 1, 0, 0 };

	cairo_matrix_init_translate(&m, x, l->middle);
	cairo_matrix_scale(&m, l->size, l->size);
	cairo_matrix_rotate(&m, l->tilt);
	cairo_matrix_multiply(&m, &lean, &m);
	return m;
}

static bool choose(struct picture *p, char c, struct letter *l)
{
	static const struct range ranges[] = { { 50, 58 }, { -0.3, 0.3 }, { -0.22, 0.22 }, { -1, 5 }, { 44, 56 } };
	double v[5], width, height;
	cairo_matrix_t m;

	l->face = dice_below(p->d, TYPEFACES);
	throw_all(p->d, ranges, 5, v);
	*l = (struct letter){ .face = l->face, .size = v[0], .tilt = v[1], .lean = v[2], .gap = v[3], .middle = v[4] };
	if (!typefaces_extent(p->t, l->face, c, &width, &height))
		return false;
	m = matrix(l, 0);
	l->width = fabs(m.xx) * width + fabs(m.xy) * height;
	return true;
}

/* Neighbours touch at most: what overlaps, people cannot read either. All get smaller where they would not fit beside each other. */
static bool draw_letters(struct picture *p, const char *answer)
{
	static const struct range ranges[] = { { 2, 4 }, { 0.06, 0.10 }, { 0, TURN }, { 3, 6 }, { 0.025, 0.045 }, { 0, TURN } };
	const double room = GRAPHIC_WIDTH - 2 * MARGIN;
	struct letter letters[GRAPHIC_LETTERS];
	double v[6], all = 0, fit, x;
	struct warp w;

	throw_all(p->d, ranges, 6, v);
	w = (struct warp){ .rows = { v[0], v[1], v[2] }, .columns = { v[3], v[4], v[5] } };
	for (size_t i = 0; i < GRAPHIC_LETTERS; i++) {
		if (!choose(p, answer[i], &letters[i]))
			return false;
		all += letters[i].width + letters[i].gap;
	}
	fit = all > room ? room / all : 1;
	x = MARGIN + dice_between(p->d, 0, room - all * fit);
	for (size_t i = 0; i < GRAPHIC_LETTERS; i++) {
		struct letter *l = &letters[i];
		cairo_matrix_t m;

		l->size *= fit;
		m = matrix(l, x + l->width * fit / 2);
		if (!typefaces_outline(p->t, l->face, answer[i], p->c, &m, bend, &w))
			return false;
		cairo_fill(p->c);
		x += (l->width + l->gap) * fit;
	}
	return true;
}

/* ---- what lies over them */

/* Strokes of the letters' own ink, nearly as thick as theirs: only its form tells what belongs to a letter. */
static void draw_curves(struct picture *p)
{
	static const struct range ranges[] = { { 2.2, 3.4 }, { 0, 20 }, { 20, 80 }, { 60, 120 }, { 0, 100 }, { 150, 220 }, { 0, 100 },
		{ 270, 300 }, { 20, 80 } };
	double v[9];

	for (int i = 0; i < CURVES; i++) {
		throw_all(p->d, ranges, 9, v);
		cairo_set_line_width(p->c, v[0]);
		cairo_move_to(p->c, v[1], v[2]);
		cairo_curve_to(p->c, v[3], v[4], v[5], v[6], v[7], v[8]);
		cairo_stroke(p->c);
	}
}

static void draw_arcs(struct picture *p)
{
	static const struct range ranges[] = { { 2.4, 4.6 }, { 20, 280 }, { 20, 80 }, { 8, 26 }, { 0, TURN }, { 1.2, 3.4 } };
	double v[6];

	for (int i = 0; i < ARCS; i++) {
		throw_all(p->d, ranges, 6, v);
		cairo_set_line_width(p->c, v[0]);
		cairo_new_path(p->c);
		cairo_arc(p->c, v[1], v[2], v[3], v[4], v[4] + v[5]);
		cairo_stroke(p->c);
	}
}

/* Where it lies, ink and paper change places: the letters' edges go on, but no threshold finds them. */
static void draw_blob(struct picture *p)
{
	static const struct range ranges[] = { { 90, 210 }, { 40, 60 }, { 55, 90 }, { 22, 34 }, { 0, TURN } };
	double v[5];

	throw_all(p->d, ranges, 5, v);
	cairo_new_path(p->c);
	for (int i = 0; i < CORNERS; i++) {
		const double at = i * TURN / CORNERS, dent = 1 + 0.16 * sin(3 * at + v[4]) + 0.08 * sin(5 * at - v[4]);

		cairo_line_to(p->c, v[0] + v[2] * dent * cos(at), v[1] + v[3] * dent * sin(at));
	}
	cairo_close_path(p->c);
	cairo_set_operator(p->c, CAIRO_OPERATOR_XOR);
	cairo_fill(p->c);
}

/* ---- from ink to gray */

/* Grain hides edges from what looks for steps, and is the most of the picture's bytes. */
static void add_grain(struct dice *d, cairo_surface_t *s, uint8_t gray[static GRAPHIC_WIDTH * GRAPHIC_HEIGHT])
{
	const unsigned char *ink = cairo_image_surface_get_data(s);
	const size_t stride = (size_t)cairo_image_surface_get_stride(s);

	dice_bytes(d, gray, (size_t)GRAPHIC_WIDTH * GRAPHIC_HEIGHT);
	for (size_t y = 0; y < GRAPHIC_HEIGHT; y++) {
		for (size_t x = 0; x < GRAPHIC_WIDTH; x++) {
			uint8_t *to = &gray[y * GRAPHIC_WIDTH + x];

			*to = (uint8_t)(PAPER - ink[y * stride + x] * (PAPER - INK) / 255 + *to * GRAIN / 256 - GRAIN / 2);
		}
	}
}

bool graphic_draw(struct typefaces *t, const char *answer, struct dice *d, struct buf *png, struct err *e)
{
	uint8_t gray[GRAPHIC_WIDTH * GRAPHIC_HEIGHT];
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, GRAPHIC_WIDTH, GRAPHIC_HEIGHT);
	struct picture p = { .t = t, .c = cairo_create(s), .d = d };
	bool rc = strlen(answer) == GRAPHIC_LETTERS && draw_letters(&p, answer);

	if (rc) {
		draw_curves(&p);
		draw_arcs(&p);
		draw_blob(&p);
	}
	/* cairo keeps its first error and draws nothing more after it */
	cairo_surface_flush(s);
	rc = rc && cairo_status(p.c) == CAIRO_STATUS_SUCCESS;
	if (!rc)
		err_set(e, "drawing_failed", "a picture of letters was not drawn: %s", cairo_status_to_string(cairo_status(p.c)));
	if (rc)
		add_grain(d, s, gray);
	cairo_destroy(p.c);
	cairo_surface_destroy(s);
	return rc && png_write_gray(gray, GRAPHIC_WIDTH, GRAPHIC_HEIGHT, png, e);
}
