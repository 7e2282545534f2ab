/* SPDX-License-Identifier: ISC */
#include "peer/recovery.h"

#include <string.h>

#include "base/time.h"

enum { NONCE_BYTES = 16 };

bool recovery_parse(const struct jws *j, struct recovery *out, struct err *e)
{
	static const char *const members[] = { "charter", "member", "csr", "nonce", "iat", NULL };
	uint8_t nonce[NONCE_BYTES];
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_RECOVERY, j, members, &o, &at, e))
		return false;
	out->digest = o.digest;
	out->genesis = o.genesis;
	rc = at_digest(&at, "charter", &out->charter) && at_id16(&at, "member", &out->member) && csr_read(&at, out->csr, &out->csr_n) &&
		at_base64_exact(&at, "nonce", nonce, sizeof(nonce)) && at_int(&at, "iat", 0, TIME_MAX, &out->iat);
	object_free(&o);
	if (!rc)
		memset(out, 0, sizeof(*out));
	return rc;
}

static bool by_new_key(struct crypto *c, const struct jws *j, struct recovery *r, struct err *e)
{
	if (!csr_verify(c, slice_of(r->csr, r->csr_n), &r->key, e))
		return false;
	jwk_thumbprint(&r->key, &r->thumb);
	if (j->n != 1)
		return err_set(e, "bad_jws", "a recovery has one signature, by the new key; this has %zu", j->n);
	if (digest_compare(&j->sigs[0].kid, &r->thumb) != 0)
		return err_set(e, "wrong_key", "the key that the recovery asks for has not signed it; another one has");
	return jws_verify(c, j, 0, &r->key, e);
}

bool recovery_verify(struct crypto *c, const struct jws *j, struct recovery *out, struct err *e)
{
	if (!recovery_parse(j, out, e))
		return false;
	if (by_new_key(c, j, out, e))
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}

json_t *recovery_print(const struct recovery *r, const uint8_t nonce[static NONCE_BYTES])
{
	json_t *o = object_begin(KIND_RECOVERY, &r->genesis);

	if (object_set_digest(o, "charter", &r->charter) && object_set_id16(o, "member", &r->member) &&
		object_set_base64(o, "csr", slice_of(r->csr, r->csr_n)) && object_set_base64(o, "nonce", slice_of(nonce, NONCE_BYTES)) &&
		object_set_int(o, "iat", r->iat))
		return o;
	json_decref(o);
	return NULL;
}
