/* SPDX-License-Identifier: ISC */
#include "authority/puzzle/tiles.h"

#include <math.h>
#include <string.h>

#define TURN 6.283185307179586
/* How far dots are from the middle, and how far from the edge lines begin; pixels. */
enum { DOTS_LEAST = 16, DOTS_MOST = 42, EDGE = 4, TRIES = 400 };

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

/* ---- places
 *
 * Dots come first and lines after: a line is thrown again until the sentence holds, or does not, as is wanted. So where the dots are says
 * nothing about the answer. (Dots that lie on lines have another way: make_same_line.) */

static double apart(const struct place *a, const struct place *b)
{
	return hypot(a->x - b->x, a->y - b->y);
}

static double to_line(const struct tile *t, int line, const struct place *p)
{
	double least = TILE;

	for (int i = 0; i < TILE_POINTS; i++)
		least = fmin(least, apart(&t->line[line][i], p));
	return least;
}

static bool is_free(const struct tile *t, const struct place *p)
{
	for (int i = 0; i < t->dots; i++)
		if (apart(&t->dot[i], p) < 2 * TILE_MARGIN)
			return false;
	return true;
}

static bool lines_are_free(const struct tile *t)
{
	for (int i = 0; i < t->dots; i++)
		if (to_line(t, 0, &t->dot[i]) < TILE_MARGIN)
			return false;
	return true;
}

/* Anywhere about the middle, where a line may pass on either side. */
static void put_dots(struct dice *d, int n, struct tile *t)
{
	for (t->dots = 0; t->dots < n;) {
		const double r = sqrt(dice_between(d, DOTS_LEAST * DOTS_LEAST, DOTS_MOST * DOTS_MOST)), w = dice_between(d, 0, TURN);
		const struct place p = { TILE / 2.0 + r * cos(w), TILE / 2.0 + r * sin(w) };

		if (is_free(t, &p))
			t->dot[t->dots++] = p;
	}
}

/* ---- a closed curve: lobes and bays about a middle. It never crosses itself. */

struct lobes {
	struct place middle;
	double radius, large, small, ripple, at[3];
	int lobes;
};

static void throw_lobes(struct dice *d, struct lobes *out)
{
	out->middle = (struct place){ TILE / 2.0 + dice_between(d, -5, 5), TILE / 2.0 + dice_between(d, -5, 5) };
	out->lobes = 2 + (int)dice_below(d, 2);
	out->radius = dice_between(d, 37, 41);
	out->large = dice_between(d, 0.34, 0.46);
	out->small = dice_between(d, 0.04, 0.12);
	out->ripple = dice_between(d, 0.02, 0.05);
	for (int i = 0; i < 3; i++)
		out->at[i] = dice_between(d, 0, TURN);
}

static double lobes_radius(const struct lobes *l, double w)
{
	return l->radius *
		(1 + l->large * sin(l->lobes * w + l->at[0]) + l->small * sin((5 - l->lobes) * w + l->at[1]) +
			l->ripple * sin(5 * w + l->at[2]));
}

/* Does the curve have so many of the dots inside, and none near it? Along the ray from the middle, where it is farther than it is. */
static bool lobes_suit(const struct lobes *l, const struct tile *t, int inside)
{
	for (int i = 0; i < t->dots; i++) {
		const double w = atan2(t->dot[i].y - l->middle.y, t->dot[i].x - l->middle.x),
			     room = lobes_radius(l, w) - apart(&l->middle, &t->dot[i]);

		if (fabs(room) < TILE_MARGIN)
			return false;
		inside -= room > 0;
	}
	return inside == 0;
}

static void lobes_line(const struct lobes *l, struct tile *t)
{
	t->lines = 1;
	t->closed = true;
	for (int i = 0; i < TILE_POINTS; i++) {
		const double w = TURN * i / TILE_POINTS, r = lobes_radius(l, w);

		t->line[0][i] = (struct place){ l->middle.x + r * cos(w), l->middle.y + r * sin(w) };
	}
}

/* Throws a curve with so many of the dots inside; false where none was found. */
static bool put_lobes(struct dice *d, int inside, struct tile *t)
{
	for (int tries = 0; tries < TRIES; tries++) {
		struct lobes l;

		throw_lobes(d, &l);
		if (!lobes_suit(&l, t, inside))
			continue;
		lobes_line(&l, t);
		if (lines_are_free(t))
			return true;
	}
	return false;
}

/* ---- a line from edge to edge, in waves: across, or of a tile that is turned a quarter: down */

struct wave {
	double height, slope, large, small, f, at[2];
};

static void throw_wave(struct dice *d, struct wave *out)
{
	out->height = TILE / 2.0 + dice_between(d, -5, 5);
	out->slope = dice_between(d, -0.12, 0.12);
	out->large = dice_between(d, 30, 38);
	out->small = dice_between(d, 2, 4);
	out->f = dice_between(d, 0.045, 0.06);
	out->at[0] = dice_between(d, 0, TURN);
	out->at[1] = dice_between(d, 0, TURN);
}

static double wave_at(const struct wave *w, double u)
{
	return w->height + w->slope * (u - TILE / 2.0) + w->large * sin(w->f * u + w->at[0]) + w->small * sin(2.3 * w->f * u + w->at[1]);
}

static struct place turn(double u, double v, bool turned)
{
	return turned ? (struct place){ v, u } : (struct place){ u, v };
}

static double along(int point)
{
	return EDGE + (TILE - 2.0 * EDGE) * point / (TILE_POINTS - 1);
}

static bool is_before(const struct wave *w, const struct place *p, bool turned)
{
	return turned ? p->x < wave_at(w, p->y) : p->y < wave_at(w, p->x);
}

static bool put_wave(struct dice *d, bool same, struct tile *t)
{
	const bool turned = dice_below(d, 2) != 0;

	for (int tries = 0; tries < TRIES; tries++) {
		struct wave w;

		throw_wave(d, &w);
		if ((is_before(&w, &t->dot[0], turned) == is_before(&w, &t->dot[1], turned)) != same)
			continue;
		t->lines = 1;
		for (int i = 0; i < TILE_POINTS; i++)
			t->line[0][i] = turn(along(i), wave_at(&w, along(i)), turned);
		if (lines_are_free(t))
			return true;
	}
	return false;
}

/* ---- sentences */

static void make_inside(bool holds, struct dice *d, struct tile *t)
{
	do
		put_dots(d, 1, t);
	while (!put_lobes(d, holds, t));
}

static void make_more_inside(bool holds, struct dice *d, struct tile *t)
{
	do
		put_dots(d, TILE_DOTS, t);
	while (!put_lobes(d, holds ? TILE_DOTS / 2 + 1 : TILE_DOTS / 2, t));
}

static void make_same_side(bool holds, struct dice *d, struct tile *t)
{
	do
		put_dots(d, 2, t);
	while (!put_wave(d, holds, t));
}

/* Two lines that swing about a common one, and cross where they meet; out: how far apart they are at two points, -1 to 1. */
static void put_crossing(struct dice *d, bool turned, struct tile *t, const int point[2], double out[2])
{
	const double f = dice_between(d, 0.024, 0.042), at = dice_between(d, 0, TURN), wide = dice_between(d, 30, 38);
	struct wave w;

	throw_wave(d, &w);
	w.large = 0;
	for (int i = 0; i < TILE_POINTS; i++) {
		const double u = along(i), v = wave_at(&w, u), h = wide * sin(f * u + at);

		t->line[0][i] = turn(u, v + h, turned);
		t->line[1][i] = turn(u, v - h, turned);
	}
	for (int i = 0; i < 2; i++)
		out[i] = sin(f * along(point[i]) + at);
}

/* The dots lie on them, far from crossings. Whether both are on the upper line or both on the lower is thrown on its own: only
 * the crossings that lie between tell which line it is. */
static void make_same_line(bool holds, struct dice *d, struct tile *t)
{
	const bool turned = dice_below(d, 2) != 0, alike = dice_below(d, 2) != 0;
	const uint32_t first = dice_below(d, 2);
	double off[2];
	int point[2];

	t->lines = 2;
	do {
		point[0] = 10 + (int)dice_below(d, 28);
		point[1] = TILE_POINTS - 11 - (int)dice_below(d, 28);
		put_crossing(d, turned, t, point, off);
	} while (fabs(off[0]) < 0.5 || fabs(off[1]) < 0.5 || ((off[0] > 0) == (off[1] > 0)) != (holds == alike));
	t->dots = 2;
	t->dot[0] = t->line[first][point[0]];
	t->dot[1] = t->line[holds ? first : 1 - first][point[1]];
}

/* ---- gaps and strokes */

/* Points from this one on that are so far apart and nearly straight, so that an eye goes on over them; 0 where there are none. */
static int points_over(const struct tile *t, int line, int from, double wide)
{
	double length = 0;

	for (int i = from; i < TILE_POINTS - 4 && length < wide * 1.08; i++) {
		if (apart(&t->line[line][from], &t->line[line][i]) >= wide)
			return i - from;
		length += apart(&t->line[line][i], &t->line[line][i + 1]);
	}
	return 0;
}

/* A gap may be where no dot lies on the line, no other line is near, and no other gap. */
static bool may_open(const struct tile *t, int line, int from, int points)
{
	for (int i = from; i < from + points && t->lines > 1; i++) {
		if (to_line(t, 1 - line, &t->line[line][i]) < 2 * TILE_MARGIN)
			return false;
		for (int k = 0; k < t->dots; k++)
			if (apart(&t->line[line][i], &t->dot[k]) < 2 * TILE_MARGIN)
				return false;
	}
	for (int k = 0; k < t->gaps; k++)
		if (t->gap[k].line == line && from < t->gap[k].from + t->gap[k].points + 12 && t->gap[k].from < from + points + 12)
			return false;
	return true;
}

/* One for each of two lines, or two for one. */
static void add_gaps(struct dice *d, struct tile *t)
{
	for (int tries = 0; t->gaps < TILE_GAPS && tries < 200; tries++) {
		const int line = t->lines > 1 ? t->gaps : 0, from = 8 + (int)dice_below(d, TILE_POINTS - 24);
		const double least = t->lines > 1 || t->gaps > 0 ? TILE_GAP_NARROW : TILE_GAP_WIDE;
		const int points = points_over(t, line, from, dice_between(d, least, least + TILE_GAP_MORE));

		if (points == 0 || !may_open(t, line, from, points))
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
		const struct place c = { dice_between(d, 12, TILE - 12), dice_between(d, 12, TILE - 12) };
		const double r = dice_between(d, 9, 20), from = dice_between(d, 0, TURN), to = from + dice_between(d, 12, 22) / r;
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

	do {
		memset(out, 0, sizeof(*out));
		make[s](holds, d, out);
		add_gaps(d, out);
	} while (out->gaps < TILE_GAPS);
	add_strokes(d, out);
}
