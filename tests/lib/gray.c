/* SPDX-License-Identifier: ISC */
#include "tests/lib/gray.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/puzzle/png.h"

enum { ENLARGED = 3 };

static void must(bool rc, const char *what)
{
	if (rc)
		return;
	fprintf(stderr, "gray: %s\n", what);
	exit(1);
}

static struct gray blank(uint32_t width, uint32_t height)
{
	struct gray g = { .width = width, .height = height, .p = malloc((size_t)width * height) };

	must(g.p != NULL, "no memory");
	memset(g.p, 255, (size_t)width * height);
	return g;
}

void gray_free(struct gray *g)
{
	free(g->p);
	*g = (struct gray){ 0 };
}

struct gray gray_read(struct slice png)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	struct gray g;

	must(png_image_begin_read_from_memory(&image, png.p, png.n) != 0, "no PNG");
	image.format = PNG_FORMAT_GRAY;
	g = blank(image.width, image.height);
	must(png_image_finish_read(&image, NULL, g.p, 0, NULL) != 0, "no PNG");
	return g;
}

void gray_write(const struct gray *g, const char *path)
{
	struct buf png = { 0 };
	FILE *f = fopen(path, "wb");

	must(f != NULL, path);
	must(png_write_gray(g->p, g->width, g->height, &png, NULL), "the picture was not written");
	must(fwrite(png.p, 1, png.n, f) == png.n && fclose(f) == 0, path);
	buf_free(&png);
}

static uint32_t inside(int64_t at, uint32_t n)
{
	return at < 0 ? 0 : at >= (int64_t)n ? n - 1 : (uint32_t)at;
}

static uint8_t pixel(const struct gray *g, int64_t x, int64_t y)
{
	return g->p[(size_t)inside(y, g->height) * g->width + inside(x, g->width)];
}

/* The middles of the new pixels lie at -1/3, 0 and 1/3 about the middle of the old one: weights of thirds. */
struct gray gray_enlarge(const struct gray *g)
{
	struct gray out = blank(g->width * ENLARGED, g->height * ENLARGED);

	for (uint32_t y = 0; y < out.height; y++) {
		const int64_t oy = y / ENLARGED, ny = oy + (int64_t)(y % ENLARGED) - 1;

		for (uint32_t x = 0; x < out.width; x++) {
			const int64_t ox = x / ENLARGED, nx = ox + (int64_t)(x % ENLARGED) - 1;
			const int sum = 4 * pixel(g, ox, oy) + 2 * pixel(g, nx, oy) + 2 * pixel(g, ox, ny) + pixel(g, nx, ny);

			out.p[(size_t)y * out.width + x] = (uint8_t)((sum + 4) / 9);
		}
	}
	return out;
}

struct gray gray_halve(const struct gray *g)
{
	struct gray out = blank(g->width / 2, g->height / 2);

	for (uint32_t y = 0; y < out.height; y++) {
		for (uint32_t x = 0; x < out.width; x++) {
			const uint8_t *p = g->p + (size_t)y * 2 * g->width + (size_t)x * 2;

			out.p[(size_t)y * out.width + x] = (uint8_t)((p[0] + p[1] + p[g->width] + p[g->width + 1] + 2) / 4);
		}
	}
	return out;
}

struct gray gray_median(const struct gray *g)
{
	struct gray out = blank(g->width, g->height);

	for (int64_t y = 0; y < g->height; y++) {
		for (int64_t x = 0; x < g->width; x++) {
			uint8_t v[9], n = 0;

			for (int64_t i = 0; i < 9; i++) {
				const uint8_t next = pixel(g, x + i % 3 - 1, y + i / 3 - 1);
				uint8_t k = n++;

				for (; k > 0 && v[k - 1] > next; k--)
					v[k] = v[k - 1];
				v[k] = next;
			}
			out.p[(size_t)y * g->width + (size_t)x] = v[4];
		}
	}
	return out;
}

void gray_threshold(struct gray *g)
{
	const size_t n = (size_t)g->width * g->height;
	double count[256] = { 0 }, sum = 0, below = 0, weight = 0, best = -1;
	int cut = 128;

	for (size_t i = 0; i < n; i++) {
		count[g->p[i]]++;
		sum += g->p[i];
	}
	for (int v = 0; v < 256; v++) {
		double apart, between;

		weight += count[v];
		below += v * count[v];
		if (weight == 0 || weight == (double)n)
			continue;
		apart = below / weight - (sum - below) / ((double)n - weight);
		between = weight * ((double)n - weight) * apart * apart;
		if (between <= best)
			continue;
		best = between;
		cut = v;
	}
	for (size_t i = 0; i < n; i++)
		g->p[i] = g->p[i] > cut ? 255 : 0;
}

/* The lightest (ink shrinks) or darkest (ink grows) within a run of side pixels, step apart. */
static void stretch(struct gray *g, uint32_t side, bool lightest, bool columns)
{
	const int64_t half = side / 2;
	struct gray from = blank(g->width, g->height);

	memcpy(from.p, g->p, (size_t)g->width * g->height);
	for (int64_t y = 0; y < g->height; y++) {
		for (int64_t x = 0; x < g->width; x++) {
			uint8_t v = pixel(&from, x, y);

			for (int64_t i = -half; i <= half; i++) {
				const uint8_t near = columns ? pixel(&from, x, y + i) : pixel(&from, x + i, y);

				if (lightest ? near > v : near < v)
					v = near;
			}
			g->p[(size_t)y * g->width + (size_t)x] = v;
		}
	}
	gray_free(&from);
}

struct gray gray_open(const struct gray *g, uint32_t side)
{
	struct gray out = blank(g->width, g->height);

	memcpy(out.p, g->p, (size_t)g->width * g->height);
	stretch(&out, side, true, false);
	stretch(&out, side, true, true);
	stretch(&out, side, false, false);
	stretch(&out, side, false, true);
	return out;
}

struct gray gray_frame(const struct gray *g, uint32_t border)
{
	uint32_t left = g->width, right = 0, top = g->height, bottom = 0;
	struct gray out;

	for (uint32_t y = 0; y < g->height; y++) {
		for (uint32_t x = 0; x < g->width; x++) {
			if (g->p[(size_t)y * g->width + x] == 255)
				continue;
			left = x < left ? x : left;
			right = x + 1 > right ? x + 1 : right;
			top = y < top ? y : top;
			bottom = y + 1;
		}
	}
	if (right == 0)
		return blank(2 * border + 1, 2 * border + 1);
	out = blank(right - left + 2 * border, bottom - top + 2 * border);
	for (uint32_t y = top; y < bottom; y++)
		memcpy(out.p + (size_t)(y - top + border) * out.width + border, g->p + (size_t)y * g->width + left, right - left);
	return out;
}
