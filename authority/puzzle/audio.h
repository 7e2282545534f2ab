/* SPDX-License-Identifier: ISC
 * The audio puzzle: six digits to type as they are spoken, by three voices that change their pace and pitch, over noise and over speech
 * that is none. A speech recogniser learns it sooner than people would like; it is there for those who cannot see the picture. */
#ifndef AUTHORITY_PUZZLE_AUDIO_H
#define AUTHORITY_PUZZLE_AUDIO_H

#include "authority/puzzle/dice.h"
#include "authority/puzzle/puzzle.h"
#include "base/err.h"

/* Samples a second; bytes of the longest clip. */
enum { AUDIO_DIGITS = 6, AUDIO_RATE = 16000, AUDIO_BYTES_MAX = 400000 };
/* Without five, which noise makes nine. */
#define AUDIO_ALPHABET "012346789"

/* flite with its voices. It keeps settings of an utterance in the voice, so one speaks at a time: threads may share it, and wait. */
struct voices;
/* NULL with e: "no_memory", "voices_missing" (flite has none of this name). One at a time in a process: flite's tables are its own. */
struct voices *voices_open(struct err *e);
void voices_close(struct voices *v); /* NULL is nothing */

/* Throws an answer: AUDIO_DIGITS of the alphabet, each as likely, as a string. */
void audio_answer(struct dice *d, char out[static PUZZLE_ANSWER]);
/* Appends a WAV (PCM, AUDIO_RATE, 16 bits, mono, at most AUDIO_BYTES_MAX, no other chunk) in which an answer is spoken. The same dice
 * speak the same bytes. "speaking_failed", "no_memory". */
bool audio_speak(struct voices *v, const char *answer, struct dice *d, struct buf *wav, struct err *e);
/* What a person typed, as audio_answer() writes it. False where it cannot be an answer: others than digits, blanks, commas and dashes, or
 * more or fewer digits. */
bool audio_fold(const char *typed, char out[static PUZZLE_ANSWER]);

#endif
