/* SPDX-License-Identifier: ISC
 * Speaks audio puzzles for those who attack them: clips KIND FIRST N DIRECTORY writes the puzzles of the seeds FIRST to FIRST + N - 1 to
 * DIRECTORY/NUMBER.wav, and their answers, a line each, to DIRECTORY/answers. KIND: audio; or control, the same digits by the same voices,
 * without noise and apart. */
#include <flite/flite.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/puzzle/audio.h"

cst_voice *register_cmu_us_slt(const char *folder);

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "clips: %s: %s\n", what, e == NULL ? "" : e->text);
	exit(1);
}

static void write_puzzle(struct voices *v, struct dice *d, const char *answer, const char *path)
{
	struct buf wav = { 0 };
	struct err e = { 0 };
	FILE *f;

	must(audio_speak(v, answer, d, &wav, &e), "audio", &e);
	f = fopen(path, "wb");
	must(f != NULL && fwrite(wav.p, 1, wav.n, f) == wav.n && fclose(f) == 0, path, NULL);
	buf_free(&wav);
}

/* As flite says it to anybody. */
static void write_control(cst_voice *voice, const char *answer, const char *path)
{
	static const char *const words[] = { "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine" };
	char text[AUDIO_DIGITS * 8] = "";

	for (const char *p = answer; *p != '\0'; p++) {
		strcat(text, words[*p - '0']);
		strcat(text, ", ");
	}
	flite_text_to_speech(text, voice, path);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct voices *v = voices_open(&e);
	cst_voice *plain = register_cmu_us_slt(NULL);
	unsigned first, n;
	char path[600];
	FILE *answers;

	must(argc == 5, "usage: clips audio|control FIRST N DIRECTORY", NULL);
	must(v != NULL && plain != NULL, "voices", &e);
	first = (unsigned)strtoul(argv[2], NULL, 10);
	n = (unsigned)strtoul(argv[3], NULL, 10);
	snprintf(path, sizeof(path), "%s/answers", argv[4]);
	answers = fopen(path, "w");
	must(answers != NULL, path, NULL);
	for (unsigned i = first; i < first + n; i++) {
		const uint8_t seed[DICE_SEED] = { (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		char answer[PUZZLE_ANSWER];
		struct dice d;

		dice_init(&d, seed);
		audio_answer(&d, answer);
		snprintf(path, sizeof(path), "%s/%05u.wav", argv[4], i);
		if (strcmp(argv[1], "control") == 0)
			write_control(plain, answer, path);
		else
			write_puzzle(v, &d, answer, path);
		fprintf(answers, "%s\n", answer);
	}
	must(fclose(answers) == 0, "answers", NULL);
	voices_close(v);
	return 0;
}
