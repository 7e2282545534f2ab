/* SPDX-License-Identifier: ISC
 * Writes puzzles for those who attack them: puzzles KIND FIRST N DIRECTORY [PREPARATION]... draws the puzzles of the seeds FIRST to
 * FIRST + N - 1 to DIRECTORY/NUMBER.png, or prepared for text recognition to DIRECTORY/PREPARATION/NUMBER.png, and writes the answers, a
 * line each, to DIRECTORY/answers. KIND: graphic; or control, the same letters upright, apart, and bare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "authority/puzzle/graphic.h"
#include "authority/puzzle/png.h"
#include "tests/lib/gray.h"

enum { BORDER = 30, OPENING = 7 };

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "puzzles: %s: %s\n", what, e == NULL ? "" : e->text);
	exit(1);
}

/* ---- kinds: each throws an answer and draws it, from one seed */

typedef bool make_fn(struct typefaces *t, struct dice *d, char answer[static PUZZLE_ANSWER], struct buf *png, struct err *e);

static bool make_graphic(struct typefaces *t, struct dice *d, char answer[static PUZZLE_ANSWER], struct buf *png, struct err *e)
{
	graphic_answer(d, answer);
	return graphic_draw(t, answer, d, png, e);
}

static bool make_control(struct typefaces *t, struct dice *d, char answer[static PUZZLE_ANSWER], struct buf *png, struct err *e)
{
	const uint32_t face = dice_below(d, TYPEFACES);
	uint8_t gray[GRAPHIC_WIDTH * GRAPHIC_HEIGHT];
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, GRAPHIC_WIDTH, GRAPHIC_HEIGHT);
	cairo_t *c = cairo_create(s);
	double x = 10;

	graphic_answer(d, answer);
	for (size_t i = 0; answer[i] != '\0'; i++) {
		double width, height;
		cairo_matrix_t m;

		must(typefaces_extent(t, face, answer[i], &width, &height), "letter", NULL);
		cairo_matrix_init(&m, 40, 0, 0, 40, x + width * 20, 65 - height * 20);
		must(typefaces_outline(t, face, answer[i], c, &m, NULL, NULL), "letter", NULL);
		x += width * 40 + 4;
	}
	cairo_fill(c);
	cairo_surface_flush(s);
	for (int y = 0; y < GRAPHIC_HEIGHT; y++)
		for (int i = 0; i < GRAPHIC_WIDTH; i++)
			gray[y * GRAPHIC_WIDTH + i] =
				(uint8_t)(255 - cairo_image_surface_get_data(s)[y * cairo_image_surface_get_stride(s) + i]);
	cairo_destroy(c);
	cairo_surface_destroy(s);
	return png_write_gray(gray, GRAPHIC_WIDTH, GRAPHIC_HEIGHT, png, e);
}

static const struct {
	const char *name;
	make_fn *make;
} kinds[] = {
	{ "graphic", make_graphic },
	{ "control", make_control },
};

/* ---- preparations */

static struct gray black_and_white(const struct gray *g)
{
	struct gray large = gray_enlarge(g);

	gray_threshold(&large);
	return large;
}

static struct gray framed(struct gray g)
{
	struct gray out = gray_frame(&g, BORDER);

	gray_free(&g);
	return out;
}

static struct gray prepare_enlarged(const struct gray *g)
{
	return framed(black_and_white(g));
}

static struct gray prepare_median(const struct gray *g)
{
	struct gray smooth = gray_median(g), out = black_and_white(&smooth);

	gray_free(&smooth);
	return framed(out);
}

static struct gray prepare_opened(const struct gray *g)
{
	struct gray large = black_and_white(g), out = gray_open(&large, OPENING);

	gray_free(&large);
	return framed(out);
}

static const struct {
	const char *name;
	struct gray (*prepare)(const struct gray *g);
} preparations[] = {
	{ "enlarged", prepare_enlarged },
	{ "median", prepare_median },
	{ "opened", prepare_opened },
};

static void prepare(const struct gray *g, const char *directory, const char *name, unsigned number)
{
	char path[600];
	struct gray out;
	size_t i = 0;

	while (i < sizeof(preparations) / sizeof(*preparations) && strcmp(name, preparations[i].name) != 0)
		i++;
	must(i < sizeof(preparations) / sizeof(*preparations), name, NULL);
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%05u.png", directory, name, number);
	out = preparations[i].prepare(g);
	gray_write(&out, path);
	gray_free(&out);
}

static void write_plain(struct slice png, const char *directory, unsigned number)
{
	char path[600];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%05u.png", directory, number);
	f = fopen(path, "wb");
	must(f != NULL, path, NULL);
	must(fwrite(png.p, 1, png.n, f) == png.n && fclose(f) == 0, path, NULL);
}

/* ---- all of them */

static make_fn *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].make;
	must(false, name, NULL);
	return NULL;
}

static void write_one(make_fn *make, struct typefaces *t, unsigned number, FILE *answers, char **argv)
{
	const uint8_t seed[DICE_SEED] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };
	char answer[PUZZLE_ANSWER];
	struct buf png = { 0 };
	struct err e = { 0 };
	struct dice d;
	struct gray g;

	dice_init(&d, seed);
	must(make(t, &d, answer, &png, &e), argv[1], &e);
	fprintf(answers, "%s\n", answer);
	g = gray_read(buf_slice(&png));
	if (argv[5] == NULL)
		write_plain(buf_slice(&png), argv[4], number);
	for (char **name = argv + 5; *name != NULL; name++)
		prepare(&g, argv[4], *name, number);
	gray_free(&g);
	buf_free(&png);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct typefaces *t = typefaces_open(&e);
	unsigned first, n;
	char path[600];
	FILE *answers;
	make_fn *make;

	must(argc > 4, "usage: puzzles KIND FIRST N DIRECTORY [enlarged|median|opened]...", NULL);
	must(t != NULL, "typefaces", &e);
	make = find_kind(argv[1]);
	first = (unsigned)strtoul(argv[2], NULL, 10);
	n = (unsigned)strtoul(argv[3], NULL, 10);
	snprintf(path, sizeof(path), "%s/answers", argv[4]);
	answers = fopen(path, "w");
	must(answers != NULL, path, NULL);
	for (unsigned i = 0; i < n; i++)
		write_one(make, t, first + i, answers, argv);
	must(fclose(answers) == 0, path, NULL);
	typefaces_close(t);
	return 0;
}
