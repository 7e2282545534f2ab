/* SPDX-License-Identifier: ISC */
#include "base/jwk.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

enum { COORDINATE = 32, COORDINATE_TEXT = 44 };

/* The members of each kind of key, in the order of RFC 7638 section 3.3. */
static const char *const okp_members[] = { "crv", "kty", "x", NULL };
static const char *const ec_members[] = { "crv", "kty", "x", "y", NULL };

static bool is_word(const struct at *at, const char *name, const char *word)
{
	const char *const words[] = { word, NULL };
	int which;

	return at_word(at, name, words, &which);
}

/* Sets the place's own error with the names of base/at. */
static bool jwk_read(const struct at *at, struct sig_pub *out)
{
	static const char *const types[] = { "OKP", "EC", NULL };
	int type;

	if (!at_word(at, "kty", types, &type))
		return false;
	if (type == 0) {
		out->alg = SIG_ED25519;
		return at_only(at, okp_members) && is_word(at, "crv", "Ed25519") && at_base64_exact(at, "x", out->b, COORDINATE);
	}
	out->alg = SIG_P256;
	return at_only(at, ec_members) && is_word(at, "crv", "P-256") && at_base64_exact(at, "x", out->b, COORDINATE) &&
		at_base64_exact(at, "y", out->b + COORDINATE, COORDINATE);
}

bool jwk_parse(const struct at *at, struct sig_pub *out)
{
	struct err inner = { 0 };
	struct at place = *at;
	struct sig_pub k = { 0 };

	if (!err_ok(at->e))
		return false;
	place.e = &inner;
	if (jwk_read(&place, &k)) {
		*out = k;
		return true;
	}
	err_set(at->e, "bad_key", "no JWK that is taken here: %s", inner.text);
	if (at->e != NULL)
		memcpy(at->e->pointer, inner.pointer, sizeof(inner.pointer));
	return false;
}

json_t *jwk_print(const struct sig_pub *k)
{
	char x[COORDINATE_TEXT], y[COORDINATE_TEXT];

	base64url_encode(k->b, COORDINATE, x);
	if (k->alg == SIG_ED25519)
		return json_pack("{s:s, s:s, s:s}", "kty", "OKP", "crv", "Ed25519", "x", x);
	base64url_encode(k->b + COORDINATE, COORDINATE, y);
	return json_pack("{s:s, s:s, s:s, s:s}", "kty", "EC", "crv", "P-256", "x", x, "y", y);
}

void jwk_thumbprint(const struct sig_pub *k, struct digest *out)
{
	char text[160], x[COORDINATE_TEXT], y[COORDINATE_TEXT];
	int n;

	base64url_encode(k->b, COORDINATE, x);
	base64url_encode(k->b + COORDINATE, COORDINATE, y);
	if (k->alg == SIG_ED25519)
		n = snprintf(text, sizeof(text), "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", x);
	else
		n = snprintf(text, sizeof(text), "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", x, y);
	digest_sha256(slice_of(text, (size_t)n), out);
}

void thumb_text(const struct digest *d, char out[static THUMB_TEXT])
{
	base64url_encode(d->b, sizeof(d->b), out);
}

bool thumb_parse(const char *s, struct digest *out)
{
	struct digest d;

	if (!base64url_decode_exact(s, strlen(s), d.b, sizeof(d.b)))
		return false;
	*out = d;
	return true;
}

bool at_thumb(const struct at *at, const char *name, struct digest *out)
{
	struct digest d;

	if (!at_base64_exact(at, name, d.b, sizeof(d.b)))
		return false;
	*out = d;
	return true;
}
