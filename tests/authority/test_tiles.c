/* SPDX-License-Identifier: ISC
 * Each tile tells the truth, by other ways of looking than those that made it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "authority/puzzle/tiles.h"

enum { SEEDS = 300 };

static struct tile made(enum tile_sentence s, bool holds, int seed)
{
	const uint8_t bytes[DICE_SEED] = { (uint8_t)seed, (uint8_t)(seed >> 8), 77 };
	struct dice d;
	struct tile t;

	dice_init(&d, bytes);
	tile_make(s, holds, &d, &t);
	return t;
}

/* How often the closed curve goes around a place: the sum of the angles under which its parts are seen. */
static bool is_inside(const struct tile *t, const struct place *p)
{
	double sum = 0;

	for (int i = 0; i < TILE_POINTS; i++) {
		const struct place *a = &t->line[0][i], *b = &t->line[0][(i + 1) % TILE_POINTS];
		double turn = atan2(b->y - p->y, b->x - p->x) - atan2(a->y - p->y, a->x - p->x);

		sum += turn > M_PI ? turn - 2 * M_PI : turn < -M_PI ? turn + 2 * M_PI : turn;
	}
	return fabs(sum) > M_PI;
}

static double side(const struct place *a, const struct place *b, const struct place *p)
{
	return (b->x - a->x) * (p->y - a->y) - (b->y - a->y) * (p->x - a->x);
}

/* Do the two stretches cross? */
static bool cross(const struct place *a, const struct place *b, const struct place *p, const struct place *q)
{
	return (side(a, b, p) > 0) != (side(a, b, q) > 0) && (side(p, q, a) > 0) != (side(p, q, b) > 0);
}

static int crossings(const struct tile *t, int line, const struct place *p, const struct place *q)
{
	int n = 0;

	for (int i = 0; i + 1 < TILE_POINTS; i++)
		n += cross(&t->line[line][i], &t->line[line][i + 1], p, q);
	return n;
}

static int line_of(const struct tile *t, const struct place *p)
{
	for (int l = 0; l < t->lines; l++)
		for (int i = 0; i < TILE_POINTS; i++)
			if (t->line[l][i].x == p->x && t->line[l][i].y == p->y)
				return l;
	return -1;
}

static bool holds(enum tile_sentence s, const struct tile *t)
{
	int in = 0;

	for (int i = 0; i < t->dots; i++)
		in += t->closed && is_inside(t, &t->dot[i]);
	switch (s) {
	case TILE_INSIDE:
		return in == 1;
	case TILE_MORE_INSIDE:
		return 2 * in > t->dots;
	case TILE_SAME_LINE:
		return line_of(t, &t->dot[0]) == line_of(t, &t->dot[1]);
	default:
		return crossings(t, 0, &t->dot[0], &t->dot[1]) % 2 == 0;
	}
}

static void tiles_are_true(void **state)
{
	(void)state;
	for (int s = 0; s < TILE_SENTENCES; s++)
		for (int seed = 0; seed < SEEDS; seed++)
			for (int yes = 0; yes < 2; yes++) {
				struct tile t = made((enum tile_sentence)s, yes != 0, seed);

				if (holds((enum tile_sentence)s, &t) != (yes != 0))
					fail_msg("sentence %d, seed %d: %s", s, seed, yes ? "does not hold" : "holds");
			}
}

static double nearest(const struct tile *t, int line, const struct place *p)
{
	double least = TILE;

	for (int i = 0; i < TILE_POINTS; i++)
		least = fmin(least, hypot(t->line[line][i].x - p->x, t->line[line][i].y - p->y));
	return least;
}

/* Nothing is so near to anything that people could take it for the other. */
static void nothing_is_close(void **state)
{
	(void)state;
	for (int s = 0; s < TILE_SENTENCES; s++)
		for (int seed = 0; seed < SEEDS; seed++) {
			struct tile t = made((enum tile_sentence)s, seed % 2 == 0, seed);

			for (int i = 0; i < t.dots; i++) {
				assert_true(t.dot[i].x > 3 && t.dot[i].x < TILE - 3 && t.dot[i].y > 3 && t.dot[i].y < TILE - 3);
				for (int k = 0; k < i; k++)
					assert_true(hypot(t.dot[i].x - t.dot[k].x, t.dot[i].y - t.dot[k].y) > TILE_MARGIN);
				for (int l = 0; l < t.lines && s != TILE_SAME_LINE; l++)
					assert_true(nearest(&t, l, &t.dot[i]) >= TILE_MARGIN);
				for (int l = 0; l < t.lines && s == TILE_SAME_LINE; l++)
					assert_true(l == line_of(&t, &t.dot[i]) || nearest(&t, l, &t.dot[i]) >= TILE_MARGIN);
			}
		}
}

/* No gap is wider than an eye closes, none is at a bend, and of no line is much missing; of one line one gap is wide. */
static void gaps_are_small(void **state)
{
	(void)state;
	for (int s = 0; s < TILE_SENTENCES; s++)
		for (int seed = 0; seed < SEEDS; seed++) {
			struct tile t = made((enum tile_sentence)s, true, seed);
			double widest = 0;

			assert_int_equal(t.gaps, TILE_GAPS);
			for (int i = 0; i < t.gaps; i++) {
				const struct place *a = &t.line[t.gap[i].line][t.gap[i].from], *b = a + t.gap[i].points;
				double wide = hypot(a->x - b->x, a->y - b->y), length = 0;

				for (const struct place *p = a; p < b; p++)
					length += hypot(p[1].x - p[0].x, p[1].y - p[0].y);
				assert_true(wide < TILE_GAP_WIDE + TILE_GAP_MORE + 8 && length < wide * 1.2);
				widest = fmax(widest, wide);
			}
			assert_true(s == TILE_SAME_LINE || widest >= TILE_GAP_WIDE);
			assert_true(t.strokes >= 1 && t.strokes <= TILE_STROKES);
		}
}

/* Who only knows where the dots are knows nothing: their mean distance from the middle is that of the other tiles. */
static void dots_tell_nothing(void **state)
{
	(void)state;
	for (int s = 0; s < TILE_SENTENCES; s++) {
		double sum[2] = { 0 }, apart[2] = { 0 };

		for (int seed = 0; seed < 2000; seed++) {
			struct tile t = made((enum tile_sentence)s, seed % 2, seed);

			sum[seed % 2] += hypot(t.dot[0].x - TILE / 2.0, t.dot[0].y - TILE / 2.0);
			apart[seed % 2] += t.dots < 2 ? 0 : hypot(t.dot[0].x - t.dot[1].x, t.dot[0].y - t.dot[1].y);
		}
		assert_true(fabs(sum[0] - sum[1]) < 0.12 * sum[0]);
		assert_true(fabs(apart[0] - apart[1]) <= 0.12 * apart[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiles_are_true),
		cmocka_unit_test(nothing_is_close),
		cmocka_unit_test(gaps_are_small),
		cmocka_unit_test(dots_tell_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
