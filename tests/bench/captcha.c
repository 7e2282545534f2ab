/* SPDX-License-Identifier: ISC
 * What puzzles cost the server that draws them: captcha.image, CPU time of one graphic puzzle from the seed to the PNG, and its bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "authority/puzzle/graphic.h"
#include "tests/lib/measure.h"

enum { ROUNDS = 15, TIMES = 100, IMAGE_BYTES = 25000 };
#define IMAGE_MS 2.0

struct stage {
	struct typefaces *t;
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

int main(void)
{
	struct err e = { 0 };
	struct stage s = { .t = typefaces_open(&e) };

	if (s.t == NULL) {
		fprintf(stderr, "bench: %s: %s\n", e.name, e.text);
		return 1;
	}
	image(&s);
	typefaces_close(s.t);
	return 0;
}
