/* SPDX-License-Identifier: ISC */
#include "authority/puzzle/audio.h"

#include <flite/flite.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The voices' libraries have no headers. */
cst_voice *register_cmu_us_kal16(const char *folder);
cst_voice *register_cmu_us_slt(const char *folder);
cst_voice *register_cmu_us_rms(const char *folder);
void unregister_cmu_us_kal16(cst_voice *v);
void unregister_cmu_us_slt(cst_voice *v);
void unregister_cmu_us_rms(cst_voice *v);

static const struct {
	cst_voice *(*open)(const char *folder);
	void (*close)(cst_voice *v);
	double low, high; /* mean pitch, Hz */
} known[] = {
	{ register_cmu_us_kal16, unregister_cmu_us_kal16, 85, 125 },
	{ register_cmu_us_slt, unregister_cmu_us_slt, 160, 210 },
	{ register_cmu_us_rms, unregister_cmu_us_rms, 85, 120 },
};
enum { VOICES = sizeof(known) / sizeof(known[0]), HEADER = 44, SAMPLES_MAX = (AUDIO_BYTES_MAX - HEADER) / 2 };

struct voices {
	pthread_mutex_t mutex;
	cst_voice *v[VOICES];
};

struct voices *voices_open(struct err *e)
{
	struct voices *v = calloc(1, sizeof(*v));

	if (v == NULL) {
		err_memory(e);
		return NULL;
	}
	pthread_mutex_init(&v->mutex, NULL);
	flite_init();
	for (size_t i = 0; i < VOICES; i++) {
		v->v[i] = known[i].open(NULL);
		if (v->v[i] != NULL)
			continue;
		voices_close(v);
		err_set(e, "voices_missing", "flite has no voice for audio puzzles: install Debian's libflite1");
		return NULL;
	}
	return v;
}

void voices_close(struct voices *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < VOICES; i++)
		if (v->v[i] != NULL)
			known[i].close(v->v[i]);
	pthread_mutex_destroy(&v->mutex);
	free(v);
}

/* ---- answers */

void audio_answer(struct dice *d, char out[static PUZZLE_ANSWER])
{
	memset(out, 0, PUZZLE_ANSWER);
	for (int i = 0; i < AUDIO_DIGITS; i++)
		out[i] = AUDIO_ALPHABET[dice_below(d, sizeof(AUDIO_ALPHABET) - 1)];
}

bool audio_fold(const char *typed, char out[static PUZZLE_ANSWER])
{
	size_t n = 0;

	memset(out, 0, PUZZLE_ANSWER);
	for (const char *p = typed; *p != '\0'; p++) {
		if (strchr(" ,-", *p) != NULL)
			continue;
		if (*p < '0' || *p > '9' || n == AUDIO_DIGITS)
			return false;
		out[n++] = *p;
	}
	return n == AUDIO_DIGITS;
}

/* ---- sound */

/* Samples between -1 and 1, where they are spoken; more of them when they overlap. */
struct clip {
	float *s; /* owned, SAMPLES_MAX of them */
	size_t n;
};

/* One digit, by a voice, at its own pace and pitch. For delete_wave; NULL: flite could not. */
static cst_wave *speak(struct voices *v, size_t who, char digit, struct dice *d)
{
	static const char *const words[] = { "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine" };
	cst_voice *voice = v->v[who];

	/* the breath of two of the voices is libc's rand(): other users of that get numbers all the same */
	srand(dice_below(d, 1U << 31));
	feat_set_float(voice->features, "duration_stretch", (float)dice_between(d, 1.0, 1.5));
	feat_set_float(voice->features, "int_f0_target_mean", (float)dice_between(d, known[who].low, known[who].high));
	return flite_text_to_wave(words[digit - '0'], voice);
}

/* One voice is as loud as another, or the ear would be busy with that. */
static float level(const cst_wave *w)
{
	float sum = 1;

	for (int i = 0; i < w->num_samples; i++)
		sum += (float)w->samples[i] / 32768.0F * (float)w->samples[i] / 32768.0F;
	return 0.1F / sqrtf(sum / (float)(w->num_samples + 1));
}

/* Adds a wave at a place, so loud; backwards it is speech and no word. What does not fit is left out. */
static void mix(struct clip *c, const cst_wave *w, size_t at, float gain, bool backwards)
{
	const size_t n = w->num_samples > 0 ? (size_t)w->num_samples : 0;

	for (size_t i = 0; i < n && at + i < SAMPLES_MAX; i++)
		c->s[at + i] += gain * (float)w->samples[backwards ? n - 1 - i : i] / 32768.0F;
	if (at + n > c->n)
		c->n = at + n < SAMPLES_MAX ? at + n : SAMPLES_MAX;
}

static size_t seconds(struct dice *d, double low, double high)
{
	return (size_t)(dice_between(d, low, high) * AUDIO_RATE);
}

/* Behind each digit a gap, and somewhere about it the same voice backwards, half as loud: what is no word sounds like one. */
static bool speak_all(struct voices *v, const char *answer, struct dice *d, struct clip *c)
{
	/* the second and third voice take ten times as long as the first to speak */
	uint8_t who[AUDIO_DIGITS] = { 0, 0, 0, 0, 1, 2 };
	size_t at = seconds(d, 0.3, 0.7);

	dice_shuffle(d, who, AUDIO_DIGITS);
	for (size_t i = 0; i < AUDIO_DIGITS; i++) {
		cst_wave *w = speak(v, who[i], answer[i], d);
		float loud = (float)dice_between(d, 0.7, 1.0) * (w != NULL ? level(w) : 0);
		size_t gap = seconds(d, 0.25, 0.6), off = seconds(d, 0.1, 0.6);
		bool fits = w != NULL && w->sample_rate == AUDIO_RATE;

		if (fits) {
			mix(c, w, at, loud, false);
			mix(c, w, at + off, loud * 0.35F, true);
			at += (size_t)w->num_samples + gap;
		}
		if (w != NULL)
			delete_wave(w);
		if (!fits)
			return false;
	}
	c->n = at < SAMPLES_MAX ? at : SAMPLES_MAX;
	return true;
}

/* White, and its slow part, which hides what white noise leaves audible. */
static void add_noise(struct clip *c, struct dice *d)
{
	const float white = (float)dice_between(d, 0.015, 0.03), brown = (float)dice_between(d, 0.02, 0.05);
	int8_t block[512];
	float slow = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (i % sizeof(block) == 0)
			dice_bytes(d, block, sizeof(block));
		slow = 0.95F * slow + 0.05F * (float)block[i % sizeof(block)] / 32.0F;
		c->s[i] += white * (float)block[i % sizeof(block)] / 128.0F + brown * slow;
	}
}

/* ---- WAV (RIFF, PCM) */

static void add_le(struct buf *b, uint32_t v, int n)
{
	for (int i = 0; i < n; i++)
		buf_add_u8(b, (uint8_t)(v >> (8 * i)));
}

static void add_header(struct buf *b, uint32_t bytes)
{
	buf_add_str(b, "RIFF");
	add_le(b, HEADER - 8 + bytes, 4);
	buf_add_str(b, "WAVEfmt ");
	add_le(b, 16, 4);
	add_le(b, 1, 2); /* PCM */
	add_le(b, 1, 2); /* mono */
	add_le(b, AUDIO_RATE, 4);
	add_le(b, AUDIO_RATE * 2, 4);
	add_le(b, 2, 2);
	add_le(b, 16, 2);
	buf_add_str(b, "data");
	add_le(b, bytes, 4);
}

/* The loudest sample becomes nine tenths of what there is room for. */
static void add_samples(struct buf *b, const struct clip *c)
{
	float most = 0.01F;

	for (size_t i = 0; i < c->n; i++) {
		float v = c->s[i] < 0 ? -c->s[i] : c->s[i];

		most = v > most ? v : most;
	}
	for (size_t i = 0; i < c->n; i++)
		add_le(b, (uint16_t)(int16_t)(c->s[i] / most * 29490.0F), 2);
}

bool audio_speak(struct voices *v, const char *answer, struct dice *d, struct buf *wav, struct err *e)
{
	struct clip c = { .s = calloc(SAMPLES_MAX, sizeof(float)) };
	bool rc = c.s != NULL || err_memory(e);

	if (rc) {
		pthread_mutex_lock(&v->mutex);
		rc = speak_all(v, answer, d, &c) || err_set(e, "speaking_failed", "flite did not speak a digit");
		pthread_mutex_unlock(&v->mutex);
	}
	if (rc) {
		add_noise(&c, d);
		add_header(wav, (uint32_t)(2 * c.n));
		add_samples(wav, &c);
		rc = !wav->failed || err_memory(e);
	}
	free(c.s);
	return rc;
}
