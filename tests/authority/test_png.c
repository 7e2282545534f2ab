/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <png.h>
#include <string.h>

#include "authority/puzzle/png.h"

enum { W = 30, H = 20 };

static void pixels_come_back(void **state)
{
	uint8_t in[W * H], out[W * H];
	struct buf png = { 0 };
	png_image image = { .version = PNG_IMAGE_VERSION };

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7);
	assert_true(png_write_gray(in, W, H, &png, NULL));
	assert_true(png_image_begin_read_from_memory(&image, png.p, png.n));
	assert_int_equal(image.format, PNG_FORMAT_GRAY);
	assert_int_equal(image.width, W);
	assert_int_equal(image.height, H);
	assert_true(png_image_finish_read(&image, NULL, out, 0, NULL));
	assert_memory_equal(in, out, sizeof(in));
	buf_free(&png);
}

/* Each chunk has a length, a name, data and a CRC: nothing but pixels goes out. */
static void nothing_but_pixels(void **state)
{
	const uint8_t in[4] = { 0, 85, 170, 255 };
	struct buf png = { 0 };
	size_t at = 8;

	(void)state;
	assert_true(png_write_gray(in, 2, 2, &png, NULL));
	while (at < png.n) {
		const char *name = (const char *)png.p + at + 4;

		assert_true(memcmp(name, "IHDR", 4) == 0 || memcmp(name, "IDAT", 4) == 0 || memcmp(name, "IEND", 4) == 0);
		at += 12 + bytes_u32(png.p + at);
	}
	assert_int_equal(at, png.n);
	buf_free(&png);
}

static void what_libpng_refuses_is_an_error(void **state)
{
	const uint8_t in[1] = { 0 };
	struct buf png = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_false(png_write_gray(in, 0, 1, &png, &e));
	assert_true(err_is(&e, "drawing_failed"));
	buf_free(&png);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pixels_come_back),
		cmocka_unit_test(nothing_but_pixels),
		cmocka_unit_test(what_libpng_refuses_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
