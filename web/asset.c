/* SPDX-License-Identifier: ISC */
#include "web/asset.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

static const uint8_t style[] = {
#include "web/static/style.css.inc"
};

static const uint8_t work[] = {
#include "web/static/work.js.inc"
};
static const uint8_t widget[] = {
#include "web/widget/external/altcha.min.js.inc"
};
static const uint8_t widget_style[] = {
#include "web/widget/external/altcha.css.inc"
};
static const uint8_t argon2id[] = {
#include "web/widget/workers/argon2id.js.inc"
};

#define CSS "text/css; charset=utf-8"
#define JS "text/javascript; charset=utf-8"
/* Deriving keys is WebAssembly: the worker that does it may compile that, pages may not. */
static const char of_worker[] = "default-src 'none'; script-src 'wasm-unsafe-eval'; frame-ancestors 'none'";

static const struct {
	const char *stem, *ending, *type;
	const uint8_t *bytes;
	size_t n;
	const char *policy; /* Content-Security-Policy; NULL: as all files have it */
} table[] = {
	{ "style", "css", CSS, style, sizeof(style), NULL },
	{ "work", "js", JS, work, sizeof(work), NULL },
	{ "altcha", "js", JS, widget, sizeof(widget), NULL },
	{ "altcha", "css", CSS, widget_style, sizeof(widget_style), NULL },
	{ "argon2id", "js", JS, argon2id, sizeof(argon2id), of_worker },
};
enum { ASSETS = sizeof(table) / sizeof(table[0]), TAG_BYTES = 9, TAG_TEXT = 13 };

static void address(size_t i, char out[static ASSET_ADDRESS_MAX])
{
	char tag[TAG_TEXT];
	struct digest d;

	digest_sha256(slice_of(table[i].bytes, table[i].n), &d);
	base64url_encode(d.b, TAG_BYTES, tag);
	snprintf(out, ASSET_ADDRESS_MAX, "/static/%s-%s.%s", table[i].stem, tag, table[i].ending);
}

void asset_address(const char *name, char out[static ASSET_ADDRESS_MAX])
{
	char plain[ASSET_ADDRESS_MAX];

	out[0] = '\0';
	for (size_t i = 0; i < ASSETS; i++) {
		snprintf(plain, sizeof(plain), "%s.%s", table[i].stem, table[i].ending);
		if (strcmp(plain, name) == 0)
			address(i, out);
	}
}

void asset_get(void *ctx, const struct request *q, struct reply *r)
{
	const char *name = request_arg(q, "name");
	char full[ASSET_ADDRESS_MAX];
	struct err e = { 0 };

	(void)ctx;
	for (size_t i = 0; i < ASSETS; i++) {
		address(i, full);
		if (strcmp(full + strlen("/static/"), name) != 0)
			continue;
		reply_constant(r, table[i].type, slice_of(table[i].bytes, table[i].n));
		reply_header(r, "Cache-Control", "public, max-age=31536000, immutable");
		if (table[i].policy != NULL)
			reply_header(r, "Content-Security-Policy", "%s", table[i].policy);
		return;
	}
	err_set(&e, "not_found", "there is no such file; the page that named it may be an old one");
	reply_problem(r, &e);
}
