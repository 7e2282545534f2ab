/* SPDX-License-Identifier: ISC */
#include "peer/request.h"

#include <string.h>

#include "base/time.h"

enum { NONCE_BYTES = 16 };

/* What keeps two requests of one member apart. */
static bool read_nonce_and_time(const struct at *at, int64_t *iat)
{
	uint8_t nonce[NONCE_BYTES];

	return at_base64_exact(at, "nonce", nonce, sizeof(nonce)) && at_int(at, "iat", 0, TIME_MAX, iat);
}

bool renewal_parse(const struct jws *j, struct renewal *out, struct err *e)
{
	static const char *const members[] = { "charter", "member", "nonce", "iat", NULL };
	struct renewal r = { 0 };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_RENEWAL, j, members, &o, &at, e))
		return false;
	r.digest = o.digest;
	r.genesis = o.genesis;
	rc = at_digest(&at, "charter", &r.charter) && at_id16(&at, "member", &r.member) && read_nonce_and_time(&at, &r.iat);
	object_free(&o);
	if (rc)
		*out = r;
	return rc;
}

json_t *renewal_print(const struct renewal *r, const uint8_t nonce[static NONCE_BYTES])
{
	json_t *o = object_begin(KIND_RENEWAL, &r->genesis);

	if (object_set_digest(o, "charter", &r->charter) && object_set_id16(o, "member", &r->member) &&
		object_set_base64(o, "nonce", slice_of(nonce, NONCE_BYTES)) && object_set_int(o, "iat", r->iat))
		return o;
	json_decref(o);
	return NULL;
}

bool rekey_parse(const struct jws *j, struct rekey *out, struct err *e)
{
	static const char *const members[] = { "charter", "member", "csr", "nonce", "iat", NULL };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_REKEY, j, members, &o, &at, e))
		return false;
	out->digest = o.digest;
	out->genesis = o.genesis;
	rc = at_digest(&at, "charter", &out->charter) && at_id16(&at, "member", &out->member) && csr_read(&at, out->csr, &out->csr_n) &&
		read_nonce_and_time(&at, &out->iat);
	object_free(&o);
	if (!rc)
		memset(out, 0, sizeof(*out));
	return rc;
}

static bool verify_by(
	struct crypto *c, const struct jws *j, const struct sig_pub *key, const struct digest *thumb, const char *which, struct err *e)
{
	const struct jws_signature *s = jws_by(j, thumb);

	if (s == NULL)
		return err_set(e, "wrong_key", "the %s key has not signed this request; another one has", which);
	return jws_verify(c, j, (size_t)(s - j->sigs), key, e);
}

static bool verify_both(struct crypto *c, const struct jws *j, const struct sig_pub *old, struct rekey *r, struct err *e)
{
	struct digest old_thumb;

	if (!csr_verify(c, slice_of(r->csr, r->csr_n), &r->key, e))
		return false;
	jwk_thumbprint(&r->key, &r->thumb);
	jwk_thumbprint(old, &old_thumb);
	if (digest_compare(&r->thumb, &old_thumb) == 0)
		return err_set(e, "same_key", "the new key is the old one; make another with gmc keygen, or ask for a renewal");
	if (j->n != 2)
		return err_set(e, "bad_jws", "a change of key has two signatures, by the old and the new key; this has %zu", j->n);
	return verify_by(c, j, old, &old_thumb, "old", e) && verify_by(c, j, &r->key, &r->thumb, "new", e);
}

bool rekey_verify(struct crypto *c, const struct jws *j, const struct sig_pub *old, struct rekey *out, struct err *e)
{
	if (!rekey_parse(j, out, e))
		return false;
	if (verify_both(c, j, old, out, e))
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}

json_t *rekey_print(const struct rekey *r, const uint8_t nonce[static NONCE_BYTES])
{
	json_t *o = object_begin(KIND_REKEY, &r->genesis);

	if (object_set_digest(o, "charter", &r->charter) && object_set_id16(o, "member", &r->member) &&
		object_set_base64(o, "csr", slice_of(r->csr, r->csr_n)) && object_set_base64(o, "nonce", slice_of(nonce, NONCE_BYTES)) &&
		object_set_int(o, "iat", r->iat))
		return o;
	json_decref(o);
	return NULL;
}

static bool read_target(const struct at *at, struct revocation *out)
{
	static const char *const members[] = { "member", "key", "serial", NULL };
	struct at target;

	if (!at_member(at, "target", &target) || !at_only(&target, members))
		return false;
	if (json_object_size(target.v) != 1)
		return at_refuse(&target, "bad_value", "a revocation names one target: a member, a key or a serial");
	if (at_has(&target, "member")) {
		out->target = REVOKE_MEMBER;
		return at_id16(&target, "member", &out->member);
	}
	if (at_has(&target, "key")) {
		out->target = REVOKE_KEY;
		return at_thumb(&target, "key", &out->key);
	}
	out->target = REVOKE_SERIAL;
	return at_id16(&target, "serial", &out->serial);
}

bool revocation_parse(const struct jws *j, struct revocation *out, struct err *e)
{
	static const char *const members[] = { "charter", "target", "cause", "iat", NULL };
	struct revocation r = { 0 };
	struct object o;
	struct at at;
	int cause;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_REVOCATION, j, members, &o, &at, e))
		return false;
	r.digest = o.digest;
	r.genesis = o.genesis;
	rc = at_digest(&at, "charter", &r.charter) && read_target(&at, &r) && at_word(&at, "cause", cause_words, &cause) &&
		at_int(&at, "iat", 0, TIME_MAX, &r.iat);
	object_free(&o);
	if (!rc)
		return false;
	r.cause = (enum cause)cause;
	*out = r;
	return true;
}

static json_t *print_target(const struct revocation *r)
{
	json_t *target = json_object();
	bool ok = false;

	switch (r->target) {
	case REVOKE_MEMBER:
		ok = object_set_id16(target, "member", &r->member);
		break;
	case REVOKE_KEY:
		ok = object_set_thumb(target, "key", &r->key);
		break;
	case REVOKE_SERIAL:
		ok = object_set_id16(target, "serial", &r->serial);
		break;
	}
	if (ok)
		return target;
	json_decref(target);
	return NULL;
}

json_t *revocation_print(const struct revocation *r)
{
	json_t *o = object_begin(KIND_REVOCATION, &r->genesis);

	if (object_set_digest(o, "charter", &r->charter) && json_object_set_new(o, "target", print_target(r)) == 0 &&
		object_set_string(o, "cause", cause_name(r->cause)) && object_set_int(o, "iat", r->iat))
		return o;
	json_decref(o);
	return NULL;
}
