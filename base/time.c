/* SPDX-License-Identifier: ISC */
#include "base/time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, WEEK = 7 * DAY };
enum { ERA_YEARS = 400, ERA_DAYS = 146097 }; /* the Gregorian calendar repeats */
enum { EPOCH_FROM_MARCH = 719468 };          /* days from 0000-03-01 to 1970-01-01 */

int64_t time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Years are counted from March, so that the leap day is the last day of a year; then month k begins at day (153 k + 2) / 5. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = floor_div(y, ERA_YEARS);
	int64_t of_era = y - era * ERA_YEARS, k = (month + 9) % 12;
	int64_t of_year = (153 * k + 2) / 5 + day - 1;

	return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_FROM_MARCH;
}

void time_civil(int64_t t, struct time_civil *out)
{
	int64_t days = floor_div(t, DAY), second = t - days * DAY;
	int64_t z = days + EPOCH_FROM_MARCH, era = floor_div(z, ERA_DAYS), day = z - era * ERA_DAYS;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (365 * year + year / 4 - year / 100), k = (5 * of_year + 2) / 153;

	*out = (struct time_civil){
		.year = (int)(era * ERA_YEARS + year + (k >= 10)),
		.month = (int)(k < 10 ? k + 3 : k - 9),
		.day = (int)(of_year - (153 * k + 2) / 5 + 1),
		.hour = (int)(second / HOUR),
		.minute = (int)(second % HOUR / MINUTE),
		.second = (int)(second % MINUTE),
	};
}

int64_t time_from_civil(const struct time_civil *c)
{
	return days_from_civil(c->year, c->month, c->day) * DAY + (int64_t)c->hour * HOUR + (int64_t)c->minute * MINUTE + c->second;
}

static void put_digits(char *out, int n, int v)
{
	for (; n > 0; v /= 10)
		out[--n] = (char)('0' + v % 10);
}

static int get_digits(const char *s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	return v;
}

/* A time outside of what can be written becomes the nearest that can: this is for logs and pages, not for parsing back. */
void time_text(int64_t t, char out[static TIME_TEXT])
{
	struct time_civil c;

	time_civil(t < 0 ? 0 : t > TIME_MAX ? TIME_MAX : t, &c);
	memcpy(out, "0000-00-00T00:00:00Z", sizeof("0000-00-00T00:00:00Z"));
	put_digits(out, 4, c.year);
	put_digits(out + 5, 2, c.month);
	put_digits(out + 8, 2, c.day);
	put_digits(out + 11, 2, c.hour);
	put_digits(out + 14, 2, c.minute);
	put_digits(out + 17, 2, c.second);
}

/* One spelling for one time: no fraction, no offset, no lower case (RFC 3339 section 5.6 allows them), no leap second. */
bool time_parse(const char *s, int64_t *out)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	struct time_civil c, again;
	int64_t t;

	for (size_t i = 0; i < sizeof(shape); i++) {
		if (shape[i] == 'd' && s[i] >= '0' && s[i] <= '9')
			continue;
		if (shape[i] == 'd' || s[i] != shape[i])
			return false;
	}
	c = (struct time_civil){ get_digits(s, 4), get_digits(s + 5, 2), get_digits(s + 8, 2), get_digits(s + 11, 2), get_digits(s + 14, 2),
		get_digits(s + 17, 2) };
	if (c.year < 1970 || c.month < 1 || c.month > 12 || c.day < 1 || c.hour > 23 || c.minute > 59 || c.second > 59)
		return false;
	t = time_from_civil(&c);
	time_civil(t, &again);
	if (again.day != c.day) /* beyond the month's end */
		return false;
	*out = t;
	return true;
}

/* A unit of zero is passed over: 1 day 0 hours 5 minutes is "1 day 5 minutes". What is smaller is dropped. */
void time_words(int64_t seconds, char out[static TIME_WORDS])
{
	static const struct {
		int64_t size;
		const char *name;
	} units[] = { { DAY, "day" }, { HOUR, "hour" }, { MINUTE, "minute" }, { 1, "second" } };
	uint64_t rest = seconds < 0 ? -(uint64_t)seconds : (uint64_t)seconds;
	size_t n = 0;

	if (seconds == 0) {
		snprintf(out, TIME_WORDS, "0 seconds");
		return;
	}
	if (seconds < 0)
		n = (size_t)snprintf(out, TIME_WORDS, "minus ");
	for (int i = 0, said = 0; i < 4 && said < 2; i++) {
		uint64_t count = rest / (uint64_t)units[i].size;

		rest %= (uint64_t)units[i].size;
		if (count == 0)
			continue;
		n += (size_t)snprintf(out + n, TIME_WORDS - n, "%s%llu %s%s", said > 0 ? " " : "", (unsigned long long)count, units[i].name,
			count == 1 ? "" : "s");
		said++;
	}
}

static int64_t unit_size(const char *unit)
{
	static const char letters[] = "smhdw";
	static const int sizes[] = { 1, MINUTE, HOUR, DAY, WEEK };
	const char *at;

	if (unit[0] == '\0')
		return 1;
	at = strchr(letters, unit[0]);
	return at == NULL || unit[1] != '\0' ? 0 : sizes[at - letters];
}

bool time_duration_parse(const char *s, int64_t *out)
{
	size_t digits = strspn(s, "0123456789");
	int64_t v = 0, unit = unit_size(s + digits);

	if (digits == 0 || digits > 12 || unit == 0)
		return false;
	for (size_t i = 0; i < digits; i++)
		v = v * 10 + (s[i] - '0');
	if (v > TIME_MAX / unit)
		return false;
	*out = v * unit;
	return true;
}
