/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <png.h>
#include <string.h>

#include "authority/puzzle/graphic.h"

static struct typefaces *faces;

static int open_faces(void **state)
{
	(void)state;
	faces = typefaces_open(NULL);
	return faces == NULL;
}

static int close_faces(void **state)
{
	(void)state;
	typefaces_close(faces);
	return 0;
}

static struct dice dice(unsigned n)
{
	const uint8_t seed[DICE_SEED] = { (uint8_t)(n >> 8), (uint8_t)n };
	struct dice d;

	dice_init(&d, seed);
	return d;
}

static void draw(unsigned seed, const char *answer, struct buf *png)
{
	struct dice d = dice(seed);

	assert_true(graphic_draw(faces, answer, &d, png, NULL));
}

/* ---- answers */

static void answers_are_six_letters(void **state)
{
	char answer[PUZZLE_ANSWER], folded[PUZZLE_ANSWER];
	struct dice d = dice(1);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		graphic_answer(&d, answer);
		assert_int_equal(strlen(answer), GRAPHIC_LETTERS);
		assert_int_equal(strspn(answer, GRAPHIC_ALPHABET), GRAPHIC_LETTERS);
		assert_true(graphic_fold(answer, folded));
		assert_string_equal(answer, folded);
	}
}

/* Of 13200 letters each of the 22 comes about 600 times, at each place about 100 times: chi-square of 21 degrees of freedom is under 46.8
 * but once in a thousand. */
static void letters_are_even_at_each_place(void **state)
{
	unsigned seen[GRAPHIC_LETTERS][22] = { { 0 } };
	char answer[PUZZLE_ANSWER];
	struct dice d = dice(2);

	(void)state;
	for (int i = 0; i < 2200; i++) {
		graphic_answer(&d, answer);
		for (size_t k = 0; k < GRAPHIC_LETTERS; k++)
			seen[k][strchr(GRAPHIC_ALPHABET, answer[k]) - GRAPHIC_ALPHABET]++;
	}
	for (size_t k = 0; k < GRAPHIC_LETTERS; k++) {
		double chi = 0;

		for (size_t i = 0; i < 22; i++)
			chi += (seen[k][i] - 100.0) * (seen[k][i] - 100.0) / 100.0;
		assert_true(chi < 46.8);
	}
}

static void what_people_type_is_folded(void **state)
{
	static const struct {
		const char *typed, *folded;
	} cases[] = {
		{ "ACE379", "ACE379" },
		{ "ace379", "ACE379" },
		{ "  aC e-3 7 9\t", "ACE379" },
		{ "", NULL },
		{ "ACE37", NULL },
		{ "ACE3794", NULL },
		{ "ACE379 4", NULL },
		{ "ACE379ACE379ACE379ACE379ACE379ACE379", NULL },
		{ "ACEB79", NULL },
		{ "ACE370", NULL },
		{ "ACE37\xc3\x89", NULL },
		{ "ACE379\n", NULL },
	};
	char folded[PUZZLE_ANSWER];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(graphic_fold(cases[i].typed, folded), cases[i].folded != NULL);
		if (cases[i].folded != NULL)
			assert_string_equal(folded, cases[i].folded);
	}
}

/* ---- pictures */

static void pictures_are_small(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		struct dice d = dice(i);
		char answer[PUZZLE_ANSWER];
		struct buf png = { 0 };

		graphic_answer(&d, answer);
		assert_true(graphic_draw(faces, answer, &d, &png, NULL));
		assert_in_range(png.n, 1000, GRAPHIC_BYTES_MAX);
		buf_free(&png);
	}
}

static void one_seed_draws_the_same_bytes(void **state)
{
	struct buf a = { 0 }, b = { 0 }, other = { 0 };

	(void)state;
	draw(1, "ACE379", &a);
	draw(1, "ACE379", &b);
	draw(2, "ACE379", &other);
	assert_true(slice_equal(buf_slice(&a), buf_slice(&b)));
	assert_false(slice_equal(buf_slice(&a), buf_slice(&other)));
	buf_free(&a);
	buf_free(&b);
	buf_free(&other);
}

static void read_pixels(const char *answer, uint8_t out[static GRAPHIC_WIDTH * GRAPHIC_HEIGHT])
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	struct buf png = { 0 };

	draw(3, answer, &png);
	assert_true(png_image_begin_read_from_memory(&image, png.p, png.n));
	assert_int_equal(image.format, PNG_FORMAT_GRAY);
	assert_int_equal(image.width, GRAPHIC_WIDTH);
	assert_int_equal(image.height, GRAPHIC_HEIGHT);
	assert_true(png_image_finish_read(&image, NULL, out, 0, NULL));
	buf_free(&png);
}

/* The same strokes over other letters: where pixels differ, letters are. */
static void letters_are_in_the_picture(void **state)
{
	static uint8_t a[GRAPHIC_WIDTH * GRAPHIC_HEIGHT], b[GRAPHIC_WIDTH * GRAPHIC_HEIGHT];
	size_t other = 0;

	(void)state;
	read_pixels("CCCCCC", a);
	read_pixels("HHHHHH", b);
	for (size_t i = 0; i < sizeof(a); i++)
		other += a[i] > 140 ? b[i] < 140 : b[i] > 140;
	assert_in_range(other, 1500, sizeof(a) / 2);
}

/* The widest letters there are still end before the edge: its columns are only paper and strokes, never all ink. */
static void wide_letters_fit(void **state)
{
	static uint8_t p[GRAPHIC_WIDTH * GRAPHIC_HEIGHT];
	const size_t columns[] = { 0, GRAPHIC_WIDTH - 1 };

	(void)state;
	read_pixels("WMWMWM", p);
	for (size_t i = 0; i < 2; i++) {
		size_t dark = 0;

		for (size_t y = 0; y < GRAPHIC_HEIGHT; y++)
			dark += p[y * GRAPHIC_WIDTH + columns[i]] < 140;
		assert_in_range(dark, 0, 12);
	}
}

/* ---- refusals */

static void missing_typefaces_are_named(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_null(typefaces_open_in("/nowhere", &e));
	assert_true(err_is(&e, "fonts_missing"));
	assert_non_null(strstr(e.text, "/nowhere/dejavu/DejaVuSans-Bold.ttf"));
	assert_non_null(strstr(e.text, "fonts-dejavu-core"));
}

static void other_answers_are_not_drawn(void **state)
{
	static const char *const answers[] = { "", "ACE37", "ACE3794", "ACE37\x01" };

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		struct buf png = { 0 };
		struct dice d = dice(1);
		struct err e = { 0 };

		assert_false(graphic_draw(faces, answers[i], &d, &png, &e));
		assert_true(err_is(&e, "drawing_failed"));
		assert_int_equal(png.n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_six_letters),
		cmocka_unit_test(letters_are_even_at_each_place),
		cmocka_unit_test(what_people_type_is_folded),
		cmocka_unit_test(pictures_are_small),
		cmocka_unit_test(one_seed_draws_the_same_bytes),
		cmocka_unit_test(letters_are_in_the_picture),
		cmocka_unit_test(wide_letters_fit),
		cmocka_unit_test(missing_typefaces_are_named),
		cmocka_unit_test(other_answers_are_not_drawn),
	};

	return cmocka_run_group_tests(tests, open_faces, close_faces);
}
