/* SPDX-License-Identifier: ISC
 * What puzzles cost the server that draws and speaks them, in CPU time: captcha.image, a graphic puzzle from the seed to the PNG, and its
 * bytes; captcha.audio, an audio puzzle from the seed to the WAV. */
#include <stdio.h>
#include <stdlib.h>

#include "authority/puzzle/audio.h"
#include "authority/puzzle/graphic.h"
#include "tests/lib/measure.h"

enum { ROUNDS = 15, TIMES = 100, CLIPS = 8, IMAGE_BYTES = 25000 };
#define IMAGE_MS 2.0
#define AUDIO_MS 50.0

struct stage {
	struct typefaces *t;
	struct voices *v;
	uint32_t next; /* seed */
	size_t most;   /* bytes of a picture */
};

static bool draw_images(void *arg, size_t times)
{
	struct stage *s = arg;
	struct buf png = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < times; i++) {
		const uint8_t seed[DICE_SEED] = { (uint8_t)(s->next >> 16), (uint8_t)(s->next >> 8), (uint8_t)s->next };
		char answer[PUZZLE_ANSWER];
		struct dice d;

		s->next++;
		dice_init(&d, seed);
		graphic_answer(&d, answer);
		if (!graphic_draw(s->t, answer, &d, &png, &e))
			break;
		s->most = png.n > s->most ? png.n : s->most;
		buf_free(&png);
	}
	if (!err_ok(&e))
		fprintf(stderr, "bench: %s: %s\n", e.name, e.text);
	return err_ok(&e);
}

static void image(struct stage *s)
{
	const struct contestant c = { "captcha.image", draw_images, s, false };
	double us, ratio, ms;

	measure_turns(&c, 1, ROUNDS, TIMES, &us, &ratio);
	ms = us / 1000;
	measure_print("captcha.image", ms, "ms", 0, NULL);
	measure_print("captcha.image.bytes", (double)s->most, "bytes at most", 0, NULL);
	fprintf(stderr, "bench: captcha.image         %.2f ms of CPU and %zu bytes, within a budget of %.1f ms and %d bytes: %s\n", ms,
		s->most, IMAGE_MS, IMAGE_BYTES, ms <= IMAGE_MS && s->most <= IMAGE_BYTES ? "yes" : "no");
}

static bool speak_clips(void *arg, size_t times)
{
	struct stage *s = arg;
	struct buf wav = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < times && err_ok(&e); i++) {
		const uint8_t seed[DICE_SEED] = { (uint8_t)(s->next >> 8), (uint8_t)s->next };
		char answer[PUZZLE_ANSWER];
		struct dice d;

		s->next++;
		dice_init(&d, seed);
		audio_answer(&d, answer);
		audio_speak(s->v, answer, &d, &wav, &e);
		buf_free(&wav);
	}
	if (!err_ok(&e))
		fprintf(stderr, "bench: %s: %s\n", e.name, e.text);
	return err_ok(&e);
}

static void audio(struct stage *s)
{
	const struct contestant c = { "captcha.audio", speak_clips, s, false };
	double us, ratio, ms;

	measure_turns(&c, 1, ROUNDS, CLIPS, &us, &ratio);
	ms = us / 1000;
	measure_print("captcha.audio", ms, "ms", 0, NULL);
	fprintf(stderr, "bench: captcha.audio         %.1f ms of CPU, within a budget of %.0f ms: %s\n", ms, AUDIO_MS,
		ms <= AUDIO_MS ? "yes" : "no");
}

int main(void)
{
	struct err e = { 0 };
	struct stage s = { .t = typefaces_open(&e), .v = voices_open(&e) };
	bool rc = s.t != NULL && s.v != NULL;

	if (rc) {
		image(&s);
		audio(&s);
	} else {
		fprintf(stderr, "bench: %s: %s\n", e.name, e.text);
	}
	voices_close(s.v);
	typefaces_close(s.t);
	return !rc;
}
