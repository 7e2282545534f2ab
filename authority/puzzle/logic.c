/* SPDX-License-Identifier: ISC */
#include "authority/puzzle/logic.h"

#include <cairo/cairo.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "authority/puzzle/png.h"

/* ---- answers */

/* Four of nine, upwards, as digits. */
static void choose(struct dice *d, char out[static LOGIC_CHOSEN])
{
	uint8_t tiles[LOGIC_TILES] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	int n = 0;

	dice_shuffle(d, tiles, LOGIC_TILES);
	for (uint8_t t = 1; t <= LOGIC_TILES; t++)
		if (memchr(tiles, t, LOGIC_CHOSEN) != NULL)
			out[n++] = (char)('0' + t);
}

void logic_make(struct dice *d, struct logic *out)
{
	memset(out, 0, sizeof(*out));
	out->sentence[0] = (enum tile_sentence)dice_below(d, TILE_SENTENCES);
	out->sentence[1] = (enum tile_sentence)((out->sentence[0] + 1 + dice_below(d, TILE_SENTENCES - 1)) % TILE_SENTENCES);
	choose(d, out->answer);
	out->answer[LOGIC_CHOSEN] = '-';
	choose(d, out->answer + LOGIC_CHOSEN + 1);
}

static int upwards(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

/* Four different digits of 1 to 9, put in order. */
static bool is_round(char digits[static LOGIC_CHOSEN])
{
	qsort(digits, LOGIC_CHOSEN, 1, upwards);
	for (int i = 1; i < LOGIC_CHOSEN; i++)
		if (digits[i] == digits[i - 1])
			return false;
	return digits[0] != '0';
}

bool logic_fold(const char *typed, char out[static PUZZLE_ANSWER])
{
	char digits[LOGIC_ROUNDS * LOGIC_CHOSEN];
	size_t n = 0;

	memset(out, 0, PUZZLE_ANSWER);
	for (const char *p = typed; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			continue;
		if (n == sizeof(digits))
			return false;
		digits[n++] = *p;
	}
	if (n != sizeof(digits) || !is_round(digits) || !is_round(digits + LOGIC_CHOSEN))
		return false;
	memcpy(out, digits, LOGIC_CHOSEN);
	out[LOGIC_CHOSEN] = '-';
	memcpy(out + LOGIC_CHOSEN + 1, digits + LOGIC_CHOSEN, LOGIC_CHOSEN);
	return true;
}

/* ---- drawing */

static bool in_gap(const struct tile *t, int line, int point)
{
	for (int i = 0; i < t->gaps; i++)
		if (t->gap[i].line == line && point >= t->gap[i].from && point < t->gap[i].from + t->gap[i].points)
			return true;
	return false;
}

static void draw_line(cairo_t *c, const struct tile *t, int line)
{
	bool pen = false;

	cairo_new_path(c);
	for (int i = 0; i < TILE_POINTS + t->closed; i++) {
		const struct place *p = &t->line[line][i % TILE_POINTS];

		if (in_gap(t, line, i % TILE_POINTS))
			pen = false;
		else if (pen)
			cairo_line_to(c, p->x, p->y);
		else
			cairo_move_to(c, p->x, p->y);
		pen = !in_gap(t, line, i % TILE_POINTS);
	}
	cairo_stroke(c);
}

static void draw_tile(cairo_t *c, const struct tile *t, struct dice *d)
{
	const double width = dice_between(d, 2.0, 2.8);

	cairo_set_line_width(c, width);
	for (int l = 0; l < t->lines; l++)
		draw_line(c, t, l);
	for (int i = 0; i < t->strokes; i++) {
		cairo_set_line_width(c, width * dice_between(d, 0.8, 1.1));
		cairo_new_path(c);
		cairo_arc(c, t->stroke[i].centre.x, t->stroke[i].centre.y, t->stroke[i].radius, t->stroke[i].from, t->stroke[i].to);
		cairo_stroke(c);
	}
	for (int i = 0; i < t->dots; i++) {
		cairo_new_path(c);
		cairo_arc(c, t->dot[i].x, t->dot[i].y, 4.5, 0, 2 * M_PI);
		cairo_fill(c);
	}
}

static void draw_frame(cairo_t *c)
{
	cairo_set_source_rgba(c, 0, 0, 0, 0.35);
	cairo_set_line_width(c, 1);
	for (int i = 0; i <= 3; i++) {
		double at = i == 0 ? 0.5 : i * TILE - 0.5;

		cairo_move_to(c, at, 0);
		cairo_line_to(c, at, LOGIC_SIDE);
		cairo_move_to(c, 0, at);
		cairo_line_to(c, LOGIC_SIDE, at);
	}
	cairo_stroke(c);
	cairo_set_source_rgba(c, 0, 0, 0, 1);
}

static void draw_tiles(cairo_t *c, const struct tile tiles[static LOGIC_TILES], struct dice *d)
{
	draw_frame(c);
	cairo_set_line_cap(c, CAIRO_LINE_CAP_ROUND);
	for (int i = 0; i < LOGIC_TILES; i++) {
		cairo_save(c);
		cairo_translate(c, i % 3 * TILE, i / 3 * TILE);
		cairo_rectangle(c, 0, 0, TILE, TILE);
		cairo_clip(c);
		draw_tile(c, &tiles[i], d);
		cairo_restore(c);
	}
}

/* Ink becomes dark, paper light, both with noise. */
static void shade(cairo_surface_t *s, struct dice *d, uint8_t *gray)
{
	const uint8_t *ink = cairo_image_surface_get_data(s);
	const size_t stride = (size_t)cairo_image_surface_get_stride(s);
	uint8_t noise[LOGIC_SIDE];

	for (size_t y = 0; y < LOGIC_SIDE; y++) {
		dice_bytes(d, noise, sizeof(noise));
		for (size_t x = 0; x < LOGIC_SIDE; x++)
			gray[y * LOGIC_SIDE + x] = (uint8_t)(228 - ink[y * stride + x] * 180 / 255 + noise[x] / 128);
	}
}

bool logic_draw_tiles(const struct tile tiles[static LOGIC_TILES], struct dice *d, struct buf *png, struct err *e)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, LOGIC_SIDE, LOGIC_SIDE);
	cairo_t *c = cairo_create(s);
	uint8_t *gray = malloc((size_t)LOGIC_SIDE * LOGIC_SIDE);
	bool rc;

	draw_tiles(c, tiles, d);
	cairo_surface_flush(s);
	rc = cairo_status(c) == CAIRO_STATUS_SUCCESS || err_set(e, "drawing_failed", "cairo: %s", cairo_status_to_string(cairo_status(c)));
	if (rc && gray == NULL)
		rc = err_memory(e);
	if (rc) {
		shade(s, d, gray);
		rc = png_write_gray(gray, LOGIC_SIDE, LOGIC_SIDE, png, e);
	}
	free(gray);
	cairo_destroy(c);
	cairo_surface_destroy(s);
	return rc;
}

void logic_tiles(const struct logic *l, unsigned round, struct dice *d, struct tile out[static LOGIC_TILES])
{
	const char *chosen = l->answer + round * (LOGIC_CHOSEN + 1);

	for (int i = 0; i < LOGIC_TILES; i++)
		tile_make(l->sentence[round], memchr(chosen, '1' + i, LOGIC_CHOSEN) != NULL, d, &out[i]);
}

bool logic_draw(const struct logic *l, unsigned round, struct dice *d, struct buf *png, struct err *e)
{
	struct tile tiles[LOGIC_TILES];

	logic_tiles(l, round, d, tiles);
	return logic_draw_tiles(tiles, d, png, e);
}
