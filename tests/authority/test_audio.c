/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "authority/puzzle/audio.h"

static struct voices *voices;

static struct buf spoken(const char *answer, uint8_t first)
{
	const uint8_t seed[DICE_SEED] = { first };
	struct buf wav = { 0 };
	struct dice d;

	dice_init(&d, seed);
	assert_true(audio_speak(voices, answer, &d, &wav, NULL));
	return wav;
}

static uint32_t le(const uint8_t *p, int n)
{
	uint32_t v = 0;

	for (int i = n - 1; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static void answers_are_digits(void **state)
{
	const uint8_t seed[DICE_SEED] = { 1 };
	unsigned seen[10] = { 0 };
	char out[PUZZLE_ANSWER];
	struct dice d;

	(void)state;
	dice_init(&d, seed);
	for (int i = 0; i < 300; i++) {
		audio_answer(&d, out);
		assert_int_equal(strlen(out), AUDIO_DIGITS);
		assert_int_equal(strspn(out, AUDIO_ALPHABET), AUDIO_DIGITS);
		for (int k = 0; k < AUDIO_DIGITS; k++)
			seen[out[k] - '0']++;
	}
	for (int k = 0; k < 10; k++)
		assert_true(k == 5 ? seen[k] == 0 : seen[k] > 100);
}

static void what_people_type_is_folded(void **state)
{
	static const struct {
		const char *typed, *folded;
	} rows[] = { { "012346", "012346" }, { " 0 1 2-3,4 6 ", "012346" }, { "01234", NULL }, { "0123467", NULL }, { "01234x", NULL },
		{ "", NULL }, { "٠١٢٣٤٦", NULL } };
	char out[PUZZLE_ANSWER];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(audio_fold(rows[i].typed, out), rows[i].folded != NULL);
		if (rows[i].folded != NULL)
			assert_string_equal(out, rows[i].folded);
	}
}

static void a_clip_is_a_wav_and_nothing_else(void **state)
{
	struct buf wav = spoken("907143", 2);
	const uint32_t bytes = le(wav.p + 40, 4);

	(void)state;
	assert_memory_equal(wav.p, "RIFF", 4);
	assert_int_equal(le(wav.p + 4, 4), wav.n - 8);
	assert_memory_equal(wav.p + 8, "WAVEfmt ", 8);
	assert_int_equal(le(wav.p + 16, 4), 16);
	assert_int_equal(le(wav.p + 20, 2), 1);
	assert_int_equal(le(wav.p + 22, 2), 1);
	assert_int_equal(le(wav.p + 24, 4), AUDIO_RATE);
	assert_int_equal(le(wav.p + 34, 2), 16);
	assert_memory_equal(wav.p + 36, "data", 4);
	assert_int_equal(bytes, wav.n - 44);
	assert_in_range(bytes / 2, 3 * AUDIO_RATE, 12 * AUDIO_RATE);
	buf_free(&wav);
}

static void one_seed_speaks_the_same(void **state)
{
	struct buf a = spoken("123467", 3), b = spoken("123467", 3), other = spoken("123467", 4);

	(void)state;
	assert_true(slice_equal(buf_slice(&a), buf_slice(&b)));
	assert_false(slice_equal(buf_slice(&a), buf_slice(&other)));
	buf_free(&a);
	buf_free(&b);
	buf_free(&other);
}

enum { WINDOW = AUDIO_RATE / 20 };

static double energy(const struct buf *wav, size_t window)
{
	double sum = 0;

	for (size_t i = 0; i < WINDOW; i++) {
		double s = (int16_t)le(wav->p + 44 + 2 * (window * WINDOW + i), 2);

		sum += s * s;
	}
	return sum;
}

/* Where it is spoken there is much more to hear than where it is not: neither all of a clip is noise, nor is any of it silent. */
static void digits_stand_out(void **state)
{
	(void)state;
	for (uint8_t seed = 5; seed < 15; seed++) {
		struct buf wav = spoken("862031", seed);
		const size_t n = (wav.n - 44) / 2 / WINDOW;
		double least = energy(&wav, 0);
		unsigned loud = 0;

		for (size_t i = 0; i < n; i++)
			least = energy(&wav, i) < least ? energy(&wav, i) : least;
		for (size_t i = 0; i < n; i++)
			loud += energy(&wav, i) > 8 * least;
		assert_true(least > 0);
		assert_in_range(loud, n / 8, n * 9 / 10);
		assert_true(wav.n <= AUDIO_BYTES_MAX);
		buf_free(&wav);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_digits),
		cmocka_unit_test(what_people_type_is_folded),
		cmocka_unit_test(a_clip_is_a_wav_and_nothing_else),
		cmocka_unit_test(one_seed_speaks_the_same),
		cmocka_unit_test(digits_stand_out),
	};
	int rc;

	voices = voices_open(NULL);
	rc = voices == NULL || cmocka_run_group_tests(tests, NULL, NULL);
	voices_close(voices);
	return rc;
}
