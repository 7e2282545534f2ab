/* SPDX-License-Identifier: ISC */
#include "voting/candidacy.h"

#include <string.h>

#include "base/time.h"

static bool read_candidacy(const struct at *at, struct candidacy *out)
{
	uint8_t nonce[CANDIDACY_NONCE];
	const char *name;

	if (!at_digest(at, "charter", &out->charter) || !at_key(at, "key", &out->key) ||
		!at_text(at, "name", 1, CANDIDACY_NAME_MAX, &name) || !at_base64_exact(at, "nonce", nonce, sizeof(nonce)) ||
		!at_int(at, "iat", 0, TIME_MAX, &out->iat))
		return false;
	memcpy(out->name, name, strlen(name) + 1);
	jwk_thumbprint(&out->key, &out->thumb);
	return true;
}

bool candidacy_parse(const struct jws *j, struct candidacy *out, struct err *e)
{
	static const char *const members[] = { "charter", "key", "name", "nonce", "iat", NULL };
	struct candidacy v = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_CANDIDACY, j, members, &o, &at, e))
		return false;
	v.digest = o.digest;
	v.genesis = o.genesis;
	rc = read_candidacy(&at, &v);
	if (rc)
		*out = v;
	object_free(&o);
	return rc;
}

bool candidacy_verify(struct crypto *c, const struct jws *j, struct candidacy *out, struct err *e)
{
	struct candidacy v;

	if (!candidacy_parse(j, &v, e))
		return false;
	if (j->n != 1)
		return err_set(e, "bad_jws", "a candidacy has one signature, by the key that it names; this has %zu", j->n);
	if (!jws_verify(c, j, 0, &v.key, e))
		return false;
	*out = v;
	return true;
}

json_t *candidacy_print(const struct candidacy *v, const uint8_t nonce[static CANDIDACY_NONCE])
{
	json_t *o = object_begin(KIND_CANDIDACY, &v->genesis);

	if (object_set_digest(o, "charter", &v->charter) && object_set_key(o, "key", &v->key) && object_set_string(o, "name", v->name) &&
		object_set_base64(o, "nonce", slice_of(nonce, CANDIDACY_NONCE)) && object_set_int(o, "iat", v->iat))
		return o;
	json_decref(o);
	return NULL;
}
