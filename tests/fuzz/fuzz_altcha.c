/* SPDX-License-Identifier: ISC
 * What a widget gives for work: as it comes, and the same as the JSON inside its base64, so that that can change too. */
#include "authority/altcha.h"
#include "tests/fuzz/fuzz.h"

/* The corpus is of these; whatever passes without being of the corpus was forged. */
static const struct altcha_keys keys = { (const uint8_t *)"signature-signature-signature-32",
	(const uint8_t *)"key-key-key-key-key-key-key--32!" };
static const char known[] = "6c65adc01f21e309e28c0faa1b95bae1d433740e1a1405e4f3192670c27920ee";

static void read_one(struct slice text)
{
	struct altcha_solution s;
	struct work_done w = { 0 };
	struct err e = { 0 };
	uint8_t key[WORK_KEY];

	if (!altcha_read(text, &s, &e) || !altcha_verify(&s, &keys, s.terms, &w, &e)) {
		refused(&e);
		return;
	}
	CHECK(hex_decode(known, sizeof(known) - 1, key, sizeof(key)));
	CHECK(w.counter == 5 && memcmp(w.key, key, sizeof(key)) == 0 && strcmp(s.terms, "AQQ-terms_of-this") == 0);
	CHECK(!altcha_verify(&s, &keys, "AQQ-terms_of-that", &w, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char text[ALTCHA_SOLUTION_MAX + 2];

	read_one(slice_of(p, n));
	if (base64url_length(n) > ALTCHA_SOLUTION_MAX)
		return 0;
	base64url_encode(p, n, text);
	read_one(slice_of(text, base64url_length(n)));
	return 0;
}
