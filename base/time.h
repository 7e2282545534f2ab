/* SPDX-License-Identifier: ISC
 * Times are whole seconds since 1970 in UTC, durations whole seconds. No clock is read here but in time_now, for programs' mains. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/bytes.h"
#include "base/err.h"

/* 9999-12-31T23:59:59Z, the last that X.509 can write (RFC 5280 4.1.2.5). */
#define TIME_MAX INT64_C(253402300799)
enum { TIME_TEXT = 24, TIME_WORDS = 64 };

/* The system's clock. */
int64_t time_now(void);
/* "2026-11-29T12:00:00Z" (RFC 3339). t within 0..TIME_MAX. */
void time_text(int64_t t, char out[static TIME_TEXT]);
bool time_parse(const char *s, int64_t *out);
/* Civil date and time of t, proleptic Gregorian. */
struct time_civil {
	int year, month, day, hour, minute, second;
};
void time_civil(int64_t t, struct time_civil *out);
int64_t time_from_civil(const struct time_civil *c);
/* "7 days", "1 hour 30 minutes", "45 seconds": the two largest units. */
void time_words(int64_t seconds, char out[static TIME_WORDS]);
/* "7d", "90m", "3600": the way back, for command lines. */
bool time_duration_parse(const char *s, int64_t *out);

#endif
