/* SPDX-License-Identifier: ISC
 * Queries, form bodies and percent-encoding. */
#include "tests/fuzz/fuzz.h"
#include "web/form.h"
#include "web/utf8.h"

static void form(struct slice text, enum form_kind kind)
{
	static const char *const names[] = { "a", NULL };
	struct form f;
	struct err e = { 0 };
	int64_t v;

	if (!form_parse(text, kind, &f, &e)) {
		refused(&e);
		CHECK(f.n == 0);
		return;
	}
	for (size_t i = 0; i < f.n; i++) {
		CHECK(f.pair[i].name[0] != '\0' && form_get(&f, f.pair[i].name) != NULL);
		CHECK(utf8_valid(slice_str(f.pair[i].name)) && utf8_valid(slice_str(f.pair[i].value)));
	}
	form_only(&f, names, NULL);
	if (form_int(&f, "a", 0, 10, 5, &v, NULL))
		CHECK(v >= 0 && v <= 10);
	form_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice text = slice_of(p, n);
	char *out = malloc(n + 1);
	uint32_t c;

	CHECK(out != NULL);
	form(text, FORM_QUERY);
	form(text, FORM_BODY);
	for (int plus = 0; plus < 2; plus++)
		if (form_unescape(text, plus == 1, out))
			CHECK(strlen(out) <= n && utf8_valid(slice_str(out)));
	for (size_t i = 0; i < n;) {
		size_t step = utf8_decode(p + i, n - i, &c);

		CHECK(step <= 4 && (step == 0 || (c <= 0x10ffff && (c < 0xd800 || c > 0xdfff))));
		i += step == 0 ? 1 : step;
	}
	free(out);
	return 0;
}
