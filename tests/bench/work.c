/* SPDX-License-Identifier: ISC
 * What work costs the server that set it: work.verify, CPU time of reading and checking one solution, beside deriving its key once more. */
#include <stdio.h>
#include <stdlib.h>

#include "authority/altcha.h"
#include "tests/lib/measure.h"

enum { ROUNDS = 15, TIMES = 20 };
#define VERIFY_MS 0.05

static const struct altcha_keys keys = { (const uint8_t *)"signature-signature-signature-32",
	(const uint8_t *)"key-key-key-key-key-key-key--32!" };

struct stage {
	struct work_done work;
	char terms[TERMS_TEXT];
	char text[ALTCHA_SOLUTION_MAX]; /* what the widget gives */
	struct err e;
};

static bool verify(void *arg, size_t times)
{
	struct stage *s = arg;
	struct altcha_solution solution;
	struct work_done w;

	for (size_t i = 0; i < times; i++)
		if (!altcha_read(slice_str(s->text), &solution, &s->e) || !altcha_verify(&solution, &keys, s->terms, &w, &s->e))
			return false;
	return true;
}

static bool derive(void *arg, size_t times)
{
	struct stage *s = arg;
	uint8_t key[WORK_KEY];

	for (size_t i = 0; i < times; i++)
		if (!work_derive(&s->work.puzzle, s->work.counter, key, &s->e))
			return false;
	return true;
}

/* Terms as long as they are with a public name and no provider. */
static bool prepare(struct stage *s)
{
	const struct terms t = { .kind = PUZZLE_WORK, .effort = work_effort(200), .origin = "groups.example.org" };
	char key[2 * WORK_KEY + 1];
	struct buf json = { 0 };
	json_t *challenge = NULL;
	bool rc;

	terms_write(&t, keys.key, s->terms);
	bytes_random(&s->work.puzzle, sizeof(s->work.puzzle));
	s->work.counter = 200;
	if (!work_derive(&s->work.puzzle, s->work.counter, s->work.key, &s->e) ||
		!altcha_print(&s->work, s->terms, 1800000000, &keys, &challenge, &s->e))
		return false;
	buf_add_str(&json, "{\"challenge\":");
	rc = json_write(challenge, &json, &s->e);
	hex_encode(s->work.key, WORK_KEY, key);
	buf_printf(&json, ",\"solution\":{\"counter\":200,\"derivedKey\":\"%s\",\"time\":1234.5}}", key);
	rc = rc && !json.failed && base64url_length(json.n) < sizeof(s->text);
	if (rc)
		base64url_encode(json.p, json.n, s->text);
	json_decref(challenge);
	buf_free(&json);
	return rc;
}

int main(void)
{
	struct stage s = { 0 };
	const struct contestant c[] = { { "work.verify", verify, &s, false }, { "work.derive", derive, &s, false } };
	double us[2], ratio[2], ms;

	if (!prepare(&s)) {
		fprintf(stderr, "bench: %s: %s\n", s.e.name, s.e.text);
		return 1;
	}
	measure_turns(c, 2, ROUNDS, TIMES, us, ratio);
	ms = us[0] / 1000;
	measure_print("work.verify", us[0], "us", 0, NULL);
	measure_print("work.derive", us[1], "us", ratio[1], "work.verify");
	fprintf(stderr, "bench: work.verify           %.4f ms of CPU, within a budget of %.2f ms: %s\n", ms, VERIFY_MS,
		ms <= VERIFY_MS ? "yes" : "no");
	return 0;
}
