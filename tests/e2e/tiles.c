/* SPDX-License-Identifier: ISC
 * A script against the logic puzzle: tiles N [plain|DIRECTORY]. It solves the puzzles of the seeds 0 to N - 1 from their pictures and their
 * sentences, prints "rounds R of 2N, both B of N" for each attacker, and what each sentence's rounds gave; with plain, of the same tiles
 * without gaps and strokes; with a DIRECTORY it writes the pictures there to look at.
 *
 * Attackers look at one tile at a time, give it a number that grows with how far the sentence seems to hold, and choose the four greatest:
 *   flood  closes gaps more and more (that is, thickens the ink) until the dot's flood no longer reaches the border, or the other dot, or
 *          until both lie on the same ink;
 *   place  knows where dots are, and nothing of lines. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/puzzle/logic.h"
#include "tests/lib/gray.h"

/* Dots are what a disc of more than a line's half width fits into; closing goes from nothing to more than any gap. */
enum { DOT_RADIUS = 7, FAR = 24, PIXELS = TILE * TILE };
#define CLOSING 0.2

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "tiles: %s: %s\n", what, e == NULL ? "" : e->text);
	exit(1);
}

/* ---- a tile as it looks */

struct view {
	bool ink[PIXELS];
	double far[PIXELS]; /* from the nearest ink, the dots' own left out where they hide it */
	int dot[TILE_DOTS]; /* pixels */
	int dots;
};

/* How far each pixel is from the nearest of those that are set, up to far (Saito and Toriwaki, 1994: along columns, then along rows). */
static void distances(const bool *set, int far, double *out)
{
	int column[PIXELS];

	for (int p = 0; p < PIXELS; p++)
		column[p] = set[p] ? 0 : p < TILE ? far : column[p - TILE] + 1;
	for (int p = PIXELS - TILE - 1; p >= 0; p--)
		column[p] = column[p] < column[p + TILE] + 1 ? column[p] : column[p + TILE] + 1;
	for (int p = 0; p < PIXELS; p++) {
		const int x = p % TILE;
		int least = far * far;

		for (int dx = 0; dx * dx < least; dx++) {
			if (x + dx < TILE && dx * dx + column[p + dx] * column[p + dx] < least)
				least = dx * dx + column[p + dx] * column[p + dx];
			if (x >= dx && dx * dx + column[p - dx] * column[p - dx] < least)
				least = dx * dx + column[p - dx] * column[p - dx];
		}
		out[p] = sqrt(least);
	}
}

static void erase(bool *ink, int at)
{
	for (int dy = -DOT_RADIUS; dy <= DOT_RADIUS; dy++)
		for (int dx = -DOT_RADIUS; dx <= DOT_RADIUS; dx++) {
			const int x = at % TILE + dx, y = at / TILE + dy;

			if (x >= 0 && y >= 0 && x < TILE && y < TILE && dx * dx + dy * dy <= DOT_RADIUS * DOT_RADIUS)
				ink[y * TILE + x] = false;
		}
}

/* Where most ink is about, n times. */
static void find_dots(struct view *v, int n)
{
	bool rest[PIXELS], paper[PIXELS];
	double depth[PIXELS];

	memcpy(rest, v->ink, sizeof(rest));
	for (v->dots = 0; v->dots < n; v->dots++) {
		int best = 0;

		for (int p = 0; p < PIXELS; p++)
			paper[p] = !rest[p];
		distances(paper, DOT_RADIUS, depth);
		for (int p = 0; p < PIXELS; p++)
			if (depth[p] > depth[best])
				best = p;
		v->dot[v->dots] = best;
		erase(rest, best);
	}
}

static const struct {
	int dots;
	bool on_lines;
} sentences[TILE_SENTENCES] = {
	[TILE_INSIDE] = { 1, false },
	[TILE_SAME_LINE] = { 2, true },
	[TILE_MORE_INSIDE] = { 5, false },
	[TILE_SAME_SIDE] = { 2, false },
};

static void look(const struct gray *g, int tile, enum tile_sentence s, struct view *v)
{
	const uint8_t *corner = g->p + (size_t)(tile / 3 * TILE) * g->width + (size_t)(tile % 3 * TILE);

	for (int p = 0; p < PIXELS; p++)
		v->ink[p] = corner[(size_t)(p / TILE) * g->width + (size_t)(p % TILE)] == 0;
	find_dots(v, sentences[s].dots);
	for (int i = 0; !sentences[s].on_lines && i < v->dots; i++)
		erase(v->ink, v->dot[i]);
	distances(v->ink, FAR, v->far);
}

/* ---- flood */

static bool is_border(int p)
{
	return p % TILE == 0 || p % TILE == TILE - 1 || p / TILE == 0 || p / TILE == TILE - 1;
}

/* Does a flood from a pixel reach the goal, or for a goal of -1 the border? It runs where thickened ink is not, or where it is. */
static bool reaches(const struct view *v, int from, int goal, double thicker, bool on_ink)
{
	bool seen[PIXELS] = { false };
	int list[PIXELS], n = 0;

	if ((v->far[from] <= thicker) == on_ink) {
		seen[from] = true;
		list[n++] = from;
	}
	while (n > 0) {
		static const int step[4] = { -TILE, -1, 1, TILE };
		const int p = list[--n];

		if (goal < 0 ? is_border(p) : p == goal)
			return true;
		for (int i = 0; i < 4 && !is_border(p); i++)
			if (!seen[p + step[i]] && (v->far[p + step[i]] <= thicker) == on_ink) {
				seen[p + step[i]] = true;
				list[n++] = p + step[i];
			}
	}
	return false;
}

/* How thick ink has to be that what could be reached cannot, or the other way round: by halves, since thicker ink only hides more. */
static double closing(const struct view *v, int from, int goal, bool on_ink)
{
	double low = 0, high = FAR;

	while (high - low > CLOSING) {
		const double middle = (low + high) / 2;

		if (reaches(v, from, goal, middle, on_ink) == on_ink)
			high = middle;
		else
			low = middle;
	}
	return high;
}

static int upwards(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double by_flood(const struct view *v, enum tile_sentence s)
{
	double each[TILE_DOTS];

	if (s == TILE_SAME_LINE)
		return -closing(v, v->dot[0], v->dot[1], true);
	if (s == TILE_SAME_SIDE)
		return closing(v, v->dot[0], v->dot[1], false);
	for (int i = 0; i < v->dots; i++)
		each[i] = closing(v, v->dot[i], -1, false);
	qsort(each, (size_t)v->dots, sizeof(*each), upwards);
	return -each[v->dots / 2];
}

/* ---- place */

static double from_middle(int p)
{
	return hypot(p % TILE - TILE / 2.0, p / TILE - TILE / 2.0);
}

/* Near the middle is inside; near each other is the same side; and of two lines across or down, what is level is the same. */
static double by_place(const struct view *v, enum tile_sentence s)
{
	double each[TILE_DOTS], dx, dy;

	for (int i = 0; i < v->dots; i++)
		each[i] = from_middle(v->dot[i]);
	qsort(each, (size_t)v->dots, sizeof(*each), upwards);
	if (s == TILE_INSIDE || s == TILE_MORE_INSIDE)
		return -each[v->dots / 2];
	dx = abs(v->dot[0] % TILE - v->dot[1] % TILE);
	dy = abs(v->dot[0] / TILE - v->dot[1] / TILE);
	return s == TILE_SAME_LINE ? -fmin(dx, dy) : -hypot(dx, dy);
}

/* ---- all of them */

static const struct {
	const char *name;
	double (*look)(const struct view *v, enum tile_sentence s);
} attackers[] = {
	{ "flood", by_flood },
	{ "place", by_place },
};
enum { ATTACKERS = sizeof(attackers) / sizeof(*attackers) };

struct score {
	unsigned rounds, both, of[TILE_SENTENCES], right[TILE_SENTENCES];
};

/* The four tiles with the greatest numbers, as an answer names them. */
static void choose(const double number[static LOGIC_TILES], char out[static LOGIC_CHOSEN])
{
	int n = 0;

	for (int i = 0; i < LOGIC_TILES; i++) {
		int before = 0;

		for (int k = 0; k < LOGIC_TILES; k++)
			before += number[k] > number[i] || (number[k] == number[i] && k < i);
		if (before < LOGIC_CHOSEN)
			out[n++] = (char)('1' + i);
	}
}

static struct gray draw(const struct logic *l, unsigned round, struct dice *d, bool plain)
{
	struct tile tiles[LOGIC_TILES];
	struct buf png = { 0 };
	struct err e = { 0 };
	struct gray g;

	logic_tiles(l, round, d, tiles);
	for (int i = 0; plain && i < LOGIC_TILES; i++)
		tiles[i].gaps = tiles[i].strokes = 0;
	must(logic_draw_tiles(tiles, d, &png, &e), "drawing", &e);
	g = gray_read(buf_slice(&png));
	buf_free(&png);
	return g;
}

static void solve(const struct gray *g, enum tile_sentence s, char chosen[ATTACKERS][LOGIC_CHOSEN])
{
	static struct view v;
	double number[ATTACKERS][LOGIC_TILES];

	for (int i = 0; i < LOGIC_TILES; i++) {
		look(g, i, s, &v);
		for (size_t a = 0; a < ATTACKERS; a++)
			number[a][i] = attackers[a].look(&v, s);
	}
	for (size_t a = 0; a < ATTACKERS; a++)
		choose(number[a], chosen[a]);
}

static void attack(unsigned seed, bool plain, const char *directory, struct score score[static ATTACKERS])
{
	const uint8_t bytes[DICE_SEED] = { (uint8_t)(seed >> 24), (uint8_t)(seed >> 16), (uint8_t)(seed >> 8), (uint8_t)seed };
	unsigned right[ATTACKERS] = { 0 };
	struct logic l;
	struct dice d;

	dice_init(&d, bytes);
	logic_make(&d, &l);
	for (unsigned round = 0; round < LOGIC_ROUNDS; round++) {
		const enum tile_sentence s = l.sentence[round];
		struct gray g = draw(&l, round, &d, plain);
		char chosen[ATTACKERS][LOGIC_CHOSEN], path[600];

		snprintf(path, sizeof(path), "%s/%u-%u-%d.png", directory == NULL ? "" : directory, seed, round, s);
		if (directory != NULL)
			gray_write(&g, path);
		gray_threshold(&g);
		solve(&g, s, chosen);
		for (size_t a = 0; a < ATTACKERS; a++) {
			const bool hit = memcmp(chosen[a], l.answer + round * (LOGIC_CHOSEN + 1), LOGIC_CHOSEN) == 0;

			score[a].of[s]++;
			score[a].right[s] += hit;
			right[a] += hit;
		}
		gray_free(&g);
	}
	for (size_t a = 0; a < ATTACKERS; a++) {
		score[a].rounds += right[a];
		score[a].both += right[a] == LOGIC_ROUNDS;
	}
}

int main(int argc, char **argv)
{
	const unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
	const bool plain = argc > 2 && strcmp(argv[2], "plain") == 0;
	struct score score[ATTACKERS] = { 0 };

	must(n > 0, "usage: tiles N [plain|DIRECTORY]", NULL);
	for (unsigned seed = 0; seed < n; seed++)
		attack(seed, plain, argc > 2 && !plain ? argv[2] : NULL, score);
	for (size_t a = 0; a < ATTACKERS; a++) {
		printf("%s rounds %u of %u both %u of %u;", attackers[a].name, score[a].rounds, LOGIC_ROUNDS * n, score[a].both, n);
		for (int s = 0; s < TILE_SENTENCES; s++)
			printf(" %u/%u", score[a].right[s], score[a].of[s]);
		printf("\n");
	}
	return 0;
}
