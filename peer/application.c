/* SPDX-License-Identifier: ISC */
#include "peer/application.h"

#include <string.h>

#include "base/digest.h"
#include "base/time.h"

enum { NONCE_BYTES = 16, NAME_MAX_BYTES = 64 };

static bool read_application(const struct at *at, struct application *out)
{
	uint8_t nonce[NONCE_BYTES];
	const char *name;

	if (!at_digest(at, "charter", &out->charter) || !csr_read(at, out->csr, &out->csr_n) ||
		!at_text(at, "name", 1, NAME_MAX_BYTES, &name))
		return false;
	memcpy(out->name, name, strlen(name) + 1);
	out->has_statement = at_has(at, "statement");
	if (out->has_statement && !at_digest(at, "statement", &out->statement))
		return false;
	return at_tree(at, "log", &out->log_size, &out->log_root) && at_base64_exact(at, "nonce", nonce, sizeof(nonce)) &&
		at_int(at, "iat", 0, TIME_MAX, &out->iat);
}

bool application_parse(const struct jws *j, struct application *out, struct err *e)
{
	static const char *const members[] = { "charter", "csr", "name", "statement", "log", "nonce", "iat", NULL };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_APPLICATION, j, members, &o, &at, e))
		return false;
	out->digest = o.digest;
	out->genesis = o.genesis;
	rc = read_application(&at, out);
	object_free(&o);
	if (!rc)
		memset(out, 0, sizeof(*out));
	return rc;
}

/* RFC 2986 section 3: the request's own signature proves that the applicant holds the key; the envelope's binds the rest to it. */
static bool verify(struct crypto *c, const struct jws *j, struct application *a, struct err *e)
{
	if (!csr_verify(c, slice_of(a->csr, a->csr_n), &a->key, e))
		return false;
	jwk_thumbprint(&a->key, &a->thumb);
	if (j->n != 1)
		return err_set(
			e, "bad_jws", "an application has one signature, by the key of its certification request; this has %zu", j->n);
	return jws_verify(c, j, 0, &a->key, e);
}

bool application_verify(struct crypto *c, const struct jws *j, struct application *out, struct err *e)
{
	if (!application_parse(j, out, e))
		return false;
	if (verify(c, j, out, e))
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}

json_t *application_print(const struct application *a, const uint8_t nonce[static NONCE_BYTES])
{
	json_t *o = object_begin(KIND_APPLICATION, &a->genesis);

	if (object_set_digest(o, "charter", &a->charter) && object_set_base64(o, "csr", slice_of(a->csr, a->csr_n)) &&
		object_set_string(o, "name", a->name) && (!a->has_statement || object_set_digest(o, "statement", &a->statement)) &&
		object_set_tree(o, "log", a->log_size, &a->log_root) && object_set_base64(o, "nonce", slice_of(nonce, NONCE_BYTES)) &&
		object_set_int(o, "iat", a->iat))
		return o;
	json_decref(o);
	return NULL;
}

bool withdrawal_parse(const struct jws *j, struct withdrawal *out, struct err *e)
{
	static const char *const members[] = { "application", "iat", NULL };
	struct withdrawal w = { 0 };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_WITHDRAWAL, j, members, &o, &at, e))
		return false;
	w.digest = o.digest;
	w.genesis = o.genesis;
	rc = at_digest(&at, "application", &w.application) && at_int(&at, "iat", 0, TIME_MAX, &w.iat);
	object_free(&o);
	if (rc)
		*out = w;
	return rc;
}

json_t *withdrawal_print(const struct withdrawal *w)
{
	json_t *o = object_begin(KIND_WITHDRAWAL, &w->genesis);

	if (object_set_digest(o, "application", &w->application) && object_set_int(o, "iat", w->iat))
		return o;
	json_decref(o);
	return NULL;
}

void text_digest(const uint8_t salt[static 16], struct slice text, struct digest *out)
{
	const struct slice parts[] = { slice_of(salt, 16), text };

	digest_labelled("gmc-text/1", parts, 2, out);
}
