/* SPDX-License-Identifier: ISC */
#include "authority/puzzle/typefaces.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *file, *package;
} files[TYPEFACES] = {
	{ "dejavu/DejaVuSans-Bold.ttf", "fonts-dejavu-core" },
	{ "dejavu/DejaVuSerif-Bold.ttf", "fonts-dejavu-core" },
	{ "dejavu/DejaVuSansMono-Bold.ttf", "fonts-dejavu-core" },
	{ "liberation/LiberationSans-Bold.ttf", "fonts-liberation" },
	{ "liberation/LiberationSerif-Bold.ttf", "fonts-liberation" },
	{ "liberation/LiberationMono-Bold.ttf", "fonts-liberation" },
};

struct typefaces {
	FT_Library library;
	FT_Face faces[TYPEFACES];
};

struct typefaces *typefaces_open_in(const char *folder, struct err *e)
{
	struct typefaces *t = calloc(1, sizeof(*t));
	char path[512];

	if (t == NULL || FT_Init_FreeType(&t->library) != 0) {
		err_memory(e);
		free(t);
		return NULL;
	}
	for (size_t i = 0; i < TYPEFACES; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i].file);
		if (FT_New_Face(t->library, path, 0, &t->faces[i]) == 0)
			continue;
		err_set(e, "fonts_missing", "puzzles are drawn with %s, which cannot be read: install the package %s", path,
			files[i].package);
		typefaces_close(t);
		return NULL;
	}
	return t;
}

struct typefaces *typefaces_open(struct err *e)
{
	return typefaces_open_in(TYPEFACES_FOLDER, e);
}

void typefaces_close(struct typefaces *t)
{
	if (t == NULL)
		return;
	FT_Done_FreeType(t->library); /* and its faces */
	free(t);
}

/* Outlines come unscaled and unhinted, in font units: they are turned and bent after this. */
static bool load(struct typefaces *t, uint32_t face, char letter, FT_BBox *ink)
{
	FT_Face f = t->faces[face];
	FT_UInt glyph = FT_Get_Char_Index(f, (FT_ULong)letter);

	if (glyph == 0 || FT_Load_Glyph(f, glyph, FT_LOAD_NO_SCALE) != 0 || f->glyph->format != FT_GLYPH_FORMAT_OUTLINE)
		return false;
	FT_Outline_Get_CBox(&f->glyph->outline, ink);
	return true;
}

bool typefaces_extent(struct typefaces *t, uint32_t face, char letter, double *width, double *height)
{
	const double em = t->faces[face]->units_per_EM;
	FT_BBox ink;

	if (!load(t, face, letter, &ink))
		return false;
	*width = (double)(ink.xMax - ink.xMin) / em;
	*height = (double)(ink.yMax - ink.yMin) / em;
	return true;
}

/* ---- from FreeType's outline to cairo's path */

struct pen {
	cairo_t *c;
	cairo_matrix_t m;
	bend_fn *bend;
	const void *how;
	double x, y; /* where it is, before m: a quadratic curve needs it to become a cubic one */
};

static void put(const struct pen *p, double *x, double *y)
{
	cairo_matrix_transform_point(&p->m, x, y);
	if (p->bend != NULL)
		p->bend(p->how, x, y);
}

static void go(struct pen *p, const FT_Vector *to)
{
	p->x = (double)to->x;
	p->y = (double)to->y;
}

static int move_to(const FT_Vector *to, void *arg)
{
	struct pen *p = arg;
	double x = (double)to->x, y = (double)to->y;

	go(p, to);
	put(p, &x, &y);
	cairo_close_path(p->c);
	cairo_move_to(p->c, x, y);
	return 0;
}

static int line_to(const FT_Vector *to, void *arg)
{
	struct pen *p = arg;
	double x = (double)to->x, y = (double)to->y;

	go(p, to);
	put(p, &x, &y);
	cairo_line_to(p->c, x, y);
	return 0;
}

static int curve(struct pen *p, double x1, double y1, double x2, double y2, const FT_Vector *to)
{
	double x = (double)to->x, y = (double)to->y;

	go(p, to);
	put(p, &x1, &y1);
	put(p, &x2, &y2);
	put(p, &x, &y);
	cairo_curve_to(p->c, x1, y1, x2, y2, x, y);
	return 0;
}

/* A cubic curve's control points lie two thirds of the way to the quadratic's one. */
static int conic_to(const FT_Vector *control, const FT_Vector *to, void *arg)
{
	struct pen *p = arg;
	const double cx = (double)control->x, cy = (double)control->y, x = (double)to->x, y = (double)to->y;

	return curve(p, p->x + (cx - p->x) * 2 / 3, p->y + (cy - p->y) * 2 / 3, x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, to);
}

static int cubic_to(const FT_Vector *one, const FT_Vector *two, const FT_Vector *to, void *arg)
{
	return curve(arg, (double)one->x, (double)one->y, (double)two->x, (double)two->y, to);
}

bool typefaces_outline(struct typefaces *t, uint32_t face, char letter, cairo_t *c, const cairo_matrix_t *m, bend_fn *bend, const void *how)
{
	static const FT_Outline_Funcs to_cairo = { move_to, line_to, conic_to, cubic_to, 0, 0 };
	const double em = t->faces[face]->units_per_EM;
	struct pen p = { .c = c, .bend = bend, .how = how };
	FT_BBox ink;

	if (!load(t, face, letter, &ink))
		return false;
	cairo_matrix_init(&p.m, 1 / em, 0, 0, -1 / em, -(double)(ink.xMin + ink.xMax) / 2 / em, (double)(ink.yMin + ink.yMax) / 2 / em);
	cairo_matrix_multiply(&p.m, &p.m, m);
	if (FT_Outline_Decompose(&t->faces[face]->glyph->outline, &to_cairo, &p) != 0)
		return false;
	cairo_close_path(c);
	return true;
}
