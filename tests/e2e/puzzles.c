/* SPDX-License-Identifier: ISC
 * Writes puzzles for those who attack them: puzzles KIND FIRST N DIRECTORY [PREPARATION]... draws the puzzles of the seeds FIRST to
 * FIRST + N - 1, and writes the answers, a line each, to DIRECTORY/answers. The pictures go to DIRECTORY/NUMBER.png; or, prepared for text
 * recognition, to DIRECTORY/PREPARATION/NUMBER.png; or, for "halved", one after the other to DIRECTORY/halved.gray, a byte for a pixel and
 * half as wide and high. KIND: graphic; or control, the same letters upright, apart, and bare. */
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

static void append_halved(const struct gray *g, FILE *f)
{
	struct gray half = gray_halve(g);
	const size_t n = (size_t)half.width * half.height;

	must(fwrite(half.p, 1, n, f) == n, "halved.gray", NULL);
	gray_free(&half);
}

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

struct job {
	make_fn *make;
	struct typefaces *t;
	FILE *answers, *halved;
	const char *directory;
	char **preparations;
};

static FILE *open_file(const char *directory, const char *name)
{
	char path[600];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "w");
	must(f != NULL, path, NULL);
	return f;
}

static void write_one(const struct job *j, unsigned number)
{
	const uint8_t seed[DICE_SEED] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };
	char answer[PUZZLE_ANSWER];
	struct buf png = { 0 };
	struct err e = { 0 };
	struct dice d;
	struct gray g;

	dice_init(&d, seed);
	must(j->make(j->t, &d, answer, &png, &e), "puzzle", &e);
	fprintf(j->answers, "%s\n", answer);
	g = gray_read(buf_slice(&png));
	if (*j->preparations == NULL)
		write_plain(buf_slice(&png), j->directory, number);
	for (char **name = j->preparations; *name != NULL; name++) {
		if (strcmp(*name, "halved") == 0)
			append_halved(&g, j->halved);
		else
			prepare(&g, j->directory, *name, number);
	}
	gray_free(&g);
	buf_free(&png);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct job j = { .t = typefaces_open(&e) };
	unsigned first, n;

	must(argc > 4, "usage: puzzles KIND FIRST N DIRECTORY [enlarged|median|opened|halved]...", NULL);
	must(j.t != NULL, "typefaces", &e);
	j.make = find_kind(argv[1]);
	first = (unsigned)strtoul(argv[2], NULL, 10);
	n = (unsigned)strtoul(argv[3], NULL, 10);
	j.directory = argv[4];
	j.preparations = argv + 5;
	j.answers = open_file(j.directory, "answers");
	j.halved = open_file(j.directory, "halved.gray");
	for (unsigned i = 0; i < n; i++)
		write_one(&j, first + i);
	must(fclose(j.answers) == 0 && fclose(j.halved) == 0, j.directory, NULL);
	typefaces_close(j.t);
	return 0;
}
