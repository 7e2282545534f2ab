/* SPDX-License-Identifier: ISC
 * A frame on the signer's socket, with no group and no key: every one is answered. */
#include <stdio.h>
#include <unistd.h>

#include "authority/signing.h"
#include "tests/fuzz/fuzz.h"

static char dir[] = "/tmp/fuzz-signing-XXXXXX";
static struct log quiet = { .program = "fuzz", .level = LOG_ERROR };
static struct signing *s;

static void clean(void)
{
	char path[sizeof(dir) + 8];

	signing_close(s);
	snprintf(path, sizeof(path), "%s/groups", dir);
	rmdir(path); /* empty: whatever was asked left nothing */
	snprintf(path, sizeof(path), "%s/keys", dir);
	rmdir(path);
	CHECK(rmdir(dir) == 0); /* no key was made either */
}

static void start(void)
{
	CHECK(mkdtemp(dir) != NULL);
	quiet.to = fopen("/dev/null", "we");
	s = signing_open(dir, "x", &quiet, NULL);
	CHECK(s != NULL && quiet.to != NULL);
	atexit(clean);
}

/* The one request that makes something: a pair of keys, each under scrypt. It is not sent; all that are nearly like it are. */
static bool makes_keys(struct slice frame)
{
	json_t *doc = json_read(frame, 1 << 20, NULL);
	const char *op = json_string_value(json_object_get(doc, "op")), *alg = json_string_value(json_object_get(doc, "alg"));
	bool rc = op != NULL && alg != NULL && strcmp(op, "create") == 0 && (strcmp(alg, "P-256") == 0 || strcmp(alg, "Ed25519") == 0) &&
		json_object_size(doc) == 2;

	json_decref(doc);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf answer = { 0 };
	json_t *doc, *text;

	if (s == NULL)
		start();
	if (makes_keys(slice_of(p, n)))
		return 0;
	CHECK(signing_answer(s, slice_of(p, n), &answer));
	doc = json_read(buf_slice(&answer), 1 << 20, NULL);
	CHECK(doc != NULL);
	text = json_object_get(doc, "error");
	CHECK(json_is_true(json_object_get(doc, "ok")) ? text == NULL : json_string_length(text) > 0);
	json_decref(doc);
	buf_free(&answer);
	return 0;
}
