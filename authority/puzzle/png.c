/* SPDX-License-Identifier: ISC */
#include "authority/puzzle/png.h"

#include <png.h>

/* Noise has no pattern that a filter or a longer search would find: both cost time and save nothing. */
enum { LEVEL = 3 };

static void append(png_structp png, png_bytep p, size_t n)
{
	struct buf *out = png_get_io_ptr(png);

	buf_add(out, p, n);
	if (out->failed)
		png_error(png, "no memory");
}

static void no_flush(png_structp png)
{
	(void)png;
}

static _Noreturn void stop(png_structp png, png_const_charp text)
{
	(void)text;
	png_longjmp(png, 1);
}

static void silent(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

/* libpng comes back by longjmp when it fails: nothing here changes after setjmp. */
static bool write_rows(png_structp png, png_infop info, const uint8_t *pixels, uint32_t width, uint32_t height, struct buf *out)
{
	if (setjmp(png_jmpbuf(png)) != 0)
		return false;
	png_set_write_fn(png, out, append, no_flush);
	png_set_compression_level(png, LEVEL);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (uint32_t y = 0; y < height; y++)
		png_write_row(png, pixels + (size_t)y * width);
	png_write_end(png, info);
	return true;
}

bool png_write_gray(const uint8_t *pixels, uint32_t width, uint32_t height, struct buf *out, struct err *e)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, stop, silent);
	png_infop info = png == NULL ? NULL : png_create_info_struct(png);
	bool rc = info != NULL && write_rows(png, info, pixels, width, height, out);

	if (!rc && (info == NULL || out->failed))
		err_memory(e);
	else if (!rc)
		err_set(e, "drawing_failed", "libpng did not write a picture of %u x %u", (unsigned)width, (unsigned)height);
	png_destroy_write_struct(&png, &info);
	return rc;
}
