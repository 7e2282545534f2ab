/* SPDX-License-Identifier: ISC */
#include "authority/puzzle/tiles.h"

#include <math.h>
#include <string.h>

#define TURN 6.283185307179586

const char *tile_question(enum tile_sentence s)
{
	static const char *const questions[TILE_SENTENCES] = {
		[TILE_INSIDE] = "Choose the four tiles whose dot is inside the closed curve.",
		[TILE_SAME_LINE] = "Choose the four tiles whose two dots lie on the same line.",
		[TILE_MORE_INSIDE] = "Choose the four tiles with more dots inside the closed curve than outside it.",
		[TILE_SAME_SIDE] = "Choose the four tiles whose two dots are on the same side of the long line.",
	};

	return questions[s];
}

/* ---- lines */

/* Around the middle, at a distance that swells and shrinks: it never crosses itself. */
static void closed_curve(struct dice *d, struct tile *t)
{
	const double cx = TILE / 2.0 + dice_between(d, -8, 8), cy = TILE / 2.0 + dice_between(d, -8, 8), r = dice_between(d, 30, 36),
		     two = dice_between(d, 0, TURN), three = dice_between(d, 0, TURN), five = dice_between(d, 0, TURN),
		     a = dice_between(d, 0.08, 0.2), b = dice_between(d, 0.06, 0.16), c = dice_between(d, 0.02, 0.06);

	t->lines = 1;
	t->closed = true;
	for (int i = 0; i < TILE_POINTS; i++) {
		double w = TURN * i / TILE_POINTS, k = r * (1 + a * sin(2 * w + two) + b * sin(3 * w + three) + c * sin(5 * w + five));

		t->line[0][i] = (struct place){ cx + k * cos(w), cy + k * sin(w) };
	}
}

/* From edge to edge through this height (of a tile that is turned a quarter: this width), in waves. */
static void long_line(struct dice *d, double height, bool turned, struct place *out)
{
	const double a = dice_between(d, 4, 8), b = dice_between(d, 2, 4), one = dice_between(d, 0, TURN), two = dice_between(d, 0, TURN),
		     f = dice_between(d, 0.04, 0.06), slope = dice_between(d, -0.1, 0.1);

	for (int i = 0; i < TILE_POINTS; i++) {
		double u = 4 + (TILE - 8.0) * i / (TILE_POINTS - 1),
		       v = height + slope * (u - TILE / 2.0) + a * sin(f * u + one) + b * sin(2.3 * f * u + two);

		out[i] = turned ? (struct place){ v, u } : (struct place){ u, v };
	}
}

/* ---- where things are */

static double apart(const struct place *a, const struct place *b)
{
	return hypot(a->x - b->x, a->y - b->y);
}

static double to_lines(const struct tile *t, const struct place *p)
{
	double least = TILE;

	for (int l = 0; l < t->lines; l++)
		for (int i = 0; i < TILE_POINTS; i++)
			least = fmin(least, apart(&t->line[l][i], p));
	return least;
}

/* By the crossings of a ray to the right (the curve is closed). */
static bool is_inside(const struct tile *t, const struct place *p)
{
	bool in = false;

	for (int i = 0, j = TILE_POINTS - 1; i < TILE_POINTS; j = i++) {
		const struct place *a = &t->line[0][i], *b = &t->line[0][j];

		if ((a->y > p->y) != (b->y > p->y) && p->x < (b->x - a->x) * (p->y - a->y) / (b->y - a->y) + a->x)
			in = !in;
	}
	return in;
}

/* Above a line that goes across, or left of one that goes down: it is a function of the other direction. */
static bool is_before(const struct tile *t, const struct place *p, bool turned)
{
	double along = turned ? p->y : p->x, across = turned ? p->x : p->y, nearest = TILE;
	bool before = false;

	for (int i = 0; i < TILE_POINTS; i++) {
		const struct place *q = &t->line[0][i];
		double off = fabs((turned ? q->y : q->x) - along);

		if (off >= nearest)
			continue;
		nearest = off;
		before = across < (turned ? q->x : q->y);
	}
	return before;
}

static bool is_free(const struct tile *t, const struct place *p)
{
	for (int i = 0; i < t->dots; i++)
		if (apart(&t->dot[i], p) < 2 * TILE_MARGIN)
			return false;
	return to_lines(t, p) >= TILE_MARGIN;
}

static struct place anywhere(struct dice *d)
{
	return (struct place){ dice_between(d, 12, TILE - 12), dice_between(d, 12, TILE - 12) };
}

/* Throws places until one is free and on the side that is wanted; there is room for all, if it takes a while. */
static void put_dot(
	struct tile *t, struct dice *d, bool wanted, bool (*where)(const struct tile *, const struct place *, bool), bool turned)
{
	struct place p;

	do
		p = anywhere(d);
	while (!is_free(t, &p) || where(t, &p, turned) != wanted);
	t->dot[t->dots++] = p;
}

static bool inside(const struct tile *t, const struct place *p, bool turned)
{
	(void)turned;
	return is_inside(t, p);
}

/* ---- sentences */

static void make_inside(bool holds, struct dice *d, struct tile *t)
{
	closed_curve(d, t);
	put_dot(t, d, holds, inside, false);
}

/* Three on the side that has more; in an order that says nothing. */
static void make_more_inside(bool holds, struct dice *d, struct tile *t)
{
	uint8_t side[TILE_DOTS] = { holds, holds, holds, !holds, !holds };

	closed_curve(d, t);
	dice_shuffle(d, side, TILE_DOTS);
	for (int i = 0; i < TILE_DOTS; i++)
		put_dot(t, d, side[i], inside, false);
}

static void make_same_side(bool holds, struct dice *d, struct tile *t)
{
	const bool turned = dice_below(d, 2) != 0, first = dice_below(d, 2) != 0;

	t->lines = 1;
	long_line(d, TILE / 2.0 + dice_between(d, -6, 6), turned, t->line[0]);
	put_dot(t, d, first, is_before, turned);
	put_dot(t, d, first == holds, is_before, turned);
}

/* Two lines that stay apart; the dots lie on them, far from each other. */
static void make_same_line(bool holds, struct dice *d, struct tile *t)
{
	const bool turned = dice_below(d, 2) != 0;
	const uint32_t first = dice_below(d, 2), left = 8 + dice_below(d, 28), right = TILE_POINTS - 9 - dice_below(d, 28);

	t->lines = 2;
	long_line(d, TILE / 2.0 - 22, turned, t->line[0]);
	long_line(d, TILE / 2.0 + 22, turned, t->line[1]);
	t->dots = 2;
	t->dot[0] = t->line[first][left];
	t->dot[1] = t->line[holds ? first : 1 - first][right];
}

/* ---- gaps and strokes */

/* Short ones, far from each other and from dots that lie on the line. */
static void add_gaps(struct dice *d, struct tile *t)
{
	const int n = 2 + (int)dice_below(d, 2);

	for (int i = 0; i < n; i++) {
		const int line = (int)dice_below(d, (uint32_t)t->lines), from = 6 + i * 28 + (int)dice_below(d, 16),
			  points = 3 + (int)dice_below(d, 2);
		bool clear = true;

		for (int k = 0; k < t->dots; k++)
			clear = clear && apart(&t->line[line][from + points / 2], &t->dot[k]) > 2 * TILE_MARGIN;
		if (!clear)
			continue;
		t->gap[t->gaps].line = line;
		t->gap[t->gaps].from = from;
		t->gap[t->gaps++].points = points;
	}
}

/* Arcs of the same ink that cross the lines, and leave the dots alone. */
static void add_strokes(struct dice *d, struct tile *t)
{
	const int n = 3 + (int)dice_below(d, 3);

	for (int tries = 0; t->strokes < n && tries < 50; tries++) {
		const struct place c = anywhere(d);
		const double r = dice_between(d, 9, 20), from = dice_between(d, 0, TURN), to = from + dice_between(d, 0.9, 1.8);
		bool clear = true;

		for (int k = 0; k < t->dots; k++)
			for (double w = from; w <= to; w += 0.1)
				clear = clear && hypot(c.x + r * cos(w) - t->dot[k].x, c.y + r * sin(w) - t->dot[k].y) >= TILE_MARGIN;
		if (!clear)
			continue;
		t->stroke[t->strokes].centre = c;
		t->stroke[t->strokes].radius = r;
		t->stroke[t->strokes].from = from;
		t->stroke[t->strokes++].to = to;
	}
}

void tile_make(enum tile_sentence s, bool holds, struct dice *d, struct tile *out)
{
	static void (*const make[TILE_SENTENCES])(bool, struct dice *, struct tile *) = {
		[TILE_INSIDE] = make_inside,
		[TILE_SAME_LINE] = make_same_line,
		[TILE_MORE_INSIDE] = make_more_inside,
		[TILE_SAME_SIDE] = make_same_side,
	};

	memset(out, 0, sizeof(*out));
	make[s](holds, d, out);
	add_gaps(d, out);
	add_strokes(d, out);
}
