/* SPDX-License-Identifier: ISC
 * A provider's answer: under a provider that binds tokens to keys, and under one that does not and compares actions. */
#include "authority/external.h"
#include "base/jwk.h"
#include "tests/fuzz/fuzz.h"

enum { NOW = 1800000000 };
static const struct digest key = { { 0 } };

/* What is taken says the same when it is read by itself. */
static void believed(struct slice text, const struct provider *p, const struct external_word *out)
{
	json_t *doc = json_read(text, EXTERNAL_REPLY_MAX, NULL);
	const char *cdata = json_string_value(json_object_get(doc, "cdata"));
	char thumb[THUMB_TEXT];

	thumb_text(&key, thumb);
	CHECK(json_is_true(json_object_get(doc, "success")));
	CHECK(out->at == 0 || (out->at >= NOW - EXTERNAL_AGE_MAX && out->at <= NOW + EXTERNAL_SKEW_MAX));
	CHECK(out->bound == (cdata != NULL && strcmp(cdata, thumb) == 0) && (out->bound || !p->row->binds));
	CHECK(p->action[0] == '\0' || strcmp(json_string_value(json_object_get(doc, "action")), p->action) == 0);
	json_decref(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct provider providers[] = {
		{ .row = provider_row("turnstile"), .hostname = "groups.example" },
		{ .row = provider_row("custom"), .hostname = "groups.example", .action = "join" },
	};

	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
		struct external_word out = { 0 };
		struct err e = { 0 };

		if (external_read(slice_of(p, n), &providers[i], &key, NOW, &out, &e))
			believed(slice_of(p, n), &providers[i], &out);
		else
			refused(&e);
	}
	return 0;
}
